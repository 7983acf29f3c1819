import { allowed, denied, type Outcome } from "../../decision.ts";
import { mkdir } from "../../filesystem/entries.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { fileSystemOf, mountOf, nodeOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import { dropView, putView } from "../zoneFiles.ts";
import { type Daemon, say } from "./daemon.ts";

/**
 * The configuration that a zone is readied with, in a file of the global zone that stays until it is halted: what zonecfg
 * changes meanwhile is for the next time. Source: zonecfg_create_snapshot(), zonecfg_destroy_snapshot() in
 * usr/src/lib/libzonecfg/common/libzonecfg.c.
 */
const DIRECTORY = "/var/run/zones";
const PRIVATE = 0o700;

function fileOf(zone: string): string {
  return `${zone}.snapshot.xml`;
}

/** @returns ENOTDIR, EROFS, or what mkdir(2) says where the directory is missing */
export function writeSnapshot({ host, process, entry }: Daemon): Outcome {
  const found = lookup(host, process, DIRECTORY);
  const directory = found.ok || found.errno !== "ENOENT" ? found : mkdir(host, process, DIRECTORY, PRIVATE);
  if (!directory.ok) return directory;
  const refused = refusal(nodeOf(host, directory.value).kind, mountOf(host, directory.value).readOnly);
  if (refused) return refused;
  const name = fileOf(entry.name);
  putView(fileSystemOf(host, directory.value), directory.value.node, name, `snapshot ${entry.name}`);
  return allowed(undefined, "ready/snapshot", `${DIRECTORY}/${name} holds the configuration.`);
}

function refusal(kind: string, readOnly: boolean): Outcome<never> | undefined {
  if (kind !== "directory") return denied("ENOTDIR", "ready/snapshot", `${DIRECTORY} is not a directory.`);
  if (readOnly) return denied("EROFS", "ready/snapshot", `${DIRECTORY} is on a read-only file system.`);
  return undefined;
}

/** Takes the file away. Where that does not go, the zone is halted all the same. */
export function removeSnapshot(daemon: Daemon): void {
  const { host, process, entry } = daemon;
  const directory = lookup(host, process, DIRECTORY);
  const gone = directory.ok && removable(daemon, directory.value);
  if (gone) dropView(host, directory.value, fileOf(entry.name));
  else say(daemon, `the snapshot of its configuration in ${DIRECTORY} cannot be removed`);
}

function removable({ host }: Daemon, directory: Vnode): boolean {
  return nodeOf(host, directory).kind === "directory" && !mountOf(host, directory).readOnly;
}
