import type { Decision } from "../../decision.ts";
import { chdir } from "../../filesystem/directories.ts";
import { readFile } from "../../filesystem/files.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { done, failed, program } from "../command.ts";
import { groupText, userId, userText } from "../format.ts";
import { isResult, readOptions } from "../options.ts";
import { quoteWords } from "../quote.ts";
import { commandAt } from "../registry.ts";
import { kindOfShell, shellTexts } from "../shellTexts.ts";
import { echoText, printfText } from "./printing.ts";
import { evaluateTest } from "./testing.ts";

/** Shells, users, and the programs that are builtins of the shell as well. */

/** sh(1): `-c line`, a script, or what it reads. A script that is modelled as a whole runs as such: /etc/rc. */
function runSh(context: CommandContext): CommandResult {
  const { host, process, args, script, stdin, terminal } = context;
  const flags: string[] = [];
  const rest = [...args];
  while (/^[-+][a-z]+$/.test(rest[0] ?? "")) flags.push(rest.shift() as string);
  const own = process.args[0] ?? process.command;
  const letters = flags.filter((flag) => flag.startsWith("-")).join("");
  const prologue = letters.includes("e") ? "set -e; " : "";
  if (letters.includes("c")) {
    const [line, name = own, ...parameters] = rest;
    if (line === undefined) return failed("-c requires an argument\n", 2);
    return script(prologue + line, parameters, { name, reads: "line" });
  }
  const [path, ...parameters] = rest;
  if (path === undefined && terminal) return { ...done(), login: { process, name: own, closing: "" } };
  if (path === undefined) return script(prologue + stdin, [], { name: own, reads: "script" });
  const text = readFile(host, process, path);
  // A script is read and not executed, so that it need not be executable.
  const modelled = commandAt(host.kernel, path);
  if (text.ok && modelled && text.value === "") return modelled.run({ ...context, args: parameters });
  if (text.ok) return script(prologue + text.value, parameters, { name: path, reads: "script" });
  const { sh, strerror } = host.kernel.shell;
  const kind = kindOfShell(process.command) ?? sh(host, process);
  const who = { name: own, reads: "script", line: 1, inFunction: false } as const;
  return failed(
    `${shellTexts[kind].script(who, path, strerror(text.errno), text.errno)}\n`,
    text.errno === "ENOENT" ? 127 : 126,
    [text.decision],
  );
}

