import type { Configured, Deed } from "./deeds.ts";
import type { Checkpoint } from "./journal.ts";

/**
 * The past of a host as JSON. Each deed names all that files said at that moment, hundreds of times the same: every
 * definition is written once, and so is every list of them.
 */
export interface PackedPast {
  readonly definitions: readonly (Configured["jails"][number] | Configured["zones"][number])[];
  /** Places in `definitions`: of jails, and of zones. */
  readonly lists: readonly (readonly [jails: readonly number[], zones: readonly number[]])[];
  readonly checkpoints: readonly (Omit<Checkpoint, "deeds"> & { readonly deeds: readonly PackedDeed[] })[];
}

/** `own` and `all` are places in `lists`. */
type PackedDeed = Packed<Deed>;
type Packed<D> = D extends { all: Configured }
  ? Omit<D, "own" | "all"> & { readonly own?: number; readonly all: number }
  : D;

/**
 * The last checkpoints, as many as fit.
 * @param most characters of JSON
 * @returns undefined where not even the last one fits
 */
export function packPast(checkpoints: readonly Checkpoint[], most: number): PackedPast | undefined {
  let first = checkpoints.length;
  for (let left = most; first > 0; first--) {
    left -= (checkpoints[first - 1] as Checkpoint).state.length;
    if (left < 0) break;
  }
  for (; first < checkpoints.length; first++) {
    const packed = pack(checkpoints.slice(first));
    if (JSON.stringify(packed).length <= most) return packed;
  }
  return undefined;
}

function pack(checkpoints: readonly Checkpoint[]): PackedPast {
  const definitions = new Map<PackedPast["definitions"][number], number>();
  const lists = new Map<string, number>();
  const listed: PackedPast["lists"][number][] = [];
  const placeOf = (definition: PackedPast["definitions"][number]): number => {
    const known = definitions.get(definition) ?? definitions.size;
    definitions.set(definition, known);
    return known;
  };
  // Most deeds name the same object.
  const placesOfLists = new Map<Configured, number>();
  const listOf = (configured: Configured): number => {
    const place = placesOfLists.get(configured) ?? listNamed(configured);
    placesOfLists.set(configured, place);
    return place;
  };
  const listNamed = ({ jails, zones }: Configured): number => {
    const list = [jails.map(placeOf), zones.map(placeOf)] as const;
    const key = list.map((places) => places.join()).join(";");
    const known = lists.get(key) ?? listed.push(list) - 1;
    lists.set(key, known);
    return known;
  };
  const packed = checkpoints.map((checkpoint) => ({
    ...checkpoint,
    deeds: checkpoint.deeds.map((deed): PackedDeed => {
      if (!("all" in deed)) return deed;
      const all = listOf(deed.all);
      return "own" in deed ? { ...deed, own: listOf(deed.own), all } : { ...deed, all };
    }),
  }));
  return { definitions: [...definitions.keys()], lists: listed, checkpoints: packed };
}

export function unpackPast({ definitions, lists, checkpoints }: PackedPast): Checkpoint[] {
  const configured = lists.map(
    ([jails, zones]) =>
      ({
        jails: jails.map((place) => definitions[place]),
        zones: zones.map((place) => definitions[place]),
      }) as Configured,
  );
  const listAt = (place: number) => configured[place] ?? { jails: [], zones: [] };
  return checkpoints.map((checkpoint) => ({
    ...checkpoint,
    deeds: checkpoint.deeds.map((deed): Deed => {
      if (!("all" in deed)) return deed;
      const all = listAt(deed.all);
      return deed.kind === "command" ? { ...deed, own: listAt(deed.own ?? -1), all } : { ...deed, all };
    }),
  }));
}
