/** Text that means itself in a snippet. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

/** A tab stop where one of some words is chosen. */
export function choice(values: readonly string[], stop = 1): string {
  return `\${${stop}|${values.map((value) => value.replace(/[\\,|$}]/g, "\\$&")).join(",")}|}`;
}
