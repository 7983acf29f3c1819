import type { Inspection, NetworkView } from "@zonewarden/server/protocol";
import type { Scene, Subject } from "../../src/inspector/messages.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import { compareRows, SAME, thingsIn } from "./compare.ts";
import { h } from "./dom.ts";
import { changedLimits, Gauges } from "./gauges.ts";
import { List } from "./list.ts";
import { Machine } from "./machine.ts";
import { PathPicture } from "./pathPicture.ts";
import { post } from "./post.ts";
import {
  deviceRows,
  eventRows,
  linkRows,
  listenRows,
  mountRows,
  poolRows,
  privilegeRows,
  processRows,
  type Row,
  reachRows,
  routeRows,
} from "./rows.ts";
import { Section } from "./section.ts";

/** The parts of an inspector: each knows how to show an inspection, and what in it has changed. */
export interface Part {
  readonly element: HTMLElement;
  /** @param before what to compare with; absent for the first that is shown */
  show(scene: Scene, before: Inspection | undefined): void;
}

/** What parts are made with. */
export interface Making {
  readonly texts: Texts;
  readonly subject: Subject;
  readonly toMoment: (at: number) => void;
}

type RowsOf = (inspection: Inspection, texts: Texts) => readonly Row[];

/** A part that is one list. */
function listPart(making: Making, name: string, title: string, rowsOf: RowsOf, open = true): Part {
  const { texts, subject, toMoment } = making;
  const list = new List(texts, title, toMoment);
  const section = new Section(subject, name, title, [list.element], open);
  return {
    element: section.element,
    show({ inspection }, before) {
      const rows = rowsOf(inspection, texts);
      const comparison = before ? compareRows(rowsOf(before, texts), rows) : SAME;
      list.show(rows, comparison);
      section.count(thingsIn(rows), comparison, texts);
    },
  };
}

export const processesPart = (making: Making): Part =>
  listPart(making, "processes", making.texts.processes, processRows);

export const mountsPart = (making: Making): Part =>
  listPart(making, "files", making.texts.fileSystemsTitle, mountRows);

export const devicesPart = (making: Making): Part =>
  listPart(making, "devices", making.texts.devices, deviceRows, false);

/** Hidden where the system has no pools. */
export function poolsPart(making: Making): Part {
  const part = listPart(making, "pools", making.texts.resourcePools, poolRows);
  return {
    element: part.element,
    show(scene, before) {
      part.element.hidden = scene.inspection.processors.pools.length === 0;
      part.show(scene, before);
    },
  };
}

/** Events do not change: what is new shows by its place. */
export function eventsPart(making: Making): Part {
  const { texts, subject, toMoment } = making;
  const list = new List(texts, texts.events, toMoment);
  const section = new Section(subject, "events", texts.events, [list.element]);
  return {
    element: section.element,
    show({ inspection }) {
      const rows = eventRows(inspection, texts);
      list.show(rows);
      section.count(thingsIn(rows), undefined, texts);
    },
  };
}

