import type { Location, OriginView } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { type Comparison, SAME } from "./compare.ts";
import { h, put } from "./dom.ts";
import { post } from "./post.ts";
import { type Row, rowText } from "./rows.ts";
import { iconPicture, markPicture } from "./symbols.ts";

/** As high as rows of VS Code's own lists, in pixels. */
const ROW = 22;
/** A list with more rows scrolls. */
const MOST_VISIBLE = 14;

let lists = 0;

interface Shown {
  readonly row: Row;
  readonly gone: boolean;
  /** Whether there are rows below it. */
  readonly parent: boolean;
}

/**
 * A list or a tree that draws only the rows that are in view. One element has the focus; the chosen row is told by
 * `aria-activedescendant`, and its full text and its origins stand below the list.
 */
export class List {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #id = `list${lists++}`;
  readonly #box: HTMLElement;
  readonly #canvas: HTMLElement;
  readonly #details: HTMLElement;
  readonly #none: HTMLElement;
  readonly #toMoment: ((at: number) => void) | undefined;
  readonly #closed = new Set<string>();
  #rows: readonly Row[] = [];
  #comparison: Comparison = SAME;
  /** What is there to scroll to: without the children of closed rows, with those that are gone at the end. */
  #shown: readonly Shown[] = [];
  #chosen = -1;
  #tree = false;

  constructor(texts: Texts, label: string, toMoment?: (at: number) => void) {
    this.#texts = texts;
    this.#toMoment = toMoment;
    this.#canvas = h("div", { class: "canvas", role: "presentation" });
    this.#box = h(
      "div",
      {
        class: "list",
        tabindex: 0,
        role: "listbox",
        "aria-label": label,
        onscroll: () => this.#draw(),
        onkeydown: (event: KeyboardEvent) => this.#key(event),
        onfocus: () => {
          if (this.#chosen < 0 && this.#shown.length > 0) this.#choose(0);
        },
        onclick: (event: MouseEvent) => this.#click(event),
      },
      this.#canvas,
    );
    this.#details = h("div", { class: "row-details" });
    this.#none = h("p", { class: "quiet" }, texts.none);
    this.element = h("div", { class: "list-frame" }, this.#box, this.#none, this.#details);
  }

  show(rows: readonly Row[], comparison: Comparison = SAME): void {
    const chosen = this.#shown[this.#chosen]?.row.key;
    this.#rows = rows;
    this.#comparison = comparison;
    this.#tree = rows.some(({ depth }) => depth !== undefined);
    this.#box.setAttribute("role", this.#tree ? "tree" : "listbox");
    this.#arrange();
    const again = this.#shown.findIndex(({ row, gone }) => row.key === chosen && !gone);
    this.#chosen = again;
    this.#tell();
    this.#draw();
  }

  /** Which rows there are to draw, and the room that they take. */
  #arrange(): void {
    let closedAt = Number.POSITIVE_INFINITY;
    const shown: Shown[] = [];
    this.#rows.forEach((row, index) => {
      const depth = row.depth ?? 0;
      if (depth > closedAt) return;
      closedAt = this.#closed.has(row.key) ? depth : Number.POSITIVE_INFINITY;
      const parent = (this.#rows[index + 1]?.depth ?? 0) > depth;
      shown.push({ row, gone: false, parent });
    });
    for (const row of this.#comparison.removed) shown.push({ row, gone: true, parent: false });
    this.#shown = shown;
    this.#box.hidden = shown.length === 0;
    this.#none.hidden = shown.length > 0;
    this.#canvas.style.height = `${shown.length * ROW}px`;
    this.#box.style.height = `${Math.min(shown.length, MOST_VISIBLE) * ROW}px`;
  }

