import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { mkdir, open, readFile, writeFile } from "@zonewarden/server/host/filesystem/files";
import { lookup } from "@zonewarden/server/host/filesystem/lookup";
import { mountFs, statfs, statfsView, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { kldload } from "@zonewarden/server/host/freebsd/modules";
import { fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** Mounting in a jail: the checks of vfs_donmount() and vfs_suser() in their order. */

const TMPFS = { type: "tmpfs", from: "tmpfs", on: "/mnt" };
const MOUNTING = { "allow.mount": true, "allow.mount.tmpfs": true, enforce_statfs: 1 };

describe("5.3: mounting in a jail", () => {
  it("mounts with allow.mount, the bit of the type, and enforce_statfs below 2", () => {
    const host = testHost();
    const { jid, root } = makeJail(host, MOUNTING);
    expect(ok(mountFs(host, root, TMPFS))).toMatchObject({ path: "/jails/web/mnt", container: jid, uid: 0 });
  });

  it.each([
    ["1: a type that is too long", MOUNTING, { type: "t".repeat(16) }, "ENAMETOOLONG"],
    ["1: a path that is too long", MOUNTING, { on: `/${"a/".repeat(600)}` }, "ENAMETOOLONG"],
    ["2: no allow.mount", { ...MOUNTING, "allow.mount": false }, {}, "EPERM"],
    ["2: enforce_statfs=2", { ...MOUNTING, enforce_statfs: 2 }, {}, "EPERM"],
    ["3: an exported mount", MOUNTING, { options: ["export"] }, "EPERM"],
    ["3: suiddir", MOUNTING, { options: ["suiddir"] }, "EPERM"],
    ["4: a type that is not loaded", MOUNTING, { type: "nullfs" }, "EPERM"],
    ["5: no such directory", MOUNTING, { on: "/none" }, "ENOENT"],
    ["6: a type without its bit", { ...MOUNTING, "allow.mount.tmpfs": false }, {}, "EPERM"],
    ["6: a type that is not jail-friendly", MOUNTING, { type: "ufs", from: "/dev/ada0p2" }, "EPERM"],
    ["6: the root of the jail", MOUNTING, { on: "/" }, "EPERM"],
    ["8: a file", MOUNTING, { on: "/etc/passwd" }, "ENOTDIR"],
  ])("%s", (title, parameters, request, errno) => {
    const host = testHost();
    const { root } = makeJail(host, parameters);
    const outcome = mountFs(host, root, { ...TMPFS, ...request });
    expect(outcome).toMatchObject({ ok: false, errno, decision: { rule: `mount/${title[0]}` } });
  });

  it("names the parameter that decided", () => {
    const host = testHost();
    const { root } = makeJail(host, { "allow.mount": true, enforce_statfs: 1 });
    const { causes } = mountFs(host, root, TMPFS).decision;
    expect(causes.map(({ what }) => what).join()).toContain("allow.mount.tmpfs");
  });

  it("4: gives EINVAL for a type that is not loaded before 14", () => {
    const host = testHost({ release: "13.2" });
    const { root } = makeJail(host, MOUNTING);
    expect(mountFs(host, root, { ...TMPFS, type: "nullfs" })).toMatchObject({
      errno: "EINVAL",
      decision: { unsure: true },
    });
  });

  it("4: loads the type for root on the host", () => {
    const host = testHost();
    ok(mkdir(host, hostRoot(host), "/shown"));
    ok(mountFs(host, hostRoot(host), { type: "nullfs", from: "/shown", on: "/mnt" }));
    expect(host.state.machine.modules).toContain("nullfs");
  });

  it("6: a mount on the root of the jail was possible before 14", () => {
    const host = testHost({ release: "13.2" });
    const { root } = makeJail(host, MOUNTING);
    expect(mountFs(host, root, { ...TMPFS, on: "/" }).ok).toBe(true);
  });

  it("7: needs to own the directory, or the privilege over files", () => {
    const host = testHost();
    host.state.machine.sysctls["vfs.usermount"] = 1;
    const user = ok(fork(host, hostRoot(host)));
    Object.assign(user.credential, { uid: 1001, ruid: 1001, svuid: 1001, gid: 1001, groups: [1001] });
    expect(mountFs(host, user, TMPFS)).toMatchObject({ errno: "EPERM", decision: { rule: "mount/7" } });
  });

  it("2: vfs.usermount does not help in a jail", () => {
    const host = testHost();
    host.state.machine.sysctls["vfs.usermount"] = 1;
    const { root } = makeJail(host);
    expect(mountFs(host, root, TMPFS)).toMatchObject({ errno: "EPERM", decision: { rule: "mount/2" } });
  });

  it("9: devfs takes the ruleset of the jail, and no other", () => {
    const host = testHost();
    const { root } = makeJail(host, {
      ...MOUNTING,
      "allow.mount.devfs": true,
      devfs_ruleset: 4,
    });
    const devfs = { type: "devfs", from: "devfs", on: "/dev" };
    expect(mountFs(host, root, { ...devfs, options: ["ruleset=1"] })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "mount/9" },
    });
    expect(ok(mountFs(host, root, devfs)).ruleset).toBe(4);
  });

  it("9: tmpfs holds no more than its size", () => {
    const host = testHost();
    const { root } = makeJail(host, MOUNTING);
    ok(mountFs(host, root, { ...TMPFS, options: ["size=1k"] }));
    expect(writeFile(host, root, "/mnt/big", "x".repeat(1025))).toMatchObject({ errno: "ENOSPC" });
    expect(writeFile(host, root, "/mnt/small", "x".repeat(1024)).ok).toBe(true);
  });

  it("9: a directory cannot be mounted on itself", () => {
    const host = testHost();
    const shell = hostRoot(host);
    expect(mountFs(host, shell, { type: "nullfs", from: "/mnt", on: "/mnt" })).toMatchObject({
      errno: "EDEADLK",
    });
  });
});

