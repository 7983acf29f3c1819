import type { PathView } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import type { Drawing, Measure, Shape } from "./drawing.ts";
import { fillIn, shorten } from "./format.ts";

/**
 * The way of packets out of a container: stations in rows, the container above, the outside below. What stops packets
 * stands below the name of the station that does.
 */

const LINE = 16;
const PAD = 8;
const GAP = 8;
/** Room for the lines between two rows. */
const STEP = 18;
const NARROWEST = 96;
const WIDEST = 280;
/** Lines that an obstacle may take. */
const MOST_LINES = 3;

/** A station where it is drawn; `more` counts those that have no room. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function layoutPath(
  path: readonly PathView[],
  width: number,
  measure: Measure,
  texts: Texts,
): Drawing {
  const back: Shape[] = [];
  const front: Shape[] = [];
  const places = new Map<string, Place>();
  const most = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  let y = 1;
  for (const row of rowsOf(path)) {
    const shown = row.length > most ? row.slice(0, Math.max(1, most - 1)) : row;
    const left = row.length - shown.length;
    const cells = shown.length + (left > 0 && most > 1 ? 1 : 0);
    const own = Math.min(WIDEST, Math.floor((width - (cells - 1) * GAP) / cells) - 1);
    const start = Math.max(0.5, (width - cells * own - (cells - 1) * GAP) / 2);
    const texted = shown.map((station) => linesOf(station, own - 2 * PAD, measure, texts));
    const height = Math.max(...texted.map((lines) => lines.length)) * LINE + PAD;
    shown.forEach((station, index) => {
      const x = start + index * (own + GAP);
      places.set(station.id, { x, y, width: own, height });
      front.push({ kind: "box", x, y, width: own, height, name: nameOf(station) });
      (texted[index] ?? []).forEach(([text, name], line) => {
        front.push({ kind: "text", x: x + PAD, y: y + LINE * (line + 1) - 1, text, name });
      });
    });
    if (cells > shown.length)
      front.push({
        kind: "text",
        x: start + shown.length * (own + GAP) + PAD,
        y: y + LINE,
        text: fillIn(texts.more, left),
        name: "quiet",
      });
    y += height + STEP;
  }
  for (const station of path)
    for (const id of station.to) {
      const [from, to] = [places.get(station.id), places.get(id)];
      if (from && to) back.push(lineBetween(from, to, station.obstacle?.all === true));
    }
  return { width, height: y - STEP + 2, back, items: [], front };
}

/** Each station in the row below all those that lead to it. */
export function rowsOf(path: readonly PathView[]): readonly (readonly PathView[])[] {
  const rank = new Map(path.map(({ id }) => [id, 0]));
  // As many rounds as there are stations, at most: a ring of bridges must not go on for ever.
  for (let round = 0, moved = true; moved && round < path.length; round++) {
    moved = false;
    for (const { id, to } of path)
      for (const next of to) {
        const below = (rank.get(id) ?? 0) + 1;
        if (!rank.has(next) || (rank.get(next) ?? 0) >= below) continue;
        rank.set(next, below);
        moved = true;
      }
  }
  const rows: PathView[][] = [];
  const last = Math.max(...rank.values());
  for (const station of path) {
    // The outside is the lowest even where nothing leads to it.
    const row = station.kind === "outside" ? Math.max(last, 1) : (rank.get(station.id) ?? 0);
    rows[row] = [...(rows[row] ?? []), station];
  }
  return rows.filter((row) => row !== undefined);
}

/** Texts of a station with their classes. */
function linesOf(
  { name, detail, kind, obstacle }: PathView,
  room: number,
  measure: Measure,
  texts: Texts,
): (readonly [text: string, name: string])[] {
  const title = kind === "gateway" ? fillIn(texts.gateway, name) : kind === "outside" ? texts.outside : name;
  const sign = obstacle ? (obstacle.all ? "✕ " : "! ") : "";
  const why = obstacle ? brokenLines(`${sign}${obstacle.text}`, room, measure) : [];
  return [
    [shorten(title, room, (text) => measure(text, "bold")), "title"],
    ...(detail ? [[shorten(detail, room, measure), "quiet"] as const] : []),
    ...why.map((line) => [line, obstacle?.all ? "stop" : "guard"] as const),
  ];
}

/** Breaks a sentence at its spaces; the last line is cut where there is more. */
export function brokenLines(text: string, room: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  const words = text.split(" ");
  for (const [index, word] of words.entries()) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || measure(longer) <= room) {
      line = longer;
      continue;
    }
    if (lines.length === MOST_LINES - 1) {
      line = [line, ...words.slice(index)].join(" ");
      break;
    }
    lines.push(shorten(line, room, measure));
    line = word;
  }
  return [...lines, shorten(line, room, measure)];
}

function nameOf({ kind, obstacle }: PathView): string {
  const state = obstacle ? (obstacle.all ? " stopped" : " guarded") : "";
  return `station ${kind}${state}`;
}

function lineBetween(from: Place, to: Place, isStopped: boolean): Shape {
  const [x, end] = [from.x + from.width / 2, to.x + to.width / 2].map(Math.round) as [number, number];
  const [top, bottom] = [from.y + from.height, to.y];
  const across = bottom - STEP / 2;
  return {
    kind: "line",
    points: [
      [x, top],
      [x, across],
      [end, across],
      [end, bottom],
    ],
    name: isStopped ? "way stopped" : "way",
  };
}

/** The whole way as a sentence, for those who do not see the picture. */
export function pathText(path: readonly PathView[], texts: Texts): string {
  return path
    .map(({ name, kind, detail, obstacle }) => {
      const title =
        kind === "gateway" ? fillIn(texts.gateway, name) : kind === "outside" ? texts.outside : name;
      return [title, detail, obstacle?.text].filter(Boolean).join(", ");
    })
    .join("; ");
}
