import type { Assignment, Command, Value } from "@zonewarden/grammars/zonecfg/tree";
import { globalProperty, propertyOf, resourcesWith, resourceType } from "../../catalog/zonecfg/lookup.ts";
import { suggestProperty } from "../../catalog/zonecfg/mistakes.ts";
import { type Platform, platformName } from "../../catalog/zonecfg/property.ts";
import { checkText, checkTuple, type Flaw, formOf } from "./checks.ts";
import type { ZoneState } from "./state.ts";
import type { Complaint, ComplexValue, ConfigValue, Given, Resource, ZoneOrigin } from "./types.ts";

export type At = (range: { readonly start: number; readonly end: number }) => ZoneOrigin;

/** The value of an assignment as zonecfg(8) keeps it. */
export function configValue(value: Value): ConfigValue {
  switch (value.kind) {
    case "simple":
      return value.text;
    case "list":
      return { list: value.elements.map((e) => (e.kind === "simple" ? e.text : tuple(e.members))) };
    case "complex":
      return tuple(value.members);
  }
}

function tuple(members: (Value & { kind: "complex" })["members"]): ComplexValue {
  return { complex: members.map(({ name, value }) => [name.text, value?.text ?? ""]) };
}

/** A resource that is being edited, between `add` or `select` and `end`. */
export class Block implements Resource {
  readonly type: string;
  readonly origin: ZoneOrigin;
  readonly template = undefined;
  readonly properties = new Map<string, readonly Given[]>();
  readonly nested: Resource[] = [];
  /** The resource that `select` found. */
  readonly selected: Resource | undefined;
  /** `select` of something that the text does not show: its properties are not known. */
  readonly isUnknown: boolean;
  readonly complaints: Complaint[] = [];
  key: string | undefined = undefined;
  /** The block around a nested one. */
  readonly outer: Block | undefined;
  /** The resource itself was refused, which has been said: what is in it is passed over. */
  isRefused = false;
  /** Properties whose value was refused: they are not missing, too. */
  readonly refused = new Set<string>();
  readonly meant = new Map<string, string>();

  constructor(type: string, origin: ZoneOrigin, selected?: Resource | "unknown", outer?: Block) {
    this.type = type;
    this.origin = origin;
    this.outer = outer;
    this.isUnknown = selected === "unknown";
    this.selected = selected === "unknown" ? undefined : selected;
    for (const [name, values] of this.selected?.properties ?? []) this.properties.set(name, values);
    this.nested.push(...(this.selected?.nested ?? []));
  }

  /** A property cannot be read, or has a name that means another one: that one is not missing, too. */
  refuse(name: string, value?: Value): void {
    this.refused.add(name);
    const near = propertyOf(this.type, name) ? undefined : suggestProperty(name, this.type)[0];
    if (near === undefined) return;
    this.refused.add(near);
    if (value?.kind === "simple") this.meant.set(near, value.text);
  }

  private say(flaw: Flaw, origin: ZoneOrigin) {
    this.complaints.push({ ...flaw, origin });
  }

  /** `set`, and `add` and `remove` of a property; what another command does is not the block's business. */
  property(command: Command, at: At, state: ZoneState): void {
    if (this.isRefused) return;
    for (const assignment of command.assignments) {
      // What is said of a broken command is said by the grammar.
      if (command.broken) this.refuse(assignment.name.text, assignment.value);
      else this.assign(command.word.name ?? "", assignment, at, state);
    }
  }

  private assign(verb: string, { name, value, ...range }: Assignment, at: At, state: ZoneState) {
    if (!value) return;
    const property = propertyOf(this.type, name.text);
    if (!property) {
      // A block of a type that nobody knows has been reported, and so has a word that is no property at all.
      if (resourceType(this.type) && name.known) this.say(foreign(this.type, name.text), at(name));
      const [near] = suggestProperty(name.text, this.type);
      if (near !== undefined && !this.properties.has(near)) this.refuse(name.text, value);
      return;
    }
    const elsewhere = otherPlatforms(property.platforms, state);
    if (elsewhere)
      this.say({ code: "zone/other-platform", message: `\`${name.text}\` is ${elsewhere}.` }, at(name));
    else if (!state.narrow(property.platforms)) return;
    const given = configValue(value);
    const form = formOf(given);
    if (verb === "set" && name.text === "property" && this.type === "device") {
      this.say(
        {
          code: "zone/set-property",
          message: "`set property` is refused in a `device`: write `add property`.",
        },
        at({ start: range.start, end: range.end }),
      );
      return;
    }
    const takesMore = property.multiple && state.platforms.includes("solaris11");
    if (
      verb === "set"
        ? !property.forms.includes(form) && !takesMore
        : form === "simple" && !property.forms.includes("simple")
    ) {
      const forms = property.forms.map((f) => FORMS[f]).join(" or ");
      this.say({ code: "zone/wrong-form", message: `\`${name.text}\` wants ${forms}.` }, at(value));
      this.refused.add(name.text);
      return;
    }
    if (verb !== "set" && !property.forms.some((f) => f !== "simple") && !takesMore) {
      this.say(
        {
          code: "zone/not-a-list",
          message: `\`${verb}\` is for properties with several values; \`${name.text}\` has one: use \`set\`.`,
        },
        at({ start: range.start, end: range.end }),
      );
      this.refused.add(name.text);
      return;
    }
    const origin = at(value);
    const elements =
      value.kind === "list" ? elementsOf(value, at) : [{ value: given, origin, template: undefined }];
    for (const element of elements) {
      const problem = this.flawOf(name.text, element.value, state);
      if (!problem) continue;
      this.say(problem, element.origin ?? origin);
      if (isRefusal(problem)) {
        this.refused.add(name.text);
        return;
      }
    }
    this.refused.delete(name.text);
    this.store(verb, name.text, elements, origin);
  }

