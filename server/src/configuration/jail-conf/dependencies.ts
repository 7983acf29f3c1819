import type { Configuration, Origin, ResolvedJail } from "./types.ts";

/**
 * Which jails must be there before another one. Source: usr.sbin/jail/state.c (dep_setup).
 */
export interface Dependency {
  /** The name that is depended on, as a block's full name. */
  readonly name: string;
  /** The jails of that name: none if it is not defined, several if it is defined twice. */
  readonly targets: readonly ResolvedJail[];
  /**
   * `a.b` needs `a` because of its name alone: it is enough that `a` exists, its commands need not have finished.
   * Otherwise the name stands in `depend`.
   */
  readonly implied: boolean;
  /** The value in `depend`, or the header of the block. */
  readonly origin: Origin | undefined;
}

/** The jails of a configuration by name. */
export function jailsByName(configuration: Configuration): ReadonlyMap<string, readonly ResolvedJail[]> {
  const byName = new Map<string, ResolvedJail[]>();
  for (const jail of configuration.jails) {
    const same = byName.get(jail.name);
    if (same) same.push(jail);
    else byName.set(jail.name, [jail]);
  }
  return byName;
}

/** What `jail` depends on: by its name first, then by `depend` in the order of its values. */
export function dependenciesOf(
  jail: ResolvedJail,
  byName: ReadonlyMap<string, readonly ResolvedJail[]>,
): Dependency[] {
  const dependencies: Dependency[] = [];
  const parent = jail.name.slice(0, Math.max(0, jail.name.lastIndexOf(".")));
  const parents = byName.get(parent);
  if (parents && parents.length > 0)
    dependencies.push({ name: parent, targets: parents, implied: true, origin: jail.block.origin });
  for (const value of jail.find("depend")?.values ?? [])
    dependencies.push({
      name: value.text,
      targets: byName.get(value.text) ?? [],
      implied: false,
      origin: value.origin,
    });
  return dependencies;
}
