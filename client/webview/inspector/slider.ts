import type { Inspection } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { h, put } from "./dom.ts";
import { clockText, fillIn } from "./format.ts";
import { type Icon, iconPicture } from "./symbols.ts";

/** Milliseconds from one event to the next while playing. */
const PACE = 700;

/** Goes back to any event of the host and forward again. `ask` is called with the moment that is wanted. */
export class Slider {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #ask: (at: number | null) => void;
  readonly #range: HTMLInputElement;
  readonly #value: HTMLElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #play: HTMLButtonElement;
  readonly #now: HTMLButtonElement;
  #timer: number | undefined;
  /** The first moment that is remembered. */
  #earliest = 0;
  #following = true;

  constructor(texts: Texts, ask: (at: number | null) => void) {
    this.#texts = texts;
    this.#ask = ask;
    this.#range = h("input", {
      type: "range",
      step: 1,
      "aria-label": texts.time,
      oninput: () => {
        this.#stop();
        this.#enable();
        this.#ask(this.#range.valueAsNumber);
      },
    });
    this.#previous = this.#button("previous", texts.previous, () => this.#step(-1));
    this.#next = this.#button("next", texts.next, () => this.#step(1));
    this.#play = this.#button("play", texts.play, () =>
      this.#timer === undefined ? this.#start() : this.#stop(),
    );
    this.#now = h(
      "button",
      { class: "secondary", onclick: () => this.now() },
      iconPicture("now"),
      h("span", {}, texts.now),
    );
    this.#value = h("output", { class: "moment" });
    this.element = h(
      "div",
      { class: "slider", role: "group", "aria-label": texts.time },
      h("div", { class: "slider-row" }, this.#previous, this.#play, this.#next, this.#range, this.#now),
      this.#value,
    );
  }

  #button(icon: Icon, label: string, onclick: () => void): HTMLButtonElement {
    return h("button", { class: "tool", title: label, "aria-label": label, onclick }, iconPicture(icon));
  }

  show({ at, events, earliest, clock, recent }: Inspection, following: boolean): void {
    this.#following = following;
    this.#earliest = Math.min(earliest, at);
    this.grow(events);
    this.#range.value = String(at);
    this.#enable();
    const last = recent.at(-1);
    const text =
      at === 0 ? this.#texts.timeBegin : fillIn(this.#texts.timeValue, at, events, clockText(clock));
    this.#range.setAttribute("aria-valuetext", text);
    put(
      this.#value,
      h("span", {}, text),
      following
        ? h("span", { class: "quiet" }, this.#texts.following)
        : last?.seq === at - 1 && h("span", { class: "event" }, last.message),
      earliest > 0 && h("span", { class: "quiet" }, fillIn(this.#texts.forgottenBefore, earliest)),
    );
    this.#now.disabled = following;
    this.element.classList.toggle("past", !following);
    if (this.#timer !== undefined) this.#wait();
  }

  grow(events: number): void {
    // With one moment alone, the thumb stands at the end.
    this.#range.min = String(Math.min(this.#earliest, events - 1));
    this.#range.max = String(events);
    this.#enable();
  }

  #enable(): void {
    const { valueAsNumber: value, min, max } = this.#range;
    this.#range.style.setProperty(
      "--part",
      `${((value - Number(min)) / (Number(max) - Number(min))) * 100}%`,
    );
    this.#range.disabled = this.#earliest >= Number(max);
    this.#previous.disabled = value <= this.#earliest;
    this.#next.disabled = value >= Number(max);
    this.#play.disabled = this.#range.disabled;
  }

  now(): void {
    this.#stop();
    this.#ask(null);
  }

  to(at: number): void {
    this.#stop();
    this.#ask(at);
  }

  #step(by: number): void {
    this.#stop();
    this.#ask(this.#range.valueAsNumber + by);
  }

  /** From the present, playing begins with the first event. */
  #start(): void {
    const { max, valueAsNumber } = this.#range;
    this.#face("pause", this.#texts.pause);
    this.#timer = 0;
    if (this.#following || valueAsNumber >= Number(max)) this.#ask(this.#earliest);
    else this.#wait();
  }

  /** Each step waits for the answer to the one before. */
  #wait(): void {
    clearTimeout(this.#timer);
    const { valueAsNumber, max } = this.#range;
    if (valueAsNumber >= Number(max)) this.#stop();
    else this.#timer = setTimeout(() => this.#ask(valueAsNumber + 1), PACE);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#face("play", this.#texts.play);
  }

  #face(icon: Icon, label: string): void {
    put(this.#play, iconPicture(icon));
    this.#play.title = label;
    this.#play.setAttribute("aria-label", label);
  }
}
