import type { Decision } from "../host/decision.ts";
import type { Host } from "../host/host.ts";
import { type Action, actionsOf, type Verdict } from "./attempts.ts";

/** The confinement matrix as people and tools see it, and what a change does to it. */

/** A container of a configuration. */
export interface Confinement {
  readonly name: string;
  readonly type: "jail" | "zone";
  /** Null if it does not run: then nothing can be said. */
  readonly id: number | null;
  readonly verdicts: readonly Verdict[];
}

/** Tries everything in containers, one after the other in their order. */
export function confinementsOf(
  host: Host,
  containers: readonly { readonly name: string; readonly id: number | null }[],
): Confinement[] {
  const actions = actionsOf(host.kernel.family);
  const attempt = actions.triedOn(host);
  const { type } = actions;
  return containers.map(({ name, id }) => {
    const verdicts = id === null ? [] : actions.all.map((action) => attempt(id, action.id));
    return { name, type, id, verdicts };
  });
}

/** How much an action achieves. What could not be tried might succeed. */
const WIDTH: Readonly<Record<Decision["verdict"], number>> = { deny: 0, contained: 1, allow: 2, assumed: 2 };

/** A verdict that is another one than before. */
export interface Change {
  readonly probe: Action;
  readonly before: Decision["verdict"];
  readonly after: Verdict;
}

export interface Difference {
  readonly name: string;
  readonly type: Confinement["type"];
  /** A new one is compared with one that has defaults only; of one that is gone nothing is left to say. */
  readonly change: "added" | "removed" | "changed" | "same";
  /** What succeeds, or succeeds more widely, that did not before. */
  readonly allows: readonly Change[];
  /** What is refused, or contained, that was not before. */
  readonly denies: readonly Change[];
}

/** What a change of the configuration does, container by container: the old ones in their order, then those that are new. */
export function differences(before: readonly Confinement[], after: readonly Confinement[]): Difference[] {
  const known = new Map(before.map((one) => [one.name, one]));
  const left = new Map(after.map((one) => [one.name, one]));
  return [
    ...before.map((old) => difference(old, old, left.get(old.name))),
    ...after.filter(({ name }) => !known.has(name)).map((one) => difference(one, undefined, one)),
  ];
}

function difference(
  { name, type }: Confinement,
  before: Confinement | undefined,
  after: Confinement | undefined,
): Difference {
  if (!after) return { name, type, change: "removed", allows: [], denies: [] };
  const old = new Map(before?.verdicts.map(({ probe, decision }) => [probe.id, decision.verdict]));
  const changes = after.verdicts.flatMap((verdict): Change[] => {
    const { probe, usual } = verdict;
    const was = old.get(probe.id) ?? usual;
    return was === undefined ? [] : [{ probe, before: was, after: verdict }];
  });
  const step = ({ before: was, after: { decision } }: Change) => WIDTH[decision.verdict] - WIDTH[was];
  const allows = changes.filter((one) => step(one) > 0);
  const denies = changes.filter((one) => step(one) < 0);
  const change = !before ? "added" : allows.length + denies.length > 0 ? "changed" : "same";
  return { name, type, change, allows, denies };
}
