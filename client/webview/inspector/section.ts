import type { Subject } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import { type Comparison, countsOf } from "./compare.ts";
import { type Child, h, put } from "./dom.ts";
import { fillIn } from "./format.ts";
import { keep, kept } from "./post.ts";

/** A part of the page that can be closed; whether it is open is kept over reloads. */
export class Section {
  readonly element: HTMLDetailsElement;
  readonly #count = h("span", { class: "count" });

  /** @param name what it is kept by; not shown */
  constructor(subject: Subject, name: string, title: string, children: readonly Child[], open = true) {
    this.element = h(
      "details",
      {
        class: `section ${name}`,
        open: kept()?.open[name] ?? open,
        ontoggle: () => keep({ subject, open: { ...kept()?.open, [name]: this.element.open } }),
      },
      h("summary", {}, h("h2", {}, title), this.#count),
      h("div", { class: "section-body" }, ...children),
    );
  }

  /** How many things are in it, and how many of them have changed. */
  count(number: number | undefined, comparison: Comparison | undefined, texts: Texts): void {
    const { added, changed, removed } = comparison
      ? countsOf(comparison)
      : { added: 0, changed: 0, removed: 0 };
    const label = fillIn(texts.marks, added, changed, removed);
    put(
      this.#count,
      number !== undefined && h("span", { class: "badge" }, number),
      added + changed + removed > 0 &&
        h(
          "span",
          { class: "delta", title: label, "aria-label": label, role: "img" },
          [added > 0 && `+${added}`, changed > 0 && `~${changed}`, removed > 0 && `−${removed}`]
            .filter(Boolean)
            .join(" "),
        ),
    );
  }
}
