import type { ResolvedJail, ResolvedValue } from "../../../configuration/jail-conf/types.ts";
import { isWildcardName } from "../../../configuration/jail-conf/wildcard.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { ConfigurationContext, Topic } from "../topic.ts";
import { cycles } from "./cycles.ts";
import { isIncomplete, near, quoted } from "./walk.ts";

const STATE = "usr.sbin/jail/state.c";

const rules: readonly Rule[] = [
  {
    code: "jail/unknown-dependency",
    severity: "error",
    title: "`depend` names a jail that does not exist",
    explanation:
      "`depend` takes the full names of blocks in the same configuration, with the names of the blocks around them (`outer.inner`). A jail with an unknown one is not started. In a file that another may include this is a warning: the jail may be there. rc.d/jail reads a file of its own for one jail alone, and then other files are not seen.",
    bad: "web {\n\tpersist;\n\tdepend = db;\n}\n",
    good: "web {\n\tpersist;\n\tdepend = db;\n}\ndb {\n\tpersist;\n}\n",
    source: STATE,
  },
  {
    code: "jail/dependency-cycle",
    severity: "error",
    title: "Jails wait for each other",
    explanation:
      "A jail is started when all that it depends on have been started. Jails that depend on each other, or on themselves, are never started. A jail within another depends on the outer one without `depend`.",
    bad: "web {\n\tpersist;\n\tdepend = db;\n}\ndb {\n\tpersist;\n\tdepend = web;\n}\n",
    good: "web {\n\tpersist;\n\tdepend = db, cache;\n}\ndb {\n\tpersist;\n}\ncache {\n\tpersist;\n\tdepend = db;\n}\n",
    source: STATE,
  },
  {
    code: "jail/wildcard-dependency",
    severity: "error",
    title: "`depend` names a wildcard",
    explanation:
      "`depend` takes the names of single jails. A wildcard is no jail, so the jail is not started.",
    bad: '"db.*" {\n\tpersist;\n}\nweb {\n\tpersist;\n\tdepend = "db.*";\n}\n',
    good: "db {\n\tpersist;\n}\nweb {\n\tpersist;\n\tdepend = db;\n}\n",
    source: STATE,
  },
];

/** The order in which jails wait for each other. */
export const dependencies: Topic = {
  rules,
  *configuration(context) {
    const { index } = context;
    const version = index.dependencyVersion;
    if (sound.get(index) === version) return;
    let found = 0;
    for (const finding of judge(context)) {
      found++;
      yield finding;
    }
    if (found === 0) sound.set(index, version);
  },
};

/** The version of the dependencies in which nothing was wrong: the graph is not walked again for every key. */
const sound = new WeakMap<ConfigurationContext["index"], number>();

function* judge(context: ConfigurationContext): Generator<Finding> {
  const { index } = context;
  const needs = new Map<ResolvedJail, readonly Need[]>();
  const seen = new Set<unknown>();
  let unknown = 0;
  for (const jail of context.configuration.jails) {
    const wanted = wantedBy(jail);
    if (wanted.length === 0) continue;
    const found: Need[] = [];
    for (const { name, value } of wanted) {
      const [target] = index.named(name);
      if (target) found.push({ target, value });
      else if (value && !seen.has(value.node)) {
        // A default with an unknown name is one mistake, however many jails inherit it.
        if (value.substitutions.length === 0) seen.add(value.node);
        const finding = missing(jail, name, value, context, unknown++ < MOST_GUESSES);
        if (finding) yield finding;
      }
    }
    if (found.length > 0) needs.set(jail, found);
  }
  if (needs.size > 0) yield* loops(needs);
}

/** Guessing what was meant looks at all jails. */
const MOST_GUESSES = 5;

interface Wanted {
  readonly name: string;
  /** `undefined` for the jail around this one, which is needed without being named. */
  readonly value: ResolvedValue | undefined;
}

interface Need {
  readonly target: ResolvedJail;
  readonly value: ResolvedValue | undefined;
}

const wants = new WeakMap<ResolvedJail, readonly Wanted[]>();
const NOTHING: readonly Wanted[] = [];

