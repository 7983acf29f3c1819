import { isIpv4, isIpv6 } from "../../../configuration/inet.ts";
import { effective, valuePlace } from "../../../configuration/jail-conf/effective.ts";
import type { Origin, ResolvedJail, ResolvedValue } from "../../../configuration/jail-conf/types.ts";
import { parseAddressEntry } from "../../../configuration/jail-conf/values.ts";
import type { Finding } from "../../finding.ts";
import { addressesOf, canonical } from "../facts.ts";
import type { ConfigurationContext } from "../topic.ts";
import { distinct } from "./distinct.ts";
import { isIncomplete, partOf, quoted } from "./walk.ts";

/** What two jails cannot both have. */
export function clashes(context: ConfigurationContext): Iterable<Finding> {
  return distinct(all(context));
}

function* all({ index }: ConfigurationContext): Generator<Finding> {
  for (const [address, jails] of index.sharedAddresses()) yield* addressClash(address, jails);
  for (const [name, jails] of index.sharedInterfaces()) yield* interfaceClash(name, jails);
  for (const [name, jails] of index.sharedEpairs()) yield* epairClash(name, jails);
  for (const [path, jails] of index.sharedPaths()) yield* samePath(path, jails);
  for (const [outer, inner] of index.nestedPaths()) yield* nestedPath(outer, inner);
}

/**
 * The kernel takes an address a second time only if both jails have exactly one address of its family. A jail in a
 * jail has addresses of that, so the two are not compared. Source: sys/kern/kern_jail.c.
 */
function* addressClash(address: string, jails: readonly ResolvedJail[]): Generator<Finding> {
  const six = address.includes(":");
  const others: { jail: ResolvedJail; single: boolean }[] = [];
  for (const jail of jails) {
    if (effective(jail).vnet) continue;
    const single = addressesOf(jail).filter((other) => other.includes(":") === six).length === 1;
    const other = others.find((before) => !(single && before.single) && areApart(before.jail, jail));
    const use = other && useOf(jail, address);
    const otherUse = use && useOf(other.jail, address);
    // An address that is not known everywhere counts nowhere.
    if (otherUse) yield clashOf(use, otherUse, other.jail);
    // The first that is single and the first that is not stand for all.
    if (others.length < MOST_COMPARED || !others.some((before) => before.single === single))
      others.push({ jail, single });
  }
}

/** Enough to find one that is no relative; all of them would cost the square. */
const MOST_COMPARED = 8;

interface Use {
  readonly value: ResolvedValue;
  readonly text: string;
  readonly start: number;
}

function clashOf({ value, text, start }: Use, other: Use, jail: ResolvedJail): Finding {
  const origin = partOf(value, start, start + text.length);
  const related = partOf(other.value, other.start, other.start + other.text.length);
  return {
    code: "jail/address-clash",
    origin: origin ?? jail.block.origin,
    message: `The address ${quoted(text)} is also one of jail ${quoted(jail.name)}: two jails can share an address only if it is their only one.`,
    ...(related && { related: [{ origin: related, message: "The other jail has it from here." }] }),
  };
}

/** Where a jail has an address from; `undefined` if that is not known for sure. */
function useOf(jail: ResolvedJail, address: string): Use | undefined {
  for (const name of ["ip4.addr", "ip6.addr"])
    for (const value of jail.find(name)?.values ?? []) {
      let start = 0;
      for (const entry of value.text.split(",")) {
        const { address: text, addressStart } = parseAddressEntry(entry);
        if (canonical(text) === address && (isIpv4(text) || isIpv6(text)))
          return isIncomplete(value) ? undefined : { value, text, start: start + addressStart };
        start += entry.length + 1;
      }
    }
  return undefined;
}

function areApart(a: ResolvedJail, b: ResolvedJail): boolean {
  return a.name !== b.name && !a.name.startsWith(`${b.name}.`) && !b.name.startsWith(`${a.name}.`);
}

