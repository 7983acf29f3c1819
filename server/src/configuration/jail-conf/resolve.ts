import { type Block, type Parameter, sameItems } from "./facts.ts";
import { load } from "./load.ts";
import { Merge } from "./merge.ts";
import { equalNames, nameKey } from "./names.ts";
import type { SourceDocument, Sources } from "./sources.ts";
import { substitute } from "./substitute.ts";
import type {
  Configuration,
  Include,
  JailFailure,
  Release,
  ResolvedJail,
  ResolvedParameter,
} from "./types.ts";
import { wildcardMatches } from "./wildcard.ts";

/**
 * Resolves the whole configuration that `root` is the main file of. With the configuration that came out before, a
 * jail is the same object again if its own block and the wildcard blocks that reach it are.
 */
export function resolveAll(
  root: SourceDocument,
  sources: Sources,
  release: Release = 15,
  previous?: Configuration,
): Configuration {
  const before = previous instanceof Resolved && previous.release === release ? previous : undefined;
  const loaded = load(root, sources, release, before?.blocks);
  let wildcards = loaded.blocks.filter((block) => block.wildcard);
  if (before && sameItems(before.wildcards, wildcards)) wildcards = before.wildcards;

  const line = before?.line ?? {};
  const jails: Jail[] = [];
  let above = 0;
  for (const block of loaded.blocks)
    if (block.wildcard) above++;
    else jails.push(resolveBlock(block, wildcards, above, release, line));
  return new Resolved(
    root,
    release,
    loaded.documents,
    loaded.blocks,
    jails,
    loaded.includes,
    wildcards,
    line,
  );
}

/** Stands for a row of configurations, each resolved with the one before at hand. */
type Line = object;

class Resolved implements Configuration {
  readonly root: SourceDocument;
  readonly release: Release;
  readonly documents: readonly SourceDocument[];
  readonly blocks: readonly Block[];
  readonly jails: readonly Jail[];
  readonly includes: readonly Include[];
  readonly wildcards: Block[];
  readonly line: Line;

  constructor(
    root: SourceDocument,
    release: Release,
    documents: readonly SourceDocument[],
    blocks: readonly Block[],
    jails: readonly Jail[],
    includes: readonly Include[],
    wildcards: Block[],
    line: Line,
  ) {
    this.line = line;
    this.root = root;
    this.release = release;
    this.documents = documents;
    this.blocks = blocks;
    this.jails = jails;
    this.includes = includes;
    this.wildcards = wildcards;
  }
}

class Jail implements ResolvedJail {
  readonly name: string;
  readonly block: Block;
  readonly wildcards: readonly Block[];
  readonly parameters: readonly Parameter[];
  readonly variables: readonly Parameter[];
  readonly failures: readonly JailFailure[];

  constructor(
    block: Block,
    wildcards: readonly Block[],
    parameters: readonly Parameter[],
    variables: readonly Parameter[],
    failures: readonly JailFailure[],
  ) {
    this.name = block.name;
    this.block = block;
    this.wildcards = wildcards;
    this.parameters = parameters;
    this.variables = variables;
    this.failures = failures;
  }

  find(name: string): ResolvedParameter | undefined {
    const key = nameKey(name);
    for (const parameter of this.parameters) {
      if (parameter.key === key) return parameter;
      if (parameter.key.group === key.group && equalNames(parameter.name, name)) return parameter;
    }
    return undefined;
  }
}

/** What a block came to last in one line of configurations, and under which circumstances. */
interface Memo {
  readonly line: Line;
  /** All wildcard blocks of that configuration, and how many of them stand above the block. */
  wildcards: readonly Block[];
  above: number;
  /** Of those that match, how many stand above. */
  readonly matchingAbove: number;
  readonly jail: Jail;
}

/** A block is part of as many lines as there are main files that include it; a few are remembered. */
const MAX_MEMOS = 4;

function resolveBlock(
  block: Block,
  wildcards: readonly Block[],
  above: number,
  release: Release,
  line: Line,
): Jail {
  const memos = block.memo as Memo[];
  const index = memos.findIndex((memo) => memo.line === line);
  const memo = memos[index];
  if (memo?.wildcards === wildcards && memo.above === above) return memo.jail;

  const matching: Block[] = [];
  let matchingAbove = 0;
  for (let i = 0; i < wildcards.length; i++) {
    const wildcard = wildcards[i] as Block;
    if (!wildcardMatches(wildcard.name, block.name)) continue;
    matching.push(wildcard);
    if (i < above) matchingAbove++;
  }
  if (memo?.matchingAbove === matchingAbove && sameItems(memo.jail.wildcards, matching)) {
    memo.wildcards = wildcards;
    memo.above = above;
    return memo.jail;
  }
  const jail = makeJail(block, matching, matchingAbove, release);
  const made: Memo = { line, wildcards, above, matchingAbove, jail };
  if (memo) memos[index] = made;
  else {
    if (memos.length === MAX_MEMOS) memos.pop();
    memos.unshift(made);
  }
  return jail;
}

/** Wildcards above the block are defaults for it, those below override it. */
function makeJail(block: Block, wildcards: readonly Block[], above: number, release: Release): Jail {
  const failures: JailFailure[] = [];
  const merge = new Merge(block, failures);
  for (let i = 0; i < above; i++) merge.addAll(wildcards[i] as Block);
  merge.addAll(block);
  for (let i = above; i < wildcards.length; i++) merge.addAll(wildcards[i] as Block);
  if (release >= 15) merge.nameAfter(block);
  substitute(merge);
  const parameters: Parameter[] = [];
  const variables: Parameter[] = [];
  for (const entry of merge.entries) (entry.isVariable ? variables : parameters).push(entry.finish());
  return new Jail(block, wildcards, parameters, variables, failures);
}
