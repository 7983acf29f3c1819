import { block, shared, table } from "./example.ts";

const LEXER = "usr/src/cmd/zonecfg/zonecfg_lex.l";
const GRAMMAR = "usr/src/cmd/zonecfg/zonecfg_grammar.y";

const rctl = (value: string) => block("rctl", "set name=zone.max-lwps", `add value ${value}`);
const GOOD_RCTL = shared(rctl("(priv=privileged,limit=2000,action=deny)"));
const fs = (...lines: readonly string[]) =>
  shared(block("fs", "set dir=/data", "set special=/tank/web", "set type=lofs", ...lines));
const TWO = shared(
  block("attr", "set name=a", "set type=string", "set value=x"),
  block("attr", "set name=b", "set type=string", "set value=y"),
  "remove attr name=a",
);

/** What zonecfg cannot read: at the first such line it stops reading the file. */
export const syntaxRules = table("syntax", {
  "unknown-command": {
    title: "Not a command",
    why: "A line begins with one of the commands, in full and in small letters. zonecfg takes anything else character by character, and stops at the first.",
    bad: shared("SET autoboot=true"),
    good: shared("set autoboot=true"),
    source: LEXER,
  },
  "unknown-word": {
    title: "Not a property or resource type",
    why: "The words are fixed, and some exist on some platforms only. An unknown property is an error of syntax: the file stops there.",
    bad: shared("set auto-boot=true"),
    good: shared("set autoboot=true"),
    source: LEXER,
  },
  "missing-argument": {
    title: "The command lacks what it is about",
    why: "zonecfg shows the usage of the command, and a file stops there. `select` finds a resource by a filter, but for those that a zone has once.",
    bad: shared("select fs", "end"),
    good: shared(
      block("fs", "set dir=/data", "set special=/tank/web", "set type=lofs"),
      "select fs dir=/data",
      "end",
    ),
    source: GRAMMAR,
  },
  "no-value": {
    title: "A value is missing",
    why: 'A value must follow. An empty one is written `""`.',
    bad: shared("set bootargs="),
    good: shared('set bootargs=""'),
    source: GRAMMAR,
  },
  "missing-equals": {
    title: "`=` is missing",
    why: "`set` and the filters of `select`, `remove` and `info` take `property=value`; only `add` and `remove` of a property go without `=`.",
    bad: shared("set autoboot true"),
    good: shared("set autoboot=true"),
    source: GRAMMAR,
  },
  "stray-equals": {
    title: "`=` where none belongs",
    why: "`add` and `remove` of a property take the value without `=`, and a filter needs the resource type before it.",
    bad: fs("add options=ro"),
    good: fs("add options ro"),
    source: GRAMMAR,
  },
  "missing-comma": {
    title: "`,` is missing",
    why: "Elements of lists and of `(…)` are separated by commas. One with blanks in it must be in double quotes.",
    bad: fs("add options [ro nodevices]"),
    good: fs("add options [ro,nodevices]"),
    source: GRAMMAR,
  },
  "stray-comma": {
    title: "A comma too many",
    why: "Before and behind each comma there must be an element.",
    bad: fs("add options [ro,]"),
    good: fs("add options [ro]"),
    source: GRAMMAR,
  },
  "stray-bracket": {
    title: "A bracket that belongs to nothing",
    why: "Brackets enclose lists and tuples. Text with brackets in it must be in double quotes.",
    bad: shared("verify ]"),
    good: shared("verify"),
    source: LEXER,
  },
  "extra-word": {
    title: "More words than the command takes",
    why: "Words beyond those that the grammar knows are errors of syntax. `add` takes the type of a resource alone: its properties follow in commands of their own.",
    bad: shared("commit now please"),
    good: shared("commit"),
    source: GRAMMAR,
  },
  "misplaced-word": {
    title: "A keyword that cannot stand here",
    why: "Names of properties and resources are keywords: where the grammar wants a plain word they must be in double quotes. `info` shows properties of the zone and whole resources only.",
    bad: shared("commit", "export -f name"),
    good: shared("commit", 'export -f "name"'),
    source: GRAMMAR,
  },
  "too-many-filters": {
    title: "More than three filters",
    why: "`select`, `remove` and `info` take at most three `property=value`.",
    bad: fs("end", "select fs dir=/data special=/tank/web type=lofs raw=/x"),
    good: fs("end", "select fs dir=/data special=/tank/web type=lofs").replace("end\nend", "end"),
    source: GRAMMAR,
  },
  "value-needs-quotes": {
    title: "A value must be in double quotes",
    why: "Values with blanks, `=`, brackets or `;` in them must be in double quotes. There is no other way to write them: no single quotes, no backslash.",
    bad: shared("set bootargs=-m verbose"),
    good: shared('set bootargs="-m verbose"'),
    source: LEXER,
  },
  "unclosed-quote": {
    title: "A quote is not closed",
    why: "A quoted value ends on its line. Without its quote zonecfg takes the line end into the value and reads on in the next line, which mostly ends in an error there. If it does not, the value has a line end in it.",
    bad: shared('set pool="web', "set autoboot=true"),
    good: shared('set pool="web"', "set autoboot=true"),
    source: LEXER,
  },
  "unclosed-list": {
    title: "A list is not closed",
    why: "A list ends on its line: line ends and `;` end the command, also within brackets.",
    bad: fs("add options [ro,"),
    good: fs("add options [ro,nodevices]"),
    source: LEXER,
  },
  "unclosed-complex": {
    title: "`(` is not closed",
    why: "What is in `( )` ends on its line: line ends and `;` end the command, also within brackets.",
    bad: shared(rctl("(priv=privileged,limit=2000,action=deny")),
    good: GOOD_RCTL,
    source: LEXER,
  },
  "empty-list": {
    title: "An empty list",
    why: "Only `set` takes `[]`: it takes away all that the property has.",
    bad: fs("add options []"),
    good: fs("set options=[]"),
    source: GRAMMAR,
  },
  "list-in-list": {
    title: "A list in a list",
    why: "Elements of a list are texts and tuples.",
    bad: fs("add options [ro,[nodevices]]"),
    good: fs("add options [ro,nodevices]"),
    source: GRAMMAR,
  },
  "nested-complex": {
    title: "Brackets within brackets",
    why: "The values in `( )` are plain texts.",
    bad: shared(rctl("(priv=(privileged),limit=2000,action=deny)")),
    good: GOOD_RCTL,
    source: GRAMMAR,
  },
  "quoted-in-complex": {
    title: "Quotes within round brackets",
    why: "illumos and Solaris 10 know no quotes within `( )`; OmniOS and SmartOS do. Where the platform is known, this is an error; values that need quotes cannot be written there.",
    bad: shared(rctl('(priv=privileged,limit="2000",action=deny)')),
    good: GOOD_RCTL,
    source: LEXER,
  },
  "comment-behind-command": {
    title: "A comment behind a command",
    why: "`#` begins a comment only where a command could begin: on its own line, or behind `;`. Elsewhere it is an ordinary character, and the file stops there.",
    bad: shared("set autoboot=true # at boot"),
    good: shared("# at boot", "set autoboot=true"),
    source: LEXER,
  },
  "carriage-return": {
    title: "Line ends of Windows",
    why: "zonecfg takes the carriage return as part of the last word: `create` gets an argument that it does not know, `set` stores it with the value, and a blank line is an error. Save the file with LF.",
    bad: "create -b\r\n\r\nset zonepath=/zones/web\r\n",
    good: shared("set autoboot=true"),
    source: LEXER,
  },
  transcript: {
    title: "An interactive session, not a command file",
    why: "Prompts (`zonecfg:web>`) and output of zonecfg were copied with the commands. The editor offers to take them out.",
    bad: "zonecfg:web> create -b\nzonecfg:web> set zonepath=/zones/web\n",
    good: "create -b\nset zonepath=/zones/web\n",
    source: LEXER,
  },
  "shell-line": {
    title: "A line for a shell",
    why: "The line is a command for a shell. In a script whose here-documents go to zonecfg these are looked at, and the rest is left alone; a command file holds commands of zonecfg only.",
    bad: `zoneadm list -cv\n${TWO}`,
    good: TWO,
    source: LEXER,
  },
});
