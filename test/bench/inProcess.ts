import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { observe } from "@zonewarden/grammars/jail-conf/observed/parser";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import { Analysis } from "@zonewarden/server/validation/jail-conf/analysis";

const sources = { open: () => undefined, glob: () => [] };

/** CPU milliseconds of one run of each stage: the first run, and the least of the following ones. */
export function measure(text: string, runs: number) {
  const stages: Record<string, number[]> = { parse: [], resolve: [], check: [], observe: [] };
  const timed = <T>(stage: string, work: () => T): T => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    stages[stage]?.push((user + system) / 1000);
    return result;
  };
  for (let run = 0; run < runs; run++) {
    const document = timed("parse", () => JailDocument.parse(text));
    const root = { path: "jail.conf", text, sections: document.sections };
    const configuration = timed("resolve", () => resolveAll(root, sources, 15));
    timed("check", () => {
      const analysis = new Analysis({ release: 15, fragment: false });
      analysis.update(configuration);
      analysis.work(Number.POSITIVE_INFINITY);
      analysis.findings();
    });
    timed("observe", () => observe(text));
  }
  return Object.fromEntries(
    Object.entries(stages).map(([stage, times]) => [
      stage,
      { cold: times[0], warm: Math.min(...times.slice(1)) },
    ]),
  );
}
