import type { ResolvedParameter, Setting } from "../../configuration/jail-conf/types.ts";
import { distinct, placeOf } from "../places.ts";
import type { Place } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { type Location, locate } from "./locate.ts";
import { jailsIn, referent, scopeOf } from "./scope.ts";
import { targetAt } from "./target.ts";

/** More places than this are no answer. */
const MOST_PLACES = 200;

/** Where the thing under the caret is defined: what counts for this jail first. */
export function definition(context: FeatureContext, offset: number): Place[] {
  const location = locate(context.document, offset);
  const target = targetAt(context, location);
  switch (target?.kind) {
    case "jail":
      return jailHeaders(context, target.name);
    case "reference":
      return definitionsOf(context, location, target.name);
    case "include":
      return target.include.files.map((file) => ({ path: file.path, range: { start: 0, end: 0 } }));
    default:
      return [];
  }
}

/** The headers of the blocks with a full name. */
export function jailHeaders({ configuration }: FeatureContext, name: string): Place[] {
  return distinct(
    configuration.blocks
      .filter((block) => block.node && block.name === name)
      .map((block) => placeOf(block.origin)),
  );
}

/** The statements that give a variable its value, as each jail around the caret sees it. */
function definitionsOf(context: FeatureContext, location: Location, name: string): Place[] {
  const scope = scopeOf(context, location);
  const own = new Set<Setting>();
  const others = new Set<Setting>();
  const headers: Place[] = [];
  const take = (parameter: ResolvedParameter) => {
    for (const { setting, block, overridden } of parameter.contributions)
      if (!overridden) (scope.blocks.includes(block) ? own : others).add(setting);
  };
  for (const jail of jailsIn(context, scope)) {
    const parameter = referent(jail, name);
    if (!parameter) continue;
    take(parameter);
    // `$name` needs no statement: the block's header says it.
    if (parameter.contributions.length === 0) headers.push(placeOf(jail.block.origin));
    if (own.size + others.size + headers.length >= MOST_PLACES) break;
  }
  // Without a jail that uses it, a definition in the same block or among the globals is still one.
  if (own.size + others.size + headers.length === 0)
    for (const block of [...scope.blocks, ...context.configuration.blocks.filter((b) => !b.node)])
      for (const setting of block.settings) if (setting.isVariable && setting.name === name) own.add(setting);
  const settings = [...own, ...others].map((setting) =>
    placeOf({ ...originOf(setting), range: setting.node.name }),
  );
  return distinct([...settings, ...headers]).slice(0, MOST_PLACES);
}

function originOf({ origin }: Setting) {
  return { document: origin.document, section: origin.section };
}
