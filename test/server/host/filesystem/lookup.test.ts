import { ensureDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { chdir, fchdir } from "@zonewarden/server/host/filesystem/directories";
import {
  chmod,
  link,
  mkdir,
  open,
  readFile,
  rename,
  symlink,
  write,
} from "@zonewarden/server/host/filesystem/files";
import { lookup, pathOf } from "@zonewarden/server/host/filesystem/lookup";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { chroot, passDescriptor } from "@zonewarden/server/host/freebsd/filesystem/chroot";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { kldload } from "@zonewarden/server/host/freebsd/modules";
import { exec, fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { enter, hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** Name lookup and roots: vfs_lookup.c, chroot(2), and the unintended consequences that the paper names. */

function pathFor(
  host: ReturnType<typeof testHost>,
  process: ReturnType<typeof hostRoot>,
  path: string,
): string {
  return pathOf(host, ok(lookup(host, process, path)));
}

describe("names", () => {
  it("finds the stock tree of a jail below its root", () => {
    const host = testHost();
    const { root } = makeJail(host);
    expect(pathFor(host, root, "/bin/sh")).toBe("/jails/web/bin/sh");
    expect(ok(readFile(host, root, "/etc/passwd"))).toContain("root:*:0:0:");
  });

  it("stores nothing of a stock tree that is only looked at", () => {
    const host = testHost();
    makeJail(host, { name: "first" });
    const before = JSON.stringify(host.state.files);
    const shell = hostRoot(host);
    ok(lookup(host, shell, "/jails/first/usr/local/etc/rc.d"));
    expect(JSON.stringify(host.state.files)).toBe(before);
  });

  it.each([
    ["an empty path", "", "ENOENT"],
    ["a missing directory", "/nothing/here", "ENOENT"],
    ["a file in the middle", "/etc/passwd/x", "ENOTDIR"],
    ["a slash behind a file", "/etc/passwd/", "ENOTDIR"],
    ["a loop of links", "/loop", "ELOOP"],
    ["a name of 256 bytes", `/${"n".repeat(256)}`, "ENAMETOOLONG"],
    ["a path of 1024 bytes", `/${"a/".repeat(600)}`, "ENAMETOOLONG"],
  ])("refuses %s", (_, path, errno) => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(symlink(host, shell, "/loop", "/loop"));
    expect(lookup(host, shell, path)).toMatchObject({ ok: false, errno });
  });

  it("needs search permission on each directory", () => {
    const host = testHost();
    const user = ok(fork(host, hostRoot(host)));
    Object.assign(user.credential, { uid: 1001, ruid: 1001, svuid: 1001, gid: 1001, groups: [1001] });
    expect(lookup(host, user, "/root/.profile")).toMatchObject({ errno: "EACCES" });
    expect(lookup(host, user, "/etc/passwd").ok).toBe(true);
  });
});

describe("5.1: where .. stops", () => {
  it("stays at the root of the jail", () => {
    const host = testHost();
    putFile(host, "/secret", "of the host");
    const { root } = makeJail(host);
    const found = lookup(host, root, "/../../etc/passwd");
    expect(pathOf(host, ok(found))).toBe("/jails/web/etc/passwd");
    expect(found.decision.verdict).toBe("contained");
    expect(lookup(host, root, "/../../secret")).toMatchObject({ errno: "ENOENT" });
  });

  it("starts absolute links at the root of the process", () => {
    const host = testHost();
    const { root } = makeJail(host);
    ok(symlink(host, root, "/etc/master.passwd", "/tmp/out"));
    expect(pathFor(host, root, "/tmp/out")).toBe("/jails/web/etc/master.passwd");
  });

  it("stays at the root of a jail that is a mount of its own", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ensureDirectory(host, "/jails/web");
    ok(mountFs(host, shell, { type: "tmpfs", from: "tmpfs", on: "/jails/web" }));
    const { root } = makeJail(host);
    expect(pathFor(host, root, "/..")).toBe("/jails/web");
  });

  it("goes up out of a mount in the jail", () => {
    const host = testHost();
    const { root } = makeJail(host);
    ok(mountFs(host, hostRoot(host), { type: "tmpfs", from: "tmpfs", on: "/jails/web/mnt" }));
    expect(pathFor(host, root, "/mnt/../etc")).toBe("/jails/web/etc");
  });

  it("stays at the root of a containing jail when the own root was passed by", () => {
    const host = testHost();
    const { root: outer } = makeJail(host, { name: "outer", "children.max": 1 });
    const { root: inner } = makeJail(host, { name: "inner", path: "/inner" }, outer);
    const directory = ok(lookup(host, outer, "/tmp"));
    // As if somebody had handed a directory of the containing jail to the inner one.
    inner.directory = directory;
    expect(pathFor(host, inner, "../../..")).toBe("/jails/outer");
  });

  it("climbs from a directory that came from outside, up to the system's root", () => {
    const host = testHost();
    putFile(host, "/secret", "of the host");
    const { root } = makeJail(host);
    root.directory = ok(lookup(host, hostRoot(host), "/usr/local"));
    expect(pathFor(host, root, "../../secret")).toBe("/secret");
  });

  it("does not let a directory be moved out of a nullfs mount to climb from there", () => {
    const host = testHost();
    ok(kldload(host, hostRoot(host), "nullfs"));
    const { root } = makeJail(host, {
      "allow.mount": true,
      "allow.mount.nullfs": true,
      enforce_statfs: 1,
    });
    ok(mkdir(host, root, "/shown"));
    ok(mkdir(host, root, "/shown/inner"));
    ok(mountFs(host, root, { type: "nullfs", from: "/shown", on: "/mnt" }));
    ok(chdir(host, root, "/mnt/inner"));
    ok(rename(host, root, "/shown/inner", "/moved"));
    expect(lookup(host, root, "../..")).toMatchObject({ errno: "ENOENT" });
  });
});

describe("5.2: chroot and descriptors", () => {
  /** mkdir x; open .; chroot x; fchdir; climb; chroot . */
  function breakOut(host: ReturnType<typeof testHost>, process: ReturnType<typeof hostRoot>) {
    ok(chdir(host, process, "/"));
    ok(mkdir(host, process, "/x"));
    const saved = ok(open(host, process, ".", { directory: true }));
    const confined = chroot(host, process, "/x");
    if (!confined.ok) return confined;
    ok(fchdir(host, process, saved));
    return lookup(host, process, "../../../secret");
  }

  it("lets root break out of a plain chroot with an open directory", () => {
    const host = testHost();
    putFile(host, "/secret", "of the host");
    const shell = hostRoot(host);
    ensureDirectory(host, "/prison");
    ok(chdir(host, shell, "/prison"));
    const saved = ok(open(host, shell, "/", { directory: true }));
    ok(chroot(host, shell, "/prison"));
    expect(lookup(host, shell, "/secret").ok).toBe(false);
    ok(fchdir(host, shell, saved));
    expect(pathFor(host, shell, "secret")).toBe("/secret");
  });

  it("holds root at the first root of a process, however often it calls chroot", () => {
    const host = testHost();
    host.state.machine.sysctls["kern.chroot_allow_open_directories"] = 2;
    putFile(host, "/secret", "of the host");
    const shell = hostRoot(host);
    ensureDirectory(host, "/a/prison");
    ok(chdir(host, shell, "/a/prison"));
    ok(chroot(host, shell, "."));
    expect(breakOut(host, shell)).toMatchObject({ ok: false, errno: "ENOENT" });
  });

  it("refuses the same to root in a jail", () => {
    const host = testHost();
    const { root } = makeJail(host);
    expect(breakOut(host, root)).toMatchObject({
      errno: "EPERM",
      decision: { rule: "chroot/open-directory" },
    });
  });

  it("holds root in a jail at its root even where open directories are no reason to refuse", () => {
    const host = testHost();
    host.state.machine.sysctls["kern.chroot_allow_open_directories"] = 2;
    putFile(host, "/secret", "of the host");
    const { root } = makeJail(host);
    expect(breakOut(host, root)).toMatchObject({ errno: "ENOENT" });
    expect(pathFor(host, root, "../../..")).toBe("/jails/web");
  });

  it("lets root in a jail chroot deeper", () => {
    const host = testHost();
    const { root } = makeJail(host);
    ok(chroot(host, root, "/usr"));
    expect(pathFor(host, root, "/bin")).toBe("/jails/web/usr/bin");
  });

  it.each([
    [0, "EPERM"],
    [1, undefined],
    [2, undefined],
  ])(
    "answers the host's root with kern.chroot_allow_open_directories=%i and an open directory: %s",
    (value, errno) => {
      const host = testHost();
      host.state.machine.sysctls["kern.chroot_allow_open_directories"] = value;
      const shell = hostRoot(host);
      ok(open(host, shell, "/tmp", { directory: true }));
      const outcome = chroot(host, shell, "/usr");
      expect(outcome.ok ? undefined : outcome.errno).toBe(errno);
    },
  );

  it("needs a privilege, or security.bsd.unprivileged_chroot and no new privileges", () => {
    const host = testHost();
    const user = ok(fork(host, hostRoot(host)));
    Object.assign(user.credential, { uid: 1001, ruid: 1001, svuid: 1001 });
    expect(chroot(host, user, "/usr")).toMatchObject({ errno: "EPERM" });
    host.state.machine.sysctls["security.bsd.unprivileged_chroot"] = 1;
    expect(chroot(host, user, "/usr")).toMatchObject({ errno: "EPERM" });
    user.noNewPrivileges = true;
    expect(chroot(host, user, "/usr").ok).toBe(true);
  });

  it("refuses to attach with an open directory, and keeps open files", () => {
    const host = testHost();
    const { jid } = makeJail(host);
    const shell = ok(fork(host, hostRoot(host)));
    const file = ok(open(host, shell, "/tmp/log", { write: true, create: true }));
    const directory = ok(open(host, shell, "/tmp", { directory: true }));
    expect(jailAttach(host, shell, jid)).toMatchObject({ errno: "EPERM" });
    shell.descriptors = shell.descriptors.filter(({ fd }) => fd !== directory);
    ok(jailAttach(host, shell, jid));
    expect(write(host, shell, file, "still there").ok).toBe(true);
    expect(ok(readFile(host, hostRoot(host), "/tmp/log"))).toBe("still there");
  });

  it("keeps a directory that another jail handed over to what is beneath it", () => {
    const host = testHost();
    const { root: one } = makeJail(host, { name: "one" });
    const { root: two } = makeJail(host, { name: "two" });
    const given = ok(open(host, one, "/usr", { directory: true }));
    const received = passDescriptor(host, one, given, two);
    expect(received.decision).toMatchObject({ verdict: "contained", unsure: true });
    const fd = ok(received);
    expect(open(host, two, "local", { at: fd }).ok).toBe(true);
    expect(open(host, two, "local/../bin/su", { at: fd }).ok).toBe(true);
    expect(open(host, two, "../etc/passwd", { at: fd })).toMatchObject({ errno: "ENOTCAPABLE" });
    expect(open(host, two, "/etc/passwd", { at: fd })).toMatchObject({ errno: "ENOTCAPABLE" });
    expect(fchdir(host, two, fd)).toMatchObject({ errno: "ENOTCAPABLE" });
  });

  it("does not restrict a directory that the host hands into a jail", () => {
    const host = testHost();
    putFile(host, "/secret", "of the host");
    const shell = hostRoot(host);
    const { root } = makeJail(host);
    const fd = ok(passDescriptor(host, shell, ok(open(host, shell, "/tmp", { directory: true })), root));
    expect(open(host, root, "../secret", { at: fd }).ok).toBe(true);
  });
});

describe("unintended consequences", () => {
  it("lets a hard link of a host file into the jail reach the file itself", () => {
    const host = testHost();
    putFile(host, "/tank.conf", "one");
    const shell = hostRoot(host);
    const { root } = makeJail(host);
    ok(link(host, shell, "/tank.conf", "/jails/web/tmp/conf"));
    const fd = ok(open(host, root, "/tmp/conf", { write: true, truncate: true }));
    ok(write(host, root, fd, "two"));
    expect(ok(readFile(host, shell, "/tank.conf"))).toBe("two");
  });

  it("lets a host user run a set-user-ID file that the jail's root left in a reachable directory", () => {
    const host = testHost();
    const { root } = makeJail(host);
    ok(open(host, root, "/tmp/tool", { write: true, create: true, mode: 0o755 }));
    ok(chmod(host, root, "/tmp/tool", 0o4755));
    const user = ok(fork(host, hostRoot(host)));
    Object.assign(user.credential, { uid: 1001, ruid: 1001, svuid: 1001, gid: 1001, groups: [1001] });
    ok(exec(host, user, "/jails/web/tmp/tool", []));
    expect(user.credential).toMatchObject({ container: 0, uid: 0 });
  });

  it("shows a jail a directory that the host moves into its tree", () => {
    const host = testHost();
    putFile(host, "/plans/secret", "of the host");
    const { root } = makeJail(host);
    ok(rename(host, hostRoot(host), "/plans", "/jails/web/plans"));
    expect(ok(readFile(host, root, "/plans/secret"))).toBe("of the host");
  });

  it("lets a process in a directory that the host moves out of the jail climb to the host's root", () => {
    const host = testHost();
    putFile(host, "/secret", "of the host");
    const { jid, root } = makeJail(host);
    ok(mkdir(host, root, "/work"));
    ok(chdir(host, root, "/work"));
    ok(rename(host, hostRoot(host), "/jails/web/work", "/work"));
    expect(pathFor(host, root, "../secret")).toBe("/secret");
    expect(pathFor(host, enter(host, jid), "/..")).toBe("/jails/web");
  });
});
