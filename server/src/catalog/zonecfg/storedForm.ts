/** The file in which libzonecfg stores a zone below /etc/zones. Source: usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1. */

/** A value of a property: text, or what stands in brackets, name by name. */
export type StoredValue = string | readonly (readonly [name: string, value: string])[];

export interface StoredResource {
  readonly type: string;
  /** The values of a property, none if it is not set; sizes in bytes, ranges of CPUs as `1-4`. */
  readonly values: (property: string) => readonly StoredValue[];
}

export interface StoredZone {
  readonly name: string;
  readonly property: (name: string) => string | undefined;
  /** In the order of the file. */
  readonly resources: readonly StoredResource[];
}

/** The attributes of the zone's own element. */
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
 * The text of the file, but for its comment. Resources of Solaris 11.4 have a private form, which is not public: they are
 * left out, and a comment says so.
 */
export function storedXml(zone: StoredZone): string {
  const attributes = ZONE.flatMap((name) => {
    const value =
      zone.property(name) ?? (name === "autoboot" ? "false" : name === "zonepath" ? "" : undefined);
    if (value === undefined || (name === "ip-type" && value === "shared")) return [];
    return [` ${name}="${escaped(value)}"`];
  });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE zone PUBLIC "-//Sun Microsystems Inc//DTD Zones//EN" "file:///usr/share/lib/xml/dtd/zonecfg.dtd.1">',
    `<zone name="${escaped(zone.name)}"${attributes.join("")}>`,
    ...zone.resources.flatMap(element),
    "</zone>",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function element(resource: StoredResource): string[] {
  const { type } = resource;
  const text = (property: string) => {
    const [value] = resource.values(property);
    return typeof value === "string" ? value : undefined;
  };
  if (type === "dedicated-cpu") {
    const [, low, high = low] = /^(\d+)(?:-(\d+))?$/.exec(text("ncpus") ?? "") ?? [];
    const importance = text("importance");
    return [
      ...(low === undefined ? [] : [`  <pset ncpu_min="${low}" ncpu_max="${high}"/>`]),
      ...(importance === undefined ? [] : [`  <tmp_pool importance="${escaped(importance)}"/>`]),
    ];
  }
  const physical = type === "capped-memory" ? text("physical") : undefined;
  if (physical !== undefined) return [`  <mcap physcap="${escaped(physical)}"/>`];
  const shape = ELEMENTS[type];
  if (!shape) return [`  <!-- ${type}: its stored form is private to Solaris -->`];
  const [name, attributes] = shape;
  const written = attributes.flatMap(([attribute, property]) => {
    const value = text(property);
    return value === undefined ? [] : [` ${attribute}="${escaped(value)}"`];
  });
  const children = childrenOf(resource);
  const head = `  <${name}${written.join("")}`;
  return children.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...children.map((c) => `    ${c}`), `  </${name}>`];
}

function childrenOf({ type, values }: StoredResource): string[] {
  const children: string[] = [];
  for (const value of values("options"))
    if (typeof value === "string") children.push(`<fsoption name="${escaped(value)}"/>`);
  const [property, tag] = type === "rctl" ? ["value", "rctl-value"] : ["property", "net-attr"];
  for (const value of values(property))
    if (typeof value !== "string")
      children.push(`<${tag}${value.map(([n, v]) => ` ${n}="${escaped(v)}"`).join("")}/>`);
  return children;
}

function escaped(text: string): string {
  return text.replace(/[&<>"\n]/g, (c) => `&#${c.charCodeAt(0)};`);
}
