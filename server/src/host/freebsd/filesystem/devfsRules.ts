import { allowed, denied, type Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { allMounts, mountOf } from "../../filesystem/nodes.ts";
import type { DevfsRule, Mount } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";
import { freebsdOf } from "../state.ts";
import { ruleDepth } from "./devfs.ts";

/**
 * What devfs(8) does. A mount's nodes met its rules when it was made, and a node made later when its driver made it;
 * a rule that comes afterwards changes them only when it is applied. Source: sys/fs/devfs/devfs_rule.c.
 */

/** Numbers go up in steps of this where none is given. */
const STEP = 100;

function lastSerial({ state }: Host): number {
  return state.files.devices.at(-1)?.serial ?? 0;
}

/** Keeps what the nodes of a mount have met, before the rules behind it change. */
function settle(host: Host, mount: Mount): void {
  const upTo = lastSerial(host);
  mount.applied ??= [];
  if ((mount.applied.at(-1)?.upTo ?? 0) < upTo)
    mount.applied.push({ upTo, rules: flat(host, freebsdOf(host).devfsRulesets[mount.ruleset] ?? []) });
}

/** Includes written out as far as the kernel expands them. One with a condition stays: it is met node by node. */
function flat(host: Host, rules: readonly DevfsRule[], depth = ruleDepth(host)): DevfsRule[] {
  return rules.flatMap((rule) => {
    if (rule.action !== "include" || rule.path !== undefined || rule.type !== undefined) return [{ ...rule }];
    if (depth <= 0) return [];
    return flat(host, freebsdOf(host).devfsRulesets[rule.argument ?? ""] ?? [], depth - 1);
  });
}

/** Runs rules over the nodes of a mount as they are now. */
function runNow(host: Host, mount: Mount, rules: readonly DevfsRule[]): void {
  settle(host, mount);
  for (const met of mount.applied ?? []) met.rules.push(...rules.map((rule) => ({ ...rule })));
}

/** Runs the ruleset of a mount over its nodes as they are now. */
export function applyRuleset(host: Host, mount: Mount): void {
  runNow(host, mount, flat(host, freebsdOf(host).devfsRulesets[mount.ruleset] ?? []));
}

/** Runs one rule over the nodes of a mount as they are now. */
export function applyRule(host: Host, mount: Mount, rule: DevfsRule): void {
  runNow(host, mount, [rule]);
}

/** Every request about rules needs this, listing them as well. No jail has it. */
function mayRule(host: Host, process: Process): Outcome {
  return privCheck(host, process, "DEVFS_RULE");
}

/** The rules of a set, in their order. */
export function showRules(host: Host, process: Process, ruleset: number): Outcome<readonly DevfsRule[]> {
  const may = mayRule(host, process);
  if (!may.ok) return may;
  return allowed(freebsdOf(host).devfsRulesets[ruleset] ?? [], "devfs/show", `The rules of set ${ruleset}.`);
}

/** Adds a rule to a set; mounts that use it do not change until it is applied to them. Set 0 cannot be changed. */
export function addRule(
  host: Host,
  process: Process,
  ruleset: number,
  { number, ...rule }: Omit<DevfsRule, "number"> & { number?: number },
): Outcome<number> {
  const may = mayRule(host, process);
  if (!may.ok) return may;
  if (!Number.isInteger(ruleset) || ruleset < 1 || ruleset > 65_535)
    return denied("EINVAL", "devfs/number", "Rules are added to sets 1 to 65535.");
  const { devfsRulesets } = freebsdOf(host);
  const rules = devfsRulesets[ruleset] ?? [];
  const chosen = number ?? (rules.at(-1)?.number ?? 0) + STEP;
  if (rules.some((existing) => existing.number === chosen))
    return denied("EEXIST", "devfs/exists", `Set ${ruleset} has a rule ${chosen}.`);
  keepMounts(host, ruleset);
  devfsRulesets[ruleset] = [...rules, { number: chosen, ...rule }].sort((a, b) => a.number - b.number);
  return allowed(chosen, "devfs/add", `Rule ${chosen} is in set ${ruleset}.`);
}

/** Removes one rule of a set, or all. */
export function deleteRules(host: Host, process: Process, ruleset: number, number?: number): Outcome {
  const may = mayRule(host, process);
  if (!may.ok) return may;
  const { devfsRulesets } = freebsdOf(host);
  const rules = devfsRulesets[ruleset];
  if (!rules || (number !== undefined && rules.every((rule) => rule.number !== number)))
    return denied("ENOENT", "devfs/missing", `There is no such rule in set ${ruleset}.`);
  keepMounts(host, ruleset);
  const left = number === undefined ? [] : rules.filter((rule) => rule.number !== number);
  if (left.length > 0) devfsRulesets[ruleset] = left;
  else delete devfsRulesets[ruleset];
  return allowed(undefined, "devfs/delete", `Set ${ruleset} has ${left.length} rules now.`);
}

/** A set reaches mounts also through an include, so that all devfs mounts keep what they have. */
function keepMounts(host: Host, ruleset: number): void {
  const { devfsRulesets } = freebsdOf(host);
  const touched = new Set(
    Object.entries(devfsRulesets)
      .filter(([, rules]) =>
        rules.some(({ action, argument }) => action === "include" && argument === String(ruleset)),
      )
      .map(([number]) => Number(number)),
  ).add(ruleset);
  for (const mount of allMounts(host))
    if (mount.type === "devfs" && touched.has(mount.ruleset)) settle(host, mount);
}

/** `devfs -m PATH ruleset N`: for nodes that come later; `apply`: and for those that are there. */
export function setRuleset(
  host: Host,
  process: Process,
  path: string,
  ruleset: number,
  { apply = false }: { apply?: boolean } = {},
): Outcome {
  const found = devfsAt(host, process, path);
  if (!found.ok) return found;
  settle(host, found.value);
  found.value.ruleset = ruleset;
  if (apply) applyRuleset(host, found.value);
  return allowed(undefined, "devfs/ruleset", `${path} uses ruleset ${ruleset}.`);
}

/** `devfs -m PATH rule apply …`: one rule, once. */
export function applyRuleTo(
  host: Host,
  process: Process,
  path: string,
  rule: Omit<DevfsRule, "number">,
): Outcome {
  const found = devfsAt(host, process, path);
  if (!found.ok) return found;
  applyRule(host, found.value, { number: 0, ...rule });
  return allowed(undefined, "devfs/apply", `The rule was applied to ${path}.`);
}

function devfsAt(host: Host, process: Process, path: string): Outcome<Mount> {
  const may = mayRule(host, process);
  if (!may.ok) return may;
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const mount = mountOf(host, found.value);
  if (mount.type !== "devfs") return denied("ENOTTY", "devfs/mount", `${path} is not a devfs mount.`);
  return allowed(mount, "devfs/mount", `${path} is a devfs mount.`);
}
