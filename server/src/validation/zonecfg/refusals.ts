import { lineStarts } from "@zonewarden/grammars/common/lines";
import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import { isScript, withoutShell } from "@zonewarden/grammars/zonecfg/script";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { absolute } from "../../configuration/origin.ts";
import { isRefusal } from "../../configuration/zonecfg/block.ts";
import type { Complaint, ZoneConfiguration } from "../../configuration/zonecfg/types.ts";
import { rules } from "./topics.ts";

/** What zonecfg(8) says instead of storing a zone. */
export interface ZoneRefusal {
  readonly message: string;
  /** Offsets in the document. */
  readonly start: number;
  readonly end: number;
  /** Counted from one, as the program prints it. */
  readonly line: number;
}

/**
 * Why zonecfg(8) on a platform would not store what a command file says, in the order of the text: words that it does
 * not understand, and commands that it understands but refuses. With `-f` it stops at the first. What a script of a
 * shell says beside its commands is read by the shell; the lines of a session that was pasted are refused.
 */
export function refusalsOf(configuration: ZoneConfiguration, platform: Platform): ZoneRefusal[] {
  const { document } = configuration;
  const { text } = document;
  const found: ZoneRefusal[] = [];
  const starts = lineStarts(text);
  const calls = callsOf(configuration);
  for (const { line, message } of observe(withoutShell(text), dialects[platform]).errors) {
    const start = starts[line - 1] ?? text.length;
    const end = (starts[line] ?? text.length + 1) - 1;
    if (calls.some((call) => start <= call && call <= end)) continue;
    found.push({ message, line, start: Math.min(start, end), end });
  }
  for (const complaint of configuration.complaints) {
    const message = refusalOf(complaint);
    if (message === undefined) continue;
    const { start, end } = absolute(complaint.origin);
    const line = starts.findLastIndex((offset) => offset <= start) + 1;
    // What is not even understood does nothing that could be refused.
    if (!found.some((one) => one.line === line)) found.push({ message, line, start, end });
  }
  // What stands at the beginning of a zone is about all of it: verify says so once everything else is read.
  const heads = new Set(
    configuration.parts.flatMap(({ origin }) => (origin ? [absolute(origin).start] : [])),
  );
  const isLast = ({ start }: ZoneRefusal) => Number(heads.has(start));
  return found.sort((a, b) => isLast(a) - isLast(b) || a.start - b.start);
}

/** Where a script calls zonecfg: these lines are left beside the commands, and are read by the shell. */
function callsOf({ document: { text, sections } }: ZoneConfiguration): number[] {
  if (!isScript(text)) return [];
  return sections.flatMap(({ start, foreign }) => foreign.map((line) => start + line.start));
}

/** What the program says where a complaint stops it; `undefined` where it goes on. Messages of rules are Markdown. */
export function refusalOf(complaint: Complaint): string | undefined {
  const stops = isRefusal(complaint) && rules.get(complaint.code)?.severity === "error";
  return stops ? complaint.message.replaceAll("`", "") : undefined;
}
