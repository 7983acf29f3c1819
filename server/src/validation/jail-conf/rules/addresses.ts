import { isIpv4, isIpv6, parseIpv4, parseIpv6 } from "../../../configuration/inet.ts";
import type { ResolvedValue } from "../../../configuration/jail-conf/types.ts";
import { parseAddressEntry, parseInteger } from "../../../configuration/jail-conf/values.ts";
import { isAddressPattern, isHostName, isPlaceholder } from "./placeholder.ts";
import { type Problem, problem } from "./problem.ts";
import { isIncomplete, quoted } from "./walk.ts";

interface Family {
  readonly parameter: "ip4.addr" | "ip6.addr";
  readonly title: "IPv4" | "IPv6";
  readonly isAddress: (text: string) => boolean;
  readonly bits: number;
}

const IP4: Family = { parameter: "ip4.addr", title: "IPv4", isAddress: isIpv4, bits: 32 };
const IP6: Family = { parameter: "ip6.addr", title: "IPv6", isAddress: isIpv6, bits: 128 };

/**
 * The entries of `ip4.addr` or `ip6.addr`. With an interface, in the entry or in the parameter `interface`, jail(8)
 * also calls ifconfig(8) with them, and then the part behind `/` matters.
 */
export function* checkAddresses(
  type: "ip4-list" | "ip6-list",
  values: readonly ResolvedValue[],
  hasInterface: boolean,
): Generator<Problem> {
  const family = type === "ip4-list" ? IP4 : IP6;
  const before = new Set<string>();
  for (const value of values) {
    if (isIncomplete(value)) continue;
    const { text } = value;
    // Alone, these two clear the list.
    if (values.length === 1 && (text === "" || text === "-")) continue;
    if (text.includes(",")) yield* checkSeveral(value, family, hasInterface);
    else {
      yield* checkOne(value, family, hasInterface);
      yield* checkTwice(value, family, before);
    }
  }
}

/** Source: kern_jail_set() in sys/kern/kern_jail.c, which gets the addresses without interface and mask. */
function* checkTwice(value: ResolvedValue, family: Family, before: Set<string>): Generator<Problem> {
  const { address, addressStart } = parseAddressEntry(value.text);
  const bytes = family === IP4 ? parseIpv4(address) : parseIpv6(address);
  if (!bytes) return;
  const key = bytes.join(" ");
  if (before.has(key))
    yield* problem(
      "bad-address",
      value,
      `${quoted(address)} is in the list already: the kernel refuses an address that is listed twice.`,
      { part: [addressStart, addressStart + address.length] },
    );
  before.add(key);
}

function* checkOne(value: ResolvedValue, family: Family, hasInterface: boolean): Generator<Problem> {
  const { interface: link, address, addressStart, prefix } = parseAddressEntry(value.text);
  if (!family.isAddress(address)) {
    if (address === "" && link !== undefined && value.text.length === addressStart)
      yield* problem("bad-address", value, `The address is missing behind ${quoted(value.text)}.`, {
        severity: "warning",
      });
    else yield* checkBad(value, address, addressStart, family);
    return;
  }
  if (address === "0.0.0.0" || address === "255.255.255.255" || /^[0:]+$/.test(address))
    yield* problem(
      "bad-address",
      value,
      `${quoted(address)} is no address that a jail can have: the kernel refuses it.`,
      { part: [addressStart, addressStart + address.length] },
    );
  if (prefix === undefined) return;
  const start = addressStart + address.length + 1;
  const wrong = family === IP4 ? wrongMask(prefix) : wrongLength(prefix, family.bits);
  if (!wrong) return;
  const used = link !== undefined || hasInterface;
  yield* problem("bad-netmask", value, wrong.message, {
    ...((wrong.harmless || !used) && { severity: "warning" }),
    part: prefix === "" ? [start - 1, start] : [start, start + prefix.length],
  });
}

