import type { HostEvent } from "../host/events.ts";
import { Host } from "../host/host.ts";
import type { ConsoleSession } from "../host/illumos/zoneadmd/console.ts";
import { type SavedSession, ShellSession } from "../host/shell/session.ts";
import type { HostState } from "../host/state.ts";
import type { RestoreOutcome } from "../protocol.ts";
import { version } from "../version.ts";
import type { Booted } from "./guests.ts";
import { inspect } from "./inspect.ts";
import type { LiveHost } from "./liveHost.ts";
import { type PackedPast, packPast, unpackPast } from "./past.ts";
import type { KeptText } from "./texts.ts";

/** A host as a text that an editor keeps over restarts. */

const MARK = "zonewarden host";
const NO_PROBLEMS = { errors: 0, warnings: 0 };
/** Characters of the past that is kept: a snapshot is written after each change. */
const MOST_PAST = 4 * 1024 * 1024;

interface Kept {
  readonly description: string;
  readonly state: HostState;
  readonly events: readonly HostEvent[];
  readonly booted: Record<string, Booted>;
  readonly texts: Readonly<Record<string, KeptText>>;
  readonly sessions: readonly (readonly [string, SavedSession])[];
  readonly consoles: readonly (readonly [string, ConsoleSession])[];
  readonly past?: PackedPast;
}

/**
 * A line with version and checksum, then JSON.
 * @param most characters of the past
 */
export function snapshotOf(live: LiveHost, most = MOST_PAST): string {
  const past = packPast(live.past, most);
  const kept: Kept = {
    description: checksum(JSON.stringify(live.machine.description)),
    state: live.host.state,
    events: live.host.events,
    booted: live.booted,
    texts: live.texts.kept,
    sessions: [...live.sessions].flatMap(([id, session]) =>
      session.process ? [[id, session.saved] as const] : [],
    ),
    consoles: [...live.consoles],
    ...(past && { past }),
  };
  const text = JSON.stringify(kept);
  return `${MARK} ${version} ${checksum(text)}\n${text}`;
}

/** Makes a host what it was. Whatever the text is, the host stays usable. */
export function restore(live: LiveHost, snapshot: string): RestoreOutcome {
  const end = snapshot.indexOf("\n");
  const [, by, sum] = /^zonewarden host (\S+) ([\da-f]+)$/.exec(snapshot.slice(0, Math.max(0, end))) ?? [];
  if (by === undefined) return { kind: "damaged", reason: "It does not begin as a snapshot does." };
  // The state of another version may have another shape, and what it shows came of other rules.
  if (by !== version) return { kind: "outdated" };
  const text = snapshot.slice(end + 1);
  if (checksum(text) !== sum) return { kind: "damaged", reason: "Its checksum is wrong." };
  try {
    const kept = JSON.parse(text) as Kept;
    if (kept.description !== checksum(JSON.stringify(live.machine.description))) return { kind: "outdated" };
    const host = new Host(kept.state, live.host.kernel, kept.events);
    const sessions = kept.sessions.map(([id, saved]) => [id, new ShellSession(host, saved)] as const);
    live.reset(host, kept.booted, kept.texts, kept.past && unpackPast(kept.past));
    for (const [id, session] of [...sessions, ...kept.consoles]) live.adopt(id, session);
    // What is not as the model expects it shows at the first look.
    inspect(live, undefined, undefined, () => NO_PROBLEMS);
    return { kind: "restored" };
  } catch (error) {
    live.reset();
    return { kind: "damaged", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** FNV-1a over UTF-16 code units, in two runs of 32 bits: finds damage, and is no protection against intent. */
function checksum(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return [high, low].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
}
