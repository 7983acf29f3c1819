import { existsSync, readFileSync } from "node:fs";

/** The tables that the catalog was made from, where they are at hand. */
const REFERENCE = new URL("../../../../../shared/reference/", import.meta.url);

export const there = existsSync(REFERENCE);
if (!there) console.warn(`Not compared with the reference: no ${REFERENCE.pathname}`);

/** A table of the reference; `otherwise` where there is none. */
export function read<T>(name: string, otherwise: T): T {
  return there ? (JSON.parse(readFileSync(new URL(name, REFERENCE), "utf8")) as T) : otherwise;
}
