import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { momentOf, twoDigits } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { pOnline, poolBind, poolRows, psrinfo } from "../resources/processorCalls.ts";
import { DEFAULT_SET, poolNamed, poolOfProcess } from "../resources/processorSets.ts";
import { illumosOf } from "../state.ts";
import { POOLS_OFF } from "./poolcfg.ts";
import { inGlobalZone } from "./views.ts";

/** Processors, their sets and the pools of them. Source: usr/src/cmd/{psrinfo,psradm,pools}. */

function runPsrinfo({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "psrinfo",
    args,
    "pvst",
    "usage: \n\tpsrinfo [-v] [-p] [processor_id ...]\n\tpsrinfo -s [-p] processor_id",
  );
  if (isResult(options)) return options;
  const all = psrinfo(host, process);
  const wanted = options.rest.map(Number);
  const missing = options.rest.find((word) => all.every((cpu) => cpu.id !== Number(word)));
  if (missing !== undefined) return failed(`psrinfo: processor ${missing}: Invalid argument\n`, 2);
  const shown = wanted.length > 0 ? all.filter(({ id }) => wanted.includes(id)) : all;
  // The machine has one processor with several cores.
  if (options.has("p"))
    return done(
      options.has("v")
        ? `The physical processor has ${shown.length} virtual processors (${ranges(shown.map(({ id }) => id))})\n  x86 (GenuineIntel 0 family 6 model 0 step 0 clock 2000 MHz)\n`
        : "1\n",
    );
  if (options.has("s")) return done(shown.map(({ state }) => (state === "on-line" ? "1\n" : "0\n")).join(""));
  const since = sinceBoot(host);
  return done(
    shown
      .map(({ id, state }) =>
        options.has("v")
          ? `Status of virtual processor ${id} as of: ${since}\n  ${state} since ${since}.\n  The i386 processor operates at 2000 MHz,\n\tand has an i387 compatible floating point processor.\n`
          : `${id}\t${state.padEnd(9)} since ${since}\n`,
      )
      .join(""),
  );
}

function sinceBoot(host: Host): string {
  const { monthNumber, day, year, hours, minutes, seconds } = momentOf(host.state.machine.bootTime);
  const clock = [hours, minutes, seconds].map(twoDigits).join(":");
  return `${twoDigits(monthNumber)}/${twoDigits(day)}/${year} ${clock}`;
}

/** `0-2 5`. */
function ranges(ids: readonly number[]): string {
  const found: [number, number][] = [];
  for (const id of ids) {
    const last = found.at(-1);
    if (last && last[1] === id - 1) last[1] = id;
    else found.push([id, id]);
  }
  return found.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)).join(" ");
}

