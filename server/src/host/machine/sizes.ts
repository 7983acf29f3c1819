const UNITS = ["", "K", "M", "G", "T", "P"] as const;

/** A size of a host file in bytes: `8G` is 8 × 1024³. */
export function bytes(size: number | string): number {
  if (typeof size === "number") return size;
  const [, number = "", unit = ""] = /^([\d.]+)([KMGTP]?)$/i.exec(size) ?? [];
  const power = UNITS.indexOf(unit.toUpperCase() as (typeof UNITS)[number]);
  if (number === "" || power < 0) throw new Error(`${JSON.stringify(size)} is no size`);
  return Math.round(Number(number) * 1024 ** power);
}

/** Bytes with the largest unit that expresses them without a fraction. */
export function sizeText(size: number): number | string {
  let power = 0;
  let rest = size;
  while (rest !== 0 && rest % 1024 === 0 && power < UNITS.length - 1) {
    rest /= 1024;
    power++;
  }
  return power === 0 ? size : `${rest}${UNITS[power]}`;
}
