import { own } from "../own.ts";
import { brands, IP_TYPES, type IpType } from "../zonecfg/brands.ts";
import { PLATFORMS, type Platform } from "../zonecfg/property.ts";
import {
  type BrandHooks,
  imageHooks,
  joyentHooks,
  linuxHooks,
  machineHooks,
  packagedHooks,
  sn1Hooks,
  solaris10Hooks,
  solarisNativeHooks,
  sparseVerify,
} from "./brandHooks.ts";
import {
  BOOT_MOUNTS,
  type BrandMount,
  DEV,
  EMU_MOUNTS,
  JOYENT_MOUNTS,
  KVM_MOUNTS,
  LX_MOUNTS,
  MACHINE_MOUNTS,
  SMARTOS_BHYVE_MOUNTS,
  SMARTOS_KVM_MOUNTS,
  SOLARIS10_BRAND_MOUNTS,
  SOLARIS10_MOUNTS,
  SPARSE_MOUNTS,
} from "./brandMounts.ts";
import {
  IMAGE_OPTIONS,
  type InstallOption,
  type InstallWay,
  JOYENT_OPTIONS,
  LX_2007_OPTIONS,
  PACKAGE_OPTIONS,
  SOLARIS10_OPTIONS,
} from "./installOptions.ts";

/** How zones of a brand are installed, built up and run. */
export interface BrandRuntime {
  readonly brand: string;
  readonly platform: Platform;
  /** False for a brand that the tables do not hold: it is taken for one with a whole root. */
  readonly known: boolean;
  readonly ipTypes: readonly IpType[];
  /** The program that the kernel starts as init, within the root. */
  readonly init: string;
  /** What happens when init ends, see `initEnd`. */
  readonly restartInit: boolean;
  readonly restartInit0: boolean;
  readonly restartInitReboot: boolean;
  /**
   * Where the files come from: all private, /usr and the like from the host, almost nothing of its own, or an image
   * of another system. On Solaris 10 `inherit-pkg-dir` resources make a whole root a sparse one.
   */
  readonly root: "whole" | "sparse" | "minimal" | "image";
  /** Whether the root is a dataset `ROOT/zbe` below that of the zonepath, which the brand's program mounts. */
  readonly bootEnvironment: boolean;
  /** Whether the brand's program makes the VNICs of `global-nic`. */
  readonly onDemandLinks: boolean;
  /** In the order of the brand's file; those of phase `ready` are sorted with the `fs` resources by directory. */
  readonly mounts: readonly BrandMount[];
  /** What `zoneadm shutdown` runs: in the zone, or for virtual machines outside. */
  readonly shutdown: string;
  /** What `zoneadm install` can start from; clone and attach are commands of their own. */
  readonly install: readonly InstallWay[];
  readonly installOptions: readonly InstallOption[];
  /** The kernel module of the brand. */
  readonly module?: string;
  /** What processes of the zone start with, beside the defaults of the host. */
  readonly securityFlags?: readonly string[];
  readonly hooks: BrandHooks;
  /** Partly concluded from brands like it. */
  readonly unsure?: true;
  readonly source: string;
}

type Row = Omit<BrandRuntime, "brand" | "platform" | "known" | "ipTypes">;

const INIT = {
  init: "/sbin/init",
  restartInit: true,
  restartInit0: false,
  restartInitReboot: false,
  shutdown: "/sbin/init 0",
} as const;

const OMNIOS = "omniosorg/pkg5 src/brand";
const GATE = "usr/src/lib/brand";
const SMARTOS = "illumos-joyent usr/src/lib/brand";

