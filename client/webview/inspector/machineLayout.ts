import type { StateMachine } from "@zonewarden/server/protocol";
import { grouped } from "../../src/grouped.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import type { Drawing, Measure, Shape } from "./drawing.ts";

/**
 * The state machine of a container: states one below the other, transitions that go down on the right, those that go
 * up on the left. Those from the present state carry the command, beside the state that they lead to.
 */

const BOX = 24;
const STEP = 36;
const LANE = 8;

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly commands: readonly string[];
  readonly possible: boolean;
}

export function layoutMachine(machine: StateMachine, width: number, measure: Measure, texts: Texts): Drawing {
  const { states, present } = machine;
  const arcs = arcsOf(machine, texts);
  const down = lanesOf(arcs.filter(({ from, to }) => to > from));
  const up = lanesOf(arcs.filter(({ from, to }) => to < from));
  const left = 10 + (up.count + 1) * LANE;
  const boxWidth = Math.min(
    Math.ceil(Math.max(...states.map((state) => measure(state, "bold")), 40)) + 24,
    Math.max(60, width - left - (down.count + 1) * LANE - 80),
  );
  const right = left + boxWidth;
  const middle = (state: number) => 4 + state * STEP + BOX / 2;
  const lines: Shape[] = [];
  const draw = (arc: Arc, lane: number, edge: number, direction: 1 | -1): void => {
    const x = edge + direction * (lane + 1) * LANE;
    // Beside the middle, so that those that leave do not meet those that arrive.
    const from = middle(arc.from) + 5 * direction;
    const to = middle(arc.to) - 5 * direction;
    lines.push({
      kind: "line",
      points: [
        [edge, from],
        [x, from],
        [x, to],
        [edge + direction * 2, to],
      ],
      name: arc.possible ? "arc possible" : "arc",
      arrow: true,
    });
  };
  for (const [arc, lane] of down.lanes) draw(arc, lane, right, 1);
  for (const [arc, lane] of up.lanes) draw(arc, lane, left, -1);
  // What is possible lies above what is not.
  lines.sort((a, b) => nameOf(a).length - nameOf(b).length);

  const labels = right + (down.count + 1) * LANE + 8;
  const front: Shape[] = states.flatMap((state, index): Shape[] => {
    const y = 4 + index * STEP;
    const here = state === present;
    const ways = arcs.filter(({ to, possible }) => possible && to === index);
    const commands = ways.flatMap((arc) => arc.commands);
    return [
      { kind: "box", x: left, y, width: boxWidth, height: BOX, name: here ? "state present" : "state" },
      {
        kind: "text",
        x: left + 12,
        y: y + 16,
        text: state,
        name: here ? "title" : commands.length > 0 ? "plain" : "quiet",
      },
      ...(commands.length > 0
        ? [{ kind: "text" as const, x: labels, y: y + 16, text: `← ${commands.join(", ")}`, name: "command" }]
        : []),
    ];
  });
  return { width, height: states.length * STEP - (STEP - BOX) + 8, back: lines, items: [], front };
}

function nameOf(shape: Shape): string {
  return "name" in shape ? shape.name : "";
}

function arcsOf({ states, present, transitions }: StateMachine, texts: Texts): readonly Arc[] {
  const ways = grouped(transitions, ({ from, to }) => `${from}\n${to}`);
  return [...ways.values()].flatMap((own) => {
    const [{ from, to } = { from: "", to: "" }] = own;
    const arc = {
      from: states.indexOf(from),
      to: states.indexOf(to),
      commands: [...new Set(own.map(({ command }) => texts.command[command]))],
      possible: from === present,
    };
    return arc.from < 0 || arc.to < 0 ? [] : [arc];
  });
}

/** A lane for each arc: short ones inside of long ones, and no two in one lane where they would overlap. */
function lanesOf(arcs: readonly Arc[]): { readonly lanes: ReadonlyMap<Arc, number>; readonly count: number } {
  const lanes = new Map<Arc, number>();
  const taken: (readonly [low: number, high: number])[][] = [];
  for (const arc of arcs.toSorted((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from))) {
    const [low, high] = [Math.min(arc.from, arc.to), Math.max(arc.from, arc.to)];
    let lane = 0;
    while (taken[lane]?.some((other) => low < other[1] && other[0] < high)) lane++;
    taken[lane] = [...(taken[lane] ?? []), [low, high]];
    lanes.set(arc, lane);
  }
  return { lanes, count: taken.length };
}
