import type { ConfiguredContainer, MainFile, Moment } from "./guests.ts";

/** A container of a file, or one that only the host knows. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly file: MainFile | undefined;
  readonly configured: ConfiguredContainer | undefined;
  /** Whether what the host has under that name is this one: of two files one may configure the same name. */
  readonly isOurs: boolean;
}

type Named = Omit<Candidate, "isOurs">;

/** All containers of a moment, those of files first. `known`: the names that the host has. */
export function candidatesOf(moment: Moment, known: Iterable<string>): Candidate[] {
  const found = inFiles(moment.files);
  const others: Named[] = [];
  for (const name of new Set(known)) if (!found.has(name)) others.push(onlyOnHost(name));
  return [...found.values(), ...others].map((one) => ({ ...one, isOurs: isOurs(moment, one) }));
}

/** One of them by its id. `isKnown`: whether the host has that name. */
export function candidateNamed(moment: Moment, id: string, isKnown: () => boolean): Candidate | undefined {
  const found = inFiles(moment.files).get(id) ?? (isKnown() ? onlyOnHost(id) : undefined);
  return found && { ...found, isOurs: isOurs(moment, found) };
}

function onlyOnHost(name: string): Named {
  return { id: name, name, file: undefined, configured: undefined };
}

const byFiles = new WeakMap<readonly MainFile[], ReadonlyMap<string, Named>>();

/** Those of files, by id. */
function inFiles(files: readonly MainFile[]): ReadonlyMap<string, Named> {
  const known = byFiles.get(files);
  if (known) return known;
  const found = new Map<string, Named>();
  for (const file of files)
    for (const configured of file.containers) {
      const { name } = configured;
      if (found.get(name)?.file === file) continue;
      // Of two files that configure the same name on one host, the second one's is another container.
      const id = found.has(name) ? `${name}@${file.path}` : name;
      if (!found.has(id)) found.set(id, { id, name, file, configured });
    }
  byFiles.set(files, found);
  return found;
}

/** It runs from the file that it was started from; of one that nobody knows, the first is as good as any. */
function isOurs({ files, booted }: Moment, { id, name, file }: Named): boolean {
  const path = booted[name]?.path;
  const from = path === undefined ? undefined : files.find((one) => one.path === path);
  return from && configures(from, name) ? file === from : id === name;
}

const namesOf = new WeakMap<readonly ConfiguredContainer[], ReadonlySet<string>>();

/** Whether a file configures a container of that name. */
export function configures({ containers }: MainFile, name: string): boolean {
  const known = namesOf.get(containers) ?? new Set(containers.map((one) => one.name));
  namesOf.set(containers, known);
  return known.has(name);
}

const byName = new WeakMap<readonly { readonly name: string }[], Map<string, unknown>>();

/** The last definition of a name: of thousands, without looking at each. */
export function definitionNamed<T extends { readonly name: string }>(
  all: readonly T[],
  name: string,
): T | undefined {
  const known = byName.get(all) ?? new Map<string, T>(all.map((one) => [one.name, one]));
  byName.set(all, known);
  return known.get(name) as T | undefined;
}

/** Virtual time that has passed, for a reader. */
export function durationText(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h`;
}
