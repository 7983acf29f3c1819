import { strerror } from "../../errno.ts";
import { stat } from "../../filesystem/files.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { mayRunHere, rcBoot, rcShutdown } from "../rc/boot.ts";
import { processesOf, startDaemon, stopDaemon } from "../rc/daemons.ts";
import { isYes, RC_CONF, RC_DEFAULTS, readRcConf, setRcVariable } from "../rc/rcConf.ts";
import { enableVariable, findService, SERVICES, type ServiceKind } from "../rc/services.ts";
import { JAIL_SCRIPT, jailVerb } from "./jailService.ts";

/** service(8), sysrc(8), and the scripts /etc/rc and /etc/rc.shutdown. */

export const rcScripts: readonly Command[] = [
  { name: "rc", path: "/etc/rc", summary: "start what rc.conf enables (sh /etc/rc)", run: rcBoot },
  {
    name: "rc.shutdown",
    path: "/etc/rc.shutdown",
    summary: "stop services (sh /etc/rc.shutdown)",
    run: rcShutdown,
  },
];

export const service: Command = {
  name: "service",
  path: "/usr/sbin/service",
  summary: "control services: service NAME start, stop, status …",
  run(context) {
    const args = [...context.args];
    if (args[0] === "-j") {
      const jail = args.splice(0, 2)[1] ?? "";
      return context.run(`jexec ${jail} service ${args.join(" ")}`);
    }
    if (args[0] === "-l")
      return done(
        SERVICES.map(({ name }) => `${name}\n`)
          .sort()
          .join(""),
      );
    if (args[0] === "-e") {
      const variables = readRcConf(context.host, context.process);
      const on = SERVICES.filter((kind) => isYes(variables[enableVariable(kind)]));
      return done(on.map(({ script }) => `${script}\n`).join(""));
    }
    const [name = "", verb = ""] = args;
    if (name === "" || verb === "")
      return failed("Usage: service [-j <jail name or id>] <rc.d script> start|stop|etc.\n");
    const kind = findService(name);
    if (kind) return control(context, kind, verb);
    if (name === JAIL_SCRIPT.name) return controlJails(context, verb, args.slice(2));
    if (stat(context.host, context.process, `/etc/rc.d/${name}`).ok || !context.host.state.machine.described)
      return { ...done(), assumed: true };
    return failed(
      `${name} does not exist in /etc/rc.d or the local startup\ndirectories (/usr/local/etc/rc.d), or is not executable\n`,
    );
  },
};

const FORCED = /^(?:one|force|fast|quiet)/;

/** What every script does with its switch in rc.conf; `undefined` where the script itself has to go on. */
function controlSwitch(
  { host, process }: CommandContext,
  name: string,
  variable: string,
  verb: string,
): CommandResult | undefined {
  const enabled = isYes(readRcConf(host, process)[variable]);
  const action = verb.replace(FORCED, "");
  switch (action) {
    case "enabled":
      return enabled ? done() : failed("");
    case "rcvar":
      return done(
        `# ${name}\n#\n${variable}="${enabled ? "YES" : "NO"}"\n#   (default: "${RC_DEFAULTS[variable] ?? ""}")\n`,
      );
    case "enable":
    case "disable": {
      const written = setRcVariable(host, process, RC_CONF, variable, action === "enable" ? "YES" : "NO");
      if (!written.ok)
        return failed(`sysrc: ${RC_CONF}: ${strerror(written.errno)}\n`, 1, [written.decision]);
      return done(`${name} ${action}d in ${RC_CONF}\n`);
    }
  }
  if (!enabled && !FORCED.test(verb) && action !== "status")
    return failed(
      `Cannot '${action}' ${name}. Set ${variable} to YES in ${RC_CONF} or use 'one${action}' instead of '${action}'.\n`,
    );
  return undefined;
}

function controlJails(context: CommandContext, verb: string, names: readonly string[]): CommandResult {
  const { name, script, variable } = JAIL_SCRIPT;
  const switched = controlSwitch(context, name, variable, verb);
  if (switched) return switched;
  const action = jailVerb(verb.replace(FORCED, ""));
  return action ? action(context, names) : unknownVerb(script, verb, "config|console|");
}

function unknownVerb(script: string, verb: string, more = ""): CommandResult {
  return failed(
    `${script}: unknown directive '${verb}'.\nUsage: ${script} [fast|force|one|quiet](start|stop|restart|rcvar|enable|disable|delete|enabled|describe|extracommands|${more}status|poll)\n`,
  );
}

