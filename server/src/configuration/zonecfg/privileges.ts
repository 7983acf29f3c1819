import type { IpType, ZoneBrand } from "../../catalog/zonecfg/brands.ts";
import { findPrivilege } from "../../catalog/zonecfg/lookup.ts";
import { privilegeSets, privileges } from "../../catalog/zonecfg/privileges.ts";

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

/** What is wrong with a `limitpriv`. Only the first offender counts, as in the real program. */
export interface PrivilegeProblem {
  readonly kind: "unknown" | "prohibited" | "missing";
  readonly name: string;
  /** The word in the text; `undefined` for a required one that is not there. */
  readonly word: PrivilegeWord | undefined;
}

/** The names of a list in a brand's tables that hold for a kind of network stack. */
export function namesFor(list: readonly string[], ipType: IpType): string[] {
  return list.flatMap((entry) => {
    const [name = "", only] = entry.split(":");
    return only === undefined || only === ipType ? [name] : [];
  });
}

const BASIC = privileges.filter((privilege) => privilege.basic).map(({ name }) => name);
const ALL = privileges.map(({ name }) => name);
const SETS: Readonly<Record<string, readonly string[]>> = { basic: BASIC, all: ALL, none: [] };

/** The privileges that a text gives a zone of a brand; the basic set always belongs to the default one. */
export function privilegesOf(text: PrivilegeText, brand: ZoneBrand, ipType: IpType): ReadonlySet<string> {
  const own = text.fromDefault ? namesFor(brand.privileges?.default ?? [], ipType) : [];
  const result = new Set(text.fromDefault ? [...BASIC, ...own] : []);
  for (const word of text.words) {
    const lower = word.name.toLowerCase();
    for (const name of Object.hasOwn(SETS, lower) ? (SETS[lower] ?? []) : [lower])
      if (word.removes) result.delete(name);
      else result.add(name);
  }
  return result;
}

/** Source: libzonecfg.c (verify_privset). */
export function privilegeProblem(
  text: PrivilegeText,
  brand: ZoneBrand | undefined,
  ipType: IpType,
): PrivilegeProblem | undefined {
  for (const word of text.words)
    if (!findPrivilege(word.name) && !(word.name.toLowerCase() in privilegeSets))
      return { kind: "unknown", name: word.name, word };
  if (!brand?.privileges) return undefined;
  const result = privilegesOf(text, brand, ipType);
  const wordOf = (name: string, removes: boolean) =>
    text.words.findLast(
      (word) => word.removes === removes && [name, "all", "basic"].includes(word.name.toLowerCase()),
    );
  for (const name of namesFor(brand.privileges.prohibited, ipType))
    if (result.has(name)) return { kind: "prohibited", name, word: wordOf(name, false) };
  for (const name of namesFor(brand.privileges.required, ipType))
    if (!result.has(name)) return { kind: "missing", name, word: wordOf(name, true) };
  return undefined;
}
