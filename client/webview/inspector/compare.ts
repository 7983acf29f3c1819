import type { Row } from "./rows.ts";

/** What became of the rows of a list from one moment to another. */

export interface Comparison {
  /** By key; those that stayed as they were are not in it. */
  readonly marks: ReadonlyMap<string, "added" | "changed">;
  readonly removed: readonly Row[];
}

export const SAME: Comparison = { marks: new Map(), removed: [] };

/**
 * Rows are the same if they have one key, and unchanged if they also look the same. Where one of the lists does not have
 * all, nobody knows whether what only the other one has is new or gone.
 */
export function compareRows(before: readonly Row[], now: readonly Row[]): Comparison {
  const old = new Map(before.map((row) => [row.key, lookOf(row)]));
  const [hadAll, hasAll] = [before.every(isThing), now.every(isThing)];
  const marks = new Map<string, "added" | "changed">();
  for (const row of now.filter(isThing)) {
    const look = old.get(row.key);
    if (look === undefined && hadAll) marks.set(row.key, "added");
    else if (look !== undefined && look !== lookOf(row)) marks.set(row.key, "changed");
  }
  const keys = new Set(now.map(({ key }) => key));
  return { marks, removed: hasAll ? before.filter((row) => isThing(row) && !keys.has(row.key)) : [] };
}

function isThing({ stands }: Row): boolean {
  return stands === undefined;
}

/** How many things a list is about, those included that are not shown. */
export function thingsIn(rows: readonly Row[]): number {
  return rows.reduce((sum, { stands }) => sum + (stands ?? 1), 0);
}

function lookOf({ label, cells, mark, depth }: Row): string {
  return [label, mark, depth ?? 0, ...cells].join("\n");
}

export function countsOf({ marks, removed }: Comparison): {
  added: number;
  changed: number;
  removed: number;
} {
  let added = 0;
  for (const mark of marks.values()) if (mark === "added") added++;
  return { added, changed: marks.size - added, removed: removed.length };
}
