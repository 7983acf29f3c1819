import { effective, namePlace, valuePlace } from "../../../configuration/jail-conf/effective.ts";
import type { ResolvedJail, ResolvedParameter } from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { Topic } from "../topic.ts";
import { hierarchy, hierarchyRules } from "./hierarchy.ts";
import { partOf } from "./walk.ts";

const rules: readonly Rule[] = [
  {
    code: "jail/nothing-to-run",
    severity: "error",
    title: "A jail has nothing to run and is not persistent",
    explanation:
      'The kernel creates a jail only if it is persistent or a process is attached to it. jail(8) makes it persistent for a moment when `exec.start`, `command` or `exec.poststart` is there, even with an empty value; with none of them and without `persist` the kernel refuses to create the jail.\n\nGive the jail commands, usually `exec.start = "/bin/sh /etc/rc"`, or `persist`.',
    bad: "web {\n\tpath = /jails/web;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    source: "sys/kern/kern_jail.c, usr.sbin/jail/jail.c",
  },
  {
    code: "jail/vanishes",
    severity: "warning",
    title: "A jail ends as soon as it has started",
    explanation:
      "Without `persist`, a jail lives as long as it has processes. Here nothing is run in it: `exec.start` is empty or absent. jail(8) creates the jail, runs the host commands, and then the kernel removes it again, without any message.\n\nAdd `persist`, or a command that leaves processes behind.",
    bad: 'web {\n\tpath = /jails/web;\n\texec.poststart = "logger web is up";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.poststart = "logger web is up";\n}\n',
    source: "usr.sbin/jail/jail.c",
  },
  {
    code: "jail/no-stop",
    severity: "hint",
    title: "Services are started, but not shut down",
    explanation:
      '`exec.start` runs the start scripts of the system in the jail, but there is no `exec.stop`. When the jail is stopped, its processes get SIGTERM and, after `stop.timeout` seconds, SIGKILL; no service script runs.\n\nThe usual counterpart of `/bin/sh /etc/rc` is `exec.stop = "/bin/sh /etc/rc.shutdown jail"`. An empty `exec.stop` says that none is wanted.',
    bad: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc";\n\texec.stop = "";\n}\n',
    source: "jail(8), usr.sbin/jail/jail.c",
  },
  {
    code: "jail/rc-shutdown-argument",
    severity: "hint",
    title: "`/etc/rc.shutdown` without its argument",
    explanation:
      "The form that the manual gives today is `/bin/sh /etc/rc.shutdown jail`. Without the argument it still works.",
    bad: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc";\n\texec.stop = "/bin/sh /etc/rc.shutdown";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc";\n\texec.stop = "/bin/sh /etc/rc.shutdown jail";\n}\n',
    source: "jail(8)",
  },
  {
    code: "jail/path-missing",
    severity: "warning",
    title: "A jail has no `path`",
    explanation:
      "There is no default directory for a jail: without `path` its root is that of whoever creates it, so the jail has the file tree of the host. `mount.devfs`, `mount.fdescfs` and `mount.procfs` need a path to mount below; with one of them the jail does not start, which is an error.",
    bad: 'web {\n\tmount.devfs;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    good: 'path = "/jails/$name";\n\nweb {\n\tmount.devfs;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    source: "usr.sbin/jail/command.c, sys/kern/kern_jail.c",
  },
  {
    code: "jail/hostname-missing",
    severity: "information",
    title: "A jail has no `host.hostname`",
    explanation:
      "The host name of a jail is empty unless `host.hostname` sets it or the start scripts in the jail do. Mail and ssh daemons complain about an empty name, or wait for a look-up. `host = inherit` would show the name of the host instead.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    good: 'host.hostname = "$name.example.org";\n\nweb {\n\tpath = /jails/web;\n\tpersist;\n}\n',
    source: "jail(8)",
  },
  {
    code: "jail/no-clean",
    severity: "hint",
    title: "Commands in the jail get the administrator's environment",
    explanation:
      "Without `exec.clean` the commands of the jail inherit the environment and the directory of whoever runs jail(8): a shell's variables at the desk, others at boot. With it they get HOME, SHELL, TERM, USER and PATH only. It needs a passwd file in the jail, or `exec.system_jail_user`; `exec.noclean` says that the environment is wanted.",
    bad: 'web {\n\tpath = /jails/web;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\texec.noclean;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    source: "jail(8), usr.sbin/jail/command.c",
  },
];

