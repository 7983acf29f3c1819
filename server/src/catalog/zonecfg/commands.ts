import { type Platform, SOLARIS11 } from "./property.ts";

export interface CommandOption {
  readonly flag: string;
  /** What stands behind the flag. */
  readonly argument?: string;
  readonly doc: string;
  /** Absent where every platform has it. */
  readonly platforms?: readonly Platform[];
}

/** A subcommand of zonecfg(8). */
export interface ZoneCommand {
  readonly name: string;
  readonly synopsis: readonly string[];
  /** Where it belongs: outside of resources, between `add` or `select` and `end`, or in both places. */
  readonly scope: "global" | "resource" | "both";
  readonly doc: string;
  /** Absent where every platform has it. */
  readonly platforms?: readonly Platform[];
  readonly options: readonly CommandOption[];
}

/** All subcommands. Source: usr/src/cmd/zonecfg/zonecfg.c, zonecfg_grammar.y; usr/src/man/man8/zonecfg.8. */
export const COMMANDS: readonly ZoneCommand[] = [
  {
    name: "add",
    synopsis: ["add RESOURCE", "add PROPERTY VALUE"],
    scope: "both",
    doc: "Opens a new resource; all that follows up to `end` belongs to it. Within a resource it adds a value to a property that takes several, with no `=` in between: `add options ro`. When the resource cannot be added, as with a second `capped-memory`, only a message appears, and the lines that follow are read as if outside.",
    options: [],
  },
  {
    name: "cancel",
    synopsis: ["cancel"],
    scope: "resource",
    doc: "Leaves the resource and forgets it. It does not undo `ncpus` of capped-cpu nor `swap` and `locked` of capped-memory, which are stored as soon as they are set.",
    options: [],
  },
  {
    name: "clear",
    synopsis: ["clear PROPERTY"],
    scope: "both",
    doc: "Takes back the value of an optional property. Clearing a resource limit that is not set is an error; `zonename`, `zonepath` and `brand` cannot be cleared.",
    options: [],
  },
  {
    name: "commit",
    synopsis: ["commit"],
    scope: "global",
    doc: "Verifies the configuration and saves it. A command file needs none: what it changed is committed at its end.",
    options: [
      { flag: "-n", doc: "Only says what would be done.", platforms: SOLARIS11 },
      { flag: "-q", doc: "Prints no messages.", platforms: SOLARIS11 },
    ],
  },
  {
    name: "create",
    synopsis: ["create [-F] [-b | -t TEMPLATE | -a PATH]"],
    scope: "global",
    doc: "Starts a configuration as a copy of a template; without an option, of the default template. Where the zone is configured already, a command file stops here, unless it says `-F`. Where it is installed, nothing happens but a message, and the lines that follow edit what is there.",
    options: [
      { flag: "-F", doc: "Overwrites an existing configuration without asking." },
      { flag: "-b", doc: "Starts from the blank template (`SUNWblank`, `SYSblank`)." },
      {
        flag: "-t",
        argument: "TEMPLATE",
        doc: "Copies the template, or the zone, of that name. OmniOS puts `OMNI` in front of a name that does not begin with a capital letter.",
      },
      { flag: "-a", argument: "PATH", doc: "Takes the configuration of the detached zone below this path." },
      { flag: "-X", doc: "Reads the XML file of this zone again.", platforms: ["smartos"] },
    ],
  },
  {
    name: "delete",
    synopsis: ["delete [-F]"],
    scope: "global",
    doc: "Destroys the configuration at once, without a commit. In a command file `-F` is mandatory. A running zone is never deleted.",
    options: [{ flag: "-F", doc: "Does not ask, and deletes the configuration of an installed zone too." }],
  },
  {
    name: "end",
    synopsis: ["end"],
    scope: "resource",
    doc: "Checks the resource and adds it to the configuration. If something is missing or wrong, the resource stays open.",
    options: [],
  },
  {
    name: "exit",
    synopsis: ["exit [-F]"],
    scope: "both",
    doc: "Ends the session; what was changed is committed. A command file needs none. Within a resource it gives up: nothing is saved.",
    options: [{ flag: "-F", doc: "Leaves even in the middle of a resource, without asking." }],
  },
  {
    name: "export",
    synopsis: ["export [-f FILE]"],
    scope: "both",
    doc: "Prints the configuration as a command file. `bootargs` and other properties of the zone come out without quotes, so that values with blanks cannot be read back.",
    options: [{ flag: "-f", argument: "FILE", doc: "Writes to this file." }],
  },
  {
    name: "help",
    synopsis: ["help [usage | commands | syntax | COMMAND]", "?"],
    scope: "both",
    doc: "Explains a command.",
    options: [],
  },
  {
    name: "info",
    synopsis: ["info [PROPERTY | RESOURCE [PROPERTY=VALUE …]]"],
    scope: "both",
    doc: "Shows the configuration, one property, or the resources that match up to three filters.",
    options: [{ flag: "-a", doc: "Shows defaults too.", platforms: SOLARIS11 }],
  },
  {
    name: "remove",
    synopsis: ["remove [-F] RESOURCE", "remove RESOURCE PROPERTY=VALUE …", "remove PROPERTY VALUE"],
    scope: "both",
    doc: "Removes the one resource that matches up to three filters, or without filters all of its type. Within a resource it removes one value of a property, with no `=` in between: `remove options ro`.",
    options: [
      {
        flag: "-F",
        doc: "Removes several resources without asking; a command file needs it for that. Only SmartOS takes it together with filters.",
      },
    ],
  },
  {
    name: "revert",
    synopsis: ["revert [-F]"],
    scope: "global",
    doc: "Goes back to the configuration that was saved last. In a command file `-F` is mandatory.",
    options: [{ flag: "-F", doc: "Does not ask." }],
  },
  {
    name: "select",
    synopsis: ["select RESOURCE PROPERTY=VALUE …"],
    scope: "global",
    doc: "Opens an existing resource, to be changed up to `end`. Up to three filters must match exactly one; dedicated-cpu, capped-cpu and capped-memory need none.",
    options: [],
  },
  {
    name: "set",
    synopsis: ["set PROPERTY=VALUE"],
    scope: "both",
    doc: "Gives a property a value; a list is replaced as a whole. Outside of a resource it takes the properties of the zone, within one those of the resource. Values with blanks, `;`, `=` or brackets need double quotes.",
    options: [
      {
        flag: "-F",
        doc: "Only before `zonepath`, and only together with the option `-R` of zonecfg: changes the path of an installed zone.",
      },
    ],
  },
  {
    name: "verify",
    synopsis: ["verify"],
    scope: "global",
    doc: "Checks the configuration without saving it: that properties are complete and fit together. What depends on the host, zoneadm(8) checks later.",
    options: [],
  },
  {
    name: "reload",
    synopsis: ["reload"],
    scope: "global",
    doc: "Reads the configuration again, in a session that edits a running zone.",
    platforms: SOLARIS11,
    options: [],
  },
];
