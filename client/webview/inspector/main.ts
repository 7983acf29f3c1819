import type { Scene, Subject, ToPage } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import { h, put } from "./dom.ts";
import { fillIn } from "./format.ts";
import { keep, post } from "./post.ts";
import { View } from "./view.ts";

/** The page of the inspector: shows what the extension sends, and asks for other moments. */

const main = document.getElementById("inspector") as HTMLElement;

let start: { readonly texts: Texts; readonly subject: Subject } | undefined;
let view: View | undefined;

/** Numbers what is asked; while one question is open, only the newest of the next ones waits. */
let request = 0;
let open = false;
let waiting: { readonly at: number | null } | undefined;

function ask(at: number | null): void {
  if (open) {
    waiting = { at };
    return;
  }
  open = true;
  post({ kind: "moment", request: ++request, at });
}

function answered(answers: number | undefined): void {
  if (answers !== request) return;
  open = false;
  const next = waiting;
  waiting = undefined;
  if (next) ask(next.at);
}

function show(scene: Scene): void {
  if (!start) return;
  if (!view) {
    const { texts, subject } = start;
    const making = { texts, subject, toMoment: (at: number) => view?.slider.to(at) };
    view = new View(main, making, ask, scene.inspection.container?.type ?? "host");
  }
  view.show(scene);
}

function absent(why: "gone" | "stopped" | "forgotten"): void {
  if (!start) return;
  const { texts, subject } = start;
  const text = why === "gone" ? fillIn(texts.gone, subject.container ?? subject.host) : texts[why];
  if (view) view.notice(text);
  else put(main, h("p", { class: "notice", role: "alert" }, text));
  if (why === "forgotten") ask(null);
}

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  switch (data.kind) {
    case "start":
      start = data;
      keep({ subject: data.subject });
      if (!view) put(main, h("p", { class: "quiet" }, data.texts.loading));
      break;
    case "show":
      show(data.scene);
      answered(data.answers);
      break;
    case "inside":
      view?.inside(data.column);
      break;
    case "grown":
      view?.slider.grow(data.events);
      break;
    case "absent":
      absent(data.why);
      answered(data.answers);
  }
});

post({ kind: "ready" });
