import { allowed, contained, denied, type Outcome } from "../../decision.ts";
import { sameVnode } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import type { PosixFlags, PosixObject } from "../../ipc/types.ts";
import { openDescriptor } from "../../process/descriptors.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";
import { causeOf } from "../scope.ts";
import type { Prison } from "../types.ts";

/**
 * Named POSIX objects. Shared memory and semaphores get the jail's path in front of their name; queues belong to the
 * jail's root directory. Source: sys/kern/uipc_shm.c, uipc_sem.c, uipc_mqueue.c.
 */

/** MAXPATHLEN with its end; a name in an mqueuefs is shorter. */
const LONGEST_NAME = 1024;
const LONGEST_QUEUE_NAME = 223;

/** shm_open(2). EINVAL for a name without a slash in front, ENOENT, EEXIST, EACCES by the mode. */
export function shmOpen(host: Host, process: Process, name: string, flags: PosixFlags = {}) {
  return open(host, process, "shm", name, flags);
}

/** ksem_open(2), which sem_open(3) of old programs calls. ENOSYS where the module sem is not loaded: sem(4). */
export function semOpen(host: Host, process: Process, name: string, flags: PosixFlags = {}) {
  const missing = moduleRefusal(host, "sem", "Semaphores of the kernel");
  if (missing) return missing;
  return open(host, process, "sem", name, flags);
}

/** mq_open(2). ENOSYS where mqueuefs is not loaded. */
export function mqOpen(host: Host, process: Process, name: string, flags: PosixFlags = {}) {
  const missing = moduleRefusal(host, "mqueuefs", "Message queues");
  return missing ?? open(host, process, "mq", name, flags);
}

function moduleRefusal(host: Host, module: string, what: string) {
  if (host.state.machine.modules.includes(module)) return undefined;
  return denied("ENOSYS", "posix/module", `${what} need the module ${module}.`, {
    causes: [{ what: `${module} is not loaded`, from: "host" }],
  });
}

const OPEN: Readonly<Record<PosixObject["kind"], typeof shmOpen>> = {
  shm: shmOpen,
  sem: semOpen,
  mq: mqOpen,
};

/** The same as a program has it: gives the descriptor of the object, or EMFILE where there is none left. */
export function posixOpen(
  host: Host,
  process: Process,
  kind: PosixObject["kind"],
  name: string,
  flags: PosixFlags,
): Outcome<number> {
  const opened = OPEN[kind](host, process, name, flags);
  if (!opened.ok) return opened;
  const descriptor = openDescriptor(host, process, { kind, write: flags.write ?? true });
  return descriptor.ok ? { ...opened, value: descriptor.value.fd } : descriptor;
}

function open(
  host: Host,
  process: Process,
  kind: PosixObject["kind"],
  name: string,
  { create = false, exclusive = false, mode = 0o600, write = true }: PosixFlags,
): Outcome<PosixObject> {
  const jail = prisonOf(host, process);
  const full = kind === "mq" ? name : prefixOf(jail) + name;
  if (!name.startsWith("/")) return denied("EINVAL", "posix/name", "Names begin with a slash.");
  if (kind === "mq" && name.slice(1).includes("/"))
    return denied("EINVAL", "posix/name", "A queue has no second slash in its name.");
  if (kind === "mq" ? name.length > LONGEST_QUEUE_NAME : full.length >= LONGEST_NAME)
    return denied("ENAMETOOLONG", "posix/name", "With the path of the jail the name is too long.");
  const found = find(host, jail, kind, full);
  if (!found) {
    if (!create) return denied("ENOENT", "posix/none", `There is no ${full} here.`);
    return isolated(make(host, process, jail, kind, full, mode), jail, kind);
  }
  if (create && exclusive) return denied("EEXIST", "posix/exists", `${full} is there already.`);
  const refused = accessRefusal(host, process, found, write);
  return refused ?? isolated(found, jail, kind);
}

