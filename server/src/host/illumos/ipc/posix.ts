import { contained, denied, type Outcome } from "../../decision.ts";
import { unlink } from "../../filesystem/entries.ts";
import { open } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import type { PosixFlags } from "../../ipc/types.ts";
import type { Process } from "../../process/types.ts";
import { GLOBAL } from "../zones.ts";

/**
 * Named POSIX objects. The library makes files of them below /tmp, which is a tmpfs of each zone: so they are apart as
 * files are. Source: usr/src/lib/libc/port/rt/pos4obj.c.
 */

export type PosixKind = "shm" | "sem" | "mq";

/** Directories and prefixes of the library's files. */
const FILES: Readonly<Record<PosixKind, string>> = { shm: ".SHMD", sem: ".SEMD", mq: ".MQD" };

const LONGEST_NAME = 255;

/** The file behind a name. */
export function posixFile(kind: PosixKind, name: string): string {
  return `/tmp/${FILES[kind]}${name.slice(1)}`;
}

function nameRefusal(name: string) {
  if (!name.startsWith("/") || name.slice(1).includes("/"))
    return denied("EINVAL", "posix/name", "Names begin with the only slash that they have.");
  if (name.length > LONGEST_NAME) return denied("ENAMETOOLONG", "posix/name", "The name is too long.");
  return undefined;
}

/** shm_open(3C), sem_open(3C), mq_open(3C): gives the descriptor. The errors are those of the file. */
export function posixOpen(
  host: Host,
  process: Process,
  kind: PosixKind,
  name: string,
  { mode = 0o600, write = true, ...flags }: PosixFlags = {},
): Outcome<number> {
  const refused = nameRefusal(name);
  if (refused) return refused;
  const file = posixFile(kind, name);
  const opened = open(host, process, file, { ...flags, mode, write, nofollow: true });
  if (!opened.ok || process.credential.container === GLOBAL) return opened;
  return contained(
    opened.value,
    `posix/${kind}`,
    `The library keeps it in ${file}, which is a file of this zone.`,
    {
      causes: [{ what: "each zone has a /tmp of its own", from: "kernel" }],
    },
  );
}

/** shm_unlink(3C), sem_unlink(3C), mq_unlink(3C). */
export function posixUnlink(host: Host, process: Process, kind: PosixKind, name: string): Outcome {
  return nameRefusal(name) ?? unlink(host, process, posixFile(kind, name));
}
