import { type Cause, denied } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { isDescendant, prison } from "./prisons.ts";
import type { Prison } from "./types.ts";

/** Where a parameter's value comes from; a default where nobody said anything. */
export function causeOf(jail: Prison, parameter: string, value?: string): Cause {
  const known = jail.causes[parameter];
  if (known) return known;
  return { what: value === undefined ? parameter : `${parameter}=${value} (default)`, from: "default" };
}

/** Whether a process may reach what belongs to a prison: the same one or a descendant. Source: prison_check(). */
export function inScope(host: Host, subject: Process, jid: number): boolean {
  const own = subject.credential.container;
  return own === jid || own === 0 || isDescendant(host, own, jid);
}

/** The refusal of what lies outside of the subject's jail: it looks as if it did not exist. */
export function outOfScope(host: Host, subject: Process, errno: "ESRCH" | "ENOENT" | "EINVAL") {
  const own = prison(host, subject.credential.container);
  return denied(errno, "scope", `It is outside of jail ${own.name}, so it does not exist there.`, {
    causes: [{ what: "a jail sees itself and its descendants", from: "kernel" }],
  });
}
