import { CompletionItemKind } from "vscode-languageserver-types";
import { commands } from "../../../catalog/zonecfg/lookup.ts";
import { platformName } from "../../../catalog/zonecfg/property.ts";
import { templates } from "../../../catalog/zonecfg/templates.ts";
import type { CompletionEntry } from "../../types.ts";
import type { Spot } from "../locate.ts";
import { entry, fits, nodeAt, type Place, ranked, wordAt } from "./place.ts";

/** Options, and what stands behind them. */
export function argumentCompletion(place: Place, spot: Extract<Spot, { in: "argument" }>): CompletionEntry[] {
  const { location } = place;
  const { command, node, flag } = spot;
  const range = node && !node.quoted ? nodeAt(location, node) : wordAt(location);
  if (node?.quoted) return [];
  const { name = "" } = command.word;
  if (name === "create" && flag?.text === "-t") return templateNames(place, range);
  if (name === "help")
    return [...commands.values()]
      .filter((candidate) => fits(candidate, place))
      .map((candidate) =>
        entry({ label: candidate.name, kind: CompletionItemKind.Keyword, rank: "a" }, range),
      );
  const options = commands.get(name)?.options ?? [];
  if (options.some((option) => option.flag === flag?.text && option.argument)) return [];
  const used = new Set(command.args.flatMap((arg) => (arg === node ? [] : [arg.text])));
  return options.flatMap((option, index) =>
    used.has(option.flag) || !fits(option, place)
      ? []
      : [
          entry(
            {
              label: option.flag,
              kind: CompletionItemKind.Keyword,
              rank: ranked("a", index),
              detail: option.doc.replaceAll("`", ""),
              insertText: option.argument ? `${option.flag} ` : option.flag,
              ...(option.argument && { description: option.argument, again: true }),
            },
            range,
          ),
        ],
  );
}

function templateNames(
  { context, platforms }: Place,
  range: { start: number; end: number },
): CompletionEntry[] {
  // The zone's platforms may have been told by the very template that stands here.
  const here = context.platform ? [context.platform] : platforms;
  const found = new Map<string, CompletionEntry>();
  for (const template of templates) {
    if (!here.includes(template.platform) || found.has(template.name)) continue;
    const about = template.brand === undefined ? "" : `brand ${template.brand} · `;
    const item = entry(
      {
        label: template.name,
        kind: CompletionItemKind.File,
        rank: ranked("a", found.size),
        detail: `${about}${platformName(template.platform)}`,
      },
      range,
    );
    found.set(template.name, item);
  }
  return [...found.values()];
}
