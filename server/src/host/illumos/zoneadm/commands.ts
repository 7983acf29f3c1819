import type { StoredState } from "../../../catalog/illumos/zoneStates.ts";
import { denied } from "../../decision.ts";
import { readOptions } from "../../shell/options.ts";
import { platformOf } from "../platform.ts";
import type { IndexEntry } from "../types.ts";
import { shutdownZone } from "../zoneadmd/shutdown.ts";
import { storeState } from "../zones.ts";
import { check } from "./checks.ts";
import type { Finding } from "./findings.ts";
import { askDaemon, complain, ERROR, OK, type Run, USAGE } from "./run.ts";
import { usageOf } from "./usage.ts";
import { verifyZone } from "./verify.ts";

/** Commands that check, or that zoneadmd does. Source: usr/src/cmd/zoneadm/zoneadm.c. */

export function misused(run: Run): number {
  run.err.push(usageOf(run.command));
  return USAGE;
}

/** Verifies for a command; whether it may go on. */
export function verified(run: Run, entry: IndexEntry): boolean {
  return report(
    run,
    entry,
    verifyZone({ host: run.host, process: run.process, entry, command: run.command }),
  );
}

/** Prints what a verification has found; whether that lets the command go on. */
export function report(run: Run, entry: IndexEntry, findings: readonly Finding[]): boolean {
  for (const { severity, rule, text, causes, unsure } of findings) {
    run.err.push(`${severity === "error" ? "could not verify" : "WARNING:"} ${text}`);
    run.host.emit({
      container: entry.name,
      kind: "zone.verify",
      message: text,
      outcome: severity === "error" ? "failed" : "ok",
      causes,
    });
    if (severity === "error")
      run.decisions.push(denied("EINVAL", rule, text, { causes, ...(unsure && { unsure }) }).decision);
  }
  if (findings.every(({ severity }) => severity === "warning")) return true;
  run.err.push(`zoneadm: zone ${entry.name} failed to verify`);
  return false;
}

export function verify(run: Run): number {
  if (run.options.length > 0) return misused(run);
  const entry = check(run, "verify");
  if (typeof entry === "number") return entry;
  return verified(run, entry) ? OK : ERROR;
}

/** Options of a command, and the words behind them. */
export function read(run: Run, letters: string) {
  const options = readOptions("zoneadm", run.options, letters, "");
  return "status" in options ? undefined : options;
}

export function ready(run: Run): number {
  if (run.options.length > 0) return misused(run);
  const entry = check(run, "ready");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return askDaemon(run, entry, { command: "ready" });
}

/** With `-f` of its own, in front of `--`, also for a zone that is incomplete. */
export function boot(run: Run): number {
  const { forced, words } = bootWords(run);
  if (words === undefined) return misused(run);
  const entry = check(run, forced ? "boot -f" : "boot");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return askDaemon(run, entry, {
    command: forced ? "forceboot" : "boot",
    bootArguments: words.join(" "),
  });
}

/**
 * What stands behind `--`; options in front of it are the command's own. On Solaris 11 -w and -W, which boot with a root
 * that can be written, are handed on like the others. Source: zoneadm(8) of Solaris 11.
 */
function bootWords({ host, options }: Run): { forced: boolean; words: readonly string[] | undefined } {
  const forced = options[0] === "-f";
  const writable = platformOf(host) === "solaris11" && /^-[wW]$/.test(options[0] ?? "");
  const rest = options.slice(forced || writable ? 1 : 0);
  const before = writable ? options.slice(0, 1) : [];
  if (rest.length === 0) return { forced, words: before };
  return { forced, words: rest[0] === "--" ? [...before, ...rest.slice(1)] : undefined };
}

export function reboot(run: Run): number {
  const { forced, words } = bootWords(run);
  if (forced || words === undefined) return misused(run);
  const entry = check(run, "reboot");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return askDaemon(run, entry, { command: "reboot", bootArguments: words.join(" ") });
}

/** It checks nothing: what is configured wrongly must be stoppable as well. */
export function halt(run: Run): number {
  if (run.options.length > 0) return misused(run);
  const entry = check(run, "halt");
  return typeof entry === "number" ? entry : askDaemon(run, entry, { command: "halt" });
}

export function shutdown(run: Run): number {
  const again = run.options[0] === "-r";
  const rest = again ? run.options.slice(1) : run.options;
  if (rest.length > 0 && (!again || rest[0] !== "--")) return misused(run);
  const entry = check(run, "shutdown");
  if (typeof entry === "number") return entry;
  const { ok, messages, decisions } = shutdownZone(run.host, entry);
  for (const message of messages) run.err.push(`zoneadm: ${message}`);
  run.decisions.push(...decisions);
  if (!ok) {
    complain(run, "call to zoneadmd failed");
    return ERROR;
  }
  return again ? askDaemon(run, entry, { command: "boot", bootArguments: rest.slice(1).join(" ") }) : OK;
}

/** `mount` and `mount -f`: for tools that maintain the files of a zone. */
export function mount(run: Run): number {
  const forced = run.options[0] === "-f";
  if (run.options.length > (forced ? 1 : 0)) return misused(run);
  const entry = check(run, forced ? "mount -f" : "mount");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return askDaemon(run, entry, { command: forced ? "forcemount" : "mount" });
}

export function unmount(run: Run): number {
  if (run.options.length > 0) return misused(run);
  const entry = check(run, "unmount");
  return typeof entry === "number" ? entry : askDaemon(run, entry, { command: "unmount" });
}

/** States that `mark` can give: the forced forms are private. */
const MARKS: readonly (readonly [StoredState, forced: boolean])[] = [
  ["incomplete", false],
  ["incomplete", true],
  ["configured", true],
  ["installed", true],
];

/** Rewrites the entry of the index, and nothing else. */
export function mark(run: Run): number {
  const options = read(run, "F");
  const [to, ...more] = options?.rest ?? [];
  const known = MARKS.find(([state, forced]) => state === to && forced === options?.has("F"));
  if (!known || more.length > 0) return misused(run);
  const entry = check(run, "mark");
  if (typeof entry === "number") return entry;
  const state = known[0];
  storeState(run.host, entry, state, `Zone ${entry.name} is marked as ${state}.`);
  return OK;
}
