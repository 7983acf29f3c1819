import type { IpType, PrivilegeList, ZoneBrand } from "../zonecfg/brands.ts";
import { findBrand, findPrivilege } from "../zonecfg/lookup.ts";
import { privilegeSets, privileges } from "../zonecfg/privileges.ts";
import type { Platform } from "../zonecfg/property.ts";

/** One word of a `limitpriv`. */
export interface PrivilegeWord {
  /** Without `!` or `-`. */
  readonly name: string;
  readonly removes: boolean;
  /** Where the word begins in the text, with its mark. */
  readonly offset: number;
  readonly length: number;
}

/** The words of a `limitpriv` and whether they start from the default set. */
export interface PrivilegeText {
  readonly fromDefault: boolean;
  readonly words: readonly PrivilegeWord[];
}

/** Source: usr/src/lib/libzonecfg/common/libzonecfg.c (zonecfg_get_privset). */
export function parsePrivileges(text: string): PrivilegeText {
  const comma = text.indexOf(",");
  const head = comma < 0 ? text : text.slice(0, comma);
  const fromDefault = comma < 0 ? head === "" || head === "default" : "default".startsWith(head);
  const words: PrivilegeWord[] = [];
  let offset = 0;
  for (const [i, part] of text.split(",").entries()) {
    if (!(i === 0 && fromDefault)) {
      const removes = /^[!-]/.test(part);
      words.push({ name: removes ? part.slice(1) : part, removes, offset, length: part.length });
    }
    offset += part.length + 1;
  }
  return { fromDefault, words };
}

/** Whether a word of a `limitpriv` is a privilege or stands for several. */
export function isPrivilegeWord(name: string): boolean {
  return findPrivilege(name) !== undefined || Object.hasOwn(privilegeSets, name.toLowerCase());
}

/** What a brand gives its zones, requires of them and denies them. */
export type PrivilegeLists = NonNullable<ZoneBrand["privileges"]>;

/** The names of a list in a brand's tables that hold for a kind of network stack. */
export function namesFor(list: PrivilegeList, ipType: IpType): readonly string[] {
  const read = namesByType.get(list) ?? new Map<IpType, readonly string[]>();
  namesByType.set(list, read);
  const known = read.get(ipType) ?? readNames(list, ipType);
  read.set(ipType, known);
  return known;
}

/** Lists that were read: they are few, and asked for each zone. */
const namesByType = new WeakMap<PrivilegeList, Map<IpType, readonly string[]>>();

function readNames(list: PrivilegeList, ipType: IpType): readonly string[] {
  return list.flatMap((entry) => {
    const [name = "", only] = entry.split(":");
    return only === undefined || only === ipType ? [name] : [];
  });
}

/**
 * All names in the order of the kernel, which is that of ppriv(1): by the alphabet, but for one group.
 * Source: usr/src/uts/common/os/priv_defs.
 */
export const privilegeOrder: readonly string[] = kernelOrder(privileges.map(({ name }) => name));

function kernelOrder(names: readonly string[]): string[] {
  const late = ["sys_iptun_config", "sys_dl_config", "sys_ip_config", "sys_net_config"];
  const sorted = names.filter((name) => !late.includes(name) && name !== "proc_prioup").sort();
  sorted.splice(sorted.indexOf("sys_mount") + 1, 0, ...late);
  sorted.splice(sorted.indexOf("proc_priocntl"), 0, "proc_prioup");
  return sorted;
}

/** The basic set, in the order of the kernel. */
export const basicPrivileges: ReadonlySet<string> = new Set(
  privilegeOrder.filter((name) => findPrivilege(name)?.basic),
);
const SETS: Readonly<Record<string, readonly string[]>> = {
  basic: [...basicPrivileges],
  all: privilegeOrder,
  // A limitpriv is read in the global zone, where nothing is missing.
  zone: privilegeOrder,
  none: [],
};

/** The privileges that a text gives a zone with such lists; the basic set always belongs to the default one. */
function privilegesOf(
  text: PrivilegeText,
  lists: PrivilegeLists | undefined,
  ipType: IpType,
): ReadonlySet<string> {
  const result = new Set(
    text.fromDefault ? [...basicPrivileges, ...namesFor(lists?.default ?? [], ipType)] : [],
  );
  for (const word of text.words) {
    const lower = word.name.toLowerCase();
    for (const name of Object.hasOwn(SETS, lower) ? (SETS[lower] ?? []) : [lower])
      if (word.removes) result.delete(name);
      else result.add(name);
  }
  return result;
}

