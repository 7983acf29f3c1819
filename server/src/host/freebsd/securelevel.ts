import { denied } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { prisonOf } from "./prisons.ts";
import { causeOf } from "./scope.ts";

/**
 * The refusal of what a securelevel above `level` forbids, or nothing. The jail's own value counts, which is never
 * below that of the jails around it. Source: securelevel_gt() in sys/kern/kern_prot.c, security(7).
 */
export function securelevelAbove(host: Host, process: Process, level: number, what: string) {
  const own = prisonOf(host, process);
  if (own.securelevel <= level) return undefined;
  return denied("EPERM", "securelevel", `With a securelevel above ${level} ${what}.`, {
    causes: [
      own.jid === 0
        ? { what: `kern.securelevel=${own.securelevel}`, from: "host" }
        : causeOf(own, "securelevel", String(own.securelevel)),
    ],
  });
}
