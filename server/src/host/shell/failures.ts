import type { Decision } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { ExecFailure } from "./command.ts";
import type { Shell } from "./shell.ts";
import type { Streams } from "./state.ts";

/** What a shell says of programs that it cannot run. Each gives the exit status. */

/** The status of what was interrupted from the keyboard: 128 and SIGINT. */
export const INTERRUPTED = 130;

/** A complaint of a builtin. */
export function complaint(shell: Shell, text: string): string {
  return shell.texts.builtin(shell.speaker, text);
}

/** A program that is not there. */
export function missing(shell: Shell, name: string, streams: Streams, failure?: ExecFailure): number {
  if (shell.run.unknown === "assume")
    return assume(shell, name, `There is no ${name} in the model, and it is not modelled.`);
  const error = shell.host.kernel.shell.strerror("ENOENT");
  const text = failure
    ? `${failure.prefix}${name}: ${error}`
    : shell.texts.missing(shell.speaker, name, error);
  shell.print(streams.stderr, `${text}\n`);
  shell.run.decisions.push({
    verdict: "deny",
    errno: "ENOENT",
    rule: "exec/missing",
    reason: `There is no program ${name} here.`,
    causes: [],
  });
  return failure?.status ?? 127;
}

/** A program that cannot be run. */
export function cannotExec(
  shell: Shell,
  name: string,
  errno: Errno,
  decision: Decision,
  streams: Streams,
  failure?: ExecFailure,
): number {
  shell.run.decisions.push(decision);
  const error = shell.host.kernel.shell.strerror(errno);
  const text = failure
    ? `${failure.prefix}${name}: ${error}`
    : shell.texts.refused(shell.speaker, name, error);
  shell.print(streams.stderr, `${text}\n`);
  return failure?.status ?? (errno === "ENOENT" ? 127 : 126);
}

/** Takes something as a success, visibly. */
export function assume(shell: Shell, what: string, reason: string): number {
  shell.run.assumed = true;
  shell.run.decisions.push({
    verdict: "assumed",
    rule: "exec/unmodelled",
    reason: `${reason} It is taken as a success.`,
    causes: [],
  });
  shell.host.emit({
    container: shell.host.kernel.containers.nameOf(shell.host, shell.process.credential.container),
    kind: "command.assumed",
    message: `${what}: assumed to succeed, not modelled`,
    outcome: "assumed",
  });
  // What it does is not known, so a daemon in the background may well go on.
  if (shell.run.background > 0) shell.run.lasting = null;
  return 0;
}

/** Of a program that is real. */
export function notModelled(path: string): Decision {
  return {
    verdict: "deny",
    rule: "exec/unmodelled",
    reason: `${path} is a real program, but the model does not know what it does.`,
    causes: [],
  };
}
