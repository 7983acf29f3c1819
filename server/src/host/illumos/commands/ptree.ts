import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { userId } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { commandLine } from "./psFields.ts";
import { inGlobalZone, parentSeen, visibleProcesses, zoneFor } from "./views.ts";

/** ptree(1): the ancestors of processes and all that they have started. */
function runPtree({ host, process: viewer, args }: CommandContext): CommandResult {
  const options = readOptions("ptree", args, "acgwz:", "usage:\tptree [-acgwz] [-z zone] [ {pid|user} ... ]");
  if (isResult(options)) return options;
  const { z } = options.values;
  const zone = z === undefined ? undefined : zoneFor(host, viewer, z);
  if (z !== undefined && !zone) return failed(`ptree: invalid zone name: ${z}\n`);
  const all = visibleProcesses(host, viewer).filter(
    ({ credential }) => !zone || credential.container === zone.id,
  );
  const known = new Map(all.map((process) => [process.pid, process]));
  const children = new Map<number, Process[]>();
  for (const process of all) {
    const parent = parentSeen(host, viewer, process);
    children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const wanted = options.rest.map((word) => ({
    word,
    pids: known.has(Number(word))
      ? [Number(word)]
      : all.filter(({ credential }) => credential.uid === userId(host, word)).map(({ pid }) => pid),
  }));
  const lines: string[] = [];
  const show = (process: Process, depth: number, only?: ReadonlySet<number>): void => {
    if (!only || only.has(process.pid))
      lines.push(`${"  ".repeat(depth)}${String(process.pid).padEnd(6)} ${commandLine(process)}\n`);
    for (const child of children.get(process.pid) ?? [])
      if (child.pid !== process.pid && (!only || only.has(child.pid))) show(child, depth + 1, only);
  };
  // Without -a children of pid 0 and 1 stand alone, and init itself is left out.
  const top = new Set(options.has("a") ? [0] : [0, inGlobalZone(viewer) ? 1 : -1]);
  if (wanted.length === 0)
    for (const process of all) {
      if (top.has(process.pid)) continue;
      const parent = parentSeen(host, viewer, process);
      if (!known.has(parent) || parent === process.pid || top.has(parent)) show(process, 0);
    }
  for (const { pids } of wanted)
    for (const pid of pids) {
      const only = new Set<number>();
      const collect = (one: number): void => {
        only.add(one);
        for (const child of children.get(one) ?? []) if (!only.has(child.pid)) collect(child.pid);
      };
      collect(pid);
      const chain: number[] = [];
      for (let at = known.get(pid); at; ) {
        const parent = parentSeen(host, viewer, at);
        const above = parent === at.pid || top.has(parent) ? undefined : known.get(parent);
        if (above) {
          only.add(above.pid);
          chain.push(above.pid);
        }
        at = above;
      }
      const first = known.get(chain.at(-1) ?? pid);
      if (first) show(first, 0, only);
    }
  const missing = wanted.filter(({ pids }) => pids.length === 0);
  const stderr = missing.map(({ word }) => `ptree: invalid user name: ${word}\n`).join("");
  return { ...done(lines.join("")), stderr, status: stderr === "" ? 0 : 1 };
}

export const ptree: Command = {
  name: "ptree",
  path: "/usr/bin/ptree",
  summary: "processes as a tree (-z ZONE)",
  run: runPtree,
};
