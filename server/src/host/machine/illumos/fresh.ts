import { brands } from "../../../catalog/zonecfg/brands.ts";
import type { HostDescription, HostDirectory } from "../definition.ts";
import { bytes } from "../sizes.ts";
import { groups, users } from "./accounts.ts";

export type IllumosSystem = Exclude<HostDescription["system"], "freebsd">;

const RELEASES: Readonly<Record<IllumosSystem, string>> = {
  illumos: "5.11",
  omnios: "r151054",
  smartos: "20250807T000000Z",
  solaris: "11.4",
};

/** What an administrator looks for in a fresh installation. Source: filesystem(7). */
const DIRECTORIES: readonly HostDirectory[] = [
  "/dev",
  "/devices",
  "/etc/zones",
  "/export/home",
  "/lib/svc",
  "/mnt",
  "/net",
  "/opt",
  "/platform",
  "/proc",
  { path: "/root", mode: "0700" },
  "/sbin",
  "/system/contract",
  "/system/object",
  { path: "/tmp", mode: "1777" },
  "/usr/bin",
  "/usr/lib/brand",
  "/usr/lib/zones",
  "/usr/sbin",
  "/usr/share",
  "/var/adm",
  "/var/log",
  "/var/run",
  { path: "/var/tmp", mode: "1777" },
];

const DAEMONS = ["svc.startd", "svc.configd", "dlmgmtd", "ipmgmtd", "nscd", "syslogd", "cron"];

/** A small server with a fresh installation of a system with zones. */
export function freshIllumos(system: IllumosSystem, release = RELEASES[system]): HostDescription {
  const root = system === "smartos" ? "zones" : "rpool";
  return {
    described: false,
    name: "default",
    system,
    release,
    hostname: "host",
    domainname: "",
    hostuuid: "8f1c3a52-6d0e-11ef-9c4b-020000000001",
    hostid: 2_437_021_969,
    cpus: 4,
    memory: bytes("8G"),
    swap: bytes("2G"),
    links: [
      {
        name: "e1000g0",
        kind: "physical",
        mac: "02:00:00:00:00:01",
        addresses: ["192.0.2.2/24", "2001:db8::2/64"],
      },
      { name: "lo0", kind: "loopback", mtu: 8232, addresses: ["127.0.0.1/8", "::1/128"] },
    ],
    routes: [
      { destination: "default", gateway: "192.0.2.1" },
      { destination: "default", gateway: "2001:db8::1" },
    ],
    pools: [{ name: root, size: "100G" }],
    datasets: system === "smartos" ? smartosDatasets() : rpoolDatasets(system, release),
    directories: [...DIRECTORIES],
    // The root of SmartOS is a disk in memory, loaded at each boot.
    mounts: system === "smartos" ? [{ from: "/devices/ramdisk:a", on: "/", type: "ufs" }] : [],
    // Built into every kernel of theirs.
    options: ["INET", "INET6"],
    modules: ["genunix", "ip", "mac", "sockfs", "unix", "zfs"],
    loadableModules: system === "solaris" ? [] : ["lx_brand", "lx_systrace", "overlay", "vmm", "vnic"],
    sysctls: {},
    devfsRulesets: {},
    users: users.map((user) => ({ ...user })),
    groups: groups.map((group) => ({ ...group, members: [...group.members] })),
    services: [
      ...DAEMONS.map((name) => ({ name, user: "root", listens: [] })),
      { name: "sshd", user: "root", listens: ["tcp4 *:22", "tcp6 *:22"] },
      // Elsewhere the service of overlays is there, but not enabled.
      ...(system === "smartos" ? [{ name: "varpd", user: "root", listens: [] }] : []),
    ],
    brands: brandsOf(system, release),
    images: [],
    resourcePools: [],
    processorSets: [],
    schedulingClass: "TS",
    configurations: [],
  };
}

function rpoolDatasets(system: IllumosSystem, release: string): HostDescription["datasets"] {
  // Boot environments of Solaris 11 share what is there, zones among it. Source: beadm(8), zones(7) of Solaris 11.
  const shared = [
    { name: "rpool/VARSHARE", mountpoint: "/var/share" },
    { name: "rpool/VARSHARE/zones", mountpoint: "/system/zones" },
  ];
  return [
    { name: "rpool", mountpoint: "/rpool" },
    { name: "rpool/ROOT", mountpoint: "none" },
    { name: `rpool/ROOT/${system}`, mountpoint: "/" },
    { name: "rpool/export", mountpoint: "/export" },
    { name: "rpool/export/home", mountpoint: "/export/home" },
    { name: "rpool/zones", mountpoint: "/zones" },
    ...(system === "solaris" && !release.startsWith("10") ? shared : []),
  ];
}

function smartosDatasets(): HostDescription["datasets"] {
  return [
    { name: "zones", mountpoint: "/zones" },
    { name: "zones/config", mountpoint: "/etc/zones" },
    { name: "zones/cores", mountpoint: "none" },
    { name: "zones/opt", mountpoint: "/opt" },
    { name: "zones/usbkey", mountpoint: "/usbkey" },
    { name: "zones/var", mountpoint: "/var" },
  ];
}

/** The brands that belong to the system; those for tests and of Trusted Extensions are not installed by itself. */
function brandsOf(system: IllumosSystem, release: string): string[] {
  const platform = system === "solaris" ? (release.startsWith("10") ? "solaris10" : "solaris11") : system;
  return brands
    .filter((brand) => brand.platform === platform)
    .filter(({ kind }) => kind !== "test" && kind !== "Trusted Extensions")
    .map(({ name }) => name);
}
