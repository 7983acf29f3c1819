import { type StoredResource, type StoredValue, storedXml } from "../../catalog/zonecfg/storedForm.ts";
import { orderedResources } from "./order.ts";
import type { ConfigValue, Resource, ZonePart } from "./types.ts";
import { cpuRange, memory } from "./values.ts";

/** What libzonecfg would store of a zone under /etc/zones. */
export function xmlText(part: ZonePart): string {
  return storedXml({
    name: part.name ?? "",
    property: (name) => {
      const value = part.properties.get(name)?.value;
      return typeof value === "string" ? value : undefined;
    },
    resources: orderedResources(part).map(storedResource),
  });
}

function storedResource({ type, properties }: Resource): StoredResource {
  return {
    type,
    values: (property) =>
      (properties.get(property) ?? []).flatMap(({ value }) => storedValue(type, property, value)),
  };
}

function storedValue(type: string, property: string, value: ConfigValue): StoredValue[] {
  if (typeof value !== "string") return "complex" in value ? [value.complex] : [];
  if (type === "capped-memory" && property === "physical") {
    const bytes = memory(value);
    return bytes === undefined ? [] : [String(bytes)];
  }
  if (type === "dedicated-cpu" && property === "ncpus") {
    const range = cpuRange(value);
    return range ? [`${range.low}-${range.high}`] : [];
  }
  return [value];
}
