import type { Rule } from "../../rule.ts";

const LIBRARY = "lib/libjail/jail.c (jailparam_import)";
const CONFIG = "usr.sbin/jail/config.c (check_intparams)";

/** The rules about values; see `values.ts`. */
export const valueRules: readonly Rule[] = [
  {
    code: "jail/bad-boolean",
    severity: "error",
    title: "Not a boolean",
    explanation:
      "A boolean is `true` or `false` in any case, or a whole number; the bare name means true. `yes`, `no`, `on` and `off`, as in rc.conf(5), are refused when the jail is started.",
    bad: "web {\n\tpersist = yes;\n}\n",
    good: "web {\n\tpersist = True;\n\texec.clean = 1;\n}\n",
    source: CONFIG,
  },
  {
    code: "jail/flags-run-together",
    severity: "error",
    title: "Two flags without `;` between them",
    explanation:
      "The `=` between name and value may be left out, so `persist mount.devfs;` is one statement that gives `persist` the value `mount.devfs`. The syntax is right, but the jail is not started.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist\n\tmount.devfs;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist true;\n\tmount.devfs;\n}\n",
    source: "usr.sbin/jail/jailparse.y",
  },
  {
    code: "jail/bad-integer",
    severity: "error",
    title: "Not a whole number",
    explanation:
      "The parameter takes one whole decimal number. Units, hexadecimal numbers and names are refused; `devfs_ruleset` takes the number that stands in brackets in devfs.rules(5), not the name of the ruleset.",
    bad: "web {\n\tpersist;\n\tdevfs_ruleset = devfsrules_jail;\n}\n",
    good: "web {\n\tpersist;\n\tdevfs_ruleset = 4;\n}\n",
    source: LIBRARY,
  },
  {
    code: "jail/out-of-range",
    severity: "error",
    title: "A number out of range",
    explanation:
      "The kernel refuses `enforce_statfs` beyond 0 to 2, `devfs_ruleset` beyond 0 to 65535, a negative `jid`, `osreldate = 0`, and a `children.max` at or above that of the host. Where it takes a number that means nothing, such as a `securelevel` above 3, this is a warning.",
    bad: "web {\n\tpersist;\n\tenforce_statfs = 3;\n}\n",
    good: "web {\n\tpersist;\n\tenforce_statfs = 1;\n\tsecurelevel = -1;\n}\n",
    source: "sys/kern/kern_jail.c",
  },
  {
    code: "jail/bad-jailsys",
    severity: "error",
    title: "Neither `disable`, `new` nor `inherit`",
    explanation:
      "`vnet`, `ip4`, `ip6`, `host`, `sysvshm` and their like are no booleans: they take `disable`, `new` or `inherit`, and the bare name means `new`. The kernel also refuses `vnet = disable` and `host = disable`.",
    bad: "web {\n\tpersist;\n\tvnet = true;\n}\n",
    good: "web {\n\tpersist;\n\tvnet = New;\n\tsysvshm;\n}\n",
    source: LIBRARY,
  },
  {
    code: "jail/bad-address",
    severity: "error",
    title: "Not an address",
    explanation:
      "`ip4.addr` and `ip6.addr` take numeric addresses, in the form `interface|address/prefix`. The separator is `|`; host names, short forms such as `10.1`, leading zeros and scopes such as `%em0` are refused, and each family has its own parameter.",
    bad: 'web {\n\tpersist;\n\tip4.addr = "em0:192.0.2.10/24";\n}\n',
    good: 'web {\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/24";\n\tip6.addr = "em0|2001:db8::10/64";\n}\n',
    source: `usr.sbin/jail/config.c, ${LIBRARY}`,
  },
  {
    code: "jail/bad-netmask",
    severity: "error",
    title: "Not a prefix length or netmask",
    explanation:
      "What follows the `/` of an address goes to ifconfig(8): a prefix length up to 32 or 128, or for IPv4 a netmask with dots. Where neither the address nor `interface` names an interface, ifconfig is not called and the part is without effect; then this is a warning.",
    bad: 'web {\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/33";\n}\n',
    good: 'web {\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/32", "em0|192.0.2.11/255.255.255.0";\n}\n',
    source: "usr.sbin/jail/command.c, ifconfig(8)",
  },
  {
    code: "jail/placeholder",
    severity: "warning",
    title: "A placeholder, or a host name for an address",
    explanation:
      "The value looks as if something is still to be filled in, by a person or by a template, or names a host where jail(8) takes only numeric addresses. As it stands, the jail is not started. With `ip_hostname`, jail(8) looks up the addresses of `host.hostname` itself.",
    bad: "web {\n\tpersist;\n\tip4.addr = JAIL_IP4;\n}\n",
    good: "web {\n\tpersist;\n\thost.hostname = JAIL_NAME;\n\tip4.addr = 192.0.2.10;\n}\n",
    source: LIBRARY,
  },
  {
    code: "jail/comma-in-address",
    severity: "warning",
    title: "Several addresses in one string",
    explanation:
      "The kernel gets all addresses of a string with commas, but interface, prefix and the call of ifconfig(8) are made once for the whole string: all but the first address are lost or left without an interface. Several strings, with the commas outside of the quotes, are a list.",
    bad: 'web {\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/24,em0|192.0.2.11/24";\n}\n',
    good: 'web {\n\tpersist;\n\tip4.addr = "em0|192.0.2.10/24", "em0|192.0.2.11/24";\n}\n',
    source: "usr.sbin/jail/config.c",
  },
  {
    code: "jail/value-too-long",
    severity: "error",
    title: "A text is too long",
    explanation:
      "The kernel keeps these texts in buffers of fixed size and refuses a longer one: 15 bytes for the name of an interface, 30 for `osrelease`, 63 for `host.hostuuid`, 255 for names, host names and domains, 1023 for `path`. Bytes count, not characters.",
    bad: "web {\n\tpersist;\n\tosrelease = 14.2-RELEASE-with-our-own-patches;\n}\n",
    good: "web {\n\tpersist;\n\tosrelease = 14.2-RELEASE-p1-our-own-build0;\n}\n",
    source: "sys/kern/kern_jail.c",
  },
  {
    code: "jail/several-values",
    severity: "warning",
    title: "A list for a parameter that takes one value",
    explanation:
      "Of several values for a parameter that holds one, the last is used and the others are dropped silently.",
    bad: "web {\n\tpersist;\n\tpath = /jails/web, /jails/other;\n}\n",
    good: "web {\n\tpersist;\n\tip4.addr = 192.0.2.10, 192.0.2.11;\n}\n",
    source: LIBRARY,
  },
  {
    code: "jail/append-to-scalar",
    severity: "warning",
    title: "`+=` for a parameter that takes one value",
    explanation:
      "`+=` adds to a list. A parameter that holds one value uses the last one it was given, so `+=` acts as `=` there; no text is joined.",
    bad: "$base = /jails;\nweb {\n\tpersist;\n\tpath = $base;\n\tpath += /jails/web;\n}\n",
    good: "web {\n\tpersist;\n\texec.poststart = /bin/true;\n\texec.poststart += /bin/sync;\n}\n",
    source: "usr.sbin/jail/config.c (add_param)",
  },
  {
    code: "jail/relative-path",
    severity: "error",
    title: "A path does not begin with `/`",
    explanation:
      "jail(8) refuses a `path`, an `exec.consolelog` or the mount point of a `mount` line that is not absolute, because it does not know which directory it will be started from.",
    bad: "web {\n\tpersist;\n\tpath = jails/web;\n}\n",
    good: "$base = /jails;\nweb {\n\tpersist;\n\tpath = $base/web;\n}\n",
    source: "usr.sbin/jail/jail.c, usr.sbin/jail/command.c",
  },
  {
    code: "jail/mount-fields",
    severity: "error",
    title: "A `mount` line is not complete",
    explanation:
      "Each value of `mount` is a line as in fstab(5): source, mount point, type and, if needed, options. Without the first three the jail is not started.",
    bad: 'web {\n\tpersist;\n\tpath = /jails/web;\n\tmount = "/data /jails/web/data";\n}\n',
    good: 'web {\n\tpersist;\n\tpath = /jails/web;\n\tmount = "/data /jails/web/data nullfs";\n}\n',
    source: "usr.sbin/jail/command.c",
  },
  {
    code: "jail/mount-escape",
    severity: "warning",
    title: "The blank in a mount path is decoded too early",
    explanation:
      "fstab(5) writes a blank in a path as `\\040`. In jail.conf the string itself decodes that escape, so the line falls apart at the blank. Written `\\\\040`, the escape reaches the line.",
    bad: 'web {\n\tpersist;\n\tpath = /jails/web;\n\tmount = "/my\\040data /jails/web/data nullfs ro";\n}\n',
    good: 'web {\n\tpersist;\n\tpath = /jails/web;\n\tmount = "/my\\\\040data /jails/web/data nullfs ro";\n}\n',
    source: "usr.sbin/jail/jaillex.l, usr.sbin/jail/command.c",
  },
  {
    code: "jail/bare-value",
    severity: "warning",
    title: "A bare name for a parameter that needs a value",
    explanation:
      "The bare name of a boolean means true. For a number the kernel takes it as 0, for a text as empty: hardly what is meant by `securelevel;` or `host.hostname;`.",
    bad: "web {\n\tpersist;\n\tsecurelevel;\n}\n",
    good: "web {\n\tpersist;\n\tsecurelevel = 2;\n\tsysvshm;\n}\n",
    source: LIBRARY,
  },
];
