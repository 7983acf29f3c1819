/**
 * What a brand's configuration has programs for, and when they run: checks of the configuration and of commands,
 * changes of state (before and after), and the commands that are the brand's own business.
 */
export type BrandHookName =
  | "verifyConfig"
  | "verifyAdm"
  | "install"
  | "postInstall"
  | "attach"
  | "postAttach"
  | "detach"
  | "clone"
  | "postClone"
  | "preUninstall"
  | "uninstall"
  | "preState"
  | "postState"
  | "boot"
  | "sysBoot"
  | "halt"
  | "shutdown"
  | "query";

/** A program of a brand. */
export interface BrandHook {
  /** With `%z` for the zone and `%R` for its zonepath; state and command follow as numbers for changes of state. */
  readonly command: string;
  /** What it does, where that is known. */
  readonly does?: string;
}

export type BrandHooks = { readonly [name in BrandHookName]?: BrandHook };

const hook = (command: string, does?: string): BrandHook => ({
  command,
  ...(does !== undefined && { does }),
});

const LINKS =
  "Going to ready, it creates the VNICs of each `net` with `global-nic`. A VNIC that cannot be made stops the zone.";

/** ipkg and its descendants: scripts below /usr/lib/brand, which share most of their code. */
export function packagedHooks(brand: string, scripts: string, hostBootCommand: number): BrandHooks {
  const script = (name: string) => `/usr/lib/brand/${scripts}/${name}`;
  return {
    install: hook(
      `${script("pkgcreatezone")} -z %z -R %R${brand === "pkgsrc" ? " -b pkgsrc" : ""}`,
      "Makes a dataset and a boot environment for the root, and an image in it with the publishers of the host, and installs packages there. Interrupted, it cleans up and exits with 254.",
    ),
    attach: hook(
      `${script("attach")} %z %R`,
      "Compares the packages that depend on the host with those of the host; with `-u` it updates them.",
    ),
    detach: hook(
      `${script("detach")} -z %z -R %R`,
      "Gives the dataset of the root a mount point of its own, and leaves it mounted beside a copy of the configuration.",
    ),
    clone: hook(
      `${script("clone")} -z %z -R %R`,
      "Makes the active boot environment of the new zone a clone of that of the source.",
    ),
    uninstall: hook(`${script("uninstall")} %z %R`, "Destroys the boot environments of the zone."),
    preState: hook(
      `${script("prestate")} %z %R`,
      `Going to ready, it mounts the active boot environment on the root. ${LINKS}`,
    ),
    postState: hook(
      `${script("poststate")} %z %R`,
      "After ready, it loads the firewall rules that the host has for the zone; after halt, it mounts the boot environment that is active now and deletes the VNICs.",
    ),
    sysBoot: hook(
      `${script("prestate")} %z %R ${hostBootCommand} 0`,
      "At the start of the host, it mounts the root of a zone without `autoboot`, so that tools find it.",
    ),
    shutdown: hook("/usr/sbin/shutdown -y -g0 -i5"),
    query: hook("/usr/lib/brand/shared/query %z %R"),
  };
}

/** Sparse roots need to be unmounted before they are removed. */
export const sparseVerify: BrandHooks = {
  verifyAdm: hook(
    "/usr/lib/brand/sparse/verifyadm %z %R",
    "Before the zone is uninstalled, it unmounts what lies over the root.",
  ),
};

export const imageHooks: BrandHooks = {
  install: hook(
    "/usr/lib/brand/illumos/createzone -z %z -R %R",
    "Receives or clones the image that `-s` names as the root.",
  ),
  uninstall: hook("/usr/lib/brand/illumos/uninstall %z %R", "Destroys the dataset of the root."),
  preState: hook("/usr/lib/brand/illumos/prestate %z %R", `Going to ready, it mounts the root. ${LINKS}`),
  postState: hook(
    "/usr/lib/brand/illumos/poststate %z %R",
    "After halt, it unmounts the root and deletes the VNICs.",
  ),
  shutdown: hook("/usr/sbin/shutdown -y -g0 -i5"),
};

const LX_VERIFY =
  "Takes no `hostid` and no shared ip-type; the attr `kernel-version` must be a string that begins with 2 or more.";
const LX_BOOT =
  "Puts native programs in the place of those of Linux that set up the network: ifconfig, dladm, ipmgmtd.";

