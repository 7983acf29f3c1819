import { type CommandError, commandErrorText } from "../../../catalog/illumos/commandErrors.ts";
import { type Decision, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { IndexEntry } from "../types.ts";
import { callZoneadmd, type Request } from "../zoneadmd/requests.ts";
import { stateOf } from "../zones.ts";

/** One call of zoneadm(8) as it goes on: what it has printed, and what has decided. */
export interface Run {
  readonly host: Host;
  readonly process: Process;
  /** The zone of `-z`; empty where there is none. */
  readonly zone: string;
  readonly command: string;
  readonly options: readonly string[];
  readonly answer: string | undefined;
  readonly out: string[];
  readonly err: string[];
  readonly decisions: Decision[];
}

export const OK = 0;
export const ERROR = 1;
export const USAGE = 2;

/** A complaint about the zone of the call, in one line. */
export function complain(run: Run, text: string): void {
  run.err.push(run.zone === "" ? `zoneadm: ${text}` : `zoneadm: zone '${run.zone}': ${text}`);
}

/** Refused by one of its own checks. */
export function refuse(run: Run, error: CommandError): number {
  const state = stateOf(run.host, run.zone) ?? "configured";
  const text = commandErrorText(error, { zone: run.zone, command: run.command, state });
  run.err.push(`zoneadm: ${text}`);
  run.decisions.push(denied("EINVAL", error, text).decision);
  return ERROR;
}

/** Reports a call that failed. */
export function failing(run: Run, outcome: Outcome<unknown>, text?: string): number {
  run.decisions.push(outcome.decision);
  const { reason } = outcome.decision;
  complain(run, text === undefined ? reason : `${text}: ${reason}`);
  return ERROR;
}

/** Lets zoneadmd do it. */
export function askDaemon(run: Run, entry: IndexEntry, request: Request): number {
  const { ok, messages, decisions } = callZoneadmd(run.host, entry, request);
  for (const message of messages) run.err.push(`zoneadm: ${message}`);
  run.decisions.push(...decisions);
  if (ok) return OK;
  complain(run, "call to zoneadmd failed");
  return ERROR;
}
