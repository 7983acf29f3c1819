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

/** All containers of a moment, those of files first. `known`: the names that the host has. */
export function candidatesOf({ files, booted }: Moment, known: Iterable<string>): Candidate[] {
  const found = new Map<string, Omit<Candidate, "isOurs">>();
  for (const file of files)
    for (const configured of file.containers) {
      const { name } = configured;
      if (found.get(name)?.file === file) continue;
      // Of two files that configure the same name on one host, the second one's is another container.
      const id = found.has(name) ? `${name}@${file.path}` : name;
      if (!found.has(id)) found.set(id, { id, name, file, configured });
    }
  for (const name of known)
    if (!found.has(name)) found.set(name, { id: name, name, file: undefined, configured: undefined });
  const startedFrom = (name: string) => {
    const file = files.find((one) => one.path === booted[name]?.path);
    return file?.containers.some((one) => one.name === name) ? file : undefined;
  };
  return [...found.values()].map((candidate) => {
    const from = startedFrom(candidate.name);
    // It runs from the file that it was started from; of one that nobody knows, the first is as good as any.
    return {
      ...candidate,
      isOurs: from === undefined ? candidate.id === candidate.name : candidate.file === from,
    };
  });
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
