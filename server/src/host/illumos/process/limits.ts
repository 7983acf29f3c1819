import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";

/**
 * Controls of single processes, which setrlimit(2) sets too. Source: resource_controls(7),
 * usr/src/uts/common/os/{rctl_proc,rlimit}.c.
 */

export interface Limit {
  soft: number;
  hard: number;
}

/** The highest safe integer stands for no limit, as JSON has no infinity. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Those that are bounded from the start: the basic value and the privileged one. */
const DEFAULTS: Readonly<Record<string, Limit>> = {
  "process.max-file-descriptor": { soft: 256, hard: 65_536 },
  "process.max-stack-size": { soft: 10 << 20, hard: UNLIMITED },
  "process.max-msg-messages": { soft: 8192, hard: 8192 },
  "process.max-msg-qbytes": { soft: 65_536, hard: 65_536 },
  "process.max-sem-nsems": { soft: 512, hard: 512 },
  "process.max-sem-ops": { soft: 512, hard: 512 },
};

/** Controls that only have a privileged value. */
const PRIVILEGED: ReadonlySet<string> = new Set([
  "process.max-msg-messages",
  "process.max-msg-qbytes",
  "process.max-sem-nsems",
  "process.max-sem-ops",
]);

export function limitOf(process: Process, name: string): Limit {
  return process.limits?.[name] ?? DEFAULTS[name] ?? { soft: UNLIMITED, hard: UNLIMITED };
}

/**
 * setrlimit(2) and setrctl(2) on a process: lowering is free, raising above the privileged value takes a privilege.
 * @returns EPERM, EINVAL for a control of something else
 */
export function setLimit(host: Host, process: Process, name: string, wanted: Limit): Outcome {
  if (!name.startsWith("process.") || wanted.soft > wanted.hard)
    return denied("EINVAL", "rctl/name", `${name} cannot be set like that on a process.`);
  const old = limitOf(process, name);
  const raised = wanted.hard > old.hard || (PRIVILEGED.has(name) && wanted.soft > old.soft);
  if (raised) {
    const may = privilege(host, process, "sys_resource");
    if (!may.ok) return may;
  }
  process.limits = { ...process.limits, [name]: { ...wanted } };
  return allowed(undefined, "rctl/process", `${name} is ${wanted.soft} now.`);
}
