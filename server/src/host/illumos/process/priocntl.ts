import { allowed, denied, type Outcome, thereIsNo } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { CLASSES, classOf } from "../resources/classes.ts";
import { illumosOf } from "../state.ts";
import type { SchedulingClass } from "../types.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { controls, existsFor, processFor } from "./permissions.ts";
import { projectOf } from "./projects.ts";

/** Scheduling of processes. Source: usr/src/uts/common/disp/{priocntl,ts,fss,rt,fx}.c, os/policy.c. */

/** Ids of procset(3HEAD): whom a call is about. */
export type IdType = "pid" | "pgid" | "sid" | "class" | "uid" | "gid" | "projid" | "zoneid" | "all";

/**
 * The processes that a set means, as far as the caller's zone has them. A zone id other than its own is nobody there.
 * @returns ESRCH where nobody is left
 */
export function processesOf(
  host: Host,
  process: Process,
  type: IdType,
  id: number | string,
): Outcome<Process[]> {
  if (type === "pid") {
    const one = processFor(host, process, Number(id));
    return one.ok ? allowed([one.value], "procset", "The process is there.") : one;
  }
  const { container } = process.credential;
  if (type === "zoneid" && container !== GLOBAL && Number(id) !== container)
    return denied("ESRCH", "scope", thereIsNo("zone", Number(id)), {
      causes: [{ what: "a zone sees only itself", from: "kernel" }],
    });
  if (type === "zoneid" && !findZone(host, Number(id)))
    return denied("ESRCH", "procset/zone", thereIsNo("zone", Number(id)));
  const zone = type === "zoneid" ? Number(id) : container;
  const wide = type !== "zoneid" && container === GLOBAL;
  const there = wide ? allProcesses(host) : processesOfContainer(host, zone);
  const found = there.filter(
    (one) => existsFor(process, one) && !one.illumos?.kernel && matches(host, one, type, id),
  );
  if (found.length === 0) return denied("ESRCH", "procset/none", "Nobody is there that this is about.");
  return allowed(found, "procset", `It is about ${found.length} processes.`);
}

function matches(host: Host, process: Process, type: IdType, id: number | string): boolean {
  const { credential, group, session } = process;
  switch (type) {
    case "pgid":
      return group === Number(id);
    case "sid":
      return session === Number(id);
    case "class":
      return classOf(host, process) === id;
    case "uid":
      return credential.uid === Number(id);
    case "gid":
      return credential.gid === Number(id);
    case "projid":
      return projectOf(process) === Number(id);
    default:
      return true;
  }
}

export interface Parameters {
  class?: SchedulingClass;
  /** User priority of the class: -60 to 60 of TS, IA and FSS, 0 to 59 of RT, 0 to 60 of FX. */
  priority?: number;
}

/** User priorities that a class has. */
const PRIORITIES: Readonly<Record<SchedulingClass, readonly [number, number]>> = {
  TS: [-60, 60],
  IA: [-60, 60],
  FSS: [-60, 60],
  FX: [0, 60],
  RT: [0, 59],
  SDC: [0, 0],
};

/**
 * priocntl(2) PC_SETPARMS. Into another class, or to better a priority, takes a privilege.
 * @returns the pids that it changes; EPERM, ESRCH, EINVAL
 */
export function priocntl(
  host: Host,
  process: Process,
  type: IdType,
  id: number | string,
  wanted: Parameters,
): Outcome<number[]> {
  const found = processesOf(host, process, type, id);
  if (!found.ok) return found;
  if (wanted.class === "SDC" || (wanted.class && !CLASSES.has(wanted.class)))
    return denied("EINVAL", "priocntl/class", `Nobody is put into class ${wanted.class}.`);
  let refusal: Outcome<number[]> | undefined;
  const changed: number[] = [];
  for (const target of found.value) {
    const done = setParameters(host, process, target, wanted);
    if (done.ok) changed.push(target.pid);
    else refusal ??= done;
  }
  // One that may be changed is enough.
  if (changed.length === 0 && refusal) return refusal;
  return allowed(changed, "priocntl", `${changed.length} processes are scheduled otherwise now.`);
}

function setParameters(host: Host, process: Process, target: Process, wanted: Parameters): Outcome<number[]> {
  const may = controls(host, process, target);
  if (!may.ok) return may;
  const old = classOf(host, target);
  const next = wanted.class ?? old;
  const [low, high] = PRIORITIES[next];
  const priority = wanted.priority ?? 0;
  if (priority < low || priority > high)
    return denied("EINVAL", "priocntl/priority", `Priorities of ${next} go from ${low} to ${high}.`);
  if (next !== old || next === "RT") {
    const change = privilege(host, process, "proc_priocntl");
    if (!change.ok) return change;
  } else if (priority > -target.nice) {
    const raise = privilege(host, process, ["proc_prioup", "proc_priocntl"]);
    if (!raise.ok) return raise;
  }
  target.illumos = { ...target.illumos, class: next };
  if (next === "RT") target.scheduling = { class: "realtime", priority };
  else {
    delete target.scheduling;
    target.nice = -Math.trunc(priority / 3) || 0;
  }
  return allowed([], "priocntl", `Process ${target.pid} is in class ${next}.`);
}

/** Source: sys/param.h (NZERO). */
const BEST = -20;
const WORST = 19;

/** setpriority(3C) of a process, as renice(1) calls it: a better value takes a privilege. ESRCH, EPERM. */
export function setNice(host: Host, process: Process, pid: number, value: number): Outcome {
  const found = pid === 0 ? allowed(process, "self", "Itself.") : processFor(host, process, pid);
  if (!found.ok) return found;
  const target = found.value;
  const may = controls(host, process, target);
  if (!may.ok) return may;
  const nice = Math.min(WORST, Math.max(BEST, value));
  if (nice < target.nice) {
    const raise = privilege(host, process, ["proc_prioup", "proc_priocntl"]);
    if (!raise.ok) return raise;
  }
  target.nice = nice;
  return allowed(undefined, "nice", `The nice value of process ${target.pid} is ${nice} now.`);
}

/** nice(2): relative to what it is. */
export function nice(host: Host, process: Process, increment: number): Outcome {
  return setNice(host, process, 0, process.nice + increment);
}

/** PC_SETDFLCL of priocntl(2), as dispadmin -d calls it: for what has no class of its own. */
export function setDefaultClass(host: Host, process: Process, name: SchedulingClass): Outcome {
  const may = privilege(host, process, "sys_config");
  if (!may.ok) return may;
  if (!CLASSES.has(name)) return denied("EINVAL", "dispadmin/class", `There is no class ${name}.`);
  illumosOf(host).schedulingClass = name;
  return allowed(undefined, "dispadmin/default", `${name} is the default class of the system now.`);
}

/** timer_create(3C) with CLOCK_HIGHRES. */
export function highResolutionTimer(host: Host, process: Process): Outcome {
  return privilege(host, process, "proc_clock_highres");
}
