import { allowed, type Outcome } from "../../decision.ts";
import type { DirectoryEntry } from "../../filesystem/entries.ts";
import {
  entriesOf,
  fileSystemOf,
  mountOf,
  NO_FLAGS,
  nodeOf,
  processNumber,
  processPlace,
} from "../../filesystem/nodes.ts";
import type { FileNode, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { ProcessTree } from "../../kernel.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { inspects } from "../process/permissions.ts";

/**
 * /proc: a directory for each process, which belongs to the real user of it. Source: usr/src/uts/common/fs/proc/prvnops.c
 * (pr_lookup_procdir, pr_readdir_procdir, prgetattr), proc(5).
 */

interface ProcessFile {
  readonly name: string;
  readonly kind: "file" | "directory" | "link";
  readonly mode: number;
}

const file = (name: string, mode = 0o400): ProcessFile => ({ name, kind: "file", mode });
const directory = (name: string, mode = 0o500): ProcessFile => ({ name, kind: "directory", mode });
const link = (name: string): ProcessFile => ({ name, kind: "link", mode: 0o500 });

/** What the directories have on all systems, by name. A number of one is its place here, counted from 1. */
const FILES: readonly ProcessFile[] = [
  file("as", 0o600),
  file("auxv"),
  directory("contracts"),
  file("cred"),
  file("ctl", 0o200),
  link("cwd"),
  directory("fd"),
  file("lpsinfo", 0o444),
  file("lstatus"),
  file("lusage", 0o444),
  directory("lwp", 0o555),
  file("map"),
  directory("object"),
  file("pagedata"),
  directory("path"),
  file("priv"),
  file("psinfo", 0o444),
  file("rmap"),
  link("root"),
  file("sigact"),
  file("status"),
  file("usage", 0o444),
  file("watch"),
  file("xmap"),
];

const DIRECTORY_MODE = 0o511;

/** Whether a process finds another one there. A mount of a zone shows the processes of that zone alone. */
function finds(host: Host, process: Process, { mount }: Vnode, object: Process): boolean {
  const { zone } = mountOf(host, { mount, node: 0 });
  if (zone !== undefined && object.credential.container !== zone) return false;
  return host.kernel.processes.canSee(host, process, object).ok;
}

/** `self` leads to the caller, and is in no list. */
function processNamed(host: Host, process: Process, directory: Vnode, name: string): Process | undefined {
  const pid = name === "self" ? process.pid : /^\d{1,6}$/.test(name) ? Number(name) : undefined;
  const object = pid === undefined ? undefined : findProcess(host, pid);
  return object && finds(host, process, directory, object) ? object : undefined;
}

function child(host: Host, process: Process, at: Vnode, name: string): number | undefined {
  const place = processPlace(at.node);
  if (!place) {
    const object = processNamed(host, process, at, name);
    return object && processNumber(object.pid);
  }
  if (place.file !== 0) return undefined;
  const index = FILES.findIndex((one) => one.name === name);
  return index < 0 ? undefined : processNumber(place.pid, index + 1);
}

/** The links lead on for whoever may look into the process. */
function leadsTo(host: Host, process: Process, number: number): Vnode | undefined {
  const { pid, file: index } = processPlace(number) ?? { pid: 0, file: 0 };
  const { kind, name } = FILES[index - 1] ?? {};
  const object = findProcess(host, pid);
  if (kind !== "link" || !object || !inspects(host, process, object, false).ok) return undefined;
  return name === "root" ? object.root : object.directory;
}

function node(host: Host, number: number): FileNode {
  const { pid, file: index } = processPlace(number) ?? { pid: 0, file: 0 };
  const { ruid: uid = 0, gid = 0 } = findProcess(host, pid)?.credential ?? {};
  const found = FILES[index - 1];
  const owner = { uid, gid, flags: NO_FLAGS };
  if (!found) return { kind: "directory", mode: DIRECTORY_MODE, ...owner, parent: ROOT, links: 4 };
  const { kind, mode } = found;
  const parent = processNumber(pid);
  // The links have no text; where they lead is the business of `leadsTo`.
  if (kind === "link") return { kind, mode, ...owner, parent, links: 1, target: "" };
  return { kind, mode, ...owner, parent, links: kind === "directory" ? 2 : 1 };
}

const ROOT = 1;

function list(host: Host, process: Process, at: Vnode): Outcome<DirectoryEntry[]> {
  const entry = (name: string, number: number): DirectoryEntry => {
    const vnode = { mount: at.mount, node: number };
    return { name, vnode, node: nodeOf(host, vnode) };
  };
  const place = processPlace(at.node);
  if (!place) {
    const stored = Object.entries(entriesOf(fileSystemOf(host, at), at.node));
    const shown = host.kernel.processes
      .known(host, process)
      .filter((object) => finds(host, process, at, object));
    return allowed(
      [
        ...shown.map(({ pid }) => entry(String(pid), processNumber(pid))),
        ...stored.map(([name, number]) => entry(name, number)),
      ],
      "proc/list",
      "It shows the processes that are there for the reader.",
    );
  }
  if (place.file !== 0) {
    const { decision } = assumed(`What is in ${nameOf(at.node)} of /proc is not modelled.`);
    return { ok: true, value: [], decision };
  }
  return allowed(
    FILES.map(({ name }, i) => entry(name, processNumber(place.pid, i + 1))),
    "proc/files",
    "Each process has the same files.",
  );
}

function nameOf(number: number): string {
  const { pid, file: index } = processPlace(number) ?? { pid: 0, file: 0 };
  const found = FILES[index - 1];
  return found ? `${pid}/${found.name}` : String(pid);
}

function assumed(reason: string): Outcome<string> {
  return { ok: true, value: "", decision: { verdict: "assumed", rule: "proc/content", reason, causes: [] } };
}

export const processTree: ProcessTree = {
  type: "proc",
  child,
  leadsTo,
  list,
  node,
  nameOf,
  read: (_, __, number) =>
    assumed(`${nameOf(number)} of /proc is binary, a structure of proc(5): what is in it is not modelled.`),
};
