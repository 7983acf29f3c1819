import type { Host } from "../../host/host.ts";
import { findLink, qualified } from "../../host/illumos/network/linkIndex.ts";
import type { Family } from "../../host/network/addresses.ts";
import { type Endpoint, receiverOf, textOf } from "../../host/network/pcb.ts";
import { socketsOfContainer } from "../../host/network/socketIndex.ts";
import type { Interface, Socket } from "../../host/network/types.ts";
import { vnet } from "../../host/network/vnets.ts";
import type { NetworkView, OriginView } from "../../protocol.ts";
import type { Belonging } from "../guests.ts";
import { listenerText } from "./processes.ts";

/** The network as a container sees it; `reach` is tried by `reach.ts`. */
export function networkView(
  host: Host,
  container: number,
  addresses: readonly string[] | undefined,
  originOf: (thing: Belonging) => OriginView | undefined,
): Omit<NetworkView, "reach" | "untried" | "targets" | "path"> {
  const stackId = host.kernel.network.stackOf(host, container);
  const stack = vnet(host, stackId);
  const own = container === 0 || stackId !== host.kernel.network.stackOf(host, 0);
  const shown = (link: Interface) =>
    link.addresses
      .filter(({ address }) => own || addresses === undefined || addresses.includes(address))
      .map(({ address, prefix }) => {
        const origin = originOf({ what: "address", address });
        return { address: `${address}/${prefix}`, ...(origin && { origin }) };
      });
  return {
    stack: own ? "own" : "shared",
    links: stack.interfaces.map((link) => {
      const { name, kind, up } = link;
      const over = overOf(host, container, link);
      return { name, kind, up, ...(over !== undefined && { over }), addresses: shown(link) };
    }),
    routes: stack.routes.map(({ destination, gateway, interface: link }) => ({ destination, gateway, link })),
    listening: socketsOfContainer(host, container).flatMap((socket) => listener(host, socket, addresses)),
  };
}

/** What a link is made on: the parent of a VLAN, the other half of an epair, the link below a VNIC. */
function overOf(host: Host, container: number, { name, vlan, peer }: Interface): string | undefined {
  if (vlan) return vlan.parent;
  if (peer !== undefined || !host.state.illumos) return peer;
  // One that was made for a zone is named after it; one that was lent to it keeps its name.
  return (findLink(host, qualified(host, container, name)) ?? findLink(host, name))?.over[0];
}

function listener(
  host: Host,
  socket: Socket,
  addresses: readonly string[] | undefined,
): NetworkView["listening"] {
  const { local, family, protocol, pid } = socket;
  if (!local || (family !== "inet" && family !== "inet6") || listenerText(socket) === undefined) return [];
  const shadow = shadowOf(host, socket, local, family, addresses);
  return [
    {
      address: local.address,
      port: local.port,
      protocol: `${protocol}${family === "inet" ? 4 : 6}`,
      command: host.state.processes.byPid[pid]?.command ?? String(pid),
      ...(shadow !== undefined && { shadowedBy: shadow }),
    },
  ];
}

/** Who gets what arrives at a listener's address, where it is another one. Of any address, each is asked. */
function shadowOf(
  host: Host,
  socket: Socket,
  local: Endpoint,
  family: Family,
  addresses: readonly string[] | undefined,
): string | undefined {
  const all =
    local.address === "*"
      ? (addresses ??
        vnet(host, socket.vnet).interfaces.flatMap((link) => link.addresses.map((one) => one.address)))
      : [local.address];
  for (const address of all) {
    if (address.includes(":") !== (family === "inet6")) continue;
    const flow = { family, protocol: socket.protocol, local: { address, port: local.port } };
    const receiver = receiverOf(host, socket.vnet, flow)?.socket;
    if (!receiver || receiver.id === socket.id || receiver.container === socket.container) continue;
    const command = host.state.processes.byPid[receiver.pid]?.command ?? String(receiver.pid);
    return `${command} of ${host.kernel.containers.called(host, receiver.container)} at ${textOf(flow.local)}`;
  }
  return undefined;
}