  private flawOf(name: string, value: ConfigValue, state: ZoneState): Flaw | undefined {
    if (typeof value === "string") return checkText(this.type, name, value, state);
    if (this.type === "rctl" && "complex" in value) {
      const rctl = this.properties.get("name")?.[0]?.value;
      return checkTuple(value, typeof rctl === "string" ? rctl : undefined);
    }
    return undefined;
  }

  private store(verb: string, name: string, elements: readonly Given[], origin: ZoneOrigin) {
    const before = this.properties.get(name) ?? [];
    if (verb === "add") this.properties.set(name, [...before, ...elements]);
    else if (verb === "set") {
      // The empty text is the same as no value.
      if (elements.length === 1 && elements[0]?.value === "") this.properties.delete(name);
      else this.properties.set(name, elements);
    } else {
      const gone = elements.map(({ value }) => JSON.stringify(value));
      const left = before.filter(({ value }) => !gone.includes(JSON.stringify(value)));
      if (left.length === before.length && !this.isUnknown)
        this.say(
          { code: "zone/no-match", message: `There is no such \`${name}\` in this resource.` },
          origin,
        );
      this.properties.set(name, left);
    }
  }

  clear(command: Command, at: At, state: ZoneState): void {
    const { property } = command;
    if (!property || this.isRefused) return;
    const known = propertyOf(this.type, property.text);
    if (!known) {
      if (resourceType(this.type) && property.known)
        this.say(foreign(this.type, property.text), at(property));
      return;
    }
    const net = this.type === "net" && state.everywhere((platform) => platform === "illumos");
    // The manuals of Solaris 11.4 clear properties of any resource.
    if ((!known.clearable && !state.platforms.includes("solaris11")) || net)
      this.say(
        {
          code: "zone/not-clearable",
          message: `\`${property.text}\` of \`${this.type}\` cannot be cleared.`,
        },
        at(property),
      );
    else this.properties.delete(property.text);
  }

  /** Whether a property has a value, or had one that was refused. */
  has(name: string): boolean {
    return (this.properties.get(name)?.length ?? 0) > 0 || this.refused.has(name);
  }

  text(name: string): string | undefined {
    const value = this.properties.get(name)?.[0]?.value;
    return typeof value === "string" ? value : undefined;
  }
}

const FORMS = { simple: "a simple value", list: "a list in `[ ]`", complex: "a value in `( )`" } as const;

/** The single values of a list. */
function elementsOf({ elements }: Value & { kind: "list" }, at: At): Given[] {
  return elements.map((node) => ({ value: configValue(node), origin: at(node), template: undefined }));
}

/** Whether the real program drops a value for this; it keeps one that is merely odd. */
export function isRefusal({ code, severity }: Flaw): boolean {
  return severity === undefined && !KEPT.has(code);
}

/** What the real program stores in spite of it. */
const KEPT = new Set([
  "zone/suspicious-address",
  "zone/placeholder",
  "zone/prefix-ignored",
  "zone/unknown-rctl",
  "zone/unknown-brand",
  "zone/unknown-class",
  "zone/rctl-limit",
  "zone/rctl-action",
]);

/** A property that the resource at hand does not have. */
function foreign(type: string, name: string): Flaw {
  const others = resourcesWith(name).filter((other) => other !== type);
  const [near] = suggestProperty(name, type);
  if (globalProperty(name) && others.length === 0)
    return {
      code: "zone/foreign-property",
      message: `\`${name}\` is a property of the zone: \`end\` the \`${type}\` first.`,
    };
  const where = others.length > 0 ? ` It belongs to ${list(others)}.` : "";
  return {
    code: "zone/foreign-property",
    message: `\`${type}\` has no property \`${name}\`.${near ? ` Did you mean \`${near}\`?` : where}`,
    ...(near && { replacement: near }),
  };
}

export function list(words: readonly string[]): string {
  const marked = words.map((word) => `\`${word}\``);
  return marked.length > 1 ? `${marked.slice(0, -1).join(", ")} and ${marked.at(-1)}` : (marked[0] ?? "");
}

/**
 * "a word of OmniOS and SmartOS, and not of illumos" where none of the possible platforms has something.
 * `undefined` where one has.
 */
export function otherPlatforms(having: readonly Platform[], state: ZoneState): string | undefined {
  if (state.platforms.some((platform) => having.includes(platform))) return undefined;
  const names = having.map(platformName);
  const where = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return `a word of ${where}, and not of ${state.platforms.map(platformName).join(" or ")}`;
}