const packaged = (brand: string, scripts: string, hostBootCommand: number): Row => ({
  ...INIT,
  shutdown: "/usr/sbin/shutdown -y -g0 -i5",
  root: "whole",
  bootEnvironment: true,
  onDemandLinks: true,
  mounts: [DEV, ...BOOT_MOUNTS],
  install: ["packages", "archive", "directory"],
  installOptions: PACKAGE_OPTIONS,
  hooks: packagedHooks(brand, scripts, hostBootCommand),
  source: OMNIOS,
});
const sparse = (brand: string): Row => ({
  ...packaged(brand, "sparse", 99),
  root: "sparse",
  mounts: SPARSE_MOUNTS,
  install: ["packages"],
  hooks: { ...packagedHooks(brand, "sparse", 99), ...sparseVerify },
});
const machine = (brand: "bhyve" | "kvm" | "emu", mounts: readonly BrandMount[]): Row => ({
  init: `/usr/lib/brand/${brand}/init`,
  restartInit: false,
  restartInit0: false,
  restartInitReboot: false,
  root: "minimal",
  bootEnvironment: false,
  onDemandLinks: true,
  mounts,
  shutdown: `/usr/lib/brand/${brand}/support shutdown %z`,
  install: ["empty"],
  installOptions: [],
  hooks: machineHooks(brand),
  source: OMNIOS,
});
const GUARDED = { securityFlags: ["aslr", "forbidnullmap", "noexecstack"] } as const;
const joyent = (scripts: string, letter: string, mounts: readonly BrandMount[]): Row => ({
  ...INIT,
  root: "sparse",
  bootEnvironment: false,
  onDemandLinks: true,
  mounts,
  install: ["image"],
  installOptions: JOYENT_OPTIONS,
  hooks: joyentHooks(scripts, letter),
  source: SMARTOS,
});
const GATE_PACKAGED: Row = { ...packaged("ipkg", "ipkg", 2), onDemandLinks: false, source: GATE };
const SOLARIS10: Row = {
  ...INIT,
  root: "whole",
  bootEnvironment: true,
  onDemandLinks: false,
  mounts: SOLARIS10_BRAND_MOUNTS,
  install: ["archive", "directory"],
  installOptions: SOLARIS10_OPTIONS,
  module: "s10_brand",
  hooks: solaris10Hooks,
  source: GATE,
};
/** Brands whose files are not public: as the native one of the platform, as far as the manuals say. */
const closed = (row: Row, source: string): Row => ({ ...row, hooks: {}, unsure: true, source });
const GUIDES = "Oracle Solaris zones guides";
const SOLARIS_NATIVE: Row = {
  ...INIT,
  root: "whole",
  bootEnvironment: false,
  onDemandLinks: false,
  mounts: SOLARIS10_MOUNTS,
  install: ["copy"],
  installOptions: [],
  hooks: solarisNativeHooks,
  source: "usr/src/lib/brand/native of 2008",
};

/** Systems of their own that were moved into a zone. */
const FROM_ARCHIVE: Row = {
  ...SOLARIS_NATIVE,
  install: ["archive", "directory"],
  installOptions: SOLARIS10_OPTIONS,
};

/**
 * A kernel zone has a kernel of its own, whose files are on disks of its own: to the host it is one process, and nothing
 * is mounted for it. What that process is started as is not public.
 */
const KERNEL_ZONE: Row = {
  ...GATE_PACKAGED,
  init: "/kzhost",
  restartInit: false,
  root: "minimal",
  bootEnvironment: false,
  mounts: [],
  shutdown: "/kzhost shutdown",
  install: ["packages", "archive"],
};

