import type { Location } from "@zonewarden/server/protocol";
import { Range, Uri, window } from "vscode";

export function rangeOf({ range: { start, end } }: Location): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** Opens a place in an editor and selects it. */
export async function goTo(location: Location, preserveFocus = false): Promise<void> {
  await window.showTextDocument(Uri.parse(location.uri), {
    selection: rangeOf(location),
    preserveFocus,
    preview: true,
  });
}
