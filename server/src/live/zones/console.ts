import { watchConsole } from "../../host/illumos/zoneadmd/console.ts";
import { zoneNamed } from "../../host/illumos/zoneIndex.ts";
import { shownState } from "../../host/illumos/zones.ts";
import type { LiveHost } from "../liveHost.ts";

/** The console of a zone at a terminal: `zlogin -C`. Whoever logs in there gets a shell until it ends. */

/** `null` as a prompt: it has ended. */
export interface ConsoleAnswer {
  readonly output: string;
  readonly status: number;
  readonly prompt: string | null;
}

/** What has appeared since somebody last looked; `seen` says how much that was. */
export function newLines(
  live: LiveHost,
  session: string,
  seen: number,
): { readonly text: string; readonly seen: number } {
  const console = live.consoles.get(session);
  const lines = console ? watchConsole(live.host, console).lines : [];
  return {
    text: lines
      .slice(seen)
      .map(({ text }) => `${text}\n`)
      .join(""),
    seen: lines.length,
  };
}

export function openZoneConsole(live: LiveHost, session: string, zone: string): ConsoleAnswer {
  if (!live.consoles.has(session)) {
    const { result } = live.do({ kind: "attach", session, zone });
    if (!result.ok) return { output: result.message, status: 1, prompt: null };
  }
  return {
    output: `${live.consoles.get(session)?.connected ?? ""}\n`,
    status: 0,
    prompt: promptOf(live, session, zone),
  };
}

/** The shell of whoever has logged in, the login prompt of a zone that runs, or nothing. */
export function promptOf(live: LiveHost, session: string, zone: string): string {
  const shell = live.sessions.get(session);
  if (shell?.process) return shell.prompt;
  const active = zoneNamed(live.host, zone);
  return active && shownState(active) === "running" ? `${active.nodename} console login: ` : "";
}

/** A line for the console itself, not for a shell. */
export function enterZoneConsole(live: LiveHost, session: string, text: string): ConsoleAnswer {
  const console = live.consoles.get(session);
  if (!console) return { output: "", status: 0, prompt: null };
  const { zone, disconnected } = console;
  if (text.trim() === "~.") {
    live.do({ kind: "detach", session });
    return { output: `${disconnected}\n`, status: 0, prompt: null };
  }
  const active = zoneNamed(live.host, zone);
  const user = text.trim();
  if (user === "" || !active || shownState(active) !== "running")
    return { output: "", status: 0, prompt: promptOf(live, session, zone) };
  const isKnown = live.host.state.machine.users.some(({ name }) => name === user);
  if (isKnown) live.do({ kind: "open", session, container: active.id, user, all: live.configured });
  return { output: isKnown ? "" : "Login incorrect\n", status: 0, prompt: promptOf(live, session, zone) };
}
