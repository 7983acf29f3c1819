/**
 * Several values to a key, as indexes have them; none of the values is a set or a list itself. Most keys have one value,
 * which stands there alone, or a few, which are a list: with thousands of containers a set for each would be most of what
 * an index takes.
 */
export interface Groups<K, V> {
  get(key: K): Group<V> | undefined;
  set(key: K, group: Group<V>): unknown;
  delete(key: K): unknown;
}

type Group<V> = V | V[] | Set<V>;

/** Groups whose keys can be listed. */
export type GroupMap<K, V> = Map<K, Group<V>>;

/** More values than that are a set. */
const MOST_LISTED = 16;

/** By numbers that are not negative, mostly small ones: a list finds them much faster than a map, which has to search. */
export class Numbered<V> {
  private readonly values: (V | undefined)[] = [];

  get(key: number): V | undefined {
    return this.values[key];
  }

  set(key: number, value: V): void {
    this.values[key] = value;
  }

  delete(key: number): void {
    this.values[key] = undefined;
  }
}

/** Groups by numbers that are not negative. */
export function numbered<V>(): Groups<number, V> {
  return new Numbered<Group<V>>();
}

export function put<K, V>(groups: Groups<K, V>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, value);
  else if (Array.isArray(group)) {
    if (group.includes(value)) return;
    if (group.length < MOST_LISTED) group.push(value);
    else groups.set(key, new Set(group).add(value));
  } else if (group instanceof Set) group.add(value);
  else if (group !== value) groups.set(key, [group, value]);
}

/** Takes a value away, and the key with its last one. */
export function take<K, V>(groups: Groups<K, V>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === value) groups.delete(key);
  else if (Array.isArray(group)) {
    const at = group.indexOf(value);
    if (at < 0) return;
    group.splice(at, 1);
    if (group.length === 0) groups.delete(key);
  } else if (group instanceof Set && group.delete(value) && group.size === 0) groups.delete(key);
}

/** The values of a key, in the order in which they came. A copy. */
export function valuesOf<K, V>(groups: Groups<K, V>, key: K): V[] {
  const group = groups.get(key);
  if (group === undefined) return [];
  return isSeveral(group) ? [...group] : [group];
}

/** What the numbers of a key stand for in a table, in the order of the numbers. */
export function membersOf<K, T>(groups: Groups<K, number>, key: K, table: Table<T>): T[] {
  const group = groups.get(key);
  if (group === undefined) return [];
  if (isSeveral(group)) return entriesOf(table, sorted(group));
  const only = table[group];
  return only === undefined ? [] : [only];
}

type Table<T> = Readonly<Record<number, T | undefined>>;

/** Entries of a table by numbers; nothing for those that it does not have. */
export function entriesOf<T>(table: Table<T>, numbers: readonly number[]): T[] {
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
  table: Table<T>,
  of: (entry: T) => number,
): number {
  const group = groups.get(key);
  if (group === undefined) return 0;
  let sum = 0;
  for (const number of isSeveral(group) ? group : [group]) {
    const entry = table[number];
    if (entry !== undefined) sum += of(entry);
  }
  return sum;
}

/** One that is meant of what the numbers of a key stand for in a table, whichever that is; it makes nothing either. */
export function findOf<K, T>(
  groups: Groups<K, number>,
  key: K,
  table: Table<T>,
  meant: (entry: T) => boolean,
): T | undefined {
  const group = groups.get(key);
  if (group === undefined) return undefined;
  for (const number of isSeveral(group) ? group : [group]) {
    const entry = table[number];
    if (entry !== undefined && meant(entry)) return entry;
  }
  return undefined;
}

export function hasAny<K, V>(groups: Groups<K, V>, key: K): boolean {
  return groups.get(key) !== undefined;
}

/** How many values a key has. */
export function sizeOf<K, V>(groups: Groups<K, V>, key: K): number {
  const group = groups.get(key);
  if (group === undefined) return 0;
  if (Array.isArray(group)) return group.length;
  return group instanceof Set ? group.size : 1;
}

function isSeveral<V>(group: Group<V>): group is V[] | Set<V> {
  return Array.isArray(group) || group instanceof Set;
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
