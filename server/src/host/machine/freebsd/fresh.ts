import type { HostDescription } from "../definition.ts";
import { bytes } from "../sizes.ts";
import { groups, users } from "./accounts.ts";
import { loadableIn, MODULES, OPTIONS } from "./kernel.ts";
import { rulesetsOf } from "./rulesets.ts";

/** The newest known release of each line. */
const RELEASES: Readonly<Record<number, string>> = { 12: "12.4", 13: "13.5", 14: "14.3", 15: "15.0" };

/**
 * A small server with a fresh FreeBSD on ZFS. Its addresses are from the ranges for documentation.
 * Source: bsdinstall(8), RFC 5737, RFC 3849.
 */
export function freshFreeBsd(release = "15.0"): HostDescription {
  const major = Number.parseInt(release, 10);
  return {
    described: false,
    name: "default",
    system: "freebsd",
    release: release.includes(".") ? release : (RELEASES[major] ?? `${release}.0`),
    hostname: "host.example.org",
    domainname: "",
    hostuuid: "8f1c3a52-6d0e-11ef-9c4b-020000000001",
    hostid: 2_437_021_969,
    cpus: 4,
    memory: bytes("8G"),
    swap: bytes("2G"),
    links: [
      {
        name: "em0",
        kind: "physical",
        mac: "02:00:00:00:00:01",
        addresses: ["192.0.2.2/24", "2001:db8::2/64"],
      },
      { name: "lo0", kind: "loopback", addresses: ["127.0.0.1/8", "::1/128"] },
    ],
    routes: [
      { destination: "default", gateway: "192.0.2.1" },
      { destination: "default", gateway: "2001:db8::1" },
    ],
    pools: [{ name: "zroot", size: "100G" }],
    datasets: [
      { name: "zroot", mountpoint: "/zroot" },
      { name: "zroot/ROOT", mountpoint: "none" },
      { name: "zroot/ROOT/default", mountpoint: "/" },
      { name: "zroot/home", mountpoint: "/home" },
      { name: "zroot/tmp", mountpoint: "/tmp" },
      { name: "zroot/usr", mountpoint: "/usr", mounted: false },
      { name: "zroot/usr/ports", mountpoint: "/usr/ports" },
      { name: "zroot/usr/src", mountpoint: "/usr/src" },
      { name: "zroot/var", mountpoint: "/var", mounted: false },
      { name: "zroot/var/audit", mountpoint: "/var/audit" },
      { name: "zroot/var/crash", mountpoint: "/var/crash" },
      { name: "zroot/var/log", mountpoint: "/var/log" },
      { name: "zroot/var/mail", mountpoint: "/var/mail" },
      { name: "zroot/var/tmp", mountpoint: "/var/tmp" },
    ],
    directories: [],
    mounts: [],
    options: [...OPTIONS],
    modules: [...MODULES],
    loadableModules: loadableIn(major),
    sysctls: {},
    devfsRulesets: rulesetsOf(major),
    users: users.map((user) => ({ ...user })),
    groups: groups.map((group) => ({ ...group, members: [...group.members] })),
    services: [
      {
        name: "devd",
        user: "root",
        listens: ["unix /var/run/devd.pipe", "unix /var/run/devd.seqpacket.pipe"],
      },
      {
        name: "syslogd",
        user: "root",
        listens: ["udp4 *:514", "udp6 *:514", "unix /var/run/log", "unix /var/run/logpriv"],
      },
      {
        name: "ntpd",
        user: "ntpd",
        listens: [
          "udp4 *:123",
          "udp6 *:123",
          "udp4 192.0.2.2:123",
          "udp6 [2001:db8::2]:123",
          "udp4 127.0.0.1:123",
          "udp6 [::1]:123",
        ],
      },
      { name: "sshd", user: "root", listens: ["tcp4 *:22", "tcp6 *:22"] },
      { name: "cron", user: "root", listens: [] },
    ],
    brands: [],
    images: [],
    resourcePools: [],
    processorSets: [],
    schedulingClass: "TS",
    configurations: [],
  };
}
