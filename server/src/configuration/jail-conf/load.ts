import { literal } from "@zonewarden/grammars/jail-conf/tree";
import {
  Block,
  BlockFacts,
  factsOf,
  type ItemFacts,
  originAt,
  type SettingFacts,
  type Site,
  sameItems,
} from "./facts.ts";
import { isPattern } from "./glob.ts";
import type { SourceDocument, Sources } from "./sources.ts";
import type { Include, IncludeProblem, Release } from "./types.ts";

/**
 * Reads a configuration and all that it includes into one row of blocks.
 * Source: usr.sbin/jail/jailparse.y, usr.sbin/jail/config.c (include_config, add_jail).
 */

/** The blocks of a configuration in the order of their headers. */
export interface Loaded {
  readonly documents: readonly SourceDocument[];
  readonly blocks: readonly Block[];
  readonly includes: readonly Include[];
}

/** Includes within includes; one more ends the program. */
export const MAX_INCLUDE_DEPTH = 32;

/** More files than this are not read: files that each include the next one twice double with every step. */
export const MAX_FILES = 20_000;

/** Nor are more characters than this in all included files: a pattern may match half of a disk. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** `previous` lets the blocks of global statements be the same objects as before. */
export function load(
  root: SourceDocument,
  sources: Sources,
  release: Release,
  previous?: readonly Block[],
): Loaded {
  const loader = new Loader(sources, release, previous);
  loader.read(root, root.path, undefined, 0);
  return loader.finish();
}

/** Where the name of an included file leads: relative to the folder of the including file, as that was named. */
export function includedPath(from: string, name: string): string {
  return name.startsWith("/") ? name : from.slice(0, from.lastIndexOf("/") + 1) + name;
}

/** A block whose `}` has not been reached: what is included in it adds to its statements. */
interface OpenBlock {
  readonly name: string;
  readonly settings: SettingFacts[];
  readonly inner: Block[];
}

/** A run of global statements: one `*` block. */
interface GlobalRun {
  readonly index: number;
  readonly site: Site;
  readonly settings: SettingFacts[];
}

class Loader {
  private readonly sources: Sources;
  private readonly modern: boolean;
  private readonly previousGlobals: readonly Block[];
  private readonly documents = new Set<SourceDocument>();
  private readonly blocks: (Block | undefined)[] = [];
  private readonly includes: Include[] = [];
  private readonly runs: GlobalRun[] = [];
  private files = 0;
  /** Of included files. */
  private characters = 0;
  /** The files that are being read, each included by the one before. */
  private readonly active: SourceDocument[] = [];

  constructor(sources: Sources, release: Release, previous: readonly Block[] | undefined) {
    this.sources = sources;
    this.modern = release >= 14;
    this.previousGlobals = previous?.filter((block) => !block.node) ?? [];
  }

  finish(): Loaded {
    this.runs.forEach((run, i) => {
      const known = this.previousGlobals[i];
      const same = known && sameItems(known.settings, run.settings);
      this.blocks[run.index] = same ? known : new Block("*", undefined, run.site, run.settings);
    });
    return { documents: [...this.documents], blocks: this.blocks as Block[], includes: this.includes };
  }

  /** Reads one file; `path` is its name as it was reached, which names within it are relative to. */
  read(document: SourceDocument, path: string, parent: OpenBlock | undefined, depth: number) {
    this.documents.add(document);
    this.files++;
    if (depth > 0) this.characters += document.text.length;
    this.active.push(document);
    for (const section of document.sections) {
      const facts = factsOf(section, document);
      for (const item of facts.items) this.item(item, path, parent, depth);
    }
    this.active.pop();
  }

  private item(item: ItemFacts, path: string, parent: OpenBlock | undefined, depth: number) {
    if (item instanceof BlockFacts) this.block(item, path, parent, depth);
    else if (this.modern && item.isInclude) this.include(item, path, parent, depth);
    else if (parent) parent.settings.push(item);
    else this.global(item);
  }

  /** Since 14.0 all global statements are one block, at the place of the first; before, each run of them is one. */
  private global(setting: SettingFacts) {
    let run = this.runs.at(-1);
    if (!run || (!this.modern && run.index !== this.blocks.length - 1)) {
      run = { index: this.blocks.length, site: setting.site, settings: [] };
      this.runs.push(run);
      this.blocks.push(undefined);
    }
    run.settings.push(setting);
  }

  private block(facts: BlockFacts, path: string, parent: OpenBlock | undefined, depth: number) {
    const name = parent ? `${parent.name}.${facts.name}` : facts.name;
    if (facts.isPlain) {
      this.place(facts.block(name, facts.settings), this.blocks.push(undefined) - 1, parent);
      return;
    }
    const index = this.blocks.push(undefined) - 1;
    const open: OpenBlock = { name, settings: [], inner: [] };
    for (const item of facts.items) this.item(item, path, open, depth);
    const block = facts.block(name, open.settings);
    for (const inner of open.inner) inner.parent = block;
    this.place(block, index, parent);
  }

  private place(block: Block, index: number, parent: OpenBlock | undefined) {
    this.blocks[index] = block;
    block.parent = undefined;
    parent?.inner.push(block);
  }

  private include(setting: SettingFacts, path: string, parent: OpenBlock | undefined, depth: number) {
    for (const node of setting.values) {
      const name = literal(node);
      const pattern = name === undefined ? undefined : includedPath(path, name);
      const files: SourceDocument[] = [];
      let problem: IncludeProblem | undefined;
      if (pattern === undefined) problem = "variable";
      else if (depth >= MAX_INCLUDE_DEPTH) problem = "depth";
      else {
        const wild = isPattern(pattern);
        const paths = wild ? this.sources.glob(pattern) : [pattern];
        if (wild && paths.length === 0) problem = "unmatched";
        for (const file of paths) {
          if (this.files >= MAX_FILES || this.characters >= MAX_CHARACTERS) {
            problem = "large";
            break;
          }
          const document = this.sources.open(file);
          if (!document) {
            problem = "missing";
            continue;
          }
          files.push(document);
          // The program would read it over and over until it is too deep.
          if (this.active.includes(document)) {
            problem = "depth";
            continue;
          }
          if (document.sections.some((section) => section.errors.length > 0)) problem ??= "broken";
          this.read(document, file, parent, depth + 1);
        }
      }
      this.includes.push({ pattern, files, problem, origin: originAt(setting.site, node) });
    }
  }
}
