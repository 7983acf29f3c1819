import { rename, symlink } from "@zonewarden/server/host/filesystem/entries";
import { readFile, writeFile } from "@zonewarden/server/host/filesystem/open";
import type { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import type { ZoneDefinition } from "@zonewarden/server/host/illumos/types";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { type Definition, define, enter, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

/** What a host has that a failed boot must not have changed. */
function belongings(host: Host): unknown {
  const { files, network, illumos } = host.state;
  return structuredClone({
    mounts: Object.values(files.mounts).map(({ path, type }) => `${type} ${path}`),
    stacks: Object.keys(network.vnets),
    interfaces: network.vnets["0"]?.interfaces.map(({ name, addresses }) => [name, addresses]),
    zones: Object.keys(illumos?.zones ?? {}),
    links: Object.keys(illumos?.links ?? {}),
    pools: illumos?.pools,
    processorSets: illumos?.processorSets,
    daemons: illumos?.daemons,
    zoned: Object.values(files.datasets).map(({ name, zoned, container }) => [name, zoned, container]),
  });
}

const SHARED: Definition = {
  properties: { "ip-type": "shared" },
  resources: [{ type: "net", address: "192.0.2.10/24", physical: "e1000g0" }],
};

interface Failure {
  readonly definition?: Definition;
  readonly prepare?: (host: Host) => void;
  readonly rule: string;
  /** The line that is to blame. */
  readonly cause?: string;
}

const mount = (type: string, from: string, on: string) => (host: Host) =>
  void ok(host.kernel.files.mount(host, globalRoot(host), { type, from, on }));

const FAILURES: readonly (readonly [step: string, failure: Failure])[] = [
  [
    "a snapshot of the configuration that cannot be written",
    {
      prepare: (host) => void ok(writeFile(host, globalRoot(host), "/var/run/zones", "in the way\n")),
      rule: "ready/snapshot",
    },
  ],
  [
    "a VNIC that the brand's program cannot make",
    {
      definition: { resources: [{ type: "net", physical: "web0", "global-nic": "none0" }] },
      rule: "network/global-nic",
      cause: "net global-nic=none0",
    },
  ],
  [
    "a loopback mount that shows the root elsewhere",
    { prepare: mount("lofs", "/zones/web/root", "/mnt"), rule: "ready/lofs" },
  ],
  [
    "a zone that has the same root",
    {
      prepare: (host) => void running(host, define("db", { properties: { zonepath: "/zones/web" } })),
      rule: "ready/root",
    },
  ],
  [
    "something mounted below the root",
    { prepare: mount("tmpfs", "swap", "/zones/web/root/mnt"), rule: "zone_create/mounts" },
  ],
  [
    "more CPUs than there are",
    {
      definition: { resources: [{ type: "dedicated-cpu", ncpus: "64" }] },
      rule: "pool/cpus",
      cause: "dedicated-cpu ncpus=64",
    },
  ],
  [
    "a dataset that is not there",
    {
      definition: { resources: [{ type: "dataset", name: "rpool/none" }] },
      rule: "zone/dataset",
      cause: "dataset",
    },
  ],
  [
    "a mount point that leads through a link",
    {
      definition: { resources: [{ type: "fs", dir: "/data/web", special: "/opt", fstype: "lofs" }] },
      prepare: (host) => ok(symlink(host, globalRoot(host), "/etc", "/zones/web/root/data")) && undefined,
      rule: "zone/mount-point",
      cause: "fs",
    },
  ],
  [
    "an address that another zone has",
    {
      definition: SHARED,
      prepare: (host) => void running(host, define("db", SHARED)),
      rule: "network/in-use",
      cause: "net address=192.0.2.10/24",
    },
  ],
  [
    "a link that is not there",
    {
      definition: { resources: [{ type: "net", physical: "none0" }] },
      rule: "network/link-missing",
      cause: "net physical=none0",
    },
  ],
  [
    "a link that the global zone uses",
    {
      definition: { resources: [{ type: "net", physical: "e1000g0" }] },
      rule: "network/link-plumbed",
      cause: "net physical=e1000g0",
    },
  ],
];

describe("making a zone ready", () => {
  it("puts the parts of the platform up in their order", () => {
    const host = zoneHost({ resourcePools: [{ name: "web" }] });
    const definition = define("web", { ...SHARED, properties: { ...SHARED.properties, pool: "web" } });
    const entry = installed(host, definition);
    const from = host.events.length;
    expect(callZoneadmd(host, entry, { command: "ready" })).toMatchObject({ ok: true, messages: [] });
    const kinds = host.events.slice(from).map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual([
      "zone.create",
      "zone.state",
      "zone.mount",
      "zone.network",
      "zone.console",
    ]);
    expect(zoneNamed(host, "web")).toMatchObject({
      pool: "web",
      brand: "lipkg",
      hostid: "",
      status: "ready",
    });
    expect(host.now).toBe(1500);
  });

  it.each(FAILURES)("fails at %s and leaves nothing behind", (_, { definition, prepare, rule, cause }) => {
    const host = zoneHost({ described: true });
    const entry = installed(host, define("web", definition));
    prepare?.(host);
    const before = belongings(host);
    const { ok: done, decisions, messages } = callZoneadmd(host, entry, { command: "ready" });
    expect(done).toBe(false);
    expect(messages).toHaveLength(1);
    expect(decisions.map((decision) => decision.rule)).toEqual([rule]);
    if (cause) expect(decisions[0]?.causes.map(({ what }) => what)).toContain(cause);
    expect(stateOf(host, "web")).toBe("installed");
    expect(belongings(host)).toEqual(before);
    const last = host.events.findLast(({ outcome }) => outcome === "failed");
    expect(last).toMatchObject({ container: "web" });
  });

  it("takes away the VNICs of the brand when the kernel refuses the zone", () => {
    const host = zoneHost();
    const net = { type: "net", physical: "web0", "global-nic": "e1000g0" };
    const entry = installed(host, define("web", { resources: [net] }));
    mount("tmpfs", "swap", "/zones/web/root/mnt")(host);
    expect(callZoneadmd(host, entry, { command: "ready" }).ok).toBe(false);
    expect(Object.keys(illumosOf(host).links)).not.toContain("web0");
  });

  it.each([
    ["a pool that is not there", { properties: { pool: "none" } }, /pool_default/],
    [
      "an interface that is not plumbed",
      {
        properties: { "ip-type": "shared" },
        resources: [{ type: "net", address: "192.0.2.10/24", physical: "bge0" }],
      },
      /bge0/,
    ],
  ] satisfies [string, Definition, RegExp][])("goes on without %s", (_, definition, warning) => {
    const host = zoneHost();
    const entry = installed(host, define("web", definition));
    const { ok: done, messages } = callZoneadmd(host, entry, { command: "ready" });
    expect(done).toBe(true);
    expect(stateOf(host, "web")).toBe("ready");
    expect(host.events.map(({ message }) => message)).toContainEqual(expect.stringMatching(warning));
    expect(messages).toEqual([expect.stringMatching(/WARNING: /)]);
    expect(messages[0]).toMatch(warning);
  });

  it("tells the zone its name and UUID in its index file", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    callZoneadmd(host, entry, { command: "ready" });
    const zone = zoneNamed(host, "web");
    const inside = zone && enter(host, zone);
    expect(inside && ok(readFile(host, inside, "/etc/zones/index"))).toBe(`web:installed:/:${entry.uuid}\n`);
  });

  it("goes on where that file cannot be written", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    ok(rename(host, globalRoot(host), "/zones/web/root/etc/zones", "/zones/web/root/etc/old"));
    ok(symlink(host, globalRoot(host), "/nowhere", "/zones/web/root/etc/zones"));
    expect(callZoneadmd(host, entry, { command: "ready" }).ok).toBe(true);
    expect(stateOf(host, "web")).toBe("ready");
  });

  it("tells which privileges limitpriv gives and takes", () => {
    const host = zoneHost();
    const entry = installed(
      host,
      define("web", { properties: { limitpriv: "default,sys_time,!net_icmpaccess" } }),
    );
    callZoneadmd(host, entry, { command: "ready" });
    expect(host.events.find(({ kind }) => kind === "zone.privileges")).toMatchObject({
      message: "Zone web has sys_time beside those of its brand and lacks net_icmpaccess.",
      causes: [{ what: "limitpriv=default,sys_time,!net_icmpaccess" }],
    });
  });

  it("has the configuration in a file of the global zone until it is halted", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    const snapshot = () => readFile(host, globalRoot(host), "/var/run/zones/web.snapshot.xml");
    expect(snapshot()).toMatchObject({ errno: "ENOENT" });
    callZoneadmd(host, entry, { command: "ready" });
    ok(configureZone(host, define("web", { properties: { hostid: "80f0c086" } })));
    expect(ok(snapshot())).toContain('zonepath="/zones/web"');
    expect(ok(snapshot())).not.toContain("hostid");
    callZoneadmd(host, entry, { command: "halt" });
    expect(snapshot()).toMatchObject({ errno: "ENOENT" });
  });

  it("keeps the configuration with which it was readied", () => {
    const host = zoneHost();
    const old: ZoneDefinition = define("web", { properties: { hostid: "1234" } });
    const entry = installed(host, old);
    callZoneadmd(host, entry, { command: "ready" });
    ok(configureZone(host, define("web", { properties: { hostid: "5678" } })));
    callZoneadmd(host, entry, { command: "boot" });
    expect(zoneNamed(host, "web")).toMatchObject({ hostid: "1234", definition: old });
    callZoneadmd(host, entry, { command: "reboot" });
    expect(zoneNamed(host, "web")?.hostid).toBe("5678");
  });

  it("halts a zone that runs, and gives it another id", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web"));
    expect(zoneadm(host, globalRoot(host), { zone: "web", command: "ready" }).status).toBe(0);
    expect(stateOf(host, "web")).toBe("ready");
    expect(zoneNamed(host, "web")?.id).toBe(zone.id + 1);
  });
});

