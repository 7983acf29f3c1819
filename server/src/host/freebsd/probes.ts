import type { Variation } from "../../catalog/freebsd/probe.ts";
import { findProbe, type ProbeId } from "../../catalog/freebsd/probes.ts";
import { Copies } from "../copies.ts";
import type { Cause, Decision } from "../decision.ts";
import type { Host } from "../host.ts";
import { allows, lineageOf, prison } from "./prisons.ts";
import { deviceAttempts } from "./probes/devices.ts";
import { filesystemAttempts } from "./probes/filesystem.ts";
import { ipcAttempts } from "./probes/ipc.ts";
import { jailAttempts } from "./probes/jails.ts";
import { mountAttempts } from "./probes/mounts.ts";
import { networkAttempts } from "./probes/network.ts";
import { removeOthers } from "./probes/others.ts";
import { processAttempts } from "./probes/processes.ts";
import { resourceAttempts } from "./probes/resources.ts";
import { type Attempt, Scene, Unprepared } from "./probes/scene.ts";
import { systemAttempts } from "./probes/system.ts";
import { causeOf } from "./scope.ts";
import type { Prison } from "./types.ts";

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

export type Prober = (jid: number, id: ProbeId, variations?: readonly Variation[]) => Decision;

/**
 * What the kernel says to actions in the jails of a host as it is now. Each is really done, in a copy of its own, so
 * that the host stays as it is; in the copy are no jails but this one, those below it and those above it with what is in
 * them, so that it costs the same however many there are.
 * `assumed`: what the action needs cannot be had on this host, so that nothing is known.
 */
export function proberOf(host: Host): Prober {
  const copies = new Copies(
    host,
    [...prison(host, 0).children].sort((a, b) => a - b),
    removeOthers,
  );
  return (jid, id, variations = []) => attempt(copies.of(topOf(host, jid)), jid, id, variations);
}

/** The jail of the host that a jail is in. */
function topOf(host: Host, jid: number): number {
  return lineageOf(host, jid).at(-2)?.jid ?? jid;
}

function attempt(scratch: Host, jid: number, id: ProbeId, variations: readonly Variation[]): Decision {
  const scene = new Scene(scratch, jid, variations);
  const decisive = causesOf(id, scene.jail);
  try {
    const decision = ATTEMPTS[id](scene);
    return decision.causes.length > 0 ? decision : { ...decision, causes: decisive };
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

/** What the table says that it depends on, as the jail has it: the answer to "which line?" where a call names none. */
function causesOf(id: ProbeId, jail: Prison): Cause[] {
  const probe = findProbe(id);
  const conditions = [...(probe?.enabledBy ?? []), ...(probe?.restrictedBy ?? [])].flatMap(({ all }) => all);
  const names = conditions.flatMap((condition) => ("parameter" in condition ? [condition.parameter] : []));
  return [...new Set(names)].map((name) => causeOf(jail, name, currentValue(jail, name)));
}

function currentValue(jail: Prison, parameter: string): string {
  if (parameter.startsWith("allow.")) return String(allows(jail, parameter.slice("allow.".length)));
  if (parameter === "vnet") return jail.ownVnet ? "new" : "inherit";
  if (parameter === "devfs_ruleset") return String(jail.devfsRuleset);
  if (parameter === "enforce_statfs") return String(jail.enforceStatfs);
  if (parameter === "children.max") return String(jail.childrenMax);
  return "unset";
}