/** Whether a text gives a zone with such lists one privilege. The last word about it decides. */
export function givesPrivilege(
  { fromDefault, words }: PrivilegeText,
  lists: PrivilegeLists,
  ipType: IpType,
  name: string,
): boolean {
  const last = words.findLast((word) => {
    const lower = word.name.toLowerCase();
    return lower === name || (Object.hasOwn(SETS, lower) && SETS[lower]?.includes(name));
  });
  if (last) return !last.removes;
  return fromDefault && (basicPrivileges.has(name) || namesFor(lists.default, ipType).includes(name));
}

/** Why a zone with that `limitpriv` does not verify. */
export interface PrivilegeSetProblem {
  readonly kind: "unknown" | "prohibited" | "missing-required";
  readonly name: string;
}

/** The privileges of a zone: no process in it ever has others. */
export interface ZonePrivilegeSet {
  /** In the order of the kernel. */
  readonly set: readonly string[];
  /** All of them, in the order in which zonecfg(8) looks; it names only the first. */
  readonly problems: readonly PrivilegeSetProblem[];
  /** The lists of the brand are not public: those of native zones stand for them. */
  readonly assumed?: true;
}

/** Stand for brands whose files are not public. */
const NATIVE = findBrand("ipkg", "illumos")?.privileges ?? { default: [], required: [], prohibited: [] };
/** Those of 2008 know fewer names. */
const NATIVE_2008 = findBrand("native", "solaris10")?.privileges ?? NATIVE;

/** The lists of a brand, and whether they are another brand's. */
function listsOf(brand: string, platform: Platform): { lists: PrivilegeLists; assumed: boolean } {
  const own = (findBrand(brand, platform) ?? findBrand(brand))?.privileges;
  if (own) return { lists: own, assumed: own.defaultAssumed === true };
  return { lists: platform === "solaris10" ? NATIVE_2008 : NATIVE, assumed: true };
}

/**
 * The privileges that a zone gets by its brand and `limitpriv`, and what is wrong with the text. Words are taken from
 * left to right; those with `!` or `-` remove. Source: libzonecfg.c (zonecfg_get_privset, verify_privset),
 * priv_str_to_set(3C).
 */
export function zonePrivilegeSet(
  brand: string,
  platform: Platform,
  ipType: IpType,
  limitpriv: string | undefined,
): ZonePrivilegeSet {
  if (limitpriv !== undefined) return readPrivilegeSet(brand, platform, ipType, limitpriv);
  const key = `${platform} ${brand} ${ipType}`;
  const known = defaults.get(key) ?? readPrivilegeSet(brand, platform, ipType, undefined);
  defaults.set(key, known);
  return known;
}

/** Sets of zones without a `limitpriv`: there are thousands of zones, and few kinds of them. */
const defaults = new Map<string, ZonePrivilegeSet>();

function readPrivilegeSet(
  brand: string,
  platform: Platform,
  ipType: IpType,
  limitpriv: string | undefined,
): ZonePrivilegeSet {
  const { lists, assumed } = listsOf(brand, platform);
  const there = (name: string) => findPrivilege(name)?.platforms.includes(platform) === true;
  const text = parsePrivileges(limitpriv ?? "");
  const given = privilegesOf(text, lists, ipType);
  const problems: PrivilegeSetProblem[] = [
    ...text.words
      .filter(({ name }) => !isPrivilegeWord(name) || (findPrivilege(name) && !there(name)))
      .map(({ name }) => ({ kind: "unknown" as const, name })),
    ...namesFor(lists.prohibited, ipType)
      .filter((name) => given.has(name))
      .map((name) => ({ kind: "prohibited" as const, name })),
    ...namesFor(lists.required, ipType)
      .filter((name) => !given.has(name))
      .map((name) => ({ kind: "missing-required" as const, name })),
  ];
  return {
    set: privilegeOrder.filter((name) => given.has(name) && there(name)),
    problems,
    ...(assumed && { assumed }),
  };
}
