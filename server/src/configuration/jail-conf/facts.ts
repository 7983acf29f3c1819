import type { TextRange } from "@zonewarden/grammars/common/range";
import {
  definedVariable,
  type Item,
  isInclude,
  type JailBlock,
  literal,
  type Section,
  type Statement,
  type StringNode,
  type VariablePiece,
} from "@zonewarden/grammars/jail-conf/tree";
import { type NameKey, nameKey } from "./names.ts";
import type { SourceDocument } from "./sources.ts";
import type {
  ConfigurationBlock,
  Contribution,
  Origin,
  ResolvedParameter,
  ResolvedValue,
  Setting,
  Substitution,
} from "./types.ts";
import { isWildcardName } from "./wildcard.ts";

/**
 * What one section says, taken from its tree once and kept as long as the section object lives. Everything that
 * later stages share between jails hangs here, so that an unchanged section costs nothing to resolve again.
 */
export interface SectionFacts {
  readonly site: Site;
  readonly items: readonly ItemFacts[];
}

export type ItemFacts = SettingFacts | BlockFacts;

/** A section and the document it belongs to. */
export class Site {
  document: SourceDocument;
  readonly section: Section;

  constructor(document: SourceDocument, section: Section) {
    this.document = document;
    this.section = section;
  }
}

class Place implements Origin {
  private readonly site: Site;
  readonly range: TextRange;

  constructor(site: Site, range: TextRange) {
    this.site = site;
    this.range = range;
  }
  get document(): SourceDocument {
    return this.site.document;
  }
  get section(): Section {
    return this.site.section;
  }
}

/** A place in the section of `site`. */
export function originAt(site: Site, range: TextRange): Origin {
  return new Place(site, range);
}

const cache = new WeakMap<Section, SectionFacts>();

/** The facts of a section of `document`. */
export function factsOf(section: Section, document: SourceDocument): SectionFacts {
  let facts = cache.get(section);
  if (facts) {
    facts.site.document = document;
    return facts;
  }
  const site = new Site(document, section);
  facts = { site, items: itemFacts(section.items, site) };
  cache.set(section, facts);
  return facts;
}

function itemFacts(items: readonly Item[], site: Site): ItemFacts[] {
  const facts: ItemFacts[] = [];
  for (const item of items) {
    if (item.kind === "jail") {
      const name = literal(item.name);
      if (name !== undefined) facts.push(new BlockFacts(name, item, site));
    } else if (!item.broken) {
      const variable = definedVariable(item);
      const name = variable ? variable.name : literal(item.name);
      if (name !== undefined) facts.push(new SettingFacts(name, variable !== undefined, item, site));
    }
  }
  return facts;
}

/** One statement. */
export class SettingFacts implements Setting {
  readonly key: NameKey;
  readonly isVariable: boolean;
  readonly node: Statement;
  readonly site: Site;
  /** Whether a value refers to a variable, so that it differs from jail to jail. */
  readonly varies: boolean;
  private madeOrigin: Origin | undefined;
  private madeValues: readonly ResolvedValue[] | undefined;
  private madeTemplates: readonly Template[] | undefined;
  private madeAlone: Parameter | undefined;

  constructor(name: string, isVariable: boolean, node: Statement, site: Site) {
    this.key = nameKey(name);
    this.isVariable = isVariable;
    this.node = node;
    this.site = site;
    this.varies = node.values.some(hasVariable);
  }

  get name(): string {
    return this.key.text;
  }
  get operator(): "=" | "+=" | undefined {
    return this.node.operator;
  }
  get values(): readonly StringNode[] {
    return this.node.values;
  }
  get origin(): Origin {
    this.madeOrigin ??= originAt(this.site, this.node);
    return this.madeOrigin;
  }
  get isInclude(): boolean {
    return !this.isVariable && isInclude(this.node);
  }

  /** The values of a statement without variables. */
  get constants(): readonly ResolvedValue[] {
    this.madeValues ??= this.values.map((node) => new Value(literal(node) ?? "", node, this.site));
    return this.madeValues;
  }

  /** The values as texts with gaps. */
  get templates(): readonly Template[] {
    this.madeTemplates ??= this.values.map(template);
    return this.madeTemplates;
  }

  /** The parameter that this statement makes if no other takes part; the same object for every jail it reaches. */
  alone(block: ConfigurationBlock): Parameter {
    if (this.madeAlone?.block !== block)
      this.madeAlone = new Parameter(this.key, this.isVariable, undefined, this, block, undefined);
    return this.madeAlone;
  }
}

function hasVariable(node: StringNode): boolean {
  return node.constant === undefined;
}

/** A string without its variables, and where they belong. Source: usr.sbin/jail/jailp.h (struct cfstring, cfvar). */
export interface Template {
  readonly node: StringNode;
  readonly text: string;
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly piece: VariablePiece;
  readonly key: NameKey;
  /** Offset in the template's text. */
  readonly at: number;
}

function template(node: StringNode): Template {
  let text = "";
  const gaps: Gap[] = [];
  for (const piece of node.pieces)
    if (piece.kind === "text") text += piece.value;
    else gaps.push({ piece, key: nameKey(piece.name), at: text.length });
  return { node, text, gaps };
}

