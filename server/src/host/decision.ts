import type { Errno } from "./errno.ts";

/** A stretch of a file, in UTF-16 code units from its start. The host knows no text: it only hands places on. */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Something that made a decision come out as it did. */
export interface Cause {
  /** A few words: `allow.raw_sockets`, `security.jail.mount_allowed=0`, `children.max=0 (default)`. */
  readonly what: string;
  readonly from: "configuration" | "host" | "default" | "inherited" | "kernel";
  /** The line of a configuration or of the host file. */
  readonly place?: Place;
}

/**
 * What the kernel says to one action of one process. `contained`: it succeeds, but is rewritten or filtered.
 * `assumed`: the model does not know the action and takes it as a success, visibly.
 */
export interface Decision {
  readonly verdict: "allow" | "contained" | "deny" | "assumed";
  readonly errno?: Errno;
  /** The check that decided, stable: `jail_set/39`, `priv/NETINET_RAW`, `mount/6`, `scope`. */
  readonly rule: string;
  /** A sentence for a reader. */
  readonly reason: string;
  readonly causes: readonly Cause[];
  /** The documentation leaves it open; the documented behaviour is modelled. */
  readonly unsure?: true;
}

/** The result of a system call: a value or an errno, and in either case why. */
export type Outcome<T = void> =
  | { readonly ok: true; readonly value: T; readonly decision: Decision }
  | { readonly ok: false; readonly errno: Errno; readonly decision: Decision };

type More = Partial<Pick<Decision, "causes" | "unsure">>;

const NOTHING: More = {};
const NO_CAUSES: readonly Cause[] = [];

/** Written out, as there is one for each step of each call. */
function decide(verdict: Decision["verdict"], rule: string, reason: string, more: More): Decision {
  const { causes = NO_CAUSES, unsure } = more;
  return unsure ? { verdict, rule, reason, causes, unsure } : { verdict, rule, reason, causes };
}

export function allowed<T>(value: T, rule: string, reason: string, more: More = NOTHING): Outcome<T> {
  return { ok: true, value, decision: decide("allow", rule, reason, more) };
}

export function contained<T>(value: T, rule: string, reason: string, more: More = NOTHING): Outcome<T> {
  return { ok: true, value, decision: decide("contained", rule, reason, more) };
}

/** `There is no process 7.`, or of a word that is no number: `There is no such process.` */
export function thereIsNo(what: string, id: number): string {
  return Number.isNaN(id) ? `There is no such ${what}.` : `There is no ${what} ${id}.`;
}

/** What `denied` gives. */
export type Refused = ReturnType<typeof denied>;

export function denied(errno: Errno, rule: string, reason: string, more: More = NOTHING) {
  const decision: Decision = { verdict: "deny", errno, rule, reason, causes: NO_CAUSES, ...more };
  return { ok: false as const, errno, decision };
}
