import { absolute } from "../../configuration/origin.ts";
import type { Resource, ZoneConfiguration, ZoneOrigin, ZonePart } from "../../configuration/zonecfg/types.ts";
import type { Cause, Place } from "../../host/decision.ts";
import type { ZoneDefinition } from "../../host/illumos/types.ts";
import { zoneDefinitionsOf } from "../../simulation/zoneDefinitions.ts";

/** A zone of a command file as a host would have it, and where in the text each of its values is. */
export interface HostZone {
  readonly part: ZonePart;
  readonly definition: ZoneDefinition;
  /** Where it begins. */
  readonly head: ZoneOrigin;
  /** Where the text says it; `undefined` for what comes from elsewhere. Stays right when text before it changes. */
  originOf(cause: Cause | undefined): ZoneOrigin | undefined;
}

type Parts = Pick<ZoneConfiguration, "parts" | "document">;

const known = new WeakMap<
  ZonePart,
  { readonly document: Parts["document"]; readonly zone: HostZone | undefined }
>();

/** The zones that a file creates, in its order. A part that is the same object as before is not looked at again. */
export function hostZonesOf({ parts, document }: Parts): HostZone[] {
  const found: HostZone[] = [];
  for (const part of parts) {
    let entry = known.get(part);
    if (entry?.document !== document) {
      entry = { document, zone: hostZone(part, document) };
      known.set(part, entry);
    }
    if (entry.zone) found.push(entry.zone);
    // The real program reads no further.
    if (part.exited && part.name === undefined) break;
  }
  return found;
}

function hostZone(part: ZonePart, document: Parts["document"]): HostZone | undefined {
  const { origin: head } = part;
  if (!head) return undefined;
  const [definition] = zoneDefinitionsOf({ parts: [part], document });
  if (!definition) return undefined;
  const places = placesOf(part);
  return {
    ...{ part, definition, head },
    originOf: (cause) => cause?.place && places.get(keyOf(cause.place)),
  };
}

function placesOf({ origin, properties, resources }: ZonePart): Map<string, ZoneOrigin> {
  const found = new Map<string, ZoneOrigin>();
  const put = (place: ZoneOrigin | undefined): void => {
    if (place) found.set(keyOf({ path: place.document.path, ...absolute(place) }), place);
  };
  const putResource = (resource: Resource): void => {
    put(resource.origin);
    for (const values of resource.properties.values()) for (const given of values) put(given.origin);
    for (const nested of resource.nested) putResource(nested);
  };
  put(origin);
  for (const given of properties.values()) put(given.origin);
  for (const resource of resources) putResource(resource);
  return found;
}

function keyOf({ path, start, end }: Place): string {
  return `${start}:${end}:${path}`;
}
