import type { Inspection } from "@zonewarden/server/protocol";
import type { Column, Scene } from "../../src/inspector/messages.ts";
import { aboutContainer } from "./about.ts";
import { Diagram } from "./diagram.ts";
import { h, put, putKeepingFocus } from "./dom.ts";
import { fillIn } from "./format.ts";
import {
  devicesPart,
  eventsPart,
  limitsPart,
  type Making,
  machinePart,
  mountsPart,
  networkPart,
  type Part,
  poolsPart,
  privilegesPart,
  processesPart,
} from "./parts.ts";
import { post } from "./post.ts";
import { Slider } from "./slider.ts";

/** Sentences on changes that are shown at once. */
const MOST_CHANGES = 6;
/** Sentences that are read aloud after a change. */
const MOST_SPOKEN = 3;

/** The whole page: a head, the slider, what changed, and the parts. */
export class View {
  readonly slider: Slider;
  readonly #making: Making;
  readonly #head = h("header");
  readonly #changes = h("div", { class: "changes" });
  readonly #status = h("div", { class: "spoken", role: "status", "aria-live": "polite" });
  readonly #notice = h("div", { class: "notice", role: "alert" });
  readonly #parts: readonly Part[];
  readonly #diagram: Diagram | undefined;
  #shown: Inspection | undefined;

  constructor(
    main: HTMLElement,
    making: Making,
    ask: (at: number | null) => void,
    type: "host" | "jail" | "zone",
  ) {
    this.#making = making;
    this.slider = new Slider(making.texts, ask);
    const columns: readonly (readonly Part[])[] =
      type === "host"
        ? [
            [eventsPart(making), processesPart(making)],
            [networkPart(making), poolsPart(making), mountsPart(making), devicesPart(making)],
          ]
        : [
            [machinePart(making), processesPart(making), limitsPart(making), eventsPart(making)],
            [networkPart(making), mountsPart(making), privilegesPart(making, type), devicesPart(making)],
          ];
    this.#diagram = type === "host" ? new Diagram(making) : undefined;
    const diagram = this.#diagram ? [this.#diagram] : [];
    this.#parts = [...diagram, ...columns.flat()];
    put(
      main,
      this.#head,
      this.#notice,
      h("div", { class: "time" }, this.slider.element, this.#changes),
      ...diagram.map(({ element }) => element),
      h(
        "div",
        { class: "columns" },
        ...columns.map((parts) => h("div", {}, ...parts.map(({ element }) => element))),
      ),
      this.#status,
    );
  }

  show(scene: Scene): void {
    const { inspection, following } = scene;
    const before = scene.before ?? this.#shown;
    this.#shown = inspection;
    this.notice("");
    this.slider.show(inspection, following);
    this.#showHead(inspection, following);
    this.#showChanges(inspection, before, following);
    for (const part of this.#parts) part.show(scene, before);
  }

  /** What is inside of the container that is selected in the diagram. */
  inside(column: Column): void {
    this.#diagram?.inside(column);
  }

  #showHead({ container, hostName, system }: Inspection, following: boolean): void {
    const { texts } = this.#making;
    putKeepingFocus(
      this.#head,
      container
        ? aboutContainer(container, texts, false, following)
        : h(
            "div",
            { class: "about" },
            h(
              "div",
              { class: "about-head" },
              h("h1", {}, hostName),
              h("span", { class: "quiet" }, SYSTEMS[system]),
            ),
            h(
              "div",
              { class: "buttons" },
              h("button", { class: "secondary", onclick: () => post({ kind: "console" }) }, texts.console),
            ),
          ),
      container &&
        h(
          "button",
          { class: "link up", onclick: () => post({ kind: "inspect" }) },
          fillIn(texts.inHost, hostName),
        ),
      !following && h("div", { class: "quiet past-note" }, texts.nothingToDo),
    );
  }

  /** Sentences; the first ones are also told to screen readers, unless this is the first that is shown. */
  #showChanges(
    { changes, container, at }: Inspection,
    before: Inspection | undefined,
    following: boolean,
  ): void {
    const { texts } = this.#making;
    const shown = changes.slice(0, MOST_CHANGES);
    const left = changes.length - shown.length;
    const rest = changes.slice(MOST_CHANGES);
    put(
      this.#changes,
      !following && h("h2", {}, texts.changesAt),
      !following &&
        (changes.length === 0
          ? h("p", { class: "quiet" }, texts.noChanges)
          : h("ul", {}, ...shown.map((text) => h("li", {}, text)))),
      !following &&
        left > 0 &&
        h(
          "details",
          {},
          h("summary", {}, fillIn(texts.moreChanges, left)),
          h("ul", {}, ...rest.map((text) => h("li", {}, text))),
        ),
    );
    if (!before || before.at === at) return;
    const state =
      container && container.stateText !== before.container?.stateText
        ? [`${container.name}: ${container.stateText}`]
        : [];
    this.#status.textContent = [...state, ...changes].slice(0, MOST_SPOKEN).join(" ");
  }

  /** Instead of an answer; an empty text takes it away. */
  notice(text: string): void {
    this.#notice.textContent = text;
    this.#notice.hidden = text === "";
  }
}

const SYSTEMS: Readonly<Record<Inspection["system"], string>> = {
  freebsd: "FreeBSD",
  illumos: "illumos",
  omnios: "OmniOS",
  smartos: "SmartOS",
  solaris: "Solaris",
};
