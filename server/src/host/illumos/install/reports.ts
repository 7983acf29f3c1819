import type { StoredState } from "../../../catalog/illumos/zoneStates.ts";
import type { Cause, Outcome } from "../../decision.ts";
import { propertyCause } from "../configuration.ts";
import type { IndexEntry } from "../types.ts";
import type { FileWork } from "./work.ts";

/** What those who work on the files of a zone tell, and the state that the index file keeps. */

/** Another state in the index file. */
export function changeState({ host, entry }: FileWork, to: StoredState, message: string): void {
  const from = entry.state;
  entry.state = to;
  if (from !== to) host.emit({ container: entry.name, kind: "zone.state", from, to, message, outcome: "ok" });
}

/** Something that was done; `assumed` where nobody has said that it can be. */
export function tell(
  { host, entry }: FileWork,
  kind: string,
  message: string,
  { assumed = false, causes = [] }: { assumed?: boolean; causes?: readonly (Cause | undefined)[] } = {},
): void {
  host.emit({
    container: entry.name,
    kind,
    message,
    outcome: assumed ? "assumed" : "ok",
    causes: causes.filter((cause) => cause !== undefined),
  });
}

/** Something that went wrong. */
export function tellFailure({ host, entry }: FileWork, kind: string, failed: Outcome<unknown>): void {
  const { reason, errno, causes } = failed.decision;
  host.emit({
    container: entry.name,
    kind,
    message: reason,
    outcome: "failed",
    causes,
    ...(errno && { errno }),
  });
}

/** A warning on standard error, which lets the command go on. */
export function warnOf(work: FileWork, kind: string, text: string, causes: readonly Cause[] = []): void {
  work.err.push(`WARNING: ${text}`);
  tell(work, kind, text, { causes });
}

export function zonepathCause({ definition }: IndexEntry): readonly Cause[] {
  const cause = propertyCause(definition, "zonepath");
  return cause ? [cause] : [];
}
