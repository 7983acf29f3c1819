import { Derived } from "../derived.ts";
import { type Groups, put, take, valuesOf } from "../groups.ts";
import type { Host } from "../host.ts";
import type { Dataset, FileSystems } from "./types.ts";

/** Names of datasets by that of the one above. */
const indexes = new Derived<FileSystems["datasets"], Groups<string, string>>((datasets) => {
  const index: Groups<string, string> = new Map();
  for (const name of Object.keys(datasets)) put(index, nameAbove(name), name);
  return index;
});

/** The dataset above by its name; nothing for a pool. */
export function nameAbove(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Puts a dataset among the others, in the place of one that has its name. */
export function putDataset({ state: { files } }: Host, dataset: Dataset): void {
  put(indexes.of(files.datasets), nameAbove(dataset.name), dataset.name);
  files.datasets[dataset.name] = dataset;
}

export function dropDataset({ state: { files } }: Host, name: string): void {
  take(indexes.of(files.datasets), nameAbove(name), name);
  delete files.datasets[name];
}

/** All datasets below one, each before those below it. */
export function datasetsBelow(host: Host, name: string): string[] {
  const index = indexes.of(host.state.files.datasets);
  return valuesOf(index, name).flatMap((one) => [one, ...datasetsBelow(host, one)]);
}
