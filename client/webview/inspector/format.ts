/** Numbers and times as people read them. */

/** Fills `{0}`, `{1}` … of a text. */
export function fillIn(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"];

/** `512 B`, `1.5 KB`, `24 MB`: binary thousands, as `top` and `prstat` count. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const rounded = value < 10 && unit > 0 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${UNITS[unit]}`;
}

/** An amount of a resource in its unit: `1.5 GB`, `12 processes`, `40 %`. */
export function amountText(amount: number, unit: string): string {
  if (unit === "bytes") return bytesText(amount);
  if (unit.startsWith("percent")) return `${amount} %`;
  if (unit === "seconds") return `${amount} s`;
  return unit === "" || unit === "count" ? String(amount) : `${amount} ${unit}`;
}

/** `0.120 s` below a minute, then `2:05.3`, `1:02:05`. */
export function clockText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(3)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(Math.floor(seconds % 60))}`;
}

/** How full: 0 to 1, and more where more is used than allowed; undefined where there is no limit. */
export function share(used: number, limit: number | null): number | undefined {
  if (limit === null) return undefined;
  if (limit <= 0) return used > 0 ? 1 : 0;
  return used / limit;
}

/** `0-3, 6` of the numbers 0, 1, 2, 3, 6. */
export function rangesText(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

/** Cuts a text so that it takes at most `width`, as `measure` says. */
export function shorten(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${text.slice(0, middle)}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? "…" : `${text.slice(0, low)}…`;
}
