import type { Probe } from "../catalog/freebsd/probe.ts";
import { PROBES, type ProbeId } from "../catalog/freebsd/probes.ts";
import type { Decision } from "../host/decision.ts";
import { prison } from "../host/freebsd/prisons.ts";
import { type Prober, proberOf } from "../host/freebsd/probes.ts";
import type { Host } from "../host/host.ts";

/** The confinement matrix as people and tools see it, and what a change does to it. */

/** One attempt in one jail and what came of it. */
export interface Verdict {
  readonly probe: Probe & { readonly id: ProbeId };
  readonly decision: Decision;
  /** Where a success is worth a word: `warning` if it leads out of the jail, `information` if defaults refuse it. */
  readonly severity?: "warning" | "information";
}

/** A jail of a configuration. */
export interface Confinement {
  readonly name: string;
  /** Null if it does not run: then nothing can be said. */
  readonly jid: number | null;
  readonly verdicts: readonly Verdict[];
}

export function confinementOf(
  host: Host,
  name: string,
  jid: number | null,
  probe: Prober = proberOf(host),
): Confinement {
  const verdicts = jid === null ? [] : PROBES.map(({ id }) => verdictOf(host, jid, id, probe));
  return { name, jid, verdicts };
}

/** One probe in a jail that runs. */
export function verdictOf(host: Host, jid: number, id: ProbeId, prober: Prober = proberOf(host)): Verdict {
  const probe = PROBES.find((one) => one.id === id) as Verdict["probe"];
  const decision = prober(jid, id);
  const severity = severityOf(probe, decision, prison(host, jid).ownVnet);
  return { probe, decision, ...(severity && { severity }) };
}

function severityOf(
  { breach, verdict }: Probe,
  decision: Decision,
  ownStack: boolean,
): Verdict["severity"] | undefined {
  if (decision.verdict !== "allow") return undefined;
  if (breach === "always" || (breach === "shared-stack" && !ownStack)) return "warning";
  return verdict === "allow" ? undefined : "information";
}

/** How much an action achieves. What could not be tried might succeed. */
const WIDTH: Readonly<Record<Decision["verdict"], number>> = { deny: 0, contained: 1, allow: 2, assumed: 2 };

/** A verdict that is another one than before. */
export interface Change {
  readonly probe: Verdict["probe"];
  readonly before: Decision["verdict"];
  readonly after: Verdict;
}

export interface Difference {
  readonly name: string;
  /** A new jail is compared with one that has defaults only; of one that is gone nothing is left to say. */
  readonly change: "added" | "removed" | "changed" | "same";
  /** What succeeds, or succeeds more widely, that did not before. */
  readonly allows: readonly Change[];
  /** What is refused, or contained, that was not before. */
  readonly denies: readonly Change[];
}

/** What a change of the configuration does, jail by jail: the old ones in their order, then those that are new. */
export function differences(before: readonly Confinement[], after: readonly Confinement[]): Difference[] {
  const known = new Map(before.map((jail) => [jail.name, jail]));
  const left = new Map(after.map((jail) => [jail.name, jail]));
  return [
    ...before.map((old) => difference(old.name, old, left.get(old.name))),
    ...after.filter(({ name }) => !known.has(name)).map((jail) => difference(jail.name, undefined, jail)),
  ];
}

function difference(
  name: string,
  before: Confinement | undefined,
  after: Confinement | undefined,
): Difference {
  if (!after) return { name, change: "removed", allows: [], denies: [] };
  const old = new Map(before?.verdicts.map(({ probe, decision }) => [probe.id, decision.verdict]));
  const changes = after.verdicts.map((verdict): Change => {
    const { probe } = verdict;
    return { probe, before: old.get(probe.id) ?? probe.verdict, after: verdict };
  });
  const step = ({ before: was, after: { decision } }: Change) => WIDTH[decision.verdict] - WIDTH[was];
  const allows = changes.filter((one) => step(one) > 0);
  const denies = changes.filter((one) => step(one) < 0);
  const change = !before ? "added" : allows.length + denies.length > 0 ? "changed" : "same";
  return { name, change, allows, denies };
}
