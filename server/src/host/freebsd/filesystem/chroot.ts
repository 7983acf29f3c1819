import { allowed, denied, type Outcome } from "../../decision.ts";
import { HOST_ROOT } from "../../filesystem/build.ts";
import { directoryOf, mayEnter } from "../../filesystem/directories.ts";
import { lookup, topmost } from "../../filesystem/lookup.ts";
import { sameVnode } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { openDescriptor } from "../../process/descriptors.ts";
import { changeProcess } from "../../process/processIndex.ts";
import type { Descriptor, Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { since } from "../release.ts";

/** The root directory, and directories that are handed over. Source: pwd_chroot() in sys/kern/kern_descrip.c. */

/** The first open directory of a process, if it has one. Source: chroot_refuse_vdir_fds(). */
export function openDirectory({ descriptors }: Process): Descriptor | undefined {
  return descriptors.find(({ kind }) => kind === "directory");
}

/**
 * chroot(2). The current directory stays where it is, and so do open directories: whoever has one outside of the new
 * root climbs from it to the next root that the walk meets. On the host that is the system's; in a jail it is the
 * jail's. Therefore kern.chroot_allow_open_directories: 0 refuses while a directory is open, 1 does so below another
 * root than the system's, 2 never.
 */
export function chroot(host: Host, process: Process, path: string): Outcome {
  const may = mayChroot(host, process);
  if (!may.ok) return may;
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const entered = mayEnter(host, process, found.value, path);
  if (!entered.ok) return entered;
  return setRoot(host, process, found.value, path);
}

function mayChroot(host: Host, process: Process): Outcome {
  const sysctl = "security.bsd.unprivileged_chroot";
  const open = since(host, 14) && Number(host.state.machine.sysctls[sysctl] ?? 0) !== 0;
  if (open && process.noNewPrivileges)
    return allowed(undefined, "chroot/unprivileged", `${sysctl} lets it.`, {
      causes: [{ what: `${sysctl}=1`, from: "host" }],
    });
  return privCheck(host, process, "VFS_CHROOT");
}

function setRoot(host: Host, process: Process, root: Vnode, path: string): Outcome {
  const sysctl = "kern.chroot_allow_open_directories";
  const policy = Number(host.state.machine.sysctls[sysctl] ?? 1);
  const confined = !sameVnode(process.root, topmost(host, HOST_ROOT));
  const open = openDirectory(process);
  if (open && (policy <= 0 || (policy === 1 && confined)))
    return denied("EPERM", "chroot/open-directory", `Descriptor ${open.fd} is an open directory.`, {
      causes: [
        { what: `${sysctl}=${policy}`, from: "host" },
        ...(confined ? [{ what: "the process is below another root already", from: "kernel" } as const] : []),
      ],
    });
  changeProcess(host, process, () => {
    process.root = { ...root };
    process.jailDirectory ??= { ...root };
  });
  return allowed(undefined, "chroot", `${path} is the root directory of the process now.`);
}

/** fchroot(2), since 15. A directory that another jail handed over cannot become the root. */
export function fchroot(host: Host, process: Process, fd: number): Outcome {
  if (!since(host, 15)) return denied("ENOSYS", "fchroot/release", "This release has no fchroot(2).");
  const may = privCheck(host, process, "VFS_FCHROOT");
  if (!may.ok) return may;
  const found = directoryOf(host, process, fd);
  if (!found.ok) return found;
  return setRoot(host, process, found.value, `descriptor ${fd}`);
}

/**
 * Hands a descriptor over through a local socket that both can reach. A directory that goes from a jail to a process
 * with another jail root is restricted since early 2026; one from the host is not: that is its administrator's affair.
 * Source: unp_internalize() and unp_externalize() in sys/kern/uipc_usrreq.c, CVE-2025-15576.
 */
export function passDescriptor(host: Host, sender: Process, fd: number, receiver: Process): Outcome<number> {
  const given = sender.descriptors.find((descriptor) => descriptor.fd === fd);
  if (!given) return denied("EBADF", "descriptor", `Descriptor ${fd} is not open.`);
  const { fd: _, ...copy } = structuredClone(given);
  const foreign =
    given.kind === "directory" &&
    sender.credential.container !== 0 &&
    !sameVnode(prisonOf(host, sender).root, prisonOf(host, receiver).root);
  const opened = openDescriptor(host, receiver, { ...copy, ...(foreign && { beneath: true as const }) });
  if (!opened.ok) return opened;
  const reason = foreign
    ? "Names are looked up beneath the directory only."
    : "The descriptor is the receiver's as it was the sender's.";
  const verdict = foreign ? "contained" : "allow";
  return {
    ok: true,
    value: opened.value.fd,
    decision: {
      verdict,
      rule: "descriptor/pass",
      reason,
      causes: [],
      ...(foreign && { unsure: true as const }),
    },
  };
}
