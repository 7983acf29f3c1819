import { type Block, originAt, Parameter, type Parts, type SettingFacts, Value } from "./facts.ts";
import { equalNames, type GroupEntry, type NameKey, nameKey } from "./names.ts";
import type { JailFailure, ResolvedValue } from "./types.ts";
import { type Work, workOf } from "./work.ts";

/**
 * Puts together the statements that reach one jail. Source: usr.sbin/jail/config.c (load_config, add_param).
 */

/** One parameter or variable of the jail, while it is being put together. The objects are used again for the next jail. */
export class Entry implements GroupEntry {
  /** The spelling of the last statement that set it. */
  key!: NameKey;
  isVariable = false;
  nextInGroup: Entry | undefined;
  /** The text of an entry that no statement makes: the implied `name` or `jid`. */
  private implied: string | undefined;
  /** The first statement; with more of them, all are in `parts`. */
  private setting: SettingFacts | undefined;
  private block!: Block;
  private parts: Parts | undefined;
  /** Whether a statement that counts refers to a variable. */
  varies = false;
  /** The values while variables are replaced in them. */
  work: Work[] | undefined;
  generation = 0;
  bad = false;
  private result: Parameter | undefined;

  start(
    key: NameKey,
    isVariable: boolean,
    setting: SettingFacts | undefined,
    block: Block,
    implied?: string,
  ): this {
    this.key = key;
    this.isVariable = isVariable;
    this.setting = setting;
    this.block = block;
    this.implied = implied;
    this.varies = setting?.varies ?? false;
    this.nextInGroup = undefined;
    this.parts = undefined;
    this.work = undefined;
    this.generation = 0;
    this.bad = false;
    this.result = undefined;
    return this;
  }

  get isEmpty(): boolean {
    if (this.implied !== undefined) return false;
    if (this.work) return this.work.length === 0;
    return !this.active((setting) => setting.values.length > 0);
  }

  /** Whether a statement that was not dropped passes the test. */
  private active(test: (setting: SettingFacts) => boolean): boolean {
    const { parts } = this;
    if (!parts) return this.setting !== undefined && test(this.setting);
    for (let i = 0; i < parts.length; i += 3)
      if (!parts[i + 2] && test(parts[i] as SettingFacts)) return true;
    return false;
  }

  add(setting: SettingFacts, block: Block) {
    this.parts ??= [this.setting as SettingFacts, this.block, false];
    const { parts } = this;
    const appends = setting.operator === "+=" && setting.values.length > 0;
    // Whatever stands before one that was put aside is put aside, too.
    if (!appends) for (let i = parts.length - 1; i > 0 && !parts[i]; i -= 3) parts[i] = true;
    parts.push(setting, block, false);
    this.key = setting.key;
    this.varies = setting.varies || (appends && this.varies);
  }

  startWork() {
    const { parts } = this;
    if (!parts) {
      this.work = workOf(this.setting as SettingFacts);
      return;
    }
    this.work = [];
    for (let i = 0; i < parts.length; i += 3)
      if (!parts[i + 2]) for (const work of workOf(parts[i] as SettingFacts)) this.work.push(work);
  }

  /** The finished parameter. */
  finish(): Parameter {
    this.result ??= this.makeResult();
    return this.result;
  }

  private makeResult(): Parameter {
    const { key, isVariable, setting, block, parts, work } = this;
    if (this.implied !== undefined) {
      const value = new Value(this.implied, block.node?.name, block.site);
      return new Parameter(key, false, [value], undefined, block, undefined);
    }
    if (!parts && !work) return (setting as SettingFacts).alone(block);
    return new Parameter(
      key,
      isVariable,
      work ? work.map(finished) : this.constants(),
      setting,
      block,
      parts,
    );
  }

  private constants(): readonly ResolvedValue[] {
    const parts = this.parts as Parts;
    const values: ResolvedValue[] = [];
    for (let i = 0; i < parts.length; i += 3)
      if (!parts[i + 2]) for (const value of (parts[i] as SettingFacts).constants) values.push(value);
    return values;
  }
}

function finished(work: Work): Value {
  return new Value(work.text, work.template.node, work.site, work.substitutions);
}

const NAME = nameKey("name");
const JID = nameKey("jid");

/** Marks the groups of the merge under way; what they hold of earlier ones is stale. */
let stamp = 0;

/** Entries that were used before. */
const pool: Entry[] = [];
let used = 0;

/** The entries of one jail, in the loader's order; `failures` takes what goes wrong. One at a time can be in use. */
export class Merge {
  readonly entries: Entry[] = [];
  readonly failures: JailFailure[];

  /** The block's name implies `name`, or `jid` if it is a number. */
  constructor(block: Block, failures: JailFailure[]) {
    stamp++;
    used = 0;
    this.failures = failures;
    const key = isJid(block.name) ? JID : NAME;
    this.insert(newEntry().start(key, false, undefined, block, block.name), undefined);
  }

  /** Since 15.0 a jail that has only a number is named after it. */
  nameAfter(block: Block) {
    const first = this.first(NAME);
    for (let entry = first; entry; entry = entry.nextInGroup)
      if (!entry.isVariable && entry.key.native === NAME.native) return;
    this.insert(newEntry().start(NAME, false, undefined, block, block.name), first);
  }

  /** The entry of exactly this name. */
  find(key: NameKey): Entry | undefined {
    for (let entry = this.first(key); entry; entry = entry.nextInGroup) if (entry.key === key) return entry;
    return undefined;
  }

  private first(key: NameKey): Entry | undefined {
    return key.group.stamp === stamp ? (key.group.entry as Entry | undefined) : undefined;
  }

  private insert(entry: Entry, first: Entry | undefined) {
    this.entries.push(entry);
    if (!first) {
      entry.key.group.stamp = stamp;
      entry.key.group.entry = entry;
      return;
    }
    let last = first;
    while (last.nextInGroup) last = last.nextInGroup;
    last.nextInGroup = entry;
  }

  addAll(block: Block) {
    for (const setting of block.settings) this.add(setting, block);
  }

  private add(setting: SettingFacts, block: Block) {
    const { key, isVariable } = setting;
    const first = this.first(key);
    for (let entry = first; entry; entry = entry.nextInGroup) {
      if (entry.key !== key && !equalNames(entry.key.text, key.text)) continue;
      if (entry.isVariable !== isVariable) this.clash(setting);
      else if (!isVariable && entry.key.native?.immutable) this.redefined(entry.key.text, setting);
      else entry.add(setting, block);
      return;
    }
    this.insert(newEntry().start(key, isVariable, setting, block), first);
    if (isVariable && key.native) this.clash(setting);
  }

  private clash(setting: SettingFacts) {
    this.failures.push({
      kind: "variable-name-clash",
      message: `variable "$${setting.name}" cannot have the same name as a parameter.`,
      parameter: setting.name,
      variable: setting.name,
      origin: originAt(setting.site, setting.node.name),
    });
  }

  private redefined(name: string, setting: SettingFacts) {
    this.failures.push({
      kind: "redefine-parameter",
      message: `cannot redefine parameter "${name}".`,
      parameter: name,
      variable: undefined,
      origin: setting.origin,
    });
  }
}

function newEntry(): Entry {
  if (used === pool.length) pool.push(new Entry());
  return pool[used++] as Entry;
}

/** A decimal number other than zero is a jid, as strtol(3) reads it. */
function isJid(name: string): boolean {
  return /^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(name) && /[1-9]/.test(name);
}
