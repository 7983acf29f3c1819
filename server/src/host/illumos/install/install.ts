import type { BrandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import { ensureDirectory, findDirectory, putFile } from "../../filesystem/build.ts";
import { editable } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import { property } from "../configuration.ts";
import { UNCONFIGURED } from "../smf/identification.ts";
import { isSolaris10 } from "../smf/instances.ts";
import type { IndexEntry } from "../types.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import {
  charge,
  cloneDataset,
  createDataset,
  datasetOn,
  destroyTree,
  findDataset,
  hasRoom,
  mountDataset,
  onlyForRoot,
  takeSnapshot,
} from "./datasets.ts";
import { type InstallPlan, installPlan } from "./plan.ts";
import { changeState, tell, tellFailure, zonepathCause } from "./reports.ts";
import { contentsOf, fillRoot, inheritedDirectories } from "./roots.ts";
import type { FileWork } from "./work.ts";
import { makeZonepath, removeKnown, zonepathOf } from "./zonepaths.ts";

/** `zoneadm install`. Source: install_func() in usr/src/cmd/zoneadm/zoneadm.c, the programs of the brands. */

/** What the program of a brand ends with: 254 means that nothing needs repair. Source: libzonecfg.h. */
type Ended = Outcome<{ readonly assumed: boolean }> & { readonly clean?: true };

/** Virtual milliseconds by the way of installing. */
const TAKES: Readonly<Record<InstallPlan["way"], number>> = {
  packages: 90_000,
  archive: 60_000,
  directory: 60_000,
  image: 5_000,
  copy: 120_000,
  empty: 1_000,
};

/**
 * Installs a configured zone: it is incomplete until the program of the brand is done.
 * @param dataset false for `-x nodataset`
 * @returns EINVAL, rule `install/usage` and nothing changed, for options that do not exist; what failed else. The zone
 * stays incomplete then, unless the brand says that there is nothing to repair.
 */
export function installZone(work: FileWork, { dataset = true } = {}): Outcome {
  const { host, process, entry } = work;
  const runtime = runtimeOf(host, entry.definition);
  const zonepath = zonepathOf(entry);
  const plan = installPlan(runtime, work.options);
  if (!plan.ok && plan.decision.rule === "install/usage") return plan;
  changeState(work, "incomplete", `Zone ${entry.name} is being installed.`);
  const own = makeZonepath(work, zonepath, { dataset, needed: dataset && needsDataset(runtime) });
  const ended: Ended = plan.ok ? runInstaller(work, runtime, plan.value, own) : plan;
  if (!ended.ok) {
    tellFailure(work, "zone.install", ended);
    if (ended.clean) {
      if (own !== undefined) destroyTree(host, process, own, () => false);
      removeKnown(host, zonepath);
      changeState(work, "configured", `Nothing of the installation of zone ${entry.name} is left.`);
    }
    return ended;
  }
  changeState(work, "installed", `Zone ${entry.name} is installed.`);
  return allowed(undefined, "install", `Zone ${entry.name} is installed in ${zonepath}.`);
}

/** Brands whose programs work with datasets alone. */
export function needsDataset({ root, platform, bootEnvironment }: BrandRuntime): boolean {
  return bootEnvironment || platform === "smartos" || (root === "image" && platform === "omnios");
}

function runInstaller(
  work: FileWork,
  runtime: BrandRuntime,
  plan: InstallPlan,
  own: string | undefined,
): Ended {
  const { host, entry } = work;
  const refused = placeRefused(entry, runtime, own);
  if (refused) return refused;
  const inherited = inheritedDirectories(runtime, entry);
  const contents = contentsOf(host, runtime, inherited, plan.extra);
  const source = sourceOf(work, plan);
  if (!source.ok) return plan.way === "image" ? source : { ...source, clean: true };
  const made = makeRootOf(work, runtime, plan, own);
  if (!made.ok) return made;
  const { root, cloned } = made.value;
  const target = root ?? own ?? datasetOn(host, zonepathOf(entry));
  const bytes = cloned === undefined ? contents.bytes : CLONE_BYTES;
  const room = target === undefined ? undefined : hasRoom(host, target, bytes);
  if (room && !room.ok) return room;
  fillRoot(host, `${zonepathOf(entry)}/root`, entry, inherited);
  if (target !== undefined) charge(host, target, bytes);
  if (isSolaris10(host, runtime) && (plan.way === "copy" || plan.unconfigure)) forgetIdentity(work);
  pass(host, TAKES[plan.way]);
  entry.installation = {
    brand: runtime.brand,
    by: "install",
    packages: [...contents.packages],
    bytes,
    inherited,
    ...(own !== undefined && { dataset: own }),
    ...(root !== undefined && { root }),
    ...(cloned !== undefined && { origin: cloned }),
  };
  say(work, runtime, plan, contents.packages.length, source);
  return source;
}

