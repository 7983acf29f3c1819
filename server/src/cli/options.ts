import { parseArgs } from "node:util";
import type { Release } from "../configuration/jail-conf/types.ts";
import type { Severity } from "../validation/rule.ts";
import { LANGUAGE_IDS, type LanguageId } from "../workspace/language.ts";
import { PLATFORMS, type Platform, RELEASES } from "../workspace/settings.ts";

/** A mistake in the call: printed with a hint to `--help`, exit code 2. */
export class UsageError extends Error {}

export const CHECK_FORMATS = ["text", "json", "sarif", "github"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];
const FAIL_ON = ["error", "warning", "information", "hint"] as const;
/** The last three are forms that zonecfg(8) has. */
const RESOLVE_FORMATS = ["text", "json", "export", "info", "xml"] as const;

export interface CommonOptions {
  readonly language: LanguageId | undefined;
  readonly release: Release;
  readonly platform: Platform | undefined;
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

const COMMON = {
  help: { type: "boolean", short: "h" },
  language: { type: "string" },
  release: { type: "string" },
  platform: { type: "string" },
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
  const release = choice("release", values["release"], RELEASES.map(String));
  return {
    help: values["help"] === true,
    language: choice("language", values["language"], LANGUAGE_IDS),
    release: release ? (Number(release) as Release) : 15,
    platform: choice("platform", values["platform"], PLATFORMS),
  };
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
