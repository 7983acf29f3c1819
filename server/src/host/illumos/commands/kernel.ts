import type { Outcome } from "../../decision.ts";
import { open } from "../../filesystem/files.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { coreSettings, setCore } from "../administration.ts";
import { newtask } from "../process/projects.ts";
import { projectNameOf } from "../resources/controls.ts";
import { swapAdd, swapDevices, swapRemove, swapSummary } from "../resources/swap.ts";
import { addDriver, modinfo, modload, modunload } from "../system.ts";
import { inGlobalZone, onlyGlobal } from "./views.ts";

/** Modules, devices, swap and dumps: for the most part of the machine as a whole. */

const refused = ({ host }: CommandContext, prefix: string, outcome: Outcome<unknown>): CommandResult =>
  outcome.ok
    ? done("", [outcome.decision])
    : failed(`${prefix}: ${host.kernel.shell.strerror(outcome.errno)}\n`, 1, [outcome.decision]);

/** Programs that refuse in a zone by themselves, before any system call. Source: usr/src/cmd/modload, devfsadm. */
const LOCAL = "This operation can only be performed in the global zone";

function runModinfo({ host, args }: CommandContext): CommandResult {
  const options = readOptions("modinfo", args, "cwi:", "usage:\tmodinfo [-c] [-w] [-i module-id]");
  if (isResult(options)) return options;
  const { i: id } = options.values;
  const lines = modinfo(host)
    .map((name, i) => ({ id: i, name }))
    .filter((row) => id === undefined || row.id === Number(id))
    .map(
      (row) =>
        `${String(row.id).padStart(3)} fffffffff${(0x7800000 + row.id * 0x10000).toString(16)}  10000   -   1  ${row.name} (${row.name})\n`,
    );
  if (lines.length === 0) return failed("can't get module information: Invalid argument\n");
  return done(` Id Loadaddr         Size Info Rev Module Name\n${lines.join("")}`);
}

function runModload(context: CommandContext): CommandResult {
  const path = context.args.at(-1);
  if (path === undefined) return failed("usage:\tmodload [-p|-e <exec_file>] <filename>\n");
  if (!inGlobalZone(context.process)) return onlyGlobal(`modload: ${LOCAL}\n`);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return refused(context, `can't load module: ${name}`, modload(context.host, context.process, name));
}

function runModunload(context: CommandContext): CommandResult {
  const options = readOptions(
    "modunload",
    context.args,
    "i:e:",
    "usage:\tmodunload -i <module_id> [-e <exec_file>]",
  );
  if (isResult(options)) return options;
  if (!inGlobalZone(context.process)) return onlyGlobal(`modunload: ${LOCAL}\n`);
  const { i: id = "" } = options.values;
  const name = modinfo(context.host)[Number(id)];
  if (id === "" || name === undefined) return failed("can't unload the module: Invalid argument\n");
  return refused(context, "can't unload the module", modunload(context.host, context.process, name));
}

function runAddDrv(context: CommandContext): CommandResult {
  const name = context.args.at(-1);
  if (name === undefined) return failed("Usage:\n\tadd_drv [ -m '<permission>' ] ... <driver_module>\n");
  if (!inGlobalZone(context.process)) return onlyGlobal("add_drv: must be run in the global zone\n");
  return refused(context, `add_drv: ${name}`, addDriver(context.host, context.process, name));
}

function runDevfsadm(context: CommandContext): CommandResult {
  if (!inGlobalZone(context.process)) return onlyGlobal("devfsadm: must be run from the global zone\n");
  const options = readOptions(
    "devfsadm",
    context.args,
    "vnsCc:i:l:r:uI",
    "usage: devfsadm [-Cnsv] [-c device_class] [-i driver_name]",
  );
  // Nothing is plugged in or pulled out of the machine, so that nothing changes.
  return isResult(options) ? options : done("", [], 500);
}

function runPrtconf({ host, process, args }: CommandContext): CommandResult {
  const { memory, cpus, system } = host.state.machine;
  const size = Math.floor(memory / 2 ** 20);
  if (args[0] === "-m") return done(`${size}\n`);
  const maker = system === "solaris" ? "Oracle Corporation" : "illumos";
  const head = `System Configuration:  ${maker}  i86pc\nMemory size: ${size} Megabytes\nSystem Peripherals (Software Nodes):\n\n`;
  const tree = open(host, process, "/devices/pseudo/devinfo@0:devinfo");
  if (!inGlobalZone(process))
    return { ...done(head, [tree.decision]), stderr: "prtconf: devinfo facility not available\n" };
  const nodes = ["i86pc", "    scsi_vhci, instance #0", "    pci, instance #0", "    pseudo, instance #0"];
  const processors = Array.from({ length: cpus }, () => "    cpu (driver not attached)");
  return done(`${head}${[...nodes, "    options, instance #0", ...processors].join("\n")}\n`);
}

