/**
 * How zonecfg(8) reads the texts of values. Each function gives what the real program would store, or `undefined`
 * where it refuses. Sources: usr/src/cmd/zonecfg/zonecfg.c, usr/src/lib/libzonecfg/common/libzonecfg.c.
 */

/** A zone's name: at most 63 bytes. Source: libzonecfg.c (zonecfg_validate_zonename). */
export function isZoneName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text) && text !== "global";
}

/** strtoull in base 10 as zonecfg calls it: no `-`, leading blanks and `+` pass, the empty text is 0. */
export function unsigned(text: string): bigint | undefined {
  const digits = /^\s*\+?(\d*)$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const value = BigInt(digits === "" ? 0 : digits);
  return value > 0xffff_ffff_ffff_ffffn ? undefined : value;
}

/** The limit of a tuple: decimal, `0x…` or octal `0…`. */
export function anyBase(text: string): bigint | undefined {
  const match = /^\s*\+?(?:0[xX]([0-9a-fA-F]+)|0([0-7]*)|([1-9]\d*))$/.exec(text);
  if (!match) return undefined;
  const value = match[1]
    ? BigInt(`0x${match[1]}`)
    : match[2]
      ? BigInt(`0o${match[2]}`)
      : BigInt(match[3] ?? 0);
  return value > 0xffff_ffff_ffff_ffffn ? undefined : value;
}

const SCALE: Readonly<Record<string, bigint>> = { K: 10n, M: 20n, G: 30n, T: 40n };

