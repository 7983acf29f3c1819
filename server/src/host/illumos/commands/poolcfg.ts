import { readFile, writeFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { privilege } from "../privileges.ts";
import {
  commitPools,
  liveConfiguration,
  type PoolConfiguration,
  parsePoolFile,
  plainConfiguration,
  poolFile,
  STATIC_CONFIGURATION,
} from "../resources/poolConfiguration.ts";
import { DEFAULT_POOL, DEFAULT_SET } from "../resources/processorSets.ts";
import { illumosOf } from "../state.ts";
import type { ProcessorSet, ResourcePool } from "../types.ts";
import { zoneOf } from "../zones.ts";
import { editPools } from "./poolEdits.ts";

/** pooladm(8) and poolcfg(8): configurations of pools, in files and in force. Source: usr/src/cmd/pools. */

/** What the tools of pools say while the facility is off. */
export const POOLS_OFF = "couldn't open pools state file: Facility is not active";

/** What a zone sees: its own pool, with the set of that. */
function seen({ host, process }: CommandContext): PoolConfiguration {
  const live = liveConfiguration(host);
  const own = zoneOf(host, process);
  if (own.id === 0) return live;
  const pools = live.pools.filter(({ name }) => name === own.pool);
  return { pools, sets: live.sets.filter(({ name }) => pools.some((pool) => pool.processorSet === name)) };
}

/** As `info` prints it, and pooladm without options. */
function configurationText(host: Host, { pools, sets }: PoolConfiguration): string {
  return `${[
    ...["", "system default", "\tstring\tsystem.comment ", "\tint\tsystem.version 1"],
    ...["\tboolean\tsystem.bind-default true", "\tstring\tsystem.poold.objectives "],
    ...pools.flatMap((pool, i) => ["", ...poolLines(pool, i)]),
    ...sets.flatMap((set) => ["", ...setLines(host, set)]),
  ].join("\n")}\n`;
}

function poolLines(pool: ResourcePool, index: number): string[] {
  return [
    `\tpool ${pool.name}`,
    `\t\tint\tpool.sys_id ${index}`,
    "\t\tboolean\tpool.active true",
    `\t\tboolean\tpool.default ${pool.name === DEFAULT_POOL}`,
    ...(pool.scheduler === "" ? [] : [`\t\tstring\tpool.scheduler ${pool.scheduler}`]),
    `\t\tint\tpool.importance ${pool.importance}`,
    "\t\tstring\tpool.comment ",
    ...(pool.temporary ? ["\t\tboolean\tpool.temporary true"] : []),
    `\t\tpset\t${pool.processorSet}`,
  ];
}

function setLines(host: Host, set: ProcessorSet): string[] {
  const { offline } = illumosOf(host).system;
  return [
    `\tpset ${set.name}`,
    `\t\tint\tpset.sys_id ${set.id}`,
    `\t\tboolean\tpset.default ${set.name === DEFAULT_SET}`,
    `\t\tuint\tpset.min ${set.min}`,
    `\t\tuint\tpset.max ${set.max}`,
    "\t\tstring\tpset.units population",
    "\t\tuint\tpset.load 0",
    `\t\tuint\tpset.size ${set.cpus.length}`,
    "\t\tstring\tpset.comment ",
    ...(set.temporary ? ["\t\tboolean\tpset.temporary true"] : []),
    ...set.cpus.flatMap((cpu) => [
      "",
      "\t\tcpu",
      `\t\t\tint\tcpu.sys_id ${cpu}`,
      "\t\t\tstring\tcpu.comment ",
      `\t\t\tstring\tcpu.status ${offline.includes(cpu) ? "off-line" : "on-line"}`,
    ]),
  ];
}

type Loaded = { readonly configuration: PoolConfiguration } | CommandResult;

function load({ host, process }: CommandContext, tool: string, path: string): Loaded {
  const text = readFile(host, process, path);
  if (!text.ok)
    return failed(
      `${tool}: cannot load configuration from ${path}: ${host.kernel.shell.strerror(text.errno)}\n`,
      1,
      [text.decision],
    );
  const configuration = parsePoolFile(text.value);
  return configuration
    ? { configuration }
    : failed(`${tool}: cannot load configuration from ${path}: Invalid configuration\n`);
}

function save(
  { host, process }: CommandContext,
  tool: string,
  path: string,
  configuration: PoolConfiguration,
): CommandResult {
  const written = writeFile(host, process, path, poolFile(configuration));
  if (written.ok) return done("", [written.decision], 50);
  return failed(
    `${tool}: cannot save configuration to ${path}: ${host.kernel.shell.strerror(written.errno)}\n`,
    1,
    [written.decision],
  );
}

function commit(
  { host, process }: CommandContext,
  tool: string,
  configuration: PoolConfiguration,
): CommandResult {
  const made = commitPools(host, process, configuration);
  if (made.ok) return done("", [made.decision], 50);
  return failed(
    `${tool}: cannot commit the dynamic configuration: ${host.kernel.shell.strerror(made.errno)}\n`,
    1,
    [made.decision],
  );
}

function runPooladm(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const usage = "Usage: pooladm [-n] [-s] [-c] [filename]\n       pooladm [-n] -x\n       pooladm -d | -e";
  const options = readOptions("pooladm", args, "dencsx", usage, 2);
  if (isResult(options)) return options;
  const state = illumosOf(host);
  if (options.has("e") || options.has("d")) return switchPools(context, options.has("e"));
  const [file] = options.rest;
  if (options.has("n") && !options.has("c") && !options.has("x")) return failed(`${usage}\n`, 2);
  const dry = options.has("n");
  if (options.has("c") || (options.flags.length === 0 && file !== undefined)) {
    const loaded = load(context, "pooladm", file ?? STATIC_CONFIGURATION);
    if ("status" in loaded) return loaded;
    // A file alone is shown.
    if (!options.has("c")) return done(configurationText(host, loaded.configuration));
    if (!state.poolsEnabled) return failed(`pooladm: ${POOLS_OFF}\n`);
    return dry ? done() : commit(context, "pooladm", loaded.configuration);
  }
  if (!state.poolsEnabled) return failed(`pooladm: ${POOLS_OFF}\n`);
  if (options.has("x")) {
    const may = privilege(host, process, "sys_res_config");
    if (!may.ok)
      return failed("pooladm: cannot remove the dynamic configuration: Not owner\n", 1, [may.decision]);
    return dry ? done() : commit(context, "pooladm", plainConfiguration(host));
  }
  if (options.has("s")) return save(context, "pooladm", file ?? STATIC_CONFIGURATION, seen(context));
  return done(configurationText(host, seen(context)));
}

function switchPools({ host, process }: CommandContext, on: boolean): CommandResult {
  const state = illumosOf(host);
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return failed("pooladm: couldn't set pools state: Permission denied\n", 1, [may.decision]);
  if (!on && Object.values(state.pools).some((pool) => pool.temporary))
    return failed("pooladm: cannot disable pools: Device busy\n", 1, [
      {
        verdict: "deny",
        errno: "EBUSY",
        rule: "pool/temporary",
        reason: "Zones with dedicated CPUs have pools of their own.",
        causes: [{ what: "a temporary pool", from: "host" }],
      },
    ]);
  state.poolsEnabled = on;
  return done("", [may.decision]);
}

/** `-c COMMAND` or `-f FILE`, for a file or with -d for what is in force. */
function runPoolcfg(context: CommandContext): CommandResult {
  const { args, host, process } = context;
  const usage =
    "Usage: poolcfg -c command [-d | [filename]]\n       poolcfg -f command_file [-d | [filename]]\n       poolcfg -h";
  // -d may stand in front of the other letters, behind the command or alone.
  const plain = args.filter((word) => word !== "-d");
  const options = readOptions("poolcfg", plain, "dc:f:h", usage, 2);
  if (isResult(options)) return options;
  const live = plain.length < args.length || options.has("d");
  const { c: command, f: script } = options.values;
  if (options.has("h")) return unmodelled("poolcfg", "-h");
  if ((command === undefined) === (script === undefined) || options.rest.length > (live ? 0 : 1))
    return failed(`${usage}\n`, 2);
  const text = script === undefined ? undefined : readFile(host, process, script);
  if (text && !text.ok)
    return failed(`poolcfg: ${script}: ${host.kernel.shell.strerror(text.errno)}\n`, 1, [text.decision]);
  const lines = (command ?? text?.value ?? "").split("\n").filter((line) => line.trim() !== "");
  if (live && !illumosOf(host).poolsEnabled) return failed(`poolcfg: ${POOLS_OFF}\n`);
  const [path = STATIC_CONFIGURATION] = options.rest;
  // `discover` begins a file.
  const fresh = !live && lines[0]?.trim() === "discover";
  const loaded: Loaded = live
    ? { configuration: seen(context) }
    : fresh
      ? { configuration: plainConfiguration(host) }
      : load(context, "poolcfg", path);
  if ("status" in loaded) return loaded;
  const { configuration } = loaded;
  let stdout = "";
  let changed = false;
  for (const line of lines) {
    const [verb, kind, name] = line.trim().split(/\s+/);
    if (verb === "info") {
      const shown = info(host, configuration, kind, name);
      if (shown === undefined) return failed(`poolcfg: cannot locate ${kind}, ${name}\n`);
      stdout += shown;
      continue;
    }
    const problem = editPools(configuration, line);
    if (problem !== undefined) return { ...failed(`poolcfg: ${problem}\n`), stdout };
    changed = true;
  }
  if (!changed) return done(stdout);
  const ended = live
    ? commit(context, "poolcfg", configuration)
    : save(context, "poolcfg", path, configuration);
  return { ...ended, stdout };
}

function info(
  host: Host,
  configuration: PoolConfiguration,
  kind: string | undefined,
  name: string | undefined,
): string | undefined {
  if (kind === undefined || kind === "system") return configurationText(host, configuration);
  const at = configuration.pools.findIndex((pool) => pool.name === name);
  const pool = configuration.pools[at];
  if (kind === "pool") return pool && `\n${poolLines(pool, at).join("\n")}\n`;
  const set = configuration.sets.find((one) => one.name === name);
  return set && `\n${setLines(host, set).join("\n")}\n`;
}

export const poolCommands = [
  program("/usr/sbin/pooladm", "pools: on (-e), off (-d), save (-s), put into force (-c, -x)", runPooladm),
  program("/usr/sbin/poolcfg", "change pools in a file, or in force (-d): -c COMMAND", runPoolcfg),
];
