import { type Child, svg } from "./dom.ts";
import type { Health } from "./drawing.ts";
import type { Mark, Tone } from "./rows.ts";

/** Small pictures of 16 by 16: each state and verdict has a shape of its own, so that colour is never needed. */

/** For drawing inside of another SVG, with the upper left corner at a point. */
export function healthShape(health: Health, x: number, y: number): SVGElement {
  const shape = (...children: Child[]) =>
    svg("g", { class: `symbol ${health}`, transform: `translate(${x} ${y})` }, ...children);
  switch (health) {
    case "running":
      return shape(
        svg("circle", { cx: 8, cy: 8, r: 6.5, class: "solid" }),
        svg("path", { d: "M6.2 5 11 8 6.2 11Z", class: "cut" }),
      );
    case "stopped":
      return shape(svg("rect", { x: 2.5, y: 2.5, width: 11, height: 11, rx: 1.5, class: "hollow" }));
    case "transition":
      return shape(
        svg("circle", { cx: 8, cy: 8, r: 6, class: "hollow dashed" }),
        svg("path", { d: "M8 2a6 6 0 0 1 0 12Z", class: "solid" }),
      );
    case "failed":
      return shape(
        svg("path", { d: "M8 1.5 15 14H1Z", class: "solid" }),
        svg("path", { d: "M8 6v4M8 11.2v1.2", class: "cut line" }),
      );
  }
}

const MARKS: Readonly<Record<Exclude<Mark, "none">, string>> = {
  check: "M3 8.5 6.5 12 13 4.5",
  ring: "M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9",
  slash: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 4.2l7.6 7.6",
  question: "M5.5 6a2.5 2.5 0 1 1 3.4 2.3q-.9.4-.9 1.5M8 11.8v1",
  dot: "M8 6.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
};

export function markPicture(mark: Mark, tone: Tone): SVGSVGElement {
  return picture(mark !== "none" && svg("path", { d: MARKS[mark], class: "stroke" }), `mark tone-${tone}`);
}

export function healthPicture(health: Health): SVGSVGElement {
  return picture(healthShape(health, 0, 0), "mark");
}

const ICONS = {
  previous: "M10.5 3 5 8l5.5 5M3.5 3v10",
  next: "M5.5 3 11 8l-5.5 5M12.5 3v10",
  play: "M5 3v10l8-5Z",
  pause: "M5.5 3v10M10.5 3v10",
  now: "M3 3l5 5-5 5M8 3l5 5-5 5",
  chevron: "M6 3.5 10.5 8 6 12.5",
} as const;

export type Icon = keyof typeof ICONS;

export function iconPicture(icon: Icon): SVGSVGElement {
  return picture(svg("path", { d: ICONS[icon], class: "stroke" }), "icon");
}

function picture(child: Child, name: string): SVGSVGElement {
  return svg(
    "svg",
    { class: name, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    child,
  );
}
