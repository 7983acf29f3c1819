import type { Cause } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { readFile } from "../../filesystem/files.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountOf } from "../../filesystem/nodes.ts";
import { mountFs, unmountFs } from "../filesystem/mounts.ts";
import type { Action } from "./action.ts";
import { assumeDataset, assumeDirectory } from "./assume.ts";
import { asSystemUser } from "./commands.ts";
import { type FstabLine, readFstabLine } from "./fstab.ts";
import { pathProblem } from "./paths.ts";
import type { JailRun } from "./run.ts";
import type { Done } from "./schedule.ts";

/** Mounts that belong to a jail. Source: run_command() in usr.sbin/jail/command.c, mount(8), fstab(5). */

/** What mount(8) and umount(8) take, in virtual milliseconds. */
const MOUNT_TIME = 15;

/** The parameters in the order of the start. */
export const MOUNT_PARAMETERS = [
  "mount",
  "mount.fstab",
  "mount.devfs",
  "mount.fdescfs",
  "mount.procfs",
] as const;
export type MountParameter = (typeof MOUNT_PARAMETERS)[number];

/** What is to be mounted, and because of which line. */
export interface FstabEntry extends FstabLine {
  readonly cause: Cause;
}

/** The mounts of one parameter, each with how it is undone. */
export function mountActions(run: JailRun, parameter: MountParameter): Action[] {
  return entriesOf(run, parameter).map((entry) => ({
    program: true,
    run: () => mountEntry(run, parameter, entry),
    undo: () => unmountEntry(run, parameter, entry),
  }));
}

/** The same mounts taken away, last first. */
export function unmountActions(run: JailRun, parameter: MountParameter): Action[] {
  return entriesOf(run, parameter)
    .reverse()
    .map((entry) => ({ program: true, run: () => unmountEntry(run, parameter, entry) }));
}

function entriesOf(run: JailRun, parameter: MountParameter): (FstabEntry | string)[] {
  const { settings } = run;
  switch (parameter) {
    case "mount":
      // A blank line mounts nothing. Source: run_command() in usr.sbin/jail/command.c.
      return settings
        .list("mount")
        .filter(({ text }) => text.trim() !== "")
        .map(({ text, cause }) => readLine(text, cause));
    case "mount.fstab":
      return run.fstab;
    default: {
      if (!settings.flag(parameter)) return [];
      const cause = settings.cause(parameter);
      const { path } = settings;
      if (path === undefined) return [`${parameter}: no jail root path defined`];
      return [special(parameter, path, settings.ruleset, cause)];
    }
  }
}

function special(parameter: MountParameter, path: string, ruleset: string, cause: Cause): FstabEntry {
  const root = path.replace(/\/$/, "");
  if (parameter === "mount.devfs")
    return { from: ".", on: `${root}/dev`, type: "devfs", options: `ruleset=${ruleset}`, cause };
  if (parameter === "mount.fdescfs")
    return { from: ".", on: `${root}/dev/fd`, type: "fdescfs", options: "", cause };
  return { from: ".", on: `${root}/proc`, type: "procfs", options: "", cause };
}

/** A line with its place; a message where there are too few words. */
function readLine(text: string, cause: Cause): FstabEntry | string {
  const line = readFstabLine(text);
  return line ? { ...line, cause } : `mount: ${text}: missing information`;
}

/**
 * The lines of the files of `mount.fstab`, read before anything is done; comments are cut.
 * @returns a message if a file cannot be read
 */
export function readFstab(run: JailRun): { entries: (FstabEntry | string)[] } | { problem: string } {
  const entries: (FstabEntry | string)[] = [];
  for (const { text: path, cause } of run.settings.list("mount.fstab")) {
    if (path === "") continue;
    const read = readFile(run.host, run.caller, path);
    if (!read.ok) {
      if (run.host.state.machine.described) return { problem: `fopen ${path}: ${strerror(read.errno)}` };
      run.emit(
        "mount.fstab",
        `${path} is taken to be there; its lines are not known, so nothing of it is mounted.`,
        "assumed",
        {
          causes: [cause],
        },
      );
      continue;
    }
    for (const line of read.value.split("\n")) {
      const text = line.replace(/#.*/, "").trim();
      if (text !== "") entries.push(readLine(text, cause));
    }
  }
  return { entries };
}

function mountEntry(run: JailRun, parameter: MountParameter, entry: FstabEntry | string): Done {
  if (typeof entry === "string") return run.refuse(parameter, entry, [run.settings.cause(parameter)]);
  const { from, on, type, options, cause } = entry;
  const problem = pathProblem(run, parameter, on);
  if (problem) return run.refuse(parameter, problem, [cause, ...missingRoot(run)]);
  // A base system that is shown as the jail's root, or a directory beside it.
  if (type === "nullfs" || type === "unionfs")
    assumeDirectory(run, from, parameter, on === run.settings.path);
  if (type === "zfs") assumeDataset(run, from);
  return asSystemUser(run, parameter, "/sbin/mount", (process) => {
    const outcome = mountFs(run.host, process, {
      type,
      // File systems without a source are shown by their own name.
      from: from === "." ? type : from,
      on,
      options: options
        .split(",")
        .filter((option) => option !== "" && option !== "late" && option !== "failok"),
    });
    run.report(parameter, `${type} on ${on}${type === "nullfs" ? ` shows ${from}` : ""}`, outcome, [cause]);
    if (!outcome.ok) run.warn(`${commandLine(entry)}: failed`);
    return { ok: outcome.ok, milliseconds: MOUNT_TIME };
  });
}

/** What a mount point is missing for, if it is not the mount point alone: the root of the jail, as `path` says it. */
function missingRoot({ host, caller, settings }: JailRun): Cause[] {
  const { path } = settings;
  return path !== undefined && !lookup(host, caller, path).ok ? [settings.cause("path")] : [];
}

/** As jail(8) prints the command that failed. */
function commandLine({ from, on, type, options }: FstabEntry): string {
  return `/sbin/mount -t ${type}${options ? (type === "devfs" ? ` -o${options}` : ` -o ${options}`) : ""} ${from} ${on}`;
}

function unmountEntry(run: JailRun, parameter: MountParameter, entry: FstabEntry | string): Done {
  if (typeof entry === "string") return run.refuse(parameter, entry, [run.settings.cause(parameter)]);
  const { on, type, cause } = entry;
  const problem = unmountProblem(run, on, type);
  if (problem) return run.refuse(parameter, `${parameter}: ${on}: ${problem}`, [cause]);
  return asSystemUser(run, parameter, "/sbin/umount", (process) => {
    const outcome = unmountFs(run.host, process, on);
    run.report(parameter, `${type} on ${on} is unmounted`, outcome, [cause]);
    if (!outcome.ok) run.warn(`/sbin/umount ${on}: failed`);
    return { ok: outcome.ok, milliseconds: MOUNT_TIME };
  });
}

/** Whether what is mounted there is what was mounted. */
function unmountProblem(run: JailRun, on: string, type: string): string | undefined {
  const found = lookup(run.host, run.caller, on);
  if (!found.ok) return strerror(found.errno);
  const mount = mountOf(run.host, found.value);
  if (found.value.node !== mount.root) return "not a mount point";
  return mount.type === type ? undefined : `not a ${type} mount`;
}
