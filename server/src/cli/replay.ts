import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import {
  escaped,
  formatTranscript,
  parseTranscript,
  Replay,
  startsByItself,
  TranscriptError,
  type TranscriptItem,
} from "../simulation/transcript.ts";
import { boot } from "./boot.ts";
import { type Paint, paint } from "./colour.ts";
import { HOST_FILE } from "./hostFile.ts";
import { readText } from "./inputs.ts";
import { commonOptions, type ReplayOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

const TRANSCRIPT = "scenario.session";

type Machine = Pick<ReplayOptions, "release" | "platform" | "withoutHost">;

/**
 * `zonewarden replay`: types the commands of transcripts again, prints what comes out and marks what differs. Exit code
 * 1 where something does, unless it is written back.
 */
export function runReplay(
  { paths, update, ...machine }: ReplayOptions,
  print: (text: string) => void,
): number {
  const files = paths.flatMap(transcriptsIn);
  let differing = 0;
  for (const [i, file] of files.entries()) {
    if (files.length > 1) print(`${i > 0 ? "\n" : ""}${paint("bold", `==> ${file} <==`)}\n`);
    const { items, differences, commands } = replayFile(file, machine, print);
    if (differences > 0) print(`\n${file}: ${differences} of ${commands} outputs differ.\n`);
    if (update) writeFileSync(file, formatTranscript(items));
    else differing += differences;
  }
  return differing > 0 ? 1 : 0;
}

/** Replays a transcript on a machine of its own. The items have the outputs of now where those were not as expected. */
function replayFile(file: string, machine: Machine, print: (text: string) => void) {
  const items = readTranscript(file);
  const replay = new Replay(machinesFor(file, items, machine));
  const now: TranscriptItem[] = [];
  let differences = 0;
  for (const item of items) {
    if (item.kind === "text") {
      print(`${paint("gray", item.text)}\n`);
      now.push(item);
      continue;
    }
    print(`${paint("bold", `${item.prompt} ${item.line}`)}\n`);
    const { output, same } = replay.run(item);
    const lines = (colour: Paint, mark: string, of: readonly string[]) => {
      for (const line of of) print(`${paint(colour, mark + escaped(line))}\n`);
    };
    if (same) for (const line of output) print(`${escaped(line)}\n`);
    else {
      differences++;
      lines("red", "- ", item.output);
      lines("green", "+ ", output);
    }
    print("\n".repeat(item.gap));
    now.push(same ? item : { ...item, output });
  }
  return { items: now, differences, commands: items.filter(({ kind }) => kind === "command").length };
}

/**
 * The machine of the configurations next to a transcript, or several: each folder there that has a host file, under the
 * name of the folder.
 */
function machinesFor(file: string, items: readonly TranscriptItem[], options: Machine) {
  const folder = dirname(file);
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, HOST_FILE)));
  if (names.length === 0) return machineIn(folder, items, options);
  return new Map(names.sort().map((name) => [name, machineIn(join(folder, name), items, options)]));
}

/** Its containers run unless the transcript starts them itself. */
function machineIn(folder: string, items: readonly TranscriptItem[], options: Machine): Host {
  const files = configurationsIn(folder);
  const { release, platform, withoutHost } = options;
  const common = commonOptions({ "no-host": withoutHost }, files[0]);
  const own = { ...common, ...(release && { release }), ...(platform && { platform }) };
  return boot(files, { ...own, idle: startsByItself(items) }).host;
}

/** A jail.conf(5), else all command files for zonecfg(8), by name. */
function configurationsIn(folder: string): string[] {
  const jails = join(folder, "jail.conf");
  const zones = existsSync(jails) ? [] : readdirSync(folder).filter((name) => name.endsWith(".zonecfg"));
  return zones.length > 0 ? zones.sort().map((name) => join(folder, name)) : [jails];
}

function readTranscript(file: string): TranscriptItem[] {
  try {
    return parseTranscript(readText(file, file));
  } catch (error) {
    if (error instanceof TranscriptError) throw new UsageError(`${file}:${error.line}: ${error.message}`);
    throw error;
  }
}

/** A transcript itself, or those of a folder and its subfolders, by name. */
function transcriptsIn(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const found = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name === TRANSCRIPT)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (found.length === 0) throw new UsageError(`there is no ${TRANSCRIPT} in ${path}`);
  return found;
}