/**
 * A copy has no name yet: it is asked for one at its first boot, or takes that of the zone. Sources: sys-unconfig(8);
 * unconfigure_zone() in omniosorg/pkg5 src/brand/common.ksh.
 */
export function forgetIdentity({ host, entry }: FileWork): void {
  const root = `${zonepathOf(entry)}/root`;
  if (isSolaris10(host, { brand: property(entry.definition, "brand") })) {
    putFile(host, `${root}${UNCONFIGURED}`, "");
    return;
  }
  const file = findDirectory(host, `${root}/etc/nodename`);
  if (file) editable(host, file).content = "";
}

/** Bytes of a clone that nobody has written to: a parameter of the model. */
export const CLONE_BYTES = 128 << 10;

function placeRefused(
  entry: IndexEntry,
  runtime: BrandRuntime,
  own: string | undefined,
): Refused | undefined {
  const causes = zonepathCause(entry);
  if (own === undefined && needsDataset(runtime))
    return denied(
      "EINVAL",
      "install/dataset",
      `The zonepath must be a dataset for brand ${runtime.brand}: the directory above it must be one.`,
      { causes },
    );
  if (own !== undefined && runtime.bootEnvironment && /^[^/]+\/ROOT(\/|$)/.test(own))
    return denied("EINVAL", "install/rootds", "The zonepath lies in the boot environments of the host.", {
      causes,
    });
  return undefined;
}

/** Whether what is to be installed can be had. Where nobody has told, that is assumed. */
function sourceOf({ host }: FileWork, { way, source = "" }: InstallPlan): Ended {
  const { described } = host.state.machine;
  const had = (text: string, assumed: boolean): Ended => allowed({ assumed }, "install/source", text);
  switch (way) {
    case "packages":
      return had("The publisher is taken to offer the packages.", true);
    case "empty":
      return had("Nothing is needed.", false);
    case "copy":
      return had("The packages are those of the host.", false);
    case "image":
      if (knownImage(host, source)) return had(`${source} is there.`, false);
      break;
    default:
      if (findDirectory(host, source)) return had(`${source} is there.`, false);
  }
  return described
    ? denied("ENOENT", "install/source", `${source} does not exist.`)
    : had(`${source} is taken to be there.`, true);
}

/** An image by its file, dataset, snapshot or UUID. */
function knownImage(host: Host, source: string): boolean {
  const [name = "", snapshot] = source.split("@");
  const dataset = findDataset(host, name);
  if (dataset) return snapshot === undefined || dataset.snapshots?.includes(snapshot) === true;
  const uuid = name.slice(name.lastIndexOf("/") + 1);
  if (host.state.machine.images.some((image) => image.uuid === uuid)) return true;
  return source.startsWith("/") && findDirectory(host, source) !== undefined;
}

interface MadeRoot {
  /** The dataset on the root, if it has one of its own. */
  readonly root?: string;
  /** The snapshot of an image that it is a clone of. */
  readonly cloned?: string;
}

/** The directory or dataset that the root is in. */
function makeRootOf(
  work: FileWork,
  runtime: BrandRuntime,
  plan: InstallPlan,
  own: string | undefined,
): Outcome<MadeRoot> {
  const { host, process, entry } = work;
  const path = `${zonepathOf(entry)}/root`;
  const plain = allowed<MadeRoot>({}, "install/root", `${path} is a directory.`);
  if (own === undefined) {
    ensureDirectory(host, path);
    return plain;
  }
  if (plan.quota !== undefined) {
    const dataset = findDataset(host, own);
    if (dataset) dataset.quota = plan.quota;
  }
  if (runtime.bootEnvironment) return makeBootEnvironment(work, own);
  if (plan.way !== "image") {
    ensureDirectory(host, path);
    return plain;
  }
  const snapshot = imageSnapshot(work, plan.source ?? "", own);
  const cloned = snapshot !== undefined && { cloned: snapshot };
  // The image of the brand illumos is the root; others hold it in a directory `root`, and become the zonepath.
  if (runtime.brand !== "illumos") {
    const replaced = snapshot === undefined ? undefined : becomeImage(work, own, snapshot);
    if (replaced && !replaced.ok) return replaced;
    ensureDirectory(host, path, false);
    return allowed({ ...cloned }, "install/root", `${own} has the files of the image.`);
  }
  const root = `${own}/root`;
  const made =
    snapshot === undefined ? createDataset(host, process, root) : cloneDataset(host, process, snapshot, root);
  return made.ok ? allowed({ root, ...cloned }, "install/root", `${root} is the root.`) : made;
}

