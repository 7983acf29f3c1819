import { bootJails } from "./bootJails.ts";
import { bootZones } from "./bootZones.ts";
import type { Boot, Booted } from "./containers.ts";
import { bootJson } from "./formats/bootJson.ts";
import { bootText } from "./formats/bootText.ts";
import { languageOf, readText } from "./inputs.ts";
import type { BootOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

/** `zonewarden boot`: boots in the simulated host and prints what happens. Exit code 1 where a container fails. */
export function runBoot(options: BootOptions, print: (text: string) => void): number {
  const booted = boot(options.files, options);
  print(options.format === "json" ? bootJson(booted) : bootText(booted));
  return booted.status;
}

/** Boots what the files configure: all jails, or all zones, since no machine runs both. */
export function boot(files: readonly string[], options: Boot): Booted {
  const given = files.map((file) => {
    const stdin = file === "-";
    const text = readText(stdin ? 0 : file, stdin ? "standard input" : file);
    const language = options.language ?? languageOf(stdin ? "STDIN" : file, text) ?? "jail-conf";
    return { file, text, language };
  });
  const [first] = given;
  const other = given.find(({ language }) => language !== first?.language);
  if (first && other)
    throw new UsageError(
      `${first.file} is for ${KINDS[first.language]} and ${other.file} for ${KINDS[other.language]}: no machine runs both`,
    );
  return first?.language === "zonecfg" ? bootZones(given, options) : bootJails(given, options);
}

const KINDS = { "jail-conf": "jails", zonecfg: "zones" } as const;