const NO_SUBSTITUTIONS: readonly Substitution[] = [];

export class Value implements ResolvedValue {
  readonly text: string;
  readonly node: StringNode | undefined;
  readonly substitutions: readonly Substitution[];
  private readonly site: Site | undefined;
  private madeOrigin: Origin | undefined;

  constructor(
    text: string,
    node: StringNode | undefined,
    site: Site | undefined,
    substitutions = NO_SUBSTITUTIONS,
  ) {
    this.text = text;
    this.node = node;
    this.site = site;
    this.substitutions = substitutions;
  }
  get origin(): Origin | undefined {
    if (this.site && this.node) this.madeOrigin ??= originAt(this.site, this.node);
    return this.madeOrigin;
  }
}

/** Statements that took part, as a flat row of triples: setting, its block, whether a later one dropped it. */
export type Parts = (SettingFacts | ConfigurationBlock | boolean)[];

export class Parameter implements ResolvedParameter {
  readonly key: NameKey;
  readonly isVariable: boolean;
  /** The only statement, and its block; the last one of `parts` if there are several. */
  readonly setting: SettingFacts | undefined;
  readonly block: ConfigurationBlock;
  private readonly parts: Parts | undefined;
  private madeValues: readonly ResolvedValue[] | undefined;
  private madeContributions: readonly Contribution[] | undefined;

  /** Without `values` they are those of the one statement. */
  constructor(
    key: NameKey,
    isVariable: boolean,
    values: readonly ResolvedValue[] | undefined,
    setting: SettingFacts | undefined,
    block: ConfigurationBlock,
    parts: Parts | undefined,
  ) {
    this.key = key;
    this.isVariable = isVariable;
    this.setting = setting;
    this.block = block;
    this.parts = parts;
    this.madeValues = values;
  }
  get name(): string {
    return this.key.text;
  }
  get values(): readonly ResolvedValue[] {
    this.madeValues ??= (this.setting as SettingFacts).constants;
    return this.madeValues;
  }
  get contributions(): readonly Contribution[] {
    this.madeContributions ??= this.makeContributions();
    return this.madeContributions;
  }

  private makeContributions(): Contribution[] {
    const { setting, block, parts } = this;
    if (!setting) return [];
    if (!parts) return [{ setting, block, overridden: false }];
    const made: Contribution[] = [];
    for (let i = 0; i < parts.length; i += 3)
      made.push({
        setting: parts[i] as SettingFacts,
        block: parts[i + 1] as ConfigurationBlock,
        overridden: parts[i + 2] as boolean,
      });
    return made;
  }
}

/** One block as it stands in its section; its full name and its included statements depend on where it is loaded. */
export class BlockFacts {
  readonly name: string;
  readonly node: JailBlock;
  readonly site: Site;
  readonly items: readonly ItemFacts[];
  /** The statements directly in the block, includes left out. */
  readonly settings: readonly SettingFacts[];
  /** The block includes files. */
  readonly includes: boolean;
  /** The blocks that were made of it, by full name: as good as one, unless its file is included in several places. */
  private readonly blocks: Block[] = [];

  constructor(name: string, node: JailBlock, site: Site) {
    this.name = name;
    this.node = node;
    this.site = site;
    this.items = itemFacts(node.items, site);
    const settings = this.items.filter((item) => item instanceof SettingFacts);
    this.includes = settings.some((setting) => setting.isInclude);
    this.settings = this.includes ? settings.filter((setting) => !setting.isInclude) : settings;
  }

  get isPlain(): boolean {
    return this.items.length === this.settings.length;
  }

  /** The block of a full name: the same object as before if it has the same statements. */
  block(name: string, settings: readonly SettingFacts[]): Block {
    const index = this.blocks.findIndex((block) => block.name === name);
    const known = this.blocks[index];
    if (known && sameItems(known.settings, settings)) return known;
    const block = new Block(name, this.node, this.site, settings);
    if (index >= 0) this.blocks[index] = block;
    else {
      // The name of the block around it may have been typed letter by letter: old names are of no use any more.
      if (this.blocks.length === MAX_BLOCKS) this.blocks.shift();
      this.blocks.push(block);
    }
    return block;
  }
}

const MAX_BLOCKS = 8;

export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A block of the configuration. The same object stands for it as long as its statements are the same objects. */
export class Block implements ConfigurationBlock {
  readonly name: string;
  readonly wildcard: boolean;
  readonly node: JailBlock | undefined;
  readonly site: Site;
  readonly settings: readonly SettingFacts[];
  parent: ConfigurationBlock | undefined;
  /** What `resolve.ts` made of this block last; most recent first. */
  readonly memo: unknown[] = [];
  private madeOrigin: Origin | undefined;

  constructor(name: string, node: JailBlock | undefined, site: Site, settings: readonly SettingFacts[]) {
    this.name = name;
    this.wildcard = isWildcardName(name);
    this.node = node;
    this.site = site;
    this.settings = settings;
  }
  get origin(): Origin {
    this.madeOrigin ??= this.node
      ? originAt(this.site, this.node.name ?? this.node)
      : (this.settings[0]?.origin ?? originAt(this.site, { start: 0, end: 0 }));
    return this.madeOrigin;
  }
}
