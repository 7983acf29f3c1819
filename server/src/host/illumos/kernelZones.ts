import { type ZoneState, type ZoneStatus, zoneStatuses } from "../../catalog/illumos/zoneStates.ts";
import { allowed, type Cause, denied, type Outcome, type Refused } from "../decision.ts";
import { lookup } from "../filesystem/lookup.ts";
import { mountsOfZone, outsideMountsOn } from "../filesystem/mountIndex.ts";
import { findMount, nodeOf } from "../filesystem/nodes.ts";
import type { Mount, Vnode } from "../filesystem/types.ts";
import type { Host } from "../host.ts";
import { createVnet, destroyVnet } from "../network/vnets.ts";
import { setCredential } from "../process/credentials.ts";
import { exec, exit, findProcess, reap, spawn } from "../process/processes.ts";
import { changeProcess, processesOfContainer } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { publishStatus } from "./ipc/channels.ts";
import { everyPrivilege, privilegesWithin } from "./privileges.ts";
import { illumosOf } from "./state.ts";
import type { Zone, ZoneDefinition } from "./types.ts";
import {
  addZone,
  dropZone,
  entryNamed,
  numberOfSet,
  zoneCount,
  zoneNamed,
  zoneRootedAround,
} from "./zoneIndex.ts";
import { findZone, GLOBAL, shownState } from "./zones.ts";

/** The system calls that make, boot, empty and destroy zones. Source: usr/src/uts/common/os/zone.c. */

/** Ids of zones that are not the global one. Source: MAX_ZONEID in usr/src/uts/common/sys/zone.h. */
const MAX_ID = 9999;
/** Zones that can be there at a time, with the global one. */
const MAX_ZONES = 8192;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export interface ZoneCreation {
  name: string;
  /** The root directory, as the global zone names it. */
  path: string;
  /** A scratch zone for maintenance. */
  scratch?: boolean;
  brand: string;
  ipType: "shared" | "exclusive";
  privileges: readonly string[];
  datasets: readonly string[];
  definition: ZoneDefinition | null;
  /** Why a value is as it is, by its name. */
  causes: Record<string, Cause>;
}

/**
 * zone_create(): a zone that is ready, with zsched as its only process.
 * @returns EPERM, ENOTSUP in a chroot, EINVAL, ENOENT, ENOTDIR, EEXIST and EBUSY for the name, EBUSY for the place,
 * ENOMEM
 */
export function zoneCreate(host: Host, process: Process, what: ZoneCreation): Outcome<Zone> {
  const { name, path } = what;
  const may = everyPrivilege(host, process, "EPERM");
  if (!may.ok) return may;
  const { root: top } = findZone(host, GLOBAL) ?? {};
  if (top && (process.root.mount !== top.mount || process.root.node !== top.node))
    return denied("ENOTSUP", "zone_create/chroot", "A process in a chroot cannot create zones.");
  if (!NAME.test(name) || name === "global")
    return denied("EINVAL", "zone_create/name", `A zone cannot be called '${name}'.`);
  const root = lookup(host, process, path);
  if (!root.ok) return root;
  if (nodeOf(host, root.value).kind !== "directory")
    return denied("ENOTDIR", "zone_create/root", `${path} is no directory.`);
  const refused = taken(host, what, root.value);
  if (refused) return refused;
  const id = nextId(host);
  if (id === undefined)
    return denied("ENOMEM", "zone_create/maxzones", `${MAX_ZONES} zones with the global one are the most.`, {
      causes: [{ what: `maxzones=${MAX_ZONES}`, from: "kernel" }],
    });
  const made = create(host, id, what, root.value);
  return allowed(made, "zone_create", `Zone ${name} is ready; its id is ${id}.`);
}

