import { resolve } from "node:path";
import type { HostDescription } from "../host/machine/definition.ts";
import { pathOf, uriOf } from "../uris.ts";
import { HostDocument } from "../workspace/hostDocument.ts";
import { readText } from "./inputs.ts";
import { UsageError } from "./usageError.ts";

export { HOST_FILE } from "../workspace/hosts.ts";

/** The machine that a host file describes. A file with mistakes is of no use. */
export function readDescription(path: string): HostDescription {
  return readHost(path).description;
}

/** The same with the file that describes it. */
export function readHost(path: string): { description: HostDescription; document: HostDocument } {
  const stdin = path === "-";
  const text = readText(stdin ? 0 : path, stdin ? "standard input" : path);
  const uri = uriOf(resolve(stdin ? "STDIN" : path));
  const document = new HostDocument(pathOf(uri), uri, text);
  const { description, problems } = document;
  if (description) return { description, document };
  const [first, ...others] = problems;
  const where = first
    ? `:${first.range.start.line + 1}:${first.range.start.character + 1}: ${first.message}`
    : "";
  const more = others.length > 0 ? ` (and ${others.length} more: see zonewarden host check)` : "";
  throw new UsageError(`${path}${where}${more}`);
}
