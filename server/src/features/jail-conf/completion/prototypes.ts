import { existsIn, parameters } from "../../../catalog/jail-conf/lookup.ts";
import { parameterMarkdown, signature } from "../../../catalog/jail-conf/markdown.ts";
import { isList, type Parameter } from "../../../catalog/jail-conf/parameter.ts";
import type { Release } from "../../../configuration/jail-conf/types.ts";
import { choice, escapeSnippet } from "../../snippets.ts";
import { knownValues } from "../valueMeanings.ts";

/** What is the same in every completion of a parameter's name; made once. */
export interface Prototype {
  readonly parameter: Parameter;
  readonly label: string;
  /** The `no` form. */
  readonly negated: boolean;
  readonly detail: string;
  readonly documentation: string;
  readonly sortText: string;
  readonly filterText: string;
  /** The whole statement as a snippet. */
  readonly snippet: string;
  /** The statement that adds to a list. */
  readonly appending: string | undefined;
  /** The name alone, as a snippet. */
  readonly name: string;
  /** Values can be offered once the name is there. */
  readonly again: boolean;
}

/** What most jails have, in the order in which it is usually written. */
const COMMON = [
  "path",
  "host.hostname",
  "ip4.addr",
  "ip6.addr",
  "exec.start",
  "exec.stop",
  "mount.devfs",
  "exec.clean",
  "persist",
  "vnet",
  "vnet.interface",
  "interface",
  "devfs_ruleset",
  "depend",
  "exec.consolelog",
  "allow.raw_sockets",
  "allow.mount",
  "enforce_statfs",
  "mount.fstab",
  "mount",
  "exec.prestart",
  "exec.created",
  "exec.poststart",
  "exec.prestop",
  "exec.poststop",
  "children.max",
  "sysvshm",
  "ip4",
  "ip6",
];
const COMMON_RANK = new Map(COMMON.map((name, index) => [name, `a${String(index).padStart(2, "0")}`]));

const made = new Map<Release, readonly Prototype[]>();

/** The names that a release knows and that can be set. */
export function prototypes(release: Release): readonly Prototype[] {
  let known = made.get(release);
  if (!known) {
    known = parameters
      .filter((p) => p.change !== "read-only" && existsIn(p, release) !== "no")
      .flatMap((p) => (p.negation ? [prototype(p), negation(p, p.negation)] : [prototype(p)]));
    made.set(release, known);
  }
  return known;
}

function prototype(parameter: Parameter): Prototype {
  const family = parameter.name.endsWith(".*");
  const label = family ? `${parameter.name.slice(0, -1)}KEY` : parameter.name;
  const name = family ? `${parameter.name.slice(0, -1)}\${1:KEY}` : parameter.name;
  return {
    parameter,
    label,
    negated: false,
    detail: signature(parameter),
    documentation: parameterMarkdown(parameter),
    sortText: rank(parameter) + parameter.name,
    filterText: label,
    snippet: family ? `${name} = "$2";` : statement(parameter, "="),
    appending: isList(parameter) ? statement(parameter, "+=") : undefined,
    name,
    again: AGAIN.has(parameter.name),
  };
}

function negation(parameter: Parameter, label: string): Prototype {
  const positive = prototype(parameter);
  return {
    ...positive,
    label,
    negated: true,
    detail: `sets ${parameter.name} to false · ${positive.detail}`,
    sortText: `${rank(parameter)}${parameter.name}~`,
    filterText: label,
    snippet: `${label};`,
    name: label,
  };
}

function rank(parameter: Parameter): string {
  if (parameter.deprecated || parameter.synonymOf) return "z";
  const common = COMMON_RANK.get(parameter.name);
  if (common) return common;
  return parameter.group === "allow" ? "b" : "c";
}

/** Parameters whose values depend on the rest of the configuration. */
const AGAIN = new Set(["depend", "interface", "vnet.interface"]);

/** A whole statement with tab stops for its values. */
function statement(parameter: Parameter, operator: "=" | "+="): string {
  const value = valueSnippet(parameter);
  return value === undefined ? `${parameter.name};` : `${parameter.name} ${operator} ${value};`;
}

function valueSnippet(parameter: Parameter): string | undefined {
  const known = knownValues(parameter.name)[0];
  switch (parameter.type) {
    case "boolean":
      return undefined;
    case "jailsys":
      return choice([...(parameter.values ?? [])].sort((a, b) => WORDS.indexOf(a) - WORDS.indexOf(b)));
    case "integer":
    case "unsigned":
      if (parameter.name === "devfs_ruleset") return `\${1:4}`;
      return parameter.values ? choice(parameter.values) : "$1";
    case "fstab-list":
      return `"\${1:/source} \${2:/jails/\\$name/target} \${3:nullfs} \${4:rw} 0 0"`;
    default:
      if (parameter.name === "depend") return "$1";
      return known && parameter.type === "command-list" ? `"\${1:${escapeSnippet(known.text)}}"` : '"$1"';
  }
}

const WORDS = ["new", "inherit", "disable"];
