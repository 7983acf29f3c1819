import type { HostEvent } from "../../host/events.ts";
import type { Booted } from "../boot.ts";
import { type Paint, paint } from "../colour.ts";
import { placesOf } from "./origins.ts";

/** What the timeline leaves out: another event says the same to a reader. */
const HIDDEN: ReadonlySet<string> = new Set(["jail.attach", "command.assumed", "jail.update"]);

const MARKS = { ok: " ", failed: "✗", assumed: "~" } as const;
const COLOURS: Readonly<Record<HostEvent["outcome"], Paint | undefined>> = {
  ok: undefined,
  failed: "red",
  assumed: "yellow",
};

/** The timeline of a boot: when, which jail, which step, what happened, and the line that made it so. */
export function bootText(booted: Booted): string {
  const { host, containers, described, files } = booted;
  const { name, release } = host.state.machine;
  const events = host.events.filter(({ kind }) => !HIDDEN.has(kind));
  const widths = {
    container: Math.min(24, Math.max(4, ...events.map(({ container }) => shown(container).length))),
    step: Math.max(...events.map(({ kind }) => step(kind).length), 4),
  };
  const what = described ? `host ${name}` : "a host that nobody described";
  const head = `${files.join(", ")} on ${paint("bold", what)}, FreeBSD ${release}${described ? "" : ": what it lacks is assumed (~)"}.\n`;
  const lines = events.map((event) => eventLine(booted, event, widths));
  return [head, ...lines, "", ...summary(booted, containers)].join("\n");
}

function shown(container: string): string {
  return container || "host";
}

/** The step as an administrator calls it. */
function step(kind: string): string {
  return STEPS[kind] ?? kind;
}

const STEPS: Readonly<Record<string, string>> = {
  "jail.phase": "",
  "jail.state": "kernel",
  "jail.create": "create",
  "jail.remove": "remove",
  "jail.signal": "signal",
  "jail.check": "check",
  "jail.skip": "skip",
  "jail.persist": "persist",
  "process.start": "daemon",
  "process.killed": "signal",
  "assume.directory": "assume",
  "assume.interface": "assume",
  "assume.dataset": "assume",
  "assume.process": "assume",
  "assume.user": "assume",
};

function eventLine(booted: Booted, event: HostEvent, widths: { container: number; step: number }): string {
  const { t, container, kind, message, outcome, errno, to } = event;
  const colour = COLOURS[outcome];
  const phase = kind === "jail.phase" && to ? `${paint(outcome === "failed" ? "red" : "green", to)}: ` : "";
  const text = `${phase}${colour ? paint(colour, message) : message}${errno ? ` ${paint("red", `[${errno}]`)}` : ""}`;
  const places = placesOf(booted, event.causes);
  return [
    paint("gray", seconds(t)),
    paint("bold", shown(container).padEnd(widths.container)),
    paint("cyan", step(kind).padEnd(widths.step)),
    `${colour ? paint(colour, MARKS[outcome]) : MARKS[outcome]} ${text}${places ? `  ${paint("gray", places)}` : ""}`,
  ].join("  ");
}

/** Virtual time since boot. */
function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3).padStart(8)} s`;
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
