import type { Rule } from "../../rule.ts";

const CONFIG = "usr.sbin/jail/config.c (load_config)";

/** The rules about variables; see `variables.ts`. */
export const variableRules: readonly Rule[] = [
  {
    code: "jail/undefined-variable",
    severity: "error",
    title: "The variable is not set",
    explanation:
      "A variable must be set in the jail itself, in a wildcard block or outside of all blocks, before or after its use; the parameters of the jail (`$name`, `$path`, `${host.hostname}`) count as well. Otherwise the jail is not started. A bare name without a value cannot be inserted. In commands, a `$` that is meant for the shell is written `\\$`, or the command is put in single quotes. In a file that another may include this is a warning.",
    bad: 'web {\n\tpersist;\n\tpath = "$root/web";\n}\n',
    good: 'web {\n\tpersist;\n\tpath = "$root/$name";\n\texec.poststart = "echo \\$HOME";\n}\n$root = "/jails";\n',
    source: CONFIG,
  },
  {
    code: "jail/unused-variable",
    severity: "hint",
    tag: "unnecessary",
    title: "The variable is never used",
    explanation:
      "No value refers to this variable. Variables are dropped before the jail is started, so the statement has no effect.",
    bad: "web {\n\t$port = 80;\n\tpersist;\n}\n",
    good: 'web {\n\t$port = 80;\n\tpersist;\n\texec.poststart = "logger web listens on $port";\n}\n',
    source: CONFIG,
  },
  {
    code: "jail/variable-loop",
    severity: "error",
    title: "A variable leads back to itself",
    explanation:
      'A reference stands for the final value of a variable, not for the one above it. So `$x = "$x more"` has no end, and the jail is not started. Use another name, or `+=` for one more value of a list.',
    bad: '$base = "$base/jails";\nweb {\n\tpersist;\n\tpath = $base;\n}\n',
    good: '$base = "/data";\n$jails = "$base/jails";\nweb {\n\tpersist;\n\tpath = $jails;\n}\n',
    source: CONFIG,
  },
  {
    code: "jail/list-in-text",
    severity: "error",
    title: "A list inside a longer text",
    explanation:
      "A variable with several values can only be a value by itself, as in `ip4.addr = $addresses;`; then each of its values becomes one. Within other text the jail is not started.",
    bad: '$addresses = 192.0.2.10, 192.0.2.11;\nweb {\n\tpersist;\n\tip4.addr = "em0|$addresses";\n}\n',
    good: "$addresses = 192.0.2.10, 192.0.2.11;\nweb {\n\tpersist;\n\tip4.addr = $addresses;\n}\n",
    source: CONFIG,
  },
  {
    code: "jail/variable-name-clash",
    severity: "error",
    title: "A variable with the name of a parameter",
    explanation:
      "Variables and parameters share their names. A variable cannot be called like a parameter that jail(8) itself knows, such as `path`, `interface` or `mount`, nor like a parameter that the same jail sets. The jail is not started.",
    bad: '$path = "/jails";\nweb {\n\tpersist;\n}\n',
    good: '$host = "example.org";\nweb {\n\tpersist;\n\thost.hostname = "web.$host";\n}\n',
    source: "usr.sbin/jail/config.c (add_param)",
  },
  {
    code: "jail/redefined-name",
    severity: "error",
    title: "The name of a jail is set again",
    explanation:
      "The name of the block is the name of the jail, and a number is its jid: neither can be set again, not even to the same value. Only in a block that is named by a number may `name` be set, once.",
    bad: "web {\n\tpersist;\n\tname = www;\n}\n",
    good: "10 {\n\tpersist;\n\tname = www;\n}\n",
    source: "usr.sbin/jail/config.c (add_param)",
  },
  {
    code: "jail/literal-variable",
    severity: "warning",
    title: "A variable in single quotes",
    explanation:
      "In single quotes `$` is an ordinary character: the text holds `$name` as it stands. In double quotes, or without quotes, the variable is inserted. In commands single quotes are the way to leave a variable to the shell, so there this is said only where jail.conf has a variable of that name.",
    bad: "web {\n\tpersist;\n\tpath = '/jails/$name';\n}\n",
    good: "web {\n\tpersist;\n\tpath = \"/jails/$name\";\n\texec.poststart = 'echo $HOME';\n}\n",
    source: "usr.sbin/jail/jaillex.l",
  },
  {
    code: "jail/variable-needs-braces",
    severity: "warning",
    title: "A dotted name without braces",
    explanation:
      "`$NAME` ends at the first dot: `$host.hostname` is the variable `host` followed by the text `.hostname`. For the parameter write `${host.hostname}`; for the variable write `${host}.hostname`, to be clear.",
    bad: '$host = "www";\nweb {\n\tpersist;\n\thost.hostname = web.example.org;\n\texec.poststart = "logger $host.hostname is up";\n}\n',
    good: '$host = "www";\nweb {\n\tpersist;\n\thost.hostname = "$host.example.org";\n}\n',
    source: "usr.sbin/jail/jaillex.l",
  },
];
