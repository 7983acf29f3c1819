import { readdirectory, stat } from "../host/filesystem/entries.ts";
import type { Host } from "../host/host.ts";
import type { Process } from "../host/process/types.ts";
import { BUILTINS } from "../host/shell/builtins.ts";
import { findProgram } from "../host/shell/programs.ts";
import { optionsBehind, verbsBehind } from "./usage.ts";

/**
 * What Tab does at the prompt of a simulated shell: programs in the place of a command; behind one its subcommands and
 * options, names of containers, and files.
 */

export interface Completion {
  /** Where the word begins in the text. */
  readonly from: number;
  readonly words: readonly string[];
}

/** More proposals are of no use. */
const MOST = 500;

/** Words behind which another command begins. */
const BEGINNERS: ReadonlySet<string> = new Set(["do", "then", "else", "if", "time", "exec", "!", "{"]);

/** Programs that take the name of a jail or zone, and those that take it behind `-z` alone. */
const NAMING: ReadonlySet<string> = new Set(["jail", "jexec", "jls", "zlogin"]);
const NAMING_BY_OPTION: ReadonlySet<string> = new Set([
  "zoneadm",
  "zonecfg",
  "svcs",
  "svcadm",
  "ps",
  "prstat",
]);

/**
 * @param text the line up to the cursor
 * @param containers names of jails or zones that can be named there
 */
export function complete(
  host: Host,
  process: Process,
  text: string,
  containers: readonly string[] = [],
): Completion {
  const from = /[^\s;|&()<>]*$/.exec(text)?.index ?? text.length;
  const word = text.slice(from);
  const before = text.slice(0, from).trimEnd();
  const last = /\S*$/.exec(before)?.[0] ?? "";
  const isCommand = before === "" || /[;|&(]$/.test(before) || BEGINNERS.has(last);
  if (word.startsWith("$")) return { from, words: variables(process, word) };
  if (isCommand && !word.includes("/")) return { from, words: programs(host, process, word) };
  const words = (/[^;|&()]*$/.exec(before)?.[0] ?? "").trim().split(/\s+/);
  while (words.length > 1 && BEGINNERS.has(words[0] ?? "")) words.shift();
  const [program = ""] = words;
  const starting = (all: readonly string[]) =>
    all.filter((one) => one.startsWith(word)).map((one) => `${one} `);
  if (word.startsWith("-")) return { from, words: starting(optionsBehind(host, process, words)) };
  const isNamed = NAMING.has(program) || (last === "-z" && NAMING_BY_OPTION.has(program));
  const named = isNamed ? starting(containers) : [];
  const verbs = last === "-z" || word.includes("/") ? [] : starting(verbsBehind(host, process, words));
  const known = [...named, ...verbs];
  const files = word === "" && known.length > 0 ? [] : paths(host, process, word, isCommand);
  return { from, words: [...known, ...files] };
}

function variables(process: Process, word: string): string[] {
  const name = word.replace(/^\$\{?/, "");
  const mark = word.slice(0, word.length - name.length);
  return Object.keys(process.environment)
    .filter((known) => known.startsWith(name))
    .sort()
    .map((known) => mark + known + (mark.endsWith("{") ? "}" : ""));
}

/** Builtins of the shell, and the programs that are really there. */
function programs(host: Host, process: Process, word: string): string[] {
  const { kernel } = host;
  const path = process.environment["PATH"] ?? kernel.shell.path;
  const modelled = kernel.shell
    .programs()
    .flatMap(([, commands]) => commands.map(({ name }) => name))
    .filter((name) => name.startsWith(word) && findProgram(host, process, name, path).kind === "modelled");
  const builtins = Object.keys(BUILTINS).filter((name) => name.startsWith(word));
  return [...new Set([...builtins, ...modelled])]
    .sort()
    .slice(0, MOST)
    .map((name) => `${name} `);
}

function paths(host: Host, process: Process, word: string, onlyPrograms: boolean): string[] {
  const slash = word.lastIndexOf("/") + 1;
  const directory = word.slice(0, slash);
  const name = word.slice(slash);
  const home = process.environment["HOME"] ?? "/";
  const real = directory.replace(/^~(?=\/)/, home);
  const listed = readdirectory(host, process, real === "" ? "." : real);
  if (!listed.ok) return [];
  return listed.value
    .map((entry) => entry.name)
    .filter(
      (entry) =>
        entry.startsWith(name) && entry !== "." && entry !== ".." && (name !== "" || !entry.startsWith(".")),
    )
    .sort()
    .slice(0, MOST)
    .flatMap((entry) => {
      const found = stat(host, process, `${real}${entry}`);
      const isDirectory = found.ok && found.value.node.kind === "directory";
      if (onlyPrograms && !isDirectory && !(found.ok && (found.value.node.mode & 0o111) !== 0)) return [];
      return [`${directory}${entry}${isDirectory ? "/" : " "}`];
    });
}
