import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { openTunnel } from "../network/packetDevices.ts";
import { allows, prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { causeOf } from "../scope.ts";
import { deviceKind } from "./devfs.ts";

/** What the driver says when a node is opened; the mode of the node was asked before. Source: d_open of each driver. */
export function openDevice(host: Host, process: Process, name: string, write: boolean): Outcome {
  const { open = [], securelevel, allow, doc } = deviceKind(name);
  const jail = prisonOf(host, process);
  if (allow !== undefined && !allows(jail, allow))
    return denied("EPERM", `device/${name}`, `Jail ${jail.name} lacks allow.${allow}.`, {
      causes: [causeOf(jail, `allow.${allow}`, "false")],
    });
  if (/^(?:tap|tun)\d*$/.test(name)) return openTunnel(host, process, name);
  for (const { privilege, write: onlyWriting } of open) {
    if (onlyWriting && !write) continue;
    const may = privCheck(host, process, privilege);
    if (!may.ok) return may;
  }
  if (securelevel && (write || !securelevel.write) && jail.securelevel > securelevel.most)
    return denied("EPERM", `device/${name}`, `Securelevel ${jail.securelevel} forbids it.`, {
      causes: [causeOf(jail, "securelevel", String(jail.securelevel))],
    });
  // Ruleset 5 is for jails with a stack of their own; whether pf itself asks in another jail is not documented.
  const unsure = name === "pf" && jail.jid !== 0 && !jail.ownVnet ? { unsure: true as const } : {};
  return allowed(undefined, `device/${name}`, `The driver lets it be opened: ${doc}.`, unsure);
}
