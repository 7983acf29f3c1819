import { ZONE_PROBES, type ZoneProbeId } from "@zonewarden/server/catalog/illumos/probes";
import type { Decision } from "@zonewarden/server/host/decision";
import { mkdir } from "@zonewarden/server/host/filesystem/files";
import { zoneProberOf } from "@zonewarden/server/host/illumos/probes/index";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { describe, expect, test } from "vitest";
import { type Definition, define, globalRoot, ok, running } from "../harness.ts";
import { machine } from "../network/nets.ts";
import { twoZones } from "../process/world.ts";

const told = ({ verdict, errno }: Decision): string => errno ?? verdict;

function decide(
  id: ZoneProbeId,
  properties: Readonly<Record<string, string>>,
  resources: NonNullable<Definition["resources"]> = [],
  system: HostDescription["system"] = "omnios",
  release?: string,
): Decision {
  const host = machine({ system, ...(release !== undefined && { release }) });
  ok(mkdir(host, globalRoot(host), "/export/data", 0o777));
  const { zone } = running(host, define("web", { properties, resources }));
  return zoneProberOf(host)(zone.id, id);
}

const OWN_LINK = [{ type: "net", physical: "e1000g1" }];

describe("an attempt under other circumstances", () => {
  const disk = ["dsk", "rdsk"].map((name) => ({ type: "device", match: `/dev/${name}/c0t0d0s7` }));

  test.each([
    ["mount-ufs", "the disk but not the type", { brand: "ipkg" }, disk, "EPERM"],
    ["mount-ufs", "disk and type", { brand: "ipkg", "fs-allowed": "ufs" }, disk, "allow"],
    ["write-usr-sparse", "a whole root", { brand: "lipkg" }, [], "allow"],
    ["zfs-create-delegated", "nothing delegated", {}, [], "ENOENT"],
    ["unix-socket-foreign", "no directory shared", {}, [], "ENOENT"],
    ["door-foreign", "no directory shared", {}, [], "ENOENT"],
    ["fifo-foreign", "no directory shared", {}, [], "ENOENT"],
    ["snoop", "no link", {}, [], "ENOENT"],
    ["bind-smb-port", "one of its privileges", { limitpriv: "default,!net_privaddr" }, [], "allow"],
    ["bpf-capture", "another privilege", { limitpriv: "default,!net_rawaccess" }, OWN_LINK, "allow"],
    [
      ...(["bpf-capture", "no privilege"] as const),
      { limitpriv: "default,!net_rawaccess,!net_observability" },
      ...([OWN_LINK, "EACCES"] as const),
    ],
    ["swap-limit", "no cap", {}, [], "allow"],
    ["fork-limit", "no limit", {}, [], "allow"],
  ] as const)("%s with %s", (id, _, properties, resources, expected) => {
    expect(told(decide(id, properties, resources))).toBe(expected);
  });

  test("sharing by NFS is for no zone of Solaris 10", () => {
    const dataset = [{ type: "dataset", name: "rpool/share" }];
    const properties = { brand: "native", "ip-type": "shared" };
    expect(told(decide("nfs-share", properties, dataset, "solaris", "10 1/13"))).toBe("EPERM");
  });

  test("DTrace is for zones of the brand joyent, by default", () => {
    for (const id of ["dtrace-syscall", "dtrace-pid"] as const)
      expect(told(decide(id, { brand: "joyent" }, [], "smartos"))).toBe("allow");
  });

  test.each([
    ["shared", [], "0 links"],
    ["exclusive", OWN_LINK, "1 links"],
  ] as const)("a zone with %s IP sees its own links", (ipType, resources, text) => {
    expect(decide("dladm-show", { "ip-type": ipType }, resources).reason).toContain(text);
  });

  test("a zone that speaks IPv6 only tries the same", () => {
    const allowed = [{ type: "net", physical: "e1000g1", "allowed-address": "2001:db8:0:9::90/64" }];
    const tell = (id: ZoneProbeId) => told(decide(id, {}, allowed));
    expect(tell("plumb")).toBe("allow");
    expect(tell("route-add")).toBe("allow");
    expect(tell("ifconfig-addr")).toBe("EPERM");
    expect(tell("spoof-ip")).toBe("contained");
    expect(tell("bind-foreign-addr")).toBe("EADDRNOTAVAIL");
  });

  test("read-only roots of Solaris 11 let nobody add programs", () => {
    const properties = { brand: "solaris", "file-mac-profile": "strict" };
    expect(told(decide("write-usr-sparse", properties, [], "solaris", "11.4"))).toBe("EROFS");
  });
});

describe("who tries", () => {
  test("learns the line that decides", () => {
    const { causes } = decide("ping", { "ip-type": "shared", limitpriv: "default,!net_icmpaccess" });
    expect(causes).toContainEqual({ what: "limitpriv=default,!net_icmpaccess", from: "configuration" });
  });

  test("leaves the host as it is, whatever is tried", () => {
    const { host, b } = twoZones();
    const before = JSON.stringify(host.state);
    const probe = zoneProberOf(host);
    for (const { id } of ZONE_PROBES) probe(b.zone.id, id);
    expect(JSON.stringify(host.state)).toBe(before);
  });

  test("hears the same whichever other zones there are", () => {
    const { host, a, b } = twoZones();
    const probe = zoneProberOf(host);
    for (const { id } of ZONE_PROBES)
      expect({ id, told: told(probe(b.zone.id, id)) }).toEqual({ id, told: told(probe(a.zone.id, id)) });
  });
});
