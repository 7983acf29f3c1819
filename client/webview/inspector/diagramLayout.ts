import type { ContainerView, Inspection } from "@zonewarden/server/protocol";
import type { Column, Grouping } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import {
  applicationHeight,
  type ColumnContent,
  type ColumnPlace,
  columnHeight,
  layoutColumn,
  platformHeight,
  portOf,
} from "./columnLayout.ts";
import type { Drawing, Item, Measure, Shape } from "./drawing.ts";
import { layoutGrid } from "./gridLayout.ts";
import { grouped } from "./groups.ts";
import { countedCommands, type HostBlock, layoutHost } from "./hostLayout.ts";

/**
 * The block diagram of a host, after the one in the paper on zones (LISA 2004, figure 1): containers as columns, each
 * with its application environment above its virtual platform, on the host that lends them links and storage.
 */

export interface DiagramInput {
  readonly inspection: Inspection;
  readonly columns: readonly Column[];
  /** Those that are to be drawn: all, or what a filter leaves. */
  readonly containers: readonly ContainerView[];
  readonly grouping: Grouping;
  /** Pixels. */
  readonly width: number;
  readonly measure: Measure;
  readonly texts: Texts;
}

/** Room for lines between columns. */
const GUTTER = 20;
const NARROWEST = 190;
const WIDEST = 280;
/** From one lane of lines to the next. */
const LANE = 7;

export function layoutDiagram(input: DiagramInput, asColumns: boolean): Drawing {
  return asColumns ? layoutColumns(input) : layoutCompact(input);
}

function layoutCompact(input: DiagramInput): Drawing {
  const { inspection, width, measure, texts } = input;
  const grid = layoutGrid(input);
  const host = layoutHost(inspection, grid.height + 14, width, measure, texts);
  return {
    width,
    height: grid.height + 14 + host.height,
    back: [...grid.back, ...host.shapes],
    items: grid.items,
    front: [],
  };
}

function layoutColumns({ inspection, columns, containers, width, measure, texts }: DiagramInput): Drawing {
  const contents = contentsOf(inspection, columns, containers);
  const most = Math.max(1, Math.floor(width / (NARROWEST + GUTTER)));
  // Rows of one length: five are three and two, not four and one.
  const rows = Math.max(1, Math.ceil(contents.length / most));
  const perRow = Math.max(1, Math.ceil(contents.length / rows));
  const columnWidth = Math.min(perRow === 1 ? width - GUTTER : WIDEST, Math.floor(width / perRow) - GUTTER);
  const items: Item[] = [];
  const places: ColumnPlace[] = [];
  let y = 4;
  for (let first = 0; first < contents.length; first += perRow) {
    const row = contents.slice(first, first + perRow);
    const application = Math.max(...row.map(applicationHeight));
    const platform = Math.max(...row.map((content) => platformHeight(content, texts)));
    row.forEach((content, index) => {
      const place = {
        x: GUTTER + index * (columnWidth + GUTTER),
        y,
        width: columnWidth,
        application,
        platform,
      };
      places.push(place);
      items.push(layoutColumn(content, place, measure, texts));
    });
    y += columnHeight({ application, platform }) + 14;
  }
  const lanes = lanesOf(inspection, contents);
  const top = y + lanes.length * LANE + 6;
  const host = layoutHost(inspection, top, width, measure, texts);
  const lines = linesOf(contents, places, lanes, host, y, perRow);
  return {
    width,
    height: top + host.height,
    back: [...host.shapes.slice(0, 1), ...lines, ...host.shapes.slice(1)],
    items,
    front: [],
  };
}

function contentsOf(
  { processes }: Inspection,
  columns: readonly Column[],
  containers: readonly ContainerView[],
): readonly ColumnContent[] {
  const inside = new Map(columns.map((column) => [column.id, column]));
  const own = grouped(processes, ({ container }) => container);
  return containers.map((container) => ({
    container,
    inside: container.number === null ? undefined : inside.get(container.id),
    commands: countedCommands(own.get(container.name) ?? []),
  }));
}

/** The links of the host that containers use, in its order: each has a lane for the lines to it. */
function lanesOf({ network }: Inspection, contents: readonly ColumnContent[]): readonly string[] {
  const used = new Set(contents.flatMap(({ inside }) => linksUsed(inside)));
  return network.links.map(({ name }) => name).filter((name) => used.has(name));
}

/** Names of links of the host: the same one where the stack is shared, else what is below a link or its other end. */
function linksUsed(inside: Column | undefined): readonly string[] {
  if (!inside) return [];
  return inside.links.map(({ name, over }) => over ?? name.replace(/:\d+$/, ""));
}

/** From each column down its gutter to the lane of its link, and from there to the link. */
function linesOf(
  contents: readonly ColumnContent[],
  places: readonly ColumnPlace[],
  lanes: readonly string[],
  { ports }: HostBlock,
  bottom: number,
  perRow: number,
): Shape[] {
  const lines: Shape[] = [];
  contents.forEach(({ inside, container }, index) => {
    const place = places[index] as ColumnPlace;
    for (const link of new Set(linksUsed(inside))) {
      const lane = lanes.indexOf(link);
      const end = ports.get(link);
      if (lane < 0 || !end) continue;
      const [x, y] = portOf(place);
      // Columns one below the other share a gutter.
      const gutter = place.x - 5 - (Math.floor(index / perRow) % 4) * 4;
      const across = bottom + lane * LANE;
      lines.push({
        kind: "line",
        points: [[x, y], [gutter, y], [gutter, across], [end[0], across], end],
        name: `cable ${container.health}`,
      });
    }
  });
  return lines;
}
