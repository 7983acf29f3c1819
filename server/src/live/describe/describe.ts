import { freshInstallation } from "../../host/machine/default.ts";
import type { HostFile } from "../../host/machine/definition.ts";
import { writeTemplate } from "../../host/machine/template.ts";
import type { DescribeOutcome, DescribeRequest } from "../../protocol.ts";
import { readHostFile } from "../../workspace/hostFile.ts";
import { contentOf } from "./content.ts";
import { Draft, type Line, type Reader } from "./draft.ts";
import { networkReaders } from "./network.ts";
import { storageReaders } from "./storage.ts";
import { systemReaders } from "./system.ts";
import { edited } from "./text.ts";

/** Makes a host file of what tools print on the real machine. */

const READERS: readonly Reader[] = [...networkReaders, ...storageReaders, ...systemReaders];
/** A prompt and what was typed behind it: `root@host:~ # zfs list`, `$ uname -a`. */
const PROMPT = /^(?:\[?[\w.-]+@[\w.-]+[^#$%>]*[#$%>]|[#$%>])\s+(\S.*)$/;

/** Throws, with a sentence, if the host file that is there cannot be read. */
export function describeHost({ text, hostFile, system }: DescribeRequest): DescribeOutcome {
  const old = hostFile === undefined || hostFile.trim() === "" ? undefined : readOld(hostFile);
  if (text.trim() === "" && !old)
    return { text: writeTemplate(freshInstallation(system ?? "freebsd")), found: [], ignored: [] };
  const draft = new Draft();
  const found = read(text, draft);
  const wanted = draft.system ?? old?.system ?? system ?? draft.likely ?? "freebsd";
  const { file, dropped } = contentOf(draft, old ?? { system: wanted }, wanted);
  const lines = text.split(/\r?\n/);
  const ignored = [
    ...draft.ignored,
    // What the old file had and that fits no longer was never pasted.
    ...dropped.flatMap((name): Line[] => {
      const number = lines.findIndex((line) => line.includes(name));
      return number < 0 ? [] : [{ number, text: lines[number] ?? name }];
    }),
  ].sort((a, b) => a.number - b.number);
  return {
    text: edited(old ? hostFile : undefined, old, file),
    found,
    ignored: ignored.map(({ number, text: line }) => ({ line: number, text: line })),
  };
}

/** The keys that a host file has, without what it leaves out. */
function readOld(text: string): HostFile {
  const { file, problems } = readHostFile(text);
  if (file) return file;
  const [first] = problems;
  throw new Error(
    `The host file has a mistake in line ${(first?.range.start.line ?? 0) + 1}: ${first?.message ?? ""}`,
  );
}

/** Takes the outputs apart. What was found, by tool. */
function read(text: string, draft: Draft): string[] {
  const found: string[] = [];
  let reader: Reader | undefined;
  let lines: Line[] = [];
  let command = "";
  const finish = () => {
    const said = reader?.read(
      lines.filter((line) => line.text.trim() !== ""),
      draft,
    );
    if (reader && said !== undefined) found.push(`${reader.name}: ${said}`);
    reader = undefined;
    lines = [];
  };
  for (const [number, raw] of text.split(/\r?\n/).entries()) {
    const line: Line = { number, text: raw.trimEnd() };
    const typed = PROMPT.exec(line.text)?.[1];
    const begins = READERS.find((one) => one.begins(line.text, command));
    if (typed !== undefined && !begins) {
      finish();
      command = typed.trim();
    } else if (reader && (line.text === "" || reader.goesOn(line.text))) lines.push(line);
    else if (begins) {
      finish();
      reader = begins;
      lines.push(line);
    } else if (line.text !== "") {
      finish();
      draft.ignore(line);
    }
  }
  finish();
  return found;
}
