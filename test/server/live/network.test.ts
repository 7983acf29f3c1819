import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

/** The way of packets out of a container, links that are lent, and resource pools, as inspectors see them. */

function stations(world: World, container: string) {
  return world
    .inspect(container)
    .network.path.map(({ name, kind, obstacle }) => [kind, name, ...(obstacle ? [obstacle.text] : [])]);
}

const SHARED = `path = /;
persist;
web { ip4.addr = em0|192.0.2.10; }
alone { ip4 = disable; ip6 = disable; }
`;

const VNET = `path = /;
persist;
exec.prestart = "ifconfig epair0 create", "ifconfig bridge0 create", "ifconfig bridge0 addm em0 addm epair0a up", "ifconfig epair0a up";
web { vnet; vnet.interface = epair0b; exec.start = "$set"; $set = "ifconfig epair0b 192.0.2.10/24 up; route add default 192.0.2.1"; }
`;

const EXCLUSIVE = `create -b
set brand=ipkg
set zonepath=/zones/web
set ip-type=exclusive
set pool=pool_web
add net
set physical=web0
set allowed-address=192.0.2.20/24
set defrouter=192.0.2.1
end
`;

const HOST = JSON.stringify({
  system: "omnios",
  links: [
    { name: "e1000g0", kind: "physical", addresses: ["192.0.2.2/24"] },
    { name: "web0", kind: "vnic", over: "e1000g0" },
    { name: "stub0", kind: "etherstub" },
    { name: "lost0", kind: "vnic", over: "stub0" },
    { name: "igb0", kind: "physical" },
    { name: "igb1", kind: "physical" },
    { name: "aggr0", kind: "aggr", members: ["igb0", "igb1"] },
    { name: "pair0", kind: "vnic", over: "aggr0" },
  ],
  cpus: 4,
  processorSets: [{ name: "pset_web", cpus: [2, 3] }],
  resourcePools: [{ name: "pool_web", processorSet: "pset_web" }],
});

async function zones(text = EXCLUSIVE) {
  const world = new World({ "/w/web.zonecfg": text, "/w/zonewarden.host.json": HOST });
  world.open("/w/web.zonecfg");
  const { ok, message } = await world.run("bootAll");
  expect([ok, message]).toEqual([true, ""]);
  return world;
}

describe("the way out", () => {
  it("of a jail with addresses of the host is that of the host", async () => {
    const world = World.of(SHARED);
    await world.run("bootAll");
    expect(stations(world, "web").map(([kind, name]) => [kind, name])).toEqual([
      ["container", "web"],
      ["interface", "em0"],
      ["gateway", "192.0.2.1"],
      ["outside", "outside"],
    ]);
    expect(stations(world, "alone")[0]).toEqual([
      "container",
      "alone",
      "It has no interface with an address.",
    ]);
    expect(world.inspect().network.path).toEqual([]);
  });
  it("of an address of a loopback interface is that of the route, and of IPv6 alone that of IPv6", async () => {
    const world = World.of(`path = /;
persist;
exec.prepare = "ifconfig lo1 create up";
web { ip4.addr = lo1|10.0.0.1; }
six { exec.prepare = ""; ip4 = disable; ip6.addr = em0|2001:db8::10; }
`);
    await world.run("bootAll");
    expect(stations(world, "web").map(([kind, name]) => [kind, name])).toEqual([
      ["container", "web"],
      ["interface", "lo1"],
      ["interface", "em0"],
      ["gateway", "192.0.2.1"],
      ["outside", "outside"],
    ]);
    expect(stations(world, "six").map(([, name]) => name)).toEqual(["six", "em0", "2001:db8::1", "outside"]);
  });
  it("of a zone on an aggregation passes both of its links", async () => {
    const world = await zones(EXCLUSIVE.replaceAll("web0", "pair0"));
    const { path } = world.inspect("web").network;
    expect(path.map(({ name, to }) => [name, to])).toEqual([
      ["web", ["pair0"]],
      ["pair0", ["aggr0"]],
      ["aggr0", ["igb0", "igb1"]],
      ["igb0", ["gateway 192.0.2.1"]],
      ["igb1", ["gateway 192.0.2.1"]],
      ["192.0.2.1", ["outside"]],
      ["outside", []],
    ]);
  });
  it("of a stack of its own leads over the epair and the bridge", async () => {
    const world = World.of(VNET);
    expect(await world.run("boot", "web")).toMatchObject({ ok: true });
    expect(stations(world, "web")).toEqual([
      ["container", "web"],
      ["interface", "epair0b"],
      ["link", "epair0a"],
      ["link", "bridge0"],
      ["link", "em0"],
      ["gateway", "192.0.2.1"],
      ["outside", "outside"],
    ]);
    expect(world.inspect().network.links).toContainEqual(
      expect.objectContaining({ name: "epair0b", holder: "web", over: "epair0a" }),
    );
    world.exec("s", { kind: "open" }, "web");
    world.type("s", "ifconfig epair0b down");
    expect(stations(world, "web")[1]).toEqual(["interface", "epair0b", "epair0b is down."]);
  });
  it("of a zone leads over its VNIC, with what link protection lets through", async () => {
    const world = await zones();
    expect(stations(world, "web")).toEqual([
      ["container", "web"],
      ["interface", "web0", "Link protection ip-nospoof: only from 192.0.2.20."],
      ["link", "e1000g0"],
      ["gateway", "192.0.2.1"],
      ["outside", "outside"],
    ]);
  });
  it("ends where nothing leads out", async () => {
    const world = await zones(EXCLUSIVE.replaceAll("web0", "lost0").replace("set defrouter=192.0.2.1\n", ""));
    expect(stations(world, "web")).toEqual([
      ["container", "web", "No route leads to 203.0.113.77."],
      ["interface", "lost0", "Link protection ip-nospoof: only from 192.0.2.20."],
      ["link", "stub0", "Nothing of it leads out of the machine."],
      ["outside", "outside"],
    ]);
  });
});

describe("the links of a host", () => {
  it("are also those that zones have, with who has them", async () => {
    const { network } = (await zones()).inspect();
    const found = network.links.map(({ name, holder }) => [name, holder]);
    expect(found).toContainEqual(["web0", "web"]);
    expect(found).toContainEqual(["stub0", undefined]);
    expect(new Set(found.map(([name]) => name)).size).toBe(found.length);
  });
});

describe("the processors of a host", () => {
  it("are in sets, with pools on them and zones bound to these", async () => {
    const { processors } = (await zones()).inspect();
    expect(processors.sets).toEqual([
      { name: "pset_default", cpus: [0, 1] },
      { name: "pset_web", cpus: [2, 3] },
    ]);
    expect(processors.pools).toContainEqual({
      ...{ name: "pool_web", set: "pset_web", scheduler: "", temporary: false },
      containers: ["web"],
    });
  });
  it("are not told of jails, nor within a container", async () => {
    const nothing = { sets: [], pools: [] };
    expect(World.of(SHARED).inspect().processors).toEqual(nothing);
    expect((await zones()).inspect("web").processors).toEqual(nothing);
  });
});
