import type { HostEvent } from "../../../host/events.ts";
import type { Finding, Related } from "../../finding.ts";
import type { HostZone } from "../hostZone.ts";
import type { ZoneMachines } from "../machine.ts";
import type { Trial } from "./scratch.ts";

/** The way of a zone, by the kind of its events: the rule that speaks of a step, and what does not happen. */
const STEPS: Readonly<Record<string, readonly [code: string, what: string]>> = {
  "zone.verify": ["host/zone-verify", "zoneadm refuses the zone"],
  "zone.install": ["host/zone-install", "The zone is not installed"],
  "zone.network": ["host/zone-network", "The zone does not boot"],
  "zone.pool": ["host/zone-resources", "The zone does not boot"],
};
const OTHERS = ["host/zone-boot", "The zone does not boot"] as const;
/** What is stored is judged by rules on values. */
const STEP = /^zone\.(?!configure$)/;
/** Programs of brands make links before the zone is there. */
const LINK = /^(physical|global-nic)=/;
const RUNS = "The zone boots, but not as it is meant";

const MOST_RELATED = 3;

/** What a property asks of the machine, by the keys of a host file that tell of it. */
const ASKS: Readonly<Record<string, readonly string[]>> = {
  "add dataset": ["datasets"],
  "global-nic": ["links"],
  name: ["datasets"],
  physical: ["links"],
  pool: ["resourcePools"],
  special: ["directories", "datasets"],
  zonepath: ["directories", "datasets"],
};

/** Whether nobody has said what the machine has of the things that an event is about. */
function isUntold({ kind, causes }: HostEvent, machine: Pick<ZoneMachines, "says">): boolean {
  if (kind === "zone.install" && causes.length === 0) return !machine.says("images");
  return causes.some(({ what }) => {
    const keys = ASKS[what.replace(/=.*/s, "")];
    return keys !== undefined && !keys.some((key) => machine.says(key));
  });
}

/**
 * What a machine refuses of a zone: each thing that zoneadm finds when it verifies the zone, else the first step that
 * fails. Of a zone that runs, what went wrong on the way.
 */
export function refusalsOf(
  zone: HostZone,
  { events, runs }: Trial,
  machine: Pick<ZoneMachines, "described" | "says">,
): Finding[] {
  const { described } = machine;
  const own = events.filter(({ container }) => container === zone.definition.name);
  const failed = own.filter(({ outcome, kind }) => outcome === "failed" && STEP.test(kind));
  if (runs) {
    if (!described) return [];
    const remarks = own.filter(({ outcome, kind }) => outcome === "ok" && kind === "zone.verify");
    return distinct(
      [...remarks, ...failed].map((event) =>
        findingOf(zone, event, isUntold(event, machine) ? "information" : "warning", true),
      ),
    );
  }
  const verified = failed.filter(({ kind }) => kind === "zone.verify");
  const decisive = verified.length > 0 ? verified : failed.slice(0, 1);
  return distinct(
    decisive.map((event) => {
      // Where the files of a zone come from is rarely all in the description of a machine.
      const severity =
        isUntold(event, machine) || !described
          ? "information"
          : event.kind === "zone.install"
            ? "warning"
            : undefined;
      return findingOf(zone, event, severity, false);
    }),
  );
}

function findingOf(zone: HostZone, event: HostEvent, severity: Finding["severity"], runs: boolean): Finding {
  const kind =
    event.causes.some(({ what }) => LINK.test(what)) && !(event.kind in STEPS) ? "zone.network" : event.kind;
  const [code, what] = STEPS[kind] ?? OTHERS;
  const origins = event.causes.flatMap((cause) => zone.originOf(cause) ?? []);
  const [origin, ...more] = origins;
  const related = more
    .filter((other) => other !== origin)
    .slice(0, MOST_RELATED)
    .map((other): Related => ({ origin: other, message: "This has a part in it." }));
  const message = event.message.replace(/^WARNING: /, "").replace(/\.$/, "");
  return {
    code,
    origin: origin ?? zone.head,
    message: `${runs ? RUNS : what}: ${message}.`,
    ...(severity && { severity }),
    ...(related.length > 0 && { related }),
  };
}

/** Of several at one place the first: what zoneadm warns of happens later. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<Finding["origin"]>();
  return findings.filter(({ origin }) => !seen.has(origin) && seen.add(origin));
}
