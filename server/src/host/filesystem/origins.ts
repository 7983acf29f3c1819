import { own } from "../../catalog/own.ts";
import { Derived } from "../derived.ts";
import { type Groups, put, take, valuesOf } from "../groups.ts";
import type { Host } from "../host.ts";
import type { Dataset, FileSystems } from "./types.ts";

/** Which datasets are clones of which snapshot: the property `origin`, the other way round. */
const indexes = new Derived<FileSystems, Groups<string, string>>(({ datasets }) => {
  const clones: Groups<string, string> = new Map();
  for (const { name, properties } of Object.values(datasets))
    if (properties["origin"] !== undefined) put(clones, properties["origin"], name);
  return clones;
});

/** The snapshot that a dataset is a clone of. */
export function originOf({ properties }: Dataset): string | undefined {
  return properties["origin"];
}

/** Clones of a snapshot, in the order in which they were made. */
export function clonesOf({ state: { files } }: Host, snapshot: string): string[] {
  return valuesOf(indexes.of(files), snapshot).filter((name) => own(files.datasets, name) !== undefined);
}

/** Makes a dataset a clone of a snapshot, or of none. */
export function setOrigin({ state: { files } }: Host, dataset: Dataset, snapshot: string | undefined): void {
  const clones = indexes.of(files);
  const known = originOf(dataset);
  if (known !== undefined) take(clones, known, dataset.name);
  if (snapshot === undefined) {
    delete dataset.properties["origin"];
    return;
  }
  dataset.properties["origin"] = snapshot;
  put(clones, snapshot, dataset.name);
}
