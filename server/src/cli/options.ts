import { parseArgs } from "node:util";
import type { Release } from "../configuration/jail-conf/types.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import { platformOfMachine } from "../simulation/machines.ts";
import type { Severity } from "../validation/rule.ts";
import type { HostDocument } from "../workspace/hostDocument.ts";
import { LANGUAGE_IDS, type LanguageId } from "../workspace/language.ts";
import { PLATFORMS, type Platform, RELEASES } from "../workspace/settings.ts";
import { nearestHost, readHost } from "./hostFile.ts";
import { languageOf } from "./inputs.ts";
import { nodeFiles } from "./nodeFiles.ts";
import { UsageError } from "./usageError.ts";

export const CHECK_FORMATS = ["text", "json", "sarif", "github"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];
const FAIL_ON = ["error", "warning", "information", "hint"] as const;
/** The last three are forms that zonecfg(8) has. */
const RESOLVE_FORMATS = ["text", "json", "export", "info", "xml"] as const;

/** What `host` does. */
const HOST_ACTIONS = ["init", "show", "check"] as const;
const HOST_FORMATS = ["text", "json"] as const;
const BOOT_FORMATS = ["text", "json"] as const;

export interface CommonOptions {
  readonly language: LanguageId | undefined;
  readonly release: Release;
  readonly platform: Platform | undefined;
  /** The machine that the host file describes: the one that is named, else the nearest; `undefined` without one. */
  readonly host: HostDescription | undefined;
  /** The file that describes it. */
  readonly hostDocument?: HostDocument | undefined;
  readonly help: boolean;
}
export interface CheckOptions extends CommonOptions {
  /** Whether the machine of each file is described by the nearest host file, where none is named. */
  readonly nearest: boolean;
  readonly failOn: Severity;
  readonly format: CheckFormat;
  readonly paths: readonly string[];
}
export interface ResolveOptions extends CommonOptions {
  readonly format: (typeof RESOLVE_FORMATS)[number];
  readonly file: string;
}

export interface FmtOptions extends CommonOptions {
  /** Whether files are written back, or only compared; `print` writes to standard output. */
  readonly mode: "print" | "check" | "write";
  readonly paths: readonly string[];
}

export interface BootOptions extends CommonOptions {
  readonly format: (typeof BOOT_FORMATS)[number];
  /** Only these, with what they depend on; all if there are none. */
  readonly containers: readonly string[];
  /** Commands at once, as `jail -p`; 0 for any number. */
  readonly parallel: number;
  /** Whether they are stopped again. */
  readonly stop: boolean;
  readonly files: readonly string[];
}

export interface ShellOptions extends CommonOptions {
  readonly files: readonly string[];
  /** `undefined` for the host. */
  readonly container: string | undefined;
  readonly command: string;
  readonly why: boolean;
}

export interface ReplayOptions {
  readonly help: boolean;
  readonly release: Release | undefined;
  readonly platform?: Platform | undefined;
  /** Whether host files are left alone. */
  readonly withoutHost?: boolean;
  /** Whether the outputs are written back. */
  readonly update: boolean;
  /** Folders and transcripts. */
  readonly paths: readonly string[];
}

export interface ProbeOptions extends CommonOptions {
  readonly format: (typeof BOOT_FORMATS)[number];
  /** Only these; all if there are none. */
  readonly containers: readonly string[];
  readonly file: string;
}

export interface ExplainOptions extends CommonOptions {
  readonly format: (typeof BOOT_FORMATS)[number];
  readonly container: string;
  readonly action: string;
  readonly file: string;
}

export interface DiffOptions extends CommonOptions {
  readonly format: (typeof BOOT_FORMATS)[number];
  readonly before: string;
  readonly after: string;
}

export interface HostOptions {
  readonly help: boolean;
  readonly action: (typeof HOST_ACTIONS)[number];
  readonly format: (typeof HOST_FORMATS)[number];
  /** `undefined` where none was named. */
  readonly file: string | undefined;
  /** `undefined` where none was named. */
  readonly release: Release | undefined;
  readonly platform: Platform | undefined;
}

const COMMON = {
  help: { type: "boolean", short: "h" },
  language: { type: "string" },
  release: { type: "string" },
  platform: { type: "string" },
  host: { type: "string" },
  "no-host": { type: "boolean" },
} as const;

