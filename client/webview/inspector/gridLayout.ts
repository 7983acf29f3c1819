import type { ContainerView } from "@zonewarden/server/protocol";
import { grouped } from "../../src/grouped.ts";
import type { Grouping } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import { labelOf } from "./columnLayout.ts";
import type { Item, Measure, Shape } from "./drawing.ts";
import { fillIn, shorten } from "./format.ts";

/** Many containers: a cell for each, in groups. */

const CELL = 22;
const GAP = 4;
const HEAD = 22;
/** More containers of a group are counted: nobody finds one among thousands of cells, and a filter does. */
const MOST_CELLS = 600;

export interface GridInput {
  readonly containers: readonly ContainerView[];
  readonly grouping: Grouping;
  readonly width: number;
  readonly measure: Measure;
  readonly texts: Texts;
}

export interface Grid {
  readonly height: number;
  readonly back: readonly Shape[];
  readonly items: readonly Item[];
}

export interface Group {
  readonly title: string;
  readonly containers: readonly ContainerView[];
}

const ORDER = ["failed", "transition", "running", "stopped"] as const;

/** By state, what wants attention first; by prefix, in the order of the first of each. */
export function groupsOf(
  containers: readonly ContainerView[],
  grouping: Grouping,
  texts: Texts,
): readonly Group[] {
  if (grouping === "state")
    return ORDER.flatMap((health) => {
      const own = containers.filter((container) => container.health === health);
      return own.length === 0 ? [] : [{ title: texts.health[health], containers: own }];
    });
  const byPrefix = grouped(containers, ({ name }) => prefixOf(name));
  const single = [...byPrefix.values()].filter((own) => own.length === 1).flat();
  return [
    ...[...byPrefix].flatMap(([title, own]) => (own.length === 1 ? [] : [{ title, containers: own }])),
    ...(single.length > 0 ? [{ title: texts.others, containers: single }] : []),
  ];
}

/** `web` of `web-12`, `web12` and `web.example`. */
export function prefixOf(name: string): string {
  return /^[A-Za-z]+/.exec(name)?.[0] ?? name;
}

export function layoutGrid({ containers, grouping, width, measure, texts }: GridInput): Grid {
  const back: Shape[] = [];
  const items: Item[] = [];
  const longest = containers.reduce((most, { name }) => Math.max(most, measure(name)), 0);
  const wanted = Math.min(Math.max(longest + 30, 64), 170, width);
  const perRow = Math.max(1, Math.floor((width + GAP) / (wanted + GAP)));
  const cellWidth = Math.floor((width + GAP) / perRow) - GAP;
  let y = 0;
  for (const { title, containers: own } of groupsOf(containers, grouping, texts)) {
    back.push({ kind: "text", x: 1, y: y + 15, text: `${title} (${own.length})`, name: "heading" });
    y += HEAD;
    const cells = own.slice(0, MOST_CELLS);
    cells.forEach((container, index) => {
      const x = (index % perRow) * (cellWidth + GAP);
      const top = y + Math.floor(index / perRow) * (CELL + GAP);
      items.push({
        id: container.id,
        label: labelOf(container),
        x: x + 0.5,
        y: top + 0.5,
        width: cellWidth - 1,
        height: CELL - 1,
        name: `cell ${container.health}`,
        shapes: [
          { kind: "health", x: x + 4, y: top + 3, health: container.health },
          {
            kind: "text",
            x: x + 24,
            y: top + 15,
            text: shorten(container.name, cellWidth - 28, measure),
            name: "plain",
          },
        ],
      });
    });
    y += Math.ceil(cells.length / perRow) * (CELL + GAP);
    if (own.length > cells.length) {
      back.push({
        kind: "text",
        x: 1,
        y: y + 13,
        text: fillIn(texts.more, own.length - cells.length),
        name: "quiet",
      });
      y += CELL;
    }
    y += 6;
  }
  return { height: y, back, items };
}
