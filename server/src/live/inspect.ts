import type { Inspection, NetworkView, ProcessorsView } from "../protocol.ts";
import type { Belonging, Guest, Moment } from "./guests.ts";
import type { CountProblems, LiveHost } from "./liveHost.ts";
import { changesOf } from "./views/changes.ts";
import { deviceViews, mountViews } from "./views/mounts.ts";
import { networkView } from "./views/network.ts";
import { decisionView, eventView, originView } from "./views/origins.ts";
import { pathView } from "./views/path.ts";
import { processViews } from "./views/processes.ts";
import { copyOf, OUTSIDE, reachOf, type Target } from "./views/reach.ts";

/** Events that are shown beside a moment. */
const RECENT = 100;

/**
 * All that there is to see of a host or of one of its containers at a moment.
 * @param at after so many events; the present if absent
 * @param targets a part of the names or addresses to which connections are tried; all if absent
 * @returns undefined for a container that is not there, or a moment that is forgotten
 */
export function inspect(
  live: LiveHost,
  container: string | undefined,
  at: number | undefined,
  countProblems: CountProblems,
  targets = "",
): Inspection | undefined {
  const found = live.moment(at);
  if (!found) return undefined;
  // To look at a host must not change it; some of what kernels show they make when somebody looks.
  const moment = found.isPresent ? { ...found, host: copyOf(found.host) } : found;
  const { guests } = live;
  const { host, texts } = moment;
  const all = guests.list(moment);
  const guest = container === undefined ? undefined : all.find(({ id }) => id === container);
  if (container !== undefined && !guest) return undefined;
  const containers = live.containerViews(moment, countProblems);
  const view = containers.find(({ id }) => id === container);
  const number = guest ? guest.number : 0;
  const events = host.events.length;
  const before = events > 0 ? live.moment(events - 1)?.host : undefined;
  const { system } = host.state.machine;
  const ofGuest = host.events.filter(
    (event) => !guest || event.container === guest.name || event.container.startsWith(`${guest.name}.`),
  );
  const recent = ofGuest.slice(-RECENT);
  const shared = {
    host: live.machine.id,
    hostName: live.machine.label,
    system,
    ...(view && { container: view }),
    at: events,
    events: live.host.events.length,
    earliest: live.earliest,
    clock: host.now,
    containers: container === undefined ? containers : [],
    processors: container === undefined ? guests.processors(host) : NO_PROCESSORS,
    machine: guest ? guests.machine(guest.state) : { states: [], present: "", transitions: [] },
    recent: recent.map((event) => eventView(event, texts)),
    earlier: ofGuest.length - recent.length,
    changes: changesOf(before, host),
  };
  if (number === null) return { ...shared, ...NOTHING };
  const root = number === 0 ? "/" : guests.rootOf(host, number);
  const originOf = (thing: Belonging) => {
    const cause = guest && guests.originOf(moment, guest.name, thing);
    return cause && originView(cause, texts);
  };
  const numbers = number === 0 ? [0, ...all.flatMap((one) => one.number ?? [])] : guests.within(host, number);
  const addresses = number === 0 ? undefined : guests.addressesOf(host, number);
  const views = {
    processes: processViews(host, [...new Set(numbers)]),
    mounts: mountViews(host, root, originOf),
    devices: deviceViews(host, root, originOf),
    privileges: number === 0 ? [] : guests.privileges(moment, number),
    limits: guest ? guests.limits(moment, guest.name, number) : [],
  };
  const network = networkView(host, number, addresses, originOf);
  const links = number === 0 ? [...network.links, ...guests.otherLinks(host)] : network.links;
  const wires = number === 0 ? [] : guests.wires(host, number);
  // Last of all: attempts change even the copy.
  const tried = reachView(moment, live, guest, all, targets);
  const outside = tried.reach.find(({ to }) => to === OUTSIDE)?.decision;
  const path = guest ? pathView(host, { number, name: guest.name }, wires, addresses, outside) : [];
  return { ...shared, ...views, network: { ...network, links, path, ...tried, targets } };
}

const NO_PROCESSORS: ProcessorsView = { sets: [], pools: [] };
const NO_NETWORK: NetworkView = {
  stack: "shared",
  links: [],
  path: [],
  routes: [],
  listening: [],
  reach: [],
  untried: 0,
  targets: "",
};
const NOTHING = { processes: [], mounts: [], network: NO_NETWORK, devices: [], privileges: [], limits: [] };

function reachView(
  moment: Moment,
  live: LiveHost,
  guest: Guest | undefined,
  all: readonly Guest[],
  wanted: string,
): Pick<NetworkView, "reach" | "untried"> {
  const { host, texts } = moment;
  const own = guest?.number ?? 0;
  if (own !== 0 && guest?.health !== "running") return { reach: [], untried: 0 };
  const targets: Target[] = [
    ...(own === 0 ? [] : [{ name: "host", container: 0 }]),
    ...all.flatMap(({ name, number, health }) =>
      number !== null && number !== own && health === "running" ? [{ name, container: number }] : [],
    ),
  ];
  const { reach, untried } = reachOf(host, own, targets, wanted, live.guests);
  return {
    reach: reach.map(({ to, decision }) => ({ to, decision: decisionView(decision, texts) })),
    untried,
  };
}