  #draw(): void {
    const first = Math.max(0, Math.floor(this.#box.scrollTop / ROW) - 4);
    const last = Math.min(this.#shown.length, first + MOST_VISIBLE + 9);
    const drawn: HTMLElement[] = [];
    for (let index = first; index < last; index++) drawn.push(this.#rowAt(index));
    put(this.#canvas, ...drawn);
  }

  #rowAt(index: number): HTMLElement {
    const { row, gone, parent } = this.#shown[index] as Shown;
    const mark = gone ? "removed" : this.#comparison.marks.get(row.key);
    const open = !this.#closed.has(row.key);
    const element = h(
      "div",
      {
        id: `${this.#id}-${index}`,
        class: `row tone-${row.tone}${mark ? ` ${mark}` : ""}${index === this.#chosen ? " chosen" : ""}${placeOf(row) ? " placed" : ""}`,
        role: this.#tree ? "treeitem" : "option",
        "aria-selected": String(index === this.#chosen),
        "aria-setsize": this.#tree ? undefined : this.#shown.length,
        "aria-posinset": this.#tree ? undefined : index + 1,
        "aria-level": this.#tree ? (row.depth ?? 0) + 1 : undefined,
        "aria-expanded": parent ? String(open) : undefined,
        "aria-label": [rowText(row), mark && this.#texts[mark]].filter(Boolean).join(", "),
        title: [row.label, ...row.cells].join(" · "),
        "data-index": index,
      },
      this.#tree &&
        h(
          "span",
          { class: `twistie${parent ? (open ? " open" : " shut") : ""}` },
          parent && iconPicture("chevron"),
        ),
      row.mark !== "none" && markPicture(row.mark, row.tone),
      h("span", { class: "label" }, row.label),
      h("span", { class: "cells" }, row.cells.join("  ")),
      mark && h("span", { class: "mark-text" }, this.#texts[mark]),
    );
    element.style.transform = `translateY(${index * ROW}px)`;
    element.style.setProperty("--depth", String(row.depth ?? 0));
    return element;
  }

  #choose(index: number): void {
    this.#chosen = Math.max(0, Math.min(index, this.#shown.length - 1));
    const top = this.#chosen * ROW;
    const { scrollTop, clientHeight } = this.#box;
    if (top < scrollTop) this.#box.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.#box.scrollTop = top + ROW - clientHeight;
    this.#tell();
    this.#draw();
  }

  /** The chosen row in full. */
  #tell(): void {
    const row = this.#shown[this.#chosen]?.row;
    if (!row) {
      this.#box.removeAttribute("aria-activedescendant");
      put(this.#details);
      return;
    }
    this.#box.setAttribute("aria-activedescendant", `${this.#id}-${this.#chosen}`);
    const { at } = row;
    put(
      this.#details,
      h("div", { class: "full" }, [row.label, ...row.cells].join(" · ")),
      ...row.more.map((text) => h("div", { class: "quiet" }, text)),
      ...row.origins.map((origin) => originLine(origin, this.#texts)),
      at !== undefined &&
        this.#toMoment !== undefined &&
        h("button", { class: "link", onclick: () => this.#toMoment?.(at) }, this.#texts.toMoment),
    );
  }

  /** Enter or a double click: to the line, to the moment, or closes and opens. */
  #open(): void {
    const found = this.#shown[this.#chosen];
    if (!found) return;
    const { row, parent } = found;
    const location = placeOf(row);
    if (location) post({ kind: "goTo", location });
    else if (row.at !== undefined && this.#toMoment) this.#toMoment(row.at);
    else if (parent) this.#toggle(row);
  }

  #toggle({ key }: Row, open = this.#closed.has(key)): void {
    if (open) this.#closed.delete(key);
    else this.#closed.add(key);
    this.#arrange();
    this.#draw();
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const index = Number(target.closest<HTMLElement>(".row")?.dataset["index"] ?? -1);
    const found = this.#shown[index];
    if (!found) return;
    this.#choose(index);
    if (found.parent && target.closest(".twistie")) this.#toggle(found.row);
    // Not `dblclick`, which never arrives: the first click has drawn the row anew.
    else if (event.detail === 2 || event.ctrlKey || event.metaKey) this.#open();
  }

  #key(event: KeyboardEvent): void {
    const found = this.#shown[this.#chosen];
    const page = MOST_VISIBLE - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#chosen + 1,
      ArrowUp: this.#chosen - 1,
      PageDown: this.#chosen + page,
      PageUp: this.#chosen - page,
      Home: 0,
      End: this.#shown.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.#choose(to);
    else if (event.key === "Enter") this.#open();
    else if (event.key === "ArrowRight" && found?.parent) this.#toggle(found.row, true);
    else if (event.key === "ArrowLeft" && found) this.#left(found.row, found.parent);
    else return;
    event.preventDefault();
  }

  /** Closes a row, or goes to the one that it is below. */
  #left(row: Row, parent: boolean): void {
    if (parent && !this.#closed.has(row.key)) {
      this.#toggle(row, false);
      return;
    }
    const depth = row.depth ?? 0;
    const above = this.#shown.findLastIndex(
      (other, index) => index < this.#chosen && (other.row.depth ?? 0) < depth,
    );
    if (above >= 0) this.#choose(above);
  }
}

/** The line that a row comes from. */
function placeOf({ origins }: Row): Location | undefined {
  return origins.find(({ location }) => location)?.location;
}

/** Why something is as it is; a button where there is a line to go to. */
export function originLine({ what, location }: OriginView, texts: Texts): HTMLElement {
  if (!location) return h("div", { class: "origin quiet" }, what);
  return h(
    "div",
    { class: "origin" },
    h(
      "button",
      { class: "link", title: texts.toLine, onclick: () => post({ kind: "goTo", location }) },
      what,
    ),
  );
}
