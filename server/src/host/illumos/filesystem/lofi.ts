import { allowed, denied, type Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountsFrom } from "../../filesystem/mountIndex.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import { open } from "../../filesystem/open.ts";
import { pathOf } from "../../filesystem/paths.ts";
import type { Host } from "../../host.ts";
import { closeDescriptors } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { charge, discharge } from "../resources/rctls.ts";
import { illumosOf } from "../state.ts";
import type { LofiDevice, Zone } from "../types.ts";
import { findZone, GLOBAL, zoneOf } from "../zones.ts";
import { makeDevice } from "./deviceNames.ts";

/** Files as disks: lofiadm(8). A zone has its own, and sees no others. Source: usr/src/uts/common/io/lofi.c. */

/** Devices that a process sees, by number: the global zone sees all. */
export function lofiDevices(host: Host, process: Process): [number: string, device: LofiDevice][] {
  const { container } = process.credential;
  return Object.entries(illumosOf(host).lofi ?? {}).filter(
    ([, { zone }]) => container === GLOBAL || zone === container,
  );
}

/**
 * lofiadm -a: makes a disk of a file.
 * @returns the path of the device; ENOENT without the control device, EINVAL for what is no file, EBUSY for one that is a
 * disk already, EAGAIN beyond zone.max-lofi
 */
export function lofiAttach(host: Host, process: Process, path: string): Outcome<string> {
  const control = openControl(host, process);
  if (!control.ok) return control;
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  if (nodeOf(host, found.value).kind !== "file")
    return denied("EINVAL", "lofi/file", `${path} is no regular file.`);
  const illumos = illumosOf(host);
  const devices = illumos.lofi ?? {};
  const file = pathOf(host, found.value);
  const taken = Object.entries(devices).find(([, device]) => device.file === file);
  if (taken) return denied("EBUSY", "lofi/taken", `${path} is the device ${taken[0]} already.`);
  const own = zoneOf(host, process);
  const full = charge(host, own, "zone.max-lofi", 1, "lofi-create");
  if (full) return full;
  let number = 1;
  while (devices[number]) number++;
  illumos.lofi = { ...devices, [number]: { file, zone: own.id } };
  makeDevice(host, `lofi/${number}`, own.id);
  makeDevice(host, `rlofi/${number}`, own.id);
  return allowed(`/dev/lofi/${number}`, "lofi/attach", `${path} is the disk /dev/lofi/${number} now.`);
}

/** The control device must be there, and can be opened for writing. */
function openControl(host: Host, process: Process): Outcome {
  const opened = open(host, process, "/dev/lofictl", { write: true });
  if (!opened.ok) return opened;
  closeDescriptors(host, process, ({ fd }) => fd === opened.value);
  return { ...opened, value: undefined };
}

/**
 * lofiadm -d, by the device or by the file.
 * @returns ENXIO for what is no such device; EBUSY while it is mounted
 */
export function lofiDetach(host: Host, process: Process, path: string): Outcome {
  const control = openControl(host, process);
  if (!control.ok) return control;
  const file = lookup(host, process, path);
  const named = file.ok ? pathOf(host, file.value) : path;
  const found = lofiDevices(host, process).find(
    ([number, device]) => device.file === named || path === `/dev/lofi/${number}`,
  );
  if (!found) return denied("ENXIO", "lofi/device", `${path} is no lofi device.`);
  const [number, device] = found;
  const [mount] = mountsFrom(host, `/dev/lofi/${number}`);
  if (mount)
    return denied("EBUSY", "lofi/mounted", `/dev/lofi/${number} is mounted on ${mount.path}.`, {
      causes: [{ what: `mount of ${mount.path}`, from: "host" }],
    });
  remove(host, number, device);
  return allowed(undefined, "lofi/detach", `/dev/lofi/${number} is gone.`);
}

/** The devices of a zone that goes down. Source: lofi_zone_shutdown(). */
export function releaseLofi(host: Host, { id }: Zone): void {
  for (const [number, device] of Object.entries(illumosOf(host).lofi ?? {}))
    if (device.zone === id) remove(host, number, device);
}

function remove(host: Host, number: string, { zone }: LofiDevice): void {
  const illumos = illumosOf(host);
  const { [number]: _, ...others } = illumos.lofi ?? {};
  if (Object.keys(others).length > 0) illumos.lofi = others;
  else delete illumos.lofi;
  const owner = findZone(host, zone);
  if (owner) discharge(owner, "zone.max-lofi", 1);
}
