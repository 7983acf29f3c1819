import { CompletionItemKind } from "vscode-languageserver-types";
import { privilegeMarkdown } from "../../../catalog/zonecfg/markdown.ts";
import { type PrivilegeStatus, privilegeStatus, privileges } from "../../../catalog/zonecfg/privileges.ts";
import type { CompletionEntry } from "../../types.ts";
import { brandsIn, ipTypeIn } from "../part.ts";
import { entry, fits, listWord, type Place, type ValueWord } from "./place.ts";

/**
 * The words of a `limitpriv` that fit at the caret. Behind `!` come the privileges that the zone would have, else
 * those that may be added; named ones are left out.
 */
export function privilegeCompletion(place: Place, word: ValueWord): CompletionEntry[] {
  const { location, part } = place;
  const { text } = location.document;
  const range = listWord(location, word);
  const { whole } = word;
  const removes = range.start > whole.start && /[!-]/.test(text.charAt(range.start - 1));
  const beside = `${text.slice(whole.start, range.start)},${text.slice(range.end, whole.end)}`.split(",");
  const named = new Set(beside.map((name) => name.replace(/^[!-]/, "").toLowerCase()));
  const [brand] = brandsIn(part);
  const ipType = ipTypeIn(part) ?? "shared";
  const items: CompletionEntry[] = [];
  const isFirst = range.start === whole.start;
  if (isFirst)
    items.push(
      entry(
        {
          label: "default",
          kind: CompletionItemKind.Keyword,
          rank: "0",
          detail: "the default set of the brand",
          documentation: privilegeMarkdown("default") ?? "",
        },
        range,
      ),
    );
  for (const privilege of privileges) {
    const { name, zone, group } = privilege;
    if (named.has(name) || !fits(privilege, place)) continue;
    const status = (brand && privilegeStatus(name, brand, ipType)) ?? zone[ipType];
    items.push(
      entry(
        {
          label: name,
          kind: CompletionItemKind.EnumMember,
          rank: rankOf(status, removes),
          description: status,
          detail: `${group} · ${privilege.description}`,
          documentation: privilegeMarkdown(name, brand, ipTypeIn(part)) ?? "",
        },
        range,
      ),
    );
  }
  return items;
}

/** What makes sense comes first: taking away what is there, or adding what is not. */
function rankOf(status: PrivilegeStatus, removes: boolean): string {
  const order: readonly PrivilegeStatus[] = removes
    ? ["default", "optional", "prohibited", "required"]
    : ["optional", "default", "required", "prohibited"];
  return `a${order.indexOf(status)}`;
}
