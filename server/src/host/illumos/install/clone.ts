import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import { ensureDirectory } from "../../filesystem/build.ts";
import { zfsSnapshot } from "../../filesystem/zfs.ts";
import { property, resourcesOf, textOf } from "../configuration.ts";
import type { IndexEntry, Installation, ZoneDefinition } from "../types.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { stateOf } from "../zones.ts";
import {
  charge,
  cloneDataset,
  datasetOn,
  findDataset,
  hasRoom,
  onlyForRoot,
  takeSnapshot,
} from "./datasets.ts";
import { CLONE_BYTES, forgetIdentity, makeBootEnvironment } from "./install.ts";
import { changeState, tell, tellFailure, warnOf } from "./reports.ts";
import { copyTree } from "./roots.ts";
import type { CloneOptions, FileWork } from "./work.ts";
import { directoryThere, makeZonepath, splitPath, zonepathOf } from "./zonepaths.ts";

/** Virtual milliseconds: a clone of a snapshot, and a copy of files. */
const CLONING = 500;
const COPYING = 40_000;

/**
 * `zoneadm clone`: the files of an installed zone become those of a configured one. Source: clone_func(), clone_copy(),
 * clone_zfs() in usr/src/cmd/zoneadm; the clone program of the ipkg brands.
 * @returns EINVAL for a source that is not installed or of another brand; what fails later leaves the zone incomplete
 */
export function cloneZone(work: FileWork, source: IndexEntry, options: CloneOptions): Outcome {
  const { entry } = work;
  const refused = sourceRefused(work, source);
  if (refused) return refused;
  for (const { text, causes } of sharedThings(source.definition, entry.definition))
    warnOf(work, "zone.clone", text, causes);
  changeState(work, "incomplete", `Zone ${entry.name} is being cloned from ${source.name}.`);
  const cloned = cloneFiles(work, source, options);
  if (!cloned.ok) {
    tellFailure(work, "zone.clone", cloned);
    return cloned;
  }
  entry.installation = cloned.value;
  if (source.services) entry.services = { ...source.services };
  forgetIdentity(work);
  changeState(work, "installed", `Zone ${entry.name} is installed.`);
  return allowed(undefined, "clone", `Zone ${entry.name} is a clone of ${source.name}.`);
}

function sourceRefused({ host, entry }: FileWork, source: IndexEntry): Refused | undefined {
  const state = stateOf(host, source.name) ?? "configured";
  if (source.name === entry.name) return denied("EINVAL", "clone/source", "A zone is no clone of itself.");
  if (state !== "installed")
    return denied(
      "EINVAL",
      "clone/state",
      `Zone ${source.name} must be installed and halted; it is ${state}.`,
    );
  const [theirs, own] = [source, entry].map(({ definition }) => property(definition, "brand"));
  if (theirs !== own)
    return denied("EINVAL", "clone/brand", `Zone ${source.name} is of brand ${theirs}, not ${own}.`, {
      causes: entry.definition.properties["brand"] ? [entry.definition.properties["brand"].cause] : [],
    });
  return undefined;
}

/** What both would use. It is only warned of. Source: warn_ip_match(), warn_dev_match() and their like in zoneadm.c. */
function sharedThings(source: ZoneDefinition, target: ZoneDefinition) {
  const things: readonly (readonly [type: string, key: string, what: string])[] = [
    ["fs", "special", "file system"],
    ["net", "address", "address"],
    ["device", "match", "device"],
    ["dataset", "name", "dataset"],
  ];
  return things.flatMap(([type, key, what]) => {
    const theirs = new Set(writable(resourcesOf(source, type)).map((one) => textOf(one, key)));
    return writable(resourcesOf(target, type))
      .filter((one) => textOf(one, key) !== undefined && theirs.has(textOf(one, key)))
      .map((one) => ({
        text: `${what} ${textOf(one, key)} is that of zone ${source.name} as well`,
        causes: one.properties[key]?.map(({ cause }) => cause) ?? [],
      }));
  });
}

/** File systems that are not loopback mounts for writing are left out. */
function writable(resources: ReturnType<typeof resourcesOf>) {
  return resources.filter(
    ({ type, properties }) =>
      type !== "fs" ||
      (properties["type"]?.[0]?.value === "lofs" &&
        !(properties["options"] ?? []).some(({ value }) => value === "ro")),
  );
}

function cloneFiles(
  work: FileWork,
  source: IndexEntry,
  { copy, snapshot }: CloneOptions,
): Outcome<Installation> {
  const { host, entry } = work;
  const packaged = runtimeOf(host, entry.definition).bootEnvironment;
  const theirs = source.installation?.root ?? datasetOn(host, zonepathOf(source));
  if (theirs === undefined || copy) {
    if (snapshot !== undefined) return denied("EINVAL", "clone/snapshot", "-s is for zones on ZFS.");
    return copyFiles(work, source);
  }
  const taken =
    snapshot === undefined ? newSnapshot(work, theirs, packaged) : oldSnapshot(work, theirs, snapshot);
  if (!taken.ok) return taken;
  const made = packaged ? cloneRoot(work, taken.value) : cloneZonepath(work, taken.value);
  if (!made.ok) {
    if (packaged || snapshot !== undefined) return made;
    warnOf(work, "zone.clone", `the files are copied instead: ${made.decision.reason}`);
    return copyFiles(work, source);
  }
  pass(host, CLONING);
  tell(work, "zone.clone", `${made.value.root ?? made.value.dataset} is a clone of ${taken.value}.`);
  return allowed(
    {
      ...inheritedFrom(work, source),
      ...made.value,
      bytes: CLONE_BYTES,
      origin: taken.value,
    },
    "clone/zfs",
    "The clone shares what it has not changed.",
  );
}

