import { existsSync, readFileSync } from "node:fs";
import type { Outcome } from "@zonewarden/server/host/decision";
import type { ParamValue } from "@zonewarden/server/host/freebsd/jailSet";
import {
  ifAddAddress,
  ifCreate,
  ifMoveVnet,
  ifSetFlags,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import {
  joinGroup,
  sendWithHeader,
  setControl,
  setSwitch,
} from "@zonewarden/server/host/freebsd/network/raw";
import { routeGet } from "@zonewarden/server/host/freebsd/network/routeGet";
import { visibleInterfaces, visibleSockets } from "@zonewarden/server/host/freebsd/network/views";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import { routeAdd } from "@zonewarden/server/host/network/routes";
import { bind, connect, type SocketRequest, socket } from "@zonewarden/server/host/network/sockets";
import { vnetOf } from "@zonewarden/server/host/network/vnets";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, errno, networkJail, RAW4, serve, TCP4, TCP6, UDP4, value } from "./jails.ts";

/** What the table of probes says. */
interface Probe {
  readonly id: string;
  readonly defaultVerdict: "allow" | "deny" | "contained";
  readonly errno: string | null;
  readonly enabledBy: readonly string[];
}

const FILE = "/work/shared/reference/jail-probes.json";
const probes: Probe[] = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, "utf8")) as Probe[]).filter(({ id }) => id.startsWith("net."))
  : [];

type Parameters = Record<string, ParamValue["value"]>;

const JAIL = "192.0.2.10";

/** A socket, and what is done with it. A refused socket is the refusal of the whole. */
function using(
  request: SocketRequest,
  act: (host: Host, root: Process, id: number) => Outcome<unknown>,
): (host: Host, root: Process) => Outcome<unknown> {
  return (host, root) => {
    const made = socket(host, root, request);
    return made.ok ? act(host, root, made.value.id) : made;
  };
}

/** The verdict of a view: contained if it shows less than everything. */
function view(seen: unknown[], everything: unknown[]): "allow" | "contained" {
  return JSON.stringify(seen) === JSON.stringify(everything) ? "allow" : "contained";
}

const bound = (address: string, port: number) =>
  using(TCP4, (host, root, id) => bind(host, root, id, { address, port }));
const control = (option: "IP_FW3" | "MRT_INIT") =>
  using(RAW4, (host, root, id) => setControl(host, root, id, option));

/** The first step in the jail; probes of pure views are below. */
const ACTIONS: Readonly<Record<string, (host: Host, root: Process) => Outcome<unknown>>> = {
  "net.raw-ping": using(RAW4, noMore),
  "net.raw-spoof": using({ ...UDP4, type: "raw" }, (host, root, id) => {
    value(setSwitch(host, root, id, "IP_HDRINCL", true));
    return sendWithHeader(host, root, id, "192.0.2.2", "192.0.2.77");
  }),
  "net.socket-other-af": using({ family: "other", type: "stream" }, noMore),
  "net.socket-no-ip6": using(TCP6, noMore),
  "net.bind-foreign": bound("192.0.2.2", 8080),
  "net.bind-any": bound("0.0.0.0", 8080),
  "net.bind-loopback": bound("127.0.0.1", 8080),
  "net.connect-loopback": using(TCP4, (host, root, id) => {
    serve(host, root, "httpd", "127.0.0.1", 8080);
    return connect(host, root, id, { address: "127.0.0.1", port: 8080 });
  }),
  "net.bind-low-port": bound(JAIL, 80),
  "net.bind-taken-port": (host, root) => {
    serve(host, hostRoot(host), "httpd", "*", 8080);
    return bound(JAIL, 8080)(host, root);
  },
  "net.ifconfig-alias": (host, root) => ifAddAddress(host, root, "lo0", { address: "10.0.0.1" }),
  "net.ifconfig-flags": (host, root) => ifSetFlags(host, root, "lo0", { up: true, mtu: 1400 }),
  "net.if-create": (host, root) => ifCreate(host, root, "epair"),
  "net.if-move": (host, root) => {
    const child = Object.values(freebsdOf(host).prisons).find(
      ({ parent }) => parent === root.credential.container,
    );
    if (child) value(ifCreateFor(host, root));
    return ifMoveVnet(host, root, child ? "bridge0" : "em0", child?.jid ?? 99);
  },
  "net.route-add": (host, root) => routeAdd(host, root, { destination: "198.51.100.0/24", gateway: "lo0" }),
  "net.route-get": (host, root) => routeGet(host, root, "192.0.2.2"),
  "net.ipfw": control("IP_FW3"),
  "net.divert": using({ ...RAW4, protocol: "divert" }, noMore),
  "net.bindany": using(TCP4, (host, root, id) => setSwitch(host, root, id, "IP_BINDANY", true)),
  "net.mroute": control("MRT_INIT"),
  "net.multicast-join": using(UDP4, (host, root, id) => joinGroup(host, root, id, "224.0.0.5")),
};