function wantedBy(jail: ResolvedJail): readonly Wanted[] {
  let wanted = wants.get(jail);
  if (!wanted) {
    const found: Wanted[] = [];
    const dot = jail.name.lastIndexOf(".");
    if (dot > 0) found.push({ name: jail.name.slice(0, dot), value: undefined });
    for (const value of jail.find("depend")?.values ?? [])
      if (!isIncomplete(value)) found.push({ name: value.text, value });
    wanted = found.length > 0 ? found : NOTHING;
    wants.set(jail, wanted);
  }
  return wanted;
}

function missing(
  jail: ResolvedJail,
  name: string,
  value: ResolvedValue,
  { configuration, index, fragment }: ConfigurationContext,
  guess: boolean,
): Finding | undefined {
  const { origin } = value;
  if (!origin) return undefined;
  if (isWildcardName(name))
    return {
      code: "jail/wildcard-dependency",
      origin,
      message: `${quoted(name)} is a wildcard: \`depend\` takes the names of single jails.`,
    };
  const code = "jail/unknown-dependency";
  const severity = fragment ? ({ severity: "warning" } as const) : {};
  const full = fullName(jail, name, index);
  const meant =
    full ??
    (guess
      ? near(
          name,
          configuration.jails.map((other) => other.name),
        )
      : undefined);
  if (meant !== undefined)
    return {
      code,
      ...severity,
      origin,
      message: full
        ? `There is no jail ${quoted(name)}: the full name is \`${full}\`.`
        : `There is no jail ${quoted(name)}: did you mean \`${meant}\`?`,
      ...(value.substitutions.length === 0 && {
        replacement: /^[\w.-]+$/.test(meant) ? meant : `"${meant}"`,
      }),
    };
  return {
    code,
    ...severity,
    origin,
    message: fragment
      ? `There is no jail ${quoted(name)} in this file: an including file has to bring it.`
      : `There is no jail ${quoted(name)} in this configuration.`,
  };
}

/** The name with those of the blocks around the jail before it, if there is such a jail. */
function fullName(
  jail: ResolvedJail,
  name: string,
  index: ConfigurationContext["index"],
): string | undefined {
  for (let dot = jail.name.lastIndexOf("."); dot > 0; dot = jail.name.lastIndexOf(".", dot - 1)) {
    const full = `${jail.name.slice(0, dot)}.${name}`;
    if (index.named(full).length > 0) return full;
  }
  return undefined;
}

function* loops(needs: ReadonlyMap<ResolvedJail, readonly Need[]>): Generator<Finding> {
  const targets = (jail: ResolvedJail) => (needs.get(jail) ?? []).map((need) => need.target);
  for (const members of cycles(needs.keys(), targets)) {
    const inside = new Set(members);
    const message = describe(members, inside, targets);
    for (const jail of members)
      for (const { target, value } of needs.get(jail) ?? []) {
        if (!value?.origin || !inside.has(target)) continue;
        yield {
          code: "jail/dependency-cycle",
          origin: value.origin,
          message: target === jail ? `\`${jail.name}\` depends on itself, so it is never started.` : message,
        };
      }
  }
}

/** Follows the first way through a cycle until it closes. */
function describe(
  members: readonly ResolvedJail[],
  inside: ReadonlySet<ResolvedJail>,
  targets: (jail: ResolvedJail) => readonly ResolvedJail[],
): string {
  const path: ResolvedJail[] = [];
  const places = new Map<ResolvedJail, number>();
  for (let jail = members[0]; jail && !places.has(jail); ) {
    places.set(jail, path.length);
    path.push(jail);
    const next: ResolvedJail | undefined = targets(jail).find((target) => inside.has(target));
    if (!next || places.has(next)) {
      path.splice(0, (next && places.get(next)) ?? 0);
      break;
    }
    jail = next;
  }
  const names = path.map((jail) => `\`${jail.name}\``);
  const shown = names.length > 6 ? [...names.slice(0, 4), "...", names.at(-1)] : names;
  return `These jails wait for each other and are never started: ${[...shown, names[0]].join(" → ")}.`;
}
