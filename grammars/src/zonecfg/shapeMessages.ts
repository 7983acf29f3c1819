import { classOf, type Dialect, type DialectName, dialects, isProperty, isResource } from "./dialect.ts";
import type { WordPart } from "./parts.ts";

/** Sentences about words that a command does not take. */

/** What a resource is found by, where that is not its name. */
const FOUND_BY: Readonly<Record<string, string>> = {
  fs: "dir",
  "inherit-pkg-dir": "dir",
  net: "physical",
  anet: "linkname",
  device: "match",
  admin: "user",
  "security-flags": "lower",
};

/** The property by which one finds a resource of a type. */
export function foundBy(resource: string): string {
  return FOUND_BY[resource] ?? "name";
}

/** What is wrong with a word where a command should be. */
export function commandMessage(text: string): string {
  const lower = text.toLowerCase();
  if (lower !== text && dialects.any.commands.has(lower)) return "Commands are written in small letters.";
  if (text === "reload") return "`reload` is a command of Solaris 11.4 alone.";
  return `\`${text.slice(0, 40)}\` is not a command.`;
}

const NAMES: Readonly<Record<string, string>> = {
  illumos: "illumos",
  omnios: "OmniOS",
  smartos: "SmartOS",
  solaris10: "Solaris 10",
  solaris11: "Solaris 11.4",
};

const platformName = (name: string) => NAMES[name] ?? name;

/** The platforms whose zonecfg has a word, in words; empty without one. */
function platformsWith(word: string, expected: "resource" | "property"): string {
  const test = expected === "resource" ? isResource : isProperty;
  const having = Object.keys(NAMES).filter((name) => test(classOf(dialects[name as Dialect["name"]], word)));
  const names = having.map(platformName);
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}

/** What is wrong with a word where a property or the type of a resource should be. */
export function unknownWordMessage(
  word: WordPart,
  expected: "resource" | "property",
  orResource: boolean,
  dialect: DialectName,
): string {
  const what = expected === "resource" ? "a resource type" : "a property";
  if (word.quoted) return `${what.charAt(0).toUpperCase()}${what.slice(1)} is a bare word, without quotes.`;
  const elsewhere = dialect === "any" ? "" : platformsWith(word.text, expected);
  if (elsewhere !== "")
    return `\`${word.text}\` is ${what} of ${elsewhere}; zonecfg of ${platformName(dialect)} has it not.`;
  return `\`${word.text}\` is not ${what}${orResource ? " or a resource type" : ""}.`;
}
