import type { Decision } from "../../decision.ts";
import { readFile, writeFile } from "../../filesystem/files.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { everyPrivilege } from "../privileges.ts";
import { zoneadm } from "../zoneadm/zoneadm.ts";
import { configureZone, deleteZone, renameZone } from "../zonecfg.ts";
import { entryNamed } from "../zoneIndex.ts";
import { inGlobalZone, onlyGlobal } from "./views.ts";
import { ZonecfgSession } from "./zonecfgSession.ts";
import { commandsOf } from "./zonecfgWords.ts";

/** zonecfg(8): `-z ZONE` with commands, with `-f FILE`, or with commands that are piped in. */

const USAGE =
  "usage:\tzonecfg help\n\tzonecfg -z <zone>\n\tzonecfg -z <zone> <command>\n\tzonecfg -z <zone> -f <command-file>\n";

/** Commands that only look; everybody may do that. */
const LOOKING: ReadonlySet<string> = new Set(["info", "export", "verify", "help", "exit"]);

interface Call {
  readonly zone: string;
  readonly file: string | undefined;
  readonly words: readonly string[];
}

function readCall(args: readonly string[]): Call | undefined {
  let zone: string | undefined;
  let file: string | undefined;
  const words = [...args];
  while (words[0]?.startsWith("-")) {
    const flag = /^-([zf])(.*)$/.exec(words[0]);
    if (!flag) return undefined;
    words.shift();
    const value = flag[2] || words.shift();
    if (value === undefined) return undefined;
    if (flag[1] === "z") zone = value;
    else file = value;
  }
  return zone === undefined ? undefined : { zone, file, words };
}

function runZonecfg(context: CommandContext): CommandResult {
  const { host, process, args, stdin } = context;
  const call = readCall(args);
  if (!call) return args[0] === "help" ? done(USAGE) : failed(USAGE, 2);
  if (!inGlobalZone(process)) return onlyGlobal("zonecfg: zonecfg can only be run from the global zone.\n");
  let text = call.words.join(" ");
  if (call.file !== undefined) {
    const read = readFile(host, process, call.file);
    if (!read.ok)
      return failed(
        `zonecfg: could not open file ${call.file}: ${host.kernel.shell.strerror(read.errno)}\n`,
        1,
        [read.decision],
      );
    text = read.value;
  } else if (text === "") text = stdin;
  const commands = commandsOf(text);
  if (commands.length === 0)
    return entryNamed(host, call.zone)
      ? done()
      : {
          ...done(),
          stderr: `${call.zone}: No such zone configured\nUse 'create' to begin configuring a new zone.\n`,
        };
  if (commands.some(([command = ""]) => !LOOKING.has(command))) {
    const may = everyPrivilege(host, process, "EPERM");
    if (!may.ok)
      return failed("zonecfg: you lack sufficient privilege to run this program.\n", 1, [may.decision]);
  }
  return runCommands(context, call, commands);
}

function runCommands(
  { host, process }: CommandContext,
  { zone, file }: Call,
  commands: readonly (readonly string[])[],
): CommandResult {
  const session = new ZonecfgSession(host, zone);
  const decisions: Decision[] = [];
  let stderr = "";
  let status = 0;
  for (const [i, words] of commands.entries()) {
    if (session.exited) break;
    // `export -f FILE` writes it there.
    const at = words[0] === "export" ? words.indexOf("-f") : -1;
    const before = session.out;
    const complaint = session.run(words);
    if (complaint !== undefined) {
      stderr +=
        file === undefined ? `zonecfg: ${complaint}\n` : `On line ${i + 1} of ${file}:\n${complaint}\n`;
      // A file is left at the first error.
      status = 1;
      if (file !== undefined || commands.length === 1) break;
      continue;
    }
    const target = at < 0 ? undefined : words[at + 1];
    if (target !== undefined) {
      const written = writeFile(host, process, target, session.out.slice(before.length));
      decisions.push(written.decision);
      session.out = before;
    }
    if (words[0] === "verify" && entryNamed(host, zone)) {
      const verified = zoneadm(host, process, { zone, command: "verify" });
      decisions.push(...verified.decisions);
      stderr += verified.stderr;
      status ||= verified.status;
    }
  }
  const stored = status === 0 ? store(session, decisions) : "";
  return { ...done(session.out, decisions, 20), stderr: stderr + stored, status: stored === "" ? status : 1 };
}

/** What `commit` and the end of the session do. Gives what was refused. */
function store(session: ZonecfgSession, decisions: Decision[]): string {
  const { host, zone, name, definition, deleted, changed } = session;
  if (deleted !== "") {
    const gone = deleteZone(host, zone, { force: deleted === "forced" });
    decisions.push(gone.decision);
    return gone.ok ? "" : `zonecfg: ${gone.decision.reason}\n`;
  }
  if (!changed || !definition) return "";
  for (const outcome of [
    ...(name === zone || !entryNamed(host, zone) ? [] : [renameZone(host, zone, name)]),
    configureZone(host, { ...definition, name }),
  ]) {
    decisions.push(outcome.decision);
    if (!outcome.ok) return `zonecfg: ${outcome.decision.reason}\n`;
  }
  return "";
}

export const zonecfg = program(
  "/usr/sbin/zonecfg",
  "configure zones (-z ZONE info, export, verify, create, set, add, end, delete, or -f FILE)",
  runZonecfg,
);
