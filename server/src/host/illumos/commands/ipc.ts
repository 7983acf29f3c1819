import type { Decision } from "../../decision.ts";
import type { SysvKind } from "../../ipc/sysv.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { dateText, groupText, userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { sysvList, sysvRemove } from "../ipc/sysv.ts";
import { objectWithKey } from "../ipc/sysvIndex.ts";
import { wallClock } from "../system.ts";
import { kernelZones } from "../zones.ts";
import { zoneColumn } from "./ps.ts";
import { inGlobalZone, zoneFor, zoneName } from "./views.ts";

/** ipcs(1) and ipcrm(1). Source: usr/src/cmd/ipcs/ipcs.c. */

const KINDS: readonly (readonly [kind: SysvKind, letter: "q" | "m" | "s", title: string])[] = [
  ["msg", "q", "Message Queues:"],
  ["shm", "m", "Shared Memory:"],
  ["sem", "s", "Semaphores:"],
];

/** `--rw-------`: two letters for what is special, then the bits. */
function modeText(kind: SysvKind, mode: number): string {
  const write = kind === "sem" ? "a" : "w";
  const three = (bits: number): string => `${bits & 4 ? "r" : "-"}${bits & 2 ? write : "-"}-`;
  return `--${three(mode >> 6)}${three(mode >> 3)}${three(mode)}`;
}

function runIpcs({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "ipcs",
    args,
    "mqsabciJoptAC:N:D:z:Z",
    "usage: ipcs [-AabcimopqstZ] [-D mtype] [-z zone]",
  );
  if (isResult(options)) return options;
  const { z } = options.values;
  const zone = z === undefined ? undefined : zoneFor(host, process, z);
  if (z !== undefined && !zone) return failed(`ipcs: unknown zone: ${z}\n`);
  const all = options.has("Z") && inGlobalZone(process);
  const zones = all ? kernelZones(host).map(({ id }) => id) : [zone?.id ?? process.credential.container];
  const wanted = KINDS.filter(([, letter]) => options.has(letter));
  const sizes = options.has("b") || options.has("a");
  const head = { msg: "QBYTES", shm: "SEGSZ", sem: "NSEMS" } as const;
  let text = `IPC status from <running system> as of ${dateText(wallClock(host))}\nT         ID      KEY        MODE        OWNER    GROUP`;
  const columns = all ? "     ZONE" : "";
  const shown = wanted.length > 0 ? wanted : KINDS;
  text += `${
    sizes
      ? ` ${shown
          .map(([kind]) => head[kind])
          .join("/")
          .padStart(8)}`
      : ""
  }${columns}\n`;
  for (const [kind, letter, title] of shown) {
    text += `${title}\n`;
    for (const id of zones)
      for (const object of sysvList(host, process, kind, id)) {
        const key = object.key === 0 ? "0" : `0x${object.key.toString(16)}`;
        text += `${letter} ${String(object.id).padStart(10)}   ${key.padEnd(10)} ${modeText(kind, object.mode)} ${userText(host, object.uid).padStart(8)} ${groupText(host, object.gid).padStart(8)}`;
        if (sizes) text += ` ${String(object.size).padStart(8)}`;
        text += `${all ? ` ${zoneColumn(zoneName(host, id))}` : ""}\n`;
      }
  }
  return done(text);
}

/** `-m ID`, `-M KEY` and so on, of a zone with -z. */
function runIpcrm({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: ipcrm [-z zone] [-q msqid] [-m shmid] [-s semid]\n\t[-Q msgkey] [-M shmkey] [-S semkey] ...\n";
  const decisions: Decision[] = [];
  let stderr = "";
  let zone = process.credential.container;
  if (args.length === 0) return failed(usage);
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const match = /^-([qmsQMSz])(.*)$/.exec(word);
    if (!match) return failed(usage);
    const [, flag = "", rest = ""] = match;
    const value = rest || (words.shift() ?? "");
    if (flag === "z") {
      const found = zoneFor(host, process, value);
      if (!found) return failed(`ipcrm: unknown zone: ${value}\n`);
      zone = found.id;
      continue;
    }
    const [kind] = KINDS.find(([, letter]) => letter === flag.toLowerCase()) ?? ["shm"];
    const byKey = flag !== flag.toLowerCase();
    const id = byKey ? objectWithKey(host, kind as SysvKind, zone, Number(value))?.id : Number(value);
    const name = { msg: "msqid", shm: "shmid", sem: "semid" }[kind as SysvKind];
    if (id === undefined) {
      stderr += `ipcrm: unknown key: ${value}\n`;
      continue;
    }
    const gone = sysvRemove(host, process, kind as SysvKind, id);
    decisions.push(gone.decision);
    if (!gone.ok)
      stderr += `ipcrm: ${name}(${value}): ${gone.errno === "EINVAL" ? "not found" : "permission denied"}\n`;
  }
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

export const ipcCommands = [
  program("/usr/bin/ipcs", "System V objects (-a -Z -z ZONE)", runIpcs),
  program("/usr/bin/ipcrm", "remove System V objects (-m ID, -z ZONE)", runIpcrm),
];
