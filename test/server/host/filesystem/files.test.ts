import {
  chmod,
  chown,
  close,
  link,
  mkdir,
  mkfifo,
  mknod,
  open,
  read,
  readdirectory,
  readFile,
  rename,
  rmdir,
  stat,
  unlink,
  write,
  writeFile,
} from "@zonewarden/server/host/filesystem/files";
import { chflags, extattrGet, extattrSet } from "@zonewarden/server/host/freebsd/filesystem/attributes";
import { getfh, openHandle, startNfsd } from "@zonewarden/server/host/freebsd/filesystem/handles";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { quotactl } from "@zonewarden/server/host/freebsd/filesystem/quota";
import type { Host } from "@zonewarden/server/host/host";
import { fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** Files, flags, quotas, attributes and handles: what root keeps in a jail, and what not. */

function userOf(host: Host, process: Process, uid = 1001): Process {
  const user = ok(fork(host, process));
  Object.assign(user.credential, { uid, ruid: uid, svuid: uid, gid: uid, groups: [uid] });
  return user;
}

function jail(parameters: Parameters<typeof makeJail>[1] = {}) {
  const host = testHost();
  return { host, ...makeJail(host, parameters) };
}

describe("names and contents", () => {
  it("writes, reads, and forgets a file", () => {
    const { host, root } = jail();
    ok(writeFile(host, root, "/tmp/a", "one\n"));
    ok(writeFile(host, root, "/tmp/a", "two\n", { append: true }));
    expect(ok(readFile(host, root, "/tmp/a"))).toBe("one\ntwo\n");
    ok(unlink(host, root, "/tmp/a"));
    expect(stat(host, root, "/tmp/a")).toMatchObject({ errno: "ENOENT" });
  });

  it("keeps an unlinked file for who has it open", () => {
    const { host, root } = jail();
    ok(writeFile(host, root, "/tmp/a", "kept"));
    const fd = ok(open(host, root, "/tmp/a"));
    ok(unlink(host, root, "/tmp/a"));
    expect(ok(read(host, root, fd))).toBe("kept");
    const before = Object.values(host.state.files.byId).map(({ nodes }) => Object.keys(nodes).length);
    ok(close(host, root, fd));
    const after = Object.values(host.state.files.byId).map(({ nodes }) => Object.keys(nodes).length);
    expect(before.reduce((a, b) => a + b) - after.reduce((a, b) => a + b)).toBe(1);
  });

  it("changes the stock tree of one jail only", () => {
    const host = testHost();
    const { root: one } = makeJail(host, { name: "one" });
    const { root: two } = makeJail(host, { name: "two" });
    ok(unlink(host, one, "/bin/cat"));
    ok(writeFile(host, one, "/etc/rc.conf", "sshd_enable=YES\n"));
    expect(stat(host, one, "/bin/cat").ok).toBe(false);
    expect(stat(host, two, "/bin/cat").ok).toBe(true);
    expect(ok(readFile(host, two, "/etc/rc.conf"))).toBe("");
  });

  it("moves a directory with what is in it", () => {
    const { host, root } = jail();
    ok(rename(host, root, "/usr/local", "/opt"));
    expect(ok(readdirectory(host, root, "/opt")).map(({ name }) => name)).toContain("etc");
    expect(stat(host, root, "/opt/../etc/passwd").ok).toBe(true);
  });

  it.each<[string, (host: Host, process: Process) => { ok: boolean }, string]>([
    ["mkdir of what exists", (h, p) => mkdir(h, p, "/etc"), "EEXIST"],
    ["rmdir of a directory with files", (h, p) => rmdir(h, p, "/etc"), "ENOTEMPTY"],
    ["rmdir of a file", (h, p) => rmdir(h, p, "/etc/passwd"), "ENOTDIR"],
    ["unlink of a directory", (h, p) => unlink(h, p, "/etc"), "EPERM"],
    ["link of a directory", (h, p) => link(h, p, "/etc", "/tmp/etc"), "EPERM"],
    ["link onto what exists", (h, p) => link(h, p, "/etc/passwd", "/etc/group"), "EEXIST"],
    ["link of an immutable file", (h, p) => link(h, p, "/sbin/init", "/tmp/init"), "EPERM"],
    ["rename into itself", (h, p) => rename(h, p, "/usr", "/usr/local/usr"), "EINVAL"],
    ["rename of a file onto a directory", (h, p) => rename(h, p, "/etc/passwd", "/usr"), "EISDIR"],
    ["rename of a directory onto a file", (h, p) => rename(h, p, "/usr", "/etc/passwd"), "ENOTDIR"],
    ["unlink of an immutable file", (h, p) => unlink(h, p, "/sbin/init"), "EPERM"],
    ["writing a directory", (h, p) => open(h, p, "/etc", { write: true }), "EISDIR"],
    ["writing an immutable file", (h, p) => open(h, p, "/sbin/init", { write: true }), "EPERM"],
    ["opening a link with O_NOFOLLOW", (h, p) => open(h, p, "/sys", { nofollow: true }), "ELOOP"],
    ["creating with O_EXCL", (h, p) => open(h, p, "/etc/rc", { create: true, exclusive: true }), "EEXIST"],
    ["writing what is open for reading", (h, p) => write(h, p, ok(open(h, p, "/etc/rc")), "x"), "EBADF"],
    ["a descriptor that is not open", (h, p) => read(h, p, 77), "EBADF"],
  ])("refuses %s", (_, call, errno) => {
    const { host, root } = jail();
    expect(call(host, root)).toMatchObject({ ok: false, errno });
  });

  it("refuses links and renames across mounts, also between two views of one directory", () => {
    const host = testHost();
    const shell = hostRoot(host);
    for (const on of ["/mnt", "/media"]) ok(mountFs(host, shell, { type: "nullfs", from: "/etc", on }));
    expect(link(host, shell, "/mnt/passwd", "/media/x")).toMatchObject({ errno: "EXDEV" });
    expect(rename(host, shell, "/mnt/passwd", "/media/x")).toMatchObject({ errno: "EXDEV" });
  });

  it("keeps the files of others in a sticky directory from ordinary users", () => {
    const { host, root } = jail();
    ok(writeFile(host, root, "/tmp/a", "x"));
    const user = userOf(host, root);
    expect(unlink(host, user, "/tmp/a")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "remove/sticky" },
    });
  });

  it("asks for ownership of what is linked where the host's policy says so; root is exempt", () => {
    const { host, root } = jail();
    host.state.machine.sysctls["security.bsd.hardlink_check_uid"] = 1;
    expect(link(host, userOf(host, root), "/etc/passwd", "/tmp/a")).toMatchObject({ errno: "EPERM" });
    expect(link(host, root, "/etc/passwd", "/etc/a").ok).toBe(true);
  });
});