function runEnv({ process, args, exec }: CommandContext): CommandResult {
  const usage =
    "usage: env [-0iv] [-L|-U user[/class]] [-P utilpath] [-S string] [-u name]\n           [name=value ...] [utility [argument ...]]";
  const words = args[0] === "-" ? ["-i", ...args.slice(1)] : args;
  const options = readOptions("env", words, "0iu:", usage, 125);
  if (isResult(options)) return options;
  if (options.has("i")) process.environment = {};
  if (options.values["u"] !== undefined) {
    const { [options.values["u"]]: _, ...others } = process.environment;
    process.environment = others;
  }
  const rest = [...options.rest];
  while (/^[^=]+=/.test(rest[0] ?? "")) {
    const word = rest.shift() as string;
    const cut = word.indexOf("=");
    process.environment = { ...process.environment, [word.slice(0, cut)]: word.slice(cut + 1) };
  }
  if (rest.length > 0) return exec(rest, { prefix: "env: ", status: 127 });
  return done(
    Object.entries(process.environment)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
}

function runChroot({ host, process, args, exec, script, stdin, terminal }: CommandContext): CommandResult {
  const usage = "usage: chroot [-g group] [-G group,group,...] [-u user] [-n] newroot [command]";
  const options = readOptions("chroot", args, "g:G:u:n", usage);
  if (isResult(options)) return options;
  const [path, ...words] = options.rest;
  if (path === undefined) return failed(`${usage}\n`);
  // chroot(8) goes into the directory first, so that nothing above stays open to it.
  const moved = chdir(host, process, path);
  const decisions: Decision[] = [moved.decision];
  if (!moved.ok) return failed(`chroot: ${path}: ${host.kernel.shell.strerror(moved.errno)}\n`, 1, decisions);
  const rooted = host.kernel.files.chroot(host, process, ".");
  decisions.push(rooted.decision);
  if (!rooted.ok)
    return failed(`chroot: ${path}: ${host.kernel.shell.strerror(rooted.errno)}\n`, 1, decisions);
  // Without a command it is a shell, which somebody at a terminal goes on in.
  const program = words.length === 0 && terminal ? ["sh"] : words;
  const result = program.length === 0 ? script(stdin) : exec(program, { prefix: "chroot: ", status: 127 });
  return { ...result, decisions: [...decisions, ...result.decisions] };
}

function runTest({ host, process, args }: CommandContext): CommandResult {
  const result = evaluateTest(host, process, args);
  if (typeof result === "string") return failed(`test: ${result}\n`, 2);
  return { ...done(), status: result ? 0 : 1 };
}

function runBracket(context: CommandContext): CommandResult {
  if (context.args.at(-1) !== "]") return failed("[: missing ]\n", 2);
  return runTest({ ...context, args: context.args.slice(0, -1) });
}

function runPrintf({ args }: CommandContext): CommandResult {
  if (args.length === 0) return failed("usage: printf format [arguments ...]\n");
  const { text, error } = printfText(args, () => undefined);
  return error === undefined ? done(text) : { ...failed(`printf: ${error}\n`), stdout: text };
}

function runId({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: id [user]\n       id -A\n       id -G [-n] [user]\n       id -g [-nr] [user]\n       id -u [-nr] [user]";
  const options = readOptions("id", args, "AGMPacdgnpru", usage);
  if (isResult(options)) return options;
  const [word] = options.rest;
  let { uid, ruid, gid, groups } = process.credential;
  if (word !== undefined) {
    const account = host.state.machine.users.find((user) => user.uid === userId(host, word));
    if (!account) return failed(`id: ${word}: no such user\n`);
    uid = account.uid;
    ruid = account.uid;
    gid = account.gid;
    groups = host.state.machine.groups
      .filter(({ members }) => members.includes(account.name))
      .map((one) => one.gid);
  }
  const all = [...new Set([gid, ...groups])];
  const named = options.has("n");
  if (options.has("u")) {
    const shown = options.has("r") ? ruid : uid;
    return done(`${named ? userText(host, shown) : shown}\n`);
  }
  if (options.has("g")) return done(`${named ? groupText(host, gid) : gid}\n`);
  if (options.has("G")) return done(`${all.map((one) => (named ? groupText(host, one) : one)).join(" ")}\n`);
  const withName = (number: number, name: string): string =>
    name === String(number) ? name : `${number}(${name})`;
  const list = all.map((one) => withName(one, groupText(host, one))).join(",");
  const effective = uid === ruid ? "" : ` euid=${withName(uid, userText(host, uid))}`;
  return done(
    `uid=${withName(ruid, userText(host, ruid))} gid=${withName(gid, groupText(host, gid))}${effective} groups=${list}\n`,
  );
}

/** id(1) under other names. */
function runGroups({ host, process, args, run }: CommandContext): CommandResult {
  const [user] = args;
  if (user !== undefined) return run(quoteWords(["id", "-Gn", user]));
  const { gid, groups } = process.credential;
  return done(`${[...new Set([gid, ...groups])].map((one) => groupText(host, one)).join(" ")}\n`);
}

export const basicCommands: readonly Command[] = [
  program("/bin/sh", "run a line (-c) or a script", runSh),
  program("/usr/bin/env", "show or change the environment", runEnv),
  program("/usr/sbin/chroot", "run a command below another root", runChroot),
  program("/usr/bin/true", "succeed", () => done()),
  program("/usr/bin/false", "fail", () => failed("")),
  program("/bin/echo", "print words", ({ args }) => done(echoText(args))),
  program("/usr/bin/printf", "print by a format", runPrintf),
  program("/bin/test", "compare strings, numbers and files", runTest),
  program("/bin/[", "compare strings, numbers and files", runBracket),
  program("/usr/bin/id", "who the process is", runId),
  program("/usr/bin/whoami", "the name of the user", ({ host, process }) =>
    done(`${userText(host, process.credential.uid)}\n`),
  ),
  program("/usr/bin/groups", "the groups of the process", runGroups),
];
