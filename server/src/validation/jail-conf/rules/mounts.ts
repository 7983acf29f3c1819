import {
  type Effective,
  effective,
  namePlace,
  valuePlace,
} from "../../../configuration/jail-conf/effective.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { Topic } from "../topic.ts";
import { partOf, quoted } from "./walk.ts";

const rules: readonly Rule[] = [
  {
    code: "jail/mount-outside",
    severity: "warning",
    title: "A mount point outside of the jail",
    explanation:
      "The second field of a `mount` line is a path on the host, not one seen from the jail. A target that is not below `path` is mounted over a directory of the host.",
    bad: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount = "/data /data nullfs ro 0 0";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount = "/data /jails/web/data nullfs ro 0 0";\n}\n',
    source: "usr.sbin/jail/command.c",
  },
  {
    code: "jail/allow-mount-incomplete",
    severity: "warning",
    title: "A permission to mount that lacks another",
    explanation:
      "Mounting from inside a jail needs three things: the permission for the file system (`allow.mount.TYPE`), `allow.mount`, and `enforce_statfs` below 2 (its default). With one of them missing, mounting stays forbidden.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tallow.mount;\n\tallow.mount.tmpfs;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tallow.mount;\n\tallow.mount.tmpfs;\n\tenforce_statfs = 1;\n}\n",
    source: "jail(8)",
  },
  {
    code: "jail/zfs-dataset-incomplete",
    severity: "warning",
    title: "A dataset that the jail cannot mount",
    explanation:
      "A dataset of `zfs.dataset` can be used in the jail only with `allow.mount`, `allow.mount.zfs` and `enforce_statfs` below 2. Problems in attaching it are only printed.",
    bad: "web {\n\tpath = /jails/web;\n\tpersist;\n\tzfs.dataset = tank/web;\n}\n",
    good: "web {\n\tpath = /jails/web;\n\tpersist;\n\tzfs.dataset = tank/web;\n\tallow.mount;\n\tallow.mount.zfs;\n\tenforce_statfs = 1;\n}\n",
    source: "jail(8)",
  },
  {
    code: "jail/system-user-mounts",
    severity: "warning",
    title: "Mounts and aliases run as an ordinary user",
    explanation:
      "`exec.system_user` holds for everything that jail(8) runs on the host, mount(8) and ifconfig(8) included. These need root.",
    bad: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount.devfs;\n\texec.system_user = "www";\n}\n',
    good: 'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount.devfs;\n\texec.system_user = "root";\n}\n',
    source: "usr.sbin/jail/command.c",
  },
];

const HELPERS = ["mount.devfs", "mount.fdescfs", "mount.procfs"];

/** File systems that are mounted for a jail, and those that it may mount itself. */
export const mounts: Topic = {
  rules,
  *jail(jail, context) {
    const view = effective(jail);
    yield* outside(view);
    // What is missing may come from an including file, or stand where the text is broken.
    if (context.fragment || !view.isWhole) return;
    yield* permissions(view);
    yield* datasets(view);
    yield* systemUser(view);
  },
};

function* outside(view: Effective): Generator<Finding> {
  const path = view.text("path");
  if (!path?.startsWith("/") || path === "/") return;
  const root = path.replace(/\/+$/, "");
  for (const value of view.list("mount")) {
    const found = /^\s*\S+\s+(\/\S*)\s+\S/.exec(value.text);
    const target = found?.[1];
    if (!found || !target || target.includes("\\") || target === root || target.startsWith(`${root}/`))
      continue;
    const start = value.text.indexOf(target, found[0].search(/\S\s/) + 1);
    const origin = partOf(value, start, start + target.length);
    if (origin)
      yield {
        code: "jail/mount-outside",
        origin,
        message: `${quoted(target)} is a directory of the host, not below the jail's path ${quoted(root)}.`,
      };
  }
}

/** What mounting from inside lacks, beside the permission for the file system itself. */
function lacking(view: Effective, names: readonly string[]): string[] {
  const missing = names.filter((name) => view.boolean(name) === false).map((name) => `\`${name}\``);
  const statfs = view.integer("enforce_statfs");
  if (statfs !== undefined && statfs >= 2) missing.push("`enforce_statfs` below 2");
  return missing;
}

function* permissions(view: Effective): Generator<Finding> {
  for (const [name, parameter] of view.entries) {
    if (!name.startsWith("allow.mount.") || view.boolean(name) !== true) continue;
    const missing = lacking(view, ["allow.mount"]);
    const origin = namePlace(parameter);
    if (missing.length > 0 && origin)
      yield {
        code: "jail/allow-mount-incomplete",
        origin,
        message: `\`${name}\` has no effect without ${missing.join(" and ")}.`,
      };
  }
}

function* datasets(view: Effective): Generator<Finding> {
  const parameter = view.get("zfs.dataset");
  if (!parameter || !view.hasAny("zfs.dataset")) return;
  const missing = lacking(view, ["allow.mount", "allow.mount.zfs"]);
  const origin = namePlace(parameter);
  if (missing.length > 0 && origin)
    yield {
      code: "jail/zfs-dataset-incomplete",
      origin,
      message: `The jail cannot mount its dataset without ${missing.join(" and ")}.`,
    };
}

function* systemUser(view: Effective): Generator<Finding> {
  const parameter = view.get("exec.system_user");
  const user = view.text("exec.system_user");
  if (!parameter || !user || user === "root" || user === "toor") return;
  const aliases = [...view.addresses("ip4.addr"), ...view.addresses("ip6.addr")].some((use) => use.link);
  const mounting =
    HELPERS.some((name) => view.boolean(name) === true) || view.hasAny("mount") || view.hasAny("mount.fstab");
  if (!aliases && !mounting && !view.hasAny("vnet.interface")) return;
  const origin = valuePlace(parameter);
  if (origin)
    yield {
      code: "jail/system-user-mounts",
      origin,
      message: `${quoted(user)} cannot mount file systems or add addresses, which jail(8) does as this user.`,
    };
}