describe("5.5: nodes", () => {
  it.each(["device", "whiteout", "bad"] as const)("refuses mknod of a %s in a jail", (kind) => {
    const { host, root } = jail();
    expect(mknod(host, root, "/tmp/node", kind)).toMatchObject({ errno: "EPERM" });
  });

  it("lets a jail make a FIFO", () => {
    const { host, root } = jail();
    expect(mkfifo(host, root, "/tmp/fifo").ok).toBe(true);
  });

  it("gives a device node outside of devfs to no driver", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(mknod(host, shell, "/tmp/disk"));
    expect(open(host, shell, "/tmp/disk")).toMatchObject({ errno: "ENXIO" });
  });
});

describe("5.5: modes and owners", () => {
  it("lets root in a jail change them, and other users not", () => {
    const { host, root } = jail();
    ok(chmod(host, root, "/etc/rc", 0o4711));
    ok(chown(host, root, "/etc/rc", 1001, 0));
    const user = userOf(host, root);
    expect(chmod(host, user, "/etc/rc", 0o755).ok).toBe(true);
    expect(chown(host, user, "/etc/rc", 0, 0)).toMatchObject({ errno: "EPERM" });
    expect(chmod(host, user, "/etc/passwd", 0o666)).toMatchObject({ errno: "EPERM" });
  });

  it("takes the set-user-ID bit away when another user writes", () => {
    const { host, root } = jail();
    ok(writeFile(host, root, "/tmp/tool", "x"));
    ok(chmod(host, root, "/tmp/tool", 0o4777));
    ok(writeFile(host, userOf(host, root), "/tmp/tool", "y"));
    expect(ok(stat(host, root, "/tmp/tool")).node.mode).toBe(0o777);
  });

  it("takes away what root could do where allow.suser is off", () => {
    const { host, root } = jail({ "allow.suser": false });
    expect(open(host, userOf(host, root, 0), "/etc/master.passwd").ok).toBe(true);
    expect(chown(host, root, "/etc/rc", 1001, 0)).toMatchObject({ errno: "EPERM" });
  });
});

describe("5.5: flags", () => {
  it("user flags are free, system flags need allow.chflags", () => {
    const { host, root } = jail();
    ok(chflags(host, root, "/etc/rc", ["uchg"]));
    ok(chflags(host, root, "/etc/rc", []));
    expect(chflags(host, root, "/etc/rc", ["schg"])).toMatchObject({ errno: "EPERM" });
    expect(chflags(host, root, "/sbin/init", [])).toMatchObject({ errno: "EPERM" });
  });

  it("with allow.chflags, system flags are cleared up to securelevel 0", () => {
    const { host, root } = jail({ "allow.chflags": true });
    ok(chflags(host, root, "/etc/rc", ["schg"]));
    ok(chflags(host, root, "/etc/rc", []));
    const raised = jail({ "allow.chflags": true, securelevel: 1 });
    expect(chflags(raised.host, raised.root, "/sbin/init", [])).toMatchObject({
      errno: "EPERM",
      decision: { rule: "chflags/securelevel" },
    });
    expect(chflags(raised.host, raised.root, "/etc/rc", ["schg"]).ok).toBe(true);
  });

  it("lets root in a jail set flags of devices", () => {
    const { host, root } = jail();
    ok(mountFs(host, hostRoot(host), { type: "devfs", from: "devfs", on: "/jails/web/dev" }));
    expect(chflags(host, root, "/dev/null", ["uchg"]).ok).toBe(true);
  });
});

