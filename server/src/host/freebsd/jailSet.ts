import { settle } from "../clock.ts";
import { allowed } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { moveInto } from "./attach.ts";
import { describedBy, openJailDescriptor } from "./jailDescriptors.ts";
import { apply } from "./jailSet/apply.ts";
import { type Checked, checkExisting, checkFinal } from "./jailSet/checks.ts";
import { create, reserve } from "./jailSet/create.ts";
import { parse } from "./jailSet/parse.ts";
import { Reader } from "./jailSet/read.ts";
import { findTarget, type Target } from "./jailSet/target.ts";
import {
  type Call,
  type JailOutcome,
  type JailParameters,
  type JailSetFlags,
  Refused,
  type Request,
  refuse,
} from "./jailSet/types.ts";
import { markAlive, prisonReleased, undoCreation } from "./lifecycle.ts";
import { prisonOf } from "./prisons.ts";
import { privCheck } from "./privileges.ts";
import { since } from "./release.ts";
import { causeOf } from "./scope.ts";
import type { Prison } from "./types.ts";

export type { JailOutcome, JailParameters, JailSetFlags, ParamValue } from "./jailSet/types.ts";

/**
 * jail_set(2): creates or changes a jail, and may put the caller into it. Checks run in the order of the kernel, so
 * that the first that fails gives errno, reason and errmsg. Source: kern_jail_set() in sys/kern/kern_jail.c.
 * @returns the jid
 */
export function jailSet(
  host: Host,
  caller: Process,
  parameters: JailParameters,
  flags: JailSetFlags,
): JailOutcome<number> {
  settle(host);
  try {
    return set(host, caller, parameters, flags);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { outcome } = error;
    if (!outcome.ok)
      host.emit({
        container: String(parameters["name"]?.value ?? parameters["jid"]?.value ?? ""),
        kind: flags.create ? "jail.create" : "jail.update",
        message: outcome.decision.reason,
        outcome: "failed",
        errno: outcome.errno,
        causes: outcome.decision.causes,
      });
    return outcome;
  }
}

/**
 * The same as the system call has it: names and values in turn, and flags as bits.
 * Source: sys_jail_set(), copyinuio(), vfs_buildopts().
 */
export function jailSetVector(
  host: Host,
  caller: Process,
  vector: readonly (JailParameters[string]["value"] | null)[],
  flags: number,
): JailOutcome<number> {
  if (vector.length % 2 === 1) return refuse("1", "EINVAL", "There is a name without a value.").outcome;
  if (vector.length > UIO_MAXIOV)
    return refuse("2", "EINVAL", `More than ${UIO_MAXIOV} entries are not read.`).outcome;
  if (vector.some((entry, i) => entry === null && i % 2 === 0))
    return refuse("2", "EFAULT", "An entry is not in the caller's memory.").outcome;
  try {
    mayCreate(host, caller, { create: (flags & 1) !== 0, atDescriptor: (flags & 0x20) !== 0 });
    checkFlags(host, flags);
    const parameters: Record<string, JailParameters[string]> = {};
    for (let i = 0; i < vector.length; i += 2) {
      const name = vector[i];
      if (typeof name !== "string" || name === "") throw refuse("5", "EINVAL", "A parameter has no name.");
      parameters[name] = { value: vector[i + 1] ?? true };
    }
    return jailSet(host, caller, parameters, flagsOf(flags));
  } catch (error) {
    if (error instanceof Refused) return error.outcome;
    throw error;
  }
}

/** Source: sys/sys/uio.h. */
const UIO_MAXIOV = 1024;

/** The bits of the flags, in the order of sys/sys/jail.h. */
const FLAG_BITS = [
  "create",
  "update",
  "attach",
  "dying",
  "useDescriptor",
  "atDescriptor",
  "getDescriptor",
  "ownDescriptor",
] as const satisfies readonly (keyof JailSetFlags)[];

function flagsOf(bits: number): JailSetFlags {
  return Object.fromEntries(FLAG_BITS.map((flag, i) => [flag, (bits & (1 << i)) !== 0]));
}

function checkFlags(host: Host, bits: number): void {
  const known = since(host, 15) ? 0xff : 0xf;
  if ((bits & ~known) !== 0) throw refuse("4", "EINVAL", "There are flags that the kernel does not know.");
  if ((bits & 0x30) === 0x30)
    throw refuse("4", "EINVAL", "A descriptor cannot be both the jail and what names are relative to.");
}

/** A jail that may have none below it is refused before anything else is looked at. */
function mayCreate(host: Host, caller: Process, { create: creates, atDescriptor }: JailSetFlags): void {
  const own = prisonOf(host, caller);
  if (creates && !atDescriptor && own.childrenMax === 0)
    throw refuse("3", "EPERM", `Jail ${own.name} may have no jails below it.`, {
      causes: [causeOf(own, "children.max", "0")],
    });
}

