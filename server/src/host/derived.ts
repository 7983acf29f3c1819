/**
 * Indexes: what would otherwise be searched in all processes, sockets, mounts or prisons at each call. An index is
 * derived from a part of the state and never belongs to it: it hangs on the object, so that a restored snapshot, whose
 * objects are others, gets a new one. Whoever changes what is indexed goes through the functions beside the index.
 */
export class Derived<S extends object, T> {
  private readonly known = new WeakMap<S, T>();
  private readonly build: (source: S) => T;

  constructor(build: (source: S) => T) {
    this.build = build;
  }

  of(source: S): T {
    const known = this.known.get(source);
    if (known !== undefined) return known;
    const built = this.build(source);
    this.known.set(source, built);
    return built;
  }

  /** For changes that reach so much that the index is better built anew. */
  forget(source: S): void {
    this.known.delete(source);
  }
}

/**
 * Several values to a key; none of them is a set. Most keys have one value, which stands there itself: with thousands of
 * containers a set for each would be most of what an index takes.
 */
export type Groups<K, V> = Map<K, V | Set<V>>;

export function put<K, V>(groups: Groups<K, V>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, value);
  else if (group instanceof Set) group.add(value);
  else if (group !== value) groups.set(key, new Set([group, value]));
}

/** Takes a value away, and the key with its last one. */
export function take<K, V>(groups: Groups<K, V>, key: K, value: V): void {
  const group = groups.get(key);
  if (group instanceof Set) {
    if (group.delete(value) && group.size === 0) groups.delete(key);
  } else if (group === value) groups.delete(key);
}

/** The values of a key, in the order in which they came. */
export function valuesOf<K, V>(groups: Groups<K, V>, key: K): V[] {
  const group = groups.get(key);
  if (group === undefined) return [];
  return group instanceof Set ? [...group] : [group];
}

/** What the numbers of a key stand for in a table, in the order of the numbers. */
export function membersOf<K, T>(
  groups: Groups<K, number>,
  key: K,
  table: Readonly<Record<number, T | undefined>>,
): T[] {
  const group = groups.get(key);
  if (group === undefined) return [];
  if (group instanceof Set) return entriesOf(table, sorted(group));
  const only = table[group];
  return only === undefined ? [] : [only];
}

/** Entries of a table by numbers; nothing for those that it does not have. */
export function entriesOf<T>(
  table: Readonly<Record<number, T | undefined>>,
  numbers: readonly number[],
): T[] {
  const found: T[] = [];
  for (const number of numbers) {
    const entry = table[number];
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

/** A sum over what the numbers of a key stand for in a table; it makes nothing, so that it is cheap at each call. */
export function sumOf<K, T>(
  groups: Groups<K, number>,
  key: K,
  table: Readonly<Record<number, T | undefined>>,
  of: (entry: T) => number,
): number {
  const group = groups.get(key);
  if (group === undefined) return 0;
  let sum = 0;
  for (const number of group instanceof Set ? group : [group]) {
    const entry = table[number];
    if (entry !== undefined) sum += of(entry);
  }
  return sum;
}

/** The first of what the numbers of a key stand for in a table that is meant, whichever that is; makes nothing either. */
export function findOf<K, T>(
  groups: Groups<K, number>,
  key: K,
  table: Readonly<Record<number, T | undefined>>,
  meant: (entry: T) => boolean,
): T | undefined {
  const group = groups.get(key);
  if (group === undefined) return undefined;
  for (const number of group instanceof Set ? group : [group]) {
    const entry = table[number];
    if (entry !== undefined && meant(entry)) return entry;
  }
  return undefined;
}

/** How many values a key has. */
export function sizeOf<K, V>(groups: Groups<K, V>, key: K): number {
  const group = groups.get(key);
  if (group === undefined) return 0;
  return group instanceof Set ? group.size : 1;
}

/** Numbers, in their order. */
export function sorted(numbers: Iterable<number>): number[] {
  const list: number[] = [];
  let inOrder = true;
  let last = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    if (number < last) inOrder = false;
    last = number;
    list.push(number);
  }
  // Most have come in their order.
  return inOrder ? list : list.sort((a, b) => a - b);
}
