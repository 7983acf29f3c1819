/** Hardware addresses that are made up: locally administered, and the same in every run. */

/** Of a link by its position in the description. */
export function macAt(position: number): string {
  const low = [(position >> 8) & 0xff, position & 0xff].map((byte) => byte.toString(16).padStart(2, "0"));
  return ["02", "00", "00", "00", ...low].join(":");
}
