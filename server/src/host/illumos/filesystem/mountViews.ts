import { own } from "../../../catalog/own.ts";
import type { Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountsOfFileSystem, mountsOfZone } from "../../filesystem/mountIndex.ts";
import { allMounts, findMount, mountOf } from "../../filesystem/nodes.ts";
import { poolOf, sizesWithin } from "../../filesystem/pools.ts";
import type { Mount } from "../../filesystem/types.ts";
import { usedBytes } from "../../filesystem/usage.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { limitOf, usageOf } from "../resources/rctls.ts";
import { freeSwap, swapOf } from "../resources/swap.ts";
import { findZone, GLOBAL, zone, zoneOf } from "../zones.ts";

/** The table of mounts as a zone has it. Source: mnttab(5), usr/src/uts/common/fs/mntfs/mntvnops.c. */

export interface MountView {
  readonly mount: Mount;
  readonly on: string;
  readonly special: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** All mounts in the global zone; elsewhere those of the zone, and its root. */
export function mountTable(host: Host, process: Process): MountView[] {
  const own = zoneOf(host, process);
  if (own.id === GLOBAL) return allMounts(host).map((mount) => viewOf(host, mount, mount.path, mount.from));
  const inside = mountsOfZone(host, own.id).filter(({ path }) => path !== own.path);
  const root = findMount(host, own.root.mount);
  return [
    ...(root ? [viewOf(host, root, "/", "/")] : []),
    ...inside.map((mount) => {
      const on = mount.path.slice(own.path.length) || "/";
      return withoutPlaces(viewOf(host, mount, on, specialInside(host, process, mount, on)));
    }),
  ];
}

/** What a zone cannot name is shown as the place where it is: directories, devices and datasets of the global zone. */
function specialInside(host: Host, process: Process, mount: Mount, on: string): string {
  if (mount.container === process.credential.container) return mount.from;
  if (mount.type === "zfs") {
    const access = host.kernel.files.datasets.access(host, process, mount.from);
    return access === "none" ? on : mount.from;
  }
  return mount.from.startsWith("/") ? on : mount.from;
}

/** Where the file system of devices keeps modes is a place of the global zone. */
function withoutPlaces(view: MountView): MountView {
  return { ...view, options: view.options.filter((option) => !option.startsWith("attrdir=")) };
}

/** Options that have their own place, and one that other kernels show. */
const OWN: ReadonlySet<string> = new Set(["ro", "rw", "nosuid", "nodevices", "setuid", "devices", "local"]);

function viewOf(
  host: Host,
  { options, readOnly, zone: id, type, ...mount }: Mount,
  on: string,
  special: string,
): MountView {
  const has = (name: string): boolean => options.includes(name);
  const shown = [
    readOnly ? "ro" : "rw",
    ...(has("nosuid") ? ["nosuid"] : ["setuid", has("nodevices") ? "nodevices" : "devices"]),
    ...options.filter((option) => !OWN.has(option)),
    ...(id === undefined ? [] : [`zone=${findZone(host, id)?.name ?? id}`]),
  ];
  return {
    mount: { ...mount, options, readOnly, type, ...(id !== undefined && { zone: id }) },
    on,
    special,
    type,
    options: shown,
  };
}

/** The text of /etc/mnttab. When something was mounted is not kept: all have the time of the boot. */
export function mnttab(host: Host, process: Process): string {
  const { bootTime } = host.state.machine;
  return mountTable(host, process)
    .map(
      ({ special, on, type, options }) => `${[special, on, type, options.join(","), bootTime].join("\t")}\n`,
    )
    .join("");
}

/** The mount that holds a file. */
export function mountHolding(host: Host, process: Process, path: string): Outcome<MountView | undefined> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const { id } = mountOf(host, found.value);
  const { decision } = found;
  const table = mountTable(host, process);
  // What a directory of the global zone lends to a zone is in no table there: the root stands for it.
  return { ok: true, value: table.find(({ mount }) => mount.id === id) ?? table[0], decision };
}

export interface Space {
  /** In bytes. */
  readonly total: number;
  readonly used: number;
  readonly free: number;
}

/** Bytes by mount; sums of datasets are made once. */
export function spaceOf(host: Host): (view: MountView) => Space {
  const sizes = sizesWithin(host);
  const { datasets, byId } = host.state.files;
  const space = ({ mount }: Pick<MountView, "mount">): Space => {
    const dataset = mount.type === "zfs" ? own(datasets, mount.from) : undefined;
    if (dataset) {
      const { total = 0, own = 0 } = sizes.get(dataset.name) ?? {};
      const pool = host.state.machine.pools.find(({ name }) => name === poolOf(dataset.name));
      const left = Math.max(0, (pool?.size ?? 0) - (sizes.get(poolOf(dataset.name))?.total ?? 0));
      const within = dataset.quota > 0 ? Math.min(left, Math.max(0, dataset.quota - total)) : left;
      return { total: own + within, used: own, free: within };
    }
    const fs = byId[mount.filesystem];
    if (mount.type === "tmpfs" && fs) {
      const used = usedBytes(fs);
      const owner = zone(host, mount.zone ?? GLOBAL);
      const limit = limitOf(owner, "zone.max-swap");
      const swap = limit ? Math.max(0, limit.limit - usageOf(host, owner, "zone.max-swap")) : freeSwap(host);
      const free = Math.min(swap, fs.size > 0 ? Math.max(0, fs.size - used) : swapOf(host));
      return { total: used + free, used, free };
    }
    const shown =
      mount.type === "lofs"
        ? mountsOfFileSystem(host, mount.filesystem).find((other) => other.type !== "lofs")
        : undefined;
    if (shown) return space({ mount: shown });
    const used = fs ? usedBytes(fs) : 0;
    return { total: fs?.size ?? 0, used, free: Math.max(0, (fs?.size ?? 0) - used) };
  };
  return space;
}
