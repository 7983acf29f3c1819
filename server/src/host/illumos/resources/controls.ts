import { findRctl } from "../../../catalog/zonecfg/lookup.ts";
import { type ZoneRctl as Control, rctls } from "../../../catalog/zonecfg/rctls.ts";
import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { platformOf } from "../platform.ts";
import { privilege } from "../privileges.ts";
import { type Limit, limitOf as processLimit, setLimit, UNLIMITED } from "../process/limits.ts";
import { controls as mayControl, processFor } from "../process/permissions.ts";
import { projectName, projectOf, projectOfZone } from "../process/projects.ts";
import { illumosOf } from "../state.ts";
import type { Zone, ZoneRctl } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { findZone, GLOBAL, zoneOf } from "../zones.ts";
import { limitOf, usageOf } from "./rctls.ts";

/**
 * getrctl(2) and setrctl(2), as prctl(1) calls them. A value that is set holds until the zone halts; its configuration
 * stays as it is. Source: usr/src/uts/common/os/rctl.c, usr/src/uts/common/syscall/rctlsys.c.
 */

/** One line of prctl(1). `value` is in decimal digits: the highest values fit no number. */
export interface ControlValue {
  level: "usage" | "privileged" | "system" | "basic";
  value: string;
  /** `max` where it is the highest value, `inf` where that means none at all. */
  flag: "" | "max" | "inf";
  action: "" | "none" | "deny";
}

export interface ControlRows {
  name: string;
  rows: ControlValue[];
}

/** Controls on zones that the kernel of a platform has. */
export function zoneControls(host: Host): readonly Control[] {
  const platform = platformOf(host);
  return rctls.filter(({ platforms }) => platforms.includes(platform));
}

/** Those that weigh or throttle are used as they are set. */
const WEIGHTS: ReadonlySet<string> = new Set([
  "zone.cpu-shares",
  "zone.cpu-baseline",
  "zone.cpu-burst-time",
  "zone.zfs-io-priority",
]);

/**
 * The zone of an id or a name, as far as the process sees it. `undefined` stands for the own one.
 * @returns ESRCH for a zone that is not there, or not the own one
 */
export function zoneFor(host: Host, process: Process, zone?: number | string): Outcome<Zone> {
  const own = zoneOf(host, process);
  const found =
    zone === undefined ? own : typeof zone === "string" ? zoneNamed(host, zone) : findZone(host, zone);
  if (!found) return denied("ESRCH", "rctl/zone", `There is no zone ${zone} in the kernel.`);
  if (own.id !== GLOBAL && found !== own)
    return denied("ESRCH", "scope", `Zone ${zone} does not exist for this one.`, {
      causes: [{ what: "a zone sees only itself", from: "kernel" }],
    });
  return allowed(found, "rctl/zone", `Zone ${found.name} is there.`);
}

/** prctl -i zone: the values of one control, or of all. ESRCH, EINVAL. */
export function zoneControlRows(
  host: Host,
  process: Process,
  zone?: number | string,
  name?: string,
): Outcome<ControlRows[]> {
  const found = zoneFor(host, process, zone);
  if (!found.ok) return found;
  const there = zoneControls(host);
  const wanted = name === undefined ? there : there.filter((control) => control.name === name);
  if (wanted.length === 0) return denied("EINVAL", "rctl/name", `There is no control ${name} on zones.`);
  return allowed(
    wanted.map((control) => ({ name: control.name, rows: rowsOf(host, found.value, control) })),
    "rctl/get",
    `Zone ${found.value.name} has ${wanted.length} controls.`,
  );
}

function rowsOf(host: Host, zone: Zone, control: Control): ControlValue[] {
  const { name, systemMax, deny, infinite, defaultValue } = control;
  const set = limitOf(zone, name);
  const used = WEIGHTS.has(name) ? (set?.limit ?? defaultValue ?? 0) : usageOf(host, zone, name);
  const rows: ControlValue[] = [{ level: "usage", value: String(used), flag: "", action: "" }];
  if (set) rows.push({ level: "privileged", value: String(set.limit), flag: "", action: set.action });
  else if (defaultValue !== undefined)
    rows.push({ level: "privileged", value: defaultValue, flag: "", action: "none" });
  rows.push({
    level: "system",
    value: systemMax,
    flag: infinite ? "inf" : "max",
    action: deny === "never" ? "none" : "deny",
  });
  return rows;
}

/** Who sets a value: the line of a shell, say. */
const byHand = (name: string): Cause => ({ what: `${name} set with prctl`, from: "host" });

export interface NewValue {
  limit: number;
  action: "none" | "deny";
}

/**
 * setrctl(2) on a zone: `undefined` takes the value away.
 * @returns EPERM from inside, whatever the privileges, and without sys_resource; EINVAL for a value that the control
 * does not take; ESRCH
 */
