import type { Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";

/**
 * Single system calls, for the builtin `syscall`: what programs do that the model does not have, such as the classic
 * ways out of chroot(2). Printed as truss(1) does.
 */

/** What a call gave: a line as truss(1) prints it, and the outcome. `undefined` where it is not called like that. */
export function systemCall(
  host: Host,
  process: Process,
  name: string,
  words: readonly string[],
): { readonly line: string; readonly outcome: Outcome<unknown> } | undefined {
  const { systemCalls } = host.kernel.shell;
  const call = Object.hasOwn(systemCalls, name) ? systemCalls[name] : undefined;
  if (!call || words.length < call.words[0] || words.length > call.words[1]) return undefined;
  const outcome = call.run(host, process, words);
  const shown = (call.shown?.(words) ?? words).map(String);
  return { line: host.kernel.shell.callText(name, shown, outcome), outcome };
}

/** How each call is made, one a line. */
export function callsUsage(host: Host): string {
  return Object.entries(host.kernel.shell.systemCalls)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { usage }]) => `  syscall ${name} ${usage}`.trimEnd())
    .join("\n");
}
