import { existsSync, writeFileSync } from "node:fs";
import { TextDocument } from "vscode-languageserver-textdocument";
import { buildHost } from "../host/machine/build.ts";
import { freshInstallation } from "../host/machine/default.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import { describe } from "../host/machine/describe.ts";
import { writeHostFile, writeTemplate } from "../host/machine/template.ts";
import { systemOf } from "../simulation/machines.ts";
import { readHostFile } from "../workspace/hostFile.ts";
import { paint } from "./colour.ts";
import { excerpt } from "./formats/text.ts";
import { HOST_FILE, readDescription } from "./hostFile.ts";
import { hostSummary, systemName } from "./hostSummary.ts";
import { readText } from "./inputs.ts";
import type { HostOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

type Print = (text: string) => void;

/** `zonewarden host`: writes, prints or validates a host file. Gives the exit code. */
export function runHost(options: HostOptions, print: Print): number {
  switch (options.action) {
    case "init":
      return init(options, print);
    case "show":
      return show(options, print);
    case "check":
      return check(options, print);
  }
}

function init(options: HostOptions, print: Print): number {
  const file = options.file ?? HOST_FILE;
  const text = writeTemplate(fresh(options));
  if (file === "-") {
    print(text);
    return 0;
  }
  try {
    // The flag lets the system refuse what is there already, also what came up in between.
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(
      code === "EEXIST"
        ? `${file} is there already: it is not overwritten`
        : `cannot write ${file}: ${code ?? error}`,
    );
  }
  print(`wrote ${file}\n`);
  return 0;
}

function show(options: HostOptions, print: Print): number {
  const file = options.file ?? (existsSync(HOST_FILE) && !wantsFresh(options) ? HOST_FILE : undefined);
  if (file !== undefined && wantsFresh(options))
    throw new UsageError("the file says which system it is: leave --release and --platform out");
  const description = file === undefined ? fresh(options) : readDescription(file);
  const effective = describe(buildHost(description));
  print(options.format === "json" ? writeHostFile(effective) : hostSummary(effective, description.described));
  return 0;
}

function check({ file = HOST_FILE, format }: HostOptions, print: Print): number {
  const path = file === "-" ? "STDIN" : file;
  const text = readText(file === "-" ? 0 : file, file === "-" ? "standard input" : file);
  const { description, problems } = readHostFile(text);
  if (format === "json") {
    const found = problems.map(({ kind, message, range }) => ({ code: `host/${kind}`, message, range }));
    print(`${JSON.stringify({ version: 1, path, problems: found }, undefined, 2)}\n`);
    return problems.length > 0 ? 1 : 0;
  }
  const lines = TextDocument.create("", "jsonc", 0, text);
  const source = {
    text,
    positionAt: (offset: number) => lines.positionAt(offset),
    offsetAt: (position: { line: number; character: number }) => lines.offsetAt(position),
  };
  for (const { kind, message, start, end, range } of problems) {
    const place = paint("bold", `${path}:${range.start.line + 1}:${range.start.character + 1}`);
    print(`${place}: ${paint("red", "error")}: ${message} ${paint("gray", `[host/${kind}]`)}\n`);
    print(`${excerpt(source, { start, end }, "red").join("\n")}\n\n`);
  }
  if (description)
    print(`${path}: ${paint("green", "no findings")}, ${description.name} runs ${systemName(description)}\n`);
  else print(`${paint("red", `${problems.length} error${problems.length === 1 ? "" : "s"}`)} in ${path}\n`);
  return problems.length > 0 ? 1 : 0;
}

function wantsFresh({ release, platform }: HostOptions): boolean {
  return release !== undefined || platform !== undefined;
}

/** The machine of `--release` or `--platform`. */
function fresh({ release, platform }: HostOptions): HostDescription {
  if (release !== undefined && platform !== undefined)
    throw new UsageError("--release is of FreeBSD, --platform of the others: give one of them");
  if (platform === undefined)
    return freshInstallation("freebsd", release === undefined ? undefined : String(release));
  return freshInstallation(...systemOf(platform));
}
