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
import { type Paint, paint } from "../colour.ts";
import type { Booted } from "../containers.ts";
import { systemName } from "../hostSummary.ts";
import { placesOf } from "./origins.ts";

const COLOURS: Readonly<Record<HostEvent["outcome"], Paint | undefined>> = {
  ok: undefined,
  failed: "red",
  assumed: "yellow",
};

/** The timeline of a boot: when, which container, which step, what happened, and the line that made it so. */
export function bootText(booted: Booted): string {
  const { host, containers, described, files } = booted;
  const { machine } = host.state;
  const events = timelineEvents(host.events);
  const widths = timelineWidths(events);
  const what = described ? `host ${machine.name}` : "a host that nobody described";
  const head = `${files.join(", ")} on ${paint("bold", what)}, ${systemName(machine)}${described ? "" : ": what it lacks is assumed (~)"}.\n`;
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

function summary({ host, stderr }: Booted, containers: Booted["containers"]): string[] {
  const width = Math.max(4, ...containers.map(({ name }) => name.length));
  const lines = containers.map(({ name, type, id, state, failed }) => {
    const colour = failed ? "red" : state === "running" ? "green" : "yellow";
    const shown = failed && state !== "failed" ? `failed, and is ${state}` : state;
    const number = id === null ? "" : ` with ${NUMBERS[type]} ${id}`;
    return `${paint("bold", name.padEnd(width))}  ${paint(colour, shown)}${number}`;
  });
  const said =
    stderr === ""
      ? []
      : [
          "",
          SAYING[host.kernel.family],
          ...stderr
            .trimEnd()
            .split("\n")
            .map((line) => `  ${line}`),
        ];
  return [...lines, ...said, ""];
}

const NUMBERS: Readonly<Record<Booted["containers"][number]["type"], string>> = { jail: "jid", zone: "ID" };

/** The words are those of jail(8); those of zonecfg(8) and zoneadm(8) are given by their sense. */
const SAYING: Readonly<Record<Booted["host"]["kernel"]["family"], string>> = {
  freebsd: "jail(8) would print:",
  illumos: "zonecfg and zoneadm would say, in words of their own:",
};
