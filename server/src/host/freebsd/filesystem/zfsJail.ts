import { own } from "../../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { giveDataset } from "../../filesystem/datasetIndex.ts";
import type { Dataset } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { findPrison, isDescendant } from "../prisons.ts";
import { privCheck } from "../privileges.ts";

/** Giving datasets to jails. Source: zfs-jail(8). */

/** zfs jail: attaches a dataset to a jail that the caller can see. Source: zone_dataset_attach(). */
export function zfsJail(host: Host, process: Process, jid: number, name: string): Outcome {
  const may = mayDelegate(host, process, jid, name);
  if (!may.ok) return may;
  if (may.value.container !== 0)
    return denied("EEXIST", "zfs/attached", `Dataset ${name} is attached to jail ${may.value.container}.`);
  giveDataset(host, may.value, jid);
  return allowed(undefined, "zfs/jail", `Dataset ${name} is attached to jail ${jid}.`);
}

/** zfs unjail. */
export function zfsUnjail(host: Host, process: Process, jid: number, name: string): Outcome {
  const may = mayDelegate(host, process, jid, name);
  if (!may.ok) return may;
  if (may.value.container !== jid)
    return denied("ENOENT", "zfs/attached", `Dataset ${name} is not attached to jail ${jid}.`);
  giveDataset(host, may.value, 0);
  return allowed(undefined, "zfs/unjail", `Dataset ${name} is no longer attached.`);
}

function mayDelegate(host: Host, process: Process, jid: number, name: string): Outcome<Dataset> {
  const open = host.kernel.files.datasets.control(host, process);
  if (!open.ok) return open;
  const may = privCheck(host, process, "ZFS_JAIL");
  if (!may.ok) return may;
  const dataset = own(host.state.files.datasets, name);
  if (!dataset) return denied("ENOENT", "zfs/visible", `There is no dataset ${name}.`);
  if (!findPrison(host, jid) || !isDescendant(host, process.credential.container, jid))
    return denied("ENOENT", "zfs/jail", `There is no jail ${jid}.`);
  return allowed(dataset, "zfs/delegate", "The dataset can be attached.");
}
