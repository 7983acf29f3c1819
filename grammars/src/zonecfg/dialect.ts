import * as table from "./words.ts";

/**
 * What a word is to the scanner, behind the command word. A *soft* word is a keyword on some platforms only: it counts
 * as one where that makes sense, and as a plain word where the platforms that do not know it would take it.
 */
export const WordClass = { Plain: 0, Resource: 1, Property: 2, SoftResource: 3, SoftProperty: 4 } as const;
export type WordClass = (typeof WordClass)[keyof typeof WordClass];

export type DialectName = "illumos" | "omnios" | "smartos" | "solaris10" | "solaris11" | "any";

/** One platform's command language, as the switches and words in which platforms differ. */
export interface Dialect {
  readonly name: DialectName;
  /** A quoted string may stand inside of `( … )`. */
  readonly quotedInComplex: boolean;
  /** `remove -F RESOURCE PROPERTY=VALUE`, and `remove -F PROPERTY VALUE`. */
  readonly removeForceFilter: boolean;
  /** `info -a`. */
  readonly infoAll: boolean;
  /** `select anet 0`: resources are found by the number that `info` shows, too. */
  readonly resourceNumbers: boolean;
  readonly commands: ReadonlySet<string>;
  /** The keywords; every other word is plain. */
  readonly words: ReadonlyMap<string, WordClass>;
  /** The properties that `info` can be asked for. */
  readonly infoProperties: ReadonlySet<string>;
  /** The resources that `select` takes without a filter. */
  readonly singleResources: ReadonlySet<string>;
}

/** The switches from which a platform's dialect is made. */
interface Switches {
  readonly quotedInComplex?: boolean;
  readonly removeForceFilter?: boolean;
  readonly infoAll?: boolean;
  readonly resourceNumbers?: boolean;
  /** Words that came after Solaris 10. */
  readonly later?: boolean;
  /** `global-nic`, `mac-addr`, `vlan-id`, `property` and `zfs-io-priority`. */
  readonly forkNetProps?: boolean;
  /** The global property `uuid`, and the `alias` of older SmartOS snapshots. */
  readonly uuid?: boolean;
  readonly inheritPkgDir?: boolean;
  /** The words of Solaris 11.4. */
  readonly solaris11?: boolean;
}

function dialect(name: DialectName, on: Switches): Dialect {
  const resources = [
    ...table.COMMON_RESOURCES,
    ...(on.later ? table.LATER_RESOURCES : []),
    ...(on.inheritPkgDir ? table.SOLARIS10_RESOURCES : []),
    ...(on.solaris11 ? table.SOLARIS11_RESOURCES : []),
  ];
  const globals = [
    ...table.COMMON_GLOBALS,
    ...(on.later ? table.LATER_GLOBALS : []),
    ...(on.forkNetProps ? table.FORK_GLOBALS : []),
    ...(on.uuid ? ["uuid"] : []),
    ...(on.solaris11 ? table.SOLARIS11_GLOBALS : []),
  ];
  const properties = [
    ...globals,
    ...table.COMMON_PROPERTIES,
    ...(on.later ? table.LATER_PROPERTIES : []),
    ...(on.forkNetProps ? table.FORK_PROPERTIES : []),
    ...(on.uuid ? ["alias"] : []),
    ...(on.solaris11 ? table.SOLARIS11_PROPERTIES : []),
  ];
  const words = new Map<string, WordClass>();
  for (const word of resources) words.set(word, WordClass.Resource);
  for (const word of properties) words.set(word, WordClass.Property);
  return {
    name,
    quotedInComplex: on.quotedInComplex ?? false,
    removeForceFilter: on.removeForceFilter ?? false,
    infoAll: on.infoAll ?? false,
    resourceNumbers: on.resourceNumbers ?? false,
    commands: new Set(on.solaris11 ? [...table.COMMANDS, table.RELOAD] : table.COMMANDS),
    words,
    infoProperties: new Set(globals),
    singleResources: new Set(
      on.solaris11 ? [...table.SINGLE_RESOURCES, ...table.SOLARIS11_SINGLES] : table.SINGLE_RESOURCES,
    ),
  };
}

export const illumos = dialect("illumos", { later: true });
export const omnios = dialect("omnios", { later: true, quotedInComplex: true, forkNetProps: true });
export const smartos = dialect("smartos", {
  later: true,
  quotedInComplex: true,
  forkNetProps: true,
  uuid: true,
  removeForceFilter: true,
});
export const solaris10 = dialect("solaris10", { inheritPkgDir: true });
/** Where the manuals are silent, the generous reading: a file that is right must not look wrong. */
export const solaris11 = dialect("solaris11", {
  later: true,
  quotedInComplex: true,
  removeForceFilter: true,
  infoAll: true,
  resourceNumbers: true,
  solaris11: true,
});

const platforms = [illumos, omnios, smartos, solaris10, solaris11];

/** What some platform takes is right. A word that is no keyword on one of them is soft. */
function union(): Dialect {
  const all = dialect("any", {
    later: true,
    quotedInComplex: true,
    forkNetProps: true,
    uuid: true,
    removeForceFilter: true,
    infoAll: true,
    resourceNumbers: true,
    inheritPkgDir: true,
    solaris11: true,
  });
  const words = new Map<string, WordClass>();
  for (const [word, kind] of all.words) {
    const hard = platforms.every((platform) => platform.words.get(word) === kind);
    const soft = kind === WordClass.Resource ? WordClass.SoftResource : WordClass.SoftProperty;
    words.set(word, hard ? kind : soft);
  }
  return { ...all, words };
}

export const any = union();

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  illumos,
  omnios,
  smartos,
  solaris10,
  solaris11,
  any,
};

/** What a bare word behind the command word is. */
export function classOf(dialect: Dialect, word: string): WordClass {
  return dialect.words.get(word) ?? WordClass.Plain;
}

export const isResource = (kind: WordClass): boolean =>
  kind === WordClass.Resource || kind === WordClass.SoftResource;
export const isProperty = (kind: WordClass): boolean =>
  kind === WordClass.Property || kind === WordClass.SoftProperty;
/** Whether a plain word is the number of a resource. */
export const isNumber = (word: string): boolean => /^\d+$/.test(word);
/** Whether a word can stand where the grammar wants a TOKEN. */
export const isPlain = (kind: WordClass): boolean =>
  kind !== WordClass.Resource && kind !== WordClass.Property;

/** How many plain words may follow a command that takes nothing else. Source: zonecfg_grammar.y. */
export const MOST_WORDS: ReadonlyMap<string, number> = new Map([
  ["cancel", 1],
  ["commit", 1],
  ["create", 3],
  ["delete", 1],
  ["end", 1],
  ["exit", 1],
  ["export", 2],
  ["help", 1],
  ["reload", 1],
  ["revert", 1],
  ["verify", 1],
]);

/** How many `property=value` a filter has at most. Source: zonecfg_grammar.y. */
export const MOST_FILTERS = 3;
