import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import type { Example, Severity } from "@zonewarden/server/validation/rule";
import { analyse } from "@zonewarden/server/validation/zonecfg/analysis";
import { provideZoneModel } from "@zonewarden/server/validation/zonecfg/dryBoot/model";
import { ZoneScratch } from "@zonewarden/server/validation/zonecfg/dryBoot/scratch";
import { ZoneMachines } from "@zonewarden/server/validation/zonecfg/machine";
import { OnMachine } from "@zonewarden/server/validation/zonecfg/onMachine";
import { rules } from "@zonewarden/server/validation/zonecfg/topics";
import { ZonesOfHost } from "@zonewarden/server/validation/zonecfg/zonesOfHost";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";

/** A finding as a test wants to see it. */
export interface Seen {
  readonly code: string;
  readonly severity: Severity;
  /** The marked text. */
  readonly text: string;
  /** One-based line. */
  readonly line: number;
  readonly message: string;
  readonly replacement: string | undefined;
}

provideZoneModel({ ZoneScratch });

const HOST_FILE = "zonewarden.host.json";

/** The machine that a host file among the files describes, else none. */
function machinesOf(files: Readonly<Record<string, string>>, platform?: Platform): ZoneMachines {
  const text = files[HOST_FILE];
  if (text === undefined) return new ZoneMachines(undefined, platform);
  const document = new HostDocument(HOST_FILE, HOST_FILE, text);
  if (!document.description) throw new Error(document.problems.map(({ message }) => message).join(" "));
  return new ZoneMachines(document.description, undefined, (path) => document.at(path));
}

/**
 * All findings of a command file, the first of several, ordered by place. A host file beside it describes the machine that
 * all are for.
 */
export function check(example: Example, platform?: Platform): Seen[] {
  const files = typeof example === "string" ? { "test.zonecfg": example } : example;
  const machines = machinesOf(files, platform);
  const zones = new ZonesOfHost(machines);
  const projects = Object.entries(files)
    .filter(([path]) => path !== HOST_FILE)
    .map(([path, text]) => {
      const { sections } = ZoneDocument.parse(text, dialects[platform ?? "any"]);
      const configuration = run({ path, text, sections }, { platform, lenient: true });
      const onMachine = new OnMachine(
        { machines, zones },
        () => configuration,
        () => true,
      );
      return { text, configuration, onMachine };
    });
  while (projects.some(({ onMachine }) => onMachine.isPending))
    for (const { onMachine } of projects) onMachine.work(Number.POSITIVE_INFINITY);
  const [{ text, configuration, onMachine }] = projects as [(typeof projects)[number]];
  const alone = analyse(configuration);
  return [...alone, ...onMachine.findings(alone)]
    .map(({ code, severity, message, replacement, origin: { section, range } }) => {
      const start = section.start + range.start;
      const line = text.slice(0, start).split("\n").length;
      const usual = rules.get(code)?.severity ?? "error";
      const marked = text.slice(start, section.start + range.end);
      return { start, seen: { code, severity: severity ?? usual, text: marked, line, message, replacement } };
    })
    .sort((a, b) => a.start - b.start)
    .map(({ seen }) => seen);
}

/** The codes alone, each once, in order of place. */
export function codes(text: Example, platform?: Platform): string[] {
  return [...new Set(check(text, platform).map((seen) => seen.code))];
}

/** What is an error, as `line code`. */
export function errors(text: Example, platform?: Platform): string[] {
  return check(text, platform)
    .filter((seen) => seen.severity === "error")
    .map((seen) => `${seen.line} ${seen.code}`);
}
