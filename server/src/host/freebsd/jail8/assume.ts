import { own } from "../../../catalog/own.ts";
import { parseAddressEntry } from "../../../configuration/jail-conf/values.ts";
import { ensureDirectory, makeRoot } from "../../filesystem/build.ts";
import { putDataset } from "../../filesystem/datasetTree.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { entriesOf, fileSystemOf, nodeOf, removeEntry } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import { parseAddress } from "../../network/addresses.ts";
import { addInterface } from "../../network/interfaceIndex.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import type { Interface } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import { ifAddAddress, NAME_LENGTH } from "../network/interfaces.ts";
import type { JailRun } from "./run.ts";

/**
 * What a machine that nobody described is taken to have: whatever the configuration asks for. The same holds behind a
 * command on the host that the model does not know, such as a script that makes the interfaces of the jail. Each
 * assumption is an event of its own, so that a reader sees what the rest of the story rests on.
 */

function mayAssume({ mayHaveMore, caller }: JailRun): boolean {
  return mayHaveMore && caller.credential.container === 0;
}

/**
 * The jail's root with a base system in it, unless something is there. Also on a described machine: whoever names a
 * directory hardly lists what is in it.
 */
export function assumeRoot(run: JailRun): void {
  const { path } = run.settings;
  if (!path?.startsWith("/") || path === "/" || run.caller.credential.container !== 0) return;
  const found = lookup(run.host, run.caller, path);
  if (found.ok ? !isEmpty(run, found.value) : !mayAssume(run)) return;
  makeRoot(run.host, path);
  run.assumedRoot = path.replace(/\/+$/, "");
  const message = found.ok
    ? `A base system is taken to be in ${path}.`
    : `${path} is taken to be there, with a base system in it.`;
  run.emit("assume.directory", message, "assumed", { causes: [run.settings.cause("path")] });
}

function isEmpty({ host }: JailRun, vnode: Vnode): boolean {
  if (nodeOf(host, vnode).kind !== "directory") return false;
  return Object.keys(entriesOf(fileSystemOf(host, vnode), vnode.node)).length === 0;
}

/** A directory; with a base system in it where it is to become a root. */
export function assumeDirectory(run: JailRun, path: string, parameter: string, base = false): void {
  const isInside = run.assumedRoot !== undefined && path.startsWith(`${run.assumedRoot}/`);
  if (isInside) dropAssumedLink(run, path);
  if (!(mayAssume(run) || isInside) || lookup(run.host, run.caller, path).ok) return;
  if (base) makeRoot(run.host, path);
  else ensureDirectory(run.host, path);
  run.emit("assume.directory", `${path} is taken to be there.`, "assumed", {
    causes: [run.settings.cause(parameter)],
  });
}

/**
 * What is taken to be in a root may be another system than that of the host: nobody mounts linsysfs(5) on /sys unless it
 * is a directory, as in a Linux distribution. A link there is not held against him.
 */
function dropAssumedLink({ host, caller }: JailRun, path: string): void {
  const cut = path.lastIndexOf("/");
  const found = lookup(host, caller, path, { follow: false });
  const above = lookup(host, caller, path.slice(0, cut) || "/");
  if (!found.ok || !above.ok || nodeOf(host, found.value).kind !== "link") return;
  removeEntry(fileSystemOf(host, above.value), above.value.node, path.slice(cut + 1));
}

/** An interface, up and without addresses; none with a name that no machine can have. */
export function assumeInterface(run: JailRun, name: string, parameter: string): void {
  if (!mayAssume(run) || name === "" || name.length > NAME_LENGTH) return;
  const stack = vnetOf(run.host, run.caller);
  if (
    Object.values(run.host.state.network.vnets).some(({ interfaces }) =>
      interfaces.some((link) => link.name === name),
    )
  )
    return;
  const kind = kindOf(name);
  const link: Interface = {
    name,
    index: stack.nextIndex++,
    kind,
    up: true,
    mtu: kind === "loopback" ? 16_384 : 1500,
    mac: kind === "loopback" ? "" : `02:00:00:00:01:${(stack.nextIndex % 256).toString(16).padStart(2, "0")}`,
    addresses: [],
    description: "",
    groups: [],
    home: stack.id,
    fib: 0,
  };
  if (kind === "bridge" || kind === "lagg") link.members = [];
  addInterface(run.host, stack, link);
  run.emit("assume.interface", `The machine is taken to have an interface ${name}.`, "assumed", {
    causes: [run.settings.cause(parameter)],
  });
}

/** Addresses that a jail is to have and nobody else brings: on the loopback or the first interface that is none. */
export function assumeAddresses(run: JailRun): void {
  const { host, caller, settings } = run;
  if (!mayAssume(run) || settings.text("interface")) return;
  const stack = vnetOf(host, caller);
  for (const parameter of ["ip4.addr", "ip6.addr"] as const)
    for (const { text, cause } of settings.list(parameter)) {
      const entry = parseAddressEntry(text);
      const address = parseAddress(entry.address);
      if (entry.interface !== undefined || address === undefined || interfaceWith(stack, address)) continue;
      const loops = address === "::1" || address.startsWith("127.");
      const link = stack.interfaces.find(({ kind }) => (kind === "loopback") === loops);
      if (!link || !ifAddAddress(host, caller, link.name, { address }).ok) continue;
      run.emit("assume.address", `The machine is taken to have ${address} on ${link.name}.`, "assumed", {
        causes: [cause],
      });
    }
}

/** A dataset that is not mounted and has the property `jailed`. */
export function assumeDataset(run: JailRun, name: string): void {
  const { datasets } = run.host.state.files;
  if (!mayAssume(run) || own(datasets, name)) return;
  putDataset(run.host, {
    name,
    mountpoint: `/${name}`,
    mounted: false,
    zoned: true,
    container: 0,
    quota: 0,
    used: 0,
    properties: {},
  });
  run.emit("assume.dataset", `The machine is taken to have a dataset ${name}, with jailed=on.`, "assumed", {
    causes: [run.settings.cause("zfs.dataset")],
  });
}

const KINDS: readonly (readonly [prefix: string, kind: Interface["kind"]])[] = [
  ["lo", "loopback"],
  ["lagg", "lagg"],
  ["bridge", "bridge"],
  ["vlan", "vlan"],
  ["tap", "tap"],
  ["tun", "tun"],
  ["epair", "epair"],
  ["wg", "wireguard"],
];

function kindOf(name: string): Interface["kind"] {
  const driver = name.replace(/[\d.]+[ab]?$/, "");
  return KINDS.find(([prefix]) => prefix === driver)?.[1] ?? "physical";
}
