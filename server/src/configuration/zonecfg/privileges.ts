import {
  givesPrivilege,
  isPrivilegeWord,
  namesFor,
  type PrivilegeText,
  type PrivilegeWord,
} from "../../catalog/illumos/privilegeSets.ts";
import type { IpType, ZoneBrand } from "../../catalog/zonecfg/brands.ts";

/** What is wrong with a `limitpriv`. Only the first offender counts, as in the real program. */
export interface PrivilegeProblem {
  readonly kind: "unknown" | "prohibited" | "missing";
  readonly name: string;
  /** The word in the text; `undefined` for a required one that is not there. */
  readonly word: PrivilegeWord | undefined;
}

/** Source: libzonecfg.c (verify_privset). */
export function privilegeProblem(
  text: PrivilegeText,
  brand: ZoneBrand | undefined,
  ipType: IpType,
): PrivilegeProblem | undefined {
  for (const word of text.words)
    if (!isPrivilegeWord(word.name)) return { kind: "unknown", name: word.name, word };
  const lists = brand?.privileges;
  if (!lists) return undefined;
  const wordOf = (name: string, removes: boolean) =>
    text.words.findLast(
      (word) => word.removes === removes && [name, "all", "zone", "basic"].includes(word.name.toLowerCase()),
    );
  for (const name of namesFor(lists.prohibited, ipType))
    if (givesPrivilege(text, lists, ipType, name))
      return { kind: "prohibited", name, word: wordOf(name, false) };
  for (const name of namesFor(lists.required, ipType))
    if (!givesPrivilege(text, lists, ipType, name))
      return { kind: "missing", name, word: wordOf(name, true) };
  return undefined;
}
