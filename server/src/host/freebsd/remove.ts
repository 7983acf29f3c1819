import { settle } from "../clock.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { exit } from "../process/processes.ts";
import { processesOfContainer } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { cleanUp, duringRemoval, markDying, prisonReleased } from "./lifecycle.ts";
import { descendantsOf, findPrison, isDescendant } from "./prisons.ts";
import { privCheck } from "./privileges.ts";
import { outOfScope } from "./scope.ts";
import type { Prison } from "./types.ts";

/** The status of a process that SIGKILL ended, as a shell shows it. */
const KILLED = 128 + 9;

/**
 * jail_remove(2): ends a jail and all below it. Succeeds at once, also for one that is dying already.
 * Source: sys_jail_remove(), prison_deref_kill() in sys/kern/kern_jail.c.
 */
export function jailRemove(host: Host, caller: Process, jid: number): Outcome {
  settle(host);
  const privilege = privCheck(host, caller, "JAIL_REMOVE");
  if (!privilege.ok)
    return denied("EPERM", "jail_remove/1", privilege.decision.reason, {
      causes: privilege.decision.causes,
    });
  const jail = findPrison(host, jid);
  if (!jail || !isDescendant(host, caller.credential.container, jid))
    return denied("EINVAL", "jail_remove/2", `Jail ${jid} is not below the caller's jail.`, {
      causes: outOfScope(host, caller, "EINVAL").decision.causes,
    });
  if (jail.state === "dying")
    return allowed(undefined, "jail_remove/3", `Jail ${jail.name} is dying already.`);
  const { name } = jail;
  removePrison(host, jail);
  const left = findPrison(host, jid) === jail;
  return allowed(
    undefined,
    "jail_remove",
    left ? `Jail ${name} is dying: something still refers to it.` : `Jail ${name} is gone.`,
  );
}

/** Makes the whole subtree die, kills what runs in it, and frees what nothing refers to any more. */
export function removePrison(host: Host, jail: Prison): void {
  const subtree = [jail, ...descendantsOf(host, jail.jid)];
  const doomed = subtree.filter(({ state }) => state === "alive");
  host.emit({
    container: jail.name,
    kind: "jail.remove",
    message: `Jail ${jail.name} is removed.`,
    outcome: "ok",
  });
  duringRemoval(host, () => {
    for (const each of doomed) markDying(host, each, `Jail ${each.name} is removed.`);
    // Children before their parents.
    for (const each of [...doomed].reverse()) cleanUp(host, each);
    const inside = subtree.flatMap(({ jid }) => processesOfContainer(host, jid));
    for (const process of inside.sort((a, b) => a.pid - b.pid)) exit(host, process, KILLED);
    for (const { jid } of [...subtree].reverse()) prisonReleased(host, jid);
  });
}
