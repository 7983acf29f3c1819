import { nearest } from "../../catalog/distance.ts";
import type { AnyDocument } from "../../configuration/origin.ts";
import { buildHost } from "../../host/machine/build.ts";
import type { ExpectationView, Location, Position } from "../../protocol.ts";
import { actionsOf } from "../../simulation/attempts.ts";
import type { MainFile } from "../guests.ts";
import type { LiveHost } from "../liveHost.ts";
import { originView } from "../views/origins.ts";
import { expectationsIn, type Found } from "./find.ts";
import { type Expectation, parseExpectation } from "./grammar.ts";
import { HOST, judge, type Trial } from "./trial.ts";

/** A document with the configuration that it is part of. */
export interface Asked {
  readonly live: LiveHost;
  readonly file: MainFile;
  readonly document: AnyDocument & { readonly uri: string; positionAt(offset: number): Position };
}

/**
 * Whether the expectations in a document hold. On a new copy of the machine all containers are booted that they speak
 * of, with what these need; what has happened on the simulated host has no say.
 */
export function checkExpectations({ live, file, document }: Asked): ExpectationView[] {
  const read = expectationsIn(document).map((found) => ({
    found,
    location: locationOf(document, found),
    ...readOne(live, file, document, found),
  }));
  const names = new Set(
    read.flatMap(({ expectation, subject }) => (expectation ? named(file, subject, expectation) : [])),
  );
  let trial: Trial | undefined;
  return read.map(({ found, location, expectation, subject, message }) => {
    const { text } = found;
    if (!expectation || subject === undefined)
      return { text, location, result: "invalid", message: message ?? "", origins: [] };
    trial ??= bootOf(live, file, [...names]);
    const { passed, message: said, causes } = judge(trial, subject, expectation);
    const origins = causes.map((cause) => originView(cause, live.texts));
    return { text, location, result: passed ? "passed" : "failed", message: said, origins };
  });
}

function locationOf(document: Asked["document"], { start, end }: Found): Location {
  return { uri: document.uri, range: { start: document.positionAt(start), end: document.positionAt(end) } };
}

interface Read {
  readonly expectation?: Expectation;
  readonly subject?: string;
  readonly message?: string;
}

function readOne(live: LiveHost, file: MainFile, document: Asked["document"], found: Found): Read {
  const parsed = parseExpectation(found.text);
  if (!parsed.ok) return { message: parsed.message };
  const { expectation } = parsed;
  const names = file.containers.map(({ name }) => name);
  const subject = expectation.subject ?? subjectAt(live, file, document, found.start);
  if (subject === undefined) return { message: "No container follows that this could be about: name it." };
  const isHost = subject === HOST && expectation.kind === "connects";
  for (const name of [
    ...(isHost ? [] : [subject]),
    ...(expectation.kind === "order" ? [expectation.other] : []),
  ])
    if (!names.includes(name))
      return {
        message: `There is no ${live.guests.type} ${name} in this configuration.${hint(name, names)}`,
      };
  if (expectation.kind !== "probe") return { expectation, subject };
  const ids = actionsOf(live.host.kernel.family).all.map(({ id }) => id);
  const probe = probeNamed(expectation.probe, ids);
  if (probe !== undefined) return { expectation: { ...expectation, probe }, subject };
  return {
    message: `There is no probe ${expectation.probe}.${hint(expectation.probe, ids)}`,
  };
}

/** By its whole id, or by what stands behind the area: `raw-icmp` for `net.raw-icmp`. */
function probeNamed(word: string, ids: readonly string[]): string | undefined {
  if (ids.includes(word)) return word;
  const [first, ...more] = ids.filter((id) => id.endsWith(`.${word}`));
  return more.length === 0 ? first : undefined;
}

function hint(word: string, known: readonly string[]): string {
  const [best] = nearest(word, known, 1);
  return best === undefined ? "" : ` Is ${best} meant?`;
}

/** The container that a comment stands in, else the next one below it. */
function subjectAt(
  live: LiveHost,
  file: MainFile,
  document: Asked["document"],
  offset: number,
): string | undefined {
  const at = document.positionAt(offset);
  const places = file.containers.flatMap(({ name, extent }) => {
    const location = live.texts.locate(extent);
    return location?.uri === document.uri ? [{ name, ...location.range }] : [];
  });
  const inside = places.findLast(({ start, end }) => !isBefore(at, start) && !isBefore(end, at));
  return (inside ?? places.find(({ start }) => isBefore(at, start)))?.name;
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** The containers that an expectation speaks of. */
function named(file: MainFile, subject: string | undefined, expectation: Expectation): string[] {
  const other =
    expectation.kind === "order"
      ? expectation.other
      : expectation.kind === "connects"
        ? expectation.target
        : undefined;
  return [subject, other].filter(
    (name) => name !== undefined && file.containers.some((one) => one.name === name),
  ) as string[];
}

function bootOf({ machine, guests }: LiveHost, { configured }: MainFile, names: readonly string[]): Trial {
  const host = buildHost(machine.description);
  guests.boot(host, configured, names);
  const failures = host.events.filter(
    ({ outcome, kind }) => outcome === "failed" && kind !== "jail.phase" && kind !== "zone.state",
  );
  return { host, guests, failures };
}