/** Handed to one jail, an interface is gone from the host until that jail stops. */
function* interfaceClash(name: string, jails: readonly ResolvedJail[]): Generator<Finding> {
  const [first] = jails;
  if (!first || makes(first, name)) return;
  for (let i = 1; i < jails.length; i++) {
    const jail = jails[i] as ResolvedJail;
    if (!areApart(first, jail) || makes(jail, name)) continue;
    const value = handed(jail, name);
    const other = handed(first, name)?.origin;
    if (value?.origin && other)
      yield {
        code: "jail/same-vnet-interface",
        origin: value.origin,
        message: `The interface ${quoted(name)} is also handed to jail ${quoted(first.name)}: only one of them can have it at a time.`,
        related: [{ origin: other, message: "The other jail gets it here." }],
      };
  }
}

function handed(jail: ResolvedJail, name: string): ResolvedValue | undefined {
  return effective(jail)
    .list("vnet.interface")
    .find((value) => value.text === name);
}

/** Whether a command that runs before may make an interface of that name anew, for instance by renaming another. */
function makes(jail: ResolvedJail, name: string): boolean {
  return effective(jail).commands.some(
    ({ list, value: { text } }) =>
      (list === "exec.prepare" || list === "exec.prestart" || list === "exec.created") &&
      text.includes(name) &&
      !text.includes(`ifconfig ${name} `),
  );
}

/** The second `ifconfig epair0 create` finds the name taken. */
function* epairClash(name: string, jails: readonly ResolvedJail[]): Generator<Finding> {
  const [first] = jails;
  const other = first && creation(first, name);
  if (!first || !other) return;
  for (let i = 1; i < jails.length; i++) {
    const origin = creation(jails[i] as ResolvedJail, name);
    if (origin && !isSame(origin, other))
      yield {
        code: "jail/same-epair",
        origin,
        message: `${quoted(name)} is also made by jail ${quoted(first.name)}: while that runs, the command fails.`,
        related: [{ origin: other, message: "The other jail makes it here." }],
      };
  }
}

function creation(jail: ResolvedJail, name: string): Origin | undefined {
  for (const { value } of effective(jail).commands) {
    const start = value.text.search(new RegExp(`\\b${name}\\s+create\\b`));
    if (start >= 0) return partOf(value, start, start + name.length);
  }
  return undefined;
}

/** A statement that several jails inherit is one place, and is judged by its own rules. */
function isSame(a: Origin, b: Origin): boolean {
  return a.section === b.section && a.range.start === b.range.start;
}

function* samePath(path: string, jails: readonly ResolvedJail[]): Generator<Finding> {
  const [first] = jails;
  const other = first && pathPlace(first);
  if (!first || !other) return;
  for (let i = 1; i < jails.length; i++) {
    const jail = jails[i] as ResolvedJail;
    const origin = areApart(first, jail) && pathPlace(jail);
    if (origin)
      yield {
        code: "jail/same-path",
        origin,
        message: isSame(origin, other)
          ? `All jails that inherit this have the root ${quoted(path)}: they share every file.`
          : `The root ${quoted(path)} is also that of jail ${quoted(first.name)}: they share every file.`,
        ...(!isSame(origin, other) && {
          related: [{ origin: other, message: "The other jail has it from here." }],
        }),
      };
  }
}

function* nestedPath(outer: readonly ResolvedJail[], inner: readonly ResolvedJail[]): Generator<Finding> {
  const [around] = outer;
  const other = around && pathPlace(around);
  if (!around || !other) return;
  for (const jail of inner) {
    const origin = areApart(around, jail) && pathPlace(jail);
    if (origin)
      yield {
        code: "jail/nested-path",
        origin,
        message: `This root lies within that of jail ${quoted(around.name)}, whose root user can change all of it.`,
        related: [{ origin: other, message: "The root of the other jail is set here." }],
      };
  }
}

function pathPlace(jail: ResolvedJail): Origin | undefined {
  const parameter = effective(jail).get("path");
  return parameter && valuePlace(parameter);
}
