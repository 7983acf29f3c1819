import { allowed, type Outcome } from "../../decision.ts";
import { fileSystemOf } from "../../filesystem/nodes.ts";
import { dropView, putView, snapshotView } from "../zoneFiles.ts";
import { type Daemon, say } from "./daemon.ts";
import { runDirectory, ZONES_DIRECTORY } from "./runDirectory.ts";

/**
 * The configuration that a zone is readied with, in a file of the global zone that stays until it is halted: what zonecfg
 * changes meanwhile is for the next time. Source: zonecfg_create_snapshot(), zonecfg_destroy_snapshot() in
 * usr/src/lib/libzonecfg/common/libzonecfg.c.
 */
function fileOf(zone: string): string {
  return `${zone}.snapshot.xml`;
}

/** @returns ENOTDIR, EROFS, or what mkdir(2) says where the directory is missing */
export function writeSnapshot({ host, process, entry }: Daemon): Outcome {
  const directory = runDirectory(host, process);
  if (!directory.ok) return directory;
  const name = fileOf(entry.name);
  putView(fileSystemOf(host, directory.value), directory.value.node, name, snapshotView(entry.name));
  return allowed(undefined, "ready/snapshot", `${ZONES_DIRECTORY}/${name} holds the configuration.`);
}

/** Takes the file away. Where that does not go, the zone is halted all the same. */
export function removeSnapshot(daemon: Daemon): void {
  const { host, process, entry } = daemon;
  const directory = runDirectory(host, process, false);
  if (directory.ok) dropView(host, directory.value, fileOf(entry.name));
  else say(daemon, `the snapshot of its configuration in ${ZONES_DIRECTORY} cannot be removed`);
}
