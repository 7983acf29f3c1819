import type { Hover, Location, LocationLink, MarkupContent } from "vscode-languageserver-protocol";

/** `textDocument` and `position` of the caret, which stands at `|` in an excerpt of the text. */
export function caretIn(uri: string, text: string, excerpt: string) {
  const before = excerpt.indexOf("|");
  const at = text.indexOf(excerpt.replace("|", ""));
  if (at < 0 || before < 0) throw new Error(`no ${excerpt}`);
  const lines = text.slice(0, at + before).split("\n");
  const position = { line: lines.length - 1, character: (lines.at(-1) ?? "").length };
  return { textDocument: { uri }, position };
}

export const markdownOf = (hover: Hover | null) =>
  (hover?.contents as MarkupContent | undefined)?.value ?? "";

/** The places of an answer, as `file:line`. */
export function places(found: Location | (Location | LocationLink)[] | null) {
  return [found ?? []].flat().map((place) => {
    const [target, range] =
      "targetUri" in place ? [place.targetUri, place.targetSelectionRange] : [place.uri, place.range];
    return `${target.slice(target.lastIndexOf("/") + 1)}:${range.start.line}`;
  });
}
