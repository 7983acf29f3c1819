import type { Variation } from "../../catalog/freebsd/probe.ts";
import { PROBES, type ProbeId } from "../../catalog/freebsd/probes.ts";
import type { Decision } from "../decision.ts";
import { Host } from "../host.ts";
import { deviceAttempts } from "./probes/devices.ts";
import { filesystemAttempts } from "./probes/filesystem.ts";
import { ipcAttempts } from "./probes/ipc.ts";
import { jailAttempts } from "./probes/jails.ts";
import { mountAttempts } from "./probes/mounts.ts";
import { networkAttempts } from "./probes/network.ts";
import { processAttempts } from "./probes/processes.ts";
import { resourceAttempts } from "./probes/resources.ts";
import { type Attempt, Scene, Unprepared } from "./probes/scene.ts";
import { systemAttempts } from "./probes/system.ts";

/** Every action of the catalog, as system calls of the model. */
const ATTEMPTS: Readonly<Record<ProbeId, Attempt>> = {
  ...filesystemAttempts,
  ...mountAttempts,
  ...deviceAttempts,
  ...networkAttempts,
  ...processAttempts,
  ...systemAttempts,
  ...ipcAttempts,
  ...jailAttempts,
  ...resourceAttempts,
};

/**
 * What the kernel says to an action in a jail. It is really done, in a copy of the host, which itself stays as it is.
 * `assumed`: what the action needs cannot be had on this host, so that nothing is known.
 */
export function runProbe(
  host: Host,
  jid: number,
  id: ProbeId,
  variations: readonly Variation[] = [],
): Decision {
  const scratch = new Host(structuredClone(host.state));
  try {
    return ATTEMPTS[id](new Scene(scratch, jid, variations));
  } catch (error) {
    if (!(error instanceof Unprepared)) throw error;
    return {
      verdict: "assumed",
      rule: "probe/setup",
      reason: `It could not be tried: ${error.message}`,
      causes: [],
    };
  }
}

/** The decisions of one jail. */
export interface ProbedJail {
  readonly jid: number;
  readonly decisions: ReadonlyMap<ProbeId, Decision>;
}

/** All probes in several jails: the confinement matrix. */
export function probeMatrix(host: Host, jids: readonly number[]): ProbedJail[] {
  return jids.map((jid) => ({
    jid,
    decisions: new Map(PROBES.map(({ id }) => [id, runProbe(host, jid, id)])),
  }));
}
