import type { LimitView } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { h, put } from "./dom.ts";
import { share } from "./format.ts";
import { originLine } from "./list.ts";

/** From this share on a limit is nearly used up. */
const NEAR = 0.8;

/** Use of resources beside their limits. */
export class Gauges {
  readonly element = h("div", { class: "gauges" });
  readonly #texts: Texts;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  /** @param changed names of limits that were otherwise before */
  show(limits: readonly LimitView[], changed: ReadonlySet<string>): void {
    put(
      this.element,
      ...(limits.length > 0
        ? limits.map((limit) => this.#gauge(limit, changed.has(limit.name)))
        : [h("p", { class: "quiet" }, this.#texts.none)]),
    );
  }

  #gauge({ name, used, limit, text, origin }: LimitView, changed: boolean): HTMLElement {
    const texts = this.#texts;
    const part = share(used, limit);
    const level = part === undefined || part < NEAR ? "" : part < 1 ? "near" : "full";
    const warning = level && (level === "near" ? texts.nearLimit : texts.atLimit);
    const fill = h("div", { class: "fill" });
    fill.style.width = `${Math.min(part ?? 0, 1) * 100}%`;
    return h(
      "div",
      { class: `gauge ${level}${changed ? " changed" : ""}${part === undefined ? " free" : ""}` },
      h("span", { class: "name", title: name }, name),
      h("span", { class: "value" }, text, warning && h("strong", {}, ` ${warning}`)),
      h(
        "div",
        {
          class: "bar",
          role: "meter",
          "aria-label": name,
          "aria-valuemin": 0,
          "aria-valuemax": limit ?? Math.max(used, 1),
          "aria-valuenow": used,
          "aria-valuetext": [text, limit === null ? texts.noLimit : "", warning].filter(Boolean).join(", "),
        },
        fill,
      ),
      origin && originLine(origin, texts),
    );
  }
}

/** Limits that are not as they were. */
export function changedLimits(before: readonly LimitView[], now: readonly LimitView[]): ReadonlySet<string> {
  const old = new Map(before.map(({ name, text, limit }) => [name, `${text}\n${limit}`]));
  return new Set(
    now.filter(({ name, text, limit }) => old.get(name) !== `${text}\n${limit}`).map(({ name }) => name),
  );
}
