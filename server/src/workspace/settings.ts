import type { Release } from "../configuration/jail-conf/types.ts";
import type { Level } from "../validation/rule.ts";

/** What users may set, checked. Names as in the extension's manifest, under `zonewarden`. */
export interface Settings {
  /** The FreeBSD whose jail(8) reads a jail.conf. */
  readonly release: Release;
  /** The system whose zonecfg reads a command file; `undefined` where the file has to tell. */
  readonly platform: Platform | undefined;
  /** Whether the machine that a configuration is for counts, as far as it is known. */
  readonly hostChecks: boolean;
  /** Levels by rule code or `topic/*`. */
  readonly levels: Readonly<Record<string, Level>>;
}

export const PLATFORMS = ["illumos", "omnios", "smartos", "solaris10", "solaris11"] as const;
export type Platform = (typeof PLATFORMS)[number];
export const RELEASES: readonly Release[] = [12, 13, 14, 15];
const LEVELS: readonly Level[] = ["error", "warning", "information", "hint", "off"];

export const defaultSettings: Settings = { release: 15, platform: undefined, hostChecks: true, levels: {} };

/** Rules that depend on the machine without asking for it: left out where the user does not work on it. */
const WITHOUT_HOST: Readonly<Record<string, Level>> = {
  "jail/include-missing": "off",
  "jail/include-unmatched": "off",
  "jail/address-without-interface": "off",
};

/** Reads the settings that an editor sends; whatever is missing or makes no sense is left at its default. */
export function parseSettings(value: unknown): Settings {
  const section = isRecord(value) ? value : {};
  const freebsd = isRecord(section["freebsd"]) ? section["freebsd"] : {};
  const release = RELEASES.find((r) => r === Number(freebsd["release"]));
  const platform = PLATFORMS.find((p) => p === section["platform"]);
  const hostChecks = section["hostChecks"] !== false;
  const levels: Record<string, Level> = hostChecks ? {} : { ...WITHOUT_HOST };
  for (const [code, level] of Object.entries(isRecord(section["rules"]) ? section["rules"] : {})) {
    const known = LEVELS.find((l) => l === level);
    if (known) levels[code] = known;
  }
  return { release: release ?? defaultSettings.release, platform, hostChecks, levels };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
