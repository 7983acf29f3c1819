import type { Decision } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import type { SysvKind } from "../../ipc/sysv.ts";
import type { SysvObject } from "../../ipc/types.ts";
import type { Command, CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, program } from "../../shell/command.ts";
import { modeText } from "../../shell/commands/listing.ts";
import { groupText, userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { sysvList, sysvRemove } from "../ipc/sysv.ts";

/** System V objects. */

const IPC_TITLES: readonly (readonly [SysvKind, string, string])[] = [
  ["msg", "q", "Message Queues"],
  ["shm", "m", "Shared Memory"],
  ["sem", "s", "Semaphores"],
];

function runIpcs({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "ipcs",
    args,
    "abcC:MmN:opQqSsTtu:y",
    "usage: ipcs [-abcMmopQqSsTty] [-C corefile] [-N namelist] [-u user]",
  );
  if (isResult(options)) return options;
  const wanted = IPC_TITLES.filter(([, letter]) => options.has(letter));
  const parts = (wanted.length > 0 ? wanted : IPC_TITLES).map(([kind, letter, title]) => {
    const rows = sysvList(host, process, kind).map((object) =>
      ipcLine(
        letter,
        object,
        (uid) => userText(host, uid),
        (gid) => groupText(host, gid),
      ),
    );
    const head = "T           ID          KEY MODE        OWNER    GROUP";
    return `${title}:\n${head}\n${rows.join("")}\n`;
  });
  return done(parts.join(""));
}

function ipcLine(
  letter: string,
  { id, key, mode, uid, gid }: SysvObject,
  userName: (uid: number) => string,
  groupName: (gid: number) => string,
): string {
  // Two letters in front tell of deletion and waiting; then the nine of a file's mode.
  const access = modeText({ kind: "file", mode, uid, gid, flags: [], parent: 0, links: 1 })
    .slice(1)
    .replaceAll("x", "-");
  return `${letter} ${String(id).padStart(12)} ${String(key).padStart(12)} --${access} ${userName(uid).padStart(8)} ${groupName(gid).padStart(8)}\n`;
}

function runIpcrm({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: ipcrm [-W] [-v[v]]\n             [-q msqid] [-m shmid] [-s semid]\n             [-Q msgkey] [-M shmkey] [-S semkey] ...";
  const decisions: Decision[] = [];
  let stderr = "";
  if (args.length === 0) return failed(`${usage}\n`);
  for (let i = 0; i < args.length; i += 2) {
    const [flag = "", value = ""] = [args[i], args[i + 1]];
    const kind = IPC_TITLES.find(([, letter]) => flag.toLowerCase() === `-${letter}`);
    if (!kind || !/^-?\d+$/.test(value)) return failed(`${usage}\n`);
    const byKey = flag !== flag.toLowerCase();
    const id = byKey
      ? sysvList(host, process, kind[0]).find(({ key }) => key === Number(value))?.id
      : Number(value);
    const removed = id === undefined ? undefined : sysvRemove(host, process, kind[0], id);
    if (removed) decisions.push(removed.decision);
    if (!removed?.ok)
      stderr += `ipcrm: ${kind[0]}${byKey ? "key" : "id"}(${value}): : ${strerror(removed?.errno ?? "ENOENT")}\n`;
  }
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

export const ipcCommands: readonly Command[] = [
  program("/usr/bin/ipcs", "System V objects", runIpcs),
  program("/usr/bin/ipcrm", "remove System V objects", runIpcrm),
];
