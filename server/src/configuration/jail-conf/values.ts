/**
 * How texts become values when a jail is started. Rules of numbers are those of strtol(3), base 10.
 * Source: usr.sbin/jail/config.c (check_intparams, bool_param), lib/libjail/jail.c (jailparam_import).
 */

/** A complete decimal number; blanks before it are taken, behind it not. `undefined` for anything else. */
export function parseInteger(text: string): number | undefined {
  return /^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

/** `true` or `false` in any case, or a number; no text at all counts as 0. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === "true") return true;
  if (word === "false" || word === "") return false;
  const number = parseInteger(text);
  return number === undefined ? undefined : number !== 0;
}

export type Jailsys = "disable" | "new" | "inherit";
const JAILSYS: readonly Jailsys[] = ["disable", "new", "inherit"];

/**
 * A word of a jailsys parameter in any case, or its number. Another number passes the library and is refused by the
 * kernel; it is returned as a number.
 */
export function parseJailsys(text: string): Jailsys | number | undefined {
  const word = text.toLowerCase();
  const named = JAILSYS.find((name) => name === word);
  if (named) return named;
  const number = text === "" ? 0 : parseInteger(text);
  return number === undefined ? undefined : (JAILSYS[number] ?? number);
}

/** What a boolean pseudo-parameter comes to. Only the last part of its spelling counts: `nomount.devfs` is true. */
export function pseudoTruth(name: string, values: readonly string[]): boolean | undefined {
  const negated = name.startsWith("no", name.lastIndexOf(".") + 1);
  const last = values.at(-1);
  const value = last === undefined ? true : parseBoolean(last);
  return value === undefined ? undefined : value !== negated;
}

/** An entry of `ip4.addr` or `ip6.addr`, taken apart: `interface|address/prefix extra words`. */
export interface AddressEntry {
  /** `undefined` without a `|`: then the parameter `interface` names it. */
  readonly interface: string | undefined;
  /** What is given to the kernel. */
  readonly address: string;
  /** Offset of the address in the entry. */
  readonly addressStart: number;
  /** Text behind the first `/`: a prefix length, or a netmask for IPv4. */
  readonly prefix: string | undefined;
  /** Further words for ifconfig(8), the first separated by a blank. */
  readonly extra: string;
}

export function parseAddressEntry(entry: string): AddressEntry {
  const bar = entry.indexOf("|");
  const addressStart = bar + 1;
  const rest = entry.slice(addressStart);
  const blank = rest.indexOf(" ");
  const words = blank < 0 ? rest : rest.slice(0, blank);
  const slash = words.indexOf("/");
  return {
    interface: bar < 0 ? undefined : entry.slice(0, bar),
    address: slash < 0 ? words : words.slice(0, slash),
    addressStart,
    prefix: slash < 0 ? undefined : words.slice(slash + 1),
    extra: blank < 0 ? "" : rest.slice(blank + 1),
  };
}

/** What of an entry is given to the kernel: without interface, prefix and options. */
export function addressForKernel(entry: string): string {
  return parseAddressEntry(entry).address;
}
