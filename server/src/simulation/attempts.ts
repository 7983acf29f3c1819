import { ACTORS, alternativeText, PROBE_AREAS, type Probe } from "../catalog/freebsd/probe.ts";
import { findProbe, PROBES } from "../catalog/freebsd/probes.ts";
import {
  ZONE_ACTORS,
  ZONE_PROBE_AREAS,
  type ZoneProbe,
  zoneAlternativeText,
} from "../catalog/illumos/probe.ts";
import { findZoneProbe, ZONE_PROBES } from "../catalog/illumos/probes.ts";
import type { Decision } from "../host/decision.ts";
import { prison } from "../host/freebsd/prisons.ts";
import { proberOf } from "../host/freebsd/probes.ts";
import type { Host } from "../host/host.ts";
import { zoneProberOf } from "../host/illumos/probes/index.ts";
import { zone } from "../host/illumos/zones.ts";
import type { Kernel } from "../host/kernel.ts";

/** What can be tried in the containers of a host, whichever kind they are. */

/** An action as all tables have it. */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly area: string;
}

/** All that tables say of an action, for readers. Texts are Markdown. */
export interface ActionDetails {
  /** Who does it: the word of the table, and for a sentence. */
  readonly actor: string;
  readonly who: string;
  /** What is done, with the calls. */
  readonly action: string;
  readonly enabledBy: readonly string[];
  readonly restrictedBy: readonly string[];
  readonly privileges: readonly string[];
  readonly explanation: string;
}

type Usual = "allow" | "deny" | "contained";

/** One attempt in one container and what came of it. */
export interface Verdict {
  readonly probe: Action;
  readonly decision: Decision;
  /** What a container with defaults would have got; nothing where the action presupposes that something is configured. */
  readonly usual?: Usual;
  /** Where a success is worth a word: `warning` if it leads out of the container, `information` if defaults refuse it. */
  readonly severity?: "warning" | "information";
}

/** The actions that a kernel knows. */
export interface Actions {
  readonly type: "jail" | "zone";
  /** In the order of tables. */
  readonly areas: readonly string[];
  readonly all: readonly Action[];
  details(id: string): ActionDetails;
  /** Tries in a container by its number, in a copy of the host as it is now. */
  triedOn(host: Host): (container: number, id: string) => Verdict;
}

const JAIL_ACTIONS: Actions = {
  type: "jail",
  areas: PROBE_AREAS,
  all: PROBES,
  details(id) {
    const { actor, action, enabledBy, restrictedBy, privileges, explanation } = jailProbe(id);
    return {
      actor,
      who: ACTORS[actor],
      action,
      enabledBy: enabledBy.map(alternativeText),
      restrictedBy: restrictedBy.map(alternativeText),
      privileges: privileges.map((name) => `PRIV_${name}`),
      explanation,
    };
  },
  triedOn(host) {
    const prober = proberOf(host);
    return (jid, id) => {
      const probe = jailProbe(id);
      const decision = prober(jid, probe.id);
      const isBreach = leadsOut(probe, prison(host, jid).ownVnet);
      return verdict(probe, decision, probe.verdict, isBreach);
    };
  },
};

function jailProbe(id: string) {
  const probe = findProbe(id);
  if (!probe) throw new Error(`there is no action ${id}`);
  return probe;
}

function leadsOut({ breach }: Probe, ownStack: boolean): boolean {
  return breach === "always" || (breach === "shared-stack" && !ownStack);
}

const ZONE_ACTIONS: Actions = {
  type: "zone",
  areas: ZONE_PROBE_AREAS,
  all: ZONE_PROBES,
  details(id) {
    const { actor, command, interface: call, privileges, explanation, ...rest } = zoneProbe(id);
    return {
      actor,
      who: ZONE_ACTORS[actor],
      action: `\`${command}\`: ${call}`,
      enabledBy: rest.enabledBy.map(zoneAlternativeText),
      restrictedBy: rest.restrictedBy.map(zoneAlternativeText),
      privileges,
      explanation,
    };
  },
  triedOn(host) {
    const prober = zoneProberOf(host);
    return (zoneId, id) => {
      const probe = zoneProbe(id);
      const decision = prober(zoneId, probe.id);
      return verdict(probe, decision, usualOf(probe, host, zoneId, decision), probe.breach === true);
    };
  },
};

function zoneProbe(id: string) {
  const probe = findZoneProbe(id);
  if (!probe) throw new Error(`there is no action ${id}`);
  return probe;
}

/** The table does not tell what is contained from what is allowed. */
function usualOf(
  { setup, verdict }: ZoneProbe,
  host: Host,
  id: number,
  decision: Decision,
): Usual | undefined {
  if (setup.length > 0) return undefined;
  const usual = verdict[zone(host, id).ipType];
  return usual === "allow" && decision.verdict === "contained" ? "contained" : usual;
}

function verdict(
  { id, title, area }: Action,
  decision: Decision,
  usual: Usual | undefined,
  isBreach: boolean,
): Verdict {
  const isMore = decision.verdict === "allow" && usual !== undefined && usual !== "allow";
  const severity = decision.verdict === "allow" && isBreach ? "warning" : isMore ? "information" : undefined;
  return { probe: { id, title, area }, decision, ...(usual && { usual }), ...(severity && { severity }) };
}

const ACTIONS: Readonly<Record<Kernel["family"], Actions>> = { freebsd: JAIL_ACTIONS, illumos: ZONE_ACTIONS };

/** What can be tried on machines of a kind. */
export function actionsOf(family: Kernel["family"]): Actions {
  return ACTIONS[family];
}
