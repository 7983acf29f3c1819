import { writeFileSync } from "node:fs";
import { applyEdits } from "@zonewarden/grammars/common/spacing";
import { languages } from "../languages/index.ts";
import type { Language } from "../workspace/language.ts";
import { defaultSettings } from "../workspace/settings.ts";
import { readInputs } from "./inputs.ts";
import type { FmtOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

/** `zonewarden fmt`: gives files their usual layout. Exit code 1 where `--check` finds one that would change. */
export function runFmt(options: FmtOptions, print: (text: string) => void): number {
  const settings = { ...defaultSettings, platform: options.platform };
  let changed = false;
  for (const { path, text, language: id } of readInputs(options.paths, options.language)) {
    // Descriptions of machines are JSON, for which there are formatters enough.
    if (id === "host") continue;
    // A byte that is no UTF-8 was read as this character and would be lost.
    if (text.includes("\ufffd")) throw new UsageError(`${path} is not UTF-8`);
    const language = languages.get(id) as Language;
    const formatted = applyEdits(text, language.format(language.parse(text, settings)));
    if (options.mode === "print") {
      print(formatted);
      continue;
    }
    if (formatted === text) continue;
    changed = true;
    print(`${path}\n`);
    if (options.mode === "write") write(path, formatted);
  }
  return options.mode === "check" && changed ? 1 : 0;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as { code?: string }).code ?? String(error)}`);
  }
}
