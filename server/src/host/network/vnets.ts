import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { addInterface, createdIn } from "./interfaceIndex.ts";
import { removeInterface, returnInterface } from "./links.ts";
import { forgetSocket, socketsOfStack } from "./socketIndex.ts";
import type { Interface, Vnet } from "./types.ts";

/** Network stacks. Source: sys/net/vnet.h, sys/net/vnet.c, sys/net/if.c (vnet_if_return). */

export function vnet(host: Host, id: number): Vnet {
  const found = host.state.network.vnets[id];
  if (!found) throw new Error(`the model has no network stack ${id}`);
  return found;
}

/** The stack that the calls of a process act on. */
export function vnetOf(host: Host, process: Process): Vnet {
  return vnet(host, host.kernel.network.stackOf(host, process.credential.container));
}

/** A per-stack sysctl as a number; `fallback` is its value on a fresh stack. */
export function stackSetting({ sysctls }: Vnet, name: string, fallback: number): number {
  return Number(sysctls[name] ?? fallback);
}

/** A fresh stack for a container: lo0, down and without address, and no routes. Gives its id. */
export function createVnet(host: Host, jid: number): number {
  const { network } = host.state;
  const id = network.nextVnet++;
  const lo0: Interface = {
    name: "lo0",
    index: 1,
    kind: "loopback",
    up: false,
    mtu: 16384,
    mac: "",
    addresses: [],
    description: "",
    groups: ["lo"],
    home: id,
    fib: 0,
  };
  const stack: Vnet = { id, container: jid, interfaces: [], routes: [], sysctls: {}, nextIndex: 2 };
  network.vnets[id] = stack;
  addInterface(host, stack, lo0);
  return id;
}

/**
 * Ends a stack: interfaces that came from another one go back there, without addresses, and those that were created
 * in it are destroyed, with the other half of an epair wherever that is.
 */
export function destroyVnet(host: Host, id: number): void {
  const { network } = host.state;
  const stack = vnet(host, id);
  for (const socket of socketsOfStack(host, id)) forgetSocket(host, socket.id);
  for (const link of [...stack.interfaces]) {
    if (link.home === id) continue;
    returnInterface(host, stack, link);
    host.emit({
      container: "",
      kind: "interface.return",
      message: `${link.name} comes back from the stack of ${host.kernel.containers.called(host, stack.container)}, down and without addresses.`,
      outcome: "ok",
    });
  }
  // What was created here may meanwhile be elsewhere, too.
  for (const { stack: at, link } of createdIn(host, id))
    if (at.interfaces.includes(link)) removeInterface(host, at, link);
  delete network.vnets[id];
}
