import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { findDirectory, putFile } from "../../filesystem/build.ts";
import type { Host } from "../../host.ts";
import type { IndexEntry, Installation } from "../types.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { datasetOn, findDataset, mountDataset } from "./datasets.ts";
import { makeBootEnvironment, needsDataset } from "./install.ts";
import { ATTACHED, DETACHED, type Manifest, misfits, readManifest, storedManifest } from "./manifest.ts";
import { changeState, tell, tellFailure, zonepathCause } from "./reports.ts";
import { contentsOf, fillRoot, inheritedDirectories } from "./roots.ts";
import type { AttachOptions, FileWork } from "./work.ts";
import { makeZonepath, removeTree, zonepathOf } from "./zonepaths.ts";

/** Virtual milliseconds: with a comparison of packages, and with their update. */
const ATTACHING = 2000;
const UPDATING = 60_000;

/**
 * `zoneadm attach`: files that are there become those of a configured zone. Source: attach_func() in
 * usr/src/cmd/zoneadm/zoneadm.c; the attach programs of the brands.
 * @returns ENOENT where nothing is there; EINVAL where the software does not fit, which `-u` brings up to date and `-F`
 * does not look at. The zone stays as it was.
 */
export function attachZone(work: FileWork, { force }: AttachOptions): Outcome {
  const { host, entry } = work;
  const update = work.options.some((word) => word === "-u" || word === "-U");
  const found = filesThere(work);
  const fits = found.ok && !force ? compare(work, update) : found;
  const mounted = fits.ok ? mountRoot(work) : fits;
  if (!mounted.ok) {
    tellFailure(work, "zone.attach", mounted);
    return mounted;
  }
  pass(host, update ? UPDATING : ATTACHING);
  entry.installation = installationOf(host, entry);
  settleManifest(host, zonepathOf(entry), force);
  tell(work, "zone.attach", `The files in ${zonepathOf(entry)} are those of zone ${entry.name} now.`);
  changeState(work, "installed", `Zone ${entry.name} is attached.`);
  return allowed(undefined, "attach", `Zone ${entry.name} is installed.`);
}

/** `attach -n`: whether a zone of a manifest would fit. */
export function tryManifest(host: Host, text: string): Outcome<Manifest> {
  const manifest = readManifest(text);
  if (!manifest) return denied("EINVAL", "attach/manifest", "That is no manifest of a zone.");
  const wrong = misfits(host, manifest);
  return wrong.length === 0
    ? allowed(manifest, "attach/software", `Zone ${manifest.zone} fits this machine.`)
    : denied("EINVAL", "attach/software", `Zone ${manifest.zone} does not fit: ${wrong.join("; ")}.`);
}

/** Where nobody described the machine, the administrator is taken to have brought the files. */
function filesThere(work: FileWork): Outcome {
  const { host, entry } = work;
  const zonepath = zonepathOf(entry);
  if (findDirectory(host, `${zonepath}/root`))
    return allowed(undefined, "attach/files", `${zonepath}/root is there.`);
  const causes = zonepathCause(entry);
  if (host.state.machine.described)
    return denied("ENOENT", "attach/files", `There is no ${zonepath}/root.`, { causes });
  const runtime = runtimeOf(host, entry.definition);
  const own = makeZonepath(work, zonepath, { needed: needsDataset(runtime) });
  const made = own !== undefined && runtime.bootEnvironment ? makeBootEnvironment(work, own) : undefined;
  if (made && !made.ok) return made;
  fillRoot(host, `${zonepath}/root`, entry, inheritedDirectories(runtime, entry));
  tell(work, "zone.attach", `Files of a detached zone are taken to be in ${zonepath}.`, {
    assumed: true,
    causes,
  });
  return allowed(undefined, "attach/files", `Files are taken to be in ${zonepath}.`);
}

/** The software of the zone against that of the host. A zone without a manifest was never detached. */
function compare({ host, entry, err, out }: FileWork, update: boolean): Outcome {
  const text = storedManifest(host, zonepathOf(entry));
  const manifest = text === undefined ? undefined : readManifest(text);
  const fits = allowed(undefined, "attach/software", "The software fits.");
  if (!manifest) return fits;
  const { brand } = runtimeOf(host, entry.definition);
  if (manifest.brand !== brand)
    return denied("EINVAL", "attach/brand", `The files are of brand ${manifest.brand}, not ${brand}.`);
  const wrong = misfits(host, manifest);
  if (wrong.length === 0) return fits;
  if (update) {
    out.push(`${manifest.packages.length} packages are brought to the versions of the host.`);
    return allowed(undefined, "attach/update", "The packages are those of the host now.");
  }
  err.push(...wrong, "The zone can be attached with -u, which updates its packages.");
  return denied("EINVAL", "attach/software", `The software does not fit: ${wrong.join("; ")}.`);
}

/** The boot environment gets back what its detachment has changed. */
function mountRoot({ host, process, entry }: FileWork): Outcome {
  const zonepath = zonepathOf(entry);
  const own = datasetOn(host, zonepath);
  const root = own === undefined ? undefined : findDataset(host, `${own}/ROOT/zbe`);
  if (!root) return allowed(undefined, "attach/root", "The root is a directory.");
  root.mountpoint = "legacy";
  root.properties["canmount"] = "noauto";
  return mountDataset(host, process, root.name, `${zonepath}/root`);
}

function installationOf(host: Host, entry: IndexEntry): Installation {
  const zonepath = zonepathOf(entry);
  const runtime = runtimeOf(host, entry.definition);
  const inherited = inheritedDirectories(runtime, entry);
  const { packages, bytes } = contentsOf(host, runtime, inherited);
  const known = readManifest(storedManifest(host, zonepath) ?? "");
  const dataset = datasetOn(host, zonepath);
  const root = datasetOn(host, `${zonepath}/root`);
  return {
    brand: runtime.brand,
    by: "attach",
    packages: [...(known?.packages ?? packages)],
    bytes,
    inherited,
    ...(dataset !== undefined && { dataset }),
    ...(root !== undefined && root !== dataset && { root }),
  };
}

/** With -F the manifest stays under another name, else it goes. */
function settleManifest(host: Host, zonepath: string, force: boolean): void {
  const text = storedManifest(host, zonepath);
  const directory = findDirectory(host, zonepath);
  if (text === undefined || !directory) return;
  removeTree(host, directory, DETACHED);
  if (force) putFile(host, `${zonepath}/${ATTACHED}`, text);
}
