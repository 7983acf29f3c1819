import { resolve } from "node:path";
import { defaultHost } from "../host/machine/default.ts";
import { languages } from "../languages/index.ts";
import { pathOf, uriOf } from "../uris.ts";
import type { Diagnostic } from "../validation/diagnostics.ts";
import { provideModel } from "../validation/jail-conf/dryBoot/model.ts";
import { ScratchMachine } from "../validation/jail-conf/dryBoot/scratch.ts";
import { documentationUrl, gravity } from "../validation/rule.ts";
import { provideZoneModel } from "../validation/zonecfg/dryBoot/model.ts";
import { ZoneScratch } from "../validation/zonecfg/dryBoot/scratch.ts";
import type { Source } from "../workspace/documents.ts";
import { HostDocument } from "../workspace/hostDocument.ts";
import { defaultSettings } from "../workspace/settings.ts";
import { Workspace } from "../workspace/workspace.ts";
import type { Checked, CheckedFile } from "./checked.ts";
import { github } from "./formats/github.ts";
import { json } from "./formats/json.ts";
import { sarif } from "./formats/sarif.ts";
import { text } from "./formats/text.ts";
import { type Input, readInputs } from "./inputs.ts";
import { nodeFiles } from "./nodeFiles.ts";
import type { CheckFormat, CheckOptions } from "./options.ts";

const PRINT: Readonly<Record<CheckFormat, (checked: Checked) => string>> = { text, json, sarif, github };

/** `zonewarden check`: prints the findings; the exit code is 1 if one is as grave as `--fail-on`. */
export function runCheck(options: CheckOptions, print: (text: string) => void): number {
  const inputs = readInputs(options.paths, options.language);
  const checked = check(inputs, options);
  print(PRINT[options.format](checked));
  const most = gravity(options.failOn);
  const isGrave = ({ diagnostics }: CheckedFile) => diagnostics.some((d) => gravity(d.severity) <= most);
  return checked.files.some(isGrave) ? 1 : 0;
}

function check(inputs: readonly Input[], options: CheckOptions): Checked {
  const settings = { ...defaultSettings, release: options.release, platform: options.platform };
  provideModel({ ScratchMachine });
  provideZoneModel({ ZoneScratch });
  const given = options.host && { description: options.host, document: options.hostDocument };
  const readHost = (...file: ConstructorParameters<typeof HostDocument>) =>
    options.nearest ? new HostDocument(...file) : undefined;
  const workspace = new Workspace(nodeFiles, uriOf, () => settings, readHost, given);
  const names = new Map<string, string>();
  const absolute = (path: string) => pathOf(uriOf(resolve(path)));
  // What was asked for, then what those files include.
  const wanted = new Map<string, Source>();
  const hosts = new Map<string, HostDocument>();
  for (const input of inputs) {
    const path = absolute(input.path);
    names.set(path, input.path);
    if (input.language === "host") hosts.set(path, new HostDocument(path, uriOf(path), input.text));
    const language = languages.get(input.language);
    if (language) wanted.set(path, workspace.open(path, uriOf(path), 0, input.text, language));
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
  while (workspace.hasBackground) workspace.workInBackground(Number.POSITIVE_INFINITY);
  // Whoever has a host file with mistakes wants to know why it is not used.
  if (!given)
    for (const path of wanted.keys()) {
      const host = workspace.hosts.nearest(path);
      if (host && host.problems.length > 0) hosts.set(host.path, host);
    }
  const files: CheckedFile[] = [...wanted.values()].map((source) => ({
    path: nameOf(source.path),
    language: source.language.id,
    source,
    diagnostics: workspace.diagnostics(source),
  }));
  for (const source of hosts.values())
    files.push({ path: nameOf(source.path), language: "host", source, diagnostics: problemsOf(source) });
  const sourceOf = (path: string, from: CheckedFile) => {
    const language = languages.get(from.language);
    return language && workspace.placesIn(path, language);
  };
  const [described] = [...wanted.keys()].flatMap((path) => workspace.hosts.of(path) ?? []);
  return { files, host: described?.description ?? defaultHost, nameOf, sourceOf };
}

/** The mistakes in a host file as diagnostics. */
function problemsOf({ problems }: HostDocument): Diagnostic[] {
  return problems.map(({ kind, message, start, end }) => ({
    code: `host/${kind}`,
    severity: "error",
    message,
    range: { start, end },
    related: [],
    docs: documentationUrl(`host/${kind}`),
  }));
}
