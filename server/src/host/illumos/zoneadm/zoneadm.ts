import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { boot, halt, mark, mount, ready, reboot, shutdown, unmount, verify } from "./commands.ts";
import { attach, clone, detach, install, move, sysboot, uninstall } from "./files.ts";
import { list } from "./list.ts";
import type { ZoneadmCall, ZoneadmResult } from "./result.ts";
import { complain, ERROR, OK, type Run, USAGE } from "./run.ts";
import { help } from "./usage.ts";

/** zoneadm(8). Source: usr/src/cmd/zoneadm/zoneadm.c. */

const COMMANDS: Readonly<Record<string, (run: Run) => number>> = {
  attach,
  boot,
  clone,
  detach,
  halt,
  install,
  list,
  mark,
  mount,
  move,
  ready,
  reboot,
  shutdown,
  sysboot,
  uninstall,
  unmount,
  verify,
};

/** Does a command of zoneadm(8), as a process calls it. */
export function zoneadm(host: Host, process: Process, call: ZoneadmCall): ZoneadmResult {
  const begin = host.now;
  const run: Run = {
    host,
    process,
    zone: call.zone ?? "",
    command: call.command,
    options: call.options ?? [],
    answer: call.answer,
    out: [],
    err: [],
    decisions: [],
  };
  const status = dispatch(run);
  return {
    status,
    stdout: text(run.out),
    stderr: text(run.err),
    decisions: run.decisions,
    milliseconds: host.now - begin,
  };
}

function dispatch(run: Run): number {
  const { command, zone } = run;
  if (command === "help") {
    run.out.push(help());
    return OK;
  }
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!known) {
    run.err.push(`zoneadm: there is no command ${command}`, help());
    return USAGE;
  }
  if (command !== "list" && zone === "") {
    complain(run, `${command} needs a zone: -z`);
    return ERROR;
  }
  return known(run);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
