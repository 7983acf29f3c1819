import type { TextRange } from "@zonewarden/grammars/common/range";
import { isInclude } from "@zonewarden/grammars/jail-conf/tree";
import { findParameter, parameters } from "../../catalog/jail-conf/lookup.ts";
import type { Origin, ResolvedJail, ResolvedParameter, ResolvedValue } from "./types.ts";
import {
  type AddressEntry,
  type Jailsys,
  parseAddressEntry,
  parseInteger,
  parseJailsys,
  pseudoTruth,
} from "./values.ts";

/** What the parameters of a jail come to, defaults included: the one home of this knowledge. */
export function effective(jail: ResolvedJail): Effective {
  let known = cache.get(jail);
  if (!known) {
    known = new Effective(jail);
    cache.set(jail, known);
  }
  return known;
}

const cache = new WeakMap<ResolvedJail, Effective>();

/** One command of an `exec.*` list. */
export interface Command {
  /** The parameter it stands in. */
  readonly list: string;
  readonly runsIn: "host" | "jail";
  readonly value: ResolvedValue;
}

/** One entry of `ip4.addr` or `ip6.addr`. */
export interface AddressUse extends AddressEntry {
  readonly value: ResolvedValue;
  /** The interface that gets the alias: the entry's own, or that of `interface`. `undefined`: none. */
  readonly link: string | undefined;
}

export type AddressList = "ip4.addr" | "ip6.addr";

/**
 * The parameters of one jail by their plain names, whichever spelling was used. Values that a failed substitution
 * left unfinished are not known; neither are those that jail(8) would refuse.
 */
export class Effective {
  private readonly jail: ResolvedJail;
  private readonly byName = new Map<string, ResolvedParameter>();
  private madeCommands: readonly Command[] | undefined;

  constructor(jail: ResolvedJail) {
    this.jail = jail;
    for (const parameter of jail.parameters) this.byName.set(plainName(parameter.name), parameter);
  }

  /** All parameters that the jail was given, by plain name. */
  get entries(): Iterable<readonly [name: string, parameter: ResolvedParameter]> {
    return this.byName;
  }
  get(name: string): ResolvedParameter | undefined {
    return this.byName.get(name);
  }
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** True or false, by default what the catalog says; `undefined` where it cannot be known. */
  boolean(name: string): boolean | undefined {
    const parameter = this.byName.get(name);
    if (!parameter) return defaultOf(name) === "true";
    const value = parameter.values.at(-1);
    if (!value) return pseudoTruth(parameter.name, []);
    return isUnfinished(value) ? undefined : pseudoTruth(parameter.name, [value.text]);
  }

  /** A number, by default that of the catalog; `undefined` where it cannot be known or there is no such default. */
  integer(name: string): number | undefined {
    const parameter = this.byName.get(name);
    if (!parameter) return parseInteger(defaultOf(name));
    const value = parameter.values.at(-1);
    if (!value || value.text === "") return value && isUnfinished(value) ? undefined : 0;
    return isUnfinished(value) ? undefined : parseInteger(value.text);
  }

  /** `undefined` where it is not set or cannot be known. */
  jailsys(name: string): Jailsys | number | undefined {
    const parameter = this.byName.get(name);
    if (!parameter) return undefined;
    const value = parameter.values.at(-1);
    if (!value) return "new";
    return isUnfinished(value) ? undefined : parseJailsys(value.text);
  }

  /** The text that counts, which is the last; `undefined` where there is none or it cannot be known. */
  text(name: string): string | undefined {
    const value = this.byName.get(name)?.values.at(-1);
    return value && !isUnfinished(value) ? value.text : undefined;
  }

  /** The values of a list, without those that are empty or cannot be known. */
  list(name: string): readonly ResolvedValue[] {
    const values = this.byName.get(name)?.values ?? NONE;
    return values.some((value) => value.text === "" || isUnfinished(value))
      ? values.filter((value) => value.text !== "" && !isUnfinished(value))
      : values;
  }

  /** Whether a list has anything in it, known or not. */
  hasAny(name: string): boolean {
    return this.byName.get(name)?.values.some((value) => value.text !== "" || isUnfinished(value)) ?? false;
  }

  /** Whether the jail has a network stack of its own. */
  get vnet(): boolean {
    return this.jailsys("vnet") === "new";
  }

