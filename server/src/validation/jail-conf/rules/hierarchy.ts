import {
  type Effective,
  effective,
  namePlace,
  valuePlace,
} from "../../../configuration/jail-conf/effective.ts";
import type { ResolvedJail, ResolvedParameter } from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { ConfigurationContext } from "../topic.ts";
import { distinct } from "./distinct.ts";

export const hierarchyRules: readonly Rule[] = [
  {
    code: "jail/exceeds-parent",
    severity: "warning",
    title: "A jail asks for more than its parent has",
    explanation:
      "A jail in a jail cannot be freer than the one around it. The kernel refuses to create it, with nothing but a permission error, if its `securelevel` or `enforce_statfs` is below that of the parent, if its `children.max` is not below that of the parent (0 unless set), or if it has a permission `allow.*` that the parent lacks. The parent does not hand down its settings: what both need must be given to both, for instance by a wildcard.",
    bad: "lab {\n\tpath = /jails/lab;\n\tpersist;\n\tchildren.max = 4;\n\n\tbox {\n\t\tpath = /jails/lab/box;\n\t\tpersist;\n\t\tallow.raw_sockets;\n\t}\n}\n",
    good: "lab {\n\tpath = /jails/lab;\n\tpersist;\n\tchildren.max = 4;\n\tallow.raw_sockets;\n\n\tbox {\n\t\tpath = /jails/lab/box;\n\t\tpersist;\n\t\tallow.raw_sockets;\n\t}\n}\n",
    source: "sys/kern/kern_jail.c",
  },
  {
    code: "jail/child-limit",
    severity: "information",
    title: "A jail in a jail whose `children.max` is 0",
    explanation:
      "`children.max` says how many jails may be made by processes inside a jail, and is 0 unless set. The host may put jails into it all the same, so this configuration starts; but the jail around it cannot start the inner one itself.",
    bad: "lab {\n\tpath = /jails/lab;\n\tpersist;\n\n\tbox {\n\t\tpath = /jails/lab/box;\n\t\tpersist;\n\t}\n}\n",
    good: "lab {\n\tpath = /jails/lab;\n\tpersist;\n\tchildren.max = 1;\n\n\tbox {\n\t\tpath = /jails/lab/box;\n\t\tpersist;\n\t}\n}\n",
    source: "sys/kern/kern_jail.c",
  },
];

interface Compared {
  readonly parent: ResolvedJail;
  readonly fragment: boolean;
  readonly findings: readonly Finding[];
}

/** What came of a jail and its parent; neither changes. */
const compared = new WeakMap<ResolvedJail, Compared>();

/** Compares the jails that are named as part of another one with that. */
export function hierarchy(context: ConfigurationContext): Iterable<Finding> {
  return distinct(compareAll(context));
}

function* compareAll({ index, fragment }: ConfigurationContext): Generator<Finding> {
  for (const jail of index.nested) {
    const [parent] = index.named(jail.name.slice(0, jail.name.lastIndexOf(".")));
    if (!parent) continue;
    let known = compared.get(jail);
    if (known?.parent !== parent || known.fragment !== fragment) {
      known = { parent, fragment, findings: [...compare(jail, parent, fragment)] };
      compared.set(jail, known);
    }
    yield* known.findings;
  }
}

/** In a fragment only what is said here counts: the parent may get more from elsewhere. */
function* compare(jail: ResolvedJail, parent: ResolvedJail, fragment: boolean): Generator<Finding> {
  const inner = effective(jail);
  const outer = effective(parent);
  const told = (name: string) => outer.has(name) || (!fragment && outer.isWhole);

  for (const name of ["securelevel", "enforce_statfs"]) {
    const parameter = inner.get(name);
    const own = inner.integer(name);
    const limit = told(name) ? outer.integer(name) : undefined;
    if (parameter && own !== undefined && limit !== undefined && own < limit)
      yield* exceeds(
        parameter,
        name,
        outer,
        `\`${name}\` of a jail must not be below that of the jail around it: ${limit}.`,
      );
  }
  for (const [name, parameter] of inner.entries) {
    if (!name.startsWith("allow.") || name === "allow.dying" || !told(name)) continue;
    if (inner.boolean(name) === true && outer.boolean(name) === false)
      yield* exceeds(
        parameter,
        name,
        outer,
        `\`${name}\` cannot be had: the jail around this one does not have it.`,
      );
  }
  yield* compareLimit(jail, inner, outer, told("children.max"));
}

function* compareLimit(
  jail: ResolvedJail,
  inner: Effective,
  outer: Effective,
  told: boolean,
): Generator<Finding> {
  const name = "children.max";
  const limit = told ? outer.integer(name) : undefined;
  if (limit === undefined) return;
  const parameter = inner.get(name);
  const own = parameter && inner.integer(name);
  if (parameter && own !== undefined && own >= limit)
    yield* exceeds(
      parameter,
      name,
      outer,
      `\`${name}\` of a jail must be below that of the jail around it: ${limit}.`,
    );
  else if (limit === 0) {
    const origin = outer.get(name) && valuePlace(outer.get(name) as ResolvedParameter);
    yield {
      code: "jail/child-limit",
      origin: jail.block.origin,
      message: "Only the host can start this jail: `children.max` of the jail around it is 0.",
      ...(origin && { related: [{ origin, message: "The limit is set here." }] }),
    };
  }
}

function* exceeds(
  parameter: ResolvedParameter,
  name: string,
  outer: Effective,
  message: string,
): Generator<Finding> {
  const origin = valuePlace(parameter);
  if (!origin) return;
  const limit = outer.get(name);
  const other = limit && namePlace(limit);
  yield {
    code: "jail/exceeds-parent",
    origin,
    message,
    ...(other && { related: [{ origin: other, message: "The jail around this one has it from here." }] }),
  };
}
