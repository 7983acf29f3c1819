import { ORACLE, properties, SOLARIS11 } from "../property.ts";

/** CPUs of a kernel zone. */
export const virtualCpuProperties = properties({ resource: "virtual-cpu", source: ORACLE }, [
  {
    name: "ncpus",
    type: "range",
    required: true,
    default: "template: 4",
    pattern: "^[0-9]+(-[0-9]+)?$",
    format: "ncpus-range",
    platforms: SOLARIS11,
    brands: ["solaris-kz"],
    confidence: "medium",
    doc: "Number of virtual CPUs of a kernel zone.",
  },
]);

/** The pool of the root file system. */
export const rootzpoolProperties = properties({ resource: "rootzpool", source: ORACLE }, [
  {
    name: "storage",
    type: "uri",
    required: true,
    multiple: true,
    platforms: SOLARIS11,
    brands: ["solaris", "solaris10"],
    constraints: ["One rootzpool per zone."],
    confidence: "medium",
    doc: "Storage URI for a dedicated root pool; repeat for a mirror.",
  },
]);

/** A delegated pool. */
export const zpoolProperties = properties(
  {
    resource: "zpool",
    platforms: SOLARIS11,
    brands: ["solaris", "solaris10"],
    confidence: "medium",
    source: ORACLE,
  },
  [
    { name: "name", type: "string", required: true, doc: "Pool name as seen by the zone." },
    {
      name: "storage",
      type: "uri",
      required: true,
      multiple: true,
      doc: "Storage URI for the delegated pool; repeat for a mirror.",
    },
  ],
);

/** Where a kernel zone is suspended to. */
export const suspendProperties = properties(
  {
    resource: "suspend",
    platforms: SOLARIS11,
    brands: ["solaris-kz"],
    confidence: "medium",
    source: ORACLE,
    constraints: ["Either path or storage."],
  },
  [
    { name: "path", type: "path", default: "unset", doc: "File that holds the suspend image." },
    { name: "storage", type: "uri", default: "unset", doc: "Storage URI for the suspend image." },
  ],
);

/** The key of a kernel zone. */
export const keysourceProperties = properties({ resource: "keysource", source: ORACLE }, [
  {
    name: "raw",
    type: "path",
    default: "unset",
    platforms: SOLARIS11,
    brands: ["solaris-kz"],
    confidence: "medium",
    doc: "File with the wrapping key for suspend/encryption of a kernel zone.",
  },
]);

/** Signature checks at boot. */
export const verifiedBootProperties = properties(
  {
    resource: "verified-boot",
    platforms: SOLARIS11,
    brands: ["solaris-kz"],
    confidence: "medium",
    source: ORACLE,
  },
  [
    {
      name: "policy",
      type: "enum",
      default: "warning",
      values: ["none", "warning", "enforce"],
      doc: "How boot-time signature failures are treated in a kernel zone.",
    },
    {
      name: "cert",
      type: "path",
      default: "none",
      multiple: true,
      doc: "Certificate file trusted for verified boot; may repeat.",
    },
  ],
);

/** A service that the zone waits for. */
export const smfDependencyProperties = properties(
  { resource: "smf-dependency", platforms: SOLARIS11, confidence: "medium", source: ORACLE },
  [
    {
      name: "name",
      type: "string",
      default: "generated",
      doc: "Groups several dependencies that share a grouping.",
    },
    {
      name: "fmri",
      type: "string",
      required: true,
      pattern: "^svc:/.+$",
      doc: "Service the zone depends on before it boots.",
    },
    {
      name: "grouping",
      type: "enum",
      default: "require_all",
      values: ["require_all", "require_any", "optional_all", "exclude_all"],
      doc: "How the service set is combined.",
    },
  ],
);

/** A virtual Fibre Channel port. */
export const npivProperties = properties(
  { resource: "npiv", platforms: SOLARIS11, brands: ["solaris-kz"], confidence: "low", source: ORACLE },
  [
    {
      name: "virtual-port-wwn",
      type: "string",
      default: "auto",
      doc: "World-wide name of the virtual port.",
    },
    {
      name: "over-hba",
      type: "string",
      required: true,
      doc: "Host bus adapter port beneath the virtual port.",
    },
    {
      name: "id",
      type: "uint",
      default: "assigned",
      format: "unsigned-decimal",
      doc: "Index of the resource.",
    },
  ],
);

/** A virtual InfiniBand adapter. */
export const ibVhcaProperties = properties(
  { resource: "ib-vhca", platforms: SOLARIS11, brands: ["solaris-kz"], confidence: "low", source: ORACLE },
  [
    {
      name: "smi-enabled",
      type: "enum",
      default: "off",
      values: ["on", "off"],
      doc: "Allow subnet management packets on the InfiniBand function.",
    },
    { name: "over-hca", type: "string", default: "unset", doc: "Host channel adapter to use." },
    {
      name: "id",
      type: "uint",
      default: "assigned",
      format: "unsigned-decimal",
      doc: "Index of the resource.",
    },
  ],
);

/** A port of a virtual InfiniBand adapter. */
export const portProperties = properties(
  {
    resource: "port",
    within: "ib-vhca",
    platforms: SOLARIS11,
    brands: ["solaris-kz"],
    confidence: "low",
    source: ORACLE,
  },
  [
    { name: "pkey", type: "list", default: "auto", multiple: true, doc: "Partition keys of the port." },
    { name: "id", type: "uint", default: "unset", format: "unsigned-decimal", doc: "Port number." },
  ],
);
