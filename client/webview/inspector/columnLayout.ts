import type { ContainerView } from "@zonewarden/server/protocol";
import type { Column } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import type { Item, Measure, Shape } from "./drawing.ts";
import { fillIn, shorten } from "./format.ts";

/** One container as a column: what runs in it, and the platform that it runs on. */

const LINE = 17;
const PAD = 8;
const MOST_COMMANDS = 4;
const MOST_ADDRESSES = 2;

export interface ColumnContent {
  readonly container: ContainerView;
  /** Absent for those that do not run. */
  readonly inside: Column | undefined;
  /** Commands of its processes. */
  readonly commands: readonly string[];
  /** The resource pool that it is bound to. */
  readonly pool: string | undefined;
}

/** Height of the part that lists processes; columns of one row share the largest. */
export function applicationHeight({ commands }: ColumnContent): number {
  return LINE * (1 + Math.max(1, Math.min(commands.length, MOST_COMMANDS + 1))) + PAD;
}

function platformLines(
  { container, inside, pool }: ColumnContent,
  texts: Texts,
): readonly (readonly [string, string])[] {
  if (!inside) return [["", texts.notRunning]];
  const addresses = inside.links.flatMap((link) =>
    link.addresses.map((address) => `${link.name} ${address}`),
  );
  const bare = inside.links.filter((link) => link.addresses.length === 0).map(({ name }) => name);
  const all = [...addresses, ...bare];
  const shown = all.slice(0, MOST_ADDRESSES);
  if (all.length > shown.length) shown.push(fillIn(texts.more, all.length - shown.length));
  if (shown.length === 0) shown.push(texts.noAddress);
  return [
    [texts.network, inside.stack === "own" ? texts.ownStack : texts.sharedStack],
    ...shown.map((line): [string, string] => ["", line]),
    [texts.files, fillIn(texts.fileSystems, inside.mounts)],
    [texts.devicesShort, fillIn(texts.nodes, inside.devices)],
    ...(container.type === "zone" || inside.console !== undefined
      ? [[texts.consoleShort, inside.console ?? texts.noConsole] as const]
      : []),
    ...(pool === undefined ? [] : [[texts.poolShort, pool] as const]),
  ];
}

export function platformHeight(content: ColumnContent, texts: Texts): number {
  return LINE * (1 + platformLines(content, texts).length) + PAD;
}

export interface ColumnPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly application: number;
  readonly platform: number;
}

/** Height of the head with name and state. */
const HEAD = 42;

export function columnHeight({
  application,
  platform,
}: Pick<ColumnPlace, "application" | "platform">): number {
  return HEAD + application + PAD + platform + PAD;
}

/** Where the line to its link leaves a column: beside the first line of its network. */
export function portOf({ x, y, application }: ColumnPlace): readonly [x: number, y: number] {
  return [x + PAD, y + HEAD + application + PAD + LINE * 1.5];
}

/** Where the line to its pool leaves: beside the last line of the platform, which names it. */
export function poolPortOf(
  content: ColumnContent,
  place: ColumnPlace,
  texts: Texts,
): readonly [number, number] {
  const lines = platformLines(content, texts).length;
  const { x, y, width, application } = place;
  return [x + width - PAD, y + HEAD + application + PAD + LINE * (lines + 0.5) + PAD / 2];
}

export function layoutColumn(
  content: ColumnContent,
  place: ColumnPlace,
  measure: Measure,
  texts: Texts,
): Item {
  const { container, commands } = content;
  const { x, y, width, application, platform } = place;
  const room = width - 4 * PAD;
  const shapes: Shape[] = [
    { kind: "health", x: x + PAD, y: y + 8, health: container.health },
    {
      kind: "text",
      x: x + PAD + 22,
      y: y + 20,
      text: shorten(container.name, width - 3 * PAD - 22, (text) => measure(text, "bold")),
      name: "title",
    },
    {
      kind: "text",
      x: x + PAD,
      y: y + 36,
      text: shorten(container.stateText, width - 2 * PAD, measure),
      name: "quiet",
    },
  ];
  const block = (top: number, height: number, title: string, name: string): void => {
    shapes.push({ kind: "box", x: x + PAD, y: top, width: width - 2 * PAD, height, name });
    shapes.push({
      kind: "text",
      x: x + 2 * PAD,
      y: top + LINE - 4,
      text: shorten(title, room, measure),
      name: "heading",
    });
  };

  let top = y + HEAD;
  block(top, application, texts.application, "application");
  const shown = commands.length > MOST_COMMANDS + 1 ? commands.slice(0, MOST_COMMANDS) : commands;
  const left = commands.length - shown.length;
  const lines = [...shown, ...(left > 0 ? [fillIn(texts.more, left)] : [])];
  if (lines.length === 0) lines.push(texts.noProcesses);
  lines.forEach((line, index) => {
    const name = commands.length === 0 || index >= shown.length ? "quiet" : "plain";
    shapes.push({
      kind: "text",
      x: x + 2 * PAD,
      y: top + LINE * (index + 2) - 3,
      text: shorten(line, room, measure),
      name,
    });
  });

  top += application + PAD;
  block(top, platform, texts.platform, "platform");
  const indent = Math.min(
    room / 2,
    8 +
      Math.max(
        ...[texts.network, texts.files, texts.devicesShort, texts.consoleShort, texts.poolShort].map((text) =>
          measure(text),
        ),
      ),
  );
  platformLines(content, texts).forEach(([name, value], index) => {
    const line = top + LINE * (index + 2) - 3;
    const wide = name === "" ? room - 6 : room - indent;
    if (name) shapes.push({ kind: "text", x: x + 2 * PAD, y: line, text: name, name: "quiet" });
    shapes.push({
      kind: "text",
      x: name === "" ? x + 2 * PAD + 6 : x + 2 * PAD + indent,
      y: line,
      text: shorten(value, wide, measure),
      name: content.inside ? "plain" : "quiet",
    });
  });

  return {
    id: container.id,
    label: labelOf(container),
    x,
    y,
    width,
    height: columnHeight(place),
    name: `column ${container.health}`,
    shapes,
  };
}

export function labelOf({ name, stateText, description }: ContainerView): string {
  return [name, stateText, description].filter(Boolean).join(", ");
}
