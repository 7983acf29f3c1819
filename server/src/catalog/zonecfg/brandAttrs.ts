/** An `attr` that a brand reads. */
export interface BrandAttr {
  readonly name: string;
  /** The type that it must be declared with, where the brand insists on one. */
  readonly type?: "string";
  readonly default?: string;
  /** The words it takes. */
  readonly values?: readonly string[];
  /** What else a value may be, in words. */
  readonly form?: string;
  /** Whether there may be more, with a number behind the name: `disk`, `disk0`, `disk1`. */
  readonly numbered?: true;
  readonly doc: string;
}

/** A name of a `property` pair that a brand reads from a `net`. */
export interface NetPair {
  readonly name: string;
  readonly doc: string;
}

const SWITCH = ["on", "off"];

const ram: BrandAttr = { name: "ram", default: "1G", doc: "Memory of the guest." };
const bootdisk: BrandAttr = { name: "bootdisk", doc: "ZFS volume to boot from." };
const disk: BrandAttr = {
  name: "disk",
  numbered: true,
  doc: "ZFS volume or device for data. Options follow as `,name=value`, which needs quotes.",
};
const cdrom: BrandAttr = {
  name: "cdrom",
  numbered: true,
  doc: "Path of an ISO image, which an `fs` of type lofs must bring into the zone.",
};
const uuid: BrandAttr = { name: "uuid", doc: "UUID that the guest sees in SMBIOS." };
const guest: BrandAttr = {
  name: "type",
  default: "generic",
  values: ["generic", "windows", "openbsd"],
  doc: "What runs in the guest.",
};
const dnsDomain: BrandAttr = { name: "dns-domain", doc: "Domain that names are looked up in." };
const resolvers: BrandAttr = { name: "resolvers", doc: "DNS servers, separated by commas." };

const vcpus = (form?: string): BrandAttr => ({
  name: "vcpus",
  default: "1",
  ...(form && { form }),
  doc: "CPUs of the guest.",
});

