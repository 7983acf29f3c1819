import { allowed, contained, type Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { allMounts, mountOf } from "../../filesystem/nodes.ts";
import type { Mount } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { causeOf } from "../scope.ts";
import type { Prison } from "../types.ts";

/** A mount as a process sees it. */
export interface MountView {
  mount: Mount;
  /** The mount point in the process's world; `[restricted]` where it must not know. */
  on: string;
  from: string;
  type: string;
  options: readonly string[];
  /** Jails have no PRIV_VFS_GENERATION, so that the id of the file system reads as zero. */
  fsid: string;
}

/** What takes the place of a mount point that a jail must not know. Source: prison_enforce_statfs(). */
const RESTRICTED = "[restricted]";

/** The table of mounts as getfsstat(2) gives it, by enforce_statfs. Source: sys/kern/kern_jail.c, vfs_syscalls.c. */
export function statfsView(host: Host, process: Process): Outcome<MountView[]> {
  const jail = prisonOf(host, process);
  const views = allMounts(host)
    .filter((mount) => canSee(jail, mount))
    .map((mount) => view(jail, mount));
  if (jail.jid === 0) return allowed(views, "statfs", "The host sees all mounts.");
  const causes = [causeOf(jail, "enforce_statfs", String(jail.enforceStatfs))];
  if (jail.enforceStatfs === 0) return allowed(views, "statfs/0", "The jail sees all mounts.", { causes });
  const reason =
    jail.enforceStatfs === 1
      ? "The jail sees the file system of its root and the mounts below."
      : "The jail sees the file system of its root, and no other.";
  return contained(views, `statfs/${jail.enforceStatfs}`, reason, { causes });
}

/** The file system that holds a file. Source: statfs(2). */
export function statfs(host: Host, process: Process, path: string): Outcome<MountView> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const jail = prisonOf(host, process);
  const mount = mountOf(host, found.value);
  const shown = view(jail, mount);
  if (jail.jid === 0 || jail.enforceStatfs === 0) return allowed(shown, "statfs", "This holds the file.");
  const reason = canSee(jail, mount)
    ? "The path is that of the jail."
    : "The mount is outside of what the jail may see.";
  return contained(shown, `statfs/${jail.enforceStatfs}`, reason, {
    causes: [causeOf(jail, "enforce_statfs", String(jail.enforceStatfs))],
  });
}

/** Source: prison_canseemount(). */
function canSee(jail: Prison, mount: Mount): boolean {
  if (jail.jid === 0 || jail.enforceStatfs === 0 || jail.root.mount === mount.id) return true;
  if (jail.enforceStatfs === 2) return false;
  return jail.path === "/" || mount.path === jail.path || mount.path.startsWith(`${jail.path}/`);
}

function view(jail: Prison, mount: Mount): MountView {
  const { type, from, options, readOnly } = mount;
  return {
    mount,
    on: shownPath(jail, mount),
    from,
    type,
    options: readOnly ? [...options, "read-only"] : options,
    fsid: jail.jid === 0 ? mount.id : "0",
  };
}

function shownPath(jail: Prison, mount: Mount): string {
  if (jail.jid === 0 || jail.enforceStatfs === 0) return mount.path;
  if (!canSee(jail, mount)) return RESTRICTED;
  if (jail.root.mount === mount.id) return "/";
  return jail.path === "/" ? mount.path : mount.path.slice(jail.path.length) || "/";
}
