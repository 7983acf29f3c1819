import { allowed, denied, type Outcome } from "../../decision.ts";
import { findDirectory } from "../../filesystem/build.ts";
import { mkdir } from "../../filesystem/entries.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountOf, nodeOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";

/** Where zoneadmd keeps what goes with it, in memory. Source: ZONES_TMPDIR in usr/src/head/libzonecfg.h. */
export const ZONES_DIRECTORY = "/var/run/zones";
const PRIVATE = 0o700;

/** zoneadmd has every privilege: where no link is on the way there is nothing to check. */
const USUAL = allowed(undefined, "ready/snapshot", "The directory is there.").decision;

/**
 * The directory as zoneadmd finds it, to be changed. Source: mkzonedir() in usr/src/cmd/zoneadmd/zoneadmd.c.
 * @param make whether it is made where it is missing
 * @returns ENOTDIR, EROFS, or what lookup and mkdir(2) say
 */
export function runDirectory(host: Host, process: Process, make = true): Outcome<Vnode> {
  const known = findDirectory(host, ZONES_DIRECTORY);
  if (known && nodeOf(host, known).kind === "directory" && !mountOf(host, known).readOnly)
    return { ok: true, value: known, decision: USUAL };
  const found = lookup(host, process, ZONES_DIRECTORY);
  const missing = !found.ok && found.errno === "ENOENT" && make;
  const directory = missing ? mkdir(host, process, ZONES_DIRECTORY, PRIVATE) : found;
  if (!directory.ok) return directory;
  if (nodeOf(host, directory.value).kind !== "directory")
    return denied("ENOTDIR", "ready/snapshot", `${ZONES_DIRECTORY} is not a directory.`);
  if (mountOf(host, directory.value).readOnly)
    return denied("EROFS", "ready/snapshot", `${ZONES_DIRECTORY} is on a read-only file system.`);
  return directory;
}