/** One string with commas: the kernel gets several addresses, but interface and mask go with the first. */
function* checkSeveral(value: ResolvedValue, family: Family, hasInterface: boolean): Generator<Problem> {
  const { text } = value;
  const entries = text.split(",").map((entry) => entry.trim());
  const addresses = entries.map((entry) => parseAddressEntry(entry).address);
  const proper = addresses.every(family.isAddress);
  const list = entries.map((entry) => (/^[\w.:/|-]+$/.test(entry) ? entry : `"${entry}"`)).join(", ");
  const replacement = proper ? list : undefined;
  const kernel = parseAddressEntry(text).address.split(",");
  const bad = kernel.find((address) => !family.isAddress(address));
  if (bad !== undefined) {
    if (proper)
      yield* problem(
        "bad-address",
        value,
        `Addresses in one string are cut at the first blank: write a list, \`${list}\`.`,
        {
          replacement,
        },
      );
    else if (isPlaceholder(text)) yield* placeholder(value, text);
    else yield* checkBad(value, bad, text.indexOf(bad, text.indexOf("|") + 1), family);
  } else if (/[|/]/.test(text) || hasInterface)
    yield* problem(
      "comma-in-address",
      value,
      proper
        ? `In one string only the first address gets its interface and mask: write a list, \`${list}\`.`
        : "In one string only the first address gets its interface and mask: write a list of strings.",
      { replacement },
    );
}

function* checkBad(value: ResolvedValue, address: string, start: number, family: Family): Generator<Problem> {
  const { text } = value;
  const part = [start, start + address.length] as const;
  const separated = /^([A-Za-z][\w.]*?)(?:\s*[:;@=/]\s*|\s+)([0-9A-Fa-f:]+[.:][0-9A-Fa-f.:]*)(\/\S+)?$/.exec(
    text.trim(),
  );
  const [, link, other, mask = ""] = separated ?? [];
  if (other !== undefined && family.isAddress(other)) {
    const better = `${link}|${other}${mask}`;
    yield* problem(
      "bad-address",
      value,
      `Between interface and address belongs a \`|\`: write \`${better}\`.`,
      {
        replacement: `"${better}"`,
      },
    );
  } else if (family === IP4 ? isIpv6(address) : isIpv4(address)) {
    const [is, use] = family === IP4 ? ["IPv6", "ip6.addr"] : ["IPv4", "ip4.addr"];
    yield* problem(
      "bad-address",
      value,
      `${quoted(address)} is an ${is} address: it belongs to \`${use}\`.`,
      { part },
    );
  } else if (/^(?:inherit|new|disable)$/i.test(text)) {
    const policy = family.parameter.slice(0, 3);
    yield* problem(
      "bad-address",
      value,
      `${quoted(text)} is a value of \`${policy}\`; \`${family.parameter}\` takes addresses.`,
    );
  } else if (isPlaceholder(text) || isAddressPattern(address) || isHostName(address))
    yield* placeholder(value, address === "" ? text : address, part);
  else if (family === IP6 && address.includes("%") && isIpv6(address.slice(0, address.indexOf("%"))))
    yield* problem("bad-address", value, `jail(8) takes ${quoted(address)} without the scope behind \`%\`.`, {
      part,
    });
  else
    yield* problem("bad-address", value, `${quoted(address)} is not an ${family.title} address.`, {
      ...(address !== "" && { part }),
    });
}

function placeholder(
  value: ResolvedValue,
  text: string,
  part?: readonly [number, number],
): Generator<Problem> {
  return problem(
    "placeholder",
    value,
    `${quoted(text)} looks like a placeholder or a host name: jail(8) takes only addresses here.`,
    { ...(part && { part }) },
  );
}

interface Wrong {
  readonly message: string;
  /** ifconfig(8) takes it, though it is hardly meant. */
  readonly harmless?: boolean;
}

function wrongLength(prefix: string, bits: number): Wrong | undefined {
  if (prefix === "") return { message: `The prefix length is missing: a number up to ${bits}.` };
  const length = parseInteger(prefix);
  if (length !== undefined && length >= 0 && length <= bits) return undefined;
  return { message: `${quoted(prefix)} is no prefix length: it is a number from 0 to ${bits}.` };
}

/** A netmask is what has a dot in it. */
function wrongMask(prefix: string): Wrong | undefined {
  if (!prefix.includes(".")) return wrongLength(prefix, 32);
  const bytes = parseIpv4(prefix);
  if (!bytes) return { message: `${quoted(prefix)} is no netmask.` };
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.includes("01")
    ? {
        message: `${quoted(prefix)} is an unusual netmask: its ones are not all at the beginning.`,
        harmless: true,
      }
    : undefined;
}
