import {
  type AddressUse,
  type Effective,
  effective,
  valuePlace,
} from "../../../configuration/jail-conf/effective.ts";
import type { ResolvedParameter } from "../../../configuration/jail-conf/types.ts";
import { parseInteger } from "../../../configuration/jail-conf/values.ts";
import { isLoopback } from "../../../host/network/addresses.ts";
import type { Finding } from "../../finding.ts";
import type { MachineFacts } from "../machine.ts";
import type { Topic } from "../topic.ts";
import { hostRules } from "./hostRules.ts";
import { limitsOf, overCommitted } from "./limits.ts";
import { partOf, quoted } from "./walk.ts";

/** What a configuration asks of the machine that it is for, as far as no boot is needed to see it. */
export const host: Topic = {
  rules: hostRules,
  *jail(jail, { machine }) {
    if (!machine) return;
    const view = effective(jail);
    yield* limitsOf(jail, machine);
    if (!view.vnet) {
      for (const use of addressesIn(view)) yield* address(use, machine);
      yield* answering(view, machine);
    }
    if (!machine.described || machine.people.length === 0) return;
    yield* reachable(view, machine);
    yield* shared(view, machine);
  },
  configuration: overCommitted,
};

function addressesIn(view: Effective): AddressUse[] {
  return [...view.addresses("ip4.addr"), ...view.addresses("ip6.addr")];
}

function* address(use: AddressUse, machine: MachineFacts): Generator<Finding> {
  const { value, link, address, addressStart, prefix } = use;
  const origin = partOf(value, addressStart, addressStart + address.length);
  if (link === undefined || !origin) return;
  const own = machine.own(address);
  // Of a machine that nobody described, no more is certain than the loopback.
  if (own && (machine.described || isLoopback(own.address))) {
    yield {
      code: "host/own-address",
      origin,
      message: `The host has ${quoted(address)} itself, on ${quoted(own.link)}, and loses it when the jail stops.`,
      ...(!machine.described && { severity: "information" }),
      ...(own.place && { related: [{ origin: own.place, message: "The host has it from here." }] }),
    };
    return;
  }
  const known = machine.described ? machine.link(link) : undefined;
  if (known?.kind !== "physical" && known?.kind !== "vlan" && known?.kind !== "lagg") return;
  const nets = machine.addressesOn(link, address);
  if (!isSingle(address, prefix) || nets.length === 0 || machine.reaches(link, address)) return;
  const list = nets.map((net) => `\`${net.address}/${net.prefix}\``).join(", ");
  yield {
    code: "host/address-outside",
    origin,
    message: `${quoted(address)} is in no network of ${quoted(link)}, which has ${list}: nobody is reached from it.`,
    ...(known.place && { related: [{ origin: known.place, message: "The interface is described here." }] }),
  };
}

/** Whether the mask of an address has all bits, as it has by default. */
function isSingle(address: string, prefix: string | undefined): boolean {
  return (
    prefix === undefined ||
    prefix === "255.255.255.255" ||
    parseInteger(prefix) === (address.includes(":") ? 128 : 32)
  );
}

/** Services of the host on the addresses of the jail, said once for the first of each family. */
function* answering(view: Effective, machine: MachineFacts): Generator<Finding> {
  if (!machine.described) return;
  for (const [list, family] of [
    ["ip4.addr", "inet"],
    ["ip6.addr", "inet6"],
  ] as const) {
    const [use] = view.addresses(list);
    if (!use) continue;
    // Services that the host file does not list are those of a fresh installation, of which nobody knows.
    const services = machine.wildcardServices(family).filter(({ place }) => place);
    const origin = partOf(use.value, use.addressStart, use.addressStart + use.address.length);
    if (services.length === 0 || !origin) continue;
    const names = services.map(({ name, listens }) => `\`${name}\` (${listens.join(", ")})`);
    yield {
      code: "host/wildcard-service",
      origin,
      message: `What the jail does not serve on this address, the host answers: ${names.join(", ")}.`,
      related: services.flatMap(({ name, place }) =>
        place ? [{ origin: place, message: `\`${name}\` is described here.` }] : [],
      ),
    };
  }
}

function* reachable(view: Effective, machine: MachineFacts): Generator<Finding> {
  const path = view.text("path");
  const origin = path?.startsWith("/") && valuePlace(view.get("path") as ResolvedParameter);
  if (!path || !origin || path === "/" || machine.isClosed(path)) return;
  const [first, ...others] = machine.people;
  const who = others.length > 0 ? `\`${first}\` and ${others.length} more` : `\`${first}\``;
  yield {
    code: "host/reachable-root",
    origin,
    message: `Users of the host (${who}) can reach the files below ${quoted(path)}, set-user-ID programs made in the jail included.`,
  };
}

const WRITABLE = /^\s*(\/\S*)\s+\/\S*\s+nullfs(?:\s+(\S+))?/;

function* shared(view: Effective, machine: MachineFacts): Generator<Finding> {
  for (const value of view.list("mount")) {
    const found = WRITABLE.exec(value.text);
    const [, from = "", options = ""] = found ?? [];
    if (!found || options.split(",").some((option) => option === "ro" || option === "rdonly")) continue;
    const start = value.text.indexOf(from);
    const origin = partOf(value, start, start + from.length);
    const user = machine.description.users.find(({ name }) => name === machine.people[0]);
    if (origin && user)
      yield {
        code: "host/shared-user",
        origin,
        message: `In ${quoted(from)} a user of the jail with the number ${user.uid} writes as \`${user.name}\` of the host.`,
      };
  }
}
