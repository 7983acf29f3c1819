import { CompletionItemKind } from "vscode-languageserver-types";
import { globals, propertiesOf } from "../../../catalog/zonecfg/lookup.ts";
import { propertyMarkdown, signature } from "../../../catalog/zonecfg/markdown.ts";
import type { ZoneProperty } from "../../../catalog/zonecfg/property.ts";
import { ipTypeIn, storedAlias } from "../part.ts";
import { type Draft, fits, type Place, ranked } from "./place.ts";
import { isRequired } from "./skeletons.ts";

/** The order in which one thinks of the properties of a zone. */
const COMMON = [
  "zonepath",
  "brand",
  "ip-type",
  "autoboot",
  "zonename",
  "limitpriv",
  "bootargs",
  "pool",
  "scheduling-class",
  "cpu-shares",
  "max-lwps",
  "max-processes",
];

/** A property that may be set, as an entry for the whole command, and as one for the word behind `set` or `add`. */
interface PropertyDraft {
  readonly property: ZoneProperty;
  readonly rank: string;
  readonly whole: Draft;
  readonly name: Draft;
}

interface Missing {
  readonly required: readonly PropertyDraft[];
  readonly others: readonly PropertyDraft[];
}

/** The properties at a place: of the open resource, or of the zone. */
export function propertiesAt(place: Place): readonly ZoneProperty[] {
  const { open } = place.location;
  const all = open ? propertiesOf(open.type) : globals;
  const refused = open?.type === "net" ? REFUSED_BY[ipTypeIn(place.part) ?? "unknown"] : undefined;
  return all.filter((property) => fits(property, place) && property.name !== refused);
}

/** The kind of address that `verify` refuses in a `net`. */
const REFUSED_BY: Readonly<Record<string, string>> = { shared: "allowed-address", exclusive: "address" };

/** What is not set yet at a place, and what takes several values, the required ones apart. */
export function missingProperties(place: Place): Missing {
  const required: PropertyDraft[] = [];
  const others: PropertyDraft[] = [];
  propertiesAt(place).forEach((property, index) => {
    const isSet = isSetAt(place, property);
    if (isSet && !property.multiple) return;
    const draft = draftOf(property, index);
    if (isSet || !isRequired(property, place) || !isSetFirst(place, property)) others.push(draft);
    else required.push(draft);
  });
  return { required, others };
}

/** A selected resource has what it needs, and `zonename` and `autoboot` have a value from the start. */
function isSetFirst({ location }: Place, { name }: ZoneProperty): boolean {
  if (location.open) return location.open.opener.command.word.name === "add";
  return name === "zonepath";
}

/** Whether a property has a value: in the open resource, or in the zone, where a template counts for nothing. */
export function isSetAt({ location, part }: Place, { name, rctl }: ZoneProperty): boolean {
  if (location.open)
    return location.open.commands.some(
      ({ command }) =>
        (command.word.name === "set" || command.word.name === "add") &&
        command.assignments.some((assignment) => assignment.name.text === name),
    );
  if (!part) return false;
  const given =
    part.properties.get(name) ?? (rctl === undefined ? undefined : storedAlias(part, name)?.given);
  return given?.origin !== undefined;
}

export function draftOf(property: ZoneProperty, index: number): PropertyDraft {
  const { name } = property;
  // Each value of several is added; a list alone is usually set as a whole.
  const adds = property.multiple;
  const common = property.resource === undefined ? COMMON.indexOf(name) : index;
  const shared = {
    kind: CompletionItemKind.Property,
    rank: "",
    detail: signature(property),
    documentation: propertyMarkdown(property),
    again: true,
  };
  const command = adds ? `add ${name} ` : `set ${name}=`;
  return {
    property,
    rank: ranked(common < 0 ? "b" : "a", common < 0 ? index : common),
    whole: { ...shared, label: command.trimEnd(), insertText: command },
    name: { ...shared, label: name },
  };
}
