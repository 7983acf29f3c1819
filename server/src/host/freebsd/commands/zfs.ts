import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { failed } from "../../shell/command.ts";
import { zfsCommand, zfsResult, zpoolCommand } from "../../shell/commands/zfs.ts";
import { zfsJail, zfsUnjail } from "../filesystem/zfsJail.ts";
import { runningJail } from "../jail8/run.ts";

/** zfs(8) with the two verbs that only FreeBSD has. Source: zfs-jail(8). */

function delegate(
  { host, process }: CommandContext,
  [jail = "", name = ""]: readonly string[],
  verb: "jail" | "unjail",
): CommandResult {
  const found = runningJail(host, process, /^\d+$/.test(jail) ? Number(jail) : undefined, jail);
  if (!found) return failed(`invalid jail name or ID: ${jail}\n`, 2);
  const change = verb === "jail" ? zfsJail : zfsUnjail;
  return zfsResult(host, verb, name, change(host, process, found.jid, name));
}

export const zfs = zfsCommand("/sbin/zfs", {
  jail: (context, words) => delegate(context, words, "jail"),
  unjail: (context, words) => delegate(context, words, "unjail"),
});

export const zpool = zpoolCommand("/sbin/zpool");
