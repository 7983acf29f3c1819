import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { REACHES_CHANGED } from "../../process/signalTable.ts";
import type { Process } from "../../process/types.ts";
import { allows, prison } from "../prisons.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";
import { since } from "../release.ts";
import { causeOf, inScope, outOfScope } from "../scope.ts";
import { hostNumber } from "../sysctlValues.ts";

/**
 * Which process may see, signal, reschedule and debug which: the tests in the kernel's order, mandatory access control
 * left out. Source: sys/kern/kern_prot.c (p_cansee, p_cansignal, p_cansched, p_candebug, p_canwait).
 */

type Refused = ReturnType<typeof denied>;

/** What ps and everything else that lists processes ask. */
export function canSee(host: Host, subject: Process, object: Process): Outcome {
  if (subject.pid === object.pid) return own("see");
  return seen(host, subject, object) ?? allowed(undefined, "see", `Process ${object.pid} is visible.`);
}

/** kill(2) with one signal, by name without SIG; `0` only asks. */
export function canSignal(host: Host, subject: Process, object: Process, signal: string): Outcome {
  if (subject.pid === object.pid) return own("signal");
  if (signal === "CONT" && subject.session === object.session)
    return allowed(undefined, "signal/session", "Within a session everybody may continue everybody.");
  const hidden = seen(host, subject, object);
  if (hidden) return hidden;
  if (object.changedCredential && !REACHES_CHANGED.has(signal)) {
    const refused = needs(
      host,
      subject,
      "SIGNAL_SUGID",
      "signal/changed",
      `Process ${object.pid} has changed its credential, so SIG${signal} is not for everybody.`,
    );
    if (refused) return refused;
  }
  const from = subject.credential;
  const to = object.credential;
  if (![from.ruid, from.uid].some((uid) => uid === to.ruid || uid === to.svuid)) {
    const refused = needs(
      host,
      subject,
      "SIGNAL_DIFFCRED",
      "signal/uid",
      `Process ${object.pid} belongs to user ${to.ruid}, not to user ${from.ruid}.`,
    );
    if (refused) return refused;
  }
  return (
    tampering(host, subject, object, "SIGNAL_DIFFJAIL") ??
    allowed(undefined, "signal", `Process ${object.pid} gets the signal.`)
  );
}

/** setpriority(2), rtprio(2), cpuset(2) and the scheduler's calls. */
export function canSchedule(host: Host, subject: Process, object: Process): Outcome {
  if (subject.pid === object.pid) return own("schedule");
  const hidden = seen(host, subject, object);
  if (hidden) return hidden;
  const from = subject.credential;
  const to = object.credential;
  if (from.ruid !== to.ruid && from.uid !== to.ruid) {
    const refused = needs(
      host,
      subject,
      "SCHED_DIFFCRED",
      "schedule/uid",
      `Process ${object.pid} belongs to user ${to.ruid}, not to user ${from.ruid}.`,
    );
    if (refused) return refused;
  }
  return (
    tampering(host, subject, object, "SCHED_DIFFJAIL") ??
    allowed(undefined, "schedule", `Process ${object.pid} may be rescheduled.`)
  );
}

