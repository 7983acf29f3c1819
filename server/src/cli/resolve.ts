import { report } from "../configuration/jail-conf/report.ts";
import { resolveAll } from "../configuration/jail-conf/resolve.ts";
import type { ResolvedParameter } from "../configuration/jail-conf/types.ts";
import { absolute } from "../configuration/origin.ts";
import { lineOf } from "../features/places.ts";
import { paint } from "./colour.ts";
import { languageOf, readText } from "./inputs.ts";
import { openJailFile } from "./jailFile.ts";
import type { ResolveOptions } from "./options.ts";
import { resolveZone } from "./resolveZone.ts";
import { UsageError } from "./usageError.ts";

/** `zonewarden resolve`: prints the configuration as the real tool would see it. Exit code 1 where it refuses the file. */
export function runResolve(options: ResolveOptions, print: (text: string) => void): number {
  const stdin = options.file === "-";
  const text = readText(stdin ? 0 : options.file, stdin ? "standard input" : options.file);
  const language = options.language ?? languageOf(stdin ? "STDIN" : options.file, text);
  if (language === "zonecfg") return resolveZone(stdin ? "STDIN" : options.file, text, options, print);
  if (!["text", "json"].includes(options.format))
    throw new UsageError(`--format ${options.format} is for zonecfg command files`);
  const { root, sources } = openJailFile(options.file, text, options);
  const result = report(root, sources, options.release);
  if (options.format === "json") {
    print(`${JSON.stringify(result, undefined, 2)}\n`);
    return result.accepted ? 0 : 1;
  }
  for (const error of result.errors) {
    const where =
      "jail" in error ? error.jail : [error.file, error.line].filter((part) => part != null).join(":");
    print(`${paint("red", "error")}: ${where ? `${where}: ` : ""}${error.message}${tokenOf(error)}\n`);
  }
  if (!result.accepted) return 1;
  for (const jail of resolveAll(root, sources, options.release).jails) {
    const failed = jail.failures.length > 0 ? paint("red", " (would not start)") : "";
    print(`${paint("bold", jail.name)}${failed}\n`);
    for (const parameter of jail.parameters) print(`  ${line(parameter)}\n`);
  }
  return 0;
}

function tokenOf(error: object): string {
  return "token" in error && error.token !== undefined ? ` at ${JSON.stringify(error.token)}` : "";
}

/** `name = value, value` and where each part of it stands. */
function line(parameter: ResolvedParameter): string {
  const values = parameter.values.map((value) =>
    /^[\w./:|%@-]+$/.test(value.text) ? value.text : JSON.stringify(value.text),
  );
  const places = parameter.contributions
    .filter((contribution) => !contribution.overridden)
    .map(({ setting: { origin } }) => {
      const { document } = origin;
      return `${document.path}:${lineOf(document, absolute(origin).start)}`;
    });
  const from = places.length > 0 ? `  ${paint("gray", `# ${places.join(", ")}`)}` : "";
  return `${parameter.name}${values.length > 0 ? ` = ${values.join(", ")}` : ""};${from}`;
}