/** A memory size in bytes: a number, fractions and exponents too, and one of K, M, G, T in either case. */
export function memory(text: string): bigint | undefined {
  const match = /^\s*(\+?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([KMGTkmgt]?)$/.exec(text);
  if (!match) return undefined;
  const number = Number(match[1]);
  const shift = SCALE[(match[2] ?? "").toUpperCase()] ?? 0n;
  const bytes = number * Number(1n << shift);
  if (!Number.isFinite(bytes)) return undefined;
  return BigInt(Math.floor(bytes));
}

/** `N` or `LOW-HIGH` CPUs for `dedicated-cpu`. */
export function cpuRange(text: string): { readonly low: bigint; readonly high: bigint } | undefined {
  const match = /^\s*\+?(\d+)(?:-\+?(\d+))?$/.exec(text);
  if (!match) return undefined;
  const low = BigInt(match[1] ?? 0);
  const high = match[2] === undefined ? low : BigInt(match[2]);
  return low >= 1n && low <= high ? { low, high } : undefined;
}

/** CPUs for `capped-cpu`, in percent of one, rounded as OmniOS and SmartOS do. */
export function cpuCap(text: string): number | undefined {
  if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const percent = Number(text) * 100;
  return Number.isFinite(percent) && percent >= 1 ? Math.round(percent) : undefined;
}

export type AddressProblem = "bogus" | "prefix-missing" | "prefix-range";

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const HOST = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

export function isIPv4(text: string): boolean {
  return V4.test(text);
}

/** Source: inet_pton(3SOCKET). */
export function isIPv6(text: string): boolean {
  if (!/^[0-9A-Fa-f:.]+$/.test(text) || !text.includes(":")) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  const parts = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  for (const [i, part] of parts.entries()) {
    if (part.includes(".")) {
      if (i !== parts.length - 1 || !V4.test(part)) return false;
      groups += 2;
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups++;
    else return false;
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

/** What is wrong with an address or default router. Source: libzonecfg.c (zonecfg_valid_net_address). */
export function addressProblem(text: string, router: boolean): AddressProblem | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  // The prefix is read with atoi(3C): what is no number counts as 0.
  const prefix = slash < 0 ? undefined : Number.parseInt(text.slice(slash + 1), 10) || 0;
  if (isIPv6(address)) {
    if (prefix === undefined) return router ? undefined : "prefix-missing";
    return prefix < 0 || prefix > 128 ? "prefix-range" : undefined;
  }
  if (!isIPv4(address) && !HOST.test(address)) return "bogus";
  if (prefix !== undefined && (prefix < 0 || prefix > 32)) return "prefix-range";
  return undefined;
}

/** Whether two addresses count as one: equal texts, or equal but for a prefix that only one of them has. */
export function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  const slashA = a.indexOf("/");
  const slashB = b.indexOf("/");
  if (slashA >= 0 && slashB >= 0) return false;
  return (slashA < 0 ? a : a.slice(0, slashA)) === (slashB < 0 ? b : b.slice(0, slashB));
}

/** Why a link cannot be `physical`; the rule depends on the stack. Source: libzonecfg.c, libdladm.c, ifspec.c. */
export function linkProblem(text: string, ipType: "shared" | "exclusive"): string | undefined {
  if (text.includes(":")) return "a logical interface such as `e1000g0:1` is not allowed, only its link";
  if (text.length > 31) return "a link name has at most 31 characters";
  if (ipType === "shared")
    return /\d$/.test(text) ? undefined : "an interface name ends in a number, as in `e1000g0`";
  if (!/^[A-Za-z0-9_.]+$/.test(text)) return "a link name consists of letters, digits, `_` and `.`";
  if (/^\d/.test(text)) return "a link name does not begin with a digit";
  const number = /\d+$/.exec(text)?.[0];
  if (number === undefined) return "a link name ends in a number, as in `net0`";
  return number.length > 1 && number.startsWith("0")
    ? "the number of a link has no leading zeros"
    : undefined;
}

/** Source: libzonecfg.c (zonecfg_valid_hostid). */
export function hostidProblem(text: string): string | undefined {
  if (text.length > 10) return "it has at most eight hexadecimal digits";
  const digits = /^(?:0[xX])?([0-9a-fA-F]*)$/.exec(text)?.[1];
  if (text === "" || digits === undefined) return "it is a hexadecimal number, as in `80f0c086`";
  if (digits.length > 8) return "it has at most eight hexadecimal digits";
  return Number.parseInt(digits || "0", 16) > 0xffff_fffe ? "`ffffffff` is not allowed" : undefined;
}

export function isFsAllowed(text: string): boolean {
  return text.length <= 1024 && (text === "" || /^[A-Za-z0-9-]+(?:,[A-Za-z0-9-]+)*$/.test(text));
}

export function isFsType(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !text.includes("/") && text.length <= 255;
}

/** The name of a ZFS file system. Source: usr/src/common/zfs/zfs_namecheck.c. */
export function isDatasetName(text: string): boolean {
  if (text.length > 255 || /^[^A-Za-z]/.test(text)) return false;
  return /^[A-Za-z0-9_.: -]+(?:\/[A-Za-z0-9_.: -]+)*$/.test(text);
}

export function isAttrName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(text);
}

export const ATTR_TYPES = ["boolean", "int", "uint", "string"] as const;

export function isAttrValue(type: string, text: string): boolean {
  switch (type) {
    case "boolean":
      return text === "true" || text === "false";
    case "int":
      return /^\s*[+-]?\d+$/.test(text);
    case "uint":
      return unsigned(text) !== undefined && text !== "";
    default:
      return true;
  }
}

const FLAGS = ["aslr", "forbidnullmap", "noexecstack"];

/** The flags of a list; `undefined` where it is none. Deltas (`+flag`) are refused. Source: usr/src/lib/libc (secflags). */
export function securityFlags(text: string): ReadonlySet<string> | undefined {
  const flags = new Set<string>();
  for (const part of text.split(",")) {
    const name = part.trim().toLowerCase();
    if (name === "all") for (const flag of FLAGS) flags.add(flag);
    else if (name === "none") continue;
    else if (FLAGS.includes(name)) flags.add(name);
    else if (name === "default" || name === "current") return undefined;
    else return undefined;
  }
  return flags;
}
