import type { HostDescription } from "../host/machine/definition.ts";
import { readHostFile } from "../workspace/hostFile.ts";
import { readText } from "./inputs.ts";
import { UsageError } from "./usageError.ts";

/** The name of a host file where none is given. */
export const HOST_FILE = "zonewarden.host.json";

/** The machine that a host file describes. A file with mistakes is of no use. */
export function readDescription(path: string): HostDescription {
  const stdin = path === "-";
  const { description, problems } = readHostFile(readText(stdin ? 0 : path, stdin ? "standard input" : path));
  if (description) return description;
  const [first, ...others] = problems;
  const where = first
    ? `:${first.range.start.line + 1}:${first.range.start.character + 1}: ${first.message}`
    : "";
  const more = others.length > 0 ? ` (and ${others.length} more: see zonewarden host check)` : "";
  throw new UsageError(`${path}${where}${more}`);
}
