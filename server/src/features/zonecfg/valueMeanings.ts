import { own } from "../../catalog/own.ts";

/** What the words mean that properties take, where the words alone do not say it. */

type Meanings = Readonly<Record<string, string>>;

const FLAGS: Meanings = {
  aslr: "Address space layout randomisation.",
  forbidnullmap: "Nothing may be mapped at address zero.",
  noexecstack: "The stack cannot be executed.",
  none: "No flag.",
  all: "Every flag, also such as later systems add.",
};

const ATTR_TYPES: Meanings = {
  string: "Any text.",
  boolean: "`true` or `false`.",
  int: "A whole number, negative ones too.",
  uint: "A whole number from 0 on.",
};

/** By resource type (empty for the zone itself) and property. */
const MEANINGS: Readonly<Record<string, Meanings>> = {
  " ip-type": {
    shared: "The zone uses the IP stack of the host: the host gives it addresses on its interfaces.",
    exclusive: "The zone has an IP stack of its own and configures its data links itself.",
  },
  " scheduling-class": {
    FSS: "Fair share scheduler: CPU time is divided by `cpu-shares`.",
    TS: "Time-sharing, the usual class.",
    IA: "Interactive: time-sharing with a bonus for the window in front.",
    FX: "Fixed priority.",
    RT: "Real time.",
    SDC: "System duty cycle, for threads of the kernel.",
  },
  " autoboot": {
    true: "The zone boots with the host.",
    false: "The zone is booted by hand.",
  },
  "fs type": {
    lofs: "Loopback: `special` is a directory or file of the host.",
    zfs: "`special` is a ZFS dataset whose mountpoint is `legacy`.",
    ufs: "`special` is a block device, `raw` its raw device.",
    tmpfs: "Memory: `special` is `swap`.",
    hsfs: "ISO 9660: `special` is a block device, or an image behind lofi.",
    pcfs: "FAT: `special` is a block device.",
    udfs: "UDF: `special` is a block device.",
    ctfs: "The contract file system.",
    objfs: "The file system of kernel objects.",
  },
  "fs options": {
    ro: "Read-only.",
    rw: "Read and write.",
    nodevices: "Device files cannot be opened.",
    devices: "Device files can be opened.",
    nosetuid: "The set-id bits are ignored.",
    setuid: "The set-id bits count.",
    nosuid: "Neither set-id bits nor device files.",
    exec: "Programs can be executed.",
    noexec: "Programs cannot be executed.",
  },
  "attr type": ATTR_TYPES,
  "security-flags default": FLAGS,
  "security-flags lower": FLAGS,
  "security-flags upper": FLAGS,
  "admin auths": {
    login: "Log in with `zlogin`.",
    manage: "Install, boot, halt and uninstall with `zoneadm`.",
    clonefrom: "Clone the zone.",
  },
  "rctl priv": { privileged: "Only a privileged process of the host may change the value." },
  "rctl action": {
    none: "What exceeds the limit passes.",
    deny: "What exceeds the limit is refused.",
  },
};

/** The words of a property that have a meaning of their own, in the order in which they should be offered. */
export function meaningsOf(resource: string | undefined, property: string): Meanings {
  return own(MEANINGS, `${resource ?? ""} ${property}`) ?? {};
}

export function meaningOf(resource: string | undefined, property: string, word: string): string | undefined {
  return own(meaningsOf(resource, property), word);
}
