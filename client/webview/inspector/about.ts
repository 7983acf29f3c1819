import type { ContainerView } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { h } from "./dom.ts";
import { fillIn } from "./format.ts";
import { post } from "./post.ts";
import { healthPicture } from "./symbols.ts";

/** Commands that take something away are not the first thing to press. */
const MILD = new Set(["boot", "apply", "install"]);

/**
 * What a container is and what can be done with it.
 * @param inspectable whether this is shown elsewhere than in the container's own inspector
 * @param following false for the past, in which nothing can be done
 */
export function aboutContainer(
  container: ContainerView,
  texts: Texts,
  inspectable: boolean,
  following: boolean,
): HTMLElement {
  const { id, name, type, stateText, description, health, number, location, plan, problems, commands } =
    container;
  return h(
    "div",
    { class: "about" },
    h(
      "div",
      { class: "about-head" },
      healthPicture(health),
      h(inspectable ? "h3" : "h1", {}, name),
      h("span", { class: `state ${health}` }, stateText),
    ),
    h(
      "div",
      { class: "quiet" },
      [
        type === "jail" ? texts.jail : texts.zone,
        number === null ? "" : `${type === "jail" ? "jid" : "id"} ${number}`,
        description,
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    problems.errors > 0 && h("div", { class: "problems errors" }, fillIn(texts.errors, problems.errors)),
    problems.warnings > 0 && h("div", { class: "problems" }, fillIn(texts.warnings, problems.warnings)),
    plan && planOf(plan, texts),
    h(
      "div",
      { class: "buttons", role: "group", "aria-label": texts.commands },
      inspectable && h("button", { onclick: () => post({ kind: "inspect", container: id }) }, texts.open),
      ...(following ? commands : []).map((command) =>
        h(
          "button",
          {
            class: MILD.has(command) && !inspectable ? "" : "secondary",
            onclick: () => post({ kind: "run", command, container: id }),
          },
          texts.command[command],
        ),
      ),
      following &&
        health === "running" &&
        h(
          "button",
          { class: "secondary", onclick: () => post({ kind: "console", container: id }) },
          texts.console,
        ),
      location &&
        h(
          "button",
          { class: "secondary", onclick: () => post({ kind: "goTo", location }) },
          texts.toConfiguration,
        ),
    ),
  );
}

function planOf({ kind, parameters }: NonNullable<ContainerView["plan"]>, texts: Texts): HTMLElement {
  return h(
    "div",
    { class: "plan" },
    h("p", {}, texts.plan[kind]),
    parameters.length > 0 &&
      h(
        "ul",
        {},
        ...parameters.map(({ name, before, after, needsRestart, location }) =>
          h(
            "li",
            {},
            location
              ? h("button", { class: "link", onclick: () => post({ kind: "goTo", location }) }, name)
              : h("code", {}, name),
            ` ${before || "–"} → ${after || "–"}`,
            needsRestart && h("span", { class: "quiet" }, ` ${texts.onlyRestart}`),
          ),
        ),
      ),
  );
}
