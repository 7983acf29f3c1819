import type { ContainerView } from "@zonewarden/server/protocol";
import { MOST_COLUMNS } from "../../src/inspector/columns.ts";
import type { Column, Grouping, Scene } from "../../src/inspector/messages.ts";
import { aboutContainer } from "./about.ts";
import { layoutDiagram, layoutInside } from "./diagramLayout.ts";
import { h, putKeepingFocus, svg } from "./dom.ts";
import { drawInto, itemId, measureIn, NARROWEST_PICTURE } from "./draw.ts";
import type { Drawing, Item } from "./drawing.ts";
import { fillIn } from "./format.ts";
import type { Making, Part } from "./parts.ts";
import { keep, kept, post } from "./post.ts";
import { Section } from "./section.ts";

/** The block diagram of a host, with what is selected in it beside or below. */
export class Diagram implements Part {
  readonly element: HTMLElement;
  readonly #making: Making;
  readonly #section: Section;
  readonly #picture: SVGSVGElement;
  readonly #frame: HTMLElement;
  readonly #about = h("div");
  /** What is inside of the selected one, where the diagram has no room for it. */
  readonly #inside = svg("svg", { class: "diagram inside", role: "img" });
  readonly #details = h("div", { class: "selection" }, this.#about, this.#inside);
  readonly #tools: HTMLElement;
  readonly #filter: HTMLInputElement;
  #grouping: Grouping;
  #selected: string | undefined;
  #scene: Scene | undefined;
  #drawing: Drawing | undefined;
  #width = 0;

