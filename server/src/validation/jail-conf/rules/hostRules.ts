import type { Rule } from "../../rule.ts";
import { on } from "./onMachine.ts";

const COMMAND = "usr.sbin/jail/command.c";

const ROOT = [
  { path: "/jails", mode: "0700" },
  { path: "/jails/web", base: true },
];
const LINKS = {
  directories: ROOT,
  links: [
    { name: "igb0", addresses: ["192.0.2.2/24"] },
    { name: "igb1", addresses: ["198.51.100.2/24"] },
  ],
};
const PEOPLE = {
  users: [{ name: "ada", uid: 1001, gid: 1001, home: "/home/ada", shell: "/bin/sh" }],
  groups: [{ name: "ada", gid: 1001 }],
};

/** Configuration against machine, as far as no boot is needed to see it; the checks are in `host.ts`. */
export const hostRules: readonly Rule[] = [
  {
    code: "host/own-address",
    severity: "warning",
    title: "An address of the host is lent to a jail",
    explanation:
      "With an interface, jail(8) adds the address at the start and takes it away at the stop, whether or not the host had it before. After the first stop of the jail the host is without its address, and may be out of reach. Give the jail an address of its own; or leave the interface out, if it is to use that of the host. Without a host file this is *information*.",
    bad: on(
      LINKS,
      "web {\n\tpath = /jails/web;\n\tpersist;\n\tinterface = igb0;\n\tip4.addr = 192.0.2.2;\n}\n",
    ),
    good: on(LINKS, "web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = 192.0.2.2;\n}\n"),
    source: COMMAND,
  },
  {
    code: "host/address-outside",
    severity: "warning",
    title: "A single address in no network of its interface",
    explanation:
      "Without a mask, or with one of all bits, the address brings no network of its own to the interface. If the interface is in no network that has the address, neither neighbours nor the router can be reached from it. Looked at on machines with a host file, on interfaces that lead out of the machine.",
    bad: on(
      LINKS,
      "web {\n\tpath = /jails/web;\n\tpersist;\n\tinterface = igb0;\n\tip4.addr = 198.51.100.10;\n}\n",
    ),
    good: on(
      LINKS,
      "web {\n\tpath = /jails/web;\n\tpersist;\n\tinterface = igb1;\n\tip4.addr = 198.51.100.10;\n}\n",
    ),
    source: COMMAND,
  },
  {
    code: "host/wildcard-service",
    severity: "information",
    title: "A service of the host answers on the jail's address",
    explanation:
      "A daemon of the host that listens on every address listens on those of the jails, too, as long as they use the network stack of the host. What a jail does not serve itself is answered by the host: a login on the jail's address ends up on the host. Give the daemon a list of addresses (`ListenAddress` of sshd, `-a` or `-b` of syslogd), or the jail a stack of its own. Looked at where a host file lists the services.",
    bad: on(
      { ...LINKS, services: [{ name: "sshd", listens: ["tcp4 *:22"] }] },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "igb0|192.0.2.10/24";\n}\n',
    ),
    good: on(
      { ...LINKS, services: [{ name: "sshd", listens: ["tcp4 192.0.2.2:22"] }] },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "igb0|192.0.2.10/24";\n}\n',
    ),
    source: "jail(8), sys/netinet/in_pcb.c",
  },
  {
    code: "host/reachable-root",
    severity: "information",
    title: "Users of the host can reach the jail's files",
    explanation:
      "Whoever is root in the jail can make a set-user-ID file there. A user of the host who can reach that file runs it as root of the host. So the root of a jail belongs below a directory that nobody but root may enter: `chmod 0700 /jails`. Looked at where a host file has users who may log in.",
    bad: on(
      { ...LINKS, ...PEOPLE, directories: [{ path: "/jails/web", base: true }] },
      "web {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    ),
    good: on(
      {
        ...LINKS,
        ...PEOPLE,
        directories: [
          { path: "/jails", mode: "0700" },
          { path: "/jails/web", base: true },
        ],
      },
      "web {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    ),
    source: "jail(8)",
  },
  {
    code: "host/shared-user",
    severity: "hint",
    title: "Users of the jail write as users of the host",
    explanation:
      "Files belong to numbers, not to names. In a directory that host and jail share, the user 1001 of the jail has the rights of the user 1001 of the host, whoever these are. Share it read-only, or keep the numbers apart. Looked at where a host file has users who may log in.",
    bad: on(
      {
        ...LINKS,
        ...PEOPLE,
        directories: [{ path: "/jails", mode: "0700" }, { path: "/jails/web/data", base: true }, "/data"],
      },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount = "/data /jails/web/data nullfs rw 0 0";\n}\n',
    ),
    good: on(
      {
        ...LINKS,
        ...PEOPLE,
        directories: [{ path: "/jails", mode: "0700" }, { path: "/jails/web/data", base: true }, "/data"],
      },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount = "/data /jails/web/data nullfs ro 0 0";\n}\n',
    ),
    source: "jail(8), mount_nullfs(8)",
  },
  {
    code: "host/racct-off",
    severity: "error",
    title: "rctl(8) on a machine that counts no resources",
    explanation:
      "Resources are only counted, and limits only kept, if the machine was booted with `kern.racct.enable=1` in `/boot/loader.conf`; the default is 0. Without it `rctl` fails, and with the command the start of the jail. Without a host file this is *information*.",
    bad: on(
      { directories: ROOT },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:web:memoryuse:deny=1g";\n}\n',
    ),
    good: on(
      { directories: ROOT, sysctls: { "kern.racct.enable": 1 } },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:web:memoryuse:deny=1g";\n}\n',
    ),
    source: "rctl(8), sys/kern/kern_racct.c",
  },
  {
    code: "host/limit-above-machine",
    severity: "warning",
    title: "A limit that the machine cannot reach",
    explanation:
      "A limit above what the machine has limits nothing: more memory than there is, or more than 100 % of CPU time for each CPU. Looked at on machines with a host file.",
    bad: on(
      { directories: ROOT, memory: "4G", sysctls: { "kern.racct.enable": 1 } },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:web:memoryuse:deny=8g";\n}\n',
    ),
    good: on(
      { directories: ROOT, memory: "16G", sysctls: { "kern.racct.enable": 1 } },
      'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:web:memoryuse:deny=8g";\n}\n',
    ),
    source: "rctl(8)",
  },
  {
    code: "host/over-committed",
    severity: "information",
    title: "All limits together are above what the machine has",
    explanation:
      "Limits reserve nothing. If they add up to more than the machine has, jails can take from each other, and from the host, without any of them reaching its own limit. That may be what was meant. Looked at on machines with a host file, for `memoryuse` and `pcpu`.",
    bad: on(
      { directories: ROOT, memory: "8G", sysctls: { "kern.racct.enable": 1 } },
      'a {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:a:memoryuse:deny=6g";\n}\nb {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:b:memoryuse:deny=6g";\n}\n',
    ),
    good: on(
      { directories: ROOT, memory: "16G", sysctls: { "kern.racct.enable": 1 } },
      'a {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:a:memoryuse:deny=6g";\n}\nb {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "rctl -a jail:b:memoryuse:deny=6g";\n}\n',
    ),
    source: "rctl(8)",
  },
];
