import type { Decision, Outcome } from "../../decision.ts";
import { LOOPBACK } from "../../network/addresses.ts";
import { routeAdd } from "../../network/routes.ts";
import { allRoutes } from "../../network/routingTable.ts";
import { bind, connect, listen, type SocketRequest, socket } from "../../network/sockets.ts";
import { vnetOf } from "../../network/vnets.ts";
import { spawn } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { ifAddAddress, ifCreate, ifMoveVnet, ifSetFlags } from "../network/interfaces.ts";
import { jailedWithoutVnet } from "../network/jailAddresses.ts";
import { joinGroup, sendWithHeader, setControl, setSwitch } from "../network/raw.ts";
import { routeGet } from "../network/routeGet.ts";
import { visibleInterfaces, visibleRoutes, visibleSockets } from "../network/views.ts";
import { causeOf } from "../scope.ts";
import { type Attempt, call, containedBy, NOBODY, need, type Scene } from "./scene.ts";

const TCP4: SocketRequest = { family: "inet", type: "stream" };
const UDP4: SocketRequest = { family: "inet", type: "datagram" };
const RAW4: SocketRequest = { family: "inet", type: "raw" };

/** A port that hardly anybody uses. */
const PORT = 48_231;
/** A network of nobody. Source: RFC 5737. */
const NETWORK = "203.0.113.0/24";

/** Attempts on sockets, interfaces and routes. */
export const networkAttempts = {
  "net.raw-ping": using(RAW4),
  "net.raw-spoof": using(RAW4, (scene, root, id) => {
    need(setSwitch(scene.host, root, id, "IP_HDRINCL", true));
    return sendWithHeader(scene.host, root, id, NOBODY, "192.0.2.1");
  }),
  "net.socket-other-af": using({ family: "other", type: "stream" }),
  "net.socket-no-ip6": using({ family: "inet6", type: "stream" }),
  "net.bind-foreign": using(TCP4, (scene, root, id) => {
    const address = scene.foreignAddress();
    // In a stack of its own root may give itself any address first; in another this is refused.
    ifAddAddress(scene.host, root, "lo0", { address, prefix: 32 });
    return bind(scene.host, root, id, { address, port: PORT });
  }),
  "net.bind-any": binding("0.0.0.0"),
  "net.bind-loopback": using(TCP4, (scene, root, id) => {
    bringUpLoopback(scene, root);
    return bind(scene.host, root, id, { address: LOOPBACK.inet, port: PORT });
  }),
  "net.connect-loopback": using(TCP4, (scene, root, id) => {
    bringUpLoopback(scene, root);
    serve(scene, root, LOOPBACK.inet);
    return connect(scene.host, root, id, { address: LOOPBACK.inet, port: PORT });
  }),
  "net.bind-low-port": using(TCP4, (scene, root, id) =>
    bind(scene.host, root, id, { address: ownAddress(scene), port: freeLowPort(scene) }),
  ),
  "net.bind-taken-port": using(TCP4, (scene, root, id) => {
    serve(scene, scene.hostRoot(), "0.0.0.0");
    return bind(scene.host, root, id, { address: ownAddress(scene), port: PORT });
  }),
  "net.ifconfig-alias": call((scene) => {
    const root = scene.root();
    return ifAddAddress(scene.host, root, anInterface(scene, root), { address: NOBODY, prefix: 32 });
  }),
  "net.ifconfig-flags": call((scene) => {
    const root = scene.root();
    return ifSetFlags(scene.host, root, anInterface(scene, root), { up: true, mtu: 1400 });
  }),
  "net.if-create": call((scene) => ifCreate(scene.host, scene.root(), "epair")),
  "net.if-move": call((scene) => {
    const root = scene.root();
    const child = scene.createChild(root, { vnet: "new" });
    const made = ifCreate(scene.host, root, "vlan");
    const name = made.ok ? made.value : anInterface(scene, root);
    return ifMoveVnet(scene.host, root, name, child.ok ? child.value : scene.neighbour().jid);
  }),
  "net.route-add": call((scene) =>
    routeAdd(scene.host, scene.root(), { destination: NETWORK, gateway: "lo0" }),
  ),
  "net.route-get": readRoutes,
  "net.ifconfig-list": (scene) => {
    const root = scene.root();
    const seen = visibleInterfaces(scene.host, root);
    return view(scene, root, seen, vnetOf(scene.host, root).interfaces, "interfaces");
  },
  "net.ipfw": using(RAW4, (scene, root, id) => setControl(scene.host, root, id, "IP_FW3")),
  "net.divert": using({ ...RAW4, protocol: "divert" }),
  "net.bindany": using(TCP4, (scene, root, id) => setSwitch(scene.host, root, id, "IP_BINDANY", true)),
  "net.mroute": using(RAW4, (scene, root, id) => setControl(scene.host, root, id, "MRT_INIT")),
  "net.multicast-join": using(UDP4, (scene, root, id) => joinGroup(scene.host, root, id, "224.0.0.251")),
  "net.sockstat": (scene) => {
    const { host } = scene;
    serve(scene, scene.hostRoot(), "0.0.0.0");
    const all = Object.values(host.state.network.sockets);
    return view(scene, scene.root(), visibleSockets(host, scene.root()), all, "sockets");
  },
} satisfies Record<string, Attempt>;