export function setZoneControl(
  host: Host,
  process: Process,
  zone: number | string | undefined,
  name: string,
  wanted: NewValue | undefined,
): Outcome {
  const found = zoneFor(host, process, zone);
  if (!found.ok) return found;
  if (process.credential.container !== GLOBAL)
    return denied("EPERM", "rctl/global", "Controls of a zone are set from the global zone alone.", {
      causes: [{ what: "zone.* is read only inside", from: "kernel" }],
    });
  const may = privilege(host, process, "sys_resource");
  if (!may.ok) return may;
  const control = zoneControls(host).find((one) => one.name === name);
  if (!control) return denied("EINVAL", "rctl/name", `There is no control ${name} on zones.`);
  const wrong = wanted && wrongWith(control, wanted);
  if (wrong) return denied("EINVAL", "rctl/value", wrong);
  const { value } = found;
  const { [name]: _, ...others } = value.rctls;
  value.rctls = wanted ? { ...others, [name]: { ...wanted, cause: byHand(name) } } : others;
  if (name === "zone.max-physical-memory") value.physicalCap = wanted?.limit ?? null;
  return allowed(
    undefined,
    "rctl/set",
    wanted
      ? `${name} of zone ${value.name} is ${wanted.limit} until it halts.`
      : `${name} of zone ${value.name} has only the system's value.`,
  );
}

/** Why a control does not take a value. Source: rctl_invalid_value(). */
function wrongWith(control: Control, { limit, action }: NewValue): string | undefined {
  if (!Number.isSafeInteger(limit) || limit < 0) return `${limit} is no value.`;
  if (BigInt(limit) > BigInt(control.systemMax)) return `The highest value is ${control.systemMax}.`;
  if (control.deny === "always" && action !== "deny") return `${control.name} always denies.`;
  if (control.deny === "never" && action === "deny") return `${control.name} never denies.`;
  return undefined;
}

/** The action that prctl(1) takes where it is told none. */
export function usualAction(name: string): "none" | "deny" {
  return findRctl(name)?.defaultAction ?? "deny";
}

/** Controls of projects; their limits are of the zone that the project is in. */
const PROJECT_CONTROLS: readonly string[] = [
  "project.cpu-cap",
  "project.cpu-shares",
  "project.max-locked-memory",
  "project.max-lwps",
  "project.max-msg-ids",
  "project.max-processes",
  "project.max-sem-ids",
  "project.max-shm-ids",
  "project.max-shm-memory",
];

/** setrctl(2) on the project of a process. EPERM, EINVAL. */
export function setProjectControl(host: Host, process: Process, name: string, wanted: NewValue): Outcome {
  if (!PROJECT_CONTROLS.includes(name))
    return denied("EINVAL", "rctl/name", `There is no control ${name} on projects.`);
  const may = privilege(host, process, "sys_resource");
  if (!may.ok) return may;
  const project = projectOfZone(host, process.credential.container, projectOf(process));
  const value: ZoneRctl = { ...wanted, cause: byHand(name) };
  project.rctls = { ...project.rctls, [name]: value };
  return allowed(undefined, "rctl/set", `${name} of project ${project.name} is ${wanted.limit}.`);
}

/** prctl -i project: what was set on the project of a process. */
export function projectControlRows(host: Host, process: Process): ControlRows[] {
  const { container } = process.credential;
  const set = illumosOf(host).projects[container]?.[projectOf(process)]?.rctls ?? {};
  return Object.entries(set).map(([name, { limit, action }]) => ({
    name,
    rows: [{ level: "privileged" as const, value: String(limit), flag: "" as const, action }],
  }));
}

export function projectNameOf(host: Host, process: Process): string {
  return projectName(host, process.credential.container, projectOf(process));
}

/** getrctl(2) on a process that one may look at. ESRCH, EPERM. */
export function processControl(host: Host, process: Process, pid: number, name: string): Outcome<Limit> {
  const target = processFor(host, process, pid);
  if (!target.ok) return target;
  return allowed(processLimit(target.value, name), "rctl/get", `${name} of process ${pid}.`);
}

/** setrctl(2) on a process, as `prctl -n … PID` has it. ESRCH, EPERM, EINVAL. */
export function setProcessControl(
  host: Host,
  process: Process,
  pid: number,
  name: string,
  wanted: Limit,
): Outcome {
  const target = processFor(host, process, pid);
  if (!target.ok) return target;
  const may = mayControl(host, process, target.value);
  if (!may.ok) return may;
  const old = processLimit(target.value, name);
  if (wanted.hard > old.hard) {
    const raise = privilege(host, process, "sys_resource");
    if (!raise.ok) return raise;
  }
  return setLimit(host, target.value, name, {
    soft: wanted.soft,
    hard: Math.min(wanted.hard, UNLIMITED),
  });
}