describe("5.5: quotas", () => {
  const onUfs = (parameters: Parameters<typeof makeJail>[1] = {}) => {
    const made = jail(parameters);
    const { host } = made;
    ok(mountFs(host, hostRoot(host), { type: "ufs", from: "/dev/ada0p2", on: "/jails/web/mnt" }));
    return made;
  };

  it("are the host's without allow.quotas, before anything else is looked at", () => {
    const { host, root } = jail();
    expect(quotactl(host, root, "/none", { command: "get", uid: 0 })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "quotactl/jail" },
    });
  });

  it("are read and set with allow.quotas, but not switched", () => {
    const { host, root } = onUfs({ "allow.quotas": true });
    ok(quotactl(host, root, "/mnt", { command: "set", uid: 1001, bytes: 100 }));
    expect(ok(quotactl(host, root, "/mnt", { command: "get", uid: 1001 }))).toEqual({ limit: 100, used: 0 });
    for (const command of ["on", "off"] as const)
      expect(quotactl(host, root, "/mnt", { command })).toMatchObject({ errno: "EPERM" });
  });

  it("bind root in a jail, not root on the host", () => {
    const { host, root } = onUfs();
    const shell = hostRoot(host);
    ok(quotactl(host, shell, "/jails/web/mnt", { command: "on" }));
    ok(quotactl(host, shell, "/jails/web/mnt", { command: "set", uid: 0, bytes: 10 }));
    expect(writeFile(host, root, "/mnt/a", "more than ten")).toMatchObject({ errno: "EDQUOT" });
    expect(writeFile(host, shell, "/jails/web/mnt/a", "more than ten").ok).toBe(true);
  });
});

describe("5.5: extended attributes", () => {
  it("of users are free; those of the system need allow.extattr", () => {
    const { host, root } = jail();
    ok(extattrSet(host, root, "/etc/rc", "user", "note", "x"));
    expect(ok(extattrGet(host, root, "/etc/rc", "user", "note"))).toBe("x");
    expect(extattrSet(host, root, "/etc/rc", "system", "note", "x")).toMatchObject({ errno: "EPERM" });
    const more = jail({ "allow.extattr": true });
    expect(extattrSet(more.host, more.root, "/etc/rc", "system", "note", "x").ok).toBe(true);
  });
});

describe("5.5: directories as files", () => {
  const readRoot = (release: string, jailed: boolean, allow = 0) => {
    const host = testHost({ release });
    host.state.machine.sysctls["security.bsd.allow_read_dir"] = allow;
    const process = jailed ? makeJail(host).root : hostRoot(host);
    return read(host, process, ok(open(host, process, "/etc")));
  };

  it.each([
    ["12.4", true, 0, undefined],
    ["13.2", false, 0, "EISDIR"],
    ["13.2", false, 1, undefined],
    ["15.0", true, 1, "EISDIR"],
  ] as const)("%s, jailed %s, allow_read_dir=%i: %s", (release, jailed, allow, errno) => {
    const outcome = readRoot(release, jailed, allow);
    expect(outcome.ok ? undefined : outcome.errno).toBe(errno);
  });
});

describe("5.3, 5.5: handles and the NFS server", () => {
  const NFS = { vnet: "new", "allow.nfsd": true, enforce_statfs: 1 };

  function onMount(parameters: Parameters<typeof makeJail>[1]) {
    const host = testHost();
    ok(mkdir(host, hostRoot(host), "/export"));
    ok(mountFs(host, hostRoot(host), { type: "tmpfs", from: "tmpfs", on: "/export" }));
    return { host, ...makeJail(host, { path: "/export", ...parameters }) };
  }

  it("serves with all four conditions, and never opens a handle", () => {
    const { host, root } = onMount(NFS);
    expect(startNfsd(host, root).ok).toBe(true);
    expect(getfh(host, root, "/").ok).toBe(true);
    for (const call of ["fhopen", "fhstat", "fhstatfs"] as const)
      expect(openHandle(host, root, call)).toMatchObject({ errno: "EPERM" });
  });

  it.each([
    ["a stack of its own", { "allow.nfsd": true, enforce_statfs: 1 }],
    ["allow.nfsd", { vnet: "new", enforce_statfs: 1 }],
    ["enforce_statfs above 0", { ...NFS, enforce_statfs: 0 }],
    ["a root that is the root of a mount", { ...NFS, path: "/jails/web" }],
  ])("does not serve without %s", (_, parameters) => {
    const { host, root } = onMount(parameters);
    expect(startNfsd(host, root)).toMatchObject({ errno: "EPERM" });
    expect(getfh(host, root, "/")).toMatchObject({ errno: "EPERM" });
  });
});
