import type { Cause } from "../../host/decision.ts";
import type { Setting, ZoneDefinition, ZoneResource } from "../../host/illumos/types.ts";
import type { Plan } from "../../protocol.ts";
import type { Texts } from "../texts.ts";

/**
 * What it takes to bring a running zone to its configuration: on illumos nothing of it is changed in place, a zone that
 * runs keeps what it was readied with. Source: zonecfg(8).
 */

/** Read by others, or when the zone boots or is halted by the system: what runs is the same. */
const NO_MATTER: ReadonlySet<string> = new Set([
  "autoboot",
  "attr",
  "admin",
  "boot-priority",
  "security-flags.lower",
]);

interface Said {
  readonly text: string;
  readonly cause: Cause;
}

/** `undefined`: it is as configured. `after` is absent for a zone that is no longer in any file. */
export function planOf(
  before: ZoneDefinition,
  after: ZoneDefinition | undefined,
  texts: Texts,
): Plan | undefined {
  if (!after) return { kind: "removed", parameters: [] };
  if (after === before) return undefined;
  const old = said(before);
  const now = said(after);
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  const parameters = names.flatMap((name): Plan["parameters"] => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.text === is?.text || NO_MATTER.has(name.split(" ")[0] ?? "")) return [];
    const place = (is?.cause ?? after.cause).place;
    const location = place && texts.locate(place);
    return [
      {
        name,
        before: was?.text ?? "",
        after: is?.text ?? "",
        needsRestart: true,
        ...(location && { location }),
      },
    ];
  });
  return parameters.length > 0 ? { kind: "restart", parameters } : undefined;
}

/** All that a configuration says, by names that stay the same while other things change: `zonepath`, `net e1000g0`. */
function said({ properties, resources }: ZoneDefinition): Map<string, Said> {
  const found = new Map<string, Said>();
  for (const [name, { value, cause }] of Object.entries(properties)) found.set(name, { text: value, cause });
  const counts = new Map<string, number>();
  for (const resource of resources) {
    const name = nameOf(resource);
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    found.set(number === 1 ? name : `${name} (${number})`, { text: textOf(resource), cause: resource.cause });
  }
  return found;
}

/** Properties that tell resources of a type apart. */
const KEYS: readonly string[] = ["name", "physical", "linkname", "dir", "match", "id", "user"];

function nameOf({ type, properties }: ZoneResource): string {
  const key = KEYS.find((one) => properties[one] !== undefined);
  return key === undefined ? type : `${type} ${properties[key]?.[0]?.value ?? ""}`;
}

function textOf({ properties }: ZoneResource): string {
  return Object.entries(properties)
    .map(([name, values]: [string, Setting[]]) => `${name}=${values.map(({ value }) => value).join(",")}`)
    .sort()
    .join(" ");
}
