import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { findInterface } from "../../network/links.ts";
import { stackSetting, vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { causeOf } from "../scope.ts";
import { ifCreate } from "./cloning.ts";
import { jailedWithoutVnet } from "./jailAddresses.ts";

/**
 * Devices that carry packets, once their node could be opened: devfs alone decides that. Source: sys/net/bpf.c,
 * sys/net/if_tuntap.c, bpf(4), tap(4).
 */

/**
 * BIOCSETIF: a bpf(4) device that was opened listens on an interface. No privilege is asked for, so in a jail that
 * shares the stack of the host it is the host's traffic.
 * @returns ENXIO for an unknown interface
 */
export function bpfAttach(host: Host, process: Process, name: string): Outcome {
  const link = findInterface(vnetOf(host, process), name);
  if (!link) return denied("ENXIO", "bpf/interface", `The stack has no interface ${name}.`);
  const jail = prisonOf(host, process);
  const reason = jailedWithoutVnet(host, process)
    ? `It reads and sends everything on ${name}, which is not the jail's alone.`
    : `It reads and sends everything on ${name}.`;
  return allowed(undefined, "bpf", reason, {
    causes: [causeOf(jail, "devfs_ruleset"), causeOf(jail, "vnet", "inherit")],
  });
}

/**
 * Opening /dev/tunN or /dev/tapN, or /dev/tun and /dev/tap for the next free one: the interface is made if there is
 * none.
 * @returns EPERM without the right to make it, or to open a tap(4) device while net.link.tap.user_open is 0; ENXIO for
 * one of another stack
 */
export function openTunnel(host: Host, process: Process, device: string): Outcome {
  const stack = vnetOf(host, process);
  let link = /\d$/.test(device) ? findInterface(stack, device) : undefined;
  if (!link) {
    const made = ifCreate(host, process, device);
    if (!made.ok) return made;
    link = findInterface(stack, made.value);
  }
  if (!link || (link.kind !== "tap" && link.kind !== "tun"))
    return denied("ENXIO", "tunnel/device", `${device} is no tunnel.`);
  const open = Number(
    host.state.machine.sysctls["net.link.tap.user_open"] ?? stackSetting(stack, "net.link.tap.user_open", 0),
  );
  if (link.kind === "tap" && open === 0) {
    const may = privCheck(host, process, "NET_TAP");
    if (!may.ok) return may;
  }
  return allowed(undefined, "tunnel", `What is written to the device arrives on ${link.name}.`);
}
