import { NOT_SOLARIS10, properties, ZONECFG } from "../property.ts";

/** A free attribute. */
export const attrProperties = properties({ resource: "attr", source: ZONECFG, checkedAt: ["end"] }, [
  {
    name: "name",
    type: "string",
    required: true,
    pattern: "^[A-Za-z0-9][A-Za-z0-9.-]*$",
    xml: "attr/@name",
    notes: [
      "An underscore is refused, although the manual may suggest otherwise.",
      "Names that begin with zone are reserved, but only by the manual.",
    ],
    doc: "Name of a free-form attribute; key of the resource. Brands and tools give meaning to some names.",
  },
  {
    name: "type",
    type: "enum",
    required: true,
    values: ["string", "boolean", "int", "uint"],
    xml: "attr/@type",
    doc: "Declared type of the attribute value.",
  },
  {
    name: "value",
    type: "string",
    required: true,
    xml: "attr/@value",
    constraints: [
      "boolean: `true` or `false`.",
      "int: 64 bits, signed.",
      "uint: 64 bits, unsigned.",
      "string: below 256 bytes.",
    ],
    notes: ["The empty text is refused."],
    doc: "Value of the attribute; must parse as the declared type.",
  },
]);

/** A delegated administrator. */
export const adminProperties = properties(
  { resource: "admin", platforms: NOT_SOLARIS10, source: ZONECFG, checkedAt: ["end", "verify"] },
  [
    {
      name: "user",
      type: "string",
      required: true,
      xml: "admin/@user",
      constraints: ["The user must exist on the host."],
      notes: ["`commit` also edits user_attr(5)."],
      doc: "Host user who receives delegated administration; key of the resource.",
    },
    {
      name: "auths",
      type: "comma-list",
      required: true,
      values: ["login", "manage", "clonefrom"],
      xml: "admin/@auths",
      notes: [
        "One value, separated by commas.",
        "Solaris 11.4 has more, among them clone, config, liveconfig, copyfrom and migrate.",
      ],
      doc: "Authorizations granted for this zone.",
    },
  ],
);

/** Security flags of processes. */
export const securityFlagsProperties = properties(
  {
    resource: "security-flags",
    platforms: NOT_SOLARIS10,
    clearable: true,
    source: ZONECFG,
    constraints: ["No `+` or `-` before flags.", "lower must lie within default, default within upper."],
    notes: ["An unset default counts as none, so lower alone fails."],
    checkedAt: ["end", "verify"],
  },
  [
    {
      name: "default",
      type: "comma-list",
      default: "none",
      values: ["aslr", "forbidnullmap", "noexecstack", "none", "all", "current", "default"],
      xml: "security-flags/@default",
      doc: "Security flags given to processes started in the zone.",
    },
    {
      name: "lower",
      type: "comma-list",
      default: "none",
      values: ["aslr", "forbidnullmap", "noexecstack", "none", "all", "current", "default"],
      xml: "security-flags/@lower",
      doc: "Flags that can never be dropped in the zone.",
    },
    {
      name: "upper",
      type: "comma-list",
      default: "all",
      values: ["aslr", "forbidnullmap", "noexecstack", "none", "all", "current", "default"],
      xml: "security-flags/@upper",
      doc: "Flags that may ever be set in the zone.",
    },
  ],
);
