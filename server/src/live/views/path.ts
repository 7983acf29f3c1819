import type { Host } from "../../host/host.ts";
import { isLinkLocal, isLoopback } from "../../host/network/addresses.ts";
import { isLocalAddress } from "../../host/network/routingTable.ts";
import type { Interface, Route } from "../../host/network/types.ts";
import { vnet } from "../../host/network/vnets.ts";
import type { DecisionView, PathView } from "../../protocol.ts";
import type { Wire } from "../guests.ts";

/** The way of packets from a container to the outside, station by station, for a picture. */

type Mutable = { -readonly [K in keyof PathView]: PathView[K] } & { to: string[] };

const OUTSIDE = "outside";
const NOTHING_OWN = "It has no interface with an address.";

/**
 * @param addresses those of the container where it shares a stack; `undefined`: all of its stack
 * @param outside what came of an attempt to get out; `undefined` where none was made
 */
export function pathView(
  host: Host,
  container: { readonly number: number; readonly name: string },
  wires: readonly Wire[],
  addresses: readonly string[] | undefined,
  outside: DecisionView | undefined,
): PathView[] {
  const stack = vnet(host, host.kernel.network.stackOf(host, container.number));
  const known = new Map(wires.map((wire) => [wire.id, wire]));
  const own = wires.filter(({ isOwn, link }) => isOwn && leadsSomewhere(link, addresses));
  const defaults = stack.routes.filter(({ destination }) => destination === "default");
  const start: Mutable = {
    ...{ id: "container", kind: "container", name: container.name, detail: "" },
    to: own.map(({ id }) => id),
  };
  if (own.length === 0) start.obstacle = { text: NOTHING_OWN, all: true };
  else if (outside?.errno === "ENETUNREACH") start.obstacle = { text: outside.reason, all: false };

  const stations: Mutable[] = [];
  const seen = new Set<string>();
  const queue = [...own];
  for (let wire = queue.shift(); wire; wire = queue.shift()) {
    if (seen.has(wire.id)) continue;
    seen.add(wire.id);
    // What a loopback interface has an address for leaves by the route, as all of a shared stack does.
    const routed =
      wire.link?.kind === "loopback" ? wires.filter(({ link }) => link && leads(link, defaults)) : [];
    const to = [...wire.to, ...routed.map(({ id }) => id)];
    stations.push(station(wire, to, own.includes(wire) ? addresses : undefined));
    queue.push(...to.flatMap((id) => known.get(id) ?? []));
  }

  const families = familiesOf(own, addresses);
  const gateways = gatewaysOf(
    host,
    defaults.filter(({ family }) => families.size === 0 || families.has(family)),
  );
  for (const end of stations.filter(({ to }) => to.length === 0)) {
    const isOut = known.get(end.id)?.leaves ?? false;
    end.to = gateways.filter(({ isHere }) => isHere || isOut).map(({ station: { id } }) => id);
    if (end.to.length > 0) continue;
    if (isOut) end.to = [OUTSIDE];
    else end.obstacle ??= { text: "Nothing of it leads out of the machine.", all: true };
  }
  const passed = new Set(stations.flatMap(({ to }) => to));
  return [
    start,
    ...stations,
    ...gateways.map(({ station }) => station).filter(({ id }) => passed.has(id)),
    {
      ...{ id: OUTSIDE, kind: "outside", name: "outside", detail: "", to: [] },
      ...(outside?.verdict === "deny" &&
        !start.obstacle && { obstacle: { text: outside.reason, all: true } }),
    },
  ];
}

function station(
  { id, name, kind, isOwn, up, link, guard }: Wire,
  to: string[],
  addresses?: readonly string[],
): Mutable {
  const listed = link ? shown(link, addresses) : [];
  const down = up ? undefined : { text: `${name} is down.`, all: true };
  const isNameless = link !== undefined && isOwn && listed.length === 0;
  const unnamed = isNameless ? { text: `${name} has no address.`, all: true } : undefined;
  const bare = isOwn && !link ? { text: `No IP interface is on ${name}.`, all: true } : undefined;
  const obstacle = down ?? bare ?? unnamed ?? (guard === undefined ? undefined : { text: guard, all: false });
  return {
    ...{ id, kind: isOwn ? "interface" : "link", name, to },
    detail: [kind, ...listed].join(" "),
    ...(obstacle && { obstacle }),
  };
}

/** Of addresses that are known beyond a link. */
function familiesOf(own: readonly Wire[], addresses: readonly string[] | undefined): ReadonlySet<string> {
  const all = own.flatMap(({ link }) => link?.addresses ?? []);
  return new Set(
    all
      .filter(({ address }) => !isLinkLocal(address) && (addresses?.includes(address) ?? true))
      .map(({ family }) => family),
  );
}

/** On a shared stack only interfaces with an address of the container are its own. */
function leadsSomewhere(link: Interface | undefined, addresses: readonly string[] | undefined): boolean {
  if (!link || (addresses === undefined && link.kind !== "loopback")) return true;
  return shown(link, addresses).length > 0;
}

/** Addresses that lead somewhere. */
function shown({ addresses: all, kind }: Interface, addresses: readonly string[] | undefined): string[] {
  const those = all.filter(({ address }) => addresses?.includes(address) ?? true);
  return those
    .filter(({ address }) => kind !== "loopback" || !isLoopback(address))
    .map(({ address, prefix }) => `${address}/${prefix}`);
}

function leads({ name, kind }: Interface, routes: readonly Route[]): boolean {
  return kind !== "loopback" && routes.some((route) => route.interface === name);
}

/** Next hops of default routes, each once. `isHere`: some stack of this machine has the address. */
function gatewaysOf(host: Host, defaults: readonly Route[]) {
  const names = [...new Set(defaults.map(({ gateway }) => gateway))];
  const stacks = Object.values(host.state.network.vnets);
  return names.map((gateway) => {
    const holder = stacks.find((stack) => isLocalAddress(stack, gateway));
    const detail = holder ? host.kernel.containers.called(host, holder.container) : "";
    const id = `gateway ${gateway}`;
    const made: Mutable = { id, kind: "gateway", name: gateway, detail, to: [OUTSIDE] };
    return { isHere: holder !== undefined, station: made };
  });
}
