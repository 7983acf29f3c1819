import { allowed, denied, type Outcome, type Refused, thereIsNo } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { meantPid } from "../linux/pids.ts";
import { privilege, privilegeSet } from "../privileges.ts";
import { GLOBAL } from "../zones.ts";

/** Who may do what to whom. Source: usr/src/uts/common/os/{cred,pid,policy,priv}.c. */

/** Whether a process exists for another one: a zone has no processes but its own. Source: prfind_zone(). */
export function existsFor(subject: Process, object: Process): boolean {
  const own = subject.credential.container;
  return own === GLOBAL || own === object.credential.container;
}

/** The answer for a process that is not there, or in another zone: the caller cannot tell them apart. */
export function noSuchProcess(pid: number, other: Process | undefined, errno: Errno = "ESRCH"): Refused {
  if (!other) return denied(errno, "process/none", thereIsNo("process", pid));
  return denied(errno, "scope", `Process ${pid} is in another zone, so it does not exist here.`, {
    causes: [{ what: "a zone sees only its own processes", from: "kernel" }],
  });
}

/** A process by pid, as calls find it. ESRCH, or ENOENT in /proc. */
export function processFor(
  host: Host,
  subject: Process,
  pid: number,
  errno: Errno = "ESRCH",
): Outcome<Process> {
  const object = findProcess(host, meantPid(host, subject, pid));
  if (!object || !existsFor(subject, object)) return noSuchProcess(pid, object, errno);
  return allowed(object, "process/found", `Process ${pid} is there.`);
}

/**
 * Whether a process may signal another one or change how it is scheduled. Equal users count in one zone only: user 1000
 * of a zone is nobody that the global zone knows. Source: prochasprocperm(), hasprocperm() in os/cred.c.
 */
export function controls(host: Host, subject: Process, object: Process): Outcome {
  if (subject.pid === object.pid)
    return allowed(undefined, "process/self", "A process may do that to itself.");
  if (!existsFor(subject, object)) return noSuchProcess(object.pid, object);
  if (subject.session !== object.session) {
    const session = privilege(host, subject, "proc_session");
    if (!session.ok) return session;
  }
  const from = subject.credential;
  const to = object.credential;
  if (from.container !== to.container) {
    const across = privilege(host, subject, "proc_zone");
    if (!across.ok) return across;
  }
  if (sameUser(subject, object))
    return allowed(undefined, "process/user", `Process ${object.pid} belongs to the same user.`);
  return privilege(host, subject, "proc_owner");
}

function sameUser(subject: Process, object: Process): boolean {
  const { uid, ruid } = subject.credential;
  const to = object.credential;
  return [uid, ruid].some((one) => one === to.ruid || one === to.svuid);
}

/**
 * Whether a process may read or take over the memory of another one: it has to have every privilege that the other one
 * could use. Source: priv_proc_cred_perm() in os/priv.c.
 */
export function inspects(host: Host, subject: Process, object: Process, write: boolean): Outcome {
  if (subject.pid === object.pid)
    return allowed(undefined, "process/self", "A process may do that to itself.");
  const from = subject.credential;
  const to = object.credential;
  if (from.container !== to.container) {
    const across = privilege(host, subject, "proc_zone", "EACCES");
    if (!across.ok) return across;
  }
  const owner = [to.uid, to.ruid, to.svuid].every((uid) => uid === from.uid) && from.gid === to.gid;
  if (!owner) {
    const any = privilege(host, subject, "proc_owner", "EACCES");
    if (!any.ok) return any;
  }
  const own = new Set(privilegeSet(host, subject, "effective"));
  const missing = privilegeSet(host, object, write ? "limit" : "permitted").find((name) => !own.has(name));
  if (missing === undefined || (owner && !write && !object.changedCredential))
    return allowed(undefined, "process/inspect", `Process ${object.pid} hides nothing from it.`);
  if (owner && missing !== undefined && isSubset(host, object, own))
    return allowed(undefined, "process/inspect", `Process ${object.pid} has no privilege that it lacks.`);
  return denied(
    "EACCES",
    "process/privileges",
    `Process ${object.pid} could have ${missing}, which it has not.`,
    {
      causes: [{ what: `${missing} of process ${object.pid}`, from: "kernel" }],
    },
  );
}

function isSubset(host: Host, object: Process, own: ReadonlySet<string>): boolean {
  return privilegeSet(host, object, "permitted").every((name) => own.has(name));
}
