import type { Host } from "../../host.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { releaseOf } from "../commands/machine.ts";
import { mountTable } from "../filesystem/mountViews.ts";
import { visibleCpus } from "../resources/processorSets.ts";
import { limitOf, usageOf } from "../resources/rctls.ts";
import { reservedSwap, swapOf } from "../resources/swap.ts";
import { zoneSums } from "../resources/views.ts";
import { zoneOf } from "../zones.ts";

/** What /proc of Linux shows of the machine. Source: usr/src/uts/common/brand/lx/procfs/lx_prvnops.c. */

/** Bytes of memory and swap: those of the zone where it has a limit, else those of the machine. */
export interface LinuxMemory {
  readonly total: number;
  readonly free: number;
  readonly swapTotal: number;
  readonly swapFree: number;
}

export function linuxMemory(host: Host, process: Process): LinuxMemory {
  const zone = zoneOf(host, process);
  const sum = (rows: ReturnType<typeof zoneSums>): number =>
    rows.reduce((total, { resident }) => total + resident, 0);
  const own = sum(zoneSums(host, process).filter((row) => row.zone === zone.id));
  const all = Object.values(host.state.processes.byPid).reduce(
    (total, { memory }) => total + memory.resident,
    0,
  );
  const [total, used] =
    zone.physicalCap === null ? [host.state.machine.memory, all] : [zone.physicalCap, own];
  const limit = limitOf(zone, "zone.max-swap")?.limit;
  const [swapTotal, swapUsed] =
    limit === undefined ? [swapOf(host), reservedSwap(host)] : [limit, usageOf(host, zone, "zone.max-swap")];
  return {
    total,
    free: Math.max(0, total - used),
    swapTotal,
    swapFree: Math.max(0, swapTotal - swapUsed),
  };
}

/** Seconds since the zone has booted. */
export function linuxUptime(host: Host, process: Process): number {
  return Math.max(0, Math.floor((host.now - (zoneOf(host, process).booted ?? 0)) / 1000));
}

export interface LinuxMount {
  readonly special: string;
  readonly on: string;
  readonly type: string;
  readonly options: string;
}

/** All mounts of the zone, those below /native as well, by the names that their types have in the kernel of illumos. */
export function linuxMounts(host: Host, process: Process): LinuxMount[] {
  return mountTable(host, process).map(({ special, on, type, mount }) => ({
    special,
    on,
    type,
    options: mount.readOnly ? "ro" : "rw",
  }));
}

const kilobytes = (bytes: number): string => String(Math.floor(bytes / 1024)).padStart(8);

function meminfo(host: Host, process: Process): string {
  const { total, free, swapTotal, swapFree } = linuxMemory(host, process);
  const rows: readonly (readonly [name: string, bytes: number])[] = [
    ["MemTotal:", total],
    ["MemFree:", free],
    ...["MemShared:", "Buffers:", "Cached:", "SwapCached:", "Active:", "Inactive:"].map(
      (name) => [name, 0] as const,
    ),
    ["HighTotal:", 0],
    ["HighFree:", 0],
    ["LowTotal:", total],
    ["LowFree:", free],
    ["SwapTotal:", swapTotal],
    ["SwapFree:", swapFree],
  ];
  return rows.map(([name, bytes]) => `${name.padEnd(11)}${kilobytes(bytes)} kB\n`).join("");
}

function cpuinfo(host: Host, process: Process): string {
  return visibleCpus(host, zoneOf(host, process))
    .map((cpu) =>
      [
        `processor\t: ${cpu}`,
        "vendor_id\t: GenuineIntel",
        "cpu family\t: 6",
        "model\t\t: 0",
        "stepping\t: 0",
        "cpu MHz\t\t: 2000.000",
        "\n",
      ].join("\n"),
    )
    .join("");
}

function load(host: Host, process: Process): string {
  const lwps = processesOfContainer(host, process.credential.container).reduce(
    (sum, { illumos }) => sum + (illumos?.lwps ?? 1),
    0,
  );
  return `0.00 0.00 0.00 0/${lwps} 0\n`;
}

const SWAPS = "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n";

/** By the path below /proc. */
const TEXTS: Readonly<Record<string, (host: Host, process: Process) => string>> = {
  "/cpuinfo": cpuinfo,
  "/filesystems": () => "nodev\tautofs\nnodev\tnfs\nnodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\n",
  "/loadavg": load,
  "/meminfo": meminfo,
  "/mounts": (host, process) =>
    linuxMounts(host, process)
      .map(({ special, on, type, options }) => `${special} ${on} ${type} ${options} 0 0\n`)
      .join(""),
  // A zone has no disks of its own.
  "/partitions": () => "major minor  #blocks  name\n\n",
  "/swaps": (host, process) => {
    const { swapTotal, swapFree } = linuxMemory(host, process);
    const used = Math.floor((swapTotal - swapFree) / 1024);
    return `${SWAPS}${"/dev/swap".padEnd(40)}partition\t${Math.floor(swapTotal / 1024)}\t${used}\t-1\n`;
  },
  "/uptime": (host, process) => `${linuxUptime(host, process)}.00 0.00\n`,
  "/version": (host, process) => {
    const { release, version } = releaseOf(host, process);
    return `Linux version ${release} (gcc version 4.4.4) #${version} SMP 00:00:00 00/00/00\n`;
  },
  "/sys/kernel/hostname": (host, process) => `${zoneOf(host, process).nodename}\n`,
  "/sys/kernel/osrelease": (host, process) => `${releaseOf(host, process).release}\n`,
  "/sys/kernel/ostype": () => "Linux\n",
  "/sys/kernel/pid_max": () => "30000\n",
};

/** The text of a file of /proc; undefined for what the model does not know. */
export function linuxProcText(host: Host, process: Process, path: string | undefined): string | undefined {
  return path !== undefined && Object.hasOwn(TEXTS, path) ? TEXTS[path]?.(host, process) : undefined;
}
