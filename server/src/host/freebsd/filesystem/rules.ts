import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import { mayAdmin, type Want } from "../../filesystem/access.ts";
import { fileSystemOf, nodeOf } from "../../filesystem/nodes.ts";
import type { FileNode, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { FileRules } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";
import { processTree } from "./processTree.ts";

/** Who may change modes and owners of files. Source: ufs_setattr() and below in sys/ufs/ufs/ufs_vnops.c. */

export const fileRules: FileRules = {
  against,
  power: (host, process, _, wanted) => privCheck(host, process, wanted),
  mode,
  owner,
  shown: () => undefined,
  // Of tmpfs only its size is a limit.
  inMemory: () => undefined,
  mountCause: (_, { path }) => ({ what: `mount of ${path}`, from: "host" }),
};

/** Nobody makes, renames or removes anything in procfs(5). Source: the operations of sys/fs/pseudofs/pseudofs_vnops.c. */
function against(
  host: Host,
  { credential }: Process,
  vnode: Vnode,
  { kind }: FileNode,
  { write }: Want,
): Refused | undefined {
  if (!write || kind !== "directory" || credential.uid !== 0) return undefined;
  if (fileSystemOf(host, vnode).type !== processTree.type) return undefined;
  return denied("EOPNOTSUPP", "procfs/change", "The kernel alone makes and removes what is in procfs.");
}

function mode(host: Host, process: Process, node: FileNode, wanted: number): Outcome<number> {
  if (wanted & 0o1000 && node.kind !== "directory") {
    const sticky = privCheck(host, process, "VFS_STICKYFILE");
    if (!sticky.ok) return denied("EFTYPE", "chmod/sticky", "Only root makes files sticky.");
  }
  const { gid, groups } = process.credential;
  if (wanted & 0o2000 && node.gid !== gid && !groups.includes(node.gid)) {
    const setgid = privCheck(host, process, "VFS_SETGID");
    if (!setgid.ok) return setgid;
  }
  return allowed(wanted, "chmod", "The mode can be set.");
}

/** Without the privilege only the group changes, to one of the owner's. */
function owner(host: Host, process: Process, vnode: Vnode, uid: number, gid: number): Outcome {
  const admin = mayAdmin(host, process, vnode);
  if (!admin.ok) return admin;
  const node = nodeOf(host, vnode);
  const { credential } = process;
  const ownGroup = gid === node.gid || gid === credential.gid || credential.groups.includes(gid);
  return uid !== node.uid || !ownGroup ? privCheck(host, process, "VFS_CHOWN") : admin;
}
