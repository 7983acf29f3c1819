import * as z from "zod/mini";
import { FREEBSD_ONLY, ILLUMOS_ONLY } from "./consistency.ts";
import { type HostDescription, type HostFile, hostFile } from "./definition.ts";
import { sizeText } from "./sizes.ts";

/** Host files as text: JSON with one line for each item of a list, so that a difference is a line. */

/** Keys whose content is added to that of a fresh installation: a template leaves them empty. */
const ADDED: readonly (keyof HostFile)[] = [
  "directories",
  "options",
  "modules",
  "loadableModules",
  "sysctls",
  "devfsRulesets",
  "users",
  "groups",
];

/** A file to begin with: the keys of a fresh installation, each with what it is for. Comments are allowed in it. */
export function writeTemplate(fresh: HostDescription): string {
  const { described: _, ...content } = fresh;
  const foreign: readonly string[] = fresh.system === "freebsd" ? ILLUMOS_ONLY : FREEBSD_ONLY;
  const file: Partial<Record<keyof HostFile, unknown>> = {
    ...content,
    name: fresh.hostname.split(".")[0],
    memory: sizeText(fresh.memory),
    swap: sizeText(fresh.swap),
  };
  for (const key of ADDED) if (key in file) file[key] = Array.isArray(file[key]) ? [] : {};
  const lines = entries(file)
    .filter(([key]) => !foreign.includes(key))
    .map(([key, value]) => [...comment(key), `  ${JSON.stringify(key)}: ${write(value)}`].join("\n"));
  return `// A machine for Zonewarden. What is left out is as on a fresh installation.\n{\n${lines.join(",\n\n")}\n}\n`;
}

/** A host file without comments. */
export function writeHostFile(file: HostFile): string {
  const lines = entries(file).map(([key, value]) => `  ${JSON.stringify(key)}: ${write(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** In the order of the definition. */
function entries(file: Partial<Record<keyof HostFile, unknown>>): [keyof HostFile, unknown][] {
  const keys = Object.keys(hostFile.shape) as (keyof HostFile)[];
  return keys.filter((key) => file[key] !== undefined).map((key) => [key, file[key]]);
}

const WIDTH = 96;

/** The description of a key in lines of a comment. */
function comment(key: keyof HostFile): string[] {
  const field = hostFile.shape[key];
  const inner = field instanceof z.ZodMiniOptional ? field.def.innerType : field;
  const text = z.globalRegistry.get(inner)?.description ?? "";
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  // ${word}`);
  }
  return lines;
}

/** A value: simple ones and lists of words on one line, others with an item in each line. */
export function write(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const items = list
    ? value.map(inline)
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  const [open, close] = list ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return open + close;
  return `${open}\n${(list && value.every((item) => typeof item === "string") ? filled(items) : items.map((item) => `    ${item}`)).join(",\n")}\n  ${close}`;
}

/** Words, as many in a line as fit. */
function filled(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= WIDTH)
      lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