/** Somebody has the name or the place already. */
function taken(host: Host, { name, path }: ZoneCreation, root: Vnode): Refused | undefined {
  const same = zoneNamed(host, name);
  if (same) {
    const stands = same.status === "ready" || same.status === "running";
    return denied(
      stands ? "EEXIST" : "EBUSY",
      "zone_create/name",
      `There is a zone ${name} already, which is ${shownState(same)}.`,
    );
  }
  const near = zoneRootedAround(host, path);
  if (near)
    return denied(
      "EBUSY",
      "zone_create/nested",
      `The root of zone ${near.name} is ${near.path}: one zone cannot lie within another.`,
    );
  // What is mounted in another zone lies elsewhere: zones do not nest.
  const below = outsideMountsOn(host, root.mount).find((mount) => mount.path.startsWith(`${path}/`));
  return below && denied("EBUSY", "zone_create/mounts", `${below.path} is mounted below the root ${path}.`);
}

/** The id behind the last one that was given out, that is free; `undefined` when too many zones are there. */
function nextId(host: Host): number | undefined {
  const illumos = illumosOf(host);
  if (zoneCount(host) >= MAX_ZONES) return undefined;
  let id = illumos.lastZone;
  do id = id >= MAX_ID ? 1 : id + 1;
  while (illumos.zones[id]);
  illumos.lastZone = id;
  return id;
}

function create(host: Host, id: number, what: ZoneCreation, root: Vnode): Zone {
  const illumos = illumosOf(host);
  const { name, path, brand, ipType, definition, causes } = what;
  const zone: Zone = {
    id,
    name,
    generation: ++illumos.lastGeneration,
    status: "ready",
    path,
    root,
    brand,
    ipType,
    stack: ipType === "exclusive" ? createVnet(host, id) : 0,
    privileges: numberOfSet(host, what.privileges),
    zsched: 0,
    init: null,
    initPath: "/sbin/init",
    bootArguments: "",
    nodename: name,
    domain: "",
    hostid: "",
    fsAllowed: null,
    pool: "pool_default",
    schedulingClass: "",
    rctls: {},
    physicalCap: null,
    datasets: [...what.datasets],
    devices: [],
    definition,
    created: host.inMoment ?? host.now,
    booted: null,
    milestone: "all",
    causes,
  };
  if (what.scratch) zone.scratch = true;
  addZone(host, zone);
  const zsched = spawn(host, {
    command: "zsched",
    args: ["zsched"],
    // Source: the credential of the kernel, kcred.
    credential: { container: id, groups: [0] },
    memory: { resident: 0, virtual: 0 },
  });
  zsched.illumos = { ...zsched.illumos, kernel: true, project: 0 };
  zone.zsched = zsched.pid;
  host.emit({
    container: name,
    kind: "zone.create",
    message: `The kernel has zone ${name} with id ${id}.`,
    outcome: "ok",
  });
  announce(host, zone.name, entryNamed(host, name)?.state, shownState(zone));
  return zone;
}

/** Tells that tools show another state now. */
function announce(host: Host, name: string, from: ZoneState | undefined, to: ZoneState): void {
  host.emit({
    container: name,
    kind: "zone.state",
    from,
    to,
    message: `Zone ${name} is ${to.replace("_", " ")}.`,
    outcome: "ok",
  });
}

/** A later status, never an earlier one; an event where tools show another state then. */
function setStatus(host: Host, zone: Zone, status: ZoneStatus): void {
  if (zoneStatuses[status].order <= zoneStatuses[zone.status].order) return;
  const before = shownState(zone);
  publishStatus(host, zone, zone.status, status);
  zone.status = status;
  const after = shownState(zone);
  if (after !== before) announce(host, zone.name, before, after);
}

/** The zone that a call is about, for a process that may do everything. */
function target(host: Host, process: Process, id: number, call: string): Outcome<Zone> {
  const may = everyPrivilege(host, process, "EPERM");
  if (!may.ok) return may;
  if (id === GLOBAL)
    return denied("EINVAL", `${call}/global`, "The global zone is never created or destroyed.");
  const zone = findZone(host, id);
  return zone
    ? allowed(zone, call, "The zone is there.")
    : denied("EINVAL", `${call}/none`, `There is no zone with id ${id}.`);
}

