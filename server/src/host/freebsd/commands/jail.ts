import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import type { Cause } from "../../decision.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import type { DefinedParameter, JailDefinition } from "../jail8/definition.ts";
import { exhibit } from "../jail8/exhibit.ts";
import { createJails, type JailReport, modifyJails, removeJails, restartJails } from "../jail8/operations.ts";
import { runningJail } from "../jail8/run.ts";
import { since } from "../release.ts";

/** jail(8) with the parameters of one jail on its command line, or with names of configured and of running jails. */
export const jail: Command = {
  name: "jail",
  path: "/usr/sbin/jail",
  summary: "create, change and remove jails",
  run(context) {
    const parsed = parse(context.args);
    if ("error" in parsed) return failed(parsed.error);
    const { verbs, words, parallel } = parsed;
    const options = { caller: context.process, parallel };
    const known = configuredFor(context);
    if (parsed.separator !== undefined) {
      if (verbs.size > 0 || words.length > 0) return failed(USAGE);
      return known.length > 0 ? done(exhibit(known, parsed.separator)) : failed(NO_FILE);
    }
    if (verbs.has("C") && !since(context.host, 15)) return failed(`jail: illegal option -- C\n${USAGE}`);
    if (verbs.has("r") || verbs.has("R")) {
      if (!verbs.has("c"))
        return result(
          context,
          (definitions) =>
            removeJails(context.host, definitions, {
              ...options,
              names: words,
              ...(verbs.has("R") && { bare: true }),
              cleanUp: verbs.has("C") && !verbs.has("R"),
            }),
          known,
          parsed,
        );
    }
    if (words.every((word) => !word.includes("="))) {
      if (known.length === 0) return failed(words[0] ? `jail: "${words[0]}" not found\n` : NO_FILE);
      const names = words.length > 0 ? { names: words } : {};
      const operation = verbs.has("r") ? restartJails : verbs.has("m") ? modifyJails : createJails;
      return result(
        context,
        (definitions) => operation(context.host, definitions, { ...options, ...names }),
        known,
        parsed,
      );
    }
    const definition = definitionOf(words);
    const exists =
      runningJail(context.host, context.process, jidOf(definition), definition.name) !== undefined;
    const operation =
      verbs.has("r") && exists
        ? restartJails
        : exists && verbs.has("m")
          ? modifyJails
          : verbs.has("c") || exists
            ? createJails
            : modifyJails;
    return result(
      context,
      (definitions) => operation(context.host, definitions, { ...options, names: [definition.name] }),
      [definition],
      parsed,
    );
  },
};

/** The jails of /etc/jail.conf: that of the host is the one that the model knows. */
function configuredFor({ host, process }: CommandContext): readonly JailDefinition[] {
  return process.credential.container === 0 ? host.configured : [];
}

const NO_FILE = "jail: /etc/jail.conf: No such file or directory\n";

interface Parsed {
  readonly verbs: ReadonlySet<string>;
  readonly words: readonly string[];
  readonly parallel: number;
  readonly quiet: boolean;
  readonly onlyJid: boolean;
  /** Of `-e`. */
  readonly separator: string | undefined;
}

const USAGE =
  "usage: jail [-dhilqv] [-J jid_file] [-u username] [-U username]\n       jail [-dqv] [-f file] -[cmr] [jail]\n";

function parse(args: readonly string[]): Parsed | { error: string } {
  const verbs = new Set<string>();
  let parallel = 0;
  let quiet = false;
  let onlyJid = false;
  let separator: string | undefined;
  const todo = [...args];
  while (todo[0]?.startsWith("-") && todo[0] !== "-") {
    const word = todo.shift() as string;
    for (let at = 1; at < word.length; at++) {
      const flag = word[at] as string;
      if ("cmrRC".includes(flag)) verbs.add(flag);
      else if (flag === "q") quiet = true;
      else if (flag === "i") onlyJid = true;
      else if ("dhlv".includes(flag)) continue;
      else if ("fpJnsuUe".includes(flag)) {
        const value = word.slice(at + 1) || (todo.shift() ?? "");
        if (flag === "p") parallel = Number(value) || 0;
        if (flag === "e") separator = value;
        break;
      } else return { error: `jail: illegal option -- ${flag}\n${USAGE}` };
    }
  }
  const isAction = [...verbs].some((verb) => verb !== "C");
  if (!isAction && separator === undefined) return { error: USAGE };
  return { verbs, words: todo, parallel, quiet, onlyJid, separator };
}

/** The parameters of a command line. Lists grow with each mention; `command=` takes the rest of the line. */
function definitionOf(words: readonly string[]): JailDefinition {
  const parameters = new Map<string, DefinedParameter>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const cut = word.indexOf("=");
    const name = (cut < 0 ? word : word.slice(0, cut)).replace(/\+$/, "");
    const cause: Cause = { what: word, from: "configuration" };
    const value = cut < 0 ? undefined : word.slice(cut + 1);
    const values =
      value === undefined
        ? []
        : name === "command"
          ? [[value, ...words.slice(i + 1)].join(" ")]
          : SPLIT.has(name)
            ? value.split(",")
            : [value];
    const named = findParameter(name);
    const plain = named && named.key === undefined ? named.parameter.name : name;
    const before = named?.parameter.type.endsWith("-list") ? (parameters.get(plain)?.values ?? []) : [];
    parameters.set(plain, {
      name,
      plain,
      negated: named?.negated ?? false,
      values: [...before, ...values.map((text) => ({ text, cause }))],
      cause,
    });
    if (name === "command") break;
  }
  const name = text(parameters, "name") ?? text(parameters, "jid") ?? "";
  return {
    name,
    parameters: [...parameters.values()],
    failures: [],
    cause: { what: "the command line", from: "configuration" },
  };
}

const SPLIT: ReadonlySet<string> = new Set(["ip4.addr", "ip6.addr", "vnet.interface", "zfs.dataset"]);

function text(parameters: ReadonlyMap<string, DefinedParameter>, name: string): string | undefined {
  return parameters.get(name)?.values.at(-1)?.text;
}

function jidOf({ parameters }: JailDefinition): number | undefined {
  const value = parameters.find(({ plain }) => plain === "jid")?.values.at(-1)?.text;
  return value === undefined ? undefined : Number(value);
}

function result(
  { host }: CommandContext,
  work: (definitions: readonly JailDefinition[]) => JailReport,
  definitions: readonly JailDefinition[],
  { quiet, onlyJid }: Parsed,
): CommandResult {
  const before = host.events.length;
  const began = host.now;
  const { status, stdout, stderr, jails } = work(definitions);
  const refusals = host.events
    .slice(before)
    .flatMap(({ outcome, errno, message, causes }) =>
      outcome === "failed" && errno
        ? [{ verdict: "deny" as const, errno, rule: "jail", reason: message, causes }]
        : [],
    );
  const jids = jails.flatMap(({ jid }) => (jid === null ? [] : [`${jid}\n`])).join("");
  return {
    status,
    stdout: onlyJid ? jids : quiet ? "" : stdout,
    stderr,
    decisions: refusals,
    milliseconds: host.now - began,
  };
}
