import type { PathView } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { h, svg } from "./dom.ts";
import { drawInto, measureIn, NARROWEST_PICTURE } from "./draw.ts";
import { fillIn } from "./format.ts";
import { layoutPath, pathText } from "./pathLayout.ts";

/** The way of packets out of a container, drawn as wide as there is room. */
export class PathPicture {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #picture = svg("svg", { class: "diagram path", role: "img" });
  #path: readonly PathView[] = [];

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element = h("div", { class: "picture" }, this.#picture);
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  show(path: readonly PathView[]): void {
    this.#path = path;
    this.element.hidden = path.length === 0;
    this.#picture.setAttribute("aria-label", fillIn(this.#texts.pathLabel, pathText(path, this.#texts)));
    this.#draw();
  }

  #draw(): void {
    const width = this.element.clientWidth;
    if (this.#path.length > 0 && width >= NARROWEST_PICTURE)
      drawInto(this.#picture, layoutPath(this.#path, width, measureIn(this.#picture), this.#texts));
  }
}
