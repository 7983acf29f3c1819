import type { ContainerView, Inspection, LinkView } from "@zonewarden/server/protocol";
import { grouped } from "../../src/grouped.ts";
import type { Column, Grouping } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import {
  applicationHeight,
  type ColumnContent,
  type ColumnPlace,
  columnHeight,
  layoutColumn,
  platformHeight,
  poolPortOf,
  portOf,
} from "./columnLayout.ts";
import type { Drawing, Item, Measure, Shape } from "./drawing.ts";
import { layoutGrid } from "./gridLayout.ts";
import { countedCommands, type HostBlock, layoutHost, poolPort } from "./hostLayout.ts";

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
/** Beyond the last column, for lines to pools. */
const MARGIN = 12;

export function layoutDiagram(input: DiagramInput, asColumns: boolean): Drawing {
  return asColumns ? layoutColumns(input) : layoutCompact(input);
}

/** One container alone, in a given width. */
export function layoutInside(
  { inspection, columns, measure, texts }: Pick<DiagramInput, "inspection" | "columns" | "measure" | "texts">,
  container: ContainerView,
  width: number,
): Drawing {
  const [content] = contentsOf(inspection, columns, [container]) as [ColumnContent];
  const sizes = { application: applicationHeight(content), platform: platformHeight(content, texts) };
  const place = { x: 0.5, y: 0.5, width: Math.min(width, WIDEST) - 1, ...sizes };
  const { shapes, ...frame } = layoutColumn(content, place, measure, texts);
  const box = { ...frame, kind: "box", name: "inside" } as const;
  return { width, height: columnHeight(place) + 1, back: [box, ...shapes], items: [], front: [] };
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
  const isPooled = contents.some(({ pool }) => pool !== undefined);
  const room = isPooled ? width - MARGIN : width;
  const most = Math.max(1, Math.floor(room / (NARROWEST + GUTTER)));
  // Rows of one length: five are three and two, not four and one.
  const rows = Math.max(1, Math.ceil(contents.length / most));
  const perRow = Math.max(1, Math.ceil(contents.length / rows));
  const columnWidth = Math.min(perRow === 1 ? room - GUTTER : WIDEST, Math.floor(room / perRow) - GUTTER);
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
  const lines = linesOf({
    contents,
    places,
    lanes,
    links: inspection.network.links,
    host,
    bottom: y,
    perRow,
    texts,
  });
  return {
    width,
    height: top + host.height,
    back: [...host.shapes.slice(0, 1), ...lines, ...host.shapes.slice(1)],
    items,
    front: [],
  };
}

function contentsOf(
  { processes, processors }: Inspection,
  columns: readonly Column[],
  containers: readonly ContainerView[],
): readonly ColumnContent[] {
  const inside = new Map(columns.map((column) => [column.id, column]));
  const own = grouped(processes, ({ container }) => container);
  return containers.map((container) => ({
    container,
    inside: container.number === null ? undefined : inside.get(container.id),
    commands: countedCommands(own.get(container.name) ?? []),
    pool: processors.pools.find(({ containers: bound }) => bound.includes(container.name))?.name,
  }));
}

/** The links and pools of the host that containers use, in its order: each has a lane for the lines to it. */
function lanesOf({ network, processors }: Inspection, contents: readonly ColumnContent[]): readonly string[] {
  const used = new Set(contents.flatMap((content) => linksUsed(content, network.links)));
  const pools = new Set(contents.map(({ pool }) => pool));
  return [
    ...network.links.map(({ name }) => name).filter((name) => used.has(name)),
    ...processors.pools.flatMap(({ name }) => (pools.has(name) ? [poolPort(name)] : [])),
  ];
}

/**
 * Names of links of the host: that which a container has from it, or the same one where the stack is shared; else what
 * is below a link, or its other end.
 */
function linksUsed({ inside, container }: ColumnContent, links: readonly LinkView[]): readonly string[] {
  if (!inside) return [];
  const held = links.filter(({ holder }) => holder === container.name).map(({ name }) => name);
  return inside.links.map(({ name, over }) => {
    // A zone does not see its own name in front of those of its links.
    const lent = held.find((one) => one === name || one === `${container.name}/${name}`);
    return lent ?? over ?? name.replace(/:\d+$/, "");
  });
}

interface LineInput {
  readonly contents: readonly ColumnContent[];
  readonly places: readonly ColumnPlace[];
  readonly lanes: readonly string[];
  readonly links: readonly LinkView[];
  readonly host: HostBlock;
  readonly bottom: number;
  readonly perRow: number;
  readonly texts: Texts;
}

/** From each column down its gutter to the lane of its link, and from there to the link; to its pool on the other side. */
function linesOf(input: LineInput): Shape[] {
  const { contents, places, lanes, links, host, bottom, perRow, texts } = input;
  const { ports } = host;
  const lines: Shape[] = [];
  contents.forEach((content, index) => {
    const { container, pool } = content;
    const place = places[index] as ColumnPlace;
    // Columns one below the other share a gutter.
    const aside = 5 + (Math.floor(index / perRow) % 4) * 4;
    const draw = (port: string, [x, y]: readonly [number, number], gutter: number, name: string): void => {
      const lane = lanes.indexOf(port);
      const end = ports.get(port);
      if (lane < 0 || !end) return;
      const across = bottom + lane * LANE;
      const points = [[x, y], [gutter, y], [gutter, across], [end[0], across], end] as const;
      lines.push({ kind: "line", points, name });
    };
    for (const link of new Set(linksUsed(content, links)))
      draw(link, portOf(place), place.x - aside, `cable ${container.health}`);
    if (pool !== undefined) {
      const gutter = place.x + place.width + Math.min(3 + (aside - 5) / 2, MARGIN - 4);
      draw(poolPort(pool), poolPortOf(content, place, texts), gutter, "cable pool");
    }
  });
  return lines;
}
