import { chdir } from "@zonewarden/server/host/filesystem/directories";
import {
  mkdir,
  open,
  readdirectory,
  readFile,
  stat,
  symlink,
  writeFile,
} from "@zonewarden/server/host/filesystem/files";
import { lookup } from "@zonewarden/server/host/filesystem/lookup";
import { editable } from "@zonewarden/server/host/filesystem/nodes";
import { zfsCreate } from "@zonewarden/server/host/filesystem/zfs";
import { mountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { numberOfSet } from "@zonewarden/server/host/illumos/zoneIndex";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** Nothing leads out of the root of a zone: names, links, chroot, mounts of others. */

function inZone(definition: Definition = {}) {
  const host = zoneHost();
  return { host, ...running(host, define("web", definition)) };
}

describe("the root of a zone", () => {
  it("holds ..", () => {
    const { host, root } = inZone();
    ok(writeFile(host, globalRoot(host), "/secret", "x"));
    const up = "../".repeat(20);
    expect(stat(host, root, `/${up}secret`)).toMatchObject({ errno: "ENOENT" });
    expect(ok(stat(host, root, `/${up}etc`)).vnode).toEqual(ok(stat(host, root, "/etc")).vnode);
  });

  it("is where absolute links start", () => {
    const { host, root } = inZone();
    ok(writeFile(host, globalRoot(host), "/secret", "x"));
    ok(symlink(host, root, "/secret", "/var/tmp/link"));
    expect(readFile(host, root, "/var/tmp/link")).toMatchObject({ errno: "ENOENT" });
  });

  it("leads a global administrator astray who follows links in it", () => {
    const { host, root } = inZone();
    ok(symlink(host, root, "/etc/passwd", "/var/tmp/link"));
    const found = ok(readFile(host, globalRoot(host), "/zones/web/root/var/tmp/link"));
    expect(found).toBe(ok(readFile(host, globalRoot(host), "/etc/passwd")));
  });

  it("stays where it is over chroot, which takes proc_chroot", () => {
    const { host, root } = inZone();
    ok(mkdir(host, root, "/var/tmp/cage"));
    const directory = ok(open(host, root, "/", { directory: true }));
    ok(host.kernel.files.chroot(host, root, "/var/tmp/cage"));
    expect(stat(host, root, "../../../../../export", { follow: true })).toMatchObject({ ok: true });
    expect(ok(stat(host, root, "../../../../..")).vnode).toEqual(
      root.descriptors.find(({ fd }) => fd === directory)?.vnode,
    );
    const without = inZone({ properties: { limitpriv: "default,!proc_chroot" } });
    expect(without.host.kernel.files.chroot(without.host, without.root, "/var")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/proc_chroot" },
    });
  });

  it("does not show files of other zones", () => {
    const { host, root } = inZone();
    const other = running(host, define("other"));
    ok(writeFile(host, other.root, "/var/tmp/own", "x"));
    expect(stat(host, root, "/var/tmp/own")).toMatchObject({ errno: "ENOENT" });
    expect(stat(host, root, "/zones/other")).toMatchObject({ errno: "ENOENT" });
  });

  it("shares with another zone what both mount", () => {
    const data = { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home" };
    const { host, root } = inZone({ resources: [data] });
    const other = running(host, define("other", { resources: [data] }));
    ok(writeFile(host, other.root, "/data/note", "hello"));
    expect(ok(readFile(host, root, "/data/note"))).toBe("hello");
  });
});

describe("mounts of who is not root", () => {
  it("take sys_mount and an own directory, and get nosuid", () => {
    const { host, root } = inZone();
    ok(mkdir(host, root, "/var/tmp/own"));
    ok(mkdir(host, root, "/var/tmp/roots"));
    editable(host, ok(lookup(host, root, "/var/tmp/own"))).uid = 101;
    const someone = ok(fork(host, root));
    setCredential(host, someone, { uid: 101, ruid: 101, gid: 10, groups: [10] });
    const own = numberOfSet(host, ["file_read", "file_write", "sys_mount"]);
    const privileges = { effective: own, permitted: own, inheritable: own, limit: own };
    someone.illumos = { ...someone.illumos, privileges } as NonNullable<typeof someone.illumos>;
    const tmpfs = { type: "tmpfs", from: "swap" };
    expect(ok(mountFs(host, someone, { ...tmpfs, on: "/var/tmp/own" })).options).toEqual([
      "nodevices",
      "nosuid",
      "restrict",
    ]);
    expect(mountFs(host, someone, { ...tmpfs, on: "/var/tmp/roots" })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "mount/owner" },
    });
    expect(mountFs(host, someone, { ...tmpfs, on: "/var/tmp/own" })).toMatchObject({ errno: "EPERM" });
  });
});

describe("the automounter", () => {
  it("of one zone is not entered through a loopback mount of another", () => {
    const data = { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home" };
    const { host, root } = inZone({ resources: [data] });
    const other = running(host, define("other", { resources: [data] }));
    ok(mkdir(host, root, "/data/auto"));
    ok(mountFs(host, other.root, { type: "autofs", from: "auto_home", on: "/home" }));
    ok(chdir(host, globalRoot(host), "/"));
    const outcome = mountFs(host, globalRoot(host), {
      type: "lofs",
      from: "/zones/other/root/home",
      on: "/mnt",
    });
    expect(outcome).toMatchObject({ errno: "EACCES" });
  });
});

describe("volumes", () => {
  it("are device nodes for a zone only if a device resource matches them", () => {
    const host = zoneHost();
    ok(zfsCreate(host, globalRoot(host), "rpool/disk", { type: "volume", mountpoint: "none" }));
    const device = { type: "device", match: "/dev/zvol/rdsk/rpool/disk" };
    const granted = running(host, define("web", { resources: [device] }));
    expect(stat(host, granted.root, "/dev/zvol/rdsk/rpool/disk").ok).toBe(true);
    const names = ok(readdirectory(host, granted.root, "/dev/zvol/rdsk/rpool")).map(({ name }) => name);
    expect(names).toEqual(["disk"]);
    const other = running(host, define("other"));
    expect(stat(host, other.root, "/dev/zvol/rdsk/rpool/disk")).toMatchObject({ errno: "ENOENT" });
  });
});
