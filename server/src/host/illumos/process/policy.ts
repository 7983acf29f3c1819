import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { ProcessPolicy } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { GLOBAL } from "../zones.ts";

/** What processes are to a kernel with zones. */
export const processPolicy: ProcessPolicy = {
  canSee,
  canSignal,
  placed: () => {},
  mayFork: () => undefined,
  mayOpen: () => undefined,
  credentialChanged: () => {},
  closed: () => {},
  ended: () => {},
};

/** /proc and every call that takes a pid know those of the caller's zone only. Source: prfind(), ZONE_VIEW. */
function canSee(_: Host, subject: Process, object: Process): Outcome {
  const own = subject.credential.container;
  if (own === GLOBAL || own === object.credential.container)
    return allowed(undefined, "see", `Process ${object.pid} is visible.`);
  return denied("ESRCH", "scope", `Process ${object.pid} is in another zone, so it does not exist here.`, {
    causes: [{ what: "a zone sees only its own processes", from: "kernel" }],
  });
}

/** Source: prochasprocperm(), secpolicy_proc_owner(), secpolicy_proc_zone(). */
function canSignal(host: Host, subject: Process, object: Process, signal: string): Outcome {
  if (subject.pid === object.pid)
    return allowed(undefined, "signal/self", "A process may do that to itself.");
  const seen = canSee(host, subject, object);
  if (!seen.ok) return seen;
  if (subject.credential.container !== object.credential.container) {
    const across = privilege(host, subject, "proc_zone");
    if (!across.ok) return across;
  }
  const from = subject.credential;
  const to = object.credential;
  if (signal === "CONT" && subject.session === object.session)
    return allowed(undefined, "signal/session", "Within a session everybody may continue everybody.");
  const same = [from.uid, from.ruid].some((uid) => uid === to.ruid || uid === to.svuid);
  if (!same) return privilege(host, subject, "proc_owner");
  return allowed(undefined, "signal", `Process ${object.pid} gets the signal.`);
}
