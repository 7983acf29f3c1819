import { isPattern } from "../../configuration/jail-conf/glob.ts";
import { absolute } from "../../configuration/origin.ts";
import type { Link } from "../types.ts";
import type { FeatureContext } from "./context.ts";

/** The file names of `.include` that name one file that is there. */
export function documentLinks({ document, configuration }: FeatureContext): Link[] {
  const links = new Map<number, Link>();
  for (const { origin, files, pattern } of configuration.includes) {
    const [file] = files;
    if (origin.document !== document || !file || pattern === undefined || isPattern(pattern)) continue;
    const range = withoutQuotes(document.text, absolute(origin));
    links.set(range.start, { range, target: file.path });
  }
  return [...links.values()].sort((a, b) => a.range.start - b.range.start);
}

/** A string without the quotes around it. */
function withoutQuotes(text: string, { start, end }: { start: number; end: number }) {
  const quote = text.charAt(start);
  const isQuoted = end - start >= 2 && (quote === '"' || quote === "'") && text.charAt(end - 1) === quote;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
