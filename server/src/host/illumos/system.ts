import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { everyPrivilege, privilege } from "./privileges.ts";
import { zone, zoneOf } from "./zones.ts";

/** System calls about the machine as a whole. Source: usr/src/uts/common/syscall, usr/src/uts/common/os/policy.c. */

/** SI_SET_HOSTNAME of sysinfo(2): the node name of the zone. Source: syscall/systeminfo.c, uname.c. */
export function setNodename(host: Host, process: Process, name: string): Outcome {
  const may = privilege(host, process, "sys_admin");
  if (!may.ok) return may;
  if (name === "" || name.length > 256) return denied("EINVAL", "nodename/length", "It has no valid length.");
  zoneOf(host, process).nodename = name;
  return allowed(undefined, "nodename", `The zone is called ${name} now; others keep their names.`);
}

/** SI_SET_SRPC_DOMAIN of sysinfo(2). */
export function setDomainname(host: Host, process: Process, name: string): Outcome {
  const may = privilege(host, process, "sys_admin");
  if (!may.ok) return may;
  zoneOf(host, process).domain = name;
  return allowed(undefined, "domainname", `The domain of the zone is ${name} now.`);
}

/** Seconds since 1970. */
export function wallClock(host: Host): number {
  return host.state.machine.bootTime + Math.floor(host.now / 1000);
}

/** stime(2), in seconds since 1970. The clock belongs to the whole machine. Source: syscall/time.c. */
export function stime(host: Host, process: Process, seconds: number): Outcome {
  const may = privilege(host, process, "sys_time");
  if (!may.ok) return may;
  if (seconds < 0) return denied("EINVAL", "time/range", "The time is before 1970.");
  host.state.machine.bootTime += seconds - wallClock(host);
  return allowed(undefined, "time", "The clock of the whole machine is set.", {
    causes: may.decision.causes,
  });
}

/** adjtime(2), in seconds: the clock goes faster or slower until they are made up. */
export function adjtime(host: Host, process: Process, seconds: number): Outcome {
  const may = privilege(host, process, "sys_time");
  if (!may.ok) return may;
  host.state.machine.bootTime += seconds;
  return allowed(undefined, "time/adjust", "The clock of the whole machine is slewed.", {
    causes: may.decision.causes,
  });
}

/** MODLOAD of modctl(2). Source: os/modctl.c, secpolicy_sys_devices and PRIV_POLICY for every privilege. */
export function modload(host: Host, process: Process, name: string): Outcome {
  const may = everyPrivilege(host, process, "EACCES");
  if (!may.ok) return may;
  const { machine } = host.state;
  if (machine.modules.includes(name))
    return allowed(undefined, "modload/loaded", `${name} is loaded already.`);
  if (!machine.loadable.includes(name))
    return denied("ENOENT", "modload/none", `There is no module ${name}.`);
  machine.modules.push(name);
  return allowed(undefined, "modload", `${name} is loaded.`);
}

/** MODUNLOAD of modctl(2). What came with the kernel stays. */
export function modunload(host: Host, process: Process, name: string): Outcome {
  const may = privilege(host, process, "sys_config");
  if (!may.ok) return may;
  const { machine } = host.state;
  if (!machine.modules.includes(name))
    return denied("EINVAL", "modunload/none", `There is no module ${name} in the kernel.`);
  if (!machine.loadable.includes(name))
    return denied("EBUSY", "modunload/busy", `${name} is in use, or part of the kernel.`);
  machine.modules = machine.modules.filter((one) => one !== name);
  return allowed(undefined, "modunload", `${name} is unloaded.`);
}

/** MODADDMAJBIND of modctl(2), as add_drv(8) calls it: a driver for devices that the kernel does not know yet. */
export function addDriver(host: Host, process: Process, name: string): Outcome {
  const may = privilege(host, process, "sys_config");
  if (!may.ok) return may;
  const { machine } = host.state;
  if (machine.modules.includes(name))
    return denied("EEXIST", "add_drv/exists", `${name} is a driver already.`);
  machine.modules.push(name);
  return allowed(undefined, may.decision.rule, `${name} is a driver of the machine.`);
}

/** MODINFO of modctl(2), which everybody may ask for: all modules of the machine, by name. */
export function modinfo({ state }: Host): string[] {
  return [...state.machine.modules].sort();
}

/** gethostid(3C): of the zone, where its configuration gives one. Hexadecimal. */
export function hostid(host: Host, process: Process): string {
  return zoneOf(host, process).hostid || zone(host, 0).hostid;
}

/** A setting of the firmware, as eeprom(8) makes it. Source: usr/src/uts/sun4/io/openprom.c. */
export function setFirmware(host: Host, process: Process, name: string): Outcome {
  const may = privilege(host, process, "sys_devices");
  return may.ok ? allowed(undefined, may.decision.rule, `${name} of the firmware may be set.`) : may;
}
