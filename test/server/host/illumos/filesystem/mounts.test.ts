import { mkdir, open, writeFile } from "@zonewarden/server/host/filesystem/files";
import type { Host } from "@zonewarden/server/host/host";
import { mountFs, unmountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { allOfZone } from "@zonewarden/server/host/illumos/privileges";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** Mounts from inside of a zone: secpolicy_fs_common(), secpolicy_fs_allowed_mount(), the mount of each type. */

function inZone(definition: Definition = {}) {
  const host = zoneHost();
  const { zone, root } = running(host, define("web", definition));
  return { host, zone, root };
}

/** The caller as an unprivileged user. */
function user(host: Host, root: Process): Process {
  const child = ok(fork(host, root));
  setCredential(host, child, { uid: 101, ruid: 101, gid: 10, groups: [10] });
  return child;
}

const nfs = { type: "nfs", from: "server:/export", on: "/mnt" };
const tmpfs = { type: "tmpfs", from: "swap", on: "/mnt" };

it("on Solaris 10, which has no fs-allowed, a zone mounts what is on a disk of its", () => {
  for (const [release, errno] of [
    ["10", undefined],
    ["11.4", "EPERM"],
  ] as const) {
    const host = zoneHost({ system: "solaris", release });
    const brand = release === "10" ? "native" : "solaris";
    const { root } = running(
      host,
      define("web", { properties: { brand }, resources: [{ type: "device", match: "/dev/*dsk/c0t0d0s7" }] }),
    );
    const outcome = mountFs(host, root, { type: "ufs", from: "/dev/dsk/c0t0d0s7", on: "/mnt" });
    expect(outcome.ok ? undefined : outcome.errno).toBe(errno);
  }
});

describe("which types a zone mounts", () => {
  it.each([
    [tmpfs],
    [{ type: "lofs", from: "/etc", on: "/mnt" }],
    [{ type: "proc", from: "proc", on: "/mnt" }],
    [{ type: "fd", from: "fd", on: "/mnt" }],
    [nfs],
    [{ ...nfs, type: "nfs4" }],
    [{ type: "smbfs", from: "//guest@server/share", on: "/mnt" }],
  ])("$type by itself", (request) => {
    const { host, root } = inZone();
    expect(mountFs(host, root, request).ok).toBe(true);
  });

  it.each([
    ["unset", "hsfs", true],
    ["unset", "ufs", false],
    ["ufs", "ufs", true],
    ["ufs", "nfs", true],
    ["-,ufs", "ufs", true],
    ["-,ufs", "nfs", false],
    ["-", "hsfs", false],
    ["-", "tmpfs", true],
  ] as const)("fs-allowed %s: %s is %s", (value, type, may) => {
    const { host, root } = inZone({ properties: value === "unset" ? {} : { "fs-allowed": value } });
    ok(writeFile(host, root, "/var/tmp/image", "x"));
    const from = type === "nfs" ? "server:/export" : type === "tmpfs" ? "swap" : "/var/tmp/image";
    const outcome = mountFs(host, root, { type, from, on: "/mnt" });
    if (may) expect(outcome.ok).toBe(true);
    else expect(outcome).toMatchObject({ errno: "EPERM", decision: { rule: "mount/type" } });
  });

  it("names the line of fs-allowed", () => {
    const { host, root } = inZone({ properties: { "fs-allowed": "-,ufs" } });
    const { causes } = mountFs(host, root, nfs).decision;
    expect(causes).toEqual([{ what: "fs-allowed=-,ufs", from: "configuration" }]);
  });

  it("says EINVAL for a type that the kernel does not have", () => {
    const { host, root } = inZone();
    expect(mountFs(host, root, { ...tmpfs, type: "ext4" })).toMatchObject({ errno: "EINVAL" });
  });

  it("does not find disks of the machine", () => {
    const { host, root } = inZone({ properties: { "fs-allowed": "ufs" } });
    const request = { type: "ufs", from: "/dev/dsk/c1t0d0s7", on: "/mnt" };
    expect(mountFs(host, root, request)).toMatchObject({ errno: "ENOENT" });
  });

  it("mounts a disk that is matched into it, if fs-allowed has the type", () => {
    const device = [
      { type: "device", match: "/dev/dsk/c1t0d0s7" },
      { type: "device", match: "/dev/rdsk/c1t0d0s7" },
    ];
    const request = { type: "ufs", from: "/dev/dsk/c1t0d0s7", on: "/mnt" };
    const both = inZone({ properties: { "fs-allowed": "ufs" }, resources: device });
    expect(mountFs(both.host, both.root, request).ok).toBe(true);
    const one = inZone({ resources: device });
    expect(mountFs(one.host, one.root, request)).toMatchObject({ errno: "EPERM" });
  });

  it("does not mount what the machine itself shares", () => {
    const { host, root } = inZone();
    const outcome = mountFs(host, root, { ...nfs, from: "host:/export" });
    expect(outcome).toMatchObject({ errno: "EPERM", decision: { unsure: true } });
  });

  it("needs sys_nfs for NFS", () => {
    const { host, root } = inZone({ properties: { limitpriv: "default,!sys_nfs" } });
    expect(mountFs(host, root, nfs)).toMatchObject({ errno: "EPERM", decision: { rule: "priv/sys_nfs" } });
  });
});

describe("options", () => {
  it("forces nodevices on every mount of a zone, and none in the global zone", () => {
    const { host, root } = inZone();
    expect(ok(mountFs(host, root, tmpfs)).options).toEqual(["nodevices"]);
    expect(ok(mountFs(host, globalRoot(host), tmpfs)).options).toEqual([]);
  });

  it("adds nosuid for who lacks a privilege of the zone", () => {
    const { host, root } = inZone();
    ok(mkdir(host, root, "/var/tmp/own"));
    const someone = user(host, root);
    expect(mountFs(host, someone, { ...tmpfs, on: "/var/tmp/own" })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/sys_mount" },
    });
    expect(allOfZone(host, someone).ok).toBe(false);
  });

  it("hides device nodes behind a loopback mount", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, { type: "lofs", from: "/dev", on: "/mnt" }));
    expect(open(host, root, "/dev/null").ok).toBe(true);
    expect(open(host, root, "/mnt/null")).toMatchObject({
      errno: "ENXIO",
      decision: { rule: "mount/nodevices" },
    });
  });
});

