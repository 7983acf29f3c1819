import { readFile } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";

/** getent(8) and projects(1): databases of names, from the files of the zone. Source: usr/src/cmd/{getent,projects}. */

/** Where a database is, what separates its fields, and which of them may be asked for. */
const DATABASES: Readonly<
  Record<string, { readonly path: string; readonly fields: RegExp; readonly keys: readonly number[] }>
> = {
  passwd: { path: "/etc/passwd", fields: /:/, keys: [0, 2] },
  group: { path: "/etc/group", fields: /:/, keys: [0, 2] },
  project: { path: "/etc/project", fields: /:/, keys: [0, 1] },
  hosts: { path: "/etc/hosts", fields: /\s+/, keys: [0, 1, 2, 3] },
  ipnodes: { path: "/etc/hosts", fields: /\s+/, keys: [0, 1, 2, 3] },
  services: { path: "/etc/services", fields: /\s+/, keys: [0] },
  netmasks: { path: "/etc/netmasks", fields: /\s+/, keys: [0] },
  protocols: { path: "/etc/protocols", fields: /\s+/, keys: [0, 1] },
};

function linesOf(host: Host, process: Process, path: string): string[] {
  const file = readFile(host, process, path);
  const lines = file.ok ? file.value.split("\n") : [];
  return lines.map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
}

function runGetent({ host, process, args: [name, ...keys] }: CommandContext): CommandResult {
  if (name === undefined) return failed("usage: getent database [ key ... ]\n", 1);
  const database = Object.hasOwn(DATABASES, name) ? DATABASES[name] : undefined;
  if (!database)
    return ["ethers", "networks", "netgroup", "auth_attr", "prof_attr", "user_attr", "exec_attr"].includes(
      name,
    )
      ? unmodelled("getent", name)
      : failed(`Unknown database: ${name}\nusage: getent database [ key ... ]\n`, 1);
  const lines = linesOf(host, process, database.path);
  if (keys.length === 0) return done(lines.map((line) => `${line}\n`).join(""));
  const found = keys.map((key) =>
    lines.find((line) => {
      const fields = line.split(database.fields);
      return database.keys.some((at) => fields[at] === key);
    }),
  );
  const text = found.flatMap((line) => (line === undefined ? [] : [`${line}\n`])).join("");
  return { ...done(text), status: found.includes(undefined) ? 2 : 0 };
}

/** `-l`: all that is known of a project, a value a line. */
function projectText(line: string): string {
  const [name = "", id = "", comment = "", users = "", groups = "", attributes = ""] = line.split(":");
  const list = (values: string, separator: string): string =>
    values.split(separator).join(`\n${"\t".padEnd(10)}`);
  return [
    name,
    `\tprojid : ${id}`,
    `\tcomment: "${comment}"`,
    `\tusers  : ${list(users || "(none)", ",")}`,
    `\tgroups : ${list(groups || "(none)", ",")}`,
    `\tattribs: ${list(attributes, ";")}\n`,
  ].join("\n");
}

/** Projects that a user may be in: the usual one of the user first. Source: getdefaultproj(3PROJECT). */
function runProjects({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: projects [-dv] [user]\n       projects -l [project [project...]]\n";
  const options = readOptions("projects", args, "dvl", usage, 2);
  if (isResult(options)) return options;
  const lines = linesOf(host, process, "/etc/project");
  const [first] = options.rest;
  if (options.has("l")) {
    const missing = options.rest.find((name) => lines.every((line) => line.split(":")[0] !== name));
    if (missing !== undefined) return failed(`projects: project "${missing}" does not exist\n`);
    const shown = lines.filter(
      (line) => first === undefined || options.rest.includes(line.split(":")[0] ?? ""),
    );
    return done(shown.map(projectText).join(""));
  }
  const { users, groups } = host.state.machine;
  const user = users.find(({ name, uid }) =>
    first === undefined ? uid === process.credential.uid : name === first,
  );
  if (!user) return failed(`projects: User ${first ?? process.credential.uid} unknown\n`);
  const group = groups.find(({ gid }) => gid === user.gid)?.name ?? "";
  const has = (list: string, name: string): boolean =>
    list.split(",").some((one) => one === name || one === "*");
  const names = lines.flatMap((line) => {
    const [name = "", , , members = "", memberGroups = ""] = line.split(":");
    const own = name === `user.${user.name}` || name === `group.${group}` || name === "default";
    return own || has(members, user.name) || has(memberGroups, group) ? [name] : [];
  });
  const rank = (name: string): number =>
    name === `user.${user.name}` ? 0 : name === `group.${group}` ? 1 : name === "default" ? 2 : 3;
  const sorted = [...names].sort((a, b) => rank(a) - rank(b));
  return done(`${(options.has("d") ? sorted.slice(0, 1) : sorted).join(" ")}\n`);
}

export const databaseCommands = [
  program("/usr/bin/getent", "entries of passwd, group, project, hosts … (DATABASE [KEY])", runGetent),
  program("/usr/bin/projects", "projects of a user (-d USER), or all of them (-l)", runProjects),
];
