import { orderedResources } from "./order.ts";
import { textIn } from "./state.ts";
import type { Resource, ZonePart } from "./types.ts";
import { cpuRange, memory } from "./values.ts";

/** The attributes of the zone's own element. Source: usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1. */
const ZONE = [
  "zonepath",
  "autoboot",
  "ip-type",
  "hostid",
  "pool",
  "limitpriv",
  "bootargs",
  "brand",
  "scheduling-class",
  "fs-allowed",
];

/** Element and attributes of each type of resource: the attribute, and the property where that is called otherwise. */
const ELEMENTS: Readonly<
  Record<string, readonly [element: string, attributes: readonly (readonly [string, string])[]]>
> = {
  fs: [
    "filesystem",
    [
      ["special", "special"],
      ["raw", "raw"],
      ["directory", "dir"],
      ["type", "type"],
    ],
  ],
  "inherit-pkg-dir": ["inherited-pkg-dir", [["directory", "dir"]]],
  net: [
    "network",
    ["address", "allowed-address", "defrouter", "physical", "global-nic", "mac-addr", "vlan-id"].map(
      (n) => [n, n] as const,
    ),
  ],
  device: ["device", [["match", "match"]]],
  rctl: ["rctl", [["name", "name"]]],
  attr: [
    "attr",
    [
      ["name", "name"],
      ["type", "type"],
      ["value", "value"],
    ],
  ],
  dataset: [
    "dataset",
    [
      ["name", "name"],
      ["alias", "alias"],
    ],
  ],
  admin: [
    "admin",
    [
      ["user", "user"],
      ["auths", "auths"],
    ],
  ],
  "security-flags": [
    "security-flags",
    [
      ["default", "default"],
      ["lower", "lower"],
      ["upper", "upper"],
    ],
  ],
};

/**
 * The file that libzonecfg would store under /etc/zones, but for its comment. Resources of Solaris 11.4 have a private
 * form, which is not public: they are left out, and a comment says so. Source: zonecfg.dtd.1.
 */
export function xmlText(part: ZonePart): string {
  const attributes = ZONE.flatMap((name) => {
    const value =
      part.properties.get(name)?.value ??
      (name === "autoboot" ? "false" : name === "zonepath" ? "" : undefined);
    if (typeof value !== "string" || (name === "ip-type" && value === "shared")) return [];
    return [` ${name}="${escaped(value)}"`];
  });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE zone PUBLIC "-//Sun Microsystems Inc//DTD Zones//EN" "file:///usr/share/lib/xml/dtd/zonecfg.dtd.1">',
    `<zone name="${escaped(part.name ?? "")}"${attributes.join("")}>`,
    ...orderedResources(part).flatMap((resource) => element(resource)),
    "</zone>",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function element(resource: Resource): string[] {
  const { type } = resource;
  if (type === "dedicated-cpu") {
    const range = cpuRange(textIn(resource, "ncpus") ?? "");
    const importance = textIn(resource, "importance");
    return [
      ...(range ? [`  <pset ncpu_min="${range.low}" ncpu_max="${range.high}"/>`] : []),
      ...(importance === undefined ? [] : [`  <tmp_pool importance="${escaped(importance)}"/>`]),
    ];
  }
  const physical = type === "capped-memory" ? memory(textIn(resource, "physical") ?? "x") : undefined;
  if (physical !== undefined) return [`  <mcap physcap="${physical}"/>`];
  const shape = ELEMENTS[type];
  if (!shape) return [`  <!-- ${type}: its stored form is private to Solaris -->`];
  const [name, attributes] = shape;
  const written = attributes.flatMap(([attribute, property]) => {
    const value = textIn(resource, property);
    return value === undefined ? [] : [` ${attribute}="${escaped(value)}"`];
  });
  const children = childrenOf(resource);
  const head = `  <${name}${written.join("")}`;
  return children.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...children.map((c) => `    ${c}`), `  </${name}>`];
}

function childrenOf(resource: Resource): string[] {
  const children: string[] = [];
  for (const { value } of resource.properties.get("options") ?? [])
    if (typeof value === "string") children.push(`<fsoption name="${escaped(value)}"/>`);
  const tuples = (property: string, tag: string) => {
    for (const { value } of resource.properties.get(property) ?? [])
      if (typeof value !== "string" && "complex" in value)
        children.push(`<${tag}${value.complex.map(([n, v]) => ` ${n}="${escaped(v)}"`).join("")}/>`);
  };
  if (resource.type === "rctl") tuples("value", "rctl-value");
  else tuples("property", "net-attr");
  return children;
}

function escaped(text: string): string {
  return text.replace(/[&<>"\n]/g, (c) => `&#${c.charCodeAt(0)};`);
}
