import type { Kernel, ShellPolicy } from "../kernel.ts";
import { commandGroups } from "./commands/groups.ts";
import { containerPolicy } from "./containers.ts";
import { filePolicy } from "./filesystem/policy.ts";
import { networkPolicy } from "./network/policy.ts";
import { power } from "./privileges.ts";
import { processPolicy } from "./process/policy.ts";

const shell: ShellPolicy = {
  // Source: login(1), SUPATH in /etc/default/login.
  path: "/usr/sbin:/usr/bin",
  programs: commandGroups,
  systemCalls: {},
  environment: { TERM: "xterm", TZ: "UTC" },
};

/** illumos and Solaris: zones, privileges(7), Crossbow. */
export const illumosKernel: Kernel = {
  family: "illumos",
  containers: containerPolicy,
  processes: processPolicy,
  files: filePolicy,
  network: networkPolicy,
  shell,
  power,
};
