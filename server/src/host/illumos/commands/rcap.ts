import { RCAP_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { SAMPLE, sampleResident } from "../resources/residentMemory.ts";
import { disableService, enableService, findService } from "../smf/operations.ts";
import { illumosOf } from "../state.ts";
import { findZone, GLOBAL, kernelZones } from "../zones.ts";
import { prstatSize } from "./texts.ts";

/** The daemon that keeps resident memory to caps. Source: rcapadm(8), rcapstat(1), usr/src/cmd/rcap. */

const RCAPADM_USAGE =
  "usage: rcapadm\n               [-E|-D]                                 # enable/disable rcapd\n               [-n]                                    # don't start/stop rcapd\n               [-i <scan|sample|report|config>=value]  # set intervals\n               [-c <percent>]                          # set memory cap\n                                                       # enforcement threshold\n               [-z <zonename> -m <max-rss>]            # update zone memory cap\n";

function runRcapadm({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("rcapadm", args, "EDni:c:z:m:", RCAPADM_USAGE, 2);
  if (isResult(options)) return options;
  for (const option of ["n", "i", "c", "z"])
    if (options.has(option)) return unmodelled("rcapadm", `the option -${option}`);
  const zone = findZone(host, process.credential.container);
  if ((options.has("E") || options.has("D")) && zone) {
    const service = findService(host, zone, RCAP_SERVICE);
    const set = !service.ok
      ? service
      : options.has("E")
        ? enableService(host, process, zone, service.value)
        : disableService(host, process, zone, service.value);
    return set.ok ? done("", [set.decision]) : failed(`rcapadm: ${set.decision.reason}\n`, 1, [set.decision]);
  }
  const rows: readonly (readonly [what: string, value: string])[] = [
    ["state", isActive({ host }) ? "enabled" : "disabled"],
    ["memory cap enforcement threshold", "0%"],
    ["process scan rate (sec)", "15"],
    ["reconfiguration rate (sec)", "60"],
    ["report rate (sec)", "5"],
    ["RSS sampling rate (sec)", String(SAMPLE / 1000)],
  ];
  return done(rows.map(([what, value]) => `${`${what}:`.padStart(44)} ${value}\n`).join(""));
}

function isActive({ host }: Pick<CommandContext, "host">): boolean {
  return illumosOf(host).services[RCAP_SERVICE] === true;
}

const HEADER = "    id zone            nproc    vm   rss   cap    at avgat    pg avgpg\n";

/** One sample, of zones with a cap: what rcapd(8) has paged out of each is still out. */
function runRcapstat({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "rcapstat",
    args,
    "gpz",
    "usage: rcapstat [-g] [-p | -z] [interval [count]]\n",
    2,
  );
  if (isResult(options)) return options;
  if (!isActive({ host })) return failed("rcapstat: rcapd is not active\n");
  if (!options.has("z")) return unmodelled("rcapstat", "caps of projects");
  sampleResident(host);
  const own = process.credential.container;
  const zones = kernelZones(host).filter(
    ({ id, physicalCap }) => physicalCap !== null && (own === GLOBAL || own === id),
  );
  const rows = zones.map(({ id, name, physicalCap }) => {
    const processes = processesOfContainer(host, id);
    const sum = (of: (memory: (typeof processes)[number]["memory"]) => number | undefined) =>
      processes.reduce((total, { memory }) => total + (of(memory) ?? 0), 0);
    const out = sum(({ swapped }) => swapped);
    const sizes = [
      sum(({ virtual }) => virtual),
      sum(({ resident }) => resident),
      physicalCap ?? 0,
      out,
      0,
      out,
      0,
    ];
    const cells = sizes.map((bytes) => prstatSize(bytes).padStart(5)).join(" ");
    return `${String(id).padStart(6)} ${name.padEnd(15)} ${String(processes.length).padStart(5)} ${cells}\n`;
  });
  return done(`${HEADER}${rows.join("")}`);
}

export const rcapCommands = [
  program("/usr/bin/rcapstat", "zones and their caps of resident memory (-z), one sample", runRcapstat),
  program("/usr/sbin/rcapadm", "whether rcapd runs; -E starts it, -D ends it", runRcapadm),
];
