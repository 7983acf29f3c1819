import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { byteOrder, globTest } from "@zonewarden/server/configuration/jail-conf/glob";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import type { SourceDocument, Sources } from "@zonewarden/server/configuration/jail-conf/sources";
import type { Release } from "@zonewarden/server/configuration/jail-conf/types";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import { Analysis } from "@zonewarden/server/validation/jail-conf/analysis";
import { provideModel } from "@zonewarden/server/validation/jail-conf/dryBoot/model";
import { ScratchMachine } from "@zonewarden/server/validation/jail-conf/dryBoot/scratch";
import { MachineFacts } from "@zonewarden/server/validation/jail-conf/machine";
import { rules } from "@zonewarden/server/validation/jail-conf/topics";
import type { Example, Severity } from "@zonewarden/server/validation/rule";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";

/** A finding as a test wants to see it. */
export interface Seen {
  readonly code: string;
  readonly severity: Severity;
  /** The marked text. */
  readonly text: string;
  /** Zero-based line in its file. */
  readonly line: number;
  readonly path: string;
  readonly message: string;
  readonly jails: readonly string[];
}

export interface Options {
  readonly release?: Release;
  readonly fragment?: boolean;
}

/** Files in memory, as sources. */
export function memorySources(files: Readonly<Record<string, string>>): Sources {
  const documents = new Map<string, SourceDocument>();
  for (const [path, text] of Object.entries(files))
    documents.set(path, { path, text, sections: JailDocument.parse(text).sections });
  return {
    open: (path) => documents.get(path),
    glob: (pattern) => [...documents.keys()].filter(globTest(pattern)).sort(byteOrder),
  };
}

provideModel({ ScratchMachine });

const HOST_FILE = "zonewarden.host.json";

/** The machine that a host file among the files describes, else the embedded one. */
function machineOf(files: Readonly<Record<string, string>>): MachineFacts {
  const text = files[HOST_FILE];
  if (text === undefined) return new MachineFacts(defaultHost);
  const document = new HostDocument(HOST_FILE, HOST_FILE, text);
  if (!document.description) throw new Error(document.problems.map(({ message }) => message).join(" "));
  return new MachineFacts(document.description, (path) => document.at(path));
}

/**
 * All findings of a configuration whose first file is the main one, ordered by place. A host file beside it describes
 * the machine.
 */
export function check(example: Example, { release = 15, fragment = false }: Options = {}): Seen[] {
  const files = typeof example === "string" ? { "jail.conf": example } : example;
  const sources = memorySources(files);
  const root = sources.open(Object.keys(files)[0] as string) as SourceDocument;
  const analysis = new Analysis({ release, fragment, machine: machineOf(files) });
  analysis.update(resolveAll(root, sources, release));
  analysis.work(Number.POSITIVE_INFINITY);
  analysis.boot?.work(Number.POSITIVE_INFINITY);
  const seen: (Seen & { offset: number })[] = [];
  for (const [document, found] of analysis.findings())
    for (const { finding, jails } of found) {
      const { section, range } = finding.origin;
      const offset = section.start + range.start;
      seen.push({
        code: finding.code,
        severity: finding.severity ?? (rules.get(finding.code)?.severity as Severity),
        text: document.text.slice(offset, section.start + range.end),
        line: document.text.slice(0, offset).split("\n").length - 1,
        path: document.path,
        message: finding.message,
        jails: [...jails].map((jail) => jail.name),
        offset,
      });
    }
  return seen.sort((a, b) => a.offset - b.offset).map(({ offset: _, ...rest }) => rest);
}

/** The codes alone, each once, in order of place. */
export function codes(example: Example, options?: Options): string[] {
  return [...new Set(check(example, options).map((f) => f.code))];
}