export function checkOptions(args: readonly string[]): CheckOptions {
  const { values, positionals } = parse(args, { "fail-on": { type: "string" }, format: { type: "string" } });
  const common = commonOptions(values);
  if (positionals.length === 0 && !common.help)
    throw new UsageError("check needs at least one file or folder");
  return {
    ...common,
    nearest: values["no-host"] !== true,
    failOn: choice("fail-on", values["fail-on"], FAIL_ON) ?? "error",
    format: choice("format", values["format"], CHECK_FORMATS) ?? "text",
    paths: positionals,
  };
}

export function resolveOptions(args: readonly string[]): ResolveOptions {
  const { values, positionals } = parse(args, { format: { type: "string" } });
  const common = commonOptions(values, positionals[0]);
  if (positionals.length !== 1 && !common.help) throw new UsageError("resolve needs exactly one file");
  return {
    ...common,
    format: choice("format", values["format"], RESOLVE_FORMATS) ?? "text",
    file: positionals[0] ?? "",
  };
}

export function fmtOptions(args: readonly string[]): FmtOptions {
  const { values, positionals } = parse(args, { check: { type: "boolean" }, write: { type: "boolean" } });
  const common = commonOptions(values);
  const check = values["check"] === true;
  const write = values["write"] === true;
  if (!common.help) {
    if (positionals.length === 0) throw new UsageError("fmt needs at least one file");
    if (check && write) throw new UsageError("--check and --write exclude each other");
    if (write && positionals.includes("-")) throw new UsageError("standard input cannot be written back");
  }
  return { ...common, mode: check ? "check" : write ? "write" : "print", paths: positionals };
}

export function bootOptions(args: readonly string[]): BootOptions {
  const { values, positionals } = parse(args, {
    format: { type: "string" },
    container: { type: "string", multiple: true },
    parallel: { type: "string", short: "p" },
    stop: { type: "boolean" },
  });
  const common = commonOptions(values, positionals[0]);
  if (positionals.length === 0 && !common.help) throw new UsageError("boot needs at least one file");
  const parallel = values["parallel"] ?? "0";
  if (!/^\d+$/.test(String(parallel))) throw new UsageError(`--parallel takes a number, not ${parallel}`);
  return {
    ...common,
    format: choice("format", values["format"], BOOT_FORMATS) ?? "text",
    containers: listOf(values["container"]),
    parallel: Number(parallel),
    stop: values["stop"] === true,
    files: positionals,
  };
}

export function shellOptions(args: readonly string[]): ShellOptions {
  const { values, positionals } = parse(args, {
    container: { type: "string" },
    command: { type: "string", short: "c" },
    why: { type: "boolean" },
  });
  const common = commonOptions(values, positionals[0]);
  const { container, command } = values;
  if (positionals.length === 0 && !common.help) throw new UsageError("shell needs a file");
  if (typeof command !== "string" && !common.help) throw new UsageError("shell needs a command: -c 'ps ax'");
  return {
    ...common,
    files: positionals,
    container: typeof container === "string" ? container : undefined,
    command: String(command),
    why: values["why"] === true,
  };
}

export function replayOptions(args: readonly string[]): ReplayOptions {
  const { values, positionals } = parse(args, { update: { type: "boolean" } });
  const help = values["help"] === true;
  if (positionals.length === 0 && !help)
    throw new UsageError("replay needs at least one folder or transcript");
  return {
    help,
    release: releaseOf(values),
    platform: choice("platform", values["platform"], PLATFORMS),
    withoutHost: values["no-host"] === true,
    update: values["update"] === true,
    paths: positionals,
  };
}

export function probeOptions(args: readonly string[]): ProbeOptions {
  const { values, positionals } = parse(args, {
    format: { type: "string" },
    container: { type: "string", multiple: true },
  });
  const common = commonOptions(values, positionals[0]);
  if (positionals.length !== 1 && !common.help) throw new UsageError("probe needs exactly one file");
  return {
    ...common,
    format: choice("format", values["format"], BOOT_FORMATS) ?? "text",
    containers: listOf(values["container"]),
    file: positionals[0] ?? "",
  };
}

