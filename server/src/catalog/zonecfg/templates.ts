import { brands, type IpType } from "./brands.ts";
import type { Platform } from "./property.ts";

/** What `create` copies: the configuration that a zone starts from. */
export interface ZoneTemplate {
  readonly name: string;
  readonly platform: Platform;
  /** Absent for a template without a brand. */
  readonly brand?: string;
  /** Absent where the template says nothing, which means shared. */
  readonly ipType?: IpType;
  readonly autoboot?: true;
  readonly zonepath?: string;
  readonly resources: readonly {
    readonly type: string;
    readonly properties: readonly (readonly [name: string, value: string])[];
  }[];
  /** What is not certain about it. */
  readonly unsure?: string;
  readonly source: string;
}

type Resource = ZoneTemplate["resources"][number];

const attr = (name: string, value: string): Resource => ({
  type: "attr",
  properties: [
    ["name", name],
    ["type", "string"],
    ["value", value],
  ],
});

const inherited = (dir: string): Resource => ({ type: "inherit-pkg-dir", properties: [["dir", dir]] });

const ANET: Resource = {
  type: "anet",
  properties: [
    ["linkname", "net0"],
    ["lower-link", "auto"],
    ["configure-allowed-address", "true"],
    ["link-protection", "mac-nospoof"],
    ["mac-address", "auto"],
  ],
};

/** Source: what `info` and archives of kernel zones show of one that was made with no more than `create`. */
const kernelZone = (cpus: string, memory: string): readonly Resource[] => [
  { type: "anet", properties: [...ANET.properties.filter(([name]) => name !== "linkname"), ["id", "0"]] },
  {
    type: "device",
    properties: [
      ["storage", "dev:/dev/zvol/dsk/%{global-rootzpool}/VARSHARE/zones/%{zonename}/disk%{id}"],
      ["bootpri", "0"],
      ["id", "0"],
    ],
  },
  { type: "virtual-cpu", properties: [["ncpus", cpus]] },
  {
    type: "capped-memory",
    properties: [
      ["physical", memory],
      ["pagesize-policy", "largest-available"],
    ],
  },
];

const illumos = { platform: "illumos", resources: [], source: "usr/src/lib/brand" } as const;
const omnios = {
  platform: "omnios",
  ipType: "exclusive",
  resources: [],
  source: "omniosorg/pkg5 src/brand",
} as const;
const smartos = {
  platform: "smartos",
  resources: [],
  source: "illumos-joyent usr/src/lib/brand",
} as const;
const solaris10 = { platform: "solaris10", ipType: "shared", source: "Solaris 10 zones guide" } as const;
const solaris11 = {
  platform: "solaris11",
  ipType: "exclusive",
  resources: [],
  source: "Oracle Solaris 11.4 zones guides",
} as const;
const NATIVE11 = { ...solaris11, brand: "solaris", zonepath: "/system/zones/%{zonename}", resources: [ANET] };

/** All templates, platform by platform: files of /etc/zones that come with the system. */
export const templates: readonly ZoneTemplate[] = [
  { ...illumos, name: "SUNWdefault", brand: "ipkg" },
  { ...illumos, name: "SUNWblank", brand: "ipkg" },
  { ...illumos, name: "OInlipkg", brand: "nlipkg", source: "OpenIndiana pkg5 src/brand" },
  { ...illumos, name: "SUNWsn1", brand: "sn1" },
  { ...illumos, name: "SUNWsolaris10", brand: "solaris10" },
  {
    ...illumos,
    name: "SUNWtsoldef",
    brand: "labeled",
    autoboot: true,
    source: "usr/src/cmd/tsol/zones/SUNWtsoldef.xml",
  },
  ...brands
    .filter((brand) => brand.platform === "omnios")
    .map((brand) => ({ ...omnios, name: `OMNI${brand.name}`, brand: brand.name })),
  { ...omnios, name: "OMNIlx26", brand: "lx", resources: [attr("kernel-version", "2.6")] },
  { ...omnios, name: "SUNWipkg", brand: "ipkg" },
  ...["SUNWdefault", "SUNWblank"].map((name) => ({
    ...omnios,
    name,
    brand: "lipkg",
    unsure: "The manual names lipkg as the default brand. The rest of the template is a guess.",
  })),
  { ...smartos, name: "SUNWdefault", brand: "joyent" },
  { ...smartos, name: "Joyent", brand: "joyent" },
  { ...smartos, name: "SUNWblank", brand: "ipkg" },
  {
    ...smartos,
    name: "SYSbhyve",
    brand: "bhyve",
    resources: [attr("bootrom", "/usr/share/bhyve/uefi-csm-rom.bin"), attr("com1", "/dev/zconsole")],
  },
  { ...smartos, name: "SUNWlx", brand: "lx" },
  { ...smartos, name: "SUNWlx26", brand: "lx", resources: [attr("kernel-version", "2.6")] },
  {
    ...solaris10,
    name: "SUNWdefault",
    brand: "native",
    resources: ["/lib", "/platform", "/sbin", "/usr"].map(inherited),
  },
  { ...solaris10, name: "SUNWblank", brand: "native", resources: [] },
  ...["lx", "solaris8", "solaris9"].map((brand) => ({
    ...solaris10,
    name: `SUNW${brand}`,
    brand,
    resources: [],
    unsure: "What else the template of this brand has: it came with the brand's own packages.",
  })),
  { ...NATIVE11, name: "SYSdefault" },
  { ...NATIVE11, name: "SYSsolaris" },
  { ...solaris11, name: "SYSblank" },
  {
    ...solaris11,
    name: "SYSsolaris-kz",
    brand: "solaris-kz",
    resources: kernelZone("4", "4G"),
  },
  {
    ...solaris11,
    name: "SYSsolaris-kz-minimal",
    brand: "solaris-kz",
    resources: kernelZone("1", "2G"),
  },
  {
    ...solaris11,
    name: "SYSsolaris10",
    brand: "solaris10",
    resources: [ANET],
    unsure: "The properties of the link.",
  },
];

/**
 * The template that `create` copies: the named one of `-t`, else the blank one of `-b` or the default one. Undefined
 * for a name that comes with no system: another zone, or a template of the site.
 */
export function templateOf(
  platform: Platform,
  name: string | undefined,
  blank: boolean,
): ZoneTemplate | undefined {
  const stock = platform === "solaris11" ? "SYS" : "SUNW";
  const wanted = name === undefined ? `${stock}${blank ? "blank" : "default"}` : templateName(platform, name);
  return templates.find((template) => template.platform === platform && template.name === wanted);
}

/** The file that a name after `-t` means. OmniOS puts a prefix before names that begin with no capital letter. */
export function templateName(platform: Platform, name: string): string {
  return platform === "omnios" && !/^[A-Z]/.test(name) ? `OMNI${name}` : name;
}
