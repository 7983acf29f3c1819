import type { CommandError } from "../../../catalog/illumos/commandErrors.ts";
import { type ZoneState, zoneStates } from "../../../catalog/illumos/zoneStates.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { everyPrivilege } from "../privileges.ts";
import type { IndexEntry } from "../types.ts";
import { entryNamed } from "../zoneIndex.ts";
import { GLOBAL, stateOf } from "../zones.ts";
import { complain, ERROR, type Run, refuse } from "./run.ts";

/**
 * What zoneadm looks at before it does anything: who asks, for which zone, and in which state that is. Source:
 * sanity_check() in usr/src/cmd/zoneadm/zoneadm.c.
 */

const statesWith = (isMeant: (state: (typeof zoneStates)[number]) => boolean): ZoneState[] =>
  zoneStates.filter(isMeant).map(({ name }) => name);

type Refusals = { readonly [state in ZoneState]?: CommandError };

const each = (states: readonly ZoneState[], error: CommandError): Refusals =>
  Object.fromEntries(states.map((state) => [state, error]));

const notActive = each(
  statesWith(({ kernel }) => kernel),
  "E_ACTIVE_ZONE",
);
const creates: Refusals = {
  ...notActive,
  incomplete: "E_NEEDS_UNINSTALL",
  installed: "E_ALREADY_INSTALLED",
};
const needsInstalled = each(["configured", "incomplete"], "E_NOT_INSTALLED");
const needsIncomplete: Refusals = { configured: "E_MIN_INCOMPLETE" };
const needsKernel = each(
  statesWith(({ kernel }) => !kernel),
  "E_NOT_RUNNING",
);

/** Commands with the states in which zoneadm itself refuses them; what it lets through goes to zoneadmd or is done. */
export const REFUSALS: Readonly<Record<string, Refusals>> = {
  verify: { incomplete: "E_NEEDS_UNINSTALL" },
  install: creates,
  clone: creates,
  attach: creates,
  "attach -U": { ...notActive, installed: "E_ALREADY_INSTALLED" },
  uninstall: { ...notActive, configured: "E_ALREADY_CONFIGURED" },
  detach: { ...notActive, ...needsInstalled },
  move: { ...notActive, ...needsInstalled },
  ready: needsInstalled,
  boot: needsInstalled,
  "boot -f": needsIncomplete,
  mount: needsInstalled,
  "mount -f": needsIncomplete,
  reboot: needsKernel,
  shutdown: needsKernel,
  halt: {},
  mark: notActive,
  unmount: each(
    statesWith(({ name }) => name !== "mounted"),
    "E_NOT_MOUNTED",
  ),
  sysboot: { ...notActive, ...each(["configured", "incomplete"], "E_SYSBOOT_STATE") },
};

/** Whether the caller may use such a command for that zone at all. */
export function mayManage(run: Run): Outcome<IndexEntry> {
  const { host, process, zone } = run;
  if (process.credential.container !== GLOBAL)
    return denied("EPERM", "zoneadm/global", `must be in the global zone to ${run.command} a zone.`, {
      causes: [{ what: "only the global zone manages zones", from: "kernel" }],
    });
  const may = everyPrivilege(host, process, "EPERM");
  if (!may.ok)
    return denied(
      "EPERM",
      "zoneadm/privileges",
      `it takes every privilege to ${run.command} a zone, and solaris.zone.manage/${zone}.`,
      { causes: may.decision.causes },
    );
  if (zone === "global")
    return denied("EINVAL", "zoneadm/name", `${run.command} is not for the global zone.`);
  if (zone.startsWith("SUNW"))
    return denied("EINVAL", "zoneadm/name", `${run.command} is not for zones whose names begin with SUNW.`);
  const entry = entryNamed(host, zone);
  if (!entry) return denied("ENOENT", "zoneadm/none", "there is no such zone.");
  return allowed(entry, "zoneadm/caller", "The caller may manage the zone.");
}

/**
 * The entry of the zone, if the command may go on.
 * @param form the command with the option that lets it do with less: `boot -f`
 * @returns the exit status where not
 */
export function check(run: Run, form: string): IndexEntry | number {
  const may = mayManage(run);
  if (!may.ok) {
    run.decisions.push(may.decision);
    complain(run, may.decision.reason.replace(/\.$/, ""));
    return ERROR;
  }
  const error = REFUSALS[form]?.[stateOf(run.host, run.zone) ?? "configured"];
  return error ? refuse(run, error) : may.value;
}
