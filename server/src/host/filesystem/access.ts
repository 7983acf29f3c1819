import { allowed, denied, type Outcome } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { Host } from "../host.ts";
import type { Power } from "../kernel.ts";
import type { Process } from "../process/types.ts";
import { mountOf, nodeOf } from "./nodes.ts";
import { pathOf } from "./paths.ts";
import type { FileNode, Vnode } from "./types.ts";

export interface Want {
  read?: boolean;
  write?: boolean;
  /** Of directories: search. */
  execute?: boolean;
}

const PERMITTED = allowed(undefined, "access", "The mode permits it.");

/** Flags by what they forbid, in the words of FreeBSD and of illumos. Sources: chflags(2), chmod(1) of illumos. */
const IMMUTABLE: ReadonlySet<string> = new Set(["schg", "uchg", "immutable"]);
const APPEND_ONLY: ReadonlySet<string> = new Set(["sappnd", "uappnd", "appendonly"]);
const NO_UNLINK: ReadonlySet<string> = new Set(["sunlnk", "uunlnk", "nounlink"]);

/** Whether flags make a node immutable: nobody writes it, whatever its mode. */
export function immutable({ flags }: FileNode): boolean {
  return flags.some((flag) => IMMUTABLE.has(flag));
}

/** Whether a file only grows, or a directory only gets new names. */
export function appendOnly({ flags }: FileNode): boolean {
  return flags.some((flag) => APPEND_ONLY.has(flag));
}

/** The flag that keeps the names of a node. */
export function keepingFlag({ flags }: FileNode): string | undefined {
  return flags.find((flag) => IMMUTABLE.has(flag) || APPEND_ONLY.has(flag) || NO_UNLINK.has(flag));
}

/**
 * Whether a process may use a node in that way: mode bits of the owner, the group or the others, and what they refuse
 * only with a privilege. Source: vaccess() in sys/kern/vfs_subr.c, ufs_accessx().
 */
export function mayAccess(host: Host, process: Process, vnode: Vnode, want: Want): Outcome {
  return mayUse(host, process, vnode, nodeOf(host, vnode), want);
}

/** The same for who has the node already. */
export function mayUse(host: Host, process: Process, vnode: Vnode, node: FileNode, want: Want): Outcome {
  if (want.write) {
    const refused = writable(host, vnode, node);
    if (refused) return refused;
  }
  const { rules } = host.kernel.files;
  const against = rules.against(host, process, vnode, node, want);
  if (against) return against;
  const needed = (want.read ? 4 : 0) | (want.write ? 2 : 0) | (want.execute ? 1 : 0);
  const missing = needed & ~modeBits(process, node);
  if (missing === 0) return PERMITTED;
  for (const privilege of privilegesFor(node, missing)) {
    const outcome = privilege ? rules.power(host, process, node, privilege) : undefined;
    if (!outcome?.ok) return refusal(host, vnode, node, outcome?.decision.causes ?? []);
  }
  return PERMITTED;
}

function writable(host: Host, vnode: Vnode, node: FileNode): ReturnType<typeof denied> | undefined {
  if (
    node.kind !== "device" &&
    node.kind !== "fifo" &&
    node.kind !== "socket" &&
    node.kind !== "door" &&
    mountOf(host, vnode).readOnly
  )
    return readOnly(host, vnode);
  if (immutable(node))
    return denied(
      "EPERM",
      "flags/immutable",
      `${pathOf(host, vnode)} is immutable (${node.flags.join(",")}).`,
    );
  return undefined;
}

export function readOnly(host: Host, vnode: Vnode): ReturnType<typeof denied> {
  const mount = mountOf(host, vnode);
  return denied("EROFS", "mount/read-only", `${mount.path} is mounted read-only.`, {
    causes: [host.kernel.files.rules.mountCause(host, mount)],
  });
}

function modeBits({ credential }: Process, node: FileNode): number {
  if (credential.uid === node.uid) return node.mode >> 6;
  if (credential.gid === node.gid || credential.groups.includes(node.gid)) return node.mode >> 3;
  return node.mode;
}

/** The privileges that stand in for missing mode bits; null where none does: a file without any x bit. */
function privilegesFor(node: FileNode, missing: number): (Power | null)[] {
  const found: (Power | null)[] = [];
  if (missing & 4) found.push("VFS_READ");
  if (missing & 2) found.push("VFS_WRITE");
  if (missing & 1) {
    if (node.kind === "directory") found.push("VFS_LOOKUP");
    else found.push(node.mode & 0o111 ? "VFS_EXEC" : null);
  }
  return found;
}

function refusal(
  host: Host,
  vnode: Vnode,
  node: FileNode,
  causes: readonly { what: string; from: "kernel" }[] | Outcome["decision"]["causes"],
) {
  const mode = (node.mode & 0o7777).toString(8).padStart(3, "0");
  const reason = `${pathOf(host, vnode)} has mode ${mode} and belongs to user ${node.uid}, group ${node.gid}.`;
  return denied("EACCES", "access", reason, { causes });
}

/** Whether a process may change a node's mode, flags or times: its owner, or VFS_ADMIN. Source: VADMIN. */
export function mayAdmin(host: Host, process: Process, vnode: Vnode, errno: Errno = "EPERM"): Outcome {
  const node = nodeOf(host, vnode);
  if (node.uid === process.credential.uid) return allowed(undefined, "access/owner", "The process owns it.");
  const privilege = host.kernel.files.rules.power(host, process, node, "VFS_ADMIN");
  if (privilege.ok) return privilege;
  return denied(errno, "access/owner", `${pathOf(host, vnode)} belongs to user ${node.uid}.`, {
    causes: privilege.decision.causes,
  });
}
