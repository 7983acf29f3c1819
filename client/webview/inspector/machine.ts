import type { Inspection } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { h, svg } from "./dom.ts";
import { drawInto, measureIn, NARROWEST_PICTURE } from "./draw.ts";
import { fillIn } from "./format.ts";
import { layoutMachine } from "./machineLayout.ts";

/** The state machine of a container as a picture, with a sentence in its place for screen readers. */
export class Machine {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #picture = svg("svg", { class: "diagram machine", role: "img" });
  #inspection: Inspection | undefined;

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element = h("div", { class: "picture" }, this.#picture);
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  show(inspection: Inspection): void {
    this.#inspection = inspection;
    const { present, transitions } = inspection.machine;
    const ways = transitions
      .filter(({ from }) => from === present)
      .map(({ command, to }) => `${this.#texts.command[command]} → ${to}`);
    this.#picture.setAttribute(
      "aria-label",
      fillIn(this.#texts.machineLabel, present, ways.join(", ") || this.#texts.noWay),
    );
    this.#draw();
  }

  #draw(): void {
    const width = this.element.clientWidth;
    if (!this.#inspection || width < NARROWEST_PICTURE) return;
    drawInto(
      this.#picture,
      layoutMachine(this.#inspection.machine, width, measureIn(this.#picture), this.#texts),
    );
  }
}
