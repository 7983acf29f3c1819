import { findRctl, globalProperty, resourceType } from "../../catalog/zonecfg/lookup.ts";
import { rctls } from "../../catalog/zonecfg/rctls.ts";
import type { Location } from "./locate.ts";

/** What a word refers to: the thing that definition, references and highlights are about. Each belongs to a zone. */
export type Target =
  /** Resources of a type by the text of a property that tells them apart. */
  | { readonly kind: "resource"; readonly type: string; readonly property: string; readonly value: string }
  /** A resource control, however it is written. */
  | { readonly kind: "rctl"; readonly name: string }
  /** A property; `resource` is absent for one of the zone itself. */
  | { readonly kind: "property"; readonly resource: string | undefined; readonly name: string };

/** The properties that one finds resources by, where no single one tells them apart. */
const FINDERS: Readonly<Record<string, readonly string[]>> = {
  net: ["physical", "address", "allowed-address"],
  anet: ["linkname", "id"],
  device: ["match", "id"],
};

/** The properties that tell the resources of a type apart. */
export function findersOf(type: string): readonly string[] {
  const key = resourceType(type)?.key;
  return FINDERS[type] ?? (key === undefined ? [] : [key]);
}

/** The resource control that a property is a shorthand for. */
export function rctlOf(resource: string | undefined, property: string): string | undefined {
  if (resource === undefined) return globalProperty(property)?.rctl;
  const known = rctls.find(
    ({ resourceForm }) => resourceForm?.resource === resource && resourceForm.property === property,
  );
  return known?.name;
}

/** What the value of a property stands for, if others can refer to it. */
function targetOfValue(type: string, property: string, value: string): Target | undefined {
  if (type === "rctl" && property === "name" && findRctl(value)) return { kind: "rctl", name: value };
  return findersOf(type).includes(property) ? { kind: "resource", type, property, value } : undefined;
}

function targetOfProperty(resource: string | undefined, name: string): Target {
  const rctl = rctlOf(resource, name);
  return rctl === undefined ? { kind: "property", resource, name } : { kind: "rctl", name: rctl };
}

export function targetAt({ spot, open }: Location): Target | undefined {
  switch (spot.in) {
    case "subject": {
      if (!spot.node || spot.command.resource === spot.node) return undefined;
      return targetOfProperty(open?.type, spot.node.text);
    }
    case "value": {
      const type = spot.command.resource?.text ?? open?.type;
      if (!spot.node || spot.list || type === undefined) return undefined;
      // A filter finds by any property, a resource is known by some.
      const found = targetOfValue(type, spot.property.text, spot.node.text);
      if (found || !spot.command.resource) return found;
      return { kind: "resource", type, property: spot.property.text, value: spot.node.text };
    }
    case "filter":
      return spot.node && targetOfProperty(spot.command.resource?.text, spot.node.text);
    default:
      return undefined;
  }
}
