import { allowed, contained, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { prisonOf } from "./prisons.ts";
import { type PrivilegeName, privCheck } from "./privileges.ts";
import { causeOf } from "./scope.ts";
import { securelevelAbove } from "./securelevel.ts";
import { systemOf } from "./systemState.ts";

/** The one clock of the machine. Source: sys/kern/kern_time.c, kern_ntptime.c. */

/** Seconds since 1970, as everybody reads it. */
export function wallClock(host: Host): number {
  return host.state.machine.bootTime + Math.floor(host.now / 1000);
}

/** settimeofday(2): `seconds` since 1970. A step moves the time of the boot, as the kernel has it. */
export function settimeofday(host: Host, process: Process, seconds: number): Outcome<number> {
  return step(host, process, "SETTIMEOFDAY", seconds);
}

/** clock_settime(2) of CLOCK_REALTIME. */
export function clockSettime(host: Host, process: Process, seconds: number): Outcome<number> {
  return step(host, process, "CLOCK_SETTIME", seconds);
}

function step(host: Host, process: Process, privilege: PrivilegeName, seconds: number): Outcome<number> {
  const verdict = privCheck(host, process, privilege);
  if (!verdict.ok) return verdict;
  const own = prisonOf(host, process);
  const now = wallClock(host);
  const bounded = own.securelevel > 1;
  const system = systemOf(host);
  if (bounded && seconds >= now && system.lastStep === now) {
    const refused = securelevelAbove(host, process, 1, "the clock goes forward once in a second at most");
    if (refused) return refused;
  }
  // Source: settime(): a second either way at most.
  const target = bounded ? Math.min(now + 1, Math.max(now - 1, seconds)) : seconds;
  if (bounded && target >= now) system.lastStep = target;
  move(host, process, target - now);
  if (target === seconds)
    return allowed(target, verdict.decision.rule, "The clock of the whole machine is set.", {
      causes: verdict.decision.causes,
    });
  return contained(target, "securelevel", "With a securelevel above 1 the clock moves one second at most.", {
    causes: [causeOf(own, "securelevel", String(own.securelevel))],
  });
}

/** adjtime(2): the clock goes faster or slower until it has made up for so many seconds, here at once. */
export function adjtime(host: Host, process: Process, seconds: number): Outcome {
  return slew(host, process, "ADJTIME", seconds);
}

/** ntp_adjtime(2) that changes something; to read is free. */
export function ntpAdjtime(host: Host, process: Process, seconds: number): Outcome {
  return slew(host, process, "NTP_ADJTIME", seconds);
}

function slew(host: Host, process: Process, privilege: PrivilegeName, seconds: number): Outcome {
  const verdict = privCheck(host, process, privilege);
  if (!verdict.ok) return verdict;
  move(host, process, seconds);
  return allowed(undefined, verdict.decision.rule, "The clock of the whole machine is adjusted.", {
    causes: verdict.decision.causes,
  });
}

function move(host: Host, process: Process, seconds: number): void {
  if (seconds === 0) return;
  host.state.machine.bootTime += seconds;
  host.emit({
    container: prisonOf(host, process).name,
    kind: "system.clock",
    message: `The clock is moved by ${seconds} seconds, for everybody.`,
    outcome: "ok",
  });
}
