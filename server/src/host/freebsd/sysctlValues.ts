import type { Host } from "../host.ts";
import { SYSCTLS } from "./sysctlTable.ts";

/** A host-wide value as the kernel itself looks at it, without a process that asks; 0 if there is none. */
export function hostNumber(host: Host, name: string): number {
  return Number(host.state.machine.sysctls[name] ?? SYSCTLS[name]?.value ?? 0);
}
