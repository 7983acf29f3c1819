import { allowed, denied, type Outcome } from "../../decision.ts";
import { readFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  commitPools,
  parsePoolFile,
  removePools,
  STATIC_CONFIGURATION,
} from "../resources/poolConfiguration.ts";
import { enablePools } from "../resources/processorCalls.ts";
import { illumosOf } from "../state.ts";
import { asMethod } from "./method.ts";

/** svc:/system/pools:default, which enables pools and puts the stored ones into force. Source: usr/src/cmd/pools/svc-pools. */

const SCRIPT = "svc-pools";

/**
 * The start method.
 * @returns EEXIST while psrset(8) has sets, or why the stored configuration cannot be in force: pools are off again then
 */
export function startPoolsService(host: Host): Outcome {
  return asMethod(host, SCRIPT, (process) => {
    const enabled = enablePools(host, process, true);
    if (!enabled.ok) return enabled;
    const stored = commitStored(host, process);
    if (!stored.ok) enablePools(host, process, false);
    return stored;
  });
}

/** The stop method: who is in a pool goes into the default one, which alone is left. */
export function stopPoolsService(host: Host): Outcome {
  return asMethod(host, SCRIPT, (process) => {
    if (!illumosOf(host).poolsEnabled) return allowed(undefined, "pool/off", "Pools are not enabled.");
    const removed = removePools(host, process);
    return removed.ok ? enablePools(host, process, false) : removed;
  });
}

/** The refresh method: the stored configuration comes into force again. */
export function refreshPoolsService(host: Host): Outcome {
  return asMethod(host, SCRIPT, (process) => commitStored(host, process));
}

function commitStored(host: Host, process: Process): Outcome {
  const text = readFile(host, process, STATIC_CONFIGURATION);
  if (!text.ok) return allowed(undefined, "pool/stored", "No pools are stored.");
  const configuration = parsePoolFile(text.value);
  return configuration
    ? commitPools(host, process, configuration)
    : denied("EINVAL", "pool/stored", `${STATIC_CONFIGURATION} is no configuration of pools.`);
}