/** What the brands of OmniOS and SmartOS read. Source: omniosorg/pkg5 src/brand, omniosorg/zadm lib/Zadm/Schema. */
export const brandAttrs = {
  native: [dnsDomain, resolvers],
  lx: [
    {
      name: "kernel-version",
      type: "string",
      default: "4.4",
      form: "a version from 2 on",
      doc: "Version of Linux that programs see.",
    },
    dnsDomain,
    resolvers,
    { name: "ipv6", values: ["true", "false"], doc: "Whether IPv6 is enabled in the zone." },
    { name: "extra", doc: "Further settings of zadm(8)." },
  ],
  lxSmartos: [
    {
      name: "kernel-version",
      type: "string",
      form: "a version from 2 on",
      doc: "Version of Linux that programs see.",
    },
  ],
  bhyveSmartos: [
    {
      name: "bootrom",
      type: "string",
      default: "/usr/share/bhyve/uefi-csm-rom.bin",
      doc: "Firmware of the guest.",
    },
    { name: "com1", type: "string", default: "/dev/zconsole", doc: "Where the first serial port leads." },
  ],
  bhyve: [
    { name: "acpi", default: "on", values: SWITCH, doc: "Has no effect any more." },
    bootdisk,
    {
      name: "bootorder",
      default: "path0,bootdisk,cdrom0",
      doc: "Order of boot devices; `cd` and `dc` are short forms.",
    },
    { name: "bootnext", doc: "Boot device for the next boot only." },
    {
      name: "bootrom",
      default: "BHYVE_RELEASE_CSM",
      values: ["BHYVE", "BHYVE_CSM", "BHYVE_DEBUG", "BHYVE_DEBUG_CSM", "BHYVE_RELEASE", "BHYVE_RELEASE_CSM"],
      doc: "Firmware of the guest.",
    },
    cdrom,
    {
      name: "cloud-init",
      default: "off",
      values: SWITCH,
      form: "a path or URL",
      doc: "Data for cloud-init in the guest.",
    },
    { name: "console", default: "/dev/zconsole", doc: "Where the console of the guest leads." },
    disk,
    {
      name: "diskif",
      default: "virtio-blk",
      values: ["virtio", "virtio-blk", "nvme", "ahci", "ahci-hd", "ahci-cd", "ide"],
      doc: "Kind of disk controller.",
    },
    {
      name: "hostbridge",
      default: "i440fx",
      values: ["i440fx", "q35", "amd", "netapp", "none"],
      doc: "Model of the host bridge.",
    },
    { name: "memreserve", default: "off", values: SWITCH, doc: "Whether memory is set aside beforehand." },
    {
      name: "netif",
      default: "virtio-net-viona",
      values: ["virtio", "virtio-net-viona", "virtio-net", "e1000"],
      doc: "Kind of network card.",
    },
    { name: "ppt", numbered: true, doc: "PCI device that is passed through." },
    { name: "priv.debug", default: "off", values: SWITCH, doc: "Whether missing privileges are logged." },
    ram,
    { name: "rng", default: "off", values: SWITCH, doc: "Whether the guest has a virtio random device." },
    guest,
    { name: "uefivars", default: "on", values: SWITCH, doc: "Whether UEFI variables persist." },
    uuid,
    vcpus("[cpus=]N[,sockets=N][,cores=N][,threads=N]; the `=` needs quotes"),
    { name: "vga", default: "off", values: ["on", "off", "io"], doc: "Mode of the VGA device." },
    { name: "virtfs", numbered: true, doc: "Directory that the guest may mount by 9P." },
    {
      name: "vnc",
      default: "off",
      values: ["on", "off", "wait"],
      form: "options of the server",
      doc: "VNC server for the screen of the guest.",
    },
    { name: "xhci", default: "on", values: SWITCH, doc: "Whether the guest has a USB controller." },
    { name: "extra", numbered: true, doc: "Further options for bhyve." },
    { name: "password", doc: "Password that cloud-init sets." },
    { name: "sshkey", doc: "SSH key that cloud-init installs." },
    dnsDomain,
    resolvers,
  ],
  kvm: [
    vcpus(),
    ram,
    {
      name: "diskif",
      default: "virtio",
      values: ["virtio", "ahci", "ide", "virtio-blk-device"],
      doc: "Kind of disk controller.",
    },
    {
      name: "netif",
      default: "virtio-net-pci",
      values: ["virtio", "e1000", "virtio-net-device"],
      form: "virtio-net-pci",
      doc: "Kind of network card.",
    },
    guest,
    {
      name: "vnc",
      default: "none",
      values: SWITCH,
      form: "options of the server",
      doc: "VNC server for the screen of the guest.",
    },
    {
      name: "console",
      default: "pipe,id=console0,path=/dev/zconsole",
      doc: "Where the console of the guest leads.",
    },
    { name: "cpu", default: "qemu64", doc: "Model of the CPU." },
    { name: "bootorder", default: "cd", doc: "Order of boot devices: `c` disk, `d` CD, `n` network." },
    { name: "rtc", default: "base=utc,driftfix=slew", doc: "Settings of the clock." },
    bootdisk,
    disk,
    cdrom,
    { name: "vga", values: ["on", "off", "io"], doc: "Mode of the VGA device." },
    { name: "extra", numbered: true, doc: "Further options for QEMU." },
  ],
  emu: [
    { name: "arch", doc: "Architecture of the guest." },
    { name: "cpu", doc: "Model of the CPU." },
    ram,
    vcpus(),
    { name: "diskif", default: "virtio", doc: "Kind of disk controller." },
    { name: "netif", default: "virtio", doc: "Kind of network card." },
    { name: "netopts", doc: "Further options for the network." },
    { name: "console", default: "zconsole,id=console0", doc: "Where the console of the guest leads." },
    { name: "cloud-init", default: "off", doc: "Data for cloud-init in the guest." },
    { name: "rng", default: "off", doc: "Whether the guest has a random device." },
    { name: "rtc", default: "base=utc", doc: "Settings of the clock." },
    { name: "vga", default: "off", doc: "Mode of the VGA device." },
    { name: "vnc", default: "off", doc: "VNC server for the screen of the guest." },
    uuid,
    bootdisk,
    disk,
  ],
} as const satisfies Readonly<Record<string, readonly BrandAttr[]>>;

export const lxNet: readonly NetPair[] = [
  { name: "ips", doc: "Addresses with prefix, separated by commas; or `dhcp`, `addrconf`." },
  { name: "gateway", doc: "Default router." },
  { name: "primary", doc: "`true` for the interface with the default route." },
];

export const bhyveNet: readonly NetPair[] = [
  { name: "netif", doc: "Kind of this network card." },
  { name: "vqsize", doc: "Size of the ring: a power of two from 4 to 32768." },
  { name: "mtu", doc: "Largest packet: 60 to 65535 bytes." },
  { name: "feature_mask", doc: "Features that are masked out, as a number." },
  { name: "backend", doc: "`dlpi`." },
  { name: "promiscrxonly", doc: "Promiscuous mode only for received packets: `on` or `off`." },
  { name: "promiscphys", doc: "Promiscuous mode on the physical level: `on` or `off`." },
  { name: "promiscsap", doc: "Promiscuous mode for all types of packets: `on` or `off`." },
  { name: "promiscmulti", doc: "Promiscuous mode for multicast: `on` or `off`." },
];
