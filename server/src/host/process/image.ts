import { allowed, contained, denied, type Outcome } from "../decision.ts";
import { mayAccess } from "../filesystem/access.ts";
import { lookup } from "../filesystem/lookup.ts";
import { mountOf, nodeOf } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import { setCredential } from "./credentials.ts";
import type { Process } from "./types.ts";

/** What execve(2) does with the file and the credential. Source: sys/kern/kern_exec.c. */

const SET_UID = 0o4000;
const SET_GID = 0o2000;

/** Replaces the program of a process. `memory` is what the new one takes, in bytes. */
export function loadImage(
  host: Host,
  process: Process,
  command: string,
  args: readonly string[],
  memory: { resident: number; virtual: number },
): Outcome {
  let changed = "";
  if (command.includes("/")) {
    const found = lookup(host, process, command, { follow: true });
    if (!found.ok) return found;
    const node = nodeOf(host, found.value);
    if (node.kind !== "file") return denied("EACCES", "exec/kind", `${command} is no regular file.`);
    const access = mayAccess(host, process, found.value, { execute: true });
    if (!access.ok) return access;
    const mount = mountOf(host, found.value);
    if (mount.options.includes("noexec"))
      return denied("EACCES", "exec/noexec", `${mount.path} is mounted with noexec.`);
    changed = setIdOf(
      process,
      node,
      mount.options.some((option) => option === "nosuid" || option === "nosetuid"),
    );
    if (changed) {
      const { credential } = process;
      setCredential(host, process, {
        uid: node.mode & SET_UID ? node.uid : credential.uid,
        gid: node.mode & SET_GID ? node.gid : credential.gid,
      });
    }
  }
  if (process.credential.svuid !== process.credential.uid)
    process.credential = { ...process.credential, svuid: process.credential.uid };
  const { credential } = process;
  process.changedCredential = credential.uid !== credential.ruid || Boolean(changed);
  process.noTrace = false;
  process.command = command.slice(command.lastIndexOf("/") + 1);
  process.args = [...args];
  process.memory = { ...memory };
  delete process.handles;
  process.state = "running";
  return changed
    ? contained(undefined, "exec/setid", `${command} runs as uid ${credential.uid}, the owner of the file.`)
    : allowed(undefined, "exec", `${command} takes the place of the program; the container stays the same.`);
}

/** Whether the bits of the file change who runs it: not on a nosuid mount, under a debugger, or without new rights. */
function setIdOf(
  process: Process,
  node: { mode: number; uid: number; gid: number },
  nosuid: boolean,
): string {
  if (nosuid || process.tracer !== undefined || process.noNewPrivileges) return "";
  const { uid, gid } = process.credential;
  if (node.mode & SET_UID && node.uid !== uid) return "uid";
  return node.mode & SET_GID && node.gid !== gid ? "gid" : "";
}
