import { block, exclusive, shared, table } from "./example.ts";

const NET = block("net", "set physical=net0");

/** Commands where they cannot stand. What finds them is the run of the commands (`configuration/zonecfg`). */
export const scopes = table("zone", {
  "outside-resource": {
    title: "A property of a resource outside of it",
    why: "Properties of resources are set between `add` (or `select`) and `end`. In the global scope zonecfg refuses them, and a file stops there.",
    bad: exclusive("set physical=net0"),
    good: exclusive(NET),
  },
  "foreign-property": {
    title: "A property that the resource does not have",
    why: "Between `add` and `end` only properties of that resource can be set, not those of the zone or of another resource.",
    bad: exclusive(block("net", "set physical=net0", "set autoboot=true")),
    good: exclusive(NET, "set autoboot=true"),
  },
  "unknown-resource": {
    title: "An unknown type of resource",
    why: "zonecfg shows its usage and stays in the global scope, so that the properties that follow fail, too.",
    bad: exclusive(block("network", "set physical=net0")),
    good: exclusive(NET),
  },
  "not-in-resource": {
    title: "`end` or `cancel` without an open resource",
    why: "Both close what `add` or `select` has opened. In the global scope they are refused.",
    bad: exclusive("set pool=web", "end"),
    good: exclusive(NET),
  },
  "missing-end": {
    title: "A resource begins inside of another one",
    why: "`end` is missing before it. zonecfg refuses the second `add`, and the file stops.",
    bad: exclusive("add net", "set physical=net0", block("net", "set physical=net1")),
    good: exclusive(NET, block("net", "set physical=net1")),
  },
  "unfinished-resource": {
    title: "The file ends inside of a resource",
    why: "zonecfg says that the resource is incomplete, exits with 1 and saves nothing, also not what came before.",
    bad: exclusive("add net", "set physical=net0"),
    good: exclusive(NET),
  },
  "inside-resource": {
    title: "A command for the zone inside of a resource",
    why: "`commit`, `verify`, `revert`, `delete` and `remove` of a resource fail while a resource is open: `end` it first.",
    bad: exclusive("add net", "set physical=net0", "commit", "end"),
    good: exclusive(NET, "commit"),
  },
  "exit-in-resource": {
    title: "`exit` inside of a resource",
    why: "Without a terminal that could ask back, zonecfg ends at once with 1 and saves nothing.",
    bad: exclusive("add net", "set physical=net0", "exit"),
    good: exclusive(NET, "exit"),
  },
  usage: {
    title: "A word that the command does not take",
    why: "zonecfg shows its usage and does nothing; a file stops there. Behind a command `#` begins no comment but a word.",
    bad: exclusive("add net", "set physical=net0", "end now"),
    good: exclusive(NET),
  },
  "needs-force": {
    title: "A command that asks back, in a file",
    why: "`delete` and `revert` ask before they act. Without a terminal zonecfg cannot ask, and ends at once with 1. `-F` answers in advance.",
    bad: `delete\n${exclusive(NET)}`,
    good: `delete -F\n${exclusive(NET)}`,
  },
  "create-again": {
    title: "A second zone in one file",
    why: "A file configures one zone: the one that `-z` names. A second `create` drops what the first one began, or fails because the zone exists. Write a file for each zone.",
    bad: `${exclusive(NET)}${exclusive(NET)}`,
    good: exclusive(NET),
    severity: "warning",
  },
  "after-exit": {
    title: "Commands behind `exit`",
    why: "zonecfg stops reading at `exit`: what follows is never run.",
    bad: `${exclusive(NET)}exit\nset autoboot=true\n`,
    good: `${exclusive(NET)}set autoboot=true\nexit\n`,
    severity: "warning",
    tag: "unnecessary",
  },
  overwritten: {
    title: "A value that is set again before it matters",
    why: "Only the last `set` of a property counts. Two of them are mostly a line that was forgotten.",
    bad: exclusive("set pool=web", "set pool=db"),
    good: exclusive("set pool=db"),
    severity: "hint",
    tag: "unnecessary",
  },
  cancelled: {
    title: "A resource that is cancelled",
    why: "`cancel` drops the open resource: the lines before it have no effect.",
    bad: exclusive("add net", "set physical=net0", "cancel"),
    good: exclusive(NET),
    severity: "hint",
    tag: "unnecessary",
  },
  "cancel-keeps": {
    title: "`cancel` does not undo everything",
    why: "The limits of `capped-cpu` and `capped-memory` are resource controls, and `set` writes them at once: `cancel` leaves them.",
    bad: shared("add capped-memory", "set swap=1G", "cancel"),
    good: shared(block("capped-memory", "set swap=1G")),
    severity: "warning",
  },
  "export-uncommitted": {
    title: "`export` before the first `commit`",
    why: "`export` takes the brand from the stored file. For a zone that was never committed the line `set brand=` is missing in its output.",
    bad: exclusive("export"),
    good: exclusive("commit", "export"),
    severity: "warning",
  },
  "verify-saves": {
    title: "`verify save` commits",
    why: "A word behind `verify` is ignored, with one exception that is not documented: `save` turns it into `commit`.",
    bad: exclusive("verify save"),
    good: exclusive("verify", "commit"),
    severity: "information",
  },
  "last-command": {
    title: "The last line has no line end",
    why: "zonecfg reads a command when its line end or `;` comes. A last line without one is silently not run, and the exit status tells nothing. If it is an `end`, nothing at all is saved.",
    bad: exclusive("set autoboot=true").trimEnd(),
    good: exclusive("set autoboot=true"),
    severity: "warning",
    source: "usr/src/cmd/zonecfg/zonecfg_grammar.y",
  },
  "foreign-file": {
    title: "Not a command file of zonecfg",
    why: "The file is something else: the stored XML of a zone, or a JSON manifest of vmadm(8). Nothing else is said about it.",
    bad: '<?xml version="1.0"?>\n<zone name="web" zonepath="/zones/web" autoboot="true"/>\n',
    good: exclusive("set autoboot=true"),
    severity: "information",
  },
});
