/** Numbers as zonecfg(8) takes them. Source: usr/src/lib/libzonecfg/common/libzonecfg.c (zonecfg_str_to_bytes). */

const POWERS = ["", "K", "M", "G", "T"] as const;

/** `512M` or `1.5G` in bytes, powers of 1024; NaN for anything else. */
export function bytesOf(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)B?$/i.exec(text) ?? [];
  if (number === "") return Number.NaN;
  return Math.floor(Number(number) * 1024 ** POWERS.indexOf(unit.toUpperCase() as (typeof POWERS)[number]));
}

/** `2`, or a range such as `1-3`, of CPUs; `undefined` for anything else. */
export function cpuRange(text: string): { min: number; max: number } | undefined {
  const [, min = "", max = min] = /^(\d+)(?:-(\d+))?$/.exec(text.replaceAll(" ", "")) ?? [];
  const range = { min: Number(min), max: Number(max) };
  return min === "" || range.min < 1 || range.max < range.min ? undefined : range;
}
