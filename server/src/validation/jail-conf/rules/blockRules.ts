import type { Rule } from "../../rule.ts";

const CONFIG = "usr.sbin/jail/config.c";

/** The rules about blocks and the order of statements; see `blocks.ts`. */
export const blockRules: readonly Rule[] = [
  {
    code: "jail/same-jid",
    severity: "warning",
    title: "Two jails have the same jid",
    explanation:
      "A jid belongs to one running jail. While one of the two runs, the kernel refuses to create the other. Without `jid` the kernel gives each jail the next free one.",
    bad: "a {\n\tpersist;\n\tjid = 10;\n}\nb {\n\tpersist;\n\tjid = 10;\n}\n",
    good: "a {\n\tpersist;\n\tjid = 10;\n}\nb {\n\tpersist;\n\tjid = 11;\n}\n",
    source: "sys/kern/kern_jail.c",
  },
  {
    code: "jail/duplicate-jail",
    severity: "error",
    title: "Two jails with one name",
    explanation:
      "Blocks of the same name are not merged: they are two jails, and the second cannot be started because a jail of that name exists already. Only wildcard blocks may be repeated.",
    bad: "web {\n\tpersist;\n}\nweb {\n\tpath = /jails/web;\n}\n",
    good: '"*" {\n\tpersist;\n}\n"*" {\n\texec.clean;\n}\nweb {\n\tpath = /jails/web;\n}\na {\n\tweb {\n\t}\n}\n',
    source: CONFIG,
  },
  {
    code: "jail/wildcard-name",
    severity: "warning",
    title: "`*` within a name is no wildcard",
    explanation:
      "A block holds for many jails only if a whole part of its name, between dots, is `*`. `web*` is an ordinary jail with an odd name.",
    bad: '"web*" {\n\tpersist;\n}\n',
    good: '"web.*" {\n\tpersist;\n}\n',
    source: `${CONFIG} (wild_jail_name)`,
  },
  {
    code: "jail/global-after-jail",
    severity: "warning",
    title: "A global statement below a jail",
    explanation:
      "Since 14.0 all global statements act at the place of the first one: below a jail, a statement looks as if it came later but does not override that jail, unless no global statement stands above. Before 14.0 each group of global statements acted where it stood. Put them at the top; for statements that override the jails above, use a block `* { ... }`.",
    bad: "exec.clean;\nweb {\n\tpersist;\n}\nmount.devfs;\n",
    good: "exec.clean;\nmount.devfs;\nweb {\n\tpath = /jails/web;\n\tpersist;\n}\n* {\n\tstop.timeout = 30;\n}\n",
    source: `${CONFIG}, jail.conf(5)`,
  },
  {
    code: "jail/overwritten",
    severity: "hint",
    tag: "unnecessary",
    title: "A later statement replaces this one",
    explanation:
      "The same parameter is set again further down in the same block, with `=` or as a bare name: this statement has no effect.",
    bad: "web {\n\tpersist;\n\tpath = /jails/old;\n\tpath = /jails/web;\n}\n",
    good: "path = /jails/old;\nweb {\n\tpersist;\n\tpath = /jails/web;\n}\n",
    source: `${CONFIG} (add_param)`,
  },
  {
    code: "jail/overwritten-list",
    severity: "warning",
    title: "`=` where `+=` was meant",
    explanation:
      "`=` replaces the whole list. The second `exec.start =` or `ip4.addr =` of a block drops what the first one said, without a word; `+=` adds to it.",
    bad: 'web {\n\texec.start = "/bin/sh /etc/rc";\n\texec.start = "/usr/local/bin/app";\n}\n',
    good: 'web {\n\texec.start = "/bin/sh /etc/rc";\n\texec.start += "/usr/local/bin/app";\n}\n',
    source: `${CONFIG} (add_param)`,
  },
  {
    code: "jail/append-after-start",
    severity: "information",
    title: "The command runs after `/etc/rc`",
    explanation:
      "`exec.start +=` adds behind the commands that the globals or a wildcard block give. If those run `/etc/rc`, all services have been started by then; a command that prepares something for them comes too late. `exec.created`, on the host, runs earlier, and `=` with the whole list sets the order.",
    bad: 'exec.start = "/bin/sh /etc/rc";\nweb {\n\texec.start += "/usr/local/bin/prepare";\n}\n',
    good: 'web {\n\texec.start = "/usr/local/bin/prepare";\n\texec.start += "/bin/sh /etc/rc";\n}\n',
    source: `${CONFIG} (add_param)`,
  },
  {
    code: "jail/numeric-name",
    severity: "information",
    title: "The name of the jail is a number",
    explanation:
      "A block that is named by a whole number other than 0 sets the jid of the jail; set `name` in it to give it a name. The kernel refuses any other number as a name, so a block cannot be called `0`.",
    bad: "10 {\n\tpersist;\n}\n",
    good: "10 {\n\tname = web;\n\tpersist;\n}\n",
    source: `${CONFIG}, sys/kern/kern_jail.c`,
  },
  {
    code: "jail/swallowed-string",
    severity: "warning",
    title: "A string has statements in it",
    explanation:
      "Strings may run over several lines. If a closing quote is missing, the string reaches to the next quote, and when the number of quotes happens to be even nothing is refused: the statements between are part of a value.",
    bad: 'web {\n\tpersist;\n\thost.hostname = "web;\n\tpath = /jails/web;\n\tosrelease = 14.2";\n}\n',
    good: 'web {\n\tpersist;\n\texec.poststart = "logger a;\n\tlogger b;\n\tpath=/usr/bin";\n}\n',
    source: "usr.sbin/jail/jaillex.l",
  },
  {
    code: "jail/glued-comment",
    severity: "warning",
    title: "A comment begins in the middle of a word",
    explanation:
      "`#`, `//` and `/*` begin a comment also directly behind a word: `/jails/a#b` is `/jails/a`, and `/jails//a` is `/jails`. Text with them must be quoted. Put a blank before a comment that is meant as one.",
    bad: "web {\n\tpersist;\n\tpath = /jails//web;\n\t;\n}\n",
    good: 'web {\n\tpersist;\n\tpath = "/jails//web"; # quoted\n}\n',
    source: "usr.sbin/jail/jaillex.l",
  },
];
