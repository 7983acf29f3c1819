import type { AnySection } from "../../../configuration/origin.ts";
import type { Finding } from "../../finding.ts";

/** Drops what was said of the same place before: many jails may inherit one statement. For checks across jails. */
export function* distinct(findings: Iterable<Finding>): Generator<Finding> {
  const said = new Map<AnySection, Set<string>>();
  for (const finding of findings) {
    const { section, range } = finding.origin;
    let here = said.get(section);
    if (!here) {
      here = new Set();
      said.set(section, here);
    }
    const key = `${finding.code}|${range.start}|${finding.message}`;
    if (here.has(key)) continue;
    here.add(key);
    yield finding;
  }
}
