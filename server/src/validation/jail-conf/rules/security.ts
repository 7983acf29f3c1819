import {
  type Effective,
  effective,
  namePlace,
  valuePlace,
} from "../../../configuration/jail-conf/effective.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { Topic } from "../topic.ts";
import { quoted } from "./walk.ts";

const rules: readonly Rule[] = [
  {
    code: "security/devfs-unrestricted",
    severity: "warning",
    title: "The jail sees every device",
    explanation:
      "`devfs_ruleset = 0` means no ruleset: with `mount.devfs` the jail sees all devices of the host, disks included, and its root can read and write them. Leave the parameter out (ruleset 4 is then used), or choose 4, 5 or a ruleset of your own.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tmount.devfs;\n\tdevfs_ruleset = 0;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tmount.devfs;\n\tdevfs_ruleset = 4;\n}\n",
    source: "jail(8), usr.sbin/jail/command.c",
  },
  {
    code: "security/host-root",
    severity: "warning",
    title: "The jail has the file tree of the host",
    explanation:
      "With `path = /` the root of the jail is that of the host: its processes see and change all files.",
    bad: "web {\n\tpath = /;\n\tpersist;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    source: "jail(8)",
  },
  {
    code: "security/env-secret",
    severity: "warning",
    title: "A secret in the environment of the jail",
    explanation:
      "Values of `env` and `env.KEY` can be read by everybody in the jail. They are no place for passwords or keys.",
    bad: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tenv.DB_PASSWORD = "kestrel";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tenv.DB_HOST = "db.example.org";\n}\n',
    source: "sys/kern/kern_jailmeta.c",
  },
  {
    code: "security/shared-ipc",
    severity: "information",
    title: "The jail shares System V IPC with the host",
    explanation:
      "With `inherit`, shared memory, semaphores or message queues of the jail are those of its parent: a process in the jail reaches those of the host with the same user id. `new` gives the jail its own.",
    bad: "db {\n\tpath = /jails/db;\n\tpersist;\n\tsysvshm = inherit;\n}\n",
    good: "db {\n\tpath = /jails/db;\n\tpersist;\n\tsysvshm = new;\n}\n",
    source: "jail(8)",
  },
  {
    code: "security/statfs-visible",
    severity: "information",
    title: "The jail sees all mounts of the host",
    explanation: "`enforce_statfs = 0` shows the whole mount table of the host, with its paths, to the jail.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tenforce_statfs = 0;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tenforce_statfs = 1;\n}\n",
    source: "jail(8)",
  },
];

/** What opens the host to a jail. */
export const security: Topic = {
  rules,
  *jail(jail) {
    const view = effective(jail);
    yield* devices(view);
    const path = view.get("path");
    const root = path && view.text("path")?.replaceAll(/\/+/g, "/") === "/" ? valuePlace(path) : undefined;
    if (root)
      yield {
        code: "security/host-root",
        origin: root,
        message: "The root of this jail is that of the host.",
      };
    yield* sharing(view);
    const statfs = view.get("enforce_statfs");
    const visible = statfs && view.integer("enforce_statfs") === 0 ? valuePlace(statfs) : undefined;
    if (visible)
      yield {
        code: "security/statfs-visible",
        origin: visible,
        message: "With 0 the jail sees every mount of the host.",
      };
    for (const [name, parameter] of view.entries)
      if (name.startsWith("env.") && SECRET.test(name) && parameter.values.at(-1)?.text) {
        const origin = namePlace(parameter);
        if (origin)
          yield {
            code: "security/env-secret",
            origin,
            message: `${quoted(name)} looks like a secret, and everybody in the jail can read it.`,
          };
      }
  },
};

const SECRET = /passw(?:or)?d|passphrase|secret|token|api_?key|private_?key/i;

function* devices(view: Effective): Generator<Finding> {
  const ruleset = view.get("devfs_ruleset");
  if (!ruleset || view.devfsRuleset !== 0 || view.boolean("mount.devfs") !== true) return;
  const origin = valuePlace(ruleset);
  if (origin)
    yield {
      code: "security/devfs-unrestricted",
      origin,
      message: "Ruleset 0 hides nothing: the jail sees every device of the host, disks included.",
    };
}

function* sharing(view: Effective): Generator<Finding> {
  for (const name of ["sysvshm", "sysvsem", "sysvmsg"]) {
    const parameter = view.get(name);
    const origin = parameter && view.jailsys(name) === "inherit" ? valuePlace(parameter) : undefined;
    if (origin)
      yield {
        code: "security/shared-ipc",
        origin,
        message: `With \`inherit\` the jail shares \`${name}\` with the host: \`new\` gives it its own.`,
      };
  }
}
