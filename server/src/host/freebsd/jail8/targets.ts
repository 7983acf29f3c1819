import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prisonsNamed } from "../prisonIndex.ts";
import { findPrison, isDescendant, jails, prisonOf, relativeName } from "../prisons.ts";
import type { JailDefinition } from "./definition.ts";
import { dependencyGraph, type Member, memberNamed } from "./dependencies.ts";
import type { Output } from "./run.ts";

/** Which jails the names on the command line of jail(8) stand for. */

/** The jails that a call is about. */
export interface Targets {
  readonly members: ReadonlySet<Member>;
  /** Those that were named exactly, and not by a pattern. */
  readonly exact: ReadonlySet<Member>;
  /** Whether a name stands for nothing. */
  readonly missing: boolean;
}

/** The jails of a configuration that names stand for; all of them without names. */
export function findTargets(
  definitions: readonly JailDefinition[],
  names: readonly string[] | undefined,
  output: Output,
): Targets {
  const members = dependencyGraph(definitions);
  if (!names) return { members: new Set(members), exact: new Set(), missing: false };
  const found = new Set<Member>();
  const exact = new Set<Member>();
  let missing = false;
  for (const name of names) {
    const single = memberNamed(definitions, name);
    const matching = name.includes("*")
      ? members.filter(({ definition }) => matches(definition.name, name))
      : single
        ? [single]
        : [];
    if (matching.length === 0 && name !== "*") {
      output.stderr += `jail: "${name}" not found\n`;
      missing = true;
    }
    for (const member of matching) {
      found.add(member);
      if (!name.includes("*")) exact.add(member);
    }
  }
  return { members: found, exact, missing };
}

/** A `*` for a whole part of a dotted name; as the last part, for one or more. Source: wild_jail_match(). */
export function matches(name: string, pattern: string): boolean {
  const parts = name.split(".");
  const wanted = pattern.split(".");
  if (wanted.at(-1) === "*" ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((part, i) => part === "*" || part === parts[i]);
}

/** Names for jids: a number names the jail that has it. */
export function namesOf(
  host: Host,
  caller: Process,
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  return names?.map((name) => {
    const jail = /^\d+$/.test(name) ? findPrison(host, Number(name)) : undefined;
    const own = prisonOf(host, caller);
    return jail && isDescendant(host, own.jid, jail.jid) ? relativeName(own, jail) : name;
  });
}

/** Jails of the configuration, and running ones that were named and are not in it: of these nothing is known. */
export function withStrangers(
  host: Host,
  caller: Process,
  known: readonly JailDefinition[],
  names: readonly string[] | undefined,
): readonly JailDefinition[] {
  const others = strangers(host, caller, known, names);
  return others.length === 0 ? known : [...known, ...others];
}

function strangers(
  host: Host,
  caller: Process,
  known: readonly JailDefinition[],
  names: readonly string[] | undefined,
): JailDefinition[] {
  if (!names) return [];
  const own = prisonOf(host, caller);
  const wanted = namesOf(host, caller, names) ?? [];
  // With a configuration, a pattern stands for the jails of the configuration.
  const patterns = wanted.filter((name) => known.length === 0 || !name.includes("*"));
  const plain = own.jid === 0 && patterns.every((name) => !name.includes("*"));
  // Of thousands, one that is called by its name is not looked for among all.
  const running = plain
    ? [...new Set(patterns)].flatMap((name) => prisonsNamed(host, name)).sort((a, b) => a.jid - b.jid)
    : jails(host);
  return running
    .filter((jail) => jail.state === "alive" && isDescendant(host, own.jid, jail.jid))
    .map((jail) => relativeName(own, jail))
    .filter((name) => !memberNamed(known, name) && patterns.some((pattern) => matches(name, pattern)))
    .map((name) => ({ name, parameters: [], failures: [], cause: { what: `jail ${name}`, from: "host" } }));
}
