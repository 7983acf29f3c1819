import { svg } from "./dom.ts";
import type { Drawing, Item, Measure, Shape } from "./drawing.ts";
import { healthShape } from "./symbols.ts";

/** Draws a picture that is given as data. Attributes and classes only: the policy of the page allows no inline style. */
export function drawInto(
  picture: SVGSVGElement,
  { width, height, back, items, front }: Drawing,
  chosen?: string,
): void {
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("width", String(width));
  picture.setAttribute("height", String(height));
  picture.replaceChildren(
    ...back.map(drawn),
    ...items.map((item) => drawnItem(item, item.id === chosen)),
    ...front.map(drawn),
  );
}

/** Pixels below which nothing can be told: so narrow is a page only while it is laid out. */
export const NARROWEST_PICTURE = 100;

/** The id of the element of an item. */
export function itemId(id: string): string {
  return `item-${id}`;
}

function drawnItem({ id, label, name, x, y, width, height, shapes }: Item, chosen: boolean): SVGElement {
  return svg(
    "g",
    {
      id: itemId(id),
      class: `item ${name}${chosen ? " chosen" : ""}`,
      role: "option",
      "aria-selected": String(chosen),
      "aria-label": label,
      "data-id": id,
    },
    svg("title", {}, label),
    svg("rect", { class: "frame", x, y, width, height, rx: 3 }),
    ...shapes.map(drawn),
  );
}

function drawn(shape: Shape): SVGElement {
  switch (shape.kind) {
    case "box": {
      const { x, y, width, height, name } = shape;
      return svg("rect", { x, y, width, height, rx: 3, class: `box ${name}` });
    }
    case "text":
      return svg("text", { x: shape.x, y: shape.y, class: shape.name }, shape.text);
    case "line": {
      const line = svg("path", { d: pathOf(shape.points), class: `line ${shape.name}` });
      return shape.arrow ? svg("g", { class: shape.name }, line, arrowAt(shape.points)) : line;
    }
    case "health":
      return healthShape(shape.health, shape.x, shape.y);
  }
}

function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
}

/** At the end of a line whose last piece is horizontal. */
function arrowAt(points: readonly (readonly [number, number])[]): SVGElement {
  const [x, y] = points.at(-1) ?? [0, 0];
  const back = x < (points.at(-2)?.[0] ?? 0) ? 5 : -5;
  return svg("path", { d: `M${x} ${y}l${back} -3.5v7Z`, class: "arrow" });
}

/** Measures texts in the font of the page. */
export function measureIn(element: Element): Measure {
  const context = document.createElement("canvas").getContext("2d");
  const { fontSize, fontFamily } = getComputedStyle(element);
  const known = new Map<string, number>();
  return (text, weight) => {
    const key = `${weight ?? ""}${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (context) context.font = `${weight ?? "normal"} ${fontSize} ${fontFamily}`;
    const width = context?.measureText(text).width ?? text.length * 8;
    known.set(key, width);
    return width;
  };
}
