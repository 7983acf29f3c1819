import type { ResolvedJail, ResolvedParameter } from "../../configuration/jail-conf/types.ts";
import { absolute, textOf } from "../../configuration/origin.ts";
import { code, some } from "../markdown.ts";
import { lineName, lineOf } from "../places.ts";
import type { FeatureContext } from "./context.ts";
import { blockName } from "./scope.ts";

/** How hovers tell where a value comes from. */

/** A value as it would be written: a bare word stands for true. */
export function valueText(parameter: ResolvedParameter): string {
  if (parameter.values.length === 0) return code("true");
  return some(
    parameter.values.map((value) => code(value.text)),
    8,
  );
}

/** Every statement that took part in a value, in order; what a later one dropped is struck through. */
export function originChain(context: FeatureContext, parameter: ResolvedParameter): string[] {
  const { contributions } = parameter;
  return contributions.map(({ setting, block, overridden }, index) => {
    const text = code(textOf(setting.origin));
    const place = `${blockName(block)}, ${lineName(context, setting.origin)}`;
    if (!overridden) return `- ${text} — ${place}`;
    const winner = contributions.slice(index + 1).find((c) => c.setting.operator !== "+=");
    const by = winner ? `; overridden at ${placeName(context, winner.setting.origin, setting.origin)}` : "";
    return `- ~~${text}~~ — ${place}${by}`;
  });
}

/** `line 12`, or with its file if that is another one than that of `near`. */
function placeName(
  context: FeatureContext,
  origin: Parameters<typeof lineName>[1],
  near: Parameters<typeof lineName>[1],
): string {
  if (origin.document !== near.document) return lineName(context, origin);
  return `line ${lineOf(origin.document, absolute(origin).start)}`;
}

/** What a parameter comes to in many jails: each value once with the jails that have it, a few of them. */
export function valuesAcross(
  jails: readonly { jail: ResolvedJail; parameter: ResolvedParameter }[],
  most = 3,
): string[] {
  const byValue = new Map<string, string[]>();
  for (const { jail, parameter } of jails) {
    const value = valueText(parameter);
    const names = byValue.get(value);
    if (names) names.push(jail.name);
    else byValue.set(value, [jail.name]);
  }
  const lines = [...byValue].slice(0, most).map(
    ([value, names]) =>
      `- ${value} in ${some(
        names.map((n) => code(n)),
        3,
      )}`,
  );
  const rest = byValue.size - most;
  if (rest > 0) lines.push(`- and ${rest} more ${rest === 1 ? "value" : "values"}`);
  return lines;
}
