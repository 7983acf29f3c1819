import { exit } from "../process/processes.ts";
import { OutOfBudget, Runaway } from "./budget.ts";
import { forkChild } from "./forking.ts";
import { isAlive } from "./jobs.ts";
import type { Shell } from "./shell.ts";
import type { Streams } from "./state.ts";
import type { List } from "./syntax.ts";

/** What takes less, in virtual milliseconds, is over at once in the background. */
const SHORT = 100;

/** Does something in a child for which nobody waits. */
export function inBackground(shell: Shell, list: List, streams: Streams): void {
  const { run, state } = shell;
  const child = forkChild(shell, streams);
  const job = shell.forked(child);
  const start = (): void => runJob(shell, job, list, streams);
  if (run.background === 0) outermost(shell, start, streams);
  else if (shell.recursive) {
    run.budget.background();
    child.state = "sleeping";
    run.waiting.push({ child, start });
  } else start();
  state.lastJob = child.pid;
  state.status = 0;
}

/**
 * Does something in the background, and in their order all that is started there by functions that start themselves:
 * they would otherwise be as deep within each other as they are many. Such a chain ends where a fork is refused, and its
 * processes stay: what the real ones do from then on is to fail, or to take the place of one that has.
 */
function outermost({ host, run }: Shell, start: () => void, streams: Streams): void {
  const { waiting } = run;
  try {
    start();
    for (const next of waiting) if (isAlive(host, next.child)) next.start();
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    const staying = waiting.filter(({ child }) => isAlive(host, child)).length;
    if (!(error instanceof Runaway))
      throw staying === 0
        ? error
        : new OutOfBudget(`${error.message}; ${staying} processes stay as they are`);
    streams.stderr.text += "(and so on: what runs away stays, and is followed no further)\n";
  } finally {
    waiting.length = 0;
  }
}

/** What a child in the background does. It stays as long as its programs take. */
function runJob(shell: Shell, job: Shell, list: List, streams: Streams): void {
  const { host, run } = shell;
  const child = job.process;
  const [only] = list.first.commands;
  const alone = list.rest.length === 0 && list.first.commands.length === 1 ? only : undefined;
  const own: Streams = { ...streams, stdin: "" };
  const outer = run.lasting;
  run.lasting = 0;
  run.background++;
  let status: number;
  try {
    status = shell.work(job, () =>
      alone ? job.command(alone, own, true) : job.script({ lists: [{ ...list, background: false }] }, own),
    );
  } finally {
    run.background--;
  }
  const { lasting } = run;
  run.lasting = outer;
  const over = lasting !== null && lasting < SHORT;
  if (over || status !== 0 || !isAlive(host, child)) {
    exit(host, child, status & 0xff);
    // One that had to wait for its turn may have outlived its parent.
    if (isAlive(host, shell.process)) shell.await(child, status);
    return;
  }
  child.state = "sleeping";
  shell.state.jobs.push({ pid: child.pid, ends: lasting === null ? null : host.now + lasting });
}
