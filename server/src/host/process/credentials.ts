import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Power } from "../kernel.ts";
import { changeProcess } from "./processIndex.ts";
import type { Credential, Process } from "./types.ts";

/**
 * Changes of who a process is. Each asks for its own privilege only where the new value is none that the process has
 * already. Source: sys/kern/kern_prot.c.
 */

const MOST_GROUPS = 1023;
const LONGEST_LOGIN_CLASS = 32;

/**
 * Gives a process another credential: others may not debug it until exec, and the kernel is told.
 * Everything that changes a credential goes through here, jail_attach(2) too.
 */
export function setCredential(host: Host, process: Process, change: Partial<Credential>): void {
  changeProcess(host, process, () => {
    process.credential = { ...process.credential, ...change };
  });
  process.changedCredential = true;
  host.kernel.processes.credentialChanged(host, process);
}

/** setuid(2): effective, real and saved user. */
export function setuid(host: Host, process: Process, uid: number): Outcome {
  const { ruid, svuid } = process.credential;
  // POSIX appendix B.4.2.2: the effective user may be kept as well.
  const own = uid === ruid || uid === svuid || uid === process.credential.uid;
  const refused = own ? undefined : needs(host, process, "CRED_SETUID", `become user ${uid}`, uid);
  if (refused) return refused;
  return changeTo(host, process, "setuid", { uid, ruid: uid, svuid: uid }, `It is user ${uid} now.`);
}

/** seteuid(2). */
export function seteuid(host: Host, process: Process, uid: number): Outcome {
  const { ruid, svuid } = process.credential;
  const own = uid === ruid || uid === svuid;
  const refused = own ? undefined : needs(host, process, "CRED_SETEUID", `act as user ${uid}`, uid);
  if (refused) return refused;
  return changeTo(host, process, "seteuid", { uid }, `It acts as user ${uid} now.`);
}

/** setreuid(2); -1 leaves one as it is. */
export function setreuid(host: Host, process: Process, real: number, effective: number): Outcome {
  const { uid, ruid, svuid } = process.credential;
  const own =
    (real === -1 || real === ruid || real === svuid) &&
    (effective === -1 || effective === uid || effective === ruid || effective === svuid);
  const refused = own
    ? undefined
    : needs(host, process, "CRED_SETREUID", "change its users", real, effective);
  if (refused) return refused;
  const next = { uid: effective === -1 ? uid : effective, ruid: real === -1 ? ruid : real };
  const saved = real !== -1 || next.uid !== next.ruid ? next.uid : svuid;
  return changeTo(host, process, "setreuid", { ...next, svuid: saved }, `It is user ${next.uid} now.`);
}

/** setresuid(2); -1 leaves one as it is. */
export function setresuid(host: Host, process: Process, ...[real, effective, saved]: number[]): Outcome {
  const { uid, ruid, svuid } = process.credential;
  const has = [uid, ruid, svuid, -1];
  const wanted = [real ?? -1, effective ?? -1, saved ?? -1];
  const own = wanted.every((one) => has.includes(one));
  const refused = own ? undefined : needs(host, process, "CRED_SETRESUID", "change its users", ...wanted);
  if (refused) return refused;
  const pick = (at: number, old: number) => (wanted[at] === -1 ? old : (wanted[at] ?? old));
  const next = { ruid: pick(0, ruid), uid: pick(1, uid), svuid: pick(2, svuid) };
  return changeTo(host, process, "setresuid", next, `It is user ${next.uid} now.`);
}

/** setgid(2). The model keeps one group beside the supplementary ones. */
export function setgid(host: Host, process: Process, gid: number): Outcome {
  const refused =
    gid === process.credential.gid ? undefined : needs(host, process, "CRED_SETGID", `join group ${gid}`);
  if (refused) return refused;
  return changeTo(host, process, "setgid", { gid }, `Its group is ${gid} now.`);
}

/** setegid(2). */
export function setegid(host: Host, process: Process, gid: number): Outcome {
  const refused =
    gid === process.credential.gid ? undefined : needs(host, process, "CRED_SETEGID", `act as group ${gid}`);
  if (refused) return refused;
  return changeTo(host, process, "setegid", { gid }, `Its group is ${gid} now.`);
}

/** setgroups(2): the privilege is asked for whatever the groups are. */
export function setgroups(host: Host, process: Process, groups: readonly number[]): Outcome {
  if (groups.length > MOST_GROUPS)
    return denied("EINVAL", "setgroups/count", `More than ${MOST_GROUPS} groups are not possible.`);
  const refused = needs(host, process, "CRED_SETGROUPS", "change its groups");
  if (refused) return refused;
  return changeTo(host, process, "setgroups", { groups: [...groups] }, "Its groups have changed.");
}

/** setloginclass(2). */
export function setloginclass(host: Host, process: Process, loginClass: string): Outcome {
  const refused = needs(host, process, "PROC_SETLOGINCLASS", "change its login class");
  if (refused) return refused;
  if (loginClass === "" || loginClass.length > LONGEST_LOGIN_CLASS)
    return denied("EINVAL", "setloginclass/name", "That is no name of a login class.");
  // Not a change of user: debuggers are not shut out.
  process.credential = { ...process.credential, loginClass };
  host.kernel.processes.credentialChanged(host, process);
  return allowed(undefined, "setloginclass", `Its login class is ${loginClass} now.`);
}

/** The refusal of a change; `users` are those that the process would become. */
function needs(host: Host, process: Process, power: Power, to: string, ...users: number[]) {
  const verdict = host.kernel.power(host, process, power);
  if (verdict.ok) {
    for (const uid of users) {
      const refused = host.kernel.processes.maySetUser(host, process, uid);
      if (refused) return refused;
    }
    return undefined;
  }
  return denied("EPERM", verdict.decision.rule, `It may not ${to}: ${verdict.decision.reason}`, {
    causes: verdict.decision.causes,
  });
}

function changeTo(host: Host, process: Process, rule: string, next: Partial<Credential>, reason: string) {
  const keys = Object.keys(next) as (keyof Credential)[];
  const same = keys.every((key) => JSON.stringify(process.credential[key]) === JSON.stringify(next[key]));
  if (!same) setCredential(host, process, next);
  return allowed(undefined, rule, reason);
}