/**
 * zone_boot(): zsched starts init, and the call waits for it. What init cannot be started for takes the zone down.
 * @returns EPERM; EINVAL unless the zone is ready; what execve(2) of init says
 */
export function zoneBoot(host: Host, process: Process, id: number): Outcome {
  const found = target(host, process, id, "zone_boot");
  if (!found.ok) return found;
  const zone = found.value;
  if (zone.status !== "ready")
    return denied("EINVAL", "zone_boot/status", `Zone ${zone.name} is ${shownState(zone)}, not ready.`);
  setStatus(host, zone, "booting");
  const zsched = findProcess(host, zone.zsched);
  const init = spawn(host, { ...(zsched && { parent: zsched }), command: "init" });
  zone.init = init.pid;
  const started = exec(host, init, zone.initPath, [zone.initPath, ...words(zone.bootArguments)]);
  if (!started.ok) {
    zone.init = null;
    setStatus(host, zone, "shutting_down");
    exit(host, init, 1);
    forget(host, init);
    return started;
  }
  publishStatus(host, zone, zone.status, "running");
  zone.status = "running";
  zone.booted = host.inMoment ?? host.now;
  return allowed(undefined, "zone_boot", `init of zone ${zone.name} runs as process ${init.pid}.`);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/**
 * zone_shutdown(): kills what runs in a zone and waits until nothing does, process or thread of the kernel. It waits
 * without end for what cannot be killed; here it comes back as if a signal had interrupted it, and can be repeated.
 * @returns EPERM, EINVAL; EINTR while something stays
 */
export function zoneShutdown(host: Host, process: Process, id: number): Outcome {
  const found = target(host, process, id, "zone_shutdown");
  if (!found.ok) return found;
  const zone = found.value;
  if (zone.status === "down" || zone.status === "dying")
    return allowed(undefined, "zone_shutdown", `Zone ${zone.name} is down already.`);
  // A ready zone with nothing but zsched has nothing to wait for.
  if (zone.status === "ready" && processesOfContainer(host, id).length === 1 && !zone.threads?.length) {
    setStatus(host, zone, "down");
    return allowed(undefined, "zone_shutdown", `Nothing ran in zone ${zone.name}.`);
  }
  beginShutdown(host, zone);
  const left = processesOfContainer(host, id).filter(({ pid }) => pid !== zone.zsched);
  const [first] = left;
  if (first)
    return denied(
      "EINTR",
      "zone_shutdown/process",
      `Process ${first.pid} (${first.command}) hangs in the kernel, where no signal reaches it.`,
      { causes: [{ what: `process ${first.pid}`, from: "host" }] },
    );
  zone.status = "empty";
  zone.pool = "pool_default";
  const thread = zone.threads?.[0];
  if (thread !== undefined)
    return denied("EINTR", "zone_shutdown/thread", `A thread of the kernel works for the zone: ${thread}.`, {
      causes: [{ what: thread, from: "host" }],
    });
  setStatus(host, zone, "down");
  return allowed(undefined, "zone_shutdown", `Nothing runs in zone ${zone.name} any more.`);
}

/** What a zone that halts itself does first: from now on it goes down, and nothing runs in it. */
export function beginShutdown(host: Host, zone: Zone): void {
  setStatus(host, zone, "shutting_down");
  killAll(host, zone);
}

/** Everything but zsched, and what no signal reaches. */
function killAll(host: Host, zone: Zone): void {
  for (const process of processesOfContainer(host, zone.id)) {
    if (process.pid === zone.zsched || process.illumos?.stuck) continue;
    exit(host, process, 128 + 9);
    forget(host, process);
  }
  zone.init = null;
}

/** zsched waits for its children, and nobody is left to wait for the others. */
function forget(host: Host, process: Process): void {
  if (findProcess(host, process.pid) === process) reap(host, process);
}

/**
 * zone_destroy(): the kernel forgets a zone.
 * @returns EPERM, EINVAL; EBUSY before it is down or while something is mounted in it
 */
export function zoneDestroy(host: Host, process: Process, id: number): Outcome {
  const found = target(host, process, id, "zone_destroy");
  if (!found.ok) return found;
  const zone = found.value;
  if (zone.status !== "down" && zone.status !== "dying")
    return denied("EBUSY", "zone_destroy/status", `Zone ${zone.name} is ${shownState(zone)}, not down.`);
  const [below] = mountsBelow(host, zone);
  if (below) return denied("EBUSY", "zone_destroy/mounts", `${below.path} is still mounted.`);
  zone.status = "dying";
  const zsched = findProcess(host, zone.zsched);
  if (zsched) {
    exit(host, zsched, 0);
    forget(host, zsched);
  }
  if (zone.stack !== 0) destroyVnet(host, zone.stack);
  dropZone(host, zone);
  const stored = entryNamed(host, zone.name);
  if (stored) announce(host, zone.name, shownState(zone), stored.state);
  return allowed(undefined, "zone_destroy", `The kernel knows zone ${zone.name} no more.`);
}

/** What is mounted in a zone, its root left out: also by others. */
function mountsBelow(host: Host, { id, path }: Zone): Mount[] {
  return mountsOfZone(host, id).filter((mount) => mount.path.startsWith(`${path}/`));
}

/** File systems whose open files cannot be taken into a zone. Source: vn_can_change_zones() in fs/vnode.c. */
const HELD_BY_ZONE: ReadonlySet<string> = new Set(["nfs", "nfs2", "nfs3", "nfs4", "smbfs"]);

/**
 * zone_enter(): the process moves into a zone, for good.
 * @returns EPERM, EBADF for files of remote file systems, EINVAL outside of the global zone and for a zone that is not
 * ready or running
 */
export function zoneEnter(host: Host, process: Process, id: number): Outcome {
  const may = everyPrivilege(host, process, "EPERM");
  if (!may.ok) return may;
  if (process.credential.container !== GLOBAL)
    return denied("EINVAL", "zone_enter/origin", "Only processes of the global zone enter zones.");
  if (id < 1 || id > MAX_ID) return denied("EINVAL", "zone_enter/id", `${id} is no id of a zone to enter.`);
  for (const { fd, vnode } of process.descriptors) {
    const mount = vnode && findMount(host, vnode.mount);
    if (mount && HELD_BY_ZONE.has(mount.type))
      return denied(
        "EBADF",
        "zone_enter/files",
        `Descriptor ${fd} is open on ${mount.path}, which belongs to the global zone alone.`,
      );
  }
  const zone = findZone(host, id);
  if (!zone) return denied("EINVAL", "zone_enter/none", `There is no zone with id ${id}.`);
  if (!zoneStatuses[zone.status].enterable)
    return denied(
      "EINVAL",
      "zone_enter/status",
      `Zone ${zone.name} is ${shownState(zone)}: nobody enters it any more.`,
    );
  const zsched = findProcess(host, zone.zsched);
  setCredential(host, process, { container: id });
  changeProcess(host, process, () => {
    process.root = { ...zone.root };
    process.directory = { ...zone.root };
    process.jailDirectory = { ...zone.root };
    process.session = zsched?.session ?? process.session;
  });
  const own = privilegesWithin(host, process, zone.privileges);
  process.illumos = {
    project: 0,
    task: ++illumosOf(host).lastTask,
    ...(zone.pool !== "pool_default" && { pool: zone.pool }),
    ...(zone.schedulingClass !== "" && { class: zone.schedulingClass }),
    ...(own && { privileges: own }),
  };
  return allowed(undefined, "zone_enter", `Process ${process.pid} is in zone ${zone.name} now.`);
}