export const linuxHooks: BrandHooks = {
  verifyConfig: hook("/usr/lib/brand/lx/lx_support verify", LX_VERIFY),
  install: hook(
    "/usr/lib/brand/lx/lx_install -z %z -R %R",
    "Receives or clones the image that `-s` names as the root.",
  ),
  uninstall: hook("/usr/lib/brand/lx/lx_uninstall %z %R", "Destroys the dataset of the root."),
  preState: hook("/usr/lib/brand/lx/prestate %z %R", LINKS),
  postState: hook("/usr/lib/brand/lx/poststate %z %R", "After halt, it deletes the VNICs."),
  boot: hook("/usr/lib/brand/lx/lx_boot %z %R", LX_BOOT),
  halt: hook("/usr/lib/brand/lx/lx_support halt %R %z"),
};

/** bhyve, kvm and emu of OmniOS. */
export function machineHooks(brand: "bhyve" | "kvm" | "emu"): BrandHooks {
  const program = (name: string) => `/usr/lib/brand/${brand}/${name}`;
  return {
    install: hook(
      `${program("createzone")} -z %z -R %R`,
      "Makes a root with a few directories, a passwd of one line and the UUID of the guest.",
    ),
    uninstall: hook(`${program("uninstall")} %z %R`, "Destroys the dataset of the root."),
    preState: hook(`${program("support")} prestate %z %R`, LINKS),
    postState: hook(`${program("support")} poststate %z %R`, "After halt, it deletes the VNICs."),
    ...(brand !== "kvm" && {
      boot: hook(`${program("boot")} -z %z`, "Turns the attrs of the zone into arguments of the hypervisor."),
    }),
    shutdown: hook(`${program("support")} shutdown %z`, "Asks the guest to power off."),
  };
}

/** The brands of SmartOS, which vmadm(8) drives. `letter` begins the names of the programs. */
export function joyentHooks(scripts: string, letter: string): BrandHooks {
  const script = (name: string) => `/usr/lib/brand/${scripts}/${name}`;
  return {
    install: hook(
      `${script(`${letter}install`)} -z %z -R %R`,
      "Clones the dataset of the image and sets the quota.",
    ),
    postInstall: hook(`${script("pinstall")} -z %z -R %R`),
    attach: hook(`${script(`${letter}attach`)} -z %z -R %R`),
    uninstall: hook(`${script(`${letter}uninstall`)} -z %z -R %R`, "Destroys the dataset of the zone."),
    preState: hook(`${script("prestate")} %z %R`, LINKS),
    postState: hook(`${script("poststate")} %z %R`, "After halt, it deletes the VNICs."),
  };
}

export const solaris10Hooks: BrandHooks = {
  verifyConfig: hook(
    "/usr/lib/brand/solaris10/s10_support verify",
    "Refuses a first `device` that begins with `/dev/sound`.",
  ),
  install: hook(
    "/usr/lib/brand/solaris10/image_install %z %R",
    "Unpacks an archive or copies a directory of a Solaris 10 system.",
  ),
  attach: hook("/usr/lib/brand/solaris10/attach %z %R"),
  postAttach: hook("/usr/lib/brand/solaris10/postattach %z %R"),
  detach: hook("/usr/lib/brand/solaris10/detach %z %R"),
  clone: hook("/usr/lib/brand/solaris10/clone -z %z -R %R"),
  preUninstall: hook("/usr/lib/brand/solaris10/preuninstall %z %R"),
  uninstall: hook("/usr/lib/brand/solaris10/uninstall %z %R", "Destroys the datasets of the root."),
  preState: hook("/usr/lib/brand/solaris10/prestate %z %R", "Going to ready, it mounts the root."),
  postState: hook("/usr/lib/brand/solaris10/poststate %z %R", "After halt, it unmounts the root."),
  boot: hook(
    "/usr/lib/brand/solaris10/s10_boot %z %R",
    "Replaces programs of the zone that do not fit the kernel by native ones.",
  ),
  sysBoot: hook("/usr/lib/brand/solaris10/prestate %z %R 2 0"),
  query: hook("/usr/lib/brand/shared/query %z %R"),
};

export const sn1Hooks: BrandHooks = {
  install: hook("/usr/lib/lu/lucreatezone -z %z", "Copies packages of the host."),
  boot: hook("/usr/lib/brand/sn1/sn1_boot %R"),
};

export const solarisNativeHooks: BrandHooks = {
  install: hook("/usr/lib/lu/lucreatezone -z %z", "Copies the packages of the host that are not inherited."),
  postClone: hook("/usr/lib/brand/native/postclone %z %R", "Unconfigures the copy."),
};
