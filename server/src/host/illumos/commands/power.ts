import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { type UadminCommand, type UadminFunction, uadmin } from "../uadmin.ts";
import { inGlobalZone, onlyGlobal } from "./views.ts";

/** reboot(8), halt(8), poweroff(8), shutdown(8), init(8) and uadmin(8): of the zone, or of the machine. */

function asked(
  { host, process }: CommandContext,
  tool: string,
  command: UadminCommand,
  what: UadminFunction,
  bootArguments = "",
): CommandResult {
  const outcome = uadmin(host, process, command, what, bootArguments);
  if (outcome.ok) return done("", [outcome.decision], 1000);
  const text = outcome.errno === "EPERM" ? "permission denied" : host.kernel.shell.strerror(outcome.errno);
  return failed(`${tool}: ${text}\n`, 1, [outcome.decision]);
}

/** Source: usr/src/cmd/halt/halt.c. What is for the machine alone is refused before anything is asked of the kernel. */
function halting(tool: "halt" | "poweroff" | "reboot") {
  return (context: CommandContext): CommandResult => {
    const letters = tool === "reboot" ? "dlnqpfe:" : "dlnqy";
    const usage = `usage: ${tool} [ -${letters.replace(":", "")} ]${tool === "reboot" ? " [ boot_arguments ]" : ""}`;
    const options = readOptions(tool, context.args, letters, usage);
    if (isResult(options)) return options;
    if (!inGlobalZone(context.process)) {
      if (options.has("d")) return onlyGlobal(`${tool}: -d only valid from global zone\n`);
      if (options.has("f")) return onlyGlobal(`${tool}: -f only valid from global zone\n`);
    }
    if (options.has("d") || options.has("e")) return unmodelled(tool, "-d and -e");
    const what = {
      halt: "halt",
      poweroff: "poweroff",
      reboot: options.has("f") ? "fastreboot" : "boot",
    } as const;
    return asked(context, tool, "shutdown", what[tool], options.rest.join(" "));
  };
}

/** Run levels: 0 and 5 end it, 6 starts it anew, the others are milestones. */
const LEVELS: Readonly<Record<string, UadminFunction>> = { 0: "halt", 5: "poweroff", 6: "boot" };

function runInit(context: CommandContext): CommandResult {
  const [level = ""] = context.args;
  const what = Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined;
  if (what) return asked(context, "init", "shutdown", what);
  if (["s", "S", "1", "2", "3"].includes(level)) return unmodelled("init", `run level ${level}`);
  return failed("usage: init [0123456SsQqabc]\n", 1);
}

function runShutdown(context: CommandContext): CommandResult {
  const usage = "usage: shutdown [ -y ] [ -g<grace> ] [ -i<initstate> ] [ message ]";
  const options = readOptions("shutdown", context.args, "yg:i:", usage);
  if (isResult(options)) return options;
  const level = options.values["i"] ?? "s";
  if (!options.has("y") && context.stdin === "")
    return failed("shutdown: nobody is there to confirm it; use -y\n");
  const grace = Number(options.values["g"] ?? 60);
  if (!Number.isInteger(grace) || grace < 0) return failed(`${usage}\n`);
  const result = runInit({ ...context, args: [level] });
  return {
    ...result,
    stdout: `\nShutdown started.\n${result.stdout}`,
    milliseconds: result.milliseconds + grace * 1000,
  };
}

/** Source: sys/uadmin.h. */
const COMMANDS: Readonly<Record<string, UadminCommand>> = {
  ...{ 1: "reboot", 2: "shutdown", 3: "freeze", 4: "remount", 5: "dump", 15: "ftrace", 25: "config" },
};
const FUNCTIONS: Readonly<Record<string, UadminFunction>> = {
  ...{ 0: "halt", 1: "boot", 2: "iboot", 3: "sboot", 4: "siboot", 6: "poweroff", 8: "fastreboot" },
};

function runUadmin(context: CommandContext): CommandResult {
  const [first = "", second = "0"] = context.args;
  const command = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  const what = Object.hasOwn(FUNCTIONS, second) ? FUNCTIONS[second] : undefined;
  if (!command || !what) return failed("Usage: uadmin cmd fcn [mdep]\n", 1);
  return asked(context, "uadmin", command, what, context.args.slice(2).join(" "));
}

export const powerCommands = [
  program("/usr/sbin/reboot", "reboot the zone, or the machine", halting("reboot")),
  program("/usr/sbin/halt", "halt the zone, or the machine", halting("halt")),
  program("/usr/sbin/poweroff", "halt the zone, or the machine, and switch it off", halting("poweroff")),
  program("/usr/sbin/init", "change the run level (0, 5, 6)", runInit),
  program("/usr/sbin/shutdown", "end the zone or the machine (-y -g0 -i5)", runShutdown),
  program("/usr/sbin/uadmin", "ask the kernel to end or reboot (CMD FCN)", runUadmin),
];
