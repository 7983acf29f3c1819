import { allowed, denied, type Outcome } from "../../decision.ts";
import { mayAdmin } from "../../filesystem/access.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import type { FileNode, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { FileRules } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";

/** Who may change modes and owners of files. Source: ufs_setattr() and below in sys/ufs/ufs/ufs_vnops.c. */

export const fileRules: FileRules = {
  against: () => undefined,
  power: (host, process, _, wanted) => privCheck(host, process, wanted),
  mode,
  owner,
  shown: () => undefined,
  // Of tmpfs only its size is a limit.
  inMemory: () => undefined,
  mountCause: (_, { path }) => ({ what: `mount of ${path}`, from: "host" }),
};

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
