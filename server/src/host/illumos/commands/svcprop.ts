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
import { type ServiceInstance, servicesOf } from "../smf/instances.ts";
import { zoneOf } from "../zones.ts";
import { logFile, means } from "./services.ts";
import { inGlobalZone, zoneFor } from "./views.ts";

/** svcprop(1), of what the model keeps of services: their state, not their settings. Source: usr/src/cmd/svc/svcprop. */

interface Property {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

function propertiesOf(host: Host, service: ServiceInstance): Property[] {
  const seconds = host.state.machine.bootTime + Math.floor(service.since / 1000);
  const [pid] = service.pids;
  return [
    { name: "general/enabled", type: "boolean", value: String(service.enabled) },
    { name: "restarter/logfile", type: "astring", value: logFile(service) },
    ...(pid === undefined ? [] : [{ name: "restarter/contract", type: "count", value: String(pid) }]),
    { name: "restarter/state", type: "astring", value: service.state },
    { name: "restarter/next_state", type: "astring", value: "none" },
    { name: "restarter/state_timestamp", type: "time", value: `${seconds}.000000000` },
  ];
}

function runSvcprop({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage: svcprop [-fqtv] [-C | -c | -s snapshot] [-z zone] [-p [name/]name]...\n\t{FMRI | pattern}...\n       svcprop -w [-fqtv] [-z zone] [-p [name/]name] {FMRI | pattern}";
  const options = readOptions("svcprop", args, "Ccfp:qs:tvwz:", usage, 2);
  if (isResult(options)) return options;
  const { z: name, p: wanted } = options.values;
  const zone = name === undefined ? zoneOf(host, process) : zoneFor(host, process, name);
  if (!zone || (name !== undefined && !inGlobalZone(process)))
    return failed(`svcprop: invalid zone '${name}'\n`);
  if (options.rest.length === 0) return failed(`${usage}\n`, 2);
  const lines: string[] = [];
  for (const word of options.rest) {
    const service = servicesOf(host, zone).find(({ fmri }) => means(word, fmri));
    if (!service) return failed(`svcprop: Pattern '${word}' doesn't match any entities\n`);
    const known = propertiesOf(host, service);
    const chosen =
      wanted === undefined
        ? known
        : known.filter((one) => one.name === wanted || one.name.startsWith(`${wanted}/`));
    if (chosen.length === 0) return unmodelled("svcprop", `property ${wanted} of ${service.fmri}`);
    // A single property is its value alone.
    const bare = wanted?.includes("/") && options.rest.length === 1 && !options.has("t");
    for (const { name: property, type, value } of chosen)
      lines.push(bare ? `${value}\n` : `${property} ${type} ${value}\n`);
  }
  return done(options.has("q") ? "" : lines.join(""));
}

export const svcprop = program(
  "/usr/bin/svcprop",
  "the state of services as properties (-p NAME)",
  runSvcprop,
);
