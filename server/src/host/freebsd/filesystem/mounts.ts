import { own } from "../../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { mayAdmin } from "../../filesystem/access.ts";
import { placeMount } from "../../filesystem/build.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { dropMount, mountsOfFileSystem, mountsOn } from "../../filesystem/mountIndex.ts";
import { fileSystem, mountOf, nodeOf, sameVnode } from "../../filesystem/nodes.ts";
import { pathOf } from "../../filesystem/paths.ts";
import type { Mount, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { processesOn } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { prisonReleased } from "../lifecycle.ts";
import { knowsBit } from "../permissions.ts";
import { prisonsRootedOn } from "../prisonIndex.ts";
import { allows, lineageOf, prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { since } from "../release.ts";
import { causeOf } from "../scope.ts";
import { applyRuleset } from "./devfsRules.ts";
import { foreignRuleset, prepare, rulesetOption } from "./mountSources.ts";
import { fileSystemType, loadedType } from "./mountTypes.ts";

export { type MountView, statfs, statfsView } from "./statfs.ts";

/** Source: MFSNAMELEN and MNAMELEN in sys/sys/mount.h, terminators included. */
const TYPE_MAX = 16;
const PATH_MAX = 1024;

export interface MountRequest {
  type: string;
  /** A device, a directory, a dataset, or any word. */
  from: string;
  on: string;
  /** As in fstab(5): `ro`, `nosuid`, `ruleset=4`, `size=10m`, `update`. */
  options?: readonly string[];
}

/** nmount(2), with the checks in the kernel's order. Source: vfs_donmount() and below in sys/kern/vfs_mount.c. */
export function mountFs(host: Host, process: Process, request: MountRequest): Outcome<Mount> {
  const { type: name, on, options = [] } = request;
  if (name.length >= TYPE_MAX || on.length >= PATH_MAX)
    return denied("ENAMETOOLONG", "mount/1", "The type or the path is too long.");
  const may = mayMount(host, process);
  if (!may.ok) return may;
  const flags = mayUseFlags(host, process, options);
  if (!flags.ok) return flags;
  if (options.includes("update")) return updateMount(host, process, request);

  const loaded = loadedType(host, process, name);
  if (!loaded.ok) return loaded;
  const type = loaded.value;
  const point = lookup(host, process, on);
  if (!point.ok) return asRule(point, "mount/5");
  const covers = point.value;
  const friendly = mayMountType(host, process, name, covers);
  if (!friendly.ok) return friendly;
  const owner = mayAdmin(host, process, covers);
  if (!owner.ok) return asRule(owner, "mount/7");
  const overFile = nodeOf(host, covers).kind === "file" && type.overFile === true && since(host, 14);
  if (nodeOf(host, covers).kind !== "directory" && !overFile)
    return denied("ENOTDIR", "mount/8", `${on} is not a directory.`);

  const prepared = prepare(host, process, type, request, covers);
  if (!prepared.ok) return asRule(prepared, "mount/9");
  const { container: jid, uid } = process.credential;
  const mount = placeMount(host, {
    ...prepared.value,
    type: name,
    covers,
    path: pathOf(host, covers),
    options: options.filter((option) => !/^(rw|ro|size=.*|ruleset=.*)$/.test(option)),
    readOnly: prepared.value.readOnly || options.includes("ro") || options.includes("rdonly"),
    container: jid,
    uid,
  });
  return allowed(mount, "mount", `${mount.from} is mounted on ${mount.path}.`, {
    causes: [...may.decision.causes, ...friendly.decision.causes],
  });
}

function asRule<T extends Outcome<unknown>>(outcome: T, rule: string): T {
  return { ...outcome, decision: { ...outcome.decision, rule } };
}

/** vfs.usermount lets users of the host mount, but nobody in a jail. */
function mayMount(host: Host, process: Process): Outcome {
  if (process.credential.container === 0 && Number(host.state.machine.sysctls["vfs.usermount"] ?? 0) !== 0)
    return allowed(undefined, "mount/2", "vfs.usermount lets users mount.");
  return asRule(privCheck(host, process, "VFS_MOUNT"), "mount/2");
}

function mayUseFlags(host: Host, process: Process, options: readonly string[]): Outcome {
  if (options.includes("export")) {
    const exported = privCheck(host, process, "VFS_MOUNT_EXPORTED");
    if (!exported.ok) return asRule(exported, "mount/3");
  }
  if (options.includes("suiddir")) {
    const suiddir = privCheck(host, process, "VFS_MOUNT_SUIDDIR");
    if (!suiddir.ok) return asRule(suiddir, "mount/3");
  }
  return allowed(undefined, "mount/3", "No flag asks for more.");
}

function mayMountType(host: Host, process: Process, type: string, covers: Vnode): Outcome {
  if (process.credential.container === 0) return allowed(undefined, "mount/6", "The host mounts every type.");
  const held = holdsType(host, process, type, "mount/6");
  if (!held.ok) return held;
  const jail = prisonOf(host, process);
  if (since(host, 14) && sameVnode(covers, jail.root))
    return denied("EPERM", "mount/6", "Nothing can be mounted on the root of the jail itself.", {
      causes: [{ what: "the jail's root cannot be covered", from: "kernel" }],
      unsure: true,
    });
  return held;
}

/** Whether the jail of a process may deal with mounts of a type. Source: prison_allow() with vfc_prison_flag. */
function holdsType(host: Host, process: Process, type: string, rule: string): Outcome {
  const jail = prisonOf(host, process);
  const bit = `mount.${type}`;
  if (!knowsBit(host, bit))
    return denied("EPERM", rule, `${type} cannot be mounted in a jail: there is no allow.${bit}.`, {
      causes: [{ what: `${type} is not jail-friendly`, from: "kernel" }],
    });
  if (!allows(jail, bit))
    return denied("EPERM", rule, `Jail ${jail.name} lacks allow.${bit}.`, {
      causes: [causeOf(jail, `allow.${bit}`, "false")],
    });
  return allowed(undefined, rule, `Jail ${jail.name} may mount ${type}.`, {
    causes: [causeOf(jail, `allow.${bit}`, "true")],
  });
}

/**
 * Whether a mount is the business of a process: in a jail it needs the type's bit, and the mount must have been made
 * in this jail or below. Source: vfs_suser() in sys/kern/vfs_subr.c.
 */
function mayChange(host: Host, process: Process, mount: Mount, rule: string): Outcome {
  const { container: jid, uid } = process.credential;
  if (jid !== 0) {
    const held = holdsType(host, process, mount.type, rule);
    if (!held.ok) return held;
    if (!lineageOf(host, mount.container).some((above) => above.jid === jid)) {
      const maker = mount.container === 0 ? "the host" : "another jail";
      return denied(
        "EPERM",
        rule,
        `${mount.path} was mounted by ${maker}, not by this jail or one below it.`,
        {
          causes: [{ what: `mounted by ${maker}`, from: "kernel" }],
        },
      );
    }
  }
  if (mount.type !== "zfs" && mount.uid !== uid) {
    const owner = privCheck(host, process, "VFS_MOUNT_OWNER");
    if (!owner.ok) return asRule(owner, rule);
  }
  return allowed(undefined, rule, "The mount belongs to this jail.");
}

/** Changes the options of a mount. Source: vfs_domount_update(). */
function updateMount(host: Host, process: Process, { on, options = [] }: MountRequest): Outcome<Mount> {
  const found = mountedOn(host, process, on, "mount/5");
  if (!found.ok) return found;
  const mount = found.value;
  const may = mayChange(host, process, mount, "mount/update");
  if (!may.ok) return may;
  const ruleset = rulesetOption(options);
  if (mount.type === "devfs" && ruleset !== undefined && ruleset !== 0) {
    const jail = prisonOf(host, process);
    if (jail.jid !== 0 && ruleset !== jail.devfsRuleset) return foreignRuleset(jail);
    mount.ruleset = ruleset;
    applyRuleset(host, mount);
  }
  if (options.includes("ro")) mount.readOnly = true;
  if (options.includes("rw")) mount.readOnly = false;
  return allowed(mount, "mount/update", `The options of ${mount.path} changed.`);
}

/** The mount whose root a path names. The kernel compares the path as the host sees it. */
function mountedOn(host: Host, process: Process, path: string, rule: string): Outcome<Mount> {
  const found = lookup(host, process, path);
  if (!found.ok) return asRule(found, rule);
  const mount = mountOf(host, found.value);
  if (found.value.node !== mount.root) return denied("EINVAL", rule, `${path} is not a mount point.`);
  return allowed(mount, rule, `${path} is a mount point.`);
}

/** unmount(2). Source: sys_unmount() and dounmount() in sys/kern/vfs_mount.c. */
export function unmountFs(
  host: Host,
  process: Process,
  path: string,
  { force = false }: { force?: boolean } = {},
): Outcome {
  if (process.credential.container !== 0 || Number(host.state.machine.sysctls["vfs.usermount"] ?? 0) === 0) {
    const may = privCheck(host, process, "VFS_UNMOUNT");
    if (!may.ok) return asRule(may, "unmount/1");
  }
  const found = mountedOn(host, process, path, "unmount/2");
  if (!found.ok) return found;
  const mount = found.value;
  if (!mount.covers) return denied("EINVAL", "unmount/2", "The root file system cannot be unmounted.");
  const may = mayChange(host, process, mount, "unmount/3");
  if (!may.ok) return may;
  const holder = heldBy(host, mount);
  if (holder?.lasting || (holder && !force))
    return denied("EBUSY", "unmount/4", `${mount.path} is in use: ${holder.what}.`);
  removeMount(host, mount);
  return allowed(undefined, "unmount", `${mount.path} is unmounted.`);
}

/** What keeps a mount busy. `lasting`: even a forced unmount does not get past it. */
function heldBy(host: Host, mount: Mount): { what: string; lasting: boolean } | undefined {
  const [above] = mountsOn(host, mount.id);
  if (above) return { what: `${above.path} is mounted below`, lasting: true };
  if (mount.type !== "nullfs") {
    const same = mountsOfFileSystem(host, mount.filesystem);
    const shown = same.find(({ type }) => type === "nullfs");
    const last = same.filter(({ type }) => type !== "nullfs").length === 1;
    if (shown && last) return { what: `${shown.path} shows it`, lasting: false };
  }
  const on = (vnode: Vnode | undefined): boolean => vnode?.mount === mount.id;
  for (const { pid, root, directory, descriptors } of processesOn(host, mount.id))
    if (on(root) || on(directory) || descriptors.some(({ vnode }) => on(vnode)))
      return { what: `process ${pid} uses it`, lasting: false };
  const [jail] = prisonsRootedOn(host, mount.id);
  return jail && { what: `it holds the root of jail ${jail.name}`, lasting: false };
}

/** Takes a mount away. What has no name elsewhere is gone with it; a disk or a dataset keeps its files. */
export function removeMount(host: Host, mount: Mount): void {
  const { files } = host.state;
  dropMount(host, mount);
  const fs = fileSystem(host, mount.filesystem);
  const dataset = mount.type === "zfs" ? own(files.datasets, mount.from) : undefined;
  if (dataset) {
    dataset.mounted = false;
    dataset.filesystem = fs.id;
  }
  prisonReleased(host, mount.container);
  if (mount.type === "nullfs") return;
  if (fileSystemType(host, mount.type)?.source !== "none") fs.source ??= mount.from;
  else if (mountsOfFileSystem(host, fs.id).length === 0) delete files.byId[fs.id];
}
