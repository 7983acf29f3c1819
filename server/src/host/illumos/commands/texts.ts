/** Sizes and times in the forms of tools of illumos. */

/**
 * `4916K`, `12M`, `4.2G`: up to four digits of kilobytes, then the next unit. Source: usr/src/cmd/prstat/prutil.c
 * (Format_size); without `short` five digits are left before the unit grows.
 */
export function prstatSize(bytes: number, length = 5): string {
  let value = Math.round(bytes / 1024);
  const units = "KMGTP";
  let unit = 0;
  while (value >= 10 ** (length - 1) && unit < units.length - 1) {
    value = Math.floor((value + 512) / 1024);
    unit++;
  }
  return `${value}${units[unit]}`;
}

/** `0:03:28` of milliseconds. */
export function hourTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Percent in three characters, as prstat(8) cuts it: `0.1`, `9.5`, `20`. */
export function prstatPercent(percent: number): string {
  return percent.toFixed(1).slice(0, 3).replace(/\.$/, "").padStart(3);
}

/**
 * Three digits, and `B` or `s` as the unit: `16.0E` of bytes by powers of 1024, `65.5K` and `2.15G` of others by those of
 * 1000. Source: usr/src/cmd/prctl/prctl.c (scaled by the flags of the resource control).
 */
export function rctlAmount(
  value: number,
  flags: readonly string[],
): { readonly number: string; readonly unit: string } {
  const bytes = flags.includes("bytes");
  const seconds = flags.includes("seconds");
  const step = bytes ? 1024 : 1000;
  const suffix = bytes ? "B" : seconds ? "s" : "";
  const units = ["", "K", "M", "G", "T", "P", "E"];
  let scaled = value;
  let unit = 0;
  while (scaled >= step && unit < units.length - 1) {
    scaled /= step;
    unit++;
  }
  if (unit === 0) return { number: String(scaled), unit: suffix };
  const text = scaled >= 100 ? scaled.toFixed(0) : scaled >= 10 ? scaled.toFixed(1) : scaled.toFixed(2);
  return { number: `${text}${units[unit]}`, unit: suffix };
}