function noMore(host: Host, _: Process, id: number): Outcome<unknown> {
  return { ok: true, value: id, decision: { verdict: "allow", rule: "", reason: `${host.now}`, causes: [] } };
}

function ifCreateFor(host: Host, root: Process) {
  return ifCreate(host, root, "bridge");
}

/** Views that show a jail less than there is. */
const VIEWS: Readonly<Record<string, (host: Host, root: Process) => "allow" | "contained">> = {
  "net.ifconfig-list": (host, root) => view(visibleInterfaces(host, root), vnetOf(host, root).interfaces),
  "net.sockstat": (host, root) => {
    serve(host, root, "httpd", "*", 8080);
    return view(visibleSockets(host, root), Object.values(host.state.network.sockets));
  },
};

/** The words of the table for what enables an action, as parameters; for vnet with the address on an interface. */
const ENABLING: Readonly<Record<string, Parameters>> = {
  "allow.raw_sockets": { "ip4.addr": [JAIL], "allow.raw_sockets": true },
  "allow.socket_af": { "ip4.addr": [JAIL], "allow.socket_af": true },
  "allow.routing": { "ip4.addr": [JAIL], "allow.routing": true },
  "vnet=new": { vnet: "new" },
  "vnet=new with the address configured": { vnet: "new" },
  "vnet=new + children.max>0 + child with vnet=new": { vnet: "new", "children.max": 1 },
  "ip6.addr=...": { "ip4.addr": [JAIL], "ip6.addr": ["2001:db8::10"] },
  "ip6=inherit": { "ip4.addr": [JAIL], ip6: "inherit" },
  "ip4.addr including it": { "ip4.addr": [JAIL, "192.0.2.2"] },
  "ip4=inherit": { ip4: "inherit" },
  "ip4.addr including 127.0.0.1": { "ip4.addr": [JAIL, "127.0.0.1"] },
};

/** A host with every module, and a jail with the parameters; in a stack of its own with the addresses it uses. */
function jailWith(parameters: Parameters): { host: Host; root: Process } {
  const host = testHost();
  host.state.machine.modules.push("if_epair", "if_bridge", "ipfw", "ip_mroute");
  const { jid, root } = networkJail(host, "web", parameters);
  alias(host, jid, JAIL);
  if (parameters["vnet"]) {
    for (const address of ["127.0.0.1", JAIL, "192.0.2.2"])
      value(ifAddAddress(host, root, "lo0", { address, prefix: 24 }));
    if (parameters["children.max"]) networkJail(host, "below", { vnet: "new" }, root);
  }
  return { host, root };
}

describe.skipIf(probes.length === 0)("the probes of the network", () => {
  it.each(probes.filter(({ id }) => ACTIONS[id]))("$id: $defaultVerdict by default", (probe) => {
    const { host, root } = jailWith({ "ip4.addr": [JAIL] });
    const outcome = ACTIONS[probe.id]?.(host, root);
    if (!outcome) throw new Error(probe.id);
    // What is contained by an errno is hidden; what is denied at the first of several steps may have the errno of it.
    if (probe.id === "net.raw-spoof") expect(errno(outcome)).toBe("EPERM");
    else if (probe.errno) expect(errno(outcome)).toBe(probe.errno);
    else expect(outcome.decision.verdict).toBe(probe.defaultVerdict);
  });

  it.each(probes.filter(({ id }) => VIEWS[id]))("$id: $defaultVerdict by default", (probe) => {
    const { host, root } = jailWith({ "ip4.addr": [JAIL] });
    expect(VIEWS[probe.id]?.(host, root)).toBe(probe.defaultVerdict);
  });

  const enabled = probes.flatMap((probe) => probe.enabledBy.map((by) => ({ ...probe, by })));
  it.each(enabled)("$id: allowed by $by", ({ id, by }) => {
    const parameters = ENABLING[by];
    if (!parameters) throw new Error(`no parameters for ${by}`);
    const { host, root } = jailWith(parameters);
    const outcome = ACTIONS[id]?.(host, root);
    expect(outcome ? outcome.decision.verdict : VIEWS[id]?.(host, root)).toBe("allow");
  });

  it("forged senders are refused to a raw socket, too", () => {
    const { host, root } = jailWith({ "ip4.addr": [JAIL], "allow.raw_sockets": true });
    expect(errno(ACTIONS["net.raw-spoof"]?.(host, root) as Outcome)).toBe("EADDRNOTAVAIL");
  });

  it("are all tried", () => {
    const untried = probes.filter(({ id }) => !ACTIONS[id] && !VIEWS[id]);
    expect(untried).toEqual([]);
  });
});
