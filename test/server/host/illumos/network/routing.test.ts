import type { Host } from "@zonewarden/server/host/host";
import { createEtherstub, createVnic } from "@zonewarden/server/host/illumos/network/dladm";
import { setTunable } from "@zonewarden/server/host/illumos/network/tunables";
import type { Target } from "@zonewarden/server/host/network/journey";
import { routeAdd, routeDelete } from "@zonewarden/server/host/network/routes";
import type { Process } from "@zonewarden/server/host/process/types";
import { World } from "@zonewarden/server/host/world";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, running } from "../harness.ts";
import { dial, errno, exclusiveZone, machine, on, serve, sharedZone } from "./nets.ts";

/** From one machine, without others in the model. */
const reach = (host: Host, process: Process, to: Target) => new World([host]).reach({ host: 0, process }, to);

/** A client and a server on two etherstubs, and a zone with a VNIC on each that may be their router. */
function routed(allowed: string): {
  host: Host;
  client: ReturnType<typeof exclusiveZone>;
  router: ReturnType<typeof exclusiveZone>;
} {
  const host = machine();
  const admin = globalRoot(host);
  for (const name of ["left0", "right0"]) ok(createEtherstub(host, admin, name));
  const vnic = (name: string, over: string) => ok(createVnic(host, admin, { name, over }));
  for (const [name, over] of [
    ["c0", "left0"],
    ["s0", "right0"],
    ["r0", "left0"],
    ["r1", "right0"],
  ] as const)
    vnic(name, over);
  const end = (name: string, physical: string, address: string, defrouter: string) =>
    exclusiveZone(host, name, { physical, "allowed-address": address, defrouter });
  const client = end("client", "c0", "10.1.0.2/24", "10.1.0.1");
  const server = end("server", "s0", "10.2.0.2/24", "10.2.0.1");
  serve(host, server.root, 80);
  const router = running(
    host,
    define("router", {
      resources: [
        { type: "net", physical: "r0", "allowed-address": "10.1.0.1/24" },
        { type: "net", physical: "r1", "allowed-address": "10.2.0.1/24" },
      ],
    }),
  );
  for (const name of ["r0", "r1"]) {
    const link = host.state.illumos?.links[name];
    if (link && allowed !== "") link.properties["allowed-ips"] = allowed;
  }
  return { host, client, router };
}

describe("a zone as router", () => {
  it("passes packets on once its stack forwards, and its links may carry senders of others", () => {
    const { host, client, router } = routed("0.0.0.0/0");
    expect(errno(dial(host, client.root, "10.2.0.2", 80))).toBe("ETIMEDOUT");
    ok(setTunable(host, router.root, "ipv4", "forwarding", "on"));
    expect(ok(dial(host, client.root, "10.2.0.2", 80)).via).toEqual(["c0", "r0", "r1", "s0"]);
  });

  it("is stopped by ip-nospoof of its own links, and the decision says by which line", () => {
    const { host, client, router } = routed("");
    ok(setTunable(host, router.root, "ipv4", "forwarding", "on"));
    const refused = reach(host, client.root, { address: "10.2.0.2", port: 80 });
    expect(errno(refused)).toBe("ETIMEDOUT");
    expect(refused.decision.causes.map(({ what }) => what)).toContain("net allowed-address=10.2.0.1/24");
    expect(host.state.illumos?.links["r1"]?.drops).toEqual({ ipspoofed: 1 });
  });
});

describe("reach", () => {
  it("follows a packet to its socket, and tells the way", () => {
    const host = machine();
    const a = sharedZone(host, "a", on("192.0.2.10/24"));
    const b = sharedZone(host, "b", on("192.0.2.11/24"));
    serve(host, b.root, 80);
    const to = (port: number, protocol: "tcp" | "udp" = "tcp") =>
      reach(host, a.root, { address: "192.0.2.11", port, protocol });
    expect(ok(to(80))).toMatchObject({ source: "192.0.2.10", container: b.zone.id });
    expect(errno(to(81))).toBe("ECONNREFUSED");
    expect(ok(to(53, "udp")).receiver).toBeNull();
    expect(reach(host, a.root, { address: "192.0.2.11" }).ok).toBe(true);
    expect(reach(host, a.root, { address: "198.51.100.1" }).decision.verdict).toBe("assumed");
  });

  it("changes nothing but the counters of dropped frames", () => {
    const host = machine();
    const { root } = exclusiveZone(host, "a", { physical: "e1000g1", "allowed-address": "10.0.0.1/24" });
    const before = JSON.stringify(host.state);
    reach(host, root, { address: "10.0.0.2", port: 80 });
    expect(JSON.stringify(host.state)).toBe(before);
  });

  it("stops at the rights of the zone", () => {
    const host = machine();
    const { root } = running(
      host,
      define("a", {
        properties: { "ip-type": "shared", limitpriv: "default,!net_icmpaccess" },
        resources: [{ type: "net", physical: "e1000g0", address: "192.0.2.10/24" }],
      }),
    );
    expect(errno(reach(host, root, { address: "192.0.2.2" }))).toBe("EACCES");
  });
});

describe("routes of illumos", () => {
  it("go by several gateways to one destination, and are deleted by theirs", () => {
    const host = machine({ routes: [] });
    const admin = globalRoot(host);
    const via = (gateway: string) => ({ destination: "default", gateway });
    ok(routeAdd(host, admin, via("192.0.2.1")));
    ok(routeAdd(host, admin, via("192.0.2.9")));
    expect(errno(routeAdd(host, admin, via("192.0.2.9")))).toBe("EEXIST");
    ok(routeDelete(host, admin, via("192.0.2.1")));
    expect(errno(routeDelete(host, admin, via("192.0.2.1")))).toBe("ESRCH");
    expect(host.state.network.vnets["0"]?.routes.map(({ gateway }) => gateway)).toEqual(["192.0.2.9"]);
  });

  it("are not for zones on the shared stack to change", () => {
    const host = machine();
    const { root } = sharedZone(host, "a", on("192.0.2.10/24"));
    const refused = routeDelete(host, root, { destination: "default" });
    expect([errno(refused), refused.decision.rule]).toEqual(["EPERM", "priv/sys_ip_config"]);
  });
});