describe("5.3: unmounting and updating", () => {
  it("a jail unmounts what it mounted", () => {
    const host = testHost();
    const { root } = makeJail(host, MOUNTING);
    ok(mountFs(host, root, TMPFS));
    ok(unmountFs(host, root, "/mnt"));
    expect(Object.values(host.state.files.mounts).some(({ path }) => path === "/jails/web/mnt")).toBe(false);
  });

  it("a jail does not unmount what the host mounted", () => {
    const host = testHost();
    const { root } = makeJail(host, MOUNTING);
    ok(mountFs(host, hostRoot(host), { ...TMPFS, on: "/jails/web/mnt" }));
    expect(unmountFs(host, root, "/mnt")).toMatchObject({ errno: "EPERM", decision: { rule: "unmount/3" } });
    expect(mountFs(host, root, { ...TMPFS, options: ["update", "ro"] })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "mount/update" },
    });
  });

  it("a jail unmounts what a jail below it mounted", () => {
    const host = testHost();
    const { root: outer } = makeJail(host, { ...MOUNTING, "children.max": 1 });
    const { root: inner } = makeJail(host, { ...MOUNTING, name: "inner", path: "/inner" }, outer);
    ok(mountFs(host, inner, TMPFS));
    expect(unmountFs(host, inner, "/").ok).toBe(false);
    ok(unmountFs(host, outer, "/inner/mnt"));
  });

  it("needs the bit of the type also for that", () => {
    const host = testHost();
    const { jid, root } = makeJail(host, MOUNTING);
    ok(mountFs(host, root, TMPFS));
    ok(
      jailSet(
        host,
        hostRoot(host),
        { jid: { value: jid }, "allow.mount.tmpfs": { value: false } },
        { update: true },
      ),
    );
    expect(unmountFs(host, root, "/mnt")).toMatchObject({ errno: "EPERM", decision: { rule: "unmount/3" } });
  });

  it.each([
    ["a directory that is no mount point", "/tmp/x", "EINVAL"],
    ["the root of the host", "/", "EINVAL"],
  ])("refuses %s", (_, path, errno) => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(mkdir(host, shell, "/tmp/x"));
    expect(unmountFs(host, shell, path)).toMatchObject({ errno });
  });

  it("refuses a mount in use, unless forced", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(mountFs(host, shell, TMPFS));
    const user = ok(fork(host, shell));
    ok(chdir(host, user, "/mnt"));
    expect(unmountFs(host, shell, "/mnt")).toMatchObject({ errno: "EBUSY" });
    ok(unmountFs(host, shell, "/mnt", { force: true }));
    expect(lookup(host, user, "x")).toMatchObject({ errno: "ENOTDIR" });
  });

  it("refuses a mount with another one below, even when forced", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(mountFs(host, shell, TMPFS));
    ok(mkdir(host, shell, "/mnt/in"));
    ok(mountFs(host, shell, { ...TMPFS, on: "/mnt/in" }));
    expect(unmountFs(host, shell, "/mnt", { force: true })).toMatchObject({ errno: "EBUSY" });
  });

  it("forgets what was in a tmpfs", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(mountFs(host, shell, TMPFS));
    ok(writeFile(host, shell, "/mnt/note", "x"));
    ok(unmountFs(host, shell, "/mnt"));
    ok(mountFs(host, shell, TMPFS));
    expect(readFile(host, shell, "/mnt/note")).toMatchObject({ errno: "ENOENT" });
  });

  it("refuses to write what is mounted read-only", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(mountFs(host, shell, { ...TMPFS, options: ["ro"] }));
    expect(writeFile(host, shell, "/mnt/note", "x")).toMatchObject({ errno: "EROFS" });
    ok(mountFs(host, shell, { ...TMPFS, options: ["update", "rw"] }));
    expect(writeFile(host, shell, "/mnt/note", "x").ok).toBe(true);
  });

  it("keeps the nullfs of a directory read-only while the directory is not", () => {
    const host = testHost();
    const shell = hostRoot(host);
    const { root } = makeJail(host);
    ok(mkdir(host, shell, "/data"));
    ok(mountFs(host, shell, { type: "nullfs", from: "/data", on: "/jails/web/mnt", options: ["ro"] }));
    ok(writeFile(host, shell, "/data/note", "shared"));
    expect(ok(readFile(host, root, "/mnt/note"))).toBe("shared");
    expect(open(host, root, "/mnt/note", { write: true })).toMatchObject({ errno: "EROFS" });
  });
});