describe("the place", () => {
  it("is refused while something is mounted or at work there, unless an overlay is asked for", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, tmpfs));
    expect(mountFs(host, root, tmpfs)).toMatchObject({ errno: "EBUSY" });
    expect(mountFs(host, root, { ...tmpfs, options: ["overlay"] }).ok).toBe(true);
  });

  it("can be a file for lofs, and no directory then", () => {
    const { host, root } = inZone();
    ok(writeFile(host, root, "/var/tmp/passwd", ""));
    expect(mountFs(host, root, { type: "lofs", from: "/var/tmp/passwd", on: "/etc/passwd" }).ok).toBe(true);
    expect(mountFs(host, root, { type: "lofs", from: "/var", on: "/etc/group" })).toMatchObject({
      errno: "ENOTDIR",
    });
  });

  it("shows a loopback mount under both names", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, { type: "lofs", from: "/var/tmp", on: "/mnt" }));
    ok(writeFile(host, root, "/mnt/file", "text"));
    expect(open(host, root, "/var/tmp/file").ok).toBe(true);
  });
});

describe("who may take a mount away", () => {
  const data = { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home" };

  it("is the zone for its own", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, tmpfs));
    expect(unmountFs(host, root, "/mnt").ok).toBe(true);
  });

  it.each(["/proc", "/dev", "/etc/mnttab"])("is not the zone for %s of the brand", (path) => {
    const { host, root } = inZone();
    expect(unmountFs(host, root, path)).toMatchObject({
      errno: "EPERM",
      decision: { rule: "unmount/owner" },
    });
  });

  it("is not the zone for an fs resource, whose line is named", () => {
    const { host, root } = inZone({ resources: [data] });
    for (const outcome of [
      unmountFs(host, root, "/data"),
      mountFs(host, root, { type: "lofs", from: "/export/home", on: "/data", options: ["remount", "rw"] }),
    ])
      expect(outcome).toMatchObject({ errno: "EPERM", decision: { causes: [{ what: "fs" }] } });
  });

  it("is the global zone for everything", () => {
    const { host } = inZone({ resources: [data] });
    expect(unmountFs(host, globalRoot(host), "/zones/web/root/data").ok).toBe(true);
  });

  it("is nobody while it is in use", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, tmpfs));
    ok(writeFile(host, root, "/mnt/file", ""));
    ok(open(host, root, "/mnt/file"));
    expect(unmountFs(host, root, "/mnt")).toMatchObject({ errno: "EBUSY" });
    expect(unmountFs(host, root, "/mnt", { force: true }).ok).toBe(true);
  });

  it("says EINVAL where nothing is mounted", () => {
    const { host, root } = inZone();
    expect(unmountFs(host, root, "/mnt")).toMatchObject({ errno: "EINVAL" });
  });
});

describe("what mounts are charged for", () => {
  const lofi = (limit: number) => ({
    resources: [
      { type: "rctl", name: "zone.max-lofi", value: `(priv=privileged,limit=${limit},action=deny)` },
    ],
  });

  it("refuses one more lofi device than zone.max-lofi, and gives it back at the unmount", () => {
    const { host, root } = inZone(lofi(1));
    for (const name of ["one", "two"]) {
      ok(writeFile(host, root, `/var/tmp/${name}`, "iso"));
      ok(mkdir(host, root, `/mnt/${name}`));
    }
    const iso = (name: string) => ({ type: "hsfs", from: `/var/tmp/${name}`, on: `/mnt/${name}` });
    ok(mountFs(host, root, iso("one")));
    expect(mountFs(host, root, iso("two"))).toMatchObject({ errno: "EAGAIN" });
    ok(unmountFs(host, root, "/mnt/one"));
    expect(mountFs(host, root, iso("two")).ok).toBe(true);
  });
});
