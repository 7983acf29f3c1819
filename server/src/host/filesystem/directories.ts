import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { changeProcess } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { mayAccess } from "./access.ts";
import { absent, lookup } from "./lookup.ts";
import { alive, nodeOf } from "./nodes.ts";
import type { Vnode } from "./types.ts";

/** The current directory. Source: sys/kern/vfs_syscalls.c. */

/** chdir(2). */
export function chdir(host: Host, process: Process, path: string): Outcome {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const entered = mayEnter(host, process, found.value, path);
  if (!entered.ok) return entered;
  setDirectory(host, process, found.value);
  return { ok: true, value: undefined, decision: found.decision };
}

/** fchdir(2). */
export function fchdir(host: Host, process: Process, fd: number): Outcome {
  const found = directoryOf(host, process, fd);
  if (!found.ok) return found;
  setDirectory(host, process, found.value);
  return allowed(undefined, "fchdir", "The open directory is the current one now.");
}

function setDirectory(host: Host, process: Process, directory: Vnode): void {
  changeProcess(host, process, () => {
    process.directory = { ...directory };
  });
}

/** The directory of a descriptor. */
export function directoryOf(host: Host, process: Process, fd: number): Outcome<Vnode> {
  const { vnode, beneath } = process.descriptors.find((descriptor) => descriptor.fd === fd) ?? {};
  if (!vnode) return denied("EBADF", "descriptor", `Descriptor ${fd} is not open, or no file.`);
  if (beneath)
    return denied("ENOTCAPABLE", "descriptor/beneath", "The directory came from a jail with another root.", {
      causes: [{ what: "directories from other jails are looked up beneath only", from: "kernel" }],
      unsure: true,
    });
  const entered = mayEnter(host, process, vnode, `descriptor ${fd}`);
  return entered.ok ? allowed(vnode, "descriptor", "It is a directory.") : entered;
}

/** Whether a directory can become the current or root one. */
export function mayEnter(host: Host, process: Process, vnode: Vnode, path: string): Outcome {
  if (!alive(host, vnode)) return absent(host, vnode);
  if (nodeOf(host, vnode).kind !== "directory")
    return denied("ENOTDIR", "lookup/directory", `${path} is not a directory.`);
  return mayAccess(host, process, vnode, { execute: true });
}
