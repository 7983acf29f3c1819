import type { Place } from "../host/decision.ts";
import type { Host } from "../host/host.ts";
import type { Source } from "../workspace/documents.ts";
import type { CommonOptions } from "./options.ts";

/** What the commands that boot have in common, for jails and for zones. */

/** One container of the files after the boot. */
export interface BootedContainer {
  readonly name: string;
  readonly type: "jail" | "zone";
  /** The number that the kernel has for it; null where there is none. */
  readonly id: number | null;
  /** `running`, `failed`, `absent`, or where the way ended; of a zone its state, `absent` if it has none. */
  readonly state: string;
  /** Whether it did not get where it should. */
  readonly failed: boolean;
}

/** A boot that is over, before it is printed. */
export interface Booted {
  readonly host: Host;
  /** Whether somebody described the machine. */
  readonly described: boolean;
  readonly files: readonly string[];
  readonly containers: readonly BootedContainer[];
  /** The text of a file by the name that causes have for it. */
  readonly sourceOf: (path: string) => Source | undefined;
  /** What the programs of the system would have printed on standard error. */
  readonly stderr: string;
  readonly status: number;
}

export interface Boot extends CommonOptions {
  readonly containers?: readonly string[];
  readonly parallel?: number;
  readonly stop?: boolean;
  /** Whether jails stay even if their commands leave no process behind, so that they can be looked at. */
  readonly stay?: boolean;
  /** Whether nothing is started: the host is only made ready. */
  readonly idle?: boolean;
}

/** A file that was named, with its text. */
export interface GivenFile {
  /** As it was named; `-` for standard input. */
  readonly file: string;
  readonly text: string;
}

/** Where a place begins, counted from zero; nothing for a file that was not read. */
export function positionOf({ sourceOf }: Pick<Booted, "sourceOf">, { path, start }: Place) {
  return sourceOf(path)?.positionAt(start);
}
