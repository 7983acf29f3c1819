import { findTunable, type Tunable } from "../../../catalog/illumos/tunables.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Vnet } from "../../network/types.ts";
import type { Process } from "../../process/types.ts";
import { configurable } from "./ipInterfaces.ts";

/** `ipadm set-prop`. A stack keeps what differs from the table; switches as numbers, as other kernels do. */

const keyOf = ({ protocol, name }: Tunable): string => `${protocol}-${name}`;

/** What a stack has, as ipadm(8) writes it. */
export function tunableValue({ sysctls }: Vnet, tunable: Tunable): string {
  const value = sysctls[keyOf(tunable)];
  if (value === undefined) return tunable.fallback;
  return isSwitch(tunable) ? (value === 1 ? "on" : "off") : String(value);
}

function isSwitch({ possible }: Tunable): boolean {
  return Array.isArray(possible) && possible[0] === "on";
}

/** @returns EPERM without sys_ip_config; ENOENT for an unknown property; EINVAL for its value */
export function setTunable(
  host: Host,
  process: Process,
  protocol: string,
  name: string,
  value: string,
): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const tunable = findTunable(protocol, name);
  if (!tunable) return denied("ENOENT", "ip/tunable", `${protocol} has no property ${name}.`);
  const { possible } = tunable;
  const fits =
    "least" in possible
      ? /^\d+$/.test(value) && Number(value) >= possible.least && Number(value) <= possible.most
      : possible.includes(value);
  if (!fits) return denied("EINVAL", "ip/tunable-value", `${name} of ${protocol} cannot be ${value}.`);
  stack.value.sysctls[keyOf(tunable)] = isSwitch(tunable)
    ? Number(value === "on")
    : "least" in possible
      ? Number(value)
      : value;
  return allowed(undefined, "ip/tunable", `${name} of ${protocol} is ${value}.`, {
    causes: stack.decision.causes,
  });
}