/** A socket of root in the jail, and what is done with it. Where it is refused, that is the decision. */
function using(
  request: SocketRequest,
  act?: (scene: Scene, root: Process, id: number) => Outcome<unknown>,
): Attempt {
  return (scene) => {
    const root = scene.root();
    const made = socket(scene.host, root, request);
    return made.ok && act ? act(scene, root, made.value.id).decision : made.decision;
  };
}

function binding(address: string): Attempt {
  return using(TCP4, (scene, root, id) => bind(scene.host, root, id, { address, port: PORT }));
}

/** A daemon that listens. */
function serve(scene: Scene, owner: Process, address: string): void {
  const daemon = spawn(scene.host, { parent: owner, command: "daemon" });
  const { id } = need(socket(scene.host, daemon, TCP4));
  need(bind(scene.host, daemon, id, { address, port: PORT }));
  need(listen(scene.host, daemon, id));
}

/** The first link of the stack that a process uses. */
function anInterface(scene: Scene, process: Process): string {
  return vnetOf(scene.host, process).interfaces[0]?.name ?? "lo0";
}

/** A new stack has a loopback interface that is down and without an address: whoever may, gives it one. */
function bringUpLoopback(scene: Scene, root: Process): void {
  ifAddAddress(scene.host, root, "lo0", { address: LOOPBACK.inet, prefix: 8 });
}

/** The jail's first address. */
function ownAddress({ jail }: Scene): string {
  return jail.ip4.restricted ? (jail.ip4.addresses[0] ?? "0.0.0.0") : "0.0.0.0";
}

/** A reserved port that no socket has. */
function freeLowPort({ host }: Scene): number {
  const taken = new Set(Object.values(host.state.network.sockets).map(({ local }) => local?.port));
  for (let port = 80; port > 1; port--) if (!taken.has(port)) return port;
  return 1;
}

/** The table, and one route by its address. */
function readRoutes(scene: Scene): Decision {
  const { host } = scene;
  const root = scene.root();
  const all = allRoutes(vnetOf(host, root)).filter(({ fib }) => fib === 0);
  const table = view(scene, root, visibleRoutes(host, root), all, "routes");
  if (table.verdict === "allow") return table;
  const asked = routeGet(host, root, NOBODY);
  return asked.ok
    ? table
    : containedBy(asked.decision.rule, asked.decision.reason, asked.decision.causes, asked.errno);
}

/** A list of the stack: contained if it is shorter, or tells less, than everything. */
function view(
  scene: Scene,
  root: Process,
  seen: readonly unknown[],
  all: readonly unknown[],
  what: string,
): Decision {
  if (JSON.stringify(seen) === JSON.stringify(all))
    return {
      verdict: "allow",
      rule: `view/${what}`,
      reason: `All ${what} are shown.`,
      causes: [causeOf(scene.jail, "vnet", "inherit")],
    };
  const reason = jailedWithoutVnet(scene.host, root)
    ? `Of the ${what} of a shared stack only what belongs to the jail is shown.`
    : `Of the ${what} only what belongs to the jail is shown.`;
  return containedBy(`view/${what}`, reason, [causeOf(scene.jail, "vnet", "inherit")]);
}