export function networkPart({ texts, subject }: Making): Part {
  const stack = h("p", { class: "quiet" });
  const targets = targetsFilter(texts);
  const lists: readonly (readonly [string, RowsOf, List, HTMLElement])[] = (
    [
      [texts.links, linkRows, undefined],
      [texts.routes, routeRows, undefined],
      [texts.listening, listenRows, undefined],
      [texts.reach, reachRows, targets.element],
    ] as const
  ).map(([title, rowsOf, tools]) => {
    const list = new List(texts, title);
    return [title, rowsOf, list, h("div", { class: "sub" }, h("h3", {}, title), tools, list.element)];
  });
  const path = new PathPicture(texts);
  const section = new Section(subject, "network", texts.networkTitle, [
    stack,
    path.element,
    ...lists.map(([, , , frame]) => frame),
  ]);
  return {
    element: section.element,
    show({ inspection }, before) {
      stack.hidden = !inspection.container;
      stack.textContent = inspection.network.stack === "own" ? texts.ownStack : texts.sharedStack;
      path.show(inspection.network.path);
      targets.show(inspection.network);
      // With others that are tried, the rows say nothing of what has changed.
      const isTriedAsBefore = before?.network.targets === inspection.network.targets;
      const marks = new Map<string, "added" | "changed">();
      const gone: Row[] = [];
      for (const [title, rowsOf, list, frame] of lists) {
        const rows = rowsOf(inspection, texts);
        const isComparable = before && (rowsOf !== reachRows || isTriedAsBefore);
        const comparison = isComparable ? compareRows(rowsOf(before, texts), rows) : SAME;
        list.show(rows, comparison);
        frame.hidden = rows.length === 0 && comparison.removed.length === 0;
        for (const [key, mark] of comparison.marks) marks.set(`${title}\n${key}`, mark);
        gone.push(...comparison.removed);
      }
      section.count(undefined, { marks, removed: gone }, texts);
    },
  };
}

/** Chooses among many others those that are tried; shown where not all are. */
function targetsFilter(texts: Texts) {
  const input = h("input", {
    type: "search",
    placeholder: texts.filterTargets,
    "aria-label": texts.filter,
    oninput: () => post({ kind: "targets", text: input.value }),
  });
  const element = h("div", { class: "tools" }, input);
  return {
    element,
    show({ untried, targets }: NetworkView): void {
      // An answer may be older than what has been typed since.
      if (document.activeElement !== input) input.value = targets;
      element.hidden = untried === 0 && targets === "" && document.activeElement !== input;
    },
  };
}

export function privilegesPart({ texts, subject }: Making, type: "jail" | "zone"): Part {
  const title = type === "zone" ? texts.privileges : texts.permissions;
  const list = new List(texts, title);
  let latest: { readonly scene: Scene; readonly before: Inspection | undefined } | undefined;
  const again = () => latest && part.show(latest.scene, latest.before);
  const filter = h("input", {
    type: "search",
    placeholder: texts.filterPrivileges,
    "aria-label": texts.filter,
    oninput: again,
  });
  const heldOnly = h("input", { type: "checkbox", onchange: again });
  const tools = h("div", { class: "tools" }, filter, h("label", {}, heldOnly, texts.heldOnly));
  const section = new Section(subject, "privileges", title, [tools, list.element]);
  const rowsOf: RowsOf = (inspection) => {
    const wanted = filter.value.toLowerCase();
    const privileges = inspection.privileges.filter(
      ({ name, description, held, status }) =>
        (held || !heldOnly.checked) && `${name}\n${description}\n${status}`.toLowerCase().includes(wanted),
    );
    return privilegeRows({ ...inspection, privileges }, texts);
  };
  const part: Part = {
    element: section.element,
    show(scene, before) {
      latest = { scene, before };
      const rows = rowsOf(scene.inspection, texts);
      const comparison = before ? compareRows(rowsOf(before, texts), rows) : SAME;
      list.show(rows, comparison);
      section.count(rows.length, comparison, texts);
    },
  };
  return part;
}

export function limitsPart({ texts, subject }: Making): Part {
  const gauges = new Gauges(texts);
  const section = new Section(subject, "limits", texts.limits, [gauges.element]);
  return {
    element: section.element,
    show({ inspection: { limits } }, before) {
      const changed = before ? changedLimits(before.limits, limits) : new Set<string>();
      gauges.show(limits, changed);
      const marks = new Map([...changed].map((name) => [name, "changed" as const]));
      section.count(limits.length, { marks, removed: [] }, texts);
    },
  };
}

export function machinePart({ texts, subject }: Making): Part {
  const machine = new Machine(texts);
  const section = new Section(subject, "state", texts.state, [machine.element]);
  return { element: section.element, show: ({ inspection }) => machine.show(inspection) };
}
