import { POOLS_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
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
  removePools,
  STATIC_CONFIGURATION,
} from "../resources/poolConfiguration.ts";
import { DEFAULT_POOL, DEFAULT_SET } from "../resources/processorSets.ts";
import { disableService, enableService, findService } from "../smf/operations.ts";
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

/** @param problem what the tool says before the reason where it cannot be read */
function load({ host, process }: CommandContext, path: string, problem: string): Loaded {
  const text = readFile(host, process, path);
  if (!text.ok) return failed(`${problem}: ${host.kernel.shell.strerror(text.errno)}\n`, 1, [text.decision]);
  const configuration = parsePoolFile(text.value);
  return configuration ? { configuration } : failed(`${problem}: Invalid configuration\n`);
}

function save(
  { host, process }: CommandContext,
  path: string,
  configuration: PoolConfiguration,
  problem: string,
): CommandResult {
  const written = writeFile(host, process, path, poolFile(configuration));
  if (written.ok) return done("", [written.decision], 50);
  return failed(`${problem}: ${host.kernel.shell.strerror(written.errno)}\n`, 1, [written.decision]);
}

function commit({ host, process }: CommandContext, configuration: PoolConfiguration): CommandResult {
  const made = commitPools(host, process, configuration);
  if (made.ok) return done("", [made.decision], 50);
  return failed(
    `poolcfg: cannot commit the dynamic configuration: ${host.kernel.shell.strerror(made.errno)}\n`,
    1,
    [made.decision],
  );
}

const POOLADM_USAGE =
  "Usage:\tpooladm [-n] [-s] [-c] [filename]\nUsage:\tpooladm [-n] -x\nUsage:\tpooladm -d | -e";

function runPooladm(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions("pooladm", args, "cdensx", POOLADM_USAGE, 2);
  if (isResult(options)) return options;
  const [commits, disables, enables, dry, saves, removes] = ["c", "d", "e", "n", "s", "x"].map((letter) =>
    options.has(letter),
  );
  const [file, more] = options.rest;
  const wrong =
    [commits || saves, disables, enables, removes].filter(Boolean).length > 1 ||
    more !== undefined ||
    (file !== undefined && !commits && !saves);
  if (wrong) return failed(`${POOLADM_USAGE}\n`, 2);
  if (!dry && (commits || disables || enables || removes)) {
    const may = privilege(host, process, "sys_res_config");
    if (!may.ok) return failed("pooladm: insufficient privileges\n", 1, [may.decision]);
  }
  if (disables || enables) return switchPools(context, enables === true);
  if (commits) return instantiate(context, file ?? STATIC_CONFIGURATION, { dry, saves });
  if (removes && dry) return done();
  if (!illumosOf(host).poolsEnabled) return failed(`pooladm: ${POOLS_OFF}\n`);
  if (removes) {
    const removed = removePools(host, process);
    if (removed.ok) return done("", [removed.decision], 50);
    const why = host.kernel.shell.strerror(removed.errno);
    return failed(`pooladm: couldn't remove dynamic configuration: ${why}\n`, 1, [removed.decision]);
  }
  if (saves) {
    const path = file ?? STATIC_CONFIGURATION;
    const problem = `pooladm: couldn't export pools state file to '${path}'`;
    return dry ? done() : save(context, path, seen(context), problem);
  }
  return done(configurationText(host, seen(context)));
}

/** `-c`: a file comes into force, and with `-s` it is written anew after that. */
function instantiate(
  context: CommandContext,
  path: string,
  { dry = false, saves = false }: { dry?: boolean | undefined; saves?: boolean | undefined },
): CommandResult {
  const { host, process } = context;
  const loaded = load(context, path, `pooladm: couldn't open configuration at '${path}'`);
  if ("status" in loaded || dry) return "status" in loaded ? loaded : done();
  const made = commitPools(host, process, loaded.configuration);
  if (!made.ok) {
    const why = host.kernel.shell.strerror(made.errno);
    const text = `pooladm: couldn't commit configuration changes at '${path}': ${why}\n`;
    return failed(text, 1, [made.decision]);
  }
  if (!saves) return done("", [made.decision], 50);
  return save(context, path, seen(context), `pooladm: couldn't commit configuration changes at '${path}'`);
}

/**
 * `-e` and `-d`: nothing to do where it is so already; else the service is enabled or disabled, whose method does the work.
 * Source: pool_set_status() in usr/src/lib/libpool/common/pool.c.
 */
function switchPools({ host, process }: CommandContext, on: boolean): CommandResult {
  if (illumosOf(host).poolsEnabled === on) return done();
  const zone = zoneOf(host, process);
  const service = findService(host, zone, POOLS_SERVICE);
  const set = service.ok
    ? (on ? enableService : disableService)(host, process, zone, service.value)
    : service;
  if (illumosOf(host).poolsEnabled === on) return done("", [set.decision], 50);
  const reason = set.ok ? `Instance "svc:/${POOLS_SERVICE}" is in maintenance state.` : set.decision.reason;
  // Nothing has set errno for it.
  const text = `svcadm: ${reason}\npooladm: cannot ${on ? "enable" : "disable"} pools: Error 0\n`;
  return failed(text, 1, [set.decision]);
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
      : load(context, path, `poolcfg: cannot load configuration from ${path}`);
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
    ? commit(context, configuration)
    : save(context, path, configuration, `poolcfg: cannot save configuration to ${path}`);
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