/** ptrace(2), ktrace(2), and the memory that procfs(5) shows. Programs are loaded in one step, so EBUSY never comes. */
export function canDebug(host: Host, subject: Process, object: Process): Outcome {
  if (subject.pid === object.pid) return own("debug");
  const plain = needs(
    host,
    subject,
    "DEBUG_UNPRIV",
    "debug/unprivileged",
    "Ordinary users may not debug in this jail.",
  );
  if (plain) return plain;
  const hidden = seen(host, subject, object);
  if (hidden) return hidden;
  const from = subject.credential;
  const to = object.credential;
  const sameUser = [to.uid, to.ruid, to.svuid].every((uid) => uid === from.uid);
  const groups = [from.gid, ...from.groups];
  const inGroups = [to.gid, ...to.groups].every((gid) => groups.includes(gid));
  if (!sameUser || !inGroups) {
    const refused = needs(
      host,
      subject,
      "DEBUG_DIFFCRED",
      "debug/uid",
      `Process ${object.pid} has users or groups that the debugger does not have.`,
    );
    if (refused) return refused;
  }
  if (object.changedCredential) {
    const refused = needs(
      host,
      subject,
      "DEBUG_SUGID",
      "debug/changed",
      `Process ${object.pid} has changed its credential since it started its program.`,
    );
    if (refused) return refused;
  }
  const jail = tampering(host, subject, object, "DEBUG_DIFFJAIL");
  if (jail) return jail;
  if (object.pid === 1 && prison(host, from.container).securelevel > 0)
    return denied("EPERM", "debug/init", "With a securelevel above 0 nobody debugs init.", {
      causes: [
        causeOf(prison(host, from.container), "securelevel", `${prison(host, from.container).securelevel}`),
      ],
    });
  if (object.noTrace) {
    const refused = needs(
      host,
      subject,
      "DEBUG_DENIED",
      "debug/notrace",
      `Process ${object.pid} has asked not to be traced.`,
    );
    if (refused) return refused;
  }
  return allowed(undefined, "debug", `Process ${object.pid} may be debugged.`);
}

/** The part that all have in common: scope, then the three policies of security.bsd. */
function seen(host: Host, subject: Process, object: Process): Refused | undefined {
  if (!inScope(host, subject, object.credential.container)) return outOfScope(host, subject, "ESRCH");
  return (
    otherUser(host, subject, object) ?? otherGroups(host, subject, object) ?? jailed(host, subject, object)
  );
}

function otherUser(host: Host, subject: Process, object: Process) {
  if (subject.credential.ruid === object.credential.ruid) return undefined;
  return policy(host, subject, "see_other_uids", "SEEOTHERUIDS", `It belongs to another user.`);
}

function otherGroups(host: Host, subject: Process, object: Process) {
  const own = [subject.credential.gid, ...subject.credential.groups];
  const theirs = [object.credential.gid, ...object.credential.groups];
  if (own.some((gid) => theirs.includes(gid))) return undefined;
  return policy(
    host,
    subject,
    "see_other_gids",
    "SEEOTHERGIDS",
    `It has no group in common with the caller.`,
  );
}

function jailed(host: Host, subject: Process, object: Process) {
  if (subject.credential.container === object.credential.container) return undefined;
  // Up to 13 not even root was exempt.
  const exempt = since(host, 14) ? "SEEJAILPROC" : undefined;
  return policy(host, subject, "see_jail_proc", exempt, "It is in a jail below.");
}

function policy(
  host: Host,
  subject: Process,
  name: string,
  exempt: PrivilegeName | undefined,
  reason: string,
): Refused | undefined {
  if (hostNumber(host, `security.bsd.${name}`) !== 0) return undefined;
  const cause: Cause = { what: `security.bsd.${name}=0`, from: "host" };
  if (exempt) return needs(host, subject, exempt, `see/${name}`, reason, "ESRCH", [cause]);
  return denied("ESRCH", `see/${name}`, reason, { causes: [cause] });
}

/** Since 15 a user of a containing jail has no power over processes below just because the numbers are the same. */
function tampering(host: Host, subject: Process, object: Process, privilege: PrivilegeName) {
  const target = prison(host, object.credential.container);
  if (!since(host, 15) || target.jid === subject.credential.container) return undefined;
  if (allows(target, "unprivileged_parent_tampering")) return undefined;
  return needs(
    host,
    subject,
    privilege,
    "subjail",
    `Process ${object.pid} is in jail ${target.name}; the same user number is not enough.`,
    "EPERM",
    [causeOf(target, "allow.unprivileged_parent_tampering", "0")],
  );
}

function needs(
  host: Host,
  subject: Process,
  privilege: PrivilegeName,
  rule: string,
  reason: string,
  errno: Errno = "EPERM",
  causes: readonly Cause[] = [],
): Refused | undefined {
  const verdict = privCheck(host, subject, privilege);
  return verdict.ok
    ? undefined
    : denied(errno, rule, reason, { causes: [...causes, ...verdict.decision.causes] });
}

function own(rule: string) {
  return allowed(undefined, `${rule}/self`, "A process may do that to itself.");
}
