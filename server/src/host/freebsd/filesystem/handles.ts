import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";
import { since } from "../release.ts";

/**
 * Files without names: handles, and the NFS server, which lives on them. Both need the same conditions in a jail: a
 * stack of its own, allow.nfsd, a root that is the root of a mount, and enforce_statfs above 0.
 * Source: sys_getfh(), sys_fhopen() in sys/kern/vfs_syscalls.c; prison_check_nfsd() in sys/kern/kern_jail.c.
 */

/** getfh(2). */
export function getfh(host: Host, process: Process, path: string): Outcome<Vnode> {
  const may = privCheck(host, process, "VFS_GETFH");
  if (!may.ok) return may;
  return lookup(host, process, path);
}

/** fhopen(2), fhstat(2), fhstatfs(2): a handle skips all lookup, so that no jail may use one. */
export function openHandle(
  host: Host,
  process: Process,
  call: "fhopen" | "fhstat" | "fhstatfs" = "fhopen",
): Outcome {
  const privilege = { fhopen: "VFS_FHOPEN", fhstat: "VFS_FHSTAT", fhstatfs: "VFS_FHSTATFS" } as const;
  return privCheck(host, process, privilege[call]);
}

/** Starting nfsd(8). Its module is loaded by the host only. */
export function startNfsd(host: Host, process: Process): Outcome {
  const { modules, options, release } = host.state.machine;
  const missing: Cause = { what: "no NFS server in the kernel: module nfsd", from: "host" };
  if (!modules.includes("nfsd") && !options.includes("NFSD") && process.credential.container !== 0)
    return denied("EPERM", "nfsd/module", "The module nfsd is not loaded, and a jail cannot load it.", {
      causes: [missing],
    });
  if (!since(host, 13, 3) && process.credential.container !== 0)
    return denied("EPERM", "nfsd/release", `FreeBSD ${release} has no NFS server for jails.`, {
      causes: [{ what: `FreeBSD ${release}`, from: "kernel" }],
      unsure: true,
    });
  const daemon = privCheck(host, process, "NFS_DAEMON");
  if (!daemon.ok) return daemon;
  return allowed(undefined, "nfsd", "The NFS server starts.", { causes: daemon.decision.causes });
}
