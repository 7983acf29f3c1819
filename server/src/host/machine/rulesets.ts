import type { DevfsRule } from "../filesystem/types.ts";

/** Rules get numbers in steps of this. Source: devfs(8). */
const STEP = 100;

/** The rules of a ruleset as lines of devfs(8), without their numbers. The shape is checked before. */
export function parseRules(lines: readonly string[]): DevfsRule[] {
  return lines.map((line, position) => {
    const [, path, type, action = "", argument] =
      /^(?:path (\S+) )?(?:type (\S+) )?(\S+)(?: (\S+))?$/.exec(line) ?? [];
    return {
      number: (position + 1) * STEP,
      ...(path !== undefined && { path }),
      ...(type !== undefined && { type: type as NonNullable<DevfsRule["type"]> }),
      action: action as DevfsRule["action"],
      ...(argument !== undefined && { argument }),
    };
  });
}

export function ruleText({ path, type, action, argument }: DevfsRule): string {
  return [path && `path ${path}`, type && `type ${type}`, action, argument].filter(Boolean).join(" ");
}
