import { report } from "../configuration/jail-conf/report.ts";
import { resolveAll } from "../configuration/jail-conf/resolve.ts";
import type { JailDefinition } from "../host/freebsd/jail8/definition.ts";
import { createJails, type JailReport, removeJails } from "../host/freebsd/jail8/operations.ts";
import { matches } from "../host/freebsd/jail8/targets.ts";
import { buildHost } from "../host/machine/build.ts";
import { freshInstallation } from "../host/machine/default.ts";
import { definitionsOf } from "../simulation/definitions.ts";
import type { Source } from "../workspace/documents.ts";
import type { Boot, Booted, GivenFile } from "./containers.ts";
import { openJailFile } from "./jailFile.ts";
import type { CommonOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

/** Starts the jails of files, as `jail -c` does for each. */
export function bootJails(given: readonly GivenFile[], options: Boot): Booted {
  const files = given.map(({ file }) => file);
  const opened = given.map((one) => {
    const found = readDefinitions(one, options);
    return options.stay ? { ...found, definitions: found.definitions.map(staying) } : found;
  });
  const host = buildHost(options.host ?? freshInstallation("freebsd", String(options.release)));
  if (host.state.machine.system !== "freebsd")
    throw new UsageError(
      `${host.state.machine.name} runs no jails: its system is ${host.state.machine.system}`,
    );
  host.configured = opened.flatMap(({ definitions }) => definitions);
  const wanted = options.containers ?? [];
  for (const name of wanted)
    if (opened.every(({ definitions }) => definitions.every((one) => !matches(one.name, name))))
      throw new UsageError(`there is no jail ${JSON.stringify(name)} in ${files.join(", ")}`);
  const reports: JailReport[] = [];
  for (const { definitions } of options.idle ? [] : opened) {
    const names = wanted.filter((name) => definitions.some((one) => matches(one.name, name)));
    if (wanted.length > 0 && names.length === 0) continue;
    reports.push(
      createJails(host, definitions, {
        parallel: options.parallel ?? 0,
        ...(wanted.length > 0 && { names }),
      }),
    );
  }
  const started = reports.flatMap(({ jails }) => jails);
  if (options.stop)
    for (const { definitions } of [...opened].reverse()) {
      const names = started.filter(({ state }) => state === "running").map(({ name }) => name);
      reports.push(
        removeJails(host, definitions, {
          names: names.filter((name) => definitions.some((one) => one.name === name)),
        }),
      );
    }
  const last = new Map(reports.flatMap(({ jails }) => jails.map((jail) => [jail.name, jail] as const)));
  return {
    host,
    described: options.host !== undefined,
    files,
    containers: [...last.values()].map(({ name, jid, state }) => {
      const failed = state !== "running" && state !== "absent";
      return { name, type: "jail", id: jid, state, failed };
    }),
    sourceOf: (path) => opened.map(({ sourceOf }) => sourceOf(path)).find((source) => source !== undefined),
    stderr: reports.map(({ stderr }) => stderr).join(""),
    status: Math.max(0, ...reports.map(({ status }) => status)),
  };
}

/** The same jail with `persist`. */
function staying(jail: JailDefinition): JailDefinition {
  if (jail.parameters.some(({ plain, negated }) => plain === "persist" && !negated)) return jail;
  const cause = { what: "persist, so that it can be looked at", from: "default" } as const;
  const persist = { name: "persist", plain: "persist", negated: false, values: [], cause };
  return { ...jail, parameters: [...jail.parameters.filter(({ plain }) => plain !== "persist"), persist] };
}

interface Opened {
  readonly definitions: readonly JailDefinition[];
  readonly sourceOf: (path: string) => Source | undefined;
}

/** A file that jail(8) itself refuses starts nothing. */
function readDefinitions({ file, text }: GivenFile, options: CommonOptions): Opened {
  const { root, sources, sourceOf, nameOf } = openJailFile(file, text, options);
  const { accepted, errors } = report(root, sources, options.release);
  const [first] = errors;
  if (!accepted) {
    const where =
      first && !("jail" in first) && first.line != null
        ? `${nameOf(first.file ?? root.path)}:${first.line}`
        : file;
    throw new UsageError(`${where}: ${first?.message ?? "jail(8) does not accept it"} (nothing is started)`);
  }
  const configuration = resolveAll(root, sources, options.release);
  const names = new Map(configuration.documents.map(({ path }) => [nameOf(path), path]));
  return {
    definitions: definitionsOf(configuration, nameOf),
    sourceOf: (path) => {
      const own = names.get(path);
      return own === undefined ? undefined : sourceOf(own);
    },
  };
}
