import { readFile, writeFile } from "@zonewarden/server/host/filesystem/files";
import { zfsCreate } from "@zonewarden/server/host/filesystem/zfs";
import { mountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { mountHolding, mountTable, spaceOf } from "@zonewarden/server/host/illumos/filesystem/mountViews";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** The table of mounts by zone: mnttab(5), statvfs(2). */

const data = { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home", options: ["ro"] };

function inZone() {
  const host = zoneHost();
  return { host, ...running(host, define("web", { resources: [data] })) };
}

describe("the table", () => {
  it("of a zone has its mounts, and its root; what it cannot name is shown as the place", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, { type: "lofs", from: "/var/tmp", on: "/mnt" }));
    expect(mountTable(host, root).map(({ on, special, type }) => `${special} ${on} ${type}`)).toEqual([
      "/ / zfs",
      "/data /data lofs",
      "/dev /dev dev",
      "/proc /proc proc",
      "ctfs /system/contract ctfs",
      "mnttab /etc/mnttab mntfs",
      "objfs /system/object objfs",
      "swap /etc/svc/volatile tmpfs",
      "sharefs /etc/dfs/sharetab sharefs",
      "fd /dev/fd fd",
      "swap /var/run tmpfs",
      "swap /tmp tmpfs",
      "/var/tmp /mnt lofs",
    ]);
  });

  it("of the global zone has all, with their paths and the zone", () => {
    const { host } = inZone();
    const found = mountTable(host, globalRoot(host)).find(({ on }) => on === "/zones/web/root/data");
    expect(found).toMatchObject({ special: "/export/home", type: "lofs" });
    expect(found?.options).toEqual(expect.arrayContaining(["ro", "zone=web"]));
  });

  it("of another zone has none of them", () => {
    const { host } = inZone();
    const other = running(host, define("other"));
    expect(mountTable(host, other.root).some(({ on }) => on === "/data")).toBe(false);
  });

  it("is what /etc/mnttab says", () => {
    const { host, root } = inZone();
    const lines = ok(readFile(host, root, "/etc/mnttab"))
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(mountTable(host, root).length);
    expect(lines[1]).toMatch(/^\/data\t\/data\tlofs\tro,.*zone=web.*\t\d+$/);
    expect(writeFile(host, root, "/etc/mnttab", "x")).toMatchObject({ errno: "EPERM" });
    expect(writeFile(host, root, "/proc/file", "x")).toMatchObject({ errno: "EACCES" });
  });
});

describe("space", () => {
  it("of a delegated dataset is that of its quota", () => {
    const host = zoneHost();
    ok(zfsCreate(host, globalRoot(host), "rpool/shown", { mountpoint: "legacy", quota: "1M" }));
    const resources = [{ type: "fs", fstype: "zfs", dir: "/shown", special: "rpool/shown" }];
    const { root } = running(host, define("web", { resources }));
    const view = ok(mountHolding(host, root, "/shown"));
    expect(view && spaceOf(host)(view)).toEqual({ total: 2 ** 20, used: 0, free: 2 ** 20 });
    ok(writeFile(host, root, "/shown/file", "12345"));
    expect(view && spaceOf(host)(view).used).toBe(5);
  });

  it("of tmpfs is what its size and the swap of the zone leave", () => {
    const host = zoneHost();
    const resources = [{ type: "fs", fstype: "tmpfs", dir: "/cache", special: "swap", options: ["size=1m"] }];
    const { root } = running(host, define("web", { resources }));
    ok(writeFile(host, root, "/cache/file", "12345"));
    const view = ok(mountHolding(host, root, "/cache/file"));
    expect(view && spaceOf(host)(view)).toMatchObject({ used: 5, free: 2 ** 20 - 5 });
    expect(writeFile(host, root, "/cache/more", "x".repeat(2 ** 20))).toMatchObject({ errno: "ENOSPC" });
  });
});
