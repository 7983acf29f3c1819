/**
 * Amounts as zonestat(1) writes them, cut rather than rounded. In parsable output they have all their digits. The program
 * leaves out points and zeros behind them in some sizes, and so does this. Source: format_uint64(), format_pct(), format_cpu()
 * and format_ts() in usr/src/cmd/zonestat/zonestat/zonestat.c.
 */

/** Cuts a product that may be short of its whole number by an error of floating point. */
const cut = (value: number): number => Math.floor(value + 1e-6);

const UNITS = ["M", "G", "T", "P"] as const;

/** `9999`, `193K`, `9999K`, `16.0M`, `7140M`: of bytes or of things that are counted; `-` for no limit. */
export function amountText(value: number | undefined, parsable = false): string {
  if (value === undefined) return "-";
  if (value <= 9999) return String(cut(value));
  const tenths = (whole: number): number => cut((whole * 10) / 1024) - cut(whole / 1024) * 10;
  if (value <= 99_999) return `${cut(value / 1024)}${tenths(value)}K`;
  let left = cut(value / 1024);
  if (left <= 9999 || parsable) return `${left}K`;
  for (const unit of UNITS) {
    if (left <= 99_999) return `${cut(left / 1024)}.${tenths(left)}${unit}`;
    left = cut(left / 1024);
    if (left <= 9999) return `${left}${unit}`;
  }
  return `${left}P`;
}

/** `0.52%`, `15.3%`, `100%`; `-` for none. */
export function percentText(percent: number | undefined, parsable = false): string {
  if (percent === undefined) return "-";
  const hundredths = cut(percent * 100);
  const two = (value: number): string => String(value % 100).padStart(2, "0");
  if (hundredths <= 999 || parsable) return `${cut(hundredths / 100)}.${two(hundredths)}%`;
  if (hundredths <= 9999) return `${cut(hundredths / 100)}.${cut(hundredths / 10) % 10}%`;
  return `${cut(hundredths / 100)}%`;
}

/** `0.50`, `12.34`, `128`: CPUs; `-` for no cap. */
export function cpuText(cpus: number | undefined, parsable = false): string {
  if (cpus === undefined) return "-";
  const hundredths = cut(cpus * 100);
  const [high, low] = [cut(hundredths / 100), hundredths % 100];
  if (hundredths <= 999 || parsable) return `${high}.${String(low).padStart(2, "0")}`;
  return hundredths <= 99_999 ? `${high}.${low}` : String(high);
}

/** `0-00-05.00`: hours, minutes, seconds and hundredths of CPU time. */
export function cpuTimeText(seconds: number): string {
  const whole = cut(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hundredths = cut((seconds - whole) * 100);
  return `${cut(whole / 3600)}-${two(cut(whole / 60) % 60)}-${two(whole % 60)}.${two(hundredths)}`;
}
