import { existsSync, readFileSync } from "node:fs";
import {
  chmod,
  mknod,
  open,
  readdirectory,
  stat,
  symlink,
  unlink,
} from "@zonewarden/server/host/filesystem/files";
import { makeDevice } from "@zonewarden/server/host/illumos/filesystem/deviceNames";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { describe, expect, it } from "vitest";
import { type Definition, define, enter, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** /dev of zones: usr/src/uts/common/fs/dev, usr/src/cmd/zoneadmd/vplat.c, secpolicy_spec_open(). */

const SHARED = { properties: { "ip-type": "shared" } };

function inZone(definition: Definition = {}) {
  const host = zoneHost();
  return { host, ...running(host, define("web", definition)) };
}

const REFERENCE = new URL("../../../../../../shared/reference/zone-devices.json", import.meta.url);
interface Reference {
  devices: { match: string; path: string; ipType: "any" | "exclusive"; arch?: string }[];
  symlinks: { path: string; target: string }[];
  absentByDefault: { path: string }[];
}
const reference: Reference = existsSync(REFERENCE)
  ? JSON.parse(readFileSync(REFERENCE, "utf8"))
  : { devices: [], symlinks: [], absentByDefault: [] };

/** What the machine of the tests has nothing of: an instance of a directory of instances. */
const plain = reference.devices.filter(
  ({ match, arch }) => !match.includes("*") && !match.includes("%") && !arch,
);

describe.skipIf(!existsSync(REFERENCE))("names against the reference", () => {
  it.each(plain)("$path in $ipType", ({ path, ipType }) => {
    const exclusive = inZone();
    expect(stat(exclusive.host, exclusive.root, path).ok).toBe(true);
    const shared = inZone(SHARED);
    expect(stat(shared.host, shared.root, path).ok).toBe(ipType === "any");
  });

  it.each(reference.symlinks)("$path leads to $target", ({ path, target }) => {
    const { host, root } = inZone();
    expect(ok(stat(host, root, path, { follow: false })).node).toMatchObject({ kind: "link", target });
  });

  const single = reference.absentByDefault.filter(({ path }) => /^\/dev\/[a-z]+$/.test(path));
  it.each(single)("$path is not there", ({ path }) => {
    const { host, root } = inZone(SHARED);
    expect(stat(host, root, path)).toMatchObject({ errno: "ENOENT" });
  });
});

describe("names", () => {
  it("are those that a device resource matches beside those of the brand", () => {
    const { host, root } = inZone({ resources: [{ type: "device", match: "/dev/rdsk/c1t*d0s2" }] });
    expect(stat(host, root, "/dev/rdsk/c1t0d0s2").ok).toBe(true);
    expect(stat(host, root, "/dev/rdsk/c1t0d0s0").ok).toBe(false);
    expect(stat(host, root, "/dev/dsk/c1t0d0s2").ok).toBe(false);
    expect(ok(readdirectory(host, root, "/dev/rdsk")).map(({ name }) => name)).toEqual(["c1t0d0s2"]);
  });

  it("that a resource brings to a running zone wait for the next boot", () => {
    const { host, root } = inZone();
    const entry = host.state.illumos?.index[0];
    if (!entry) throw new Error("no entry");
    entry.definition = define("web", { resources: [{ type: "device", match: "/dev/kmem" }] });
    expect(stat(host, root, "/dev/kmem").ok).toBe(false);
    callZoneadmd(host, entry, { command: "reboot" });
    const zone = Object.values(host.state.illumos?.zones ?? {}).find(({ name }) => name === "web");
    expect(zone && stat(host, enter(host, zone), "/dev/kmem").ok).toBe(true);
  });

  it("of links are those of the zone", () => {
    const { host, root } = inZone({
      resources: [{ type: "net", physical: "web0", "global-nic": "e1000g0" }],
    });
    const names = (path: string) => ok(readdirectory(host, root, path)).map(({ name }) => name);
    expect(names("/dev/net")).toEqual(["web0"]);
    const shared = inZone(SHARED);
    expect(ok(readdirectory(shared.host, shared.root, "/dev/net"))).toEqual([]);
  });

  it("of terminals are those of the zone, and the global zone sees all", () => {
    const { host, zone, root } = inZone();
    makeDevice(host, "pts/1", zone.id);
    makeDevice(host, "pts/2", 0);
    expect(stat(host, root, "/dev/pts/1").ok).toBe(true);
    expect(stat(host, root, "/dev/pts/2").ok).toBe(false);
    expect(stat(host, globalRoot(host), "/dev/pts/2").ok).toBe(true);
  });

  it("lead to the console of the zone", () => {
    const { host, root } = inZone();
    expect(ok(stat(host, root, "/dev/console")).node).toMatchObject({ device: "zcons/web/zoneconsole" });
  });

  it("stay within the zone: there is no /devices", () => {
    const { host, root } = inZone();
    expect(readdirectory(host, root, "/devices").ok && ok(readdirectory(host, root, "/devices"))).toEqual([]);
  });

  it("of the global zone are all", () => {
    const host = zoneHost();
    for (const path of ["/dev/kmem", "/dev/mem", "/dev/rdsk/c1t0d0s2", "/dev/null", "/dev/zvol/rdsk"])
      expect([path, stat(host, globalRoot(host), path).ok]).toEqual([path, true]);
  });
});

describe("nodes", () => {
  it("cannot be made, even by root: sys_devices is prohibited", () => {
    const { host, root } = inZone();
    expect(mknod(host, root, "/var/tmp/kmem")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/sys_devices", causes: [{ what: "sys_devices is prohibited in zones" }] },
    });
  });

  it("that the global zone has put into the root lead nowhere on a mount with nodevices", () => {
    const resources = [
      { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home", options: ["nodevices"] },
    ];
    const { host, root } = inZone({ resources });
    ok(mknod(host, globalRoot(host), "/export/home/kmem"));
    expect(open(host, root, "/data/kmem")).toMatchObject({ errno: "ENXIO" });
  });

  it("keep the modes that the zone gives them, over a halt", () => {
    const { host, root } = inZone();
    ok(chmod(host, root, "/dev/zfs", 0o600));
    const entry = host.state.illumos?.index[0];
    if (!entry) throw new Error("no entry");
    callZoneadmd(host, entry, { command: "reboot" });
    const zone = Object.values(host.state.illumos?.zones ?? {}).find(({ name }) => name === "web");
    if (!zone) throw new Error("no zone");
    expect(ok(stat(host, enter(host, zone), "/dev/zfs")).node.mode).toBe(0o600);
    expect(ok(stat(host, globalRoot(host), "/dev/zfs")).node.mode).toBe(0o666);
  });

  it("take links, which root of the zone can remove", () => {
    const { host, root } = inZone();
    ok(symlink(host, root, "null", "/dev/nothing"));
    expect(open(host, root, "/dev/nothing").ok).toBe(true);
    ok(unlink(host, root, "/dev/nothing"));
    expect(open(host, root, "/dev/nothing")).toMatchObject({ errno: "ENOENT" });
  });
});

describe("the device policy", () => {
  const kmem = { type: "device", match: "/dev/kmem" };
  const all = { type: "device", match: "/dev/allkmem" };

  it.each([
    ["kmem", { resources: [kmem] }, false, undefined],
    ["kmem", { resources: [kmem] }, true, "EACCES"],
    ["allkmem", { resources: [all] }, false, "EACCES"],
    ["random", {}, false, undefined],
    ["random", {}, true, "EACCES"],
    ["icmp", {}, false, undefined],
    ["icmp", { properties: { limitpriv: "default,!net_icmpaccess" } }, false, "EACCES"],
    ["ip", {}, true, undefined],
    ["ipf", {}, true, undefined],
    ["lo0", { properties: { limitpriv: "default,!net_observability" } }, false, "EACCES"],
    ["dtrace/dtrace", {}, false, "EACCES"],
    ["dtrace/dtrace", { properties: { limitpriv: "default,dtrace_user" } }, false, undefined],
  ] as const)("%s with %j, written: %s, gives %s", (name, definition, write, errno) => {
    const { host, root } = inZone(definition);
    const outcome = open(host, root, `/dev/${name}`, { write });
    expect(outcome.ok ? undefined : outcome.errno).toBe(errno);
  });

  it("names the line that brought the device, and the one that took the privilege", () => {
    const { host, root } = inZone({
      properties: { limitpriv: "default,!net_icmpaccess" },
      resources: [kmem],
    });
    const { causes } = open(host, root, "/dev/icmp").decision;
    expect(causes[0]).toEqual({ what: "limitpriv=default,!net_icmpaccess", from: "configuration" });
    expect(open(host, root, "/dev/kmem").ok).toBe(true);
    expect(open(host, root, "/dev/kmem", { write: true }).decision.causes).toContainEqual({
      what: "device",
      from: "configuration",
    });
  });
});
