import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { done } from "../../shell/command.ts";
import { isYes, readRcConf } from "../rc/rcConf.ts";

/**
 * The script jail of rc(8): `service jail start`, with names of jails or without. Failures are printed, and the status is
 * 0 all the same. Jails that are described by variables of rc.conf are not modelled. Source: libexec/rc/rc.d/jail.
 */

/** What `service` is told of the script. */
export const JAIL_SCRIPT = { name: "jail", script: "/etc/rc.d/jail", variable: "jail_enable" } as const;

type Verb = (context: CommandContext, names: readonly string[]) => CommandResult;

/** The verbs of the script itself; `undefined` for another one. */
export function jailVerb(verb: string): Verb | undefined {
  return Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
}

const VERBS: Readonly<Record<string, Verb>> = {
  start: (context, names) => start(context, wanted(context, names)),
  stop: (context, names) => stop(context, wanted(context, names, true)),
  restart(context, names) {
    const stopped = stop(context, wanted(context, names, true));
    const started = start(context, wanted(context, names));
    return { ...started, stdout: stopped.stdout + started.stdout };
  },
  status: ({ run }) => run("jls -N"),
  config: (_, names) =>
    done(names.map((name) => `${plain(name)}: parameters are in /etc/jail.conf.\n`).join("")),
  console: ({ exec }, [name = "", ...command]) =>
    exec(
      ["/usr/sbin/jexec", plain(name), ...(command.length > 0 ? command : ["/usr/bin/login", "-f", "root"])],
      {
        prefix: "/etc/rc.d/jail: ",
        status: 1,
      },
    ),
};

/** The script replaces what cannot be part of its variables. */
function plain(name: string): string {
  return name.replace(/[/.]/g, "_");
}

/** The jails of the command line, else those of `jail_list`; `undefined` for all of the configuration. */
function wanted(
  { host, process }: CommandContext,
  names: readonly string[],
  stopping = false,
): readonly string[] | undefined {
  if (names.length > 0) return names.map(plain);
  const variables = readRcConf(host, process);
  const list = (variables["jail_list"] ?? "").split(/\s+/).filter(Boolean).map(plain);
  if (list.length === 0) return undefined;
  return stopping && isYes(variables["jail_reverse_stop"]) ? list.reverse() : list;
}

function start({ host, process, run }: CommandContext, names: readonly string[] | undefined): CommandResult {
  let stdout = "Starting jails:";
  if (names === undefined) {
    const oneByOne = isYes(readRcConf(host, process)["jail_parallel_start"]) ? "" : " -p1";
    const result = run(`jail -f /etc/jail.conf -c${oneByOne}`);
    stdout +=
      result.status === 0
        ? lines(run("jls name").stdout)
            .map((name) => ` ${name}`)
            .join("")
        : result.stdout + result.stderr;
  } else
    for (const name of names) {
      const result = run(`jail -i -f /etc/jail.conf -c '${name}'`);
      stdout +=
        result.status === 0
          ? ` ${name}`
          : ` cannot start jail  "${name}": \n${result.stdout}${result.stderr}`;
    }
  return done(`${stdout}.\n`);
}

function stop({ host, process, run }: CommandContext, names: readonly string[] | undefined): CommandResult {
  let stdout = "Stopping jails:";
  const running = lines(run("jls name").stdout);
  const reversed = isYes(readRcConf(host, process)["jail_reverse_stop"]);
  const targets = names?.filter((name) => running.includes(name)) ?? (reversed ? running.reverse() : running);
  for (const name of targets) {
    stdout += ` ${name}`;
    const result = run(`jail -q -f /etc/jail.conf -r '${name}'`);
    if (run(`jls -j '${name}'`).status === 0) stdout += result.stdout + result.stderr;
  }
  return done(`${stdout}.\n`);
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
