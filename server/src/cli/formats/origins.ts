import type { Cause } from "../../host/decision.ts";
import { type Booted, positionOf } from "../containers.ts";

/** The places of causes, in JSON: lines and characters count from zero. */
export function originsOf({ sourceOf }: Booted, causes: readonly Cause[]) {
  return causes.flatMap(({ place }) => {
    const source = place && sourceOf(place.path);
    if (!place || !source) return [];
    const range = { start: source.positionAt(place.start), end: source.positionAt(place.end) };
    return [{ path: place.path, range }];
  });
}

const MOST_PLACES = 3;

/** `jail.conf:12`, each place once. */
export function placesOf(booted: Booted, causes: readonly Cause[]): string {
  const texts = causes.flatMap(({ place }) => {
    const at = place && positionOf(booted, place);
    return place && at ? [`${place.path}:${at.line + 1}`] : [];
  });
  return [...new Set(texts)].slice(0, MOST_PLACES).join(", ");
}
