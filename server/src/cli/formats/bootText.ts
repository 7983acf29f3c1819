import type { HostEvent } from "../../host/events.ts";
import {
  MARKS,
  phaseOf,
  shownContainer,
  stepOf,
  type TimelineWidths,
  timelineEvents,
  timelineWidths,
  timeText,
} from "../../simulation/timeline.ts";
import type { Booted } from "../boot.ts";
import { type Paint, paint } from "../colour.ts";
import { placesOf } from "./origins.ts";

const COLOURS: Readonly<Record<HostEvent["outcome"], Paint | undefined>> = {
  ok: undefined,
  failed: "red",
  assumed: "yellow",
};

/** The timeline of a boot: when, which jail, which step, what happened, and the line that made it so. */
export function bootText(booted: Booted): string {
  const { host, containers, described, files } = booted;
  const { name, release } = host.state.machine;
  const events = timelineEvents(host.events);
  const widths = timelineWidths(events);
  const what = described ? `host ${name}` : "a host that nobody described";
  const head = `${files.join(", ")} on ${paint("bold", what)}, FreeBSD ${release}${described ? "" : ": what it lacks is assumed (~)"}.\n`;
  const lines = events.map((event) => eventLine(booted, event, widths));
  return [head, ...lines, "", ...summary(booted, containers)].join("\n");
}

function eventLine(booted: Booted, event: HostEvent, widths: TimelineWidths): string {
  const { t, container, kind, message, outcome, errno } = event;
  const colour = COLOURS[outcome];
  const to = phaseOf(event);
  const phase = to ? `${paint(outcome === "failed" ? "red" : "green", to)}: ` : "";
  const text = `${phase}${colour ? paint(colour, message) : message}${errno ? ` ${paint("red", `[${errno}]`)}` : ""}`;
  const places = placesOf(booted, event.causes);
  return [
    paint("gray", timeText(t)),
    paint("bold", shownContainer(container).padEnd(widths.container)),
    paint("cyan", stepOf(kind).padEnd(widths.step)),
    `${colour ? paint(colour, MARKS[outcome]) : MARKS[outcome]} ${text}${places ? `  ${paint("gray", places)}` : ""}`,
  ].join("  ");
}

function summary({ stderr }: Booted, containers: Booted["containers"]): string[] {
  const width = Math.max(4, ...containers.map(({ name }) => name.length));
  const lines = containers.map(({ name, jid, state }) => {
    const colour = state === "running" ? "green" : state === "failed" ? "red" : "yellow";
    return `${paint("bold", name.padEnd(width))}  ${paint(colour, state)}${jid === null ? "" : ` with jid ${jid}`}`;
  });
  const said =
    stderr === ""
      ? []
      : [
          "",
          "jail(8) would print:",
          ...stderr
            .trimEnd()
            .split("\n")
            .map((line) => `  ${line}`),
        ];
  return [...lines, ...said, ""];
}
