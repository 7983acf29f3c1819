import type { Node } from "jsonc-parser";
import { type HostFile, hostFile } from "../../host/machine/definition.ts";
import { write, writeHostFile } from "../../host/machine/template.ts";
import { hostTree } from "../../workspace/hostFile.ts";

/** A host file as text. Of one that is there, only the keys change that say something else now; comments stay. */
export function edited(text: string | undefined, old: HostFile | undefined, file: HostFile): string {
  if (text === undefined || !old) return writeHostFile(file);
  let result = text;
  for (const key of Object.keys(hostFile.shape) as (keyof HostFile)[]) {
    const value = file[key];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(old[key])) continue;
    result = withKey(result, key, write(value));
  }
  return result;
}

function withKey(text: string, key: string, value: string): string {
  const root = hostTree(text);
  const properties = root?.children ?? [];
  const known = properties.find(({ children }) => children?.[0]?.value === key)?.children?.[1];
  if (known) return text.slice(0, known.offset) + value + text.slice(known.offset + known.length);
  const last = properties.at(-1);
  if (!root || !last) return `{\n  ${JSON.stringify(key)}: ${value}\n}\n`;
  const end = last.offset + last.length;
  const comma = commaBehind(text, end, root);
  return `${text.slice(0, end)}${comma ? "" : ","}${comma ? text.slice(end, comma) : ""}\n  ${JSON.stringify(key)}: ${value}${text.slice(comma ?? end)}`;
}

/** Where the comma behind the last property ends, if there is one. */
function commaBehind(text: string, end: number, root: Node): number | undefined {
  const rest = text.slice(end, root.offset + root.length);
  const found = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*,/.exec(rest);
  return found ? end + found[0].length : undefined;
}