describe("5.4: views of the mount table", () => {
  const view = (enforce: number, path = "/jails/web") => {
    const host = testHost();
    const { root } = makeJail(host, { enforce_statfs: enforce, path });
    ok(mountFs(host, hostRoot(host), { ...TMPFS, on: `${path === "/" ? "" : path}/mnt` }));
    return { host, root, list: statfsView(host, root) };
  };

  it("0: shows all mounts with their real paths", () => {
    const { list } = view(0);
    expect(list.decision.verdict).toBe("allow");
    const points = ok(list).map(({ on }) => on);
    expect(points).toContain("/jails/web/mnt");
    expect(points).toContain("/dev");
  });

  it("1: shows the mount of the root and those below, without the path of the jail", () => {
    const { list } = view(1);
    expect(ok(list).map(({ on }) => on)).toEqual(["/", "/mnt"]);
    expect(list.decision.verdict).toBe("contained");
  });

  it("2: shows the mount of the root only", () => {
    expect(ok(view(2).list).map(({ on }) => on)).toEqual(["/"]);
  });

  it.each([
    [0, "/jails/web/mnt"],
    [1, "/mnt"],
    [2, "[restricted]"],
  ])("%i: names the mount of a file %s", (enforce, on) => {
    const { host, root } = view(enforce);
    expect(ok(statfs(host, root, "/mnt")).on).toBe(on);
  });

  it("1: shows all mounts to a jail whose path is /", () => {
    const { list } = view(1, "/");
    expect(ok(list).map(({ on }) => on)).toContain("/dev");
  });

  it("gives no id of a file system to a jail", () => {
    expect(new Set(ok(view(0).list).map(({ fsid }) => fsid))).toEqual(new Set(["0"]));
  });

  it("hides even what the jail mounted itself once the level is 2", () => {
    const host = testHost();
    const { jid, root } = makeJail(host, MOUNTING);
    ok(mountFs(host, root, TMPFS));
    ok(
      jailSet(host, hostRoot(host), { jid: { value: jid }, enforce_statfs: { value: 2 } }, { update: true }),
    );
    expect(ok(statfsView(host, root)).map(({ on }) => on)).toEqual(["/"]);
  });
});

describe("modules", () => {
  it("brings allow.mount.nullfs with the module nullfs", () => {
    const host = testHost();
    ok(kldload(host, hostRoot(host), "nullfs"));
    const { root } = makeJail(host, { "allow.mount": true, "allow.mount.nullfs": true, enforce_statfs: 1 });
    expect(mountFs(host, root, { type: "nullfs", from: "/usr", on: "/mnt" }).ok).toBe(true);
  });
});
