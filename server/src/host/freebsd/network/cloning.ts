import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { addInterface } from "../../network/interfaceIndex.ts";
import { createdName, findCreated, findInterface, removeInterface } from "../../network/links.ts";
import type { Interface, Vnet } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { kldload } from "../modules.ts";
import { privCheck } from "../privileges.ts";
import { type Cloner, clonerOf, macFor } from "./cloners.ts";

/** Making and destroying interfaces. Source: sys/net/if_clone.c, sys/net/if_epair.c, ifconfig(8). */

/**
 * `ifconfig NAME create`: with a unit or without, where the lowest free one is taken. A missing module is loaded first,
 * if the caller may, as ifconfig(8) does. Of an epair both halves are made.
 * @returns the name, of an epair that of the first half; EPERM, EINVAL for what nobody can make, EEXIST
 */
export function ifCreate(host: Host, process: Process, name: string): Outcome<string> {
  const wanted = clonerOf(name.replace(/^(epair\d+)[ab]$/, "$1"));
  if (wanted?.cloner.module) loadModule(host, process, wanted.cloner.module);
  const may = privCheck(host, process, "NET_IFCREATE");
  if (!may.ok) return may;
  const { modules } = host.state.machine;
  if (!wanted || (wanted.cloner.module && !modules.includes(wanted.cloner.module)))
    return denied("EINVAL", "interface/cloner", `The kernel cannot make an interface ${name}.`, {
      causes: [
        { what: wanted ? `${wanted.cloner.module} is not loaded` : `no cloner for ${name}`, from: "host" },
      ],
    });
  const stack = vnetOf(host, process);
  const { cloner } = wanted;
  const unit = wanted.unit >= 0 ? wanted.unit : freeUnit(host, stack, cloner);
  const names = namesOf(cloner, unit);
  const clash = names.find((one) => isTaken(host, stack, one));
  if (clash !== undefined)
    return denied("EEXIST", "interface/taken", `There is an interface ${clash} already.`, {
      causes: [{ what: `interface ${clash}`, from: "host" }],
    });
  for (const one of names) addLink(host, stack, cloner, one, names);
  return allowed(names[0] as string, "interface/create", `${names.join(" and ")} exist, down.`, {
    causes: may.decision.causes,
  });
}

/** ifconfig(8) tries to, and goes on if it cannot. */
function loadModule(host: Host, process: Process, module: string): void {
  if (!host.state.machine.modules.includes(module)) kldload(host, process, module);
}

function namesOf({ name }: Cloner, unit: number): string[] {
  return name === "epair" ? [`epair${unit}a`, `epair${unit}b`] : [`${name}${unit}`];
}

/** Whether the stack has a name, or an interface that was made here with it and is elsewhere: its unit is not free. */
function isTaken(host: Host, stack: Vnet, name: string): boolean {
  return findInterface(stack, name) !== undefined || findCreated(host, stack.id, name) !== undefined;
}

function freeUnit(host: Host, stack: Vnet, cloner: Cloner): number {
  let unit = 0;
  while (namesOf(cloner, unit).some((name) => isTaken(host, stack, name))) unit++;
  return unit;
}

/**
 * An interface of ng_eiface(4), which netgraph(4) makes and no cloner: `ngeth0`. What it is joined to is not modelled.
 * @returns its name; EPERM
 */
export function ngEiface(host: Host, process: Process): Outcome<string> {
  const may = privCheck(host, process, "NETGRAPH_CONTROL");
  if (!may.ok) return may;
  const stack = vnetOf(host, process);
  const cloner: Cloner = { name: "ngeth", kind: "other", module: null, mtu: 1500, ethernet: true };
  const name = `ngeth${freeUnit(host, stack, cloner)}`;
  addLink(host, stack, cloner, name, [name]);
  const reason = `${name} exists, but the nodes of netgraph(4) that it is joined to are not modelled.`;
  return {
    ok: true,
    value: name,
    decision: { verdict: "assumed", rule: "netgraph/eiface", reason, causes: may.decision.causes },
  };
}

function addLink(host: Host, stack: Vnet, cloner: Cloner, name: string, all: readonly string[]): void {
  const { kind, mtu, ethernet } = cloner;
  const peer = all.find((other) => other !== name);
  const pair = all[0] ?? name;
  const last = name === pair ? "0a" : "0b";
  const link: Interface = {
    name,
    index: stack.nextIndex++,
    kind,
    up: false,
    mtu,
    mac: ethernet ? macFor(stack.id, pair, last) : "",
    addresses: [],
    description: "",
    groups: [cloner.name],
    home: stack.id,
    fib: 0,
  };
  if (peer !== undefined) link.peer = peer;
  if (kind === "bridge" || kind === "lagg") link.members = [];
  addInterface(host, stack, link);
}

/**
 * `ifconfig NAME destroy`. Half an epair takes the other half with it, wherever that is.
 * @returns EPERM, ENXIO if there is none, EINVAL for hardware and the first loopback
 */
export function ifDestroy(host: Host, process: Process, name: string): Outcome {
  const may = privCheck(host, process, "NET_IFDESTROY");
  if (!may.ok) return may;
  const stack = vnetOf(host, process);
  const link = findInterface(stack, name);
  if (!link)
    return denied("ENXIO", "interface/name", `The stack has no interface ${name}.`, {
      causes: [{ what: `no interface ${name}`, from: "host" }],
    });
  if (link.kind === "physical" || createdName(link) === "lo0")
    return denied(
      "EINVAL",
      "interface/destroy",
      `${name} was not made with ifconfig(8), so it cannot be destroyed.`,
    );
  removeInterface(host, stack, link);
  return allowed(undefined, "interface/destroy", `${name} is gone.`, { causes: may.decision.causes });
}
