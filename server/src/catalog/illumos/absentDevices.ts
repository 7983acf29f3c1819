/** Device names that no zone has by default, and how one gets them. */
export interface AbsentDevice {
  /** Below `/`; a group of names, or one with a capital letter for a number. */
  readonly path: string;
  readonly why: string;
  readonly configure: string;
}

export const absentDevices: readonly AbsentDevice[] = [
  {
    path: "/dev/kmem",
    why: "memory of the kernel",
    configure:
      "A `device` can match it. Root of the zone can then read it; opening for writing fails with EACCES.",
  },
  {
    path: "/dev/mem",
    why: "physical memory",
    configure:
      "A `device` can match it. Root of the zone can then read it; opening for writing fails with EACCES.",
  },
  {
    path: "/dev/allkmem",
    why: "memory of the kernel and of devices",
    configure: "A `device` can match it, but each open fails with EACCES.",
  },
  {
    path: "/dev/ksyms",
    why: "symbols of the kernel",
    configure: "A `device` can match it; without kmem they are hardly useful.",
  },
  { path: "/dev/dump", why: "control of crash dumps", configure: "Not meant for zones." },
  {
    path: "/dev/dsk/cXtYdZsN",
    why: "disks",
    configure: "A `device` that matches it, and one for its raw name.",
  },
  { path: "/dev/rdsk/cXtYdZsN", why: "raw disks", configure: "A `device` that matches it." },
  { path: "/dev/rmt/N", why: "tapes", configure: "A `device` that matches `/dev/rmt/N*`." },
  { path: "/dev/openprom", why: "firmware", configure: "Only SPARC has it." },
  {
    path: "/dev/fb",
    why: "frame buffer",
    configure: "A `device`; programs also want the privileges graphics_access and graphics_map.",
  },
  {
    path: "/dev/console (hardware)",
    why: "console of the machine",
    configure: "The name leads to the console of the zone.",
  },
  { path: "/dev/sad/admin", why: "setting up autopush", configure: "`ip-type=exclusive`." },
  { path: "/dev/ip, /dev/rawip, /dev/icmp", why: "IP itself", configure: "`ip-type=exclusive`." },
  { path: "/dev/ipf, /dev/ipnat, /dev/ipl", why: "IP Filter", configure: "`ip-type=exclusive`." },
  { path: "/dev/spdsock, /dev/keysock", why: "IPsec", configure: "`ip-type=exclusive`." },
  { path: "/dev/dld", why: "control of datalinks", configure: "`ip-type=exclusive`." },
  { path: "/dev/net/<link>", why: "datalinks", configure: "A `net` in a zone with `ip-type=exclusive`." },
  {
    path: "/dev/zvol/...",
    why: "ZFS volumes",
    configure: "A delegated dataset or a `device`; zones of lx and joyent have those of their own dataset.",
  },
  { path: "/dev/vmm*, /dev/viona", why: "guests of bhyve", configure: "Only the brand bhyve has them." },
  { path: "/devices", why: "the tree of physical devices", configure: "No zone ever has it." },
];