describe("mounting a zone for maintenance", () => {
  const mounted = () => {
    const host = zoneHost();
    const definition: Definition = {
      properties: { "ip-type": "shared", limitpriv: "default,sys_time" },
      resources: [
        { type: "net", address: "192.0.2.10/24", physical: "e1000g0" },
        { type: "rctl", name: "zone.max-lwps", value: "(priv=privileged,limit=50,action=deny)" },
      ],
    };
    const entry = installed(host, define("web", definition));
    expect(callZoneadmd(host, entry, { command: "mount" }).ok).toBe(true);
    const zone = zoneNamed(host, "web");
    if (!zone) throw new Error("it is not mounted");
    return { host, entry, zone };
  };

  it("has neither network nor limits nor privileges of the configuration", () => {
    const { host, zone } = mounted();
    expect(zone).toMatchObject({ path: "/zones/web/lu", rctls: {}, scratch: true });
    expect(zone.logical).toBeUndefined();
    expect(illumosOf(host).privilegeSets[zone.privileges]).not.toContain("sys_time");
  });

  it("shows the root of the zone at /a to tools of the host", () => {
    const { host, zone } = mounted();
    const tool = enter(host, zone);
    expect(readFile(host, tool, "/a/etc/passwd").ok).toBe(true);
    expect(readFile(host, tool, "/usr/bin/ls").ok).toBe(true);
    expect(processesOfContainer(host, zone.id).map(({ command }) => command)).toEqual(["zsched", "bash"]);
  });

  it("can be unmounted, and booted then", () => {
    const { host, entry } = mounted();
    expect(callZoneadmd(host, entry, { command: "unmount" }).ok).toBe(true);
    expect(stateOf(host, "web")).toBe("installed");
    expect(callZoneadmd(host, entry, { command: "boot" }).ok).toBe(true);
  });
});
