import { fileSystemTypes } from "../../catalog/freebsd/fileSystemTypes.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import { allMounts } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { registerBits } from "./permissions.ts";
import { privCheck } from "./privileges.ts";
import { securelevelAbove } from "./securelevel.ts";

/** Kernel modules. Source: sys/kern/kern_linker.c, kldload(2). */

/** What a module needs, which is loaded with it. Source: MODULE_DEPEND() in each. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  linux: ["linux_common"],
  linux64: ["linux_common"],
  linprocfs: ["linux_common", "pseudofs"],
  linsysfs: ["linux_common", "pseudofs"],
  linux_common: ["mqueuefs"],
  ipfw_nat: ["ipfw"],
  dummynet: ["ipfw"],
  pflog: ["pf"],
  pfsync: ["pf"],
  ng_bridge: ["netgraph"],
  ng_eiface: ["netgraph"],
  ng_ether: ["netgraph"],
  ng_socket: ["netgraph"],
};

/** kldload(2): the securelevel is asked before the privilege, which no jail has. */
export function kldload(host: Host, process: Process, name: string): Outcome {
  const refused = mayChange(host, process, "KLD_LOAD", "loaded");
  if (refused) return refused;
  const module = name.replace(/^.*\//, "").replace(/\.ko$/, "");
  const { machine } = host.state;
  if (machine.modules.includes(module))
    return denied("EEXIST", "kldload/loaded", `${module} is loaded or in the kernel already.`);
  if (!machine.loadable.includes(module))
    return denied("ENOENT", "kldload/file", `There is no module ${module} in kern.module_path.`);
  load(host, module);
  registerBits(host);
  return allowed(undefined, "kldload", `${module} is loaded.`);
}

function load(host: Host, module: string): void {
  const { machine } = host.state;
  if (machine.modules.includes(module)) return;
  for (const needed of NEEDS[module] ?? []) load(host, needed);
  machine.modules.push(module);
  host.emit({
    container: "",
    kind: "module.load",
    message: `The module ${module} is loaded.`,
    outcome: "ok",
  });
}

/** kldunload(2). EBUSY while something mounted or loaded needs it. */
export function kldunload(host: Host, process: Process, name: string): Outcome {
  const refused = mayChange(host, process, "KLD_UNLOAD", "unloaded");
  if (refused) return refused;
  const module = name.replace(/\.ko$/, "");
  const { machine } = host.state;
  if (!machine.modules.includes(module) || module === "kernel")
    return denied("ENOENT", "kldunload/none", `${module} is not loaded.`);
  const types = fileSystemTypes.filter((type) => type.module === module).map((type) => type.name);
  const user =
    allMounts(host).find((mount) => types.includes(mount.type))?.path ??
    machine.modules.find((other) => NEEDS[other]?.includes(module));
  if (user !== undefined) return denied("EBUSY", "kldunload/busy", `${user} needs ${module}.`);
  machine.modules = machine.modules.filter((other) => other !== module);
  if (!machine.loadable.includes(module)) machine.loadable.push(module);
  host.emit({
    container: "",
    kind: "module.unload",
    message: `The module ${module} is unloaded.`,
    outcome: "ok",
  });
  return allowed(undefined, "kldunload", `${module} is gone; permissions that it registered stay.`);
}

/** kldstat(2): everybody may ask. */
export function kldstat(host: Host): string[] {
  return [...host.state.machine.modules];
}

function mayChange(host: Host, process: Process, privilege: "KLD_LOAD" | "KLD_UNLOAD", what: string) {
  const refused = securelevelAbove(host, process, 0, `no module is ${what}`);
  if (refused) return refused;
  const verdict = privCheck(host, process, privilege);
  return verdict.ok ? undefined : verdict;
}
