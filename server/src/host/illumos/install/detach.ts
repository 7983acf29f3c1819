import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { findDirectory } from "../../filesystem/build.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { findDataset, mountDataset } from "./datasets.ts";
import { ATTACHED, manifestText, storeManifest } from "./manifest.ts";
import { changeState, tell, tellFailure } from "./reports.ts";
import type { FileWork } from "./work.ts";
import { mountedBelow, removeTree, zonepathOf } from "./zonepaths.ts";

/** Virtual milliseconds. */
const DETACHING = 1000;

/**
 * `zoneadm detach`: the files stay, with a manifest beside them, and the zone is configured only. Source: detach_func()
 * in usr/src/cmd/zoneadm/zoneadm.c; the detach program of the ipkg brands, which leaves the root mounted.
 * @returns EBUSY, and nothing changed, while something is mounted below the zonepath that does not belong to it
 */
export function detachZone(work: FileWork): Outcome {
  const { host, process, entry } = work;
  const zonepath = zonepathOf(entry);
  const root = entry.installation?.root;
  const mounted = mountedBelow(host, root === undefined ? zonepath : `${zonepath}/root`);
  if (mounted !== undefined && mounted !== `${zonepath}/root`) {
    const refused = denied("EBUSY", "detach/mounted", `${mounted} is mounted below the zonepath.`, {
      causes: [{ what: `mount on ${mounted}`, from: "host" }],
    });
    tellFailure(work, "zone.detach", refused);
    return refused;
  }
  const dataset = root === undefined ? undefined : findDataset(host, root);
  if (dataset && runtimeOf(host, entry.definition).bootEnvironment) {
    dataset.mountpoint = `${zonepath}/root`;
    delete dataset.properties["canmount"];
    const there = mountDataset(host, process, dataset.name, `${zonepath}/root`);
    if (!there.ok) {
      tellFailure(work, "zone.detach", there);
      return there;
    }
  }
  pass(host, DETACHING);
  storeManifest(host, zonepath, manifestText(host, entry));
  const directory = findDirectory(host, zonepath);
  if (directory) removeTree(host, directory, ATTACHED);
  delete entry.installation;
  tell(work, "zone.detach", `The files of zone ${entry.name} stay in ${zonepath}, with their manifest.`);
  changeState(work, "configured", `Zone ${entry.name} is detached.`);
  return allowed(undefined, "detach", `Zone ${entry.name} is configured only; its files are there.`);
}
