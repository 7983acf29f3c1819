import { own } from "../../catalog/own.ts";
import { Derived } from "../derived.ts";
import { type Groups, put, take, valuesOf } from "../groups.ts";
import type { Host } from "../host.ts";
import type { Dataset, FileSystems } from "./types.ts";

/** Datasets by the jail that they are attached to. */
const indexes = new Derived<FileSystems, Groups<number, Dataset>>(({ datasets }) => {
  const index: Groups<number, Dataset> = new Map();
  for (const dataset of Object.values(datasets))
    if (dataset.container !== 0) put(index, dataset.container, dataset);
  return index;
});

/** Attaches a dataset to a jail, or with 0 to none. */
export function giveDataset({ state }: Host, dataset: Dataset, jid: number): void {
  const index = indexes.of(state.files);
  take(index, dataset.container, dataset);
  dataset.container = jid;
  if (jid !== 0) put(index, jid, dataset);
}

/** In the order of their names. */
export function datasetsOfContainer({ state }: Host, jid: number): Dataset[] {
  return valuesOf(indexes.of(state.files), jid)
    .filter(({ name }) => own(state.files.datasets, name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
