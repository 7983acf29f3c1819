import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { observe as observeJails } from "@zonewarden/grammars/jail-conf/observed/parser";
import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { observe as observeCommands } from "@zonewarden/grammars/zonecfg/observed/parser";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import { Analysis } from "@zonewarden/server/validation/jail-conf/analysis";
import { analyse } from "@zonewarden/server/validation/zonecfg/analysis";

/** Runs one stage, and notes what it took. */
type Timed = <T>(stage: string, work: () => T) => T;

const sources = { open: () => undefined, glob: () => [] };

/** The stages that a text of each language goes through, once. */
const stagesOf: Readonly<Record<string, (text: string, timed: Timed) => void>> = {
  "jail-conf": (text, timed) => {
    const document = timed("parse", () => JailDocument.parse(text));
    const root = { path: "jail.conf", text, sections: document.sections };
    const configuration = timed("resolve", () => resolveAll(root, sources, 15));
    timed("check", () => {
      const analysis = new Analysis({ release: 15, fragment: false });
      analysis.update(configuration);
      analysis.work(Number.POSITIVE_INFINITY);
      analysis.findings();
    });
    timed("observe", () => observeJails(text));
  },
  zonecfg: (text, timed) => {
    const { sections } = timed("parse", () => ZoneDocument.parse(text, dialects.any));
    const root = { path: "web.zonecfg", text, sections };
    const configuration = timed("resolve", () => run(root, { platform: undefined, lenient: true }));
    timed("check", () => analyse(configuration));
    timed("observe", () => observeCommands(text));
  },
};

/** CPU milliseconds of each stage: of the first run, and the least of the following ones. */
export function measure(language: string, text: string, runs: number) {
  const stages: Record<string, number[]> = {};
  const timed: Timed = (stage, work) => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    stages[stage] = [...(stages[stage] ?? []), (user + system) / 1000];
    return result;
  };
  for (let run = 0; run < runs; run++) stagesOf[language]?.(text, timed);
  return Object.fromEntries(
    Object.entries(stages).map(([stage, times]) => [
      stage,
      { cold: times[0], warm: Math.min(...times.slice(1)) },
    ]),
  );
}
