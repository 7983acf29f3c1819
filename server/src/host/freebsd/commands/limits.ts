import type { Outcome } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { runningJail } from "../jail8/run.ts";
import {
  assumeCpus,
  type CpusetTarget,
  getAffinity,
  cpuset as newSet,
  setAffinity,
} from "../resources/cpuset.ts";
import { rctlAddRule, rctlLimits, rctlRemoveRules, rctlRules, rctlUsage } from "../resources/rctl.ts";

/** rctl(8) and cpuset(1). */

export const rctl: Command = {
  name: "rctl",
  path: "/usr/bin/rctl",
  summary: "show and set limits of resources",
  run({ host, process, args }) {
    const flags = args
      .filter((word) => word.startsWith("-"))
      .join("")
      .replaceAll("-", "");
    const rules = args.filter((word) => !word.startsWith("-"));
    const human = flags.includes("h");
    const text = (amount: number): string => (human ? shortNumber(amount) : String(amount));
    const ruleText = (rule: string): string =>
      rule.replace(/=(\d+)/, (_, amount) => `=${text(Number(amount))}`);
    const verb = flags.replace(/[hn]/g, "");
    const each = (call: (rule: string) => Outcome<unknown>, name: string): CommandResult => {
      for (const rule of rules) {
        const outcome = call(rule);
        if (!outcome.ok) return refused(name, rule, outcome);
      }
      return done();
    };
    switch (verb) {
      case "a":
        return each((rule) => rctlAddRule(host, process, rule), "rctl_add_rule");
      case "r":
        return each((rule) => rctlRemoveRules(host, process, rule), "rctl_remove_rule");
      case "l": {
        const outcome = rctlLimits(host, process, rules[0] ?? "");
        return outcome.ok
          ? done(lines(outcome.value.map(ruleText)), [outcome.decision])
          : refused("rctl_get_limits", rules[0] ?? "", outcome);
      }
      case "u": {
        const outcome = rctlUsage(host, process, rules[0] ?? "");
        if (!outcome.ok) return refused("rctl_get_racct", rules[0] ?? "", outcome);
        return done(lines(outcome.value.map(([resource, amount]) => `${resource}=${text(amount)}`)), [
          outcome.decision,
        ]);
      }
      case "": {
        const outcome = rctlRules(host, process, rules[0] ?? "");
        return outcome.ok
          ? done(lines(outcome.value.map(ruleText)), [outcome.decision])
          : refused("rctl_get_rules", rules[0] ?? "", outcome);
      }
      default:
        return failed(
          "usage: rctl [ -h ] [filter]\n       rctl -a rule [...]\n       rctl [-h] -l filter [...]\n       rctl -r filter [...]\n       rctl [-h] -u filter [...]\n",
        );
    }
  },
};

