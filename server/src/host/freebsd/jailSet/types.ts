import { type Cause, denied, type Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { JailSys, Prison } from "../types.ts";

/**
 * One value as the caller gives it: text, number or list as the parameter wants it. `true` is a bare word: a boolean
 * that is on, a mode that is `new`.
 */
export interface ParamValue {
  readonly value: string | number | boolean | readonly string[];
  /** Where it was written. */
  readonly cause?: Cause;
}

/** Parameters by the kernel's names, in the order of the caller. `allow.noX` is the same as `allow.X` with `false`. */
export type JailParameters = Readonly<Record<string, ParamValue>>;

/** Source: sys/sys/jail.h (JAIL_CREATE and so on). */
export interface JailSetFlags {
  readonly create?: boolean;
  readonly update?: boolean;
  readonly attach?: boolean;
  /** Before 14, lets a dying jail be changed and revived. Ignored since. */
  readonly dying?: boolean;
  /** Since 15: the jail of the descriptor `desc` is meant, or names are relative to it. */
  readonly useDescriptor?: boolean;
  readonly atDescriptor?: boolean;
  /** Since 15: a descriptor for the jail is wanted, or one that removes the jail when it is closed. */
  readonly getDescriptor?: boolean;
  readonly ownDescriptor?: boolean;
}

/** An outcome with the text that the kernel leaves in `errmsg`, where it leaves one. */
export type JailOutcome<T = void> = Outcome<T> & { readonly message?: string };

/** A call on its way through the checks. */
export interface Call {
  readonly host: Host;
  readonly caller: Process;
  /** The prison that names and jids are relative to: the caller's, or that of a descriptor. */
  readonly self: Prison;
  readonly flags: JailSetFlags;
  readonly parameters: JailParameters;
  /** The living jail that a descriptor names. */
  readonly described?: Prison;
}

/** The parameters as the kernel has read them. Absent: not given. */
export interface Request {
  jid: number;
  name?: string;
  securelevel?: number;
  childrenMax?: number;
  enforceStatfs?: number;
  devfsRuleset?: number;
  persist?: boolean;
  sourceSelection: { ip4?: boolean; ip6?: boolean };
  host?: JailSys;
  vnet?: JailSys;
  ip4: Family;
  ip6: Family;
  allow: ReadonlySet<string>;
  disallow: ReadonlySet<string>;
  hostname?: string;
  domainname?: string;
  hostuuid?: string;
  hostid?: number;
  osrelease?: string;
  osreldate?: number;
  root?: { readonly vnode: Vnode; readonly path: string };
}

export interface Family {
  mode?: JailSys;
  addresses?: readonly string[];
}

/** Thrown inside of jail_set(2) to leave at the first check that fails, as the kernel does. */
export class Refused extends Error {
  readonly outcome: JailOutcome<never>;

  constructor(outcome: JailOutcome<never>) {
    super(outcome.decision.reason);
    this.outcome = outcome;
  }
}

interface Details {
  /** What the kernel writes to `errmsg`. */
  readonly message?: string;
  readonly causes?: readonly Cause[];
  readonly unsure?: boolean;
}

/** A refusal by the check of that number in jail_set(2). */
export function refuse(check: string, errno: Errno, reason: string, details: Details = {}): Refused {
  return refusal(`jail_set/${check}`, errno, reason, details);
}

/** A refusal by a rule. */
export function refusal(rule: string, errno: Errno, reason: string, details: Details = {}): Refused {
  const { message, causes = [], unsure } = details;
  const outcome = denied(errno, rule, reason, unsure ? { causes, unsure: true } : { causes });
  return new Refused(message === undefined ? outcome : { ...outcome, message });
}

/** Where a given parameter comes from. */
export function givenCause({ parameters }: Call, name: string): Cause {
  const given = parameters[name];
  if (!given) return { what: name, from: "configuration" };
  const { value, cause } = given;
  return cause ?? { what: value === true ? name : `${name}=${String(value)}`, from: "configuration" };
}
