import type { Kernel } from "../kernel.ts";
import type { Command } from "./command.ts";

interface Index {
  readonly byName: ReadonlyMap<string, Command>;
  readonly byPath: ReadonlyMap<string, Command>;
}

/** Built when it is first needed: some commands run others, so that their files import each other. */
const built = new WeakMap<Kernel, Index>();

function indexOf(kernel: Kernel): Index {
  const known = built.get(kernel);
  if (known) return known;
  const all = kernel.shell.programs().flatMap(([, commands]) => commands);
  const index = {
    byName: new Map(all.map((command) => [command.name, command])),
    byPath: new Map(all.map((command) => [command.path, command])),
  };
  built.set(kernel, index);
  return index;
}

export function commandNamed(kernel: Kernel, name: string): Command | undefined {
  return indexOf(kernel).byName.get(name);
}

/** Where a system has its programs. Of illumos many are in several of them, under the same name. */
const SYSTEM = /^(?:\/usr(?:\/local)?)?\/s?bin\//;

export function commandAt(kernel: Kernel, path: string): Command | undefined {
  const { byPath, byName } = indexOf(kernel);
  return byPath.get(path) ?? (SYSTEM.test(path) ? byName.get(path.replace(SYSTEM, "")) : undefined);
}
