import { allowParameters } from "./allow.ts";
import { allowMountParameters } from "./allowMount.ts";
import { controlParameters } from "./control.ts";
import { execParameters } from "./exec.ts";
import { hostParameters } from "./host.ts";
import { identityParameters } from "./identity.ts";
import { modulesParameters } from "./modules.ts";
import { mountParameters } from "./mount.ts";
import { networkParameters } from "./network.ts";
import type { Parameter } from "./parameter.ts";

/** All parameters of jail.conf(5). */
export const parameters: readonly Parameter[] = [
  ...identityParameters,
  ...hostParameters,
  ...networkParameters,
  ...mountParameters,
  ...allowParameters,
  ...allowMountParameters,
  ...modulesParameters,
  ...execParameters,
  ...controlParameters,
];

const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
const byNegation = new Map(parameters.flatMap((p) => (p.negation ? [[p.negation, p] as const] : [])));

/** A parameter as a statement names it. */
export interface Named {
  readonly parameter: Parameter;
  /** Written with `no`, so that the bare word means false. */
  readonly negated: boolean;
  /** Written with `no` before the whole dotted name: accepted, but the bare word still means true. */
  readonly oddNegation: boolean;
  /** What stands for the `*` of `meta.*` and `env.*`. */
  readonly key?: string;
}

/**
 * What a name means: an exact name, the `no` form of a boolean, a key of `meta` or `env`, or nothing.
 * Source: lib/libjail/jail.c (jailparam_init), usr.sbin/jail/config.c (equalopts).
 */
export function findParameter(name: string): Named | undefined {
  const before = found.get(name);
  if (before !== undefined) return before === null ? undefined : before;
  const named = lookUp(name);
  if (found.size === MOST_FOUND) found.clear();
  found.set(name, named ?? null);
  return named;
}

/** Every check asks for every statement's name: the answers are kept, `null` for a name that means nothing. */
const found = new Map<string, Named | null>();
const MOST_FOUND = 4096;

function lookUp(name: string): Named | undefined {
  const exact = byName.get(name);
  if (exact && !name.endsWith(".*")) return { parameter: exact, negated: false, oddNegation: false };
  const negated = byNegation.get(name);
  if (negated) return { parameter: negated, negated: true, oddNegation: false };
  if (name.startsWith("no")) {
    const positive = byName.get(name.slice(2));
    if (positive?.kind === "pseudo" && positive.type === "boolean" && positive.name.includes("."))
      return { parameter: positive, negated: false, oddNegation: true };
  }
  const dot = name.indexOf(".");
  const family = dot > 0 && dot < name.length - 1 ? byName.get(`${name.slice(0, dot)}.*`) : undefined;
  return family && { parameter: family, negated: false, oddNegation: false, key: name.slice(dot + 1) };
}

/** Whether a module may add a name like this at run time, so that it cannot be called unknown. */
export function isOpenFamily(name: string): boolean {
  return /^(?:allow\.mount\.(?:no)?\w+|linux\.\w+|mac\.[\w.]+)$/.test(name);
}

/**
 * Whether a release has a parameter: `unsure` near its first release, where our source for that is weak. A release
 * stands for all of its branch: 12 has what came with 12.1.
 */
export function existsIn(parameter: Parameter, release: number): "yes" | "no" | "unsure" {
  const { release: since, confidence } = parameter.since;
  const unreleased = since.startsWith("after ");
  const major = Number.parseInt(since.replace("after ", ""), 10);
  if (release > major) return unreleased ? "unsure" : "yes";
  if (release === major && !unreleased) return confidence === "low" ? "unsure" : "yes";
  // New parameters are often backported to the branch before: only a well-known first release makes a verdict there.
  return confidence !== "high" && release >= major - 1 ? "unsure" : "no";
}

/** Kernel parameters that jail(8) itself refers to by name. Source: usr.sbin/jail/config.c (intparams). */
const NATIVE_KERNEL = [
  "allow.chflags",
  "allow.mount",
  "allow.raw_sockets",
  "allow.set_hostname",
  "allow.socket_af",
  "allow.sysvipc",
  "devfs_ruleset",
  "host.hostname",
  "ip4.addr",
  "ip6.addr",
  "jid",
  "name",
  "path",
  "persist",
  "securelevel",
  "vnet",
];

/** Names that cannot be variables, because jail(8) knows them itself. */
export const nativeNames: ReadonlySet<string> = new Set([
  ...NATIVE_KERNEL,
  ...parameters.filter((p) => p.kind === "pseudo").map((p) => p.name),
]);