/** `6144K`: humanize_number(3) in five columns, so four digits and a letter. Source: usr.bin/rctl/rctl.c. */
function shortNumber(amount: number): string {
  const letters = ["", "K", "M", "G", "T", "P", "E"];
  let value = amount;
  let step = 0;
  while (value >= 9999.5 && step < letters.length - 1) {
    value /= 1024;
    step++;
  }
  return `${step > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}${letters[step]}`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

function refused(call: string, rule: string, outcome: Outcome<unknown> & { ok: false }): CommandResult {
  const { errno, decision } = outcome;
  if (errno === "ENOSYS")
    return failed("rctl: RACCT/RCTL present, but disabled; enable using kern.racct.enable=1 tunable\n", 1, [
      decision,
    ]);
  return failed(`rctl: failed to ${ACTIONS[call] ?? call} '${rule}': ${strerror(errno)}\n`, 1, [decision]);
}

const ACTIONS: Readonly<Record<string, string>> = {
  rctl_add_rule: "add rule",
  rctl_remove_rule: "remove rule",
  rctl_get_limits: "get limits for",
  rctl_get_racct: "show resource consumption for",
  rctl_get_rules: "show rules for",
};

export const cpuset: Command = {
  name: "cpuset",
  path: "/usr/bin/cpuset",
  summary: "show and set the CPUs of processes and jails",
  run(context) {
    const { host, process } = context;
    const options = readOptions("cpuset", context.args, "Ccd:gij:l:n:p:rs:t:x:", CPUSET_USAGE);
    if (isResult(options)) return options;
    const { values, rest: args } = options;
    const list = values["l"] === undefined ? undefined : parseCpus(values["l"], host.state.machine.cpus);
    if (typeof list === "string") return failed(`cpuset: ${list}\n`);
    const cpus = list;
    const get = options.has("g");
    let target: CpusetTarget = { which: "pid", id: -1 };
    if (values["j"] !== undefined) {
      const jid = jailOf(context, values["j"]);
      if (jid === undefined) return failed(`cpuset: jail "${values["j"]}" not found\n`);
      target = { which: "jail", id: jid };
    } else if (values["p"] !== undefined) target = { which: "pid", id: Number(values["p"]) };
    else if (values["s"] !== undefined) target = { which: "set", id: Number(values["s"]) };
    if (cpus && process.credential.container === 0) assumeCpus(host, cpus);
    if (args.length > 0) {
      newSet(host, process);
      if (cpus) {
        const outcome = setAffinity(host, process, { which: "pid", id: process.pid }, cpus);
        if (!outcome.ok) return wrong("setaffinity", outcome);
      }
      return context.exec(args, { prefix: "cpuset: ", status: 1 });
    }
    if (get || !cpus) {
      const outcome = getAffinity(host, process, target);
      if (!outcome.ok) return wrong("getaffinity", outcome);
      const what =
        target.which === "jail"
          ? `jail ${target.id}`
          : target.which === "set"
            ? `cpuset ${target.id}`
            : `pid ${target.id}`;
      // Of memory the model knows one domain.
      const domain = `${what} domain policy: first-touch mask: 0`;
      return done(`${what} mask: ${outcome.value.join(", ")}\n${domain}\n`, [outcome.decision]);
    }
    const outcome = setAffinity(host, process, target, cpus);
    return outcome.ok ? done("", [outcome.decision]) : wrong("setaffinity", outcome);
  },
};

function wrong(call: string, outcome: Outcome<unknown> & { ok: false }): CommandResult {
  return failed(`cpuset: ${call}: ${strerror(outcome.errno)}\n`, 1, [outcome.decision]);
}

function jailOf({ host, process }: CommandContext, text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  return runningJail(host, process, undefined, text)?.jid;
}

/**
 * `0-3,5` or `all`. Source: parselist() in usr.bin/cpuset/cpuset.c.
 * @returns what is wrong with it as text
 */
function parseCpus(text: string, all: number): number[] | string {
  if (text.toLowerCase() === "all") return Array.from({ length: all }, (_, i) => i);
  if (!/^\d*(?:-\d+)?(?:,\d*(?:-\d+)?)*$/.test(text)) return `Malformed list ${text}`;
  const found: number[] = [];
  for (const part of text.split(",")) {
    const numbers = part.split("-").map(Number);
    const high = numbers.find((number) => number > LAST_CPU);
    if (high !== undefined) return `List entry ${high} exceeds maximum of ${LAST_CPU}`;
    const [first = 0, last = first] = numbers;
    if (part !== "") for (let cpu = first; cpu <= last; cpu++) found.push(cpu);
  }
  return found;
}

/** Source: CPU_SETSIZE in sys/sys/_cpuset.h, which is MAXCPU of sys/amd64/include/param.h to programs. */
const LAST_CPU = 1023;

/** Source: usage() in usr.bin/cpuset/cpuset.c. */
const CPUSET_USAGE = [
  "usage: cpuset [-l cpu-list] [-n policy:domain-list] [-r] cmd ...",
  "       cpuset [-l cpu-list] [-n policy:domain-list] [-s setid] cmd ...",
  "       cpuset -g [-cir] [-d domain | -j jailid | -p pid | -s setid | -t tid | -x irq]",
].join("\n");
