import { allowed, type Outcome } from "../../decision.ts";
import type { DirectoryEntry } from "../../filesystem/entries.ts";
import { NO_FLAGS, nodeOf, processNumber, processPlace } from "../../filesystem/nodes.ts";
import type { FileNode, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { ProcessTree } from "../../kernel.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { procfsStatus, visibleProcesses } from "../process/views.ts";
import { canDebug, canSee } from "../process/visibility.ts";

/**
 * procfs(5): a directory for each process that the reader sees. Source: sys/fs/procfs/procfs.c, sys/fs/pseudofs
 * (pfs_visible, pfs_getattr).
 */

interface ProcessFile {
  readonly name: string;
  readonly mode: number;
  /** Whether it is there only for whoever may debug the process. */
  readonly debug: boolean;
  /** Its text; where it has none here, it is binary or not modelled. */
  readonly text?: (host: Host, reader: Process, object: Process) => string;
}

const file = (name: string, mode = 0o444, text?: ProcessFile["text"]): ProcessFile => ({
  ...{ name, mode, debug: mode !== 0o444 },
  ...(text && { text }),
});

/** By name. A number of one is its place here, counted from 1. */
const FILES: readonly ProcessFile[] = [
  file("cmdline", 0o444, (_, __, { args }) => args.map((word) => `${word}\0`).join("")),
  file("dbregs", 0o600),
  file("etype", 0o444, () => "FreeBSD ELF64\n"),
  file("fpregs", 0o600),
  file("map"),
  file("mem", 0o600),
  file("note", 0o200),
  file("notepg", 0o200),
  file("regs", 0o600),
  file("rlimit"),
  file("status", 0o444, (host, reader, object) => procfsStatus(host, reader, object)),
];

const ROOT = 1;

function isThere(host: Host, reader: Process, object: Process, { debug }: ProcessFile): boolean {
  return !debug || canDebug(host, reader, object).ok;
}

/** `curproc` leads to the reader. */
function child(host: Host, process: Process, at: Vnode, name: string): number | undefined {
  const place = processPlace(at.node);
  if (!place) {
    const pid = name === "curproc" ? process.pid : /^\d{1,6}$/.test(name) ? Number(name) : undefined;
    const object = pid === undefined ? undefined : findProcess(host, pid);
    return object && canSee(host, process, object).ok ? processNumber(object.pid) : undefined;
  }
  const index = FILES.findIndex((one) => one.name === name);
  const found = FILES[index];
  const object = findProcess(host, place.pid);
  return found && object && isThere(host, process, object, found)
    ? processNumber(place.pid, index + 1)
    : undefined;
}

function node(host: Host, number: number): FileNode {
  const { pid, file: index } = processPlace(number) ?? { pid: 0, file: 0 };
  const { ruid: uid = 0, gid = 0 } = findProcess(host, pid)?.credential ?? {};
  const found = FILES[index - 1];
  const owner = { uid, gid, flags: NO_FLAGS };
  if (!found) return { kind: "directory", mode: 0o555, ...owner, parent: ROOT, links: 2 };
  return { kind: "file", mode: found.mode, ...owner, parent: processNumber(pid), links: 1 };
}

function list(host: Host, process: Process, { mount, node: at }: Vnode): Outcome<DirectoryEntry[]> {
  const entry = (name: string, number: number): DirectoryEntry => {
    const vnode = { mount, node: number };
    return { name, vnode, node: nodeOf(host, vnode) };
  };
  const place = processPlace(at);
  const object = place && findProcess(host, place.pid);
  const entries = object
    ? FILES.flatMap((one, i) =>
        isThere(host, process, object, one) ? [entry(one.name, processNumber(object.pid, i + 1))] : [],
      )
    : [
        ...visibleProcesses(host, process).map(({ pid }) => entry(String(pid), processNumber(pid))),
        ownEntry(process, mount),
      ];
  return allowed(entries, "procfs/list", "It shows what is there for the reader.");
}

function ownEntry({ pid }: Process, mount: Vnode["mount"]): DirectoryEntry {
  const link = { kind: "link", mode: 0o555, uid: 0, gid: 0, flags: NO_FLAGS, links: 1 } as const;
  return {
    ...{ name: "curproc", vnode: { mount, node: processNumber(pid) } },
    node: { ...link, parent: ROOT, target: String(pid) },
  };
}

function nameOf(number: number): string {
  const { pid, file: index } = processPlace(number) ?? { pid: 0, file: 0 };
  const found = FILES[index - 1];
  return found ? `${pid}/${found.name}` : String(pid);
}

function read(host: Host, process: Process, number: number): Outcome<string> {
  const { pid, file: index } = processPlace(number) ?? { pid: 0, file: 0 };
  const object = findProcess(host, pid);
  const text = object && FILES[index - 1]?.text?.(host, process, object);
  if (text !== undefined) return allowed(text, "procfs/read", "What the kernel knows of the process.");
  const reason = `What is in ${nameOf(number)} of procfs(5) is not modelled.`;
  return {
    ...{ ok: true, value: "" },
    decision: { verdict: "assumed", rule: "procfs/content", reason, causes: [] },
  };
}

export const processTree: ProcessTree = { type: "procfs", child, list, node, nameOf, read };
