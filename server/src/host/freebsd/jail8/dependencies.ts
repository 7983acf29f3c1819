import type { Cause } from "../../decision.ts";
import type { JailDefinition } from "./definition.ts";

/** Which jail needs which. Source: usr.sbin/jail/state.c (dep_setup, dep_check, dep_done). */

/** One jail of the configuration and its edges. */
export interface Member {
  readonly definition: JailDefinition;
  readonly needs: readonly Edge[];
  readonly neededBy: readonly Edge[];
  /** A message that keeps it from being started at all. */
  problem?: { readonly message: string; readonly cause: Cause };
}

/** One that is being put together. */
interface Growing extends Member {
  readonly needs: Edge[];
  readonly neededBy: Edge[];
}

interface Graph {
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
}

/** A list of definitions never changes; of thousands of jails, somebody starts one after the other. */
const graphs = new WeakMap<readonly JailDefinition[], Graph>();

function graphOf(definitions: readonly JailDefinition[]): Graph {
  const known = graphs.get(definitions);
  if (known) return known;
  const members = connected(definitions);
  // Of several of one name the last counts.
  const made = { members, byName: new Map(members.map((member) => [member.definition.name, member])) };
  graphs.set(definitions, made);
  return made;
}

/** All jails with their edges; unknown names and loops are noted as problems. */
export function dependencyGraph(definitions: readonly JailDefinition[]): readonly Member[] {
  return graphOf(definitions).members;
}

/** The jail of a name. */
export function memberNamed(definitions: readonly JailDefinition[], name: string): Member | undefined {
  return graphOf(definitions).byName.get(name);
}

export interface Edge {
  readonly from: Member;
  readonly to: Member;
  /** Because of the name alone: `a.b` needs no more than that `a` exists. */
  readonly light: boolean;
  readonly cause: Cause;
}

function connected(definitions: readonly JailDefinition[]): Growing[] {
  const members: Growing[] = definitions.map((definition) => ({ definition, needs: [], neededBy: [] }));
  const byName = new Map(members.map((member) => [member.definition.name, member]));
  let explicit = 0;
  let implied = 0;
  for (const member of members) {
    const { name, parameters, cause } = member.definition;
    const parent = byName.get(name.slice(0, Math.max(0, name.lastIndexOf("."))));
    if (parent) {
      connect(member, parent, { light: true, cause });
      implied++;
    }
    for (const { text, cause: place } of parameters.find(({ plain }) => plain === "depend")?.values ?? []) {
      const target = byName.get(text);
      if (target) {
        connect(member, target, { light: false, cause: place });
        explicit++;
      } else member.problem ??= { message: `depends on undefined jail "${text}"`, cause: place };
    }
  }
  // One edge alone is never looked at, so that a single jail that needs itself is not found.
  if (explicit > 1 || implied > 0) markLoops(members);
  return members;
}

function connect(from: Growing, to: Growing, how: Pick<Edge, "light" | "cause">): void {
  const edge: Edge = { from, to, ...how };
  from.needs.push(edge);
  to.neededBy.push(edge);
}

/** Members of a loop, and nobody who only leads to one. */
function markLoops(members: readonly Member[]): void {
  const state = new Map<Member, "open" | "closed">();
  for (const start of members) {
    if (state.has(start)) continue;
    // A walk in depth with a stack of its own: chains may be as long as the file.
    const path: { member: Member; next: number }[] = [{ member: start, next: 0 }];
    state.set(start, "open");
    while (path.length > 0) {
      const here = path.at(-1) as { member: Member; next: number };
      const edge = here.member.needs[here.next++];
      if (!edge) {
        state.set(here.member, "closed");
        path.pop();
      } else if (state.get(edge.to) === "open") {
        const from = path.findIndex(({ member }) => member === edge.to);
        for (const { member } of path.slice(from))
          member.problem ??= { message: "dependency loop", cause: loopCause(member, edge) };
      } else if (!state.has(edge.to)) {
        state.set(edge.to, "open");
        path.push({ member: edge.to, next: 0 });
      }
    }
  }
}

function loopCause(member: Member, closing: Edge): Cause {
  return closing.from === member ? closing.cause : (member.needs[0]?.cause ?? closing.cause);
}

/** Members with all that they need to start, or with all that has to stop before them, in the order of the file. */
export function closure(
  members: readonly Member[],
  targets: ReadonlySet<Member>,
  direction: "needs" | "neededBy",
): Member[] {
  const reached = new Set(targets);
  for (const member of reached)
    for (const edge of member[direction]) reached.add(direction === "needs" ? edge.to : edge.from);
  return members.filter((member) => reached.has(member));
}
