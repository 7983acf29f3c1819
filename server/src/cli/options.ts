import { parseArgs } from "node:util";
import type { Release } from "../configuration/jail-conf/types.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import type { Severity } from "../validation/rule.ts";
import { LANGUAGE_IDS, type LanguageId } from "../workspace/language.ts";
import { PLATFORMS, type Platform, RELEASES } from "../workspace/settings.ts";
import { readDescription } from "./hostFile.ts";
import { UsageError } from "./usageError.ts";

export const CHECK_FORMATS = ["text", "json", "sarif", "github"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];
const FAIL_ON = ["error", "warning", "information", "hint"] as const;
/** The last three are forms that zonecfg(8) has. */
const RESOLVE_FORMATS = ["text", "json", "export", "info", "xml"] as const;

/** What `host` does. */
const HOST_ACTIONS = ["init", "show", "check"] as const;
const HOST_FORMATS = ["text", "json"] as const;

export interface CommonOptions {
  readonly language: LanguageId | undefined;
  readonly release: Release;
  readonly platform: Platform | undefined;
  /** The machine that the host file describes; `undefined` without one. */
  readonly host: HostDescription | undefined;
  readonly help: boolean;
}
export interface CheckOptions extends CommonOptions {
  readonly failOn: Severity;
  readonly format: CheckFormat;
  readonly paths: readonly string[];
}
export interface ResolveOptions extends CommonOptions {
  readonly format: (typeof RESOLVE_FORMATS)[number];
  readonly file: string;
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
} as const;

export function checkOptions(args: readonly string[]): CheckOptions {
  const { values, positionals } = parse(args, { "fail-on": { type: "string" }, format: { type: "string" } });
  const common = commonOptions(values);
  if (positionals.length === 0 && !common.help)
    throw new UsageError("check needs at least one file or folder");
  return {
    ...common,
    failOn: choice("fail-on", values["fail-on"], FAIL_ON) ?? "error",
    format: choice("format", values["format"], CHECK_FORMATS) ?? "text",
    paths: positionals,
  };
}

export function resolveOptions(args: readonly string[]): ResolveOptions {
  const { values, positionals } = parse(args, { format: { type: "string" } });
  const common = commonOptions(values);
  if (positionals.length !== 1 && !common.help) throw new UsageError("resolve needs exactly one file");
  return {
    ...common,
    format: choice("format", values["format"], RESOLVE_FORMATS) ?? "text",
    file: positionals[0] ?? "",
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

type Values = Readonly<Record<string, string | boolean | undefined>>;

function parse(args: readonly string[], options: Readonly<Record<string, { type: "string" }>>) {
  try {
    const parsed = parseArgs({ args: [...args], options: { ...COMMON, ...options }, allowPositionals: true });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] as string) : String(error));
  }
}

function commonOptions(values: Values): CommonOptions {
  const help = values["help"] === true;
  const file = values["host"];
  const host = typeof file === "string" && !help ? readDescription(file) : undefined;
  return {
    help,
    language: choice("language", values["language"], LANGUAGE_IDS),
    release: releaseOf(values) ?? (host ? freeBsdOf(host) : undefined) ?? 15,
    platform: choice("platform", values["platform"], PLATFORMS) ?? (host ? platformOf(host) : undefined),
    host,
  };
}

function releaseOf(values: Values): Release | undefined {
  const release = choice("release", values["release"], RELEASES.map(String));
  return release ? (Number(release) as Release) : undefined;
}

/** The FreeBSD that a machine runs. */
function freeBsdOf({ system, release }: HostDescription): Release | undefined {
  return system === "freebsd" ? RELEASES.find((known) => known === Number.parseInt(release, 10)) : undefined;
}

/** The system with zones that a machine runs. */
function platformOf({ system, release }: HostDescription): Platform | undefined {
  if (system === "freebsd") return undefined;
  if (system === "solaris") return release.startsWith("10") ? "solaris10" : "solaris11";
  return system;
}

function choice<T extends string>(
  name: string,
  value: string | boolean | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find((a) => a === value);
  if (!known)
    throw new UsageError(`--${name} must be one of ${allowed.join(", ")}, not ${JSON.stringify(value)}`);
  return known;
}
