import type { Decision } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { IndexEntry } from "../types.ts";

/**
 * What zoneadm(8) hands to those who put, copy, move and remove the files of a zone. Caller, state, configuration and
 * confirmation have been looked at by then.
 */
export interface FileWork {
  readonly host: Host;
  /** zoneadm, a process of the global zone with every privilege. */
  readonly process: Process;
  readonly entry: IndexEntry;
  /** The words that are the brand's business: `-e`, `PUBLISHER` … */
  readonly options: readonly string[];
  /** Lines for standard output and standard error, without line breaks. Those of errors get the name of the zone. */
  readonly out: string[];
  readonly err: string[];
  /** What decided on the way, beside the outcome itself. */
  readonly decisions: Decision[];
}

export interface CloneOptions {
  /** `-m copy`: no snapshot, but a copy of the files. */
  readonly copy: boolean;
  /** `-s`: a snapshot of an earlier clone. */
  readonly snapshot?: string;
}

export interface AttachOptions {
  /** `-F`: the brand is not asked. */
  readonly force: boolean;
}