function control(context: CommandContext, kind: ServiceKind, verb: string): CommandResult {
  const { host, process } = context;
  const { name } = kind;
  const switched = controlSwitch(context, name, enableVariable(kind), verb);
  if (switched) return switched;
  switch (verb.replace(FORCED, "")) {
    case "start":
      return start(context, kind);
    case "stop":
      return stop(context, kind);
    case "restart": {
      const stopped = stop(context, kind);
      const started = start(context, kind);
      return {
        ...started,
        stdout: stopped.stdout + started.stdout,
        milliseconds: stopped.milliseconds + started.milliseconds,
      };
    }
    case "reload":
      return done("Performing sanity check.\n");
    case "status": {
      const pids = processesOf(host, process, kind).map(({ pid }) => pid);
      return pids.length > 0
        ? done(`${name} is running as pid ${pids.join(" ")}.\n`)
        : { ...failed(""), stdout: `${name} is not running.\n` };
    }
    default:
      return unknownVerb(kind.script, verb);
  }
}

function start(context: CommandContext, kind: ServiceKind): CommandResult {
  const { host, process } = context;
  if (!mayRunHere(context, kind)) return done();
  const running = processesOf(host, process, kind);
  if (running.length > 0)
    return failed(`${kind.name} already running? (pid=${running.map(({ pid }) => pid).join(" ")}).\n`);
  const { ok, messages, decisions } = startDaemon(host, process, kind);
  const stdout = `Starting ${kind.process ?? kind.name}.\n`;
  const stderr = messages.map((message) => `${message}\n`).join("");
  return ok
    ? { ...done(stdout, decisions, 60), stderr }
    : { ...failed(`${stderr}${kind.script}: WARNING: failed to start ${kind.name}\n`, 1, decisions), stdout };
}

function stop({ host, process }: CommandContext, kind: ServiceKind): CommandResult {
  const running = processesOf(host, process, kind);
  if (running.length === 0)
    return failed(`${kind.name} not running? (check /var/run/${kind.process ?? kind.name}.pid).\n`);
  stopDaemon(host, process, kind);
  return done(
    `Stopping ${kind.process ?? kind.name}.\nWaiting for PIDS: ${running.map(({ pid }) => pid).join(", ")}.\n`,
    [],
    40,
  );
}

export const sysrc: Command = {
  name: "sysrc",
  path: "/usr/sbin/sysrc",
  summary: "show and set variables of rc.conf",
  run(context) {
    const { host, process } = context;
    const args = [...context.args];
    let file = RC_CONF;
    let bare = false;
    let remove = false;
    while (args[0]?.startsWith("-")) {
      const flag = args.shift() as string;
      if (flag === "-f") file = args.shift() ?? file;
      else if (flag === "-j")
        return context.run(`jexec ${args.shift() ?? ""} sysrc ${args.map((word) => `'${word}'`).join(" ")}`);
      else if (flag === "-R") file = `${args.shift() ?? ""}${RC_CONF}`;
      else if (/^-[ciqvne]*n[cique]*$/.test(flag)) bare = true;
      else if (flag === "-x") remove = true;
    }
    if (args.length === 0) return failed("usage: sysrc [OPTIONS] name[[+|-]=value] ...\n");
    let stdout = "";
    for (const word of args) {
      const variables = readRcConf(host, process);
      const [, name = word, operator, value = ""] = /^(\w+)([+-]?=)([\s\S]*)$/.exec(word) ?? [];
      const before = variables[name];
      if (operator === undefined && !remove) {
        if (before === undefined) return { ...failed(`sysrc: unknown variable '${name}'\n`), stdout };
        stdout += bare ? `${before}\n` : `${name}: ${before}\n`;
        continue;
      }
      const after = remove ? undefined : changed(before ?? "", operator, value);
      const written = setRcVariable(host, process, file, name, after);
      if (!written.ok)
        return { ...failed(`sysrc: ${file}: ${strerror(written.errno)}\n`, 1, [written.decision]), stdout };
      if (after !== undefined) stdout += `${name}: ${before ?? ""} -> ${after}\n`;
    }
    return done(stdout);
  },
};

function changed(before: string, operator: string | undefined, value: string): string {
  const words = before.split(/\s+/).filter(Boolean);
  const more = value.trim().split(/\s+/).filter(Boolean);
  if (operator === "+=") return [...words, ...more.filter((word) => !words.includes(word))].join(" ");
  if (operator === "-=") return words.filter((word) => !more.includes(word)).join(" ");
  return value;
}
