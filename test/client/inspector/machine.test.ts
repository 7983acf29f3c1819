import type { StateMachine } from "@zonewarden/server/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Shape } from "../../../client/webview/inspector/drawing.ts";
import { layoutMachine } from "../../../client/webview/inspector/machineLayout.ts";
import { measure, texts } from "./texts.ts";

const states = ["configured", "installed", "ready", "running", "down"];

const machine: StateMachine = {
  states,
  present: "installed",
  transitions: [
    { from: "configured", to: "installed", command: "install" },
    { from: "installed", to: "running", command: "boot" },
    { from: "installed", to: "configured", command: "uninstall" },
    { from: "installed", to: "configured", command: "remove" },
    { from: "running", to: "installed", command: "halt" },
    { from: "running", to: "installed", command: "shutdown" },
    { from: "running", to: "running", command: "reboot" },
  ],
};

type Line = Extract<Shape, { kind: "line" }>;

const linesOf = (shapes: readonly Shape[]) => shapes.filter((shape): shape is Line => shape.kind === "line");

describe("the state machine", () => {
  const drawing = layoutMachine(machine, 400, measure, texts);

  it("names the commands beside the states that they lead to", () => {
    const commands = drawing.front.flatMap((shape) =>
      shape.kind === "text" && shape.name === "command" ? [[shape.y, shape.text]] : [],
    );
    expect(commands).toEqual([
      [20, "← Uninstall, Remove…"],
      [128, "← Boot"],
    ]);
  });

  it("marks the present state", () => {
    expect(drawing.front.filter((shape) => "name" in shape && shape.name === "state present")).toHaveLength(
      1,
    );
  });

  it("draws what is possible above the rest", () => {
    expect(linesOf(drawing.back).map(({ name }) => name)).toEqual([
      "arc",
      "arc",
      "arc possible",
      "arc possible",
    ]);
  });

  it("draws no two transitions over each other", () => {
    const state = fc.constantFrom(...states);
    const transitions = fc.array(
      fc.record({ from: state, to: state, command: fc.constant("boot" as const) }),
    );
    fc.assert(
      fc.property(transitions, (some) => {
        const { back } = layoutMachine({ states, present: "ready", transitions: some }, 600, measure, texts);
        const upright = linesOf(back).map(({ points: [, a, b] }) => ({
          x: a?.[0] ?? 0,
          low: Math.min(a?.[1] ?? 0, b?.[1] ?? 0),
          high: Math.max(a?.[1] ?? 0, b?.[1] ?? 0),
        }));
        for (const [index, one] of upright.entries())
          for (const other of upright.slice(index + 1))
            expect(one.x === other.x && one.low < other.high && other.low < one.high).toBe(false);
      }),
    );
  });
});
