import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { groupText, userId, userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { projectOf } from "../process/projects.ts";
import { projectNameOf } from "../resources/controls.ts";

/** id(1) and groups(1). Source: usr/src/cmd/id/id.c. */

function runId({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: id [-p] [user]\n       id -a [-p] [user]\n       id -G [-n] [user]\n       id -g [-nr] [user]\n       id -u [-nr] [user]";
  const options = readOptions("id", args, "aGgnpru", usage, 2);
  if (isResult(options)) return options;
  const [word] = options.rest;
  const account = host.state.machine.users.find((user) => user.uid === userId(host, word ?? ""));
  if (word !== undefined && !account) return failed(`id: invalid user name: "${word}"\n`);
  const own = process.credential;
  const member = (name: string): number[] =>
    host.state.machine.groups.filter(({ members }) => members.includes(name)).map(({ gid }) => gid);
  const uid = account?.uid ?? (options.has("r") ? own.ruid : own.uid);
  const gid = account?.gid ?? own.gid;
  const groups = account ? [...new Set([account.gid, ...member(account.name)])] : own.groups;
  const name = (id: number, text: (id: number) => string): string =>
    options.has("n") ? text(id) : String(id);
  const user = (id: number): string => userText(host, id);
  const group = (id: number): string => groupText(host, id);
  if (options.has("u")) return done(`${name(uid, user)}\n`);
  if (options.has("g")) return done(`${name(gid, group)}\n`);
  if (options.has("G")) return done(`${groups.map((id) => name(id, group)).join(" ")}\n`);
  const parts = [`uid=${uid}(${user(uid)})`, `gid=${gid}(${group(gid)})`];
  if (own.uid !== own.ruid && !account) parts.splice(1, 0, `euid=${own.uid}(${user(own.uid)})`);
  if (options.has("a")) parts.push(`groups=${groups.map((id) => `${id}(${group(id)})`).join(",")}`);
  if (options.has("p")) parts.push(`projid=${projectOf(process)}(${projectNameOf(host, process)})`);
  return done(`${parts.join(" ")}\n`);
}

function runGroups({ host, process, args: [word] }: CommandContext): CommandResult {
  const account = host.state.machine.users.find((user) => user.name === word);
  if (word !== undefined && !account) return failed(`groups: ${word} : No such user\n`);
  const ids = account
    ? [
        account.gid,
        ...host.state.machine.groups
          .filter(({ members }) => members.includes(account.name))
          .map(({ gid }) => gid),
      ]
    : process.credential.groups;
  return done(`${[...new Set(ids)].map((id) => groupText(host, id)).join(" ")}\n`);
}

export const identityCommands = [
  program("/usr/bin/id", "the user (-a groups, -p project)", runId),
  program("/usr/bin/groups", "the groups of a user", runGroups),
];
