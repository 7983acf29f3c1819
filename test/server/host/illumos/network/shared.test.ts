import { putFile } from "@zonewarden/server/host/filesystem/build";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { sendTo } from "@zonewarden/server/host/network/connections";
import { receiverOf } from "@zonewarden/server/host/network/pcb";
import { routeAdd } from "@zonewarden/server/host/network/routes";
import { bind, socket } from "@zonewarden/server/host/network/sockets";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running } from "../harness.ts";
import { dial, errno, machine, on, open, serve, sharedZone } from "./nets.ts";

const logical = ({ zone }: { zone: { logical?: { interface: string; unit: number; address: string }[] } }) =>
  (zone.logical ?? []).map(({ interface: link, unit, address }) => `${link}:${unit} ${address}`);

describe("a zone on the shared stack", () => {
  it("has logical interfaces with the next free numbers, and loopback of its own", () => {
    const host = machine();
    const a = sharedZone(host, "a", on("192.0.2.10/24"), on("2001:db8::10/64"));
    const b = sharedZone(host, "b", on("192.0.2.11/24"));
    expect(logical(a)).toEqual([
      ...["lo0:1 127.0.0.1", "lo0:1 ::1", "e1000g0:1 192.0.2.10", "e1000g0:1 2001:db8::10"],
    ]);
    expect(logical(b)).toEqual(["lo0:2 127.0.0.1", "lo0:2 ::1", "e1000g0:2 192.0.2.11"]);
  });

  it("gives its numbers and addresses back", () => {
    const host = machine();
    sharedZone(host, "a", on("192.0.2.10/24"));
    sharedZone(host, "b", on("192.0.2.11/24"));
    const entry = host.state.illumos?.index.find(({ name }) => name === "a");
    if (entry) callZoneadmd(host, entry, { command: "halt" });
    expect(logical(sharedZone(host, "c", on("192.0.2.10/24"))).at(-1)).toBe("e1000g0:1 192.0.2.10");
  });

  it.each([
    ["a zone", "192.0.2.10", "zone a has it on e1000g0"],
    ["the global zone", "192.0.2.2", "the global zone has it on e1000g0"],
  ])("does not boot with an address that %s has, and says who", (_, address, words) => {
    const host = machine();
    sharedZone(host, "a", on("192.0.2.10/24"));
    const definition = define("b", {
      properties: { "ip-type": "shared" },
      resources: [{ type: "net", physical: "e1000g0", address }],
    });
    expect(() => running(host, definition)).toThrow("its network cannot be set up");
    expect(host.events.some(({ message }) => message.includes(words))).toBe(true);
    expect(zoneNamed(host, "b")).toBeUndefined();
    const stack = host.state.network.vnets["0"];
    expect(stack?.interfaces[0]?.addresses.filter((own) => own.address === address)).toHaveLength(1);
  });

  it("boots without an interface that is not there, with a warning that has the line", () => {
    const host = machine();
    const { zone } = sharedZone(host, "a", { physical: "e1000g7", address: "192.0.2.10/24" });
    expect(zone.status).toBe("running");
    const warning = host.events.find(({ message }) => message.startsWith("WARNING: e1000g7"));
    expect(warning?.causes[0]?.what).toBe("net physical=e1000g7");
  });

  it("gets the netmask of its class where none is given, with a warning", () => {
    const host = machine();
    const { zone } = sharedZone(host, "a", on("192.0.2.10"), on("172.16.0.1"), on("10.0.0.1"));
    expect(zone.logical?.slice(2).map(({ prefix }) => prefix)).toEqual([24, 16, 8]);
    expect(host.events.filter(({ message }) => message.includes("No netmask"))).toHaveLength(3);
  });

  it("gets the netmask that netmasks(5) has", () => {
    const host = machine();
    putFile(host, "/etc/inet/netmasks", "# network mask\n192.0.2.0 255.255.255.128\n");
    const { zone } = sharedZone(host, "a", on("192.0.2.10"));
    expect(zone.logical?.at(-1)?.prefix).toBe(25);
    expect(host.events.some(({ message }) => message.includes("No netmask"))).toBe(false);
  });

  it("adds its default router to the table of the host, if it has a network with it", () => {
    const host = machine({ routes: [] });
    sharedZone(host, "a", on("192.0.2.10/24", { defrouter: "192.0.2.1" }));
    sharedZone(host, "b", on("192.0.2.11/24", { defrouter: "203.0.113.1" }));
    expect(host.state.network.vnets["0"]?.routes.map(({ gateway }) => gateway)).toEqual(["192.0.2.1"]);
    expect(host.events.some(({ message }) => message.includes("203.0.113.1 cannot be added"))).toBe(true);
  });
});

