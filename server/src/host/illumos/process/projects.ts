import { own } from "../../../catalog/own.ts";
import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import { readFile } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import { sumOverContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { illumosOf } from "../state.ts";
import type { Project, ZoneRctl } from "../types.ts";

/** Projects and tasks: each zone has its own. Source: project(5), newtask(1), usr/src/uts/common/os/{project,task}.c. */

/** Those of a fresh installation. */
const BUILT_IN: Readonly<Record<string, number>> = {
  system: 0,
  "user.root": 1,
  noproject: 2,
  default: 3,
  "group.staff": 10,
};

export function projectOf({ illumos }: Process): number {
  return illumos?.project ?? 0;
}

/** The name of a project of a zone, as ps and prstat show it. */
export function projectName(host: Host, zone: number, id: number): string {
  const known = illumosOf(host).projects[zone]?.[id]?.name;
  return known ?? Object.keys(BUILT_IN).find((name) => BUILT_IN[name] === id) ?? String(id);
}

/** What is known of a project of a zone; an entry is made where there is none yet. */
export function projectOfZone(host: Host, zone: number, id: number): Project {
  const { projects } = illumosOf(host);
  projects[zone] ??= {};
  projects[zone][id] ??= { id, name: projectName(host, zone, id), rctls: {} };
  return projects[zone][id];
}

/** Limits that every project has. Source: shm.c, sem.c, msg.c; resource_controls(7). */
function projectDefaults(host: Host, name: string): number | undefined {
  switch (name) {
    case "project.max-shm-memory":
      return Math.floor(host.state.machine.memory / 4);
    case "project.max-shm-ids":
    case "project.max-sem-ids":
    case "project.max-msg-ids":
      return 128;
    default:
      return undefined;
  }
}

/** A limit of the project that a process is in. */
export function projectLimit(host: Host, process: Process, name: string): ZoneRctl | undefined {
  const own = illumosOf(host).projects[process.credential.container]?.[projectOf(process)]?.rctls[name];
  const limit = own ? undefined : projectDefaults(host, name);
  if (limit === undefined) return own;
  return { limit, action: "deny", cause: { what: `${name}=${limit} (default)`, from: "default" } };
}

/** What a process adds to the use of its project. */
const PROJECT_USE = {
  "project.max-processes": () => 1,
  "project.max-lwps": ({ illumos }: Process) => illumos?.lwps ?? 1,
  "project.max-locked-memory": ({ memory }: Process) => memory.locked ?? 0,
} as const;

/** EAGAIN where the project has as many processes, threads or locked bytes as it may. */
export function projectRefusal(
  host: Host,
  process: Process,
  name: keyof typeof PROJECT_USE,
  amount: number,
): Refused | undefined {
  const limit = projectLimit(host, process, name);
  if (limit?.action !== "deny") return undefined;
  const project = projectOf(process);
  const used = sumOverContainer(host, process.credential.container, (other) =>
    projectOf(other) === project ? PROJECT_USE[name](other) : 0,
  );
  if (used + amount <= limit.limit) return undefined;
  return denied("EAGAIN", `rctl/${name}`, `The project has ${used} of ${limit.limit} in ${name}.`, {
    causes: [limit.cause],
  });
}

/** A line of /etc/project that has a name. */
interface Entry {
  id: number;
  attributes: string;
}

function entryOf(host: Host, process: Process, name: string): Entry | undefined {
  const file = readFile(host, process, "/etc/project");
  for (const line of file.ok ? file.value.split("\n") : []) {
    const [project, id = "", , , , attributes = ""] = line.split(":");
    if (project === name) return { id: Number(id), attributes };
  }
  const id = own(BUILT_IN, name);
  return id === undefined ? undefined : { id, attributes: "" };
}

/** `project.cpu-shares=(privileged,20,none)`; controls of zones are not set from here. */
function rctlsOf(name: string, attributes: string): Record<string, ZoneRctl> {
  const found: Record<string, ZoneRctl> = {};
  for (const attribute of attributes.split(";")) {
    const [, control = "", limit = "", action = ""] =
      /^((?:project|task|process)\.[a-z-]+)=\([a-z]+,(\d+),([a-z]+)\)$/.exec(attribute) ?? [];
    if (control !== "")
      found[control] = {
        limit: Number(limit),
        action: action === "deny" ? "deny" : "none",
        cause: { what: `${control} of project ${name}`, from: "host" },
      };
  }
  return found;
}

/**
 * newtask(1): puts a process into a project, as a new task. The controls of the project are set anew.
 * @returns the number of the task; EPERM, and ESRCH for a project that the zone's database does not have
 */
export function newtask(host: Host, process: Process, project: string): Outcome<number> {
  const may = privilege(host, process, "proc_taskid");
  if (!may.ok) return may;
  const entry = entryOf(host, process, project);
  if (!entry) return denied("ESRCH", "newtask/project", `The zone has no project ${project}.`);
  const illumos = illumosOf(host);
  const { container } = process.credential;
  const known = projectOfZone(host, container, entry.id);
  known.name = project;
  Object.assign(known.rctls, rctlsOf(project, entry.attributes));
  illumos.lastTask++;
  process.illumos = { ...process.illumos, project: entry.id, task: illumos.lastTask };
  return allowed(
    illumos.lastTask,
    may.decision.rule,
    `It is task ${illumos.lastTask} of project ${project}.`,
  );
}