/** Whether a jail starts, lives on and stops as it should. */
export const lifecycle: Topic = {
  rules: [...rules, ...hierarchyRules],
  *jail(jail, context) {
    yield* shutdownArgument(jail);
    if (context.fragment || !effective(jail).isWhole) return;
    yield* life(jail);
    yield* path(jail);
    yield* identity(jail);
  },
  configuration: hierarchy,
};

function* life(jail: ResolvedJail): Generator<Finding> {
  const view = effective(jail);
  const start = view.get("exec.start");
  const command = view.get("command");
  const poststart = view.get("exec.poststart");
  const first = start ?? command ?? poststart;
  const runs = view.hasAny("exec.start") || view.hasAny("command");
  if (!runs && view.boolean("persist") === false) {
    if (!first)
      yield {
        code: "jail/nothing-to-run",
        origin: jail.block.origin,
        message:
          "The kernel refuses this jail: it has no `exec.start` and no other command, and no `persist`.",
      };
    else if (!view.commands.some(entersJail)) {
      const origin = valuePlace(first);
      if (origin)
        yield {
          code: "jail/vanishes",
          origin,
          message: "The jail ends as soon as it has started: nothing runs in it, and it has no `persist`.",
        };
    }
  }
  if (start && runs) {
    const origin = namePlace(start);
    if (!origin) return;
    if (!view.has("exec.stop") && start.values.some((value) => startsSystem(value.text)))
      yield {
        code: "jail/no-stop",
        origin,
        message: "There is no `exec.stop`: when the jail stops, its services are only killed.",
      };
    if (!view.has("exec.clean"))
      yield {
        code: "jail/no-clean",
        origin,
        message: "Without `exec.clean`, commands in the jail get the environment of whoever starts it.",
      };
  }
}

/** A command of the host may put processes into the jail. */
function entersJail({ runsIn, value }: { runsIn: "host" | "jail"; value: { text: string } }): boolean {
  return runsIn === "host" && value.text.includes("jexec");
}

function startsSystem(text: string): boolean {
  return text.includes("/etc/rc") || text.includes("/etc/init.d/rc");
}

function* shutdownArgument(jail: ResolvedJail): Generator<Finding> {
  const script = "/etc/rc.shutdown";
  for (const value of effective(jail).list("exec.stop")) {
    const { text, node } = value;
    if (!text.endsWith(script)) continue;
    const origin = partOf(value, text.length - script.length, text.length);
    if (!origin) continue;
    const quoted = node?.pieces.length === 1 && node.pieces[0]?.quote !== undefined;
    yield {
      code: "jail/rc-shutdown-argument",
      origin,
      message: "The current form of this command passes `jail`: `/bin/sh /etc/rc.shutdown jail`.",
      ...(quoted && origin !== value.origin && { replacement: `${script} jail` }),
    };
  }
}

const MOUNTS = ["mount.devfs", "mount.fdescfs", "mount.procfs"];

function* path(jail: ResolvedJail): Generator<Finding> {
  const view = effective(jail);
  if (view.has("path")) return;
  const needed = MOUNTS.find((name) => view.has(name) && view.boolean(name));
  const origin = needed && namePlace(view.get(needed) as ResolvedParameter);
  yield {
    code: "jail/path-missing",
    origin: jail.block.origin,
    message: needed
      ? `The jail does not start: \`${needed}\` mounts below \`path\`, and there is none.`
      : "Without `path`, the root of the jail is that of the host.",
    ...(needed && { severity: "error" }),
    ...(origin && { related: [{ origin, message: `\`${needed}\` needs a path.` }] }),
  };
}

function* identity(jail: ResolvedJail): Generator<Finding> {
  const view = effective(jail);
  if (view.has("host.hostname") || view.jailsys("host") === "inherit") return;
  yield {
    code: "jail/hostname-missing",
    origin: jail.block.origin,
    message: "The jail has no `host.hostname`, so its host name is empty until something in it sets one.",
  };
}