function runSwap(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions(
    "swap",
    args,
    "lsa:d:hk",
    "Usage:\tswap -l\n\tswap -s\n\tswap -d <file name> [low block]\n\tswap -a <file name> [low block] [nbr of blocks]",
  );
  if (isResult(options)) return options;
  const { a: added, d: removed } = options.values;
  if (added !== undefined) {
    const [, blocks = "1048576"] = options.rest;
    if (!/^\d+$/.test(blocks)) return failed(`swap: ${blocks} is no number of blocks\n`);
    return refused(context, `"${added}"`, swapAdd(host, process, added, Number(blocks) * 512));
  }
  if (removed !== undefined) return refused(context, `"${removed}"`, swapRemove(host, process, removed));
  const human = (bytes: number): string =>
    bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)}G` : `${(bytes / 2 ** 20).toFixed(1)}M`;
  if (options.has("s")) {
    const { allocated, reserved, used, available } = swapSummary(host, process);
    const text = (bytes: number): string =>
      options.has("h") ? human(bytes) : `${Math.floor(bytes / 1024)}k`;
    return done(
      `total: ${text(allocated)} bytes allocated + ${text(reserved)} reserved = ${text(used)} used, ${text(available)} available\n`,
    );
  }
  if (!options.has("l")) return failed("swap: no option given\n", 1);
  const lines = swapDevices(host).map(({ device, bytes }) => {
    const blocks = options.has("h") ? human(bytes) : String(Math.floor(bytes / 512));
    return `${device.padEnd(22)} ${"-".padStart(5)} ${"8".padStart(8)} ${blocks.padStart(9)} ${blocks.padStart(9)}\n`;
  });
  return done(`swapfile             dev    swaplo   blocks     free\n${lines.join("")}`);
}

function runDumpadm(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const opened = open(host, process, "/dev/dump");
  if (!opened.ok) return refused(context, "dumpadm: could not open /dev/dump", opened);
  if (args.length > 0) return unmodelled("dumpadm", args.join(" "));
  const [pool = "rpool"] = host.state.machine.pools.map(({ name }) => name);
  const node = host.state.machine.hostname;
  return done(
    `      Dump content: kernel pages\n       Dump device: /dev/zvol/dsk/${pool}/dump (dedicated)\nSavecore directory: /var/crash/${node}\n  Savecore enabled: yes\n   Save compressed: on\n`,
  );
}

const CORE_SWITCHES: readonly (readonly [name: string, text: string])[] = [
  ["global", "global core dumps"],
  ["process", "per-process core dumps"],
  ["global-setid", "global setid core dumps"],
  ["proc-setid", "per-process setid core dumps"],
  ["log", "global core dump logging"],
];

function runCoreadm(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const own = coreSettings(host, process);
  const enabled = new Set(own.enabled);
  const change: { global?: string; process?: string } = {};
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = words.shift();
    if (value === undefined || !["-g", "-i", "-e", "-d"].includes(word)) return unmodelled("coreadm", word);
    if (word === "-g") change.global = value;
    else if (word === "-i") change.process = value;
    else if (word === "-e") enabled.add(value);
    else enabled.delete(value);
  }
  if (args.length > 0) {
    const set = setCore(host, process, { ...change, enabled: [...enabled] });
    if (set.ok) return done("", [set.decision]);
    return failed(
      set.errno === "EPERM"
        ? "coreadm: insufficient privileges to exercise the -[GIgied] options\n"
        : `coreadm: ${host.kernel.shell.strerror(set.errno)}\n`,
      1,
      [set.decision],
    );
  }
  const line = (name: string, value: string): string => `${name.padStart(34)}: ${value}\n`.trimEnd();
  const lines = [
    line("global core file pattern", own.global),
    line("global core file content", "default"),
    line("init core file pattern", own.process),
    line("init core file content", "default"),
    ...CORE_SWITCHES.map(([name, text]) => line(text, enabled.has(name) ? "enabled" : "disabled")),
  ];
  return done(`${lines.join("\n")}\n`);
}

function runNewtask(context: CommandContext): CommandResult {
  const { host, process, args, exec } = context;
  const options = readOptions(
    "newtask",
    args,
    "p:c:Fv",
    "usage:\tnewtask [-p project] [-v] [-c pid | [-Fl] [command [args ...]]]",
    2,
  );
  if (isResult(options)) return options;
  if (options.has("c") || options.has("F")) return unmodelled("newtask", "-c and -F");
  const set = newtask(host, process, options.values["p"] ?? projectNameOf(host, process));
  if (!set.ok)
    return set.errno === "ESRCH"
      ? failed(`newtask: project "${options.values["p"]}" does not exist\n`, 1, [set.decision])
      : refused(context, "newtask", set);
  const words = options.rest.length > 0 ? options.rest : ["sh"];
  const result = exec(words, { prefix: "newtask: ", status: 1 });
  return { ...result, stderr: (options.has("v") ? `${set.value}\n` : "") + result.stderr };
}

export const kernelCommands = [
  program("/usr/sbin/modinfo", "modules of the kernel", runModinfo),
  program("/usr/sbin/modload", "load a module", runModload),
  program("/usr/sbin/modunload", "unload a module (-i ID)", runModunload),
  program("/usr/sbin/add_drv", "add a driver", runAddDrv),
  program("/usr/sbin/devfsadm", "bring /dev up to date", runDevfsadm),
  program("/usr/sbin/prtconf", "memory and devices of the machine", runPrtconf),
  program("/usr/sbin/swap", "swap (-l -s -a FILE -d FILE)", runSwap),
  program("/usr/sbin/dumpadm", "where the kernel dumps to", runDumpadm),
  program("/usr/bin/coreadm", "where core files of the zone go (-g -i -e -d)", runCoreadm),
  program("/usr/bin/newtask", "run a program as a new task of a project (-p)", runNewtask),
];
