import type { ContainerView } from "@zonewarden/server/protocol";

/** A picture as data: made by layouts that know no page, and drawn by `draw.ts`. */

export type Health = ContainerView["health"];

export type Shape =
  | {
      readonly kind: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly name: string;
    }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly name: string;
    }
  /** Straight pieces from point to point. */
  | {
      readonly kind: "line";
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly name: string;
      readonly arrow?: true;
    }
  | { readonly kind: "health"; readonly x: number; readonly y: number; readonly health: Health };

/** Shapes that are chosen together. */
export interface Item {
  readonly id: string;
  /** What a screen reader says. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** For `class`: the health, `changed`. */
  readonly name: string;
  readonly shapes: readonly Shape[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Below the items. */
  readonly back: readonly Shape[];
  readonly items: readonly Item[];
  /** Above them. */
  readonly front: readonly Shape[];
}

/** How wide a text is in pixels. */
export type Measure = (text: string, weight?: "bold") => number;

/** Puts boxes of given widths one after the other into lines of a width. */
export function wrap(
  widths: readonly number[],
  room: number,
  gap: number,
): readonly { readonly x: number; readonly line: number; readonly width: number }[] {
  let x = 0;
  let line = 0;
  return widths.map((wanted) => {
    const width = Math.min(wanted, room);
    if (x > 0 && x + width > room) {
      x = 0;
      line++;
    }
    const place = { x, line, width };
    x += width + gap;
    return place;
  });
}
