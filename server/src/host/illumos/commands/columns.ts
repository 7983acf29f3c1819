/**
 * Tables of dladm(8), ipadm(8) and the like: fixed widths that hold a blank behind each value, which longer values push
 * aside until a shorter one makes up for it. Source: usr/src/lib/libinetutil/common/ofmt.c.
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
  /** Lists that are wider than their column go on below it. */
  readonly wrapped?: boolean;
}

/** The text, or the name of a field that there is none of. */
export function columnsText(
  known: readonly OutputField[],
  rows: readonly Readonly<Record<string, string>>[],
  { fields, parsable = false, wrapped = false }: OutputChoice = {},
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
  const body = rows.flatMap((row) => {
    const cells = chosen.map(({ name, width }) => {
      const value = row[name] || "--";
      return wrapped ? wrap(value, width) : [value];
    });
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, i) =>
      lineOf(
        chosen,
        cells.map((parts) => parts[i] ?? ""),
      ),
    );
  });
  const head = lineOf(
    chosen,
    chosen.map(({ name }) => name),
  );
  return { text: [head, ...body].join("") };
}

/** One line: what sticks out of its column takes the blanks of the next ones. */
function lineOf(fields: readonly OutputField[], cells: readonly string[]): string {
  let line = "";
  let overflow = 0;
  for (const [i, { width }] of fields.entries()) {
    const value = cells[i] ?? "";
    if (i === fields.length - 1) line += value;
    else if (value.length + overflow >= width) {
      overflow += value.length - width + 1;
      line += `${value} `;
    } else {
      line += value.padEnd(width - overflow);
      overflow = 0;
    }
  }
  return `${line}\n`;
}

/** A list in lines that fit a column, as far as its elements do. */
function wrap(value: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const element of value.split(",").filter((one) => one !== "")) {
    if (line !== "" && line.length + element.length > width) {
      lines.push(line);
      line = "";
    }
    line += `${element},`;
  }
  return [...lines, line.slice(0, -1)];
}