  constructor(making: Making) {
    const { texts, subject } = making;
    this.#making = making;
    this.#grouping = kept()?.grouping ?? "state";
    this.#selected = kept()?.selected;
    this.#picture = svg("svg", {
      class: "diagram",
      role: "listbox",
      tabindex: 0,
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onfocus: () => {
        if (!this.#chosen()) this.#select(this.#drawing?.items[0]?.id);
      },
      onclick: (event: MouseEvent) => this.#select(idAt(event)),
      ondblclick: (event: MouseEvent) => this.#inspect(idAt(event)),
    });
    this.#filter = h("input", {
      type: "search",
      placeholder: texts.filterNames,
      "aria-label": texts.filter,
      oninput: () => this.#draw(),
    });
    const grouping = h(
      "select",
      {
        "aria-label": texts.groupBy,
        onchange: () => {
          this.#grouping = grouping.value as Grouping;
          keep({ subject, grouping: this.#grouping });
          this.#draw();
        },
      },
      h("option", { value: "state", selected: this.#grouping === "state" }, texts.byState),
      h("option", { value: "prefix", selected: this.#grouping === "prefix" }, texts.byPrefix),
    );
    this.#tools = h("div", { class: "tools" }, this.#filter, h("label", {}, texts.groupBy, grouping));
    this.#frame = h("div", { class: "picture" }, this.#picture);
    this.#section = new Section(subject, "diagram", texts.diagram, [
      this.#tools,
      h("div", { class: "diagram-body" }, this.#frame, this.#details),
    ]);
    this.element = this.#section.element;
    new ResizeObserver(() => {
      if (this.#frame.clientWidth !== this.#width) this.#draw();
    }).observe(this.#frame);
  }

  show(scene: Scene): void {
    const { texts } = this.#making;
    const { containers, hostName } = scene.inspection;
    this.#scene = scene;
    this.#tools.hidden = !this.#isGrid();
    this.#picture.setAttribute("aria-label", fillIn(texts.diagramLabel, hostName, containers.length));
    this.#section.count(containers.length, undefined, texts);
    this.#draw();
    this.#describe();
    this.#askInside();
  }

  /** One of many was selected, and this is what is inside of it. */
  inside(column: Column): void {
    if (!this.#scene) return;
    this.#scene = { ...this.#scene, columns: [column] };
    this.#drawInside();
  }

  #isGrid(): boolean {
    return (this.#scene?.inspection.containers.length ?? 0) > MOST_COLUMNS;
  }

  #askInside(): void {
    const container = this.#chosen();
    const isKnown = this.#scene?.columns.some(({ id }) => id === container?.id);
    if (container && container.number !== null && this.#isGrid() && !isKnown)
      post({ kind: "select", container: container.id });
  }

  #drawInside(): void {
    const container = this.#chosen();
    const scene = this.#scene;
    const isShown = this.#isGrid() && scene?.columns.some(({ id }) => id === container?.id);
    this.#inside.toggleAttribute("hidden", !isShown);
    if (!container || !scene || !isShown) return;
    const { texts } = this.#making;
    const making = { ...scene, measure: measureIn(this.#inside), texts };
    this.#inside.setAttribute("aria-label", fillIn(texts.insideLabel, container.name));
    const width = this.#about.clientWidth;
    if (width >= NARROWEST_PICTURE) drawInto(this.#inside, layoutInside(making, container, width));
  }

  #draw(): void {
    const scene = this.#scene;
    this.#width = this.#frame.clientWidth;
    if (!scene || this.#width < NARROWEST_PICTURE) return;
    const { inspection, columns } = scene;
    const wanted = this.#filter.value.toLowerCase();
    const containers = inspection.containers.filter(({ name, stateText }) =>
      `${name}\n${stateText}`.toLowerCase().includes(wanted),
    );
    this.#drawing = layoutDiagram(
      {
        inspection,
        columns,
        containers,
        grouping: this.#grouping,
        width: this.#width,
        measure: measureIn(this.#picture),
        texts: this.#making.texts,
      },
      !this.#isGrid(),
    );
    drawInto(this.#picture, this.#drawing, this.#selected);
    this.#tellActive();
  }

  #chosen(): ContainerView | undefined {
    return this.#scene?.inspection.containers.find(({ id }) => id === this.#selected);
  }

  /** Only what is drawn changes: with many containers the picture stays as it is. */
  #select(id: string | undefined): void {
    if (id === undefined || id === this.#selected) return;
    this.#mark(this.#selected, false);
    this.#selected = id;
    this.#mark(id, true);
    keep({ subject: this.#making.subject, selected: id });
    this.#tellActive();
    this.#describe();
    this.#askInside();
  }

  #mark(id: string | undefined, chosen: boolean): void {
    const element = id === undefined ? null : document.getElementById(itemId(id));
    element?.classList.toggle("chosen", chosen);
    element?.setAttribute("aria-selected", String(chosen));
    if (chosen) element?.scrollIntoView({ block: "nearest" });
  }

  #tellActive(): void {
    const drawn = this.#drawing?.items.some(({ id }) => id === this.#selected);
    if (drawn && this.#selected !== undefined)
      this.#picture.setAttribute("aria-activedescendant", itemId(this.#selected));
    else this.#picture.removeAttribute("aria-activedescendant");
  }

  #describe(): void {
    const { texts } = this.#making;
    const container = this.#chosen();
    const none = this.#scene?.inspection.containers.length === 0 ? texts.noContainers : texts.selectOne;
    putKeepingFocus(
      this.#about,
      container
        ? aboutContainer(container, texts, true, this.#scene?.following ?? true)
        : h("p", { class: "quiet" }, none),
    );
    this.#drawInside();
  }

  #inspect(id: string | undefined): void {
    if (id !== undefined) post({ kind: "inspect", container: id });
  }

  #key(event: KeyboardEvent): void {
    const items = this.#drawing?.items ?? [];
    const index = items.findIndex(({ id }) => id === this.#selected);
    const to = (found: Item | undefined) => this.#select(found?.id);
    switch (event.key) {
      case "ArrowRight":
        to(items[index + 1]);
        break;
      case "ArrowLeft":
        to(items[index - 1]);
        break;
      case "ArrowDown":
        to(neighbour(items, items[index], 1));
        break;
      case "ArrowUp":
        to(neighbour(items, items[index], -1));
        break;
      case "Home":
        to(items[0]);
        break;
      case "End":
        to(items.at(-1));
        break;
      case "Enter":
        this.#inspect(items[index]?.id);
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

function idAt({ target }: MouseEvent): string | undefined {
  return (target as Element).closest<SVGElement>(".item")?.dataset["id"];
}

/** The item in the next line above or below that is the nearest. */
export function neighbour(
  items: readonly Item[],
  from: Item | undefined,
  direction: 1 | -1,
): Item | undefined {
  if (!from) return items[0];
  const beyond = items.filter(({ y }) => (y - from.y) * direction > 1);
  const line = Math.min(...beyond.map(({ y }) => Math.abs(y - from.y)));
  return beyond
    .filter(({ y }) => Math.abs(y - from.y) <= line)
    .toSorted((a, b) => Math.abs(a.x - from.x) - Math.abs(b.x - from.x))[0];
}
