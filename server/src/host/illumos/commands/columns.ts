/**
 * Tables of dladm(8), ipadm(8) and the like: fixed widths that hold a blank behind each value, which longer values push
 * aside. Source: usr/src/cmd/cmd-inet/../lib/libinetutil/common/ofmt.c.
 */
export interface OutputField {
  readonly name: string;
  readonly width: number;
}

/** What `-o` and `-p` choose. */
export interface OutputChoice {
  /** Names of fields with commas; all where it is absent. */
  readonly fields?: string;
  /** Values alone, with colons between them. */
  readonly parsable?: boolean;
}

/** The text, or the name of a field that there is none of. */
export function columnsText(
  known: readonly OutputField[],
  rows: readonly Readonly<Record<string, string>>[],
  { fields, parsable = false }: OutputChoice = {},
): { readonly text: string } | { readonly unknown: string } {
  const names = fields === undefined || fields === "all" ? undefined : fields.toUpperCase().split(",");
  const unknown = names?.find((name) => known.every((field) => field.name !== name));
  if (unknown !== undefined) return { unknown };
  const chosen = names ? names.flatMap((name) => known.filter((field) => field.name === name)) : known;
  if (parsable)
    return {
      text: rows
        .map((row) => {
          const cells = chosen.map(({ name }) => row[name] ?? "");
          // A single field needs no escapes.
          const escaped = cells.length > 1 ? cells.map((cell) => cell.replace(/[\\:]/g, "\\$&")) : cells;
          return `${escaped.join(":")}\n`;
        })
        .join(""),
    };
  const line = (text: (field: OutputField) => string): string =>
    `${chosen
      .map((field, i) => (i === chosen.length - 1 ? text(field) : text(field).padEnd(field.width - 1)))
      .join(" ")}\n`;
  const body = rows.map((row) => line(({ name }) => row[name] || "--"));
  return { text: [line(({ name }) => name), ...body].join("") };
}
