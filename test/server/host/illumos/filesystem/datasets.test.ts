import { readFile, writeFile } from "@zonewarden/server/host/filesystem/files";
import {
  zfsCreate,
  zfsDestroy,
  zfsList,
  zfsMount,
  zfsSet,
  zfsSnapshot,
  zfsUnmount,
  zpoolConfigure,
} from "@zonewarden/server/host/filesystem/zfs";
import { zfsClone, zfsRename, zfsRollback } from "@zonewarden/server/host/filesystem/zfsSnapshots";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

/** Datasets of zones: zone_dataset_visible() in zone.c, zfs_dozonecheck() in zfs_ioctl.c, validate_datasets() in vplat.c. */

const DELEGATED: Definition = { resources: [{ type: "dataset", name: "rpool/data" }] };

function delegated(definition: Definition = DELEGATED) {
  const host = zoneHost();
  const shell = globalRoot(host);
  ok(zfsCreate(host, shell, "rpool/data", { mountpoint: "/data" }));
  ok(zfsCreate(host, shell, "rpool/data/inner"));
  return { host, shell, ...running(host, define("web", definition)) };
}

describe("delegation", () => {
  it("sets zoned for all below, takes them out of the tree of the global zone, and tells the line", () => {
    const { host, shell, zone } = delegated();
    const { "rpool/data": data, "rpool/data/inner": inner } = host.state.files.datasets;
    expect([data?.zoned, inner?.zoned, data?.mounted, data?.container]).toEqual([true, true, false, zone.id]);
    expect(zfsMount(host, shell, "rpool/data")).toMatchObject({ errno: "EPERM" });
    expect(host.events.find(({ message }) => message.includes("delegated"))).toMatchObject({
      kind: "zone.mount",
      causes: [{ what: "dataset" }],
    });
  });

  it("stops the zone from being readied where there is no such dataset", () => {
    const host = zoneHost({ described: true });
    const entry = installed(host, define("web", { resources: [{ type: "dataset", name: "rpool/none" }] }));
    expect(callZoneadmd(host, entry, { command: "boot" }).ok).toBe(false);
    expect(stateOf(host, "web")).toBe("installed");
    expect(host.events.find(({ outcome }) => outcome === "failed")).toMatchObject({
      errno: "ENOENT",
      causes: [{ what: "dataset" }],
    });
  });

  it("takes a dataset of a machine that nobody described to be there", () => {
    const host = zoneHost();
    running(host, define("web", { resources: [{ type: "dataset", name: "rpool/none/deep" }] }));
    expect(host.state.files.datasets["rpool/none/deep"]).toMatchObject({ zoned: true });
  });

  it("stays after the halt, so that the global zone mounts nothing by accident", () => {
    const { host, shell, root } = delegated();
    ok(zfsSet(host, root, "rpool/data", "mountpoint", "/tank"));
    ok(zfsMount(host, root, "rpool/data"));
    const entry = host.state.illumos?.index[0];
    expect(entry && callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(host.state.files.datasets["rpool/data"]).toMatchObject({
      zoned: true,
      mounted: false,
      container: 0,
    });
    expect(zfsMount(host, shell, "rpool/data").ok).toBe(false);
    ok(zfsSet(host, shell, "rpool/data", "zoned", "off"));
    expect(zfsMount(host, shell, "rpool/data").ok).toBe(true);
  });
});

describe("what a zone sees", () => {
  const names = (outcome: ReturnType<typeof zfsList>) => ok(outcome).map(({ name }) => name);

  it("is what was delegated, what is below and what is above", () => {
    const { host, root } = delegated();
    expect(names(zfsList(host, root))).toEqual(["rpool", "rpool/data", "rpool/data/inner"]);
  });

  it("is also what an fs resource mounts, to look at", () => {
    const host = zoneHost();
    const shell = globalRoot(host);
    ok(zfsCreate(host, shell, "rpool/shown", { mountpoint: "legacy" }));
    const resources = [{ type: "fs", fstype: "zfs", dir: "/shown", special: "rpool/shown" }];
    const { root } = running(host, define("web", { resources }));
    expect(names(zfsList(host, root))).toEqual(["rpool", "rpool/shown"]);
    expect(writeFile(host, root, "/shown/file", "x").ok).toBe(true);
    expect(zfsSet(host, root, "rpool/shown", "compression", "on")).toMatchObject({ errno: "EPERM" });
    expect(zfsUnmount(host, root, "rpool/shown")).toMatchObject({ errno: "EPERM" });
  });

  it("is nothing without /dev/zfs or without datasets", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    expect(names(zfsList(host, root))).toEqual([]);
    const kvm = running(host, define("guest", { properties: { brand: "kvm" } }));
    expect(zfsList(host, kvm.root)).toMatchObject({ errno: "ENOENT", decision: { rule: "zfs/control" } });
  });
});

describe("what a zone does with its datasets", () => {
  it("is to mount them where it likes, below its root", () => {
    const { host, shell, root } = delegated();
    ok(zfsSet(host, root, "rpool/data", "mountpoint", "/tank"));
    const mount = ok(zfsMount(host, root, "rpool/data"));
    expect(mount).toMatchObject({ path: "/zones/web/root/tank", options: ["nodevices"] });
    ok(writeFile(host, root, "/tank/file", "own"));
    expect(ok(readFile(host, shell, "/zones/web/root/tank/file"))).toBe("own");
    expect(zfsUnmount(host, root, "rpool/data").ok).toBe(true);
  });

  it("is to create, snapshot, clone, roll back, rename and destroy below the delegated one", () => {
    const { host, root } = delegated();
    ok(zfsCreate(host, root, "rpool/data/new", { mountpoint: "/new" }));
    ok(writeFile(host, root, "/new/file", "one"));
    ok(zfsSnapshot(host, root, "rpool/data/new", "now"));
    ok(zfsClone(host, root, "rpool/data/new@now", "rpool/data/copy", { mountpoint: "/copy" }));
    expect(ok(readFile(host, root, "/copy/file"))).toBe("one");
    ok(zfsRename(host, root, "rpool/data/copy", "rpool/data/other"));
    ok(zfsDestroy(host, root, "rpool/data/other"));
    ok(zfsRollback(host, root, "rpool/data/new@now"));
  });

  it.each([
    ["EPERM", "quota at the top", "rpool/data", "quota"],
    ["EPERM", "filesystem_limit at the top", "rpool/data", "filesystem_limit"],
    [undefined, "quota below", "rpool/data/inner", "quota"],
    [undefined, "a reservation at the top", "rpool/data", "reservation"],
    ["EPERM", "zoned", "rpool/data/inner", "zoned"],
    ["EPERM", "what is above", "rpool", "compression"],
    ["ENOENT", "what it does not see", "rpool/export", "compression"],
  ] as const)("gives %s for %s", (errno, _, name, property) => {
    const { host, root } = delegated();
    const outcome = zfsSet(host, root, name, property, property === "zoned" ? "off" : "1g");
    expect(outcome.ok ? undefined : outcome.errno).toBe(errno);
  });

  it("does not reach pools, other datasets, or the delegated one's place", () => {
    const { host, root } = delegated();
    expect(zpoolConfigure(host, root)).toMatchObject({ errno: "EPERM" });
    expect(zfsCreate(host, root, "rpool/elsewhere")).toMatchObject({ errno: "EPERM" });
    expect(zfsCreate(host, root, "rpool/export/mine")).toMatchObject({ errno: "ENOENT" });
    expect(zfsRename(host, root, "rpool/data", "rpool/mine")).toMatchObject({ errno: "EPERM" });
  });
});
