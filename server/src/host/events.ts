import type { Cause } from "./decision.ts";
import type { Errno } from "./errno.ts";

/** One thing that happened in the host. */
export interface HostEvent {
  /** Counted from 0; the order of the log. */
  readonly seq: number;
  /** Virtual milliseconds since boot. */
  readonly t: number;
  /** The jail or zone that it is about; empty for the host itself. */
  readonly container: string;
  /** `jail.create`, `mount`, `command`, `process.start` …: a word before and one behind the dot. */
  readonly kind: string;
  /** Of a change of state: before and after. */
  readonly from?: string;
  readonly to?: string;
  /** A sentence for a reader. */
  readonly message: string;
  readonly outcome: "ok" | "failed" | "assumed";
  readonly errno?: Errno;
  readonly causes: readonly Cause[];
}

/** An event before the log gives it its number and time. */
export type NewEvent = Omit<HostEvent, "seq" | "t" | "causes" | "from"> & {
  readonly from?: string | undefined;
  readonly causes?: readonly Cause[];
};
