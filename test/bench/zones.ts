import type { Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import type { Setting, ZoneDefinition } from "@zonewarden/server/host/illumos/types";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { socket } from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";

const MASTER = "master";
/** Enough for all: 4 TB. */
const MEMORY = 4 * 2 ** 40;

function setting(value: string): Setting {
  return { value, cause: { what: value, from: "configuration" } };
}

/** A zone with an address and a limit, as an administrator of very many would have them. */
function definitionOf(name: string, number: number): ZoneDefinition {
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/8`;
  const cause = { what: `zone ${name}`, from: "configuration" } as const;
  const resource = (type: string, values: Readonly<Record<string, string>>) => ({
    type,
    properties: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [setting(value)]])),
    cause,
  });
  return {
    name,
    properties: {
      zonepath: setting(`/zones/${name}`),
      brand: setting("lipkg"),
      autoboot: setting("true"),
      "ip-type": setting("shared"),
    },
    resources: [
      resource("net", { physical: "e1000g0", address }),
      resource("rctl", { name: "zone.max-lwps", value: "(priv=privileged,limit=2000,action=deny)" }),
    ],
    cause,
  };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function ok<T>(outcome: Outcome<T>): void {
  if (!outcome.ok) throw new Error(`${outcome.errno}: ${outcome.decision.reason}`);
}

function call(host: Host, root: Process, zone: string, command: string, options: readonly string[] = []) {
  const { status, stderr } = zoneadm(host, root, { zone, command, options });
  if (status !== 0) throw new Error(`zoneadm -z ${zone} ${command}: ${stderr}`);
}

/**
 * CPU milliseconds of a step: of the thread that does it, which is how long it takes where nothing else runs, and of all
 * threads, which collect garbage and compile meanwhile.
 */
export interface Cost {
  readonly own: number;
  readonly all: number;
}

/** What it costs to have so many zones: each step, milliseconds of a decision, and bytes of the heap for each zone that runs. */
export function measureZones(zones: number) {
  const host = buildHost({ ...freshInstallation("omnios"), memory: MEMORY });
  const root = spawn(host, { command: "sh" });
  ok(configureZone(host, definitionOf(MASTER, 0)));
  call(host, root, MASTER, "install");
  const definitions = Array.from({ length: zones }, (_, i) => definitionOf(`z${i + 1}`, i + 256));
  const each = (work: (definition: ZoneDefinition) => void): Cost => {
    const thread = process.threadCpuUsage();
    const whole = process.cpuUsage();
    for (const definition of definitions) work(definition);
    return { own: milliseconds(process.threadCpuUsage(thread)), all: milliseconds(process.cpuUsage(whole)) };
  };
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const configure = each((definition) => ok(configureZone(host, definition)));
  const clone = each(({ name }) => call(host, root, name, "clone", [MASTER]));
  const boot = each(({ name }) => call(host, root, name, "boot"));
  const events = host.events.length;
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / zones;
  const inside = zoneNamed(host, "z1");
  if (!inside) throw new Error("the first zone does not run");
  const shell = spawn(host, { command: "sh", credential: { container: inside.id } });
  const decisions = Array.from({ length: 1000 }, () => {
    const start = performance.now();
    socket(host, shell, { family: "inet", type: "raw" });
    return performance.now() - start;
  });
  // The median: collections of garbage and other programs are no part of a decision.
  const decide = decisions.sort((a, b) => a - b)[decisions.length >> 1] ?? 0;
  const halt = each(({ name }) => call(host, root, name, "halt"));
  return { configure, clone, boot, halt, heap, events, decide };
}
