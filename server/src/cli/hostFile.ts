import { relative, resolve } from "node:path";
import type { HostDescription } from "../host/machine/definition.ts";
import { pathOf, uriOf } from "../uris.ts";
import { HostDocument } from "../workspace/hostDocument.ts";
import { Hosts } from "../workspace/hosts.ts";
import type { LanguageId } from "../workspace/language.ts";
import { readText } from "./inputs.ts";
import { nodeFiles } from "./nodeFiles.ts";
import { UsageError } from "./usageError.ts";

export { HOST_FILE } from "../workspace/hosts.ts";

/** The machine that a host file describes. A file with mistakes is of no use. */
export function readDescription(path: string): HostDescription {
  return readHost(path).description;
}

/** A machine with the file that describes it. */
export interface DescribedMachine {
  readonly description: HostDescription;
  readonly document: HostDocument;
}

export function readHost(path: string): DescribedMachine {
  const stdin = path === "-";
  const text = readText(stdin ? 0 : path, stdin ? "standard input" : path);
  const uri = uriOf(resolve(stdin ? "STDIN" : path));
  return described(path, new HostDocument(pathOf(uri), uri, text));
}

/**
 * The machine that a configuration is for where none is named, as the editor finds it: that of the nearest host file, if
 * it runs such containers. Nothing for standard input, which lies nowhere.
 */
export function nearestHost(file: string, language: LanguageId): DescribedMachine | undefined {
  if (file === "-") return undefined;
  const read = (...document: ConstructorParameters<typeof HostDocument>) => new HostDocument(...document);
  const document = new Hosts(nodeFiles, uriOf, read).nearest(pathOf(uriOf(resolve(file))));
  if (!document) return undefined;
  const machine = described(relative(".", document.path), document);
  return (machine.description.system === "freebsd") === (language === "jail-conf") ? machine : undefined;
}

function described(path: string, document: HostDocument): DescribedMachine {
  const { description, problems } = document;
  if (description) return { description, document };
  const [first, ...others] = problems;
  const where = first
    ? `:${first.range.start.line + 1}:${first.range.start.character + 1}: ${first.message}`
    : "";
  const more = others.length > 0 ? ` (and ${others.length} more: see zonewarden host check)` : "";
  throw new UsageError(`${path}${where}${more}`);
}
