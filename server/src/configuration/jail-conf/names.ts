import { findParameter, nativeNames } from "../../catalog/jail-conf/lookup.ts";

/**
 * Parameter and variable names, and when two of them mean the same entry.
 * Source: usr.sbin/jail/config.c (equalopts, intparams).
 */

/** Where the merge keeps the entries of one jail; see `merge.ts`. */
export interface GroupEntry {
  readonly key: NameKey;
  readonly nextInGroup: GroupEntry | undefined;
}

/** All names that could be equal to each other. Holds scratch data of the merge under way, marked with its stamp. */
export class NameGroup {
  stamp = 0;
  entry: GroupEntry | undefined;
}

/** A name, once for each text: two keys are the same object exactly if the names are spelled the same. */
export interface NameKey {
  readonly text: string;
  readonly group: NameGroup;
  /** The name that jail(8) itself knows and that this one is equal to. */
  readonly native: NativeName | undefined;
}

export interface NativeName {
  readonly name: string;
  /** Handled by jail(8) and never given to the kernel. */
  readonly pseudo: boolean;
  /** How jail(8) itself reads it: only for its own parameters. */
  readonly type: "boolean" | "integer" | undefined;
  /** Once set it cannot be set again. */
  readonly immutable: boolean;
}

const keys = new Map<string, NameKey>();
const groups = new Map<string, NameGroup>();

/** The key of a name. */
export function nameKey(text: string): NameKey {
  let key = keys.get(text);
  if (!key) {
    const root = text.split(".").map(withoutNo).join(".");
    let group = groups.get(root);
    if (!group) {
      group = new NameGroup();
      groups.set(root, group);
    }
    key = { text, group, native: NATIVE.find((native) => equalNames(native.name, text)) };
    keys.set(text, key);
  }
  return key;
}

/** Equal names have equal results; the other way round does not hold. */
function withoutNo(component: string): string {
  let at = 0;
  while (component.startsWith("no", at)) at += 2;
  return component.slice(at);
}

/**
 * Whether two names stand for the same option: spelled the same, or one with `no` before the whole name or before
 * the part behind a dot. Not transitive: `mount.nodevfs` and `nomount.devfs` both equal `mount.devfs` only.
 */
export function equalNames(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length === b.length + 2) return isNegationOf(a, b);
  return b.length === a.length + 2 && isNegationOf(b, a);
}

function isNegationOf(longer: string, shorter: string): boolean {
  for (let at = 0; ; ) {
    if (
      longer.startsWith("no", at) &&
      longer.endsWith(shorter.slice(at)) &&
      shorter.startsWith(longer.slice(0, at))
    )
      return true;
    at = longer.indexOf(".", at) + 1;
    if (at === 0) return false;
  }
}

const IMMUTABLE = new Set(["jid", "name"]);

/** The names that jail(8) knows without asking the kernel. None of them can be the name of a variable. */
const NATIVE: readonly NativeName[] = [...nativeNames].map((name) => {
  const parameter = findParameter(name)?.parameter;
  const pseudo = parameter?.kind === "pseudo";
  const type = parameter?.type;
  return {
    name,
    pseudo,
    type: pseudo && (type === "boolean" || type === "integer") ? type : undefined,
    immutable: IMMUTABLE.has(name),
  };
});
