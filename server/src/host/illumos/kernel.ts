import type { Kernel } from "../kernel.ts";
import { shellPolicy } from "./commands/policy.ts";
import { containerPolicy } from "./containers.ts";
import { filePolicy } from "./filesystem/policy.ts";
import { networkPolicy } from "./network/policy.ts";
import { power } from "./privileges.ts";
import { processPolicy } from "./process/policy.ts";
import { nextIo, passIo } from "./resources/ioLoad.ts";

/** illumos and Solaris: zones, privileges(7), Crossbow. */
export const illumosKernel: Kernel = {
  family: "illumos",
  containers: containerPolicy,
  processes: processPolicy,
  files: filePolicy,
  network: networkPolicy,
  shell: shellPolicy,
  power,
  time: { due: nextIo, tick: passIo },
};
