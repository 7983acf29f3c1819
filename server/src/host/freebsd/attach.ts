import { settle } from "../clock.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import { mayAccess } from "../filesystem/access.ts";
import { findMount, sameVnode } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import { changeProcess } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { prisonReleased } from "./lifecycle.ts";
import { findPrison, isDescendant, prison } from "./prisons.ts";
import { privCheck } from "./privileges.ts";
import { since } from "./release.ts";
import { moveIntoJail } from "./resources/cpuset.ts";
import { relinkRules } from "./resources/links.ts";
import { outOfScope } from "./scope.ts";
import { hostNumber } from "./sysctlValues.ts";
import type { Prison } from "./types.ts";

/**
 * jail_attach(2): moves the calling process into a jail below its own, for good. Its children that exist already stay
 * outside. Source: sys_jail_attach(), do_jail_attach() in sys/kern/kern_jail.c.
 */
export function jailAttach(host: Host, process: Process, jid: number): Outcome {
  settle(host);
  const privilege = privCheck(host, process, "JAIL_ATTACH");
  if (!privilege.ok)
    return denied("EPERM", "jail_attach/1", privilege.decision.reason, {
      causes: privilege.decision.causes,
    });
  const jail = findPrison(host, jid);
  if (!jail || !isDescendant(host, process.credential.container, jid)) {
    const { decision } = outOfScope(host, process, "EINVAL");
    return denied("EINVAL", "jail_attach/2", `Jail ${jid} is not below the caller's jail.`, {
      causes: decision.causes,
    });
  }
  if (jail.state === "dying")
    return denied("EINVAL", "jail_attach/3", `Jail ${jail.name} is dying, and takes no more processes.`);
  return moveInto(host, process, jail);
}

/**
 * The move itself, also for jail_set(2) with JAIL_ATTACH. That a module or a MAC policy refuses is not modelled: none
 * of the base system does.
 * @returns EDEADLK for CPUs, EACCES, ENOTDIR where the root was unmounted, EPERM for an open directory
 */
export function moveInto(host: Host, process: Process, jail: Prison): Outcome {
  const before = { cpuset: process.cpuset, affinity: process.affinity };
  const refused = prepareMove(host, process, jail);
  if (refused) {
    process.cpuset = before.cpuset;
    if (before.affinity) process.affinity = before.affinity;
    return refused;
  }
  const from = process.credential.container;
  changeProcess(host, process, () => {
    process.root = { ...jail.root };
    process.directory = { ...jail.root };
    process.jailDirectory = { ...jail.root };
    process.credential = { ...process.credential, container: jail.jid };
  });
  process.changedCredential = true;
  relinkRules(host, process);
  host.emit({
    container: jail.name,
    kind: "jail.attach",
    message: `Process ${process.pid} (${process.command}) is in jail ${jail.name} now.`,
    outcome: "ok",
  });
  prisonReleased(host, from);
  return allowed(undefined, "jail_attach", `Process ${process.pid} is in jail ${jail.name}.`);
}

/** CPUs, the root directory, open directories, in this order. */
function prepareMove(host: Host, process: Process, jail: Prison): ReturnType<typeof denied> | undefined {
  const cpus = moveIntoJail(host, process, jail.jid);
  if (!cpus.ok)
    return denied(cpus.errno, "jail_attach/5", cpus.decision.reason, { causes: cpus.decision.causes });
  if (!findMount(host, jail.root.mount)) {
    const { directory } = host.kernel.files.unmounted;
    return denied(directory, "jail_attach/6", "The file system of the jail's root was unmounted by force.");
  }
  const search = mayAccess(host, process, jail.root, { execute: true });
  if (!search.ok)
    return denied(search.errno, "jail_attach/6", search.decision.reason, {
      causes: search.decision.causes,
    });
  const directory = process.descriptors.find(({ kind }) => kind === "directory");
  if (directory && refusesDirectories(host, process))
    return denied(
      "EPERM",
      "jail_attach/8",
      `Descriptor ${directory.fd} is an open directory, through which the process could leave the jail's root.`,
      { causes: [{ what: "open directories are refused", from: "kernel" }] },
    );
  return undefined;
}

/** From 13 on always; before as with chroot(2), which lets processes of the real root pass by default. */
function refusesDirectories(host: Host, process: Process): boolean {
  if (since(host, 13)) return true;
  const policy = hostNumber(host, "kern.chroot_allow_open_directories");
  if (policy === 0) return true;
  return policy === 1 && !sameVnode(process.root, prison(host, 0).root);
}