function runPsradm({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: \n\tpsradm [-F] -f|-n|-i|-s [-v] processor_id ...\n\tpsradm [-F] -a -f|-n|-i|-s [-v]";
  const options = readOptions("psradm", args, "Ffnisav", usage, 2);
  if (isResult(options)) return options;
  if (options.has("i") || options.has("s")) return unmodelled("psradm", "-i and -s");
  const state = options.has("f") ? "off-line" : "on-line";
  if (!options.has("f") && !options.has("n")) return failed(`${usage}\n`, 2);
  const ids = options.has("a") ? psrinfo(host, process).map(({ id }) => id) : options.rest.map(Number);
  const wrong = options.rest.find((word) => !/^\d+$/.test(word));
  if (wrong !== undefined) return failed(`psradm: invalid processor ID ${wrong}\n`, 2);
  let stderr = "";
  const decisions = ids.map((id) => {
    const set = pOnline(host, process, id, state);
    if (!set.ok) stderr += `psradm: processor ${id}: ${host.kernel.shell.strerror(set.errno)}\n`;
    return set.decision;
  });
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

function runPoolstat({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "poolstat",
    args,
    "r:p:o:T:",
    "Usage: poolstat [-p pool-list] [-r rset-list] [-T u|d] [interval [count]]",
    2,
  );
  if (isResult(options)) return options;
  if (options.values["o"] !== undefined) return unmodelled("poolstat", "-o");
  if (!illumosOf(host).poolsEnabled) return failed(`poolstat: ${POOLS_OFF}\n`);
  const wanted = options.values["p"]?.split(/[ ,]/);
  const rows = poolRows(host, process).filter(({ pool }) => !wanted || wanted.includes(pool));
  const id = (name: string): number => Object.keys(illumosOf(host).pools).indexOf(name);
  if (options.values["r"] !== undefined) {
    const head = " id pool           type rid rset            min  max size used load\n";
    const text = rows.map(
      ({ pool, set, min, max, size, used }) =>
        `${String(id(pool)).padStart(3)} ${pool.slice(0, 14).padEnd(14)} pset ${String(numberOf(host, set)).padStart(3)} ${set.slice(0, 14).padEnd(14)} ${String(min).padStart(4)} ${limit(max).padStart(4)} ${String(size).padStart(4)} ${used.toFixed(2)} 0.00\n`,
    );
    return done(head + text.join(""));
  }
  const lines = rows.map(
    ({ pool, size, used }) =>
      `${String(id(pool)).padStart(3)} ${pool.slice(0, 16).padEnd(16)} ${String(size).padStart(4)} ${used.toFixed(2)} 0.00\n`,
  );
  return done(`                              pset\n id pool             size used load\n${lines.join("")}`);
}

function numberOf(host: Host, set: string): number {
  return set === DEFAULT_SET ? -1 : (illumosOf(host).processorSets[set]?.id ?? -1);
}

/** `66K`: the highest size of the default set is no real limit. */
function limit(max: number): string {
  return max >= 10_000 ? `${Math.ceil(max / 1000)}K` : String(max);
}

function runPoolbind({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage:\n\tpoolbind -p pool_name -i idtype id ...\n\tpoolbind -q pid ...\n\tpoolbind -Q pid ...";
  const options = readOptions("poolbind", args, "e:i:p:q:Q", usage, 2);
  if (isResult(options)) return options;
  const { p: pool, i: kind = "pid", q: query } = options.values;
  if (query !== undefined) {
    const target = /^\d+$/.test(query) ? findProcess(host, Number(query)) : undefined;
    if (!target || !host.kernel.processes.canSee(host, process, target).ok)
      return failed(`poolbind: getting resource binding for pid ${query}: No such process\n`);
    return done(`${query}\t${poolOfProcess(host, target)}\n`);
  }
  if (pool === undefined || options.rest.length === 0) return failed(`${usage}\n`, 2);
  const type = { pid: "pid", zoneid: "zoneid", projid: "projid" }[kind] as
    | "pid"
    | "zoneid"
    | "projid"
    | undefined;
  if (!type) return failed(`poolbind: invalid idtype '${kind}'\n`, 2);
  if (!poolNamed(host, pool) && inGlobalZone(process))
    return failed(`poolbind: pool '${pool}' does not exist\n`);
  const decisions = [];
  for (const word of options.rest) {
    const id =
      type === "zoneid" && !/^\d+$/.test(word)
        ? (host.kernel.containers.find(host, word) ?? -1)
        : Number(word);
    const bound = poolBind(host, process, type, id, pool);
    decisions.push(bound.decision);
    if (!bound.ok)
      return failed(
        `poolbind: binding ${kind} ${word} to pool '${pool}': ${host.kernel.shell.strerror(bound.errno)}\n`,
        1,
        decisions,
      );
  }
  return done("", decisions);
}

export const processorCommands = [
  program("/usr/sbin/psrinfo", "processors (-v -p)", runPsrinfo),
  program("/usr/sbin/psradm", "take processors on-line (-n) and off-line (-f)", runPsradm),
  program("/usr/bin/poolstat", "pools and their processors", runPoolstat),
  program("/usr/sbin/poolbind", "bind processes and zones to pools (-p POOL -i zoneid ZONE)", runPoolbind),
];
