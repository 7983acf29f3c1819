import {
  definedVariable,
  type Item,
  isInclude,
  literal,
  type Section,
  type Statement,
} from "@zonewarden/grammars/jail-conf/tree";
import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { isList } from "../../../catalog/jail-conf/parameter.ts";
import { equalNames, nameKey } from "../../../configuration/jail-conf/names.ts";
import type { SourceDocument } from "../../../configuration/jail-conf/sources.ts";
import type { Origin } from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { ConfigurationContext, SectionContext } from "../topic.ts";
import { written } from "./walk.ts";

/** A statement that sets a parameter or a variable, and the section that it stands in. */
interface Setter {
  readonly section: Section;
  readonly statement: Statement;
  readonly name: string;
  /** The same for names that set the same thing. */
  readonly group: object;
}

function setterIn(section: Section, item: Item): Setter | undefined {
  if (item.kind !== "statement" || item.broken) return undefined;
  const name = definedVariable(item)?.name ?? literal(item.name);
  return name === undefined ? undefined : { section, statement: item, name, group: nameKey(name).group };
}

/** What one block of a section replaces in itself. Of the globals, what stands behind a jail begins anew. */
export function* overwrittenIn(
  items: readonly Item[],
  section: Section,
  { document }: SectionContext,
): Generator<Finding> {
  const last = new Map<object, Setter>();
  for (const item of items) {
    if (endsRun(item, items === section.items)) last.clear();
    const setter = setterIn(section, item);
    if (!setter) continue;
    const before = last.get(setter.group);
    last.set(setter.group, setter);
    if (before && replaces(before, setter)) yield replaced(before, setter, document);
  }
}

/** A file that is read in between may set it, or use it; what stands behind a jail is told by `lateGlobals`. */
function endsRun(item: Item, isTop: boolean): boolean {
  return item.kind === "jail" ? isTop : !item.broken && isInclude(item);
}

/** What global statements replace in other sections. */
export function* overwrittenAcross({ configuration }: ConfigurationContext): Generator<Finding> {
  for (const document of configuration.documents) {
    let last = new Map<object, Setter>();
    for (const section of document.sections) {
      const ends = endsOf(section);
      if (last.size > 0)
        for (const setter of ends.first) {
          const before = last.get(setter.group);
          if (before && replaces(before, setter)) yield replaced(before, setter, document);
        }
      if (ends.endsRun && last.size > 0) last = new Map();
      for (const setter of ends.last) last.set(setter.group, setter);
    }
  }
}

/** What the sections before and behind see of the globals of one. */
interface Ends {
  /** The first of each name, up to where a run ends. */
  readonly first: readonly Setter[];
  /** The last of each name, from where a run begins. */
  readonly last: readonly Setter[];
  readonly endsRun: boolean;
}

const known = new WeakMap<Section, Ends>();

function endsOf(section: Section): Ends {
  let ends = known.get(section);
  if (!ends) {
    const first = new Map<object, Setter>();
    const last = new Map<object, Setter>();
    let hasEnded = false;
    for (const item of section.items) {
      if (endsRun(item, true)) {
        hasEnded = true;
        last.clear();
      }
      const setter = setterIn(section, item);
      if (!setter) continue;
      last.set(setter.group, setter);
      if (!hasEnded && !first.has(setter.group)) first.set(setter.group, setter);
    }
    ends = { first: [...first.values()], last: [...last.values()], endsRun: hasEnded };
    known.set(section, ends);
  }
  return ends;
}

function replaces(before: Setter, { statement, name }: Setter): boolean {
  if (statement.operator === "+=" && statement.values.length > 0) return false;
  const isVariable = definedVariable(statement) !== undefined;
  if (!equalNames(before.name, name) || isVariable !== (definedVariable(before.statement) !== undefined))
    return false;
  // Two keys of `meta` that only look like a negation have a rule of their own.
  return before.name === name || !/^(?:meta|env)\./.test(name);
}

function replaced(before: Setter, after: Setter, document: SourceDocument): Finding {
  const { statement, name } = after;
  const at = ({ section }: Setter, range: Origin["range"]): Origin => ({ document, section, range });
  const places = [at(before, before.statement), at(after, statement)] as const;
  const parameter = findParameter(name)?.parameter;
  const loses =
    before.statement.values.some((value) => literal(value) !== "") &&
    statement.values.some((value) => literal(value) !== "");
  const [was, is] = places.map((place) => written(place).replaceAll(/\s/g, ""));
  const operator = statement.operatorStart;
  if (parameter && isList(parameter) && loses && was !== is && operator !== undefined)
    return {
      code: "jail/overwritten-list",
      origin: at(after, { start: operator, end: operator + 1 }),
      message: `\`=\` drops what \`${name}\` was set to above: write \`+=\` to add to it.`,
      related: [{ origin: places[0], message: "This has no effect any more." }],
      replacement: "+=",
    };
  return {
    code: "jail/overwritten",
    origin: places[0],
    message: `This has no effect: \`${written(at(after, statement.name))}\` is set again below.`,
    related: [{ origin: places[1], message: "It is replaced here." }],
  };
}
