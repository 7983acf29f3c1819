import type { LimitView } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { h, put } from "./dom.ts";
import { amountText, fillIn, share } from "./format.ts";
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

  #gauge(view: LimitView, changed: boolean): HTMLElement {
    const { name, used, limit, unit, text, origin } = view;
    const texts = this.#texts;
    const part = share(used, limit);
    const level = part === undefined || part < NEAR ? "" : part < 1 ? "near" : "full";
    const warning = level && (level === "near" ? texts.nearLimit : texts.atLimit);
    const amount = useText(view, texts);
    const fill = h("div", { class: "fill" });
    fill.style.width = `${Math.min(part ?? 0, 1) * 100}%`;
    return h(
      "div",
      { class: `gauge ${level}${changed ? " changed" : ""}` },
      h("span", { class: "name" }, name),
      h("span", { class: "value" }, amount, warning && h("strong", {}, ` ${warning}`)),
      limit !== null &&
        h(
          "div",
          {
            class: "bar",
            role: "meter",
            "aria-label": name,
            "aria-valuemin": 0,
            "aria-valuemax": limit,
            "aria-valuenow": Math.min(used, limit),
            "aria-valuetext": [amount, unit, warning].filter(Boolean).join(", "),
          },
          fill,
        ),
      h("div", { class: "quiet about-limit" }, text),
      origin && originLine(origin, texts),
    );
  }
}

/** Use and limit; what is neither used nor limited is told by its description alone. */
function useText({ used, limit, unit }: LimitView, texts: Texts): string {
  if (limit !== null) return fillIn(texts.ofLimit, amountText(used, unit), amountText(limit, unit));
  return used > 0 ? `${amountText(used, unit)}, ${texts.noLimit}` : "";
}

/** Limits that are not as they were. */
export function changedLimits(before: readonly LimitView[], now: readonly LimitView[]): ReadonlySet<string> {
  const old = new Map(before.map((limit) => [limit.name, lookOf(limit)]));
  return new Set(now.filter((limit) => old.get(limit.name) !== lookOf(limit)).map(({ name }) => name));
}

function lookOf({ used, limit, text }: LimitView): string {
  return `${used}\n${limit}\n${text}`;
}