export function explainOptions(args: readonly string[]): ExplainOptions {
  const { values, positionals } = parse(args, { format: { type: "string" }, container: { type: "string" } });
  const { container } = values;
  const [action, file, ...more] = positionals;
  const common = commonOptions(values, file);
  if (!common.help) {
    if (typeof container !== "string") throw new UsageError("explain needs a jail or zone: --container N");
    if (file === undefined || more.length > 0) throw new UsageError("explain needs an action and one file");
  }
  return {
    ...common,
    format: choice("format", values["format"], BOOT_FORMATS) ?? "text",
    container: String(container),
    action: action ?? "",
    file: file ?? "",
  };
}

export function diffOptions(args: readonly string[]): DiffOptions {
  const { values, positionals } = parse(args, { format: { type: "string" } });
  const common = commonOptions(values, positionals[0]);
  const [before, after, ...more] = positionals;
  if ((after === undefined || more.length > 0) && !common.help)
    throw new UsageError("diff needs two files: the old one and the new one");
  return {
    ...common,
    format: choice("format", values["format"], BOOT_FORMATS) ?? "text",
    before: before ?? "",
    after: after ?? "",
  };
}

export function hostOptions(args: readonly string[]): HostOptions {
  const { values, positionals } = parse(args, { format: { type: "string" } });
  const [action, file, ...more] = positionals;
  const help = values["help"] === true;
  const known = HOST_ACTIONS.find((a) => a === action);
  if (!known && !help) throw new UsageError(`host needs what to do: ${HOST_ACTIONS.join(", ")}`);
  if (more.length > 0) throw new UsageError(`host ${action} takes one file`);
  const named = typeof values["host"] === "string" ? values["host"] : undefined;
  if (file !== undefined && named !== undefined && !help)
    throw new UsageError("name the host file once: as --host or without");
  return {
    help,
    action: known ?? "show",
    format: choice("format", values["format"], HOST_FORMATS) ?? "text",
    file: file ?? named,
    release: releaseOf(values),
    platform: choice("platform", values["platform"], PLATFORMS),
  };
}

type Value = string | boolean | undefined;
type Values = Readonly<Record<string, Value | readonly string[]>>;
type Definition = { type: "string" | "boolean"; short?: string; multiple?: boolean };

/** The values of an option that may be given several times. */
function listOf(value: Values[string]): readonly string[] {
  return typeof value === "object" ? value : [];
}

function parse(args: readonly string[], options: Readonly<Record<string, Definition>>) {
  try {
    const parsed = parseArgs({ args: [...args], options: { ...COMMON, ...options }, allowPositionals: true });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] as string) : String(error));
  }
}

/** `file`: the configuration whose machine is looked for where none is named. */
export function commonOptions(values: Values, file?: string): CommonOptions {
  const help = values["help"] === true;
  const language = choice("language", values["language"], LANGUAGE_IDS);
  const { description: host, document: hostDocument } = (!help && machineOf(values, file, language)) || {};
  return {
    help,
    language,
    release: releaseOf(values) ?? (host ? freeBsdOf(host) : undefined) ?? 15,
    platform:
      choice("platform", values["platform"], PLATFORMS) ?? (host ? platformOfMachine(host) : undefined),
    host,
    hostDocument,
  };
}

function machineOf(values: Values, file: string | undefined, language: LanguageId | undefined) {
  const named = values["host"];
  const without = values["no-host"] === true;
  if (typeof named === "string") {
    if (without) throw new UsageError("--host and --no-host exclude each other");
    return readHost(named);
  }
  if (without || file === undefined || file === "-") return undefined;
  // A file that cannot be read is for the command to complain of.
  return nearestHost(file, language ?? languageOf(file, nodeFiles.read(file) ?? "") ?? "jail-conf");
}

function releaseOf(values: Values): Release | undefined {
  const release = choice("release", values["release"], RELEASES.map(String));
  return release ? (Number(release) as Release) : undefined;
}

/** The FreeBSD that a machine runs. */
function freeBsdOf({ system, release }: HostDescription): Release | undefined {
  return system === "freebsd" ? RELEASES.find((known) => known === Number.parseInt(release, 10)) : undefined;
}

function choice<T extends string>(name: string, value: Values[string], allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find((a) => a === value);
  if (!known)
    throw new UsageError(`--${name} must be one of ${allowed.join(", ")}, not ${JSON.stringify(value)}`);
  return known;
}