  /** Whether a list of addresses has any: alone, `""` and `-` clear it. */
  hasAddresses(name: AddressList): boolean {
    const values = this.byName.get(name)?.values ?? NONE;
    return values.some((value) => isUnfinished(value) || (value.text !== "" && value.text !== "-"));
  }

  /** The entries of an address list that are known. */
  addresses(name: AddressList): AddressUse[] {
    const values = this.list(name);
    if (values.length === 0) return [];
    const common = this.text("interface") || undefined;
    const uses: AddressUse[] = [];
    for (const value of values) {
      const entry = parseAddressEntry(value.text);
      if (entry.address !== "" && entry.address !== "-")
        uses.push({ ...entry, value, link: entry.interface ?? common });
    }
    return uses;
  }

  /** The ruleset that the devfs of `mount.devfs` gets; `undefined` where it cannot be known. */
  get devfsRuleset(): number | undefined {
    return this.has("devfs_ruleset") ? this.integer("devfs_ruleset") : DEFAULT_DEVFS_RULESET;
  }

  /** All commands that are not empty, in the order of the lists of the catalog. */
  get commands(): readonly Command[] {
    if (!this.madeCommands) {
      const commands: Command[] = [];
      for (const { name, runsIn } of COMMAND_LISTS)
        for (const value of this.list(name)) commands.push({ list: name, runsIn, value });
      this.madeCommands = commands;
    }
    return this.madeCommands;
  }

  /**
   * Whether all statements that make this jail could be read. Otherwise what it lacks may stand where the text is
   * broken, or in a file that could not be opened.
   */
  get isWhole(): boolean {
    const { block, wildcards } = this.jail;
    if (block.origin.section.errors.length > 0) return false;
    if (wildcards.some((wildcard) => wildcard.origin.section.errors.length > 0)) return false;
    const { document } = block.origin;
    const includes = block.node?.items.some((item) => item.kind === "statement" && isInclude(item));
    return !includes || block.settings.some((setting) => setting.origin.document !== document);
  }

  /** Whether the jail's own block, not a wildcard, has a say in a parameter. */
  isOwn(parameter: ResolvedParameter): boolean {
    const { block } = this.jail;
    return parameter.contributions.some((part) => !part.overridden && part.block === block);
  }
}

const NONE: readonly ResolvedValue[] = [];

/** mount.devfs without `devfs_ruleset`. Source: usr.sbin/jail/command.c. */
const DEFAULT_DEVFS_RULESET = 4;

const COMMAND_LISTS = parameters
  .filter((parameter) => parameter.type === "command-list")
  .map(({ name, runsIn = "host" }) => ({ name, runsIn }));

/** Whether a variable could not be replaced, so that the text is not what would be used. */
function isUnfinished(value: ResolvedValue): boolean {
  return value.substitutions.length > 0 && value.substitutions.some((part) => part.text === undefined);
}

/** The words of the catalog for what holds when a parameter is not set. */
function defaultOf(name: string): string {
  return findParameter(name)?.parameter.default ?? "";
}

const plainNames = new Map<string, string>();

/** The name without `no`, of any spelling. */
function plainName(spelling: string): string {
  let plain = plainNames.get(spelling);
  if (plain === undefined) {
    const named = findParameter(spelling);
    plain = named && named.key === undefined ? named.parameter.name : spelling;
    plainNames.set(spelling, plain);
  }
  return plain;
}

/** Where the value that counts stands; for a bare word, its name. */
export function valuePlace(parameter: ResolvedParameter): Origin | undefined {
  return parameter.values.at(-1)?.origin ?? namePlace(parameter);
}

/** The name in the last statement that set a parameter. */
export function namePlace(parameter: ResolvedParameter): Origin | undefined {
  const setting = parameter.contributions.at(-1)?.setting;
  return setting && new Part(setting.origin, setting.node.name);
}

/** Another range in the section of a place; like that, it follows its document. */
class Part implements Origin {
  readonly range: TextRange;
  private readonly other: Origin;

  constructor(other: Origin, range: TextRange) {
    this.other = other;
    this.range = range;
  }
  get document() {
    return this.other.document;
  }
  get section() {
    return this.other.section;
  }
}
