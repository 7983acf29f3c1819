import type { Host } from "../host.ts";

/** Pieces that the outputs of many tools are made of. */

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  readonly width?: number;
}

/** Rows below a header; a column is as wide as its longest cell, and what stands last is not filled up. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { header = true, gap = " " }: { header?: boolean; gap?: string } = {},
): string {
  const all = header ? [columns.map(({ title }) => title), ...rows] : rows;
  const widths = columns.map(({ width = 0, title }, i) =>
    Math.max(width, header ? title.length : 0, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  return all
    .map((row) => {
      const cells = columns.map(({ right }, i) => {
        const cell = row[i] ?? "";
        const width = widths[i] ?? 0;
        if (right) return cell.padStart(width);
        return i === columns.length - 1 ? cell : cell.padEnd(width);
      });
      return `${cells.join(gap)}\n`;
    })
    .join("");
}

/** humanize_number(3) as df -h and du -h use it: at most three digits, one decimal below ten. */
export function humanSize(bytes: number): string {
  const letters = ["B", "K", "M", "G", "T", "P", "E"];
  let value = bytes;
  let step = 0;
  while (Math.round(value) >= 1000 && step < letters.length - 1) {
    value /= 1024;
    step++;
  }
  const text = step > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${text}${letters[step]}`;
}

export function userText(host: Host, uid: number): string {
  return host.state.machine.users.find((user) => user.uid === uid)?.name ?? String(uid);
}

export function groupText(host: Host, gid: number): string {
  return host.state.machine.groups.find((group) => group.gid === gid)?.name ?? String(gid);
}

/** A number for a name of a user or a number. */
export function userId(host: Host, text: string): number | undefined {
  const named = host.state.machine.users.find(({ name }) => name === text);
  return named?.uid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
}

export function groupId(host: Host, text: string): number | undefined {
  const named = host.state.machine.groups.find(({ name }) => name === text);
  return named?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment in UTC, the time zone of every simulated machine, in parts that tools put together. */
export interface Moment {
  readonly year: number;
  readonly month: string;
  readonly monthNumber: number;
  readonly day: number;
  readonly weekday: string;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

const SECONDS_A_DAY = 86_400;

/** Of seconds since 1970. Gregorian calendar by the rule of 400 years. */
export function momentOf(time: number): Moment {
  const days = Math.floor(time / SECONDS_A_DAY);
  const rest = Math.floor(time - days * SECONDS_A_DAY);
  // Counted from 1 March of the year 0, so that a leap day is the last of its year.
  const since = days + 719_468;
  const era = Math.floor(since / 146_097);
  const ofEra = since - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const monthNumber = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (monthNumber <= 2 ? 1 : 0),
    month: MONTHS[monthNumber - 1] as string,
    monthNumber,
    day: ofYear - Math.floor((153 * shifted + 2) / 5) + 1,
    weekday: DAYS[(((days + 4) % 7) + 7) % 7] as string,
    hours: Math.floor(rest / 3600),
    minutes: Math.floor(rest / 60) % 60,
    seconds: rest % 60,
  };
}

export function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** `Thu Jan  1 00:00:00 UTC 2026`, as date(1) prints it. */
export function dateText(time: number): string {
  const { weekday, month, day, hours, minutes, seconds, year } = momentOf(time);
  const clock = [hours, minutes, seconds].map(twoDigits).join(":");
  return `${weekday} ${month} ${String(day).padStart(2)} ${clock} UTC ${year}`;
}

/** `Jan  1 00:00`, as ls -l prints what is not older than half a year. */
export function shortDate(time: number): string {
  const { month, day, hours, minutes } = momentOf(time);
  return `${month} ${String(day).padStart(2)} ${twoDigits(hours)}:${twoDigits(minutes)}`;
}

/** Lines of a text, the last one with or without its end. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
