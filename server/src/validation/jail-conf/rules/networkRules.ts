import type { Rule } from "../../rule.ts";

const KERNEL = "sys/kern/kern_jail.c";
const COMMAND = "usr.sbin/jail/command.c";

/** What is known of mistakes with addresses, interfaces and network stacks; the checks are in `network.ts`. */
export const networkRules: readonly Rule[] = [
  {
    code: "jail/vnet-with-addresses",
    severity: "error",
    title: "A jail with its own network stack is given addresses",
    explanation:
      "With `vnet` a jail has a network stack of its own and configures it from inside. The kernel refuses to create such a jail together with `ip4`, `ip6` or their address lists, also where these come from global statements. Take the address out and set it in the jail, or give up `vnet`.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\tip4.addr = 192.0.2.10;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = 192.0.2.10;\n}\n",
    source: KERNEL,
  },
  {
    code: "jail/vnet-with-interface",
    severity: "warning",
    title: "`interface` in a jail with its own network stack",
    explanation:
      "`interface` names the host's interface that gets an alias for each address. A jail with `vnet` has no such addresses; an interface is handed over to it by `vnet.interface`.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tinterface = em0;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = em0;\n}\n",
    source: COMMAND,
  },
  {
    code: "jail/vnet-interface-without-vnet",
    severity: "error",
    title: "`vnet.interface` without `vnet`",
    explanation:
      "The interface is handed over after the jail has been created, by `ifconfig NAME vnet JAIL`. A jail without a network stack of its own is in that of the host, where the interface is already: `ifconfig` fails, and with it the start. Only a jail within a jail may be in another stack.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet.interface = epair0b;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n}\n",
    source: COMMAND,
  },
  {
    code: "jail/nfsd-without-vnet",
    severity: "warning",
    title: "`allow.nfsd` without `vnet`",
    explanation:
      "The kernel lets the daemons of an NFS server run in a jail only if it has a network stack of its own. Without `vnet`, `mountd` and `nfsd` are refused in the jail whatever `allow.nfsd` says.",
    bad: "nas {\n\tpath = /jails/nas;\n\tpersist;\n\tallow.nfsd;\n}\n",
    good: "nas {\n\tpath = /jails/nas;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\tallow.nfsd;\n}\n",
    source: KERNEL,
  },
  {
    code: "jail/interface-without-address",
    severity: "warning",
    title: "`interface` without an address",
    explanation: "`interface` says where addresses are added. Without an address it does nothing.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tinterface = em0;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tinterface = em0;\n\tip4.addr = 192.0.2.10;\n}\n",
    source: COMMAND,
  },
  {
    code: "jail/address-without-interface",
    severity: "hint",
    title: "An address that the host must have",
    explanation:
      "Neither `interface` nor an `interface|` prefix is given, so jail(8) adds no alias: the address must be configured on the host already.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = 192.0.2.10;\n}\n",
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "em0|192.0.2.10";\n}\n',
    source: COMMAND,
  },
  {
    code: "jail/missing-mask",
    severity: "hint",
    title: "An address without a mask, outside of the interface's nets",
    explanation:
      "Without a mask jail(8) adds an IPv4 address as /32 and an IPv6 address as /128. That is right for a further address in a net that the interface is in, and leaves an address of another net unreachable.",
    bad: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/24", "em0|198.51.100.10";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/24", "em0|192.0.2.11";\n}\n',
    source: COMMAND,
  },
  {
    code: "jail/inherit-with-addresses",
    severity: "warning",
    title: "`inherit` or `disable` beside addresses",
    explanation:
      "A list of addresses restricts the jail to these, whatever `ip4` or `ip6` says: the list wins.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tip4 = inherit;\n\tip4.addr = 192.0.2.10;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tip4 = new;\n\tip4.addr = 192.0.2.10;\n}\n",
    source: KERNEL,
  },
  {
    code: "jail/address-clash",
    severity: "warning",
    title: "Two jails have the same address",
    explanation:
      "Jails may share an address only if it is the one address of that family in each of them. Otherwise the kernel refuses the jail that is started second.",
    bad: "a {\n\tpath = /jails/a;\n\tpersist;\n\tip4.addr = 192.0.2.10, 192.0.2.11;\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n\tip4.addr = 192.0.2.10;\n}\n",
    good: "a {\n\tpath = /jails/a;\n\tpersist;\n\tip4.addr = 192.0.2.10;\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n\tip4.addr = 192.0.2.10;\n}\n",
    source: KERNEL,
  },
  {
    code: "jail/same-vnet-interface",
    severity: "warning",
    title: "Two jails are handed the same interface",
    explanation:
      "An interface is in one network stack at a time. The jail that is started second cannot take what the first one has.",
    bad: "a {\n\tpath = /jails/a;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n}\n",
    good: "a {\n\tpath = /jails/a;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair1b;\n}\n",
    source: COMMAND,
  },
  {
    code: "jail/same-epair",
    severity: "warning",
    title: "Two jails make the same epair",
    explanation:
      "`ifconfig epair0 create` fails if there is an epair0 already, and with it the start of the jail that comes second. Give each jail a number of its own, or take the name that `ifconfig epair create` prints.",
    bad: 'a {\n\tpath = /jails/a;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.prestart = "ifconfig epair0 create up";\n\texec.poststop = "ifconfig epair0a destroy";\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.prestart = "ifconfig epair0 create up";\n\texec.poststop = "ifconfig epair0a destroy";\n}\n',
    good: 'a {\n\tpath = /jails/a;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.prestart = "ifconfig epair0 create up";\n\texec.poststop = "ifconfig epair0a destroy";\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair1b;\n\texec.prestart = "ifconfig epair1 create up";\n\texec.poststop = "ifconfig epair1a destroy";\n}\n',
    source: "sys/net/if_clone.c",
  },
  {
    code: "jail/same-path",
    severity: "information",
    title: "Two jails have the same root",
    explanation:
      "The jails see and change the same files, and a user of one has the rights of the user with the same number in the other. That is a way to share a file tree, but they are then not separated by it. Give each jail a root of its own, and what they are to share by nullfs, read-only where possible.",
    bad: "a {\n\tpath = /jails/web;\n\tpersist;\n}\nb {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    good: "a {\n\tpath = /jails/a;\n\tpersist;\n}\nb {\n\tpath = /jails/b;\n\tpersist;\n}\n",
    source: "jail(8)",
  },
  {
    code: "jail/nested-path",
    severity: "warning",
    title: "The root of a jail lies in that of another one",
    explanation:
      "Root of the outer jail can read and change every file of the inner one, so the inner jail is no better protected than the outer. This is meant only for a jail in a jail, which is named `outer.inner`. Lay the roots side by side.",
    bad: "a {\n\tpath = /jails/a;\n\tpersist;\n}\nb {\n\tpath = /jails/a/b;\n\tpersist;\n}\n",
    good: "a {\n\tpath = /jails/a;\n\tpersist;\n\tchildren.max = 1;\n}\na.b {\n\tpath = /jails/a/b;\n\tpersist;\n}\n",
    source: "jail(8)",
  },
  {
    code: "jail/ruleset-for-dhcp",
    severity: "information",
    title: "A DHCP client without `/dev/bpf`",
    explanation:
      "DHCP clients open a bpf device. The stock rulesets 4 and 5 do not show it: write a ruleset of your own in /etc/devfs.rules that unhides `bpf*`.",
    bad: 'web {\n\tpath = /jails/web;\n\tvnet;\n\tvnet.interface = epair0b;\n\tmount.devfs;\n\tdevfs_ruleset = 5;\n\texec.start = "dhclient epair0b", "/bin/sh /etc/rc";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tvnet;\n\tvnet.interface = epair0b;\n\tmount.devfs;\n\tdevfs_ruleset = 10;\n\texec.start = "dhclient epair0b", "/bin/sh /etc/rc";\n}\n',
    source: "sbin/devfs/devfs.rules",
  },
  {
    code: "jail/epair-left-over",
    severity: "information",
    title: "An epair that a failed start leaves behind",
    explanation:
      "A start that fails runs none of the stop commands: what exec.prestart made stays. The next start then cannot make the epair again. Destroy it first, or go on when it is there.",
    bad: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.prestart = "ifconfig epair0 create up";\n\texec.poststop = "ifconfig epair0a destroy";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.prestart = "ifconfig epair0 create up || true";\n\texec.poststop = "ifconfig epair0a destroy";\n}\n',
    source: "usr.sbin/jail/jail.c",
  },
  {
    code: "jail/raw-sockets",
    severity: "information",
    title: "ping without raw sockets",
    explanation:
      "ping(8) and traceroute(8) need raw sockets, which a jail without a network stack of its own has only with `allow.raw_sockets`.",
    bad: 'web {\n\tpath = /jails/web;\n\tip4.addr = 192.0.2.10;\n\texec.start = "ping -c 1 192.0.2.1";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tip4.addr = 192.0.2.10;\n\tallow.raw_sockets;\n\texec.start = "ping -c 1 192.0.2.1";\n}\n',
    source: KERNEL,
  },
];
