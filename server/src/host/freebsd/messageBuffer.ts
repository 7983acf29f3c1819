import { allowed, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { privCheck } from "./privileges.ts";

/** Kinds of events that the kernel prints on the console. */
const PRINTED: ReadonlySet<string> = new Set(["rctl.log", "module.load", "module.unload", "system.message"]);

/** What dmesg(8) shows, for those who may read it. Source: msgbufp in sys/kern/subr_prf.c. */
export function readMessageBuffer(host: Host, process: Process): Outcome<string> {
  const verdict = privCheck(host, process, "MSGBUF");
  if (!verdict.ok) return verdict;
  const { release, memory, cpus } = host.state.machine;
  const lines = [
    `FreeBSD ${release}-RELEASE GENERIC amd64`,
    `real memory  = ${memory} (${Math.floor(memory / 1024 ** 2)} MB)`,
    `FreeBSD/SMP: Multiprocessor System Detected: ${cpus} CPUs`,
    ...host.events.filter(({ kind }) => PRINTED.has(kind)).map(({ message }) => message),
  ];
  return allowed(
    lines.join("\n"),
    verdict.decision.rule,
    "The messages of the kernel of all jails and the host.",
    {
      causes: verdict.decision.causes,
    },
  );
}
