import type { Statement } from "@zonewarden/grammars/jail-conf/tree";
import type {
  ConfigurationBlock,
  Contribution,
  ResolvedJail,
  ResolvedParameter,
} from "../../configuration/jail-conf/types.ts";
import { absolute } from "../../configuration/origin.ts";
import type { FeatureContext } from "./context.ts";
import { type Location, locate } from "./locate.ts";

/** The part of the configuration that a place in a text belongs to. */
export interface Scope {
  /** The innermost block; several if its file is included in several places. The globals count as a block. */
  readonly blocks: readonly ConfigurationBlock[];
  /** Whether they are jails, not wildcards or globals. */
  readonly isJail: boolean;
}

export function scopeOf(context: FeatureContext, location: Location): Scope {
  const blocks = blocksAt(context, location, 0);
  return { blocks, isJail: blocks.length > 0 && blocks.every((block) => !block.wildcard) };
}

/** Includes within includes that are followed back. */
const MAX_DEPTH = 32;

function blocksAt(context: FeatureContext, location: Location, depth: number): ConfigurationBlock[] {
  const { configuration } = context;
  const innermost = location.blocks.at(-1);
  if (innermost) return configuration.blocks.filter((block) => block.node === innermost);
  const found = new Set<ConfigurationBlock>();
  if (location.document !== configuration.root && depth < MAX_DEPTH)
    // What stands outside of any block belongs to the block that includes its file.
    for (const { files, origin } of configuration.includes)
      if (files.includes(location.document) && origin.document !== location.document) {
        const from = locate(origin.document, absolute(origin).start);
        for (const block of blocksAt(context, from, depth + 1)) found.add(block);
      }
  if (found.size === 0) for (const block of configuration.blocks) if (!block.node) found.add(block);
  return [...found];
}

/** The jails that a scope's statements reach, in file order; at most `limit`. */
export function jailsIn({ configuration }: FeatureContext, scope: Scope, limit = Infinity): ResolvedJail[] {
  const blocks = new Set(scope.blocks);
  const found: ResolvedJail[] = [];
  for (const jail of configuration.jails) {
    if (found.length >= limit) break;
    if (blocks.has(jail.block) || (!scope.isJail && jail.wildcards.some((block) => blocks.has(block))))
      found.push(jail);
  }
  // A file with global statements alone: what it says holds for jails that are elsewhere.
  return found;
}

/** The variable or parameter that `$name` stands for in a jail. */
export function referent(jail: ResolvedJail, name: string): ResolvedParameter | undefined {
  return jail.variables.find((v) => v.name === name) ?? jail.parameters.find((p) => p.name === name);
}

/** The part that a statement has in a jail's parameter or variable, if any. */
export function contributionOf(
  jail: ResolvedJail,
  name: string,
  isVariable: boolean,
  statement: Statement,
): { readonly parameter: ResolvedParameter; readonly contribution: Contribution } | undefined {
  const parameter = isVariable ? jail.variables.find((v) => v.name === name) : jail.find(name);
  const contribution = parameter?.contributions.find((c) => c.setting.node === statement);
  return parameter && contribution && { parameter, contribution };
}

/** A block as a person calls it. */
export function blockName(block: ConfigurationBlock): string {
  if (!block.node) return "globals";
  return block.wildcard ? `wildcard \`${block.name}\`` : `jail \`${block.name}\``;
}
