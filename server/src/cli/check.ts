import { resolve } from "node:path";
import { defaultHost } from "../host/machine/default.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import { languages } from "../languages/index.ts";
import { pathOf, uriOf } from "../uris.ts";
import type { Diagnostic } from "../validation/diagnostics.ts";
import { gravity, type Severity } from "../validation/rule.ts";
import type { Source } from "../workspace/documents.ts";
import { defaultSettings } from "../workspace/settings.ts";
import { Workspace } from "../workspace/workspace.ts";
import { github } from "./formats/github.ts";
import { json } from "./formats/json.ts";
import { sarif } from "./formats/sarif.ts";
import { text } from "./formats/text.ts";
import { type Input, readInputs } from "./inputs.ts";
import { nodeFiles } from "./nodeFiles.ts";
import type { CheckFormat, CheckOptions } from "./options.ts";

/** One file with what was found in it. */
export interface CheckedFile {
  /** As it is shown to the user. */
  readonly path: string;
  readonly source: Source;
  readonly diagnostics: readonly Diagnostic[];
}

/** The result of `check`, before it is printed. */
export interface Checked {
  readonly files: readonly CheckedFile[];
  /** The machine that the files were checked for. */
  readonly host: HostDescription;
  /** How a document is called in the output. */
  readonly nameOf: (path: string) => string;
  /** A document by its path, for the places in other files that a finding in `from` refers to. */
  readonly sourceOf: (path: string, from: Source) => Source | undefined;
}

const PRINT: Readonly<Record<CheckFormat, (checked: Checked) => string>> = { text, json, sarif, github };

/** `zonewarden check`: prints the findings; the exit code is 1 if one is as grave as `--fail-on`. */
export function runCheck(options: CheckOptions, print: (text: string) => void): number {
  const inputs = readInputs(options.paths, options.language);
  const checked = check(inputs, options);
  print(PRINT[options.format](checked));
  const worst = Math.min(...checked.files.flatMap((f) => f.diagnostics.map((d) => gravity(d.severity))));
  return worst <= gravity(options.failOn) ? 1 : 0;
}

/** How many findings of each severity there are. */
export function count(files: readonly CheckedFile[], severity: Severity): number {
  return files.reduce((sum, file) => sum + file.diagnostics.filter((d) => d.severity === severity).length, 0);
}

function check(inputs: readonly Input[], options: CheckOptions): Checked {
  const settings = { ...defaultSettings, release: options.release, platform: options.platform };
  const workspace = new Workspace(nodeFiles, uriOf, () => settings);
  const names = new Map<string, string>();
  const absolute = (path: string) => pathOf(uriOf(resolve(path)));
  // What was asked for, then what those files include.
  const wanted = new Map<string, Source>();
  for (const input of inputs) {
    const language = languages.get(input.language);
    if (!language) continue;
    const path = absolute(input.path);
    names.set(path, input.path);
    wanted.set(path, workspace.open(path, uriOf(path), 0, input.text, language));
  }
  const directory = `${absolute(".")}/`;
  const nameOf = (path: string) =>
    names.get(path) ?? (path.startsWith(directory) ? path.slice(directory.length) : path);
  for (const source of [...wanted.values()])
    for (const project of workspace.projectsOf(source))
      if (project.root === source)
        for (const document of project.documents)
          if (!wanted.has(document.path)) wanted.set(document.path, document);
  while (workspace.isPending) workspace.work(Number.POSITIVE_INFINITY);
  const files = [...wanted.values()].map((source) => ({
    path: nameOf(source.path),
    source,
    diagnostics: workspace.diagnostics(source),
  }));
  const sourceOf = (path: string, from: Source) => workspace.documents.get(path, from.language);
  return { files, host: options.host ?? defaultHost, nameOf, sourceOf };
}