/** The dataset of the zonepath makes room for a clone of the image. Source: seed_zone() in src/brand/shared/image.ksh. */
function becomeImage({ host, process, entry }: FileWork, own: string, snapshot: string): Outcome {
  const quota = findDataset(host, own)?.quota ?? 0;
  const gone = destroyTree(host, process, own, () => false);
  if (!gone.ok) return gone;
  const mountpoint = zonepathOf(entry);
  const made = cloneDataset(host, process, snapshot, own, { mountpoint });
  if (!made.ok) return made;
  made.value.quota = quota;
  onlyForRoot(host, ensureDirectory(host, mountpoint, false));
  return allowed(undefined, "install/image", `${own} is a clone of ${snapshot}.`);
}

/** `ROOT/zbe` below the dataset of the zonepath. Source: create_active_ds() in omniosorg/pkg5 src/brand/common.ksh. */
export function makeBootEnvironment(
  { host, process, entry }: Pick<FileWork, "host" | "process" | "entry">,
  own: string,
  snapshot?: string,
): Outcome<MadeRoot> {
  const above = findDataset(host, `${own}/ROOT`)
    ? undefined
    : createDataset(host, process, `${own}/ROOT`, { mountpoint: "legacy" });
  if (above && !above.ok) return above;
  const root = `${own}/ROOT/zbe`;
  const properties = { mountpoint: "legacy", canmount: "noauto" };
  const made =
    snapshot === undefined
      ? createDataset(host, process, root, properties)
      : cloneDataset(host, process, snapshot, root, properties);
  if (!made.ok) return made;
  const mounted = mountDataset(host, process, root, `${zonepathOf(entry)}/root`);
  return mounted.ok ? allowed({ root }, "install/root", `${root} is the root.`) : mounted;
}

/** The snapshot that an image is cloned from: one is taken of a dataset; a file is received instead. */
function imageSnapshot({ host, process }: FileWork, image: string, own: string): string | undefined {
  const [name = "", snapshot] = image.split("@");
  const pool = own.slice(0, own.indexOf("/"));
  const source = [name, `${pool}/${name}`].find((one) => findDataset(host, one));
  if (source === undefined) return undefined;
  if (snapshot !== undefined) return `${source}@${snapshot}`;
  const taken = takeSnapshot(host, process, source, "zone-");
  return taken.ok ? taken.value : undefined;
}

/** What the installer prints and the log keeps. */
function say(
  work: FileWork,
  { brand }: BrandRuntime,
  { way, source, publisher, silent }: InstallPlan,
  packages: number,
  found: Extract<Ended, { ok: true }>,
): void {
  const { out, entry } = work;
  const from = TEXTS[way](source ?? publisher ?? "", packages);
  const seconds = Math.round(TAKES[way] / 1000);
  if (!silent)
    out.push(`Installing zone ${entry.name} of brand ${brand}: ${from}.`, `Done in ${seconds} seconds.`);
  const { assumed } = found.value;
  tell(work, "zone.install", `The root is installed: ${from}.${assumed ? ` ${found.decision.reason}` : ""}`, {
    assumed,
  });
}

const TEXTS: Readonly<Record<InstallPlan["way"], (what: string, packages: number) => string>> = {
  packages: (publisher, count) =>
    `${count} packages${publisher === "" ? " of the publishers of the host" : ` of ${publisher}`}`,
  archive: (source) => `unpacked from ${source}`,
  directory: (source) => `copied from ${source}`,
  image: (source) => `image ${source}`,
  copy: (_, count) => `${count} packages of the host`,
  empty: () => "a root with a few directories",
};
