import type { HostEvent } from "../../host/events.ts";
import type { Booted } from "../containers.ts";
import { originsOf } from "./origins.ts";

/** The events of a boot as one JSON document; lines and characters count from zero. */
export function bootJson(booted: Booted): string {
  const events = booted.host.events.map((event) => eventJson(booted, event));
  const containers = booted.containers.map(({ name, type, id, state }) => ({ name, type, id, state }));
  return `${JSON.stringify({ version: 1, events, containers }, undefined, 2)}\n`;
}

function eventJson(
  booted: Booted,
  { t, container, kind, from, to, message, outcome, errno, causes }: HostEvent,
) {
  return {
    t,
    container,
    kind,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    message,
    outcome,
    ...(errno !== undefined && { errno }),
    origins: originsOf(booted, causes),
  };
}
