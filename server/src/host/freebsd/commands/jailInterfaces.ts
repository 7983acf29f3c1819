import type { Outcome } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { findInterface } from "../../network/links.ts";
import { vnetOf } from "../../network/vnets.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { ngEiface } from "../network/cloning.ts";
import { ifDestroy } from "../network/interfaces.ts";
import { visibleInterfaces } from "../network/views.ts";

/**
 * jib and jng, the example scripts that most administrators take to make the interfaces of a jail with a stack of its
 * own, in `exec.prestart` and `exec.poststop`. Source: share/examples/jails/jib and jng.
 */

/** One action of a script: what its usage shows behind the name, and what it does with its words. */
interface Action {
  readonly usage: string;
  run(context: CommandContext, words: readonly string[], bridge: string): CommandResult | "usage";
}

function script(name: string, summary: string, actions: Readonly<Record<string, Action>>): Command {
  return {
    name,
    path: `/usr/share/examples/jails/${name}`,
    summary,
    run(context) {
      const [verb = "", ...words] = context.args;
      const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined;
      if (!action)
        return failed(
          `Usage: ${name} action [arguments]\nActions:\n${Object.values(actions)
            .map(({ usage }) => `\t${usage}\n`)
            .join("")}`,
        );
      const bridge = words[0] === "-b" ? words.splice(0, 2)[1] || "bridge" : "bridge";
      const wrong = words[0]?.startsWith("-") ? "usage" : undefined;
      const result = wrong ?? action.run(context, words, bridge);
      return result === "usage" ? failed(`Usage: ${name} ${action.usage}\n`) : result;
    },
  };
}

/** The scripts take letters, digits and `_` for the name of a jail, and want to be root. */
function refusal({ process }: CommandContext, name = ""): CommandResult | "usage" | undefined {
  if (!/^\w+$/.test(name)) return "usage";
  return process.credential.uid === 0 ? undefined : failed("Must run as root!\n");
}

/** Runs lines until one fails. */
function steps(context: CommandContext, lines: readonly string[]): CommandResult | undefined {
  for (const line of lines) {
    const result = context.run(line);
    if (result.status !== 0) return result;
  }
  return undefined;
}

function exists({ host, process }: CommandContext, name: string): boolean {
  return findInterface(vnetOf(host, process), name) !== undefined;
}

/** The link address of an interface, in small letters. */
function macOf({ host, process }: CommandContext, name: string): string {
  return (findInterface(vnetOf(host, process), name)?.mac ?? "").toLowerCase();
}

/** The 16 bits of the old checksum of sum(1), as four hexadecimal digits. */
function checksum(text: string): string {
  let sum = 0;
  for (const byte of new TextEncoder().encode(text)) sum = ((sum >> 1) + ((sum & 1) << 15) + byte) & 0xffff;
  return sum.toString(16).padStart(4, "0");
}

/** Names of interfaces that a script has made for a jail, sorted. */
function madeFor({ host, process }: CommandContext, pattern: RegExp, name: string): string[] {
  return visibleInterfaces(host, process)
    .map((link) => link.name)
    .filter((one) => pattern.exec(one)?.[1] === name)
    .sort();
}

function lines(words: Iterable<string>): CommandResult {
  return done([...words].map((word) => `${word}\n`).join(""));
}

const JIB_NAME = /^e\d+a_(.*)$/;

/** `jib addm`: each interface gets a bridge, on which the jail has the end `a` of a pair. */
function addm(context: CommandContext, [name, ...interfaces]: readonly string[], bridge: string) {
  const refused = refusal(context, name) ?? (interfaces.length === 0 ? "usage" : undefined);
  if (refused) return refused;
  let number = 0;
  for (const link of interfaces) {
    const ends = [`e${number}a_${name}`, `e${number}b_${name}`] as const;
    if (exists(context, ends[0])) continue;
    const shared = `${link}${bridge}`;
    const failure =
      steps(context, [`ifconfig ${link} up`]) ??
      (exists(context, shared) ? undefined : newBridge(context, link, shared)) ??
      newPair(context, shared, ends);
    if (failure) return failure;
    const sum = checksum(name ?? "");
    const rest = `${sum.slice(1, 3)}:${sum[3]}${macOf(context, link).slice(7)}`;
    // The script leaves it to others to bring these up. As jails that are wired so do work, that is taken to happen.
    for (const one of [shared, ends[0]]) context.run(`ifconfig ${one} up`);
    for (const [index, end] of ends.entries())
      context.run(`ifconfig ${end} ether ${sum[0]}${index === 0 ? 2 : 6}:${rest}`);
    number++;
  }
  return done();
}

