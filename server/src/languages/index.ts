import type { Rule } from "../validation/rule.ts";
import type { Language } from "../workspace/language.ts";
import { jailConf } from "./jail-conf.ts";
import { zonecfg } from "./zonecfg.ts";

/** The languages that are served, by the id that editors give their documents. One line here adds one. */
export const languages: ReadonlyMap<string, Language> = new Map(
  [jailConf, zonecfg].map((language: Language) => [language.id, language]),
);

/** A rule and the language that its examples are written in. */
export interface RuleOfLanguage {
  readonly rule: Rule;
  readonly language: Language;
}

/** The rules of all languages by their codes. One that several languages share counts for the first of them. */
export const allRules: ReadonlyMap<string, RuleOfLanguage> = collectRules();

function collectRules(): Map<string, RuleOfLanguage> {
  const found = new Map<string, RuleOfLanguage>();
  for (const language of languages.values())
    for (const rule of language.rules.values())
      if (!found.has(rule.code)) found.set(rule.code, { rule, language });
  return found;
}
