import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { IndexEntry } from "../types.ts";

/** Something about a configuration that does not fit the machine. A warning lets the command go on. */
export interface Finding {
  readonly severity: "error" | "warning";
  /** Stable: `verify/zonepath-mode` … */
  readonly rule: string;
  readonly text: string;
  readonly causes: readonly Cause[];
  /** It follows from what the reference says of relatives. */
  readonly unsure?: true;
}

export interface Verification {
  readonly host: Host;
  readonly process: Process;
  readonly entry: IndexEntry;
  /** The command that verifies. */
  readonly command: string;
}

export const problem = (rule: string, text: string, ...causes: (Cause | undefined)[]): Finding => ({
  severity: "error",
  rule: `verify/${rule}`,
  text,
  causes: causes.filter((cause) => cause !== undefined),
});

export const warning = (rule: string, text: string, ...causes: (Cause | undefined)[]): Finding => ({
  ...problem(rule, text, ...causes),
  severity: "warning",
});