function make(
  host: Host,
  process: Process,
  jail: Prison,
  kind: PosixObject["kind"],
  name: string,
  mode: number,
): PosixObject {
  const { container: jid, uid, gid } = process.credential;
  const object: PosixObject = { kind, name, container: jid, uid, gid, mode: mode & 0o777 };
  if (kind === "mq") object.root = { ...jail.root };
  host.state.ipc.posix.push(object);
  return object;
}

function isolated(object: PosixObject, jail: Prison, kind: PosixObject["kind"]): Outcome<PosixObject> {
  if (jail.path === "/")
    return allowed(object, `posix/${kind}`, `Its name is ${object.name}, as on the host.`);
  const reason =
    kind === "mq"
      ? "Only processes whose jail has the same root directory find it."
      : `In the kernel its name is ${object.name}, so that jails with other paths do not meet it.`;
  return contained(object, `posix/${kind}`, reason, { causes: [causeOf(jail, "path", jail.path)] });
}

function find(host: Host, jail: Prison, kind: PosixObject["kind"], name: string): PosixObject | undefined {
  return host.state.ipc.posix.find(
    (object) =>
      object.kind === kind && object.name === name && (!object.root || sameVnode(object.root, jail.root)),
  );
}

function prefixOf({ path }: Prison): string {
  return path === "/" ? "" : path;
}

/** What stands in for missing bits; to write into a semaphore of somebody else is a privilege that no jail has. */
const OVERRIDES: Readonly<Record<PosixObject["kind"], readonly [PrivilegeName, PrivilegeName]>> = {
  shm: ["VFS_READ", "VFS_WRITE"],
  sem: ["SEM_WRITE", "SEM_WRITE"],
  mq: ["VFS_READ", "VFS_WRITE"],
};

function accessRefusal(host: Host, process: Process, object: PosixObject, write: boolean) {
  const { uid, gid, groups } = process.credential;
  const member = gid === object.gid || groups.includes(object.gid);
  const bits = uid === object.uid ? object.mode >> 6 : member ? object.mode >> 3 : object.mode;
  const [read, change] = OVERRIDES[object.kind];
  const missing: PrivilegeName[] = [];
  // Semaphores are only ever asked for writing. Source: ksem_access().
  if (!(bits & 4) && object.kind !== "sem") missing.push(read);
  if ((write || object.kind === "sem") && !(bits & 2)) missing.push(change);
  for (const privilege of missing) {
    const verdict = privCheck(host, process, privilege);
    if (!verdict.ok)
      return denied(
        "EACCES",
        "posix/access",
        `${object.name} has mode ${object.mode.toString(8)} and belongs to user ${object.uid}.`,
        { causes: verdict.decision.causes },
      );
  }
  return undefined;
}

/** shm_unlink(2), ksem_unlink(2), mq_unlink(2). Shared memory and queues ask who owns them, or PRIV_MQ_ADMIN. */
export function posixUnlink(host: Host, process: Process, kind: PosixObject["kind"], name: string): Outcome {
  const jail = prisonOf(host, process);
  const found = find(host, jail, kind, kind === "mq" ? name : prefixOf(jail) + name);
  if (!found) return denied("ENOENT", "posix/none", `There is no ${name} here.`);
  if (found.uid !== process.credential.uid) {
    const privilege = kind === "mq" ? "MQ_ADMIN" : kind === "sem" ? "SEM_WRITE" : "VFS_WRITE";
    const verdict = privCheck(host, process, privilege);
    if (!verdict.ok)
      return denied("EACCES", "posix/owner", `${found.name} belongs to user ${found.uid}.`, {
        causes: verdict.decision.causes,
      });
  }
  const { ipc } = host.state;
  ipc.posix = ipc.posix.filter((object) => object !== found);
  return allowed(undefined, "posix/unlink", `${found.name} is gone.`);
}