describe("sockets of zones on the shared stack", () => {
  const pair = () => {
    const host = machine();
    return {
      host,
      a: sharedZone(host, "a", on("192.0.2.10/24")),
      b: sharedZone(host, "b", on("192.0.2.11/24")),
    };
  };

  it("have the ports of their zone: all listen on port 80, and each gets what is sent to it", () => {
    const { host, a, b } = pair();
    const daemons = [globalRoot(host), a.root, b.root].map((root) => serve(host, root, 80));
    const got = ["192.0.2.2", "192.0.2.10", "192.0.2.11"].map((address) => {
      const sent = ok(dial(host, globalRoot(host), address, 80));
      return host.state.network.sockets[sent.receiver ?? -1]?.pid;
    });
    expect(got).toEqual(daemons.map(({ pid }) => pid));
  });

  it("bind no address of another zone, of the host or of nobody", () => {
    const { host, a } = pair();
    for (const address of ["192.0.2.11", "192.0.2.2", "192.0.2.77"]) {
      const bound = bind(host, a.root, open(host, a.root), { address, port: 8080 });
      expect(errno(bound)).toBe("EADDRNOTAVAIL");
      expect(bound.decision.causes[0]?.what).toBe("net address=192.0.2.10/24");
    }
    expect(bind(host, a.root, open(host, a.root), { address: "192.0.2.10", port: 8080 }).ok).toBe(true);
  });

  it("send from their own address, whether they say so or not", () => {
    const { host, a, b } = pair();
    serve(host, b.root, 80);
    expect(ok(dial(host, a.root, "192.0.2.11", 80)).local.address).toBe("192.0.2.10");
    expect(ok(dial(host, a.root, "192.0.2.1", 80)).local.address).toBe("192.0.2.10");
  });

  it("have loopback for themselves", () => {
    const { host, a, b } = pair();
    serve(host, a.root, 8080, "127.0.0.1");
    expect(ok(dial(host, a.root, "127.0.0.1", 8080)).receiver).not.toBeNull();
    expect(errno(dial(host, b.root, "127.0.0.1", 8080))).toBe("ECONNREFUSED");
    expect(errno(dial(host, globalRoot(host), "127.0.0.1", 8080))).toBe("ECONNREFUSED");
  });

  it.each([
    ["reject", "ENETUNREACH"],
    ["blackhole", "ETIMEDOUT"],
  ] as const)("do not reach another zone over a %s route", (kind, error) => {
    const { host, a, b } = pair();
    serve(host, b.root, 80);
    expect(dial(host, a.root, "192.0.2.11", 80).ok).toBe(true);
    ok(routeAdd(host, globalRoot(host), { destination: "192.0.2.11", gateway: "192.0.2.2", kind }));
    expect(errno(dial(host, a.root, "192.0.2.11", 80))).toBe(error);
  });

  it("reach another zone only by a route that their own addresses can use", () => {
    const host = machine({ routes: [] });
    const a = sharedZone(host, "a", on("192.0.2.10/24"));
    const far = sharedZone(host, "far", on("10.0.0.1/24"));
    serve(host, far.root, 80);
    const refused = dial(host, a.root, "10.0.0.1", 80);
    expect([errno(refused), refused.decision.rule]).toEqual(["ENETUNREACH", "route/zone"]);
    ok(routeAdd(host, globalRoot(host), { destination: "default", gateway: "192.0.2.1" }));
    expect(dial(host, a.root, "10.0.0.1", 80).ok).toBe(true);
    // The router is in no network of the other zone.
    expect(errno(dial(host, far.root, "192.0.2.10", 80))).toBe("ENETUNREACH");
  });

  it("leave by the router of their own network, bound to an address or not", () => {
    const host = machine({
      links: [
        { name: "e1000g0", kind: "physical", addresses: ["192.0.2.2/24"] },
        { name: "e1000g1", kind: "physical", addresses: ["10.0.0.2/24"] },
        { name: "lo0", kind: "loopback", addresses: ["127.0.0.1/8", "::1/128"] },
      ],
      routes: [{ destination: "default", gateway: "192.0.2.1" }],
    });
    const { root } = sharedZone(host, "a", {
      physical: "e1000g1",
      address: "10.0.0.10/24",
      defrouter: "10.0.0.1",
    });
    expect(ok(dial(host, root, "198.51.100.1", 80)).via).toEqual(["e1000g1"]);
    const id = open(host, root, { type: "datagram" });
    ok(bind(host, root, id, { address: "10.0.0.10", port: 5000 }));
    expect(ok(sendTo(host, root, id, { address: "198.51.100.1", port: 53 })).via).toEqual(["e1000g1"]);
    expect(ok(dial(host, globalRoot(host), "198.51.100.1", 80)).via).toEqual(["e1000g0"]);
  });

  it("are gone with their zone, connections too", () => {
    const { host, a, b } = pair();
    serve(host, b.root, 80);
    ok(dial(host, a.root, "192.0.2.11", 80));
    const entry = host.state.illumos?.index.find(({ name }) => name === "b");
    if (entry) callZoneadmd(host, entry, { command: "halt" });
    expect(
      Object.values(host.state.network.sockets).filter(({ container }) => container === b.zone.id),
    ).toEqual([]);
  });

  it("are not raw, but for ICMP, and know no netlink", () => {
    const { host, a } = pair();
    const raw = (protocol: string) => errno(socket(host, a.root, { family: "inet", type: "raw", protocol }));
    expect([raw("icmp"), raw("udp"), raw("raw")]).toEqual([undefined, "EACCES", "EACCES"]);
    expect(errno(socket(host, a.root, { family: "netlink", type: "raw" }))).toBe("EAFNOSUPPORT");
  });
});

it("finds the receiver in the zone that has the address", () => {
  const host = machine();
  const a = sharedZone(host, "a", on("192.0.2.10/24"));
  serve(host, globalRoot(host), 81);
  const flow = { family: "inet", protocol: "tcp", local: { address: "192.0.2.10", port: 81 } } as const;
  expect(receiverOf(host, 0, flow)).toBeUndefined();
  expect(a.zone.stack).toBe(0);
});

it("leaves a zone that is only installed without network", () => {
  const host = machine();
  installed(host, define("a", { resources: [{ type: "net", physical: "e1000g1" }] }));
  expect(host.state.illumos?.links["e1000g1"]?.zone).toBe(0);
});
