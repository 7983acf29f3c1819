import { type Command, type Effective, effective } from "../../../configuration/jail-conf/effective.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { Topic } from "../topic.ts";
import { partOf, quoted } from "./walk.ts";

const COMMAND = "usr.sbin/jail/command.c";

const rules: readonly Rule[] = [
  {
    code: "jail/assignment-without-shell",
    severity: "warning",
    title: "A variable assignment that no shell sees",
    explanation:
      "Without a special character in it a command is run without a shell, split at blanks. A leading `NAME=value` is then taken as the program, which does not exist. Put it through `env` or `sh -c`.",
    bad: 'web {\n\tpath = /jails/web;\n\texec.start = "LANG=C /bin/sh /etc/rc";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\texec.start = "LANG=C /bin/sh /etc/rc > /var/log/rc.log";\n}\n',
    source: COMMAND,
  },
  {
    code: "jail/created-too-early",
    severity: "warning",
    title: "An interface is used before the jail has it",
    explanation:
      "`exec.created` runs before `vnet.interface` is handed over: a command that enters the jail there does not find the interface. Use `exec.start` or `exec.poststart`.",
    bad: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.created = "jexec web ifconfig epair0b 192.0.2.10/24";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = epair0b;\n\texec.poststart = "jexec web ifconfig epair0b 192.0.2.10/24";\n}\n',
    source: "usr.sbin/jail/jail.c",
  },
  {
    code: "jail/host-tool-in-jail",
    severity: "warning",
    title: "A tool of the host in a command that runs in the jail",
    explanation:
      "`exec.start`, `exec.stop` and `command` run inside the jail. jexec(8) and jail(8) for the jail itself, and `zfs jail`, belong to the host: use `exec.prestart`, `exec.created` or `exec.poststart`.",
    bad: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc", "zfs jail web tank/web";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc";\n\texec.poststart = "zfs jail web tank/web";\n}\n',
    source: COMMAND,
  },
  {
    code: "jail/shared-memory",
    severity: "information",
    title: "A database without shared memory",
    explanation:
      "PostgreSQL uses System V shared memory and semaphores, which a jail has only with `sysvshm` and `sysvsem` set to `new` (its own) or `inherit`. Without them its calls fail.",
    bad: 'db {\n\tpath = /jails/db;\n\texec.start = "/usr/local/etc/rc.d/postgresql onestart";\n}\n',
    good: 'db {\n\tpath = /jails/db;\n\tsysvshm = new;\n\tsysvsem = new;\n\texec.start = "/usr/local/etc/rc.d/postgresql onestart";\n}\n',
    source: "jail(8)",
  },
];

/** Commands of the `exec.*` lists. */
export const commands: Topic = {
  rules,
  *jail(jail, context) {
    const view = effective(jail);
    if (!context.fragment && view.isWhole) yield* sharedMemory(view);
    const handsOver = view.hasAny("vnet.interface");
    for (const command of view.commands) yield* judge(command, jail.name, handsOver);
  },
};

const POSTGRES = /\bpostgres(?:ql)?\b/;

function* sharedMemory(view: Effective): Generator<Finding> {
  if (view.has("sysvshm") || view.has("sysvsem") || view.boolean("allow.sysvipc") !== false) return;
  for (const { runsIn, value } of view.commands) {
    const found = runsIn === "jail" ? POSTGRES.exec(value.text) : null;
    const origin = found && partOf(value, found.index, found.index + found[0].length);
    if (!origin) continue;
    yield {
      code: "jail/shared-memory",
      origin,
      message: "PostgreSQL needs `sysvshm` and `sysvsem`, which are disabled in this jail.",
    };
    return;
  }
}

/** With one of these in it, a command is given to /bin/sh. Source: usr.sbin/jail/command.c. */
const SHELL = /[!"$&'()*;<>?[\\\]`{|}~]/;
const ASSIGNMENT = /^\s*([A-Za-z_]\w*=\S*)\s+\S/;
const HOST_TOOL = /^\s*(?:\/usr\/sbin\/|\/sbin\/)?(jexec|zfs (?:un)?jail)\s/;

function* judge({ list, runsIn, value }: Command, jail: string, handsOver: boolean): Generator<Finding> {
  const { text } = value;
  const assignment = text.includes("=") && !SHELL.test(text) ? ASSIGNMENT.exec(text)?.[1] : undefined;
  if (assignment) {
    const start = text.indexOf(assignment);
    const origin = partOf(value, start, start + assignment.length);
    if (origin)
      yield {
        code: "jail/assignment-without-shell",
        origin,
        message: `This runs without a shell, so ${quoted(assignment)} is taken as the program: put \`env\` before it.`,
      };
  }
  const tool = HOST_TOOL.exec(text)?.[1];
  if (!tool) return;
  const start = text.indexOf(tool);
  const origin = partOf(value, start, start + tool.length);
  if (!origin) return;
  if (runsIn === "jail" && (tool !== "jexec" || new RegExp(`\\s${escaped(jail)}\\s`).test(text)))
    yield {
      code: "jail/host-tool-in-jail",
      origin,
      message: `\`${list}\` runs in the jail, where ${quoted(tool)} cannot reach it: use a command of the host, such as \`exec.poststart\`.`,
    };
  if (list === "exec.created" && tool === "jexec" && handsOver && /\bifconfig\b/.test(text))
    yield {
      code: "jail/created-too-early",
      origin,
      message: "The interfaces are handed over after `exec.created`: the jail does not have them yet.",
    };
}

const escaped = (text: string) => text.replaceAll(/[\^$\\.*+?()[\]{}|/-]/g, "\\$&");