function newBridge(context: CommandContext, link: string, name: string): CommandResult | undefined {
  const made = context.run("ifconfig bridge create");
  if (made.status !== 0) return made;
  const bridge = made.stdout.trim();
  return steps(context, [`ifconfig ${bridge} addm ${link}`, `ifconfig ${bridge} name ${name}`]);
}

function newPair(
  context: CommandContext,
  bridge: string,
  [first, second]: readonly [string, string],
): CommandResult | undefined {
  const made = context.run("ifconfig epair create");
  if (made.status !== 0) return made;
  const end = made.stdout.trim();
  return steps(context, [
    `ifconfig ${bridge} addm ${end}`,
    `ifconfig ${end} name ${first}`,
    `ifconfig ${end.replace(/a$/, "b")} name ${second}`,
  ]);
}

/** Without a name, all names that have an interface on a bridge. */
function show(context: CommandContext, [name]: readonly string[]): CommandResult {
  if (name !== undefined) return lines(madeFor(context, JIB_NAME, name));
  const members = visibleInterfaces(context.host, context.process).flatMap((link) => link.members ?? []);
  return lines(new Set(members.flatMap((member) => JIB_NAME.exec(member)?.[1] ?? []).sort()));
}

export const jib = script("jib", "interfaces for jails on a bridge: addm, show, destroy", {
  addm: { usage: "addm [-b BRIDGE_NAME] NAME interface0 [interface1 ...]", run: addm },
  show: { usage: "show [NAME]", run: show },
  destroy: {
    usage: "destroy NAME",
    run(context, words) {
      const refused = words.length === 1 ? refusal(context, words[0]) : "usage";
      if (refused) return refused;
      const results = madeFor(context, JIB_NAME, words[0] ?? "").map((one) =>
        context.run(`ifconfig ${one} destroy`),
      );
      return { ...done(), stderr: results.map(({ stderr }) => stderr).join("") };
    },
  },
});

const JNG_NAME = /^ng\d+_(.*)$/;
/** The script cuts names to what an interface may be called. */
const LONGEST = 15;

/** `jng bridge`: an interface of netgraph(4) for each interface. The graph that joins them is not modelled. */
function bridge(context: CommandContext, [name, ...interfaces]: readonly string[]): CommandResult | "usage" {
  const refused = refusal(context, name) ?? (interfaces.length === 0 ? "usage" : undefined);
  if (refused) return refused;
  const made = new Map<string, number>();
  const sum = checksum(name ?? "");
  const decisions: Outcome["decision"][] = [];
  let number = 0;
  for (const word of interfaces) {
    const link = word.replace(/^=/, "");
    const wanted = `ng${number}_${name}`.slice(0, LONGEST);
    if (exists(context, wanted)) continue;
    const failure = steps(context, [`ifconfig ${link} up`]);
    if (failure) return failure;
    const eiface = ngEiface(context.host, context.process);
    if (!eiface.ok) return failed(`ngctl: ${strerror(eiface.errno)}\n`, 1, [eiface.decision]);
    decisions.push(eiface.decision);
    const index = made.get(link) ?? 0;
    made.set(link, index + 1);
    const mac = macOf(context, link);
    const digit = mac[1] === "2" ? "a" : "2";
    const own = `${(index & 15).toString(16)}${digit}:${sum.slice(0, 2)}:${sum.slice(2)}${mac.slice(8)}`;
    const rest = steps(context, [
      `ifconfig ${eiface.value} name ${wanted}`,
      `ifconfig ${wanted} up`,
      `ifconfig ${wanted} ether ${word === link ? own : mac}`,
    ]);
    if (rest) return rest;
    number++;
  }
  return done("", decisions);
}

export const jng = script("jng", "interfaces for jails by netgraph: bridge, show, shutdown", {
  bridge: { usage: "bridge [-b BRIDGE_NAME] NAME [=]iface0 [[=]iface1 ...]", run: bridge },
  show: {
    usage: "show [NAME]",
    run(context, [name]) {
      if (name !== undefined) return lines(madeFor(context, JNG_NAME, name));
      const all = visibleInterfaces(context.host, context.process).map((link) => link.name);
      return lines(new Set(all.flatMap((one) => JNG_NAME.exec(one)?.[1] ?? []).sort()));
    },
  },
  shutdown: {
    usage: "shutdown NAME",
    run(context, words) {
      const refused = words.length === 1 ? refusal(context, words[0]) : "usage";
      if (refused) return refused;
      const { host, process } = context;
      const gone = madeFor(context, JNG_NAME, words[0] ?? "").map((one) => ifDestroy(host, process, one));
      return done(
        "",
        gone.map(({ decision }) => decision),
      );
    },
  },
});