const rows: { readonly [platform in Platform]: Readonly<Record<string, Row>> } = {
  illumos: {
    ipkg: GATE_PACKAGED,
    nlipkg: { ...GATE_PACKAGED, unsure: true },
    sn1: {
      ...INIT,
      root: "whole",
      bootEnvironment: false,
      onDemandLinks: false,
      mounts: SOLARIS10_MOUNTS,
      install: ["copy"],
      installOptions: [],
      module: "sn1_brand",
      hooks: sn1Hooks,
      unsure: true,
      source: GATE,
    },
    labeled: { ...GATE_PACKAGED, shutdown: INIT.shutdown },
    solaris10: SOLARIS10,
  },
  omnios: {
    lipkg: packaged("lipkg", "lipkg", 99),
    ipkg: packaged("ipkg", "ipkg", 99),
    sparse: sparse("sparse"),
    pkgsrc: sparse("pkgsrc"),
    illumos: {
      ...packaged("illumos", "illumos", 99),
      root: "image",
      bootEnvironment: false,
      install: ["image"],
      installOptions: IMAGE_OPTIONS,
      hooks: imageHooks,
    },
    lx: {
      ...INIT,
      init: "/native/usr/lib/brand/lx/lxinit",
      root: "image",
      bootEnvironment: false,
      onDemandLinks: true,
      mounts: LX_MOUNTS,
      install: ["image", "archive"],
      installOptions: IMAGE_OPTIONS,
      module: "lx_brand",
      hooks: linuxHooks,
      source: OMNIOS,
    },
    bhyve: {
      ...machine("bhyve", MACHINE_MOUNTS),
      ...GUARDED,
      restartInit: true,
      restartInit0: true,
    },
    kvm: machine("kvm", KVM_MOUNTS),
    emu: { ...machine("emu", EMU_MOUNTS), ...GUARDED },
  },
  smartos: {
    joyent: joyent("joyent", "j", JOYENT_MOUNTS),
    "joyent-minimal": { ...joyent("joyent-minimal", "j", JOYENT_MOUNTS), unsure: true },
    ipkg: GATE_PACKAGED,
    lx: {
      ...joyent("lx", "j", LX_MOUNTS),
      root: "image",
      module: "lx_brand",
      hooks: { ...linuxHooks, ...joyentHooks("lx", "j") },
      unsure: true,
    },
    bhyve: {
      ...joyent("bhyve", "k", SMARTOS_BHYVE_MOUNTS),
      init: "/usr/lib/brand/bhyve/zhyve",
      restartInit: false,
      root: "minimal",
      unsure: true,
    },
    kvm: {
      ...joyent("kvm", "k", SMARTOS_KVM_MOUNTS),
      init: "/startvm",
      restartInit: false,
      root: "minimal",
    },
  },
  solaris10: {
    native: SOLARIS_NATIVE,
    lx: {
      ...INIT,
      root: "image",
      bootEnvironment: false,
      onDemandLinks: false,
      mounts: [DEV, ...BOOT_MOUNTS],
      install: ["archive"],
      installOptions: LX_2007_OPTIONS,
      module: "lx_brand",
      hooks: {},
      unsure: true,
      source: "usr/src/lib/brand/lx of 2008",
    },
    solaris8: closed(FROM_ARCHIVE, GUIDES),
    solaris9: closed(FROM_ARCHIVE, GUIDES),
  },
  solaris11: {
    solaris: closed(GATE_PACKAGED, GUIDES),
    "solaris-kz": closed(KERNEL_ZONE, GUIDES),
    solaris10: closed(SOLARIS10, GUIDES),
    labeled: closed(GATE_PACKAGED, GUIDES),
  },
};

/** Which platform a brand is looked for on where none is told: the newest first. */
const SEARCH: readonly Platform[] = ["omnios", ...PLATFORMS.filter((platform) => platform !== "omnios")];

/** What a name means that no platform has. */
const STOCK: Row = packaged("lipkg", "lipkg", 99);

function runtimeOf(brand: string, platform: Platform): BrandRuntime | undefined {
  const row = own(rows[platform], brand);
  const allowed = brands.find((known) => known.name === brand && known.platform === platform)?.ipTypesAllowed;
  return row && { brand, platform, known: true, ipTypes: allowed ?? IP_TYPES, ...row };
}

/** By platform and name, and by name alone. */
const byName = new Map<string, BrandRuntime>();
for (const platform of SEARCH)
  for (const brand of Object.keys(rows[platform])) {
    const runtime = runtimeOf(brand, platform);
    if (!runtime) continue;
    byName.set(`${platform} ${brand}`, runtime);
    if (!byName.has(brand)) byName.set(brand, runtime);
  }

/**
 * How zones of a brand run. Without a platform, or for a brand that belongs to another one, the first platform that
 * has the brand is taken; a name that none has is taken for a brand with a whole root (`known` is false then).
 */
export function brandRuntime(brand: string, platform?: Platform): BrandRuntime {
  return (
    byName.get(`${platform} ${brand}`) ??
    byName.get(brand) ?? { brand, platform: platform ?? "omnios", known: false, ipTypes: IP_TYPES, ...STOCK }
  );
}

/** What the kernel does when init of a zone ends, unless zone or host are going down. Source: exit.c (zone_init). */
export function initEnd(
  runtime: Pick<BrandRuntime, "restartInit" | "restartInit0" | "restartInitReboot">,
  success: boolean,
): "restart" | "reboot" | "halt" {
  if (!runtime.restartInit || (runtime.restartInit0 && !success)) return "halt";
  return runtime.restartInitReboot ? "reboot" : "restart";
}
