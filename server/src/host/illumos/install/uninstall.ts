import type { BrandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { datasetOn, destroyTree } from "./datasets.ts";
import { changeState, tell, tellFailure, warnOf } from "./reports.ts";
import type { FileWork } from "./work.ts";
import { foreignNames, mountedBelow, removeKnown, zonepathOf } from "./zonepaths.ts";

/** Virtual milliseconds. */
const DESTROYING = 1500;

/**
 * `zoneadm uninstall`. Source: uninstall_func(), cleanup_zonepath() in usr/src/cmd/zoneadm/zoneadm.c, the uninstall
 * programs of the brands.
 * @returns EBUSY, and nothing changed, while something is mounted below the root; what cannot be removed else leaves the
 * zone incomplete
 */
export function uninstallZone(work: FileWork): Outcome {
  const { host, entry } = work;
  const zonepath = zonepathOf(entry);
  const mounted = mountedBelow(host, `${zonepath}/root`);
  if (mounted !== undefined)
    return denied("EBUSY", "uninstall/mounted", `${mounted} is mounted below the root of the zone.`, {
      causes: [{ what: `mount on ${mounted}`, from: "host" }],
    });
  changeState(work, "incomplete", `Zone ${entry.name} is being uninstalled.`);
  pass(host, DESTROYING);
  const removed = removeFiles(work, zonepath);
  if (!removed.ok) {
    tellFailure(work, "zone.uninstall", removed);
    return removed;
  }
  delete entry.installation;
  delete entry.services;
  tell(work, "zone.uninstall", `The files of zone ${entry.name} are removed.`);
  changeState(work, "configured", `Zone ${entry.name} is uninstalled.`);
  return allowed(undefined, "uninstall", `Zone ${entry.name} is configured only.`);
}

/** Snapshots that were made to be cloned: by zoneadm, by the program of a brand. */
const MADE = /^SUNWzone\d+$|_snap\d*$|^zone-\d+$/;

/** Programs of virtual machines, of images and of SmartOS destroy the dataset with whatever is in it. */
function isThorough({ root, platform }: BrandRuntime): boolean {
  return root === "minimal" || root === "image" || platform === "smartos";
}

function removeFiles(work: FileWork, zonepath: string): Outcome {
  const { host, process, entry } = work;
  const own = datasetOn(host, zonepath);
  const foreign = foreignNames(host, zonepath);
  const thorough = own !== undefined && isThorough(runtimeOf(host, entry.definition));
  const { root = datasetOn(host, `${zonepath}/root`) } = entry.installation ?? {};
  const made = (snapshot: string) => MADE.test(snapshot);
  if (root !== undefined) {
    const gone = destroyTree(host, process, bootEnvironmentsAbove(root), made);
    if (!gone.ok) return gone;
  }
  if (foreign.length > 0 && !thorough) {
    warnOf(work, "zone.uninstall", `${zonepath} stays, because it holds ${foreign.join(", ")}`);
    removeKnown(host, zonepath);
    return allowed(undefined, "uninstall/foreign", "Files of others stay.");
  }
  if (own !== undefined) {
    const gone = destroyTree(host, process, own, made);
    if (!gone.ok) return gone;
  }
  removeKnown(host, zonepath);
  return allowed(undefined, "uninstall/files", `${zonepath} is gone.`);
}

/** With `ROOT/zbe` goes `ROOT`. */
function bootEnvironmentsAbove(root: string): string {
  return root.replace(/\/ROOT\/[^/]+$/, "/ROOT");
}
