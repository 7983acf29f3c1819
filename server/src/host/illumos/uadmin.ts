import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { privilege } from "./privileges.ts";
import { rebootHost } from "./smf/hostReboot.ts";
import { requestFromInside } from "./zoneadmd/fromInside.ts";
import { GLOBAL, zoneOf } from "./zones.ts";

/** uadmin(2): halting and rebooting, of the machine or of the own zone. Source: zone_kadmin() in os/zone.c, uadmin(2). */

export type UadminCommand = "shutdown" | "reboot" | "freeze" | "remount" | "dump" | "ftrace" | "config";
export type UadminFunction = "halt" | "poweroff" | "boot" | "iboot" | "sboot" | "siboot" | "fastreboot";

/** Boots that somebody would have to be at the machine for. */
const NOT_IN_ZONES: ReadonlySet<UadminFunction> = new Set(["iboot", "sboot", "siboot"]);

/**
 * @param bootArguments of a boot that follows
 * @returns EPERM; in a zone ENOTSUP for what is of the machine alone, EINVAL for what nobody knows there
 */
export function uadmin(
  host: Host,
  process: Process,
  command: UadminCommand,
  what: UadminFunction = "halt",
  bootArguments = "",
): Outcome {
  if (process.credential.container === GLOBAL) return ofMachine(host, process, command, what);
  const zone = zoneOf(host, process);
  const may = privilege(host, process, "sys_admin");
  if (!may.ok) return may;
  if ((command !== "shutdown" && command !== "reboot") || NOT_IN_ZONES.has(what))
    return denied("ENOTSUP", "uadmin/zone", `Zones have no ${command} ${what}.`, {
      causes: [{ what: "only halt, power off and boot are for zones", from: "kernel" }],
    });
  if (what === "fastreboot")
    return denied("EINVAL", "uadmin/function", "A fast reboot is of the machine.", {
      causes: [{ what: "only halt, power off and boot are for zones", from: "kernel" }],
    });
  requestFromInside(host, zone, what === "boot" ? "reboot" : "halt", bootArguments);
  return allowed(
    undefined,
    may.decision.rule,
    `Zone ${zone.name} ${what === "boot" ? "reboots" : "halts"}; the machine goes on.`,
  );
}

/** The machine as a whole. */
function ofMachine(host: Host, process: Process, command: UadminCommand, what: UadminFunction): Outcome {
  const may = privilege(host, process, "sys_config");
  if (!may.ok) return may;
  const ends = command === "shutdown" || command === "reboot";
  if (ends && what !== "halt" && what !== "poweroff") {
    rebootHost(host, { crash: command === "reboot", caller: process });
    return allowed(undefined, may.decision.rule, "The machine has booted again, with all zones.");
  }
  host.emit({
    container: "",
    kind: `host.${ends ? "halt" : command}`,
    message: ends ? "The machine halts, with all zones." : `The machine is asked for ${command}.`,
    outcome: "ok",
  });
  return allowed(undefined, may.decision.rule, "It is about the machine, with all zones.");
}
