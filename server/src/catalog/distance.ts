/** Which names are near to a mistyped one: what suggestions in every language are made of. */

/**
 * The candidates at most `most` letters away, by default a third of them, best first, none much worse than the best.
 * Empty where nothing is near.
 */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  limit = 3,
  most = Math.max(1, Math.floor(name.length / 3)),
): string[] {
  const near: { name: string; distance: number }[] = [];
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > most) continue;
    const d = distance(name, candidate, most);
    if (d <= most) near.push({ name: candidate, distance: d });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const best = near[0]?.distance ?? 0;
  return near
    .filter((n) => n.distance <= best + 1)
    .slice(0, limit)
    .map((n) => n.name);
}

/** Edit distance with neighbouring letters swapped counting as one; more than `most` once it is beyond that. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, (before[j - 2] as number) + 1);
      row.push(d);
      if (d < least) least = d;
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] as number;
}