function inheritedFrom({ host, entry }: FileWork, { installation }: IndexEntry): Installation {
  return {
    brand: runtimeOf(host, entry.definition).brand,
    by: "clone",
    packages: [...(installation?.packages ?? [])],
    bytes: installation?.bytes ?? 0,
    inherited: [...(installation?.inherited ?? [])],
  };
}

/** zoneadm counts its snapshots; the program of the ipkg brands names them after the new zone. */
function newSnapshot(
  { host, process, entry }: FileWork,
  dataset: string,
  packaged: boolean,
): Outcome<string> {
  if (!packaged) return takeSnapshot(host, process, dataset, "SUNWzone");
  for (let i = 0; ; i++) {
    const name = `${entry.name}_snap${i === 0 ? "" : i}`;
    const taken = zfsSnapshot(host, process, dataset, name);
    if (taken.ok) return { ...taken, value: `${dataset}@${name}` };
    if (taken.errno !== "EEXIST") return taken;
  }
}

/** Only snapshots of an earlier clone hold the inventory that is compared. Source: validate_snapshot() in zfs.c. */
function oldSnapshot({ host, entry }: FileWork, dataset: string, given: string): Outcome<string> {
  const [name = "", snapshot = given] = given.includes("@") ? given.split("@") : [dataset];
  const of = name === "" ? dataset : name;
  const packaged = runtimeOf(host, entry.definition).bootEnvironment;
  if (of !== dataset || !findDataset(host, of)?.snapshots?.includes(snapshot))
    return denied("ENOENT", "clone/snapshot", `There is no snapshot ${snapshot} of ${dataset}.`);
  if (!packaged && !/^SUNWzone\d+$/.test(snapshot))
    return denied("EINVAL", "clone/inventory", `${snapshot} was not made by a clone: it holds no inventory.`);
  return allowed(`${dataset}@${snapshot}`, "clone/snapshot", `${dataset}@${snapshot} is there.`);
}

type Made = Pick<Installation, "dataset" | "root">;

function cloneRoot(work: FileWork, snapshot: string): Outcome<Made> {
  const own = makeZonepath(work, zonepathOf(work.entry), { needed: true });
  if (own === undefined)
    return denied("EINVAL", "clone/dataset", "The directory above the zonepath must be a dataset.");
  const room = hasRoom(work.host, own, CLONE_BYTES);
  if (!room.ok) return room;
  const made = makeBootEnvironment(work, own, snapshot);
  if (!made.ok) return made;
  const { root } = made.value;
  charge(work.host, root ?? own, CLONE_BYTES);
  return allowed({ dataset: own, ...(root !== undefined && { root }) }, "clone/root", `${own} is there.`);
}

/** The whole zonepath is a clone: the same pool, and the directory above it a dataset. Source: path2name() in zfs.c. */
function cloneZonepath({ host, process, entry }: FileWork, snapshot: string): Outcome<Made> {
  const path = zonepathOf(entry);
  const [above, name] = splitPath(path);
  const parent = datasetOn(host, above);
  const pool = snapshot.slice(0, snapshot.indexOf("/"));
  if (parent === undefined || parent.split("/")[0] !== pool)
    return denied("EINVAL", "clone/dataset", `${above} is no dataset of pool ${pool}.`);
  const own = `${parent}/${name}`;
  const made = cloneDataset(host, process, snapshot, own, { mountpoint: path, sharenfs: "off" });
  if (!made.ok) return made;
  onlyForRoot(host, ensureDirectory(host, path, false));
  charge(host, own, CLONE_BYTES);
  return allowed({ dataset: own }, "clone/zonepath", `${own} is there.`);
}

function copyFiles(work: FileWork, source: IndexEntry): Outcome<Installation> {
  const { host, entry } = work;
  const packaged = runtimeOf(host, entry.definition).bootEnvironment;
  const from = directoryThere(host, `${zonepathOf(source)}/root`);
  if (!from.ok) return from;
  const path = zonepathOf(entry);
  const own = makeZonepath(work, path, { needed: packaged });
  let root: string | undefined;
  if (packaged) {
    if (own === undefined)
      return denied("EINVAL", "clone/dataset", "The directory above the zonepath must be a dataset.");
    const made = makeBootEnvironment(work, own);
    if (!made.ok) return made;
    root = made.value.root;
  }
  const theirs = findDataset(host, source.installation?.root ?? source.installation?.dataset ?? "");
  const inherited = inheritedFrom(work, source);
  // What a clone has in common with others is copied, too.
  const bytes = theirs ? theirs.used + (theirs.shared ?? 0) : inherited.bytes;
  const installation: Installation = { ...inherited, bytes };
  const target = root ?? own;
  const room = target === undefined ? undefined : hasRoom(host, target, installation.bytes);
  if (room && !room.ok) return room;
  copyTree(host, from.value, ensureDirectory(host, `${path}/root`, false));
  if (target !== undefined) charge(host, target, installation.bytes);
  pass(host, COPYING);
  tell(work, "zone.clone", `The files of zone ${source.name} are copied.`);
  return allowed(
    { ...installation, ...(own !== undefined && { dataset: own }), ...(root !== undefined && { root }) },
    "clone/copy",
    "The zone has files of its own.",
  );
}