/** Rows 3 to 10: flags, descriptors and privileges. */
function begin(host: Host, caller: Process, parameters: JailParameters, flags: JailSetFlags): Call {
  // Before 15, the privilege came first.
  const early = !since(host, 15);
  if (early) mayCall(host, caller, flags);
  mayCreate(host, caller, flags);
  checkFlags(
    host,
    FLAG_BITS.reduce((bits, flag, i) => bits | (flags[flag] ? 1 << i : 0), 0),
  );
  if (!flags.create && !flags.update)
    throw refuse("6", "EINVAL", "Neither a creation nor a change is asked for.", {
      message: "no valid operation (create or update)",
    });
  const call: Call = { host, caller, self: prisonOf(host, caller), flags, parameters };
  const described = descriptorOf(call);
  const self = described && flags.atDescriptor ? described : call.self;
  if (flags.atDescriptor && flags.create && self.childrenMax === 0)
    throw refuse("8", "EPERM", `Jail ${self.name} may have no jails below it.`, {
      causes: [causeOf(self, "children.max", "0")],
    });
  if (flags.ownDescriptor) mayRemove(host, caller);
  if (!early) mayCall(host, caller, flags);
  return described && flags.useDescriptor ? { ...call, described } : { ...call, self };
}

function mayCall(host: Host, caller: Process, { attach }: JailSetFlags): void {
  for (const name of ["JAIL_SET", "JAIL_ATTACH"] as const) {
    if (name === "JAIL_ATTACH" && !attach) continue;
    const outcome = privCheck(host, caller, name);
    if (!outcome.ok)
      throw refuse("10", "EPERM", outcome.decision.reason, { causes: outcome.decision.causes });
  }
}

function mayRemove(host: Host, caller: Process): void {
  const outcome = privCheck(host, caller, "JAIL_REMOVE");
  if (!outcome.ok)
    throw refuse("9", "EPERM", "A descriptor that removes its jail needs the privilege to remove.", {
      causes: outcome.decision.causes,
    });
}

function descriptorOf({ host, caller, flags, parameters }: Call): Prison | undefined {
  const given = parameters["desc"];
  const wanted = flags.useDescriptor || flags.atDescriptor;
  if (!given) {
    if (wanted) throw refuse("7", "ENOENT", "The descriptor is missing.", { message: "missing desc" });
    return undefined;
  }
  if (!wanted && !flags.getDescriptor && !flags.ownDescriptor)
    throw refuse("7", "EINVAL", "A descriptor is given, but no flag asks for it.", {
      message: "unexpected desc",
    });
  if (!wanted) return undefined;
  const found = describedBy(host, caller, Number(given.value));
  if (!found.ok)
    throw refuse("7", found.errno, found.decision.reason, {
      message: found.errno === "ENOENT" ? "descriptor to dead jail" : "not a jail descriptor",
    });
  return found.value;
}

function set(
  host: Host,
  caller: Process,
  parameters: JailParameters,
  flags: JailSetFlags,
): JailOutcome<number> {
  const call = begin(host, caller, parameters, flags);
  const reader = new Reader(call);
  if (since(host, 15)) reader.take("desc");
  const request = parse(call, reader);
  const target = findTarget(call, request);
  const jid = target.jail ? target.jail.jid : reserve(call, target);
  if (target.jail) checkExisting(call, request, target.jail);
  const checked = checkFinal(call, reader, request, target, jid);
  const jail = target.jail ?? create(call, request, target, jid, checked.last ?? String(jid));
  const before = { name: jail.name, persist: jail.persist };
  try {
    change(call, request, jail, target, checked);
  } catch (error) {
    // A creation that fails now is undone; a change that fails leaves what was set before.
    if (error instanceof Refused && !target.jail) undoCreation(host, jail);
    else if (before.persist && !jail.persist) prisonReleased(host, jid);
    throw error;
  }
  if (flags.getDescriptor || flags.ownDescriptor)
    openJailDescriptor(host, caller, jid, Boolean(flags.ownDescriptor));
  report(call, jail, target, before.name);
  if (before.persist && !jail.persist) prisonReleased(host, jid);
  return allowed(
    jid,
    "jail_set",
    `Jail ${jail.name} is ${target.jail ? "changed" : `created with jid ${jid}`}.`,
  );
}

function change(call: Call, request: Request, jail: Prison, target: Target, checked: Checked): void {
  const { host, caller, flags } = call;
  apply(call, request, jail, target, checked);
  if (jail.state === "dying" && (jail.persist || flags.attach)) markAlive(host, jail);
  if (!flags.attach) return;
  const attached = moveInto(host, caller, jail);
  if (attached.ok) return;
  throw refuse("54", attached.errno, attached.decision.reason, {
    message: "attach failed",
    causes: attached.decision.causes,
  });
}

function report(
  { host, parameters }: Call,
  jail: Prison,
  { jail: existing }: Target,
  nameBefore: string,
): void {
  const causes = Object.values(parameters).flatMap(({ cause }) => (cause ? [cause] : []));
  if (!existing)
    host.emit({
      container: jail.name,
      kind: "jail.create",
      to: "alive",
      message: `Jail ${jail.name} is created with jid ${jail.jid}.`,
      outcome: "ok",
      causes,
    });
  else
    host.emit({
      container: jail.name,
      kind: "jail.update",
      ...(nameBefore !== jail.name && { from: nameBefore, to: jail.name }),
      message: `Jail ${jail.name} is changed: ${Object.keys(parameters).join(", ")}.`,
      outcome: "ok",
      causes,
    });
}
