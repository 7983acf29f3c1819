/** The words of jail.conf(5) that are not parameters, for hover and completion. Source: jail.conf(5). */
export const special = {
  include:
    "**.include** — reads other files at this place. `*`, `?` and `[...]` are patterns, whose files are read in sorted order; a pattern without a match is fine, a plain name that does not exist is fatal. Relative names start at the directory of this file. Variables are not allowed. Inside a block, the file's statements go to that jail.\n\nSince 14.0; written without `=`.\n\n*jail.conf(5), usr.sbin/jail/config.c*",
  variable:
    "**$variable** — a value with a name of its own: set by `$name = value;`, used as `$name`, or as `${name}` where a letter, a digit or a dot belongs to it or follows. Parameters are used in the same way: `$path`, `${host.hostname}`. Each jail looks it up once all its statements are together, so the last value counts, also for statements above it. Not in single quotes. Several values only where the reference is the whole string. A variable cannot have the name of a parameter that jail(8) knows.\n\n*jail.conf(5), usr.sbin/jail/config.c*",
  wildcard:
    "**Wildcard block** — gives its statements to every jail whose name matches. A `*` stands for one part between dots, a last `*` for one or more. Above a jail its statements are defaults, below they override the jail's own.\n\n*jail.conf(5)*",
  globals: "Statements outside of any block hold for all jails, as in a block named `*`.",
} as const;

/** The stock devfs rulesets. Source: sbin/devfs/devfs.rules. */
export const devfsRulesets: readonly {
  readonly number: number;
  readonly name: string;
  readonly doc: string;
}[] = [
  { number: 1, name: "devfsrules_hide_all", doc: "hides every device" },
  { number: 2, name: "devfsrules_unhide_basic", doc: "null, zero, random and their like" },
  { number: 3, name: "devfsrules_unhide_login", doc: "terminals and the standard streams" },
  {
    number: 4,
    name: "devfsrules_jail",
    doc: "rulesets 1 to 3, and the control nodes of fuse and zfs: the default of mount.devfs",
  },
  {
    number: 5,
    name: "devfsrules_jail_vnet",
    doc: "ruleset 4 and the packet filter's device, for vnet jails",
  },
];
