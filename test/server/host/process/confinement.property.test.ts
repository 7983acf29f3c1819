import { stat } from "@zonewarden/server/host/filesystem/files";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { isDescendant } from "@zonewarden/server/host/freebsd/prisons";
import { ktrace, ptrace, watchProcess } from "@zonewarden/server/host/freebsd/process/debug";
import { setpriority } from "@zonewarden/server/host/freebsd/process/limits";
import { listProcesses } from "@zonewarden/server/host/freebsd/process/views";
import type { Host } from "@zonewarden/server/host/host";
import { setgroups, setuid } from "@zonewarden/server/host/process/credentials";
import { exec, exit, fork, wait } from "@zonewarden/server/host/process/processes";
import { kill } from "@zonewarden/server/host/process/signals";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../properties.ts";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, userIn } from "./world.ts";

/** What a random process does; `a` and `b` pick processes, users, jails. */
const step = fc.record({
  call: fc.constantFrom(
    ...([
      "fork",
      "attach",
      "setuid",
      "setgroups",
      "kill",
      "killAll",
      "exec",
      "exit",
      "wait",
      "trace",
    ] as const),
  ),
  who: fc.nat(1000),
  a: fc.nat(1000),
  signal: fc.constantFrom("KILL", "TERM", "STOP", "CONT", "0"),
});

const policies = fc.record({
  "security.bsd.see_other_uids": fc.constantFrom(0, 1),
  "security.bsd.see_other_gids": fc.constantFrom(0, 1),
  "security.bsd.see_jail_proc": fc.constantFrom(0, 1),
});

const releases = fc.constantFrom("12.4", "13.5", "14.3", "15.0");

function alive(host: Host): Process[] {
  return Object.values(host.state.processes.byPid).filter(({ pid, state }) => pid > 1 && state !== "zombie");
}

function within(host: Host, subject: number, object: number): boolean {
  return subject === object || isDescendant(host, subject, object);
}

interface Step {
  readonly call: string;
  readonly who: number;
  readonly a: number;
  readonly signal: string;
}

/** Does it, and gives the pids outside of the subtree that it reached. */
function perform(host: Host, jids: readonly number[], { call, who, a, signal }: Step): number[] {
  const processes = alive(host);
  const actor = processes[who % processes.length];
  if (!actor) return [];
  const all = Object.values(host.state.processes.byPid);
  const target = all[a % all.length];
  const places = new Map(all.map(({ pid, credential }) => [pid, credential.container]));
  const session = new Set(all.filter((other) => other.session === actor.session).map(({ pid }) => pid));
  const own = actor.credential.container;
  const reached: number[] = [];
  switch (call) {
    case "fork":
      fork(host, actor);
      break;
    case "attach":
      jailAttach(host, actor, jids[a % jids.length] as number);
      break;
    case "setuid":
      setuid(host, actor, [0, 1001, 1002][a % 3] as number);
      break;
    case "setgroups":
      setgroups(host, actor, [a % 3]);
      break;
    case "exec":
      exec(host, actor, "program", []);
      break;
    case "exit":
      exit(host, actor, 0);
      break;
    case "wait": {
      const outcome = wait(host, actor);
      if (outcome.ok && outcome.value) reached.push(outcome.value.pid);
      break;
    }
    case "kill":
    case "killAll": {
      const outcome = kill(host, actor, call === "kill" ? (target?.pid ?? 1) : -1, signal);
      if (outcome.ok) reached.push(...outcome.value);
      break;
    }
    case "trace": {
      const pid = target?.pid ?? 1;
      if (ptrace(host, actor, "attach", pid).ok) reached.push(pid);
      if (ktrace(host, actor, pid).ok) reached.push(pid);
      if (watchProcess(host, actor, pid).ok) reached.push(pid);
      if (setpriority(host, actor, "process", pid, 5).ok) reached.push(pid);
      break;
    }
  }
  // The kernel lets SIGCONT pass within a session, whatever else holds: see signals.test.ts.
  return reached
    .filter((pid) => !within(host, own, places.get(pid) ?? -1))
    .filter((pid) => !(signal === "CONT" && session.has(pid)));
}

function expectConfinedView(host: Host, viewer: Process): void {
  const own = viewer.credential.container;
  for (const { pid, credential } of Object.values(host.state.processes.byPid))
    if (!within(host, own, credential.container)) expect(stat(host, viewer, `/proc/${pid}`).ok).toBe(false);
  const jids = listProcesses(host, viewer).map(({ jid }) => jid || own);
  expect(jids.every((jid) => within(host, own, jid))).toBe(true);
}

test("a process never sees, signals or traces outside of its jail and those below", () => {
  fc.assert(
    fc.property(releases, policies, fc.array(step, { maxLength: 25 }), (release, sysctls, steps) => {
      const host = hostOf(release, sysctls);
      const procfs = { type: "procfs", from: "proc", on: "/proc" };
      expect(host.kernel.files.mount(host, hostRoot(host), procfs).ok).toBe(true);
      const a = jailOf(host, "a", { "children.max": 5 });
      const jids = [a, jailOf(host, "a.b"), jailOf(host, "c")];
      for (const jid of [0, ...jids]) for (const uid of [0, 1001]) userIn(host, jid, uid);
      for (const one of steps) expect(perform(host, jids, one)).toEqual([]);
      for (const viewer of alive(host)) expectConfinedView(host, viewer);
    }),
    { numRuns: runs(1000) },
  );
});

test("a process moves only into jails below, and never out again", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const host = hostOf();
      const a = jailOf(host, "a", { "children.max": 5 });
      const jids = [a, jailOf(host, "a.b"), jailOf(host, "c")];
      for (const jid of [0, ...jids]) userIn(host, jid);
      for (const one of steps) {
        const before = new Map(alive(host).map(({ pid, credential }) => [pid, credential.container]));
        perform(host, jids, one);
        for (const { pid, credential } of alive(host)) {
          const old = before.get(pid);
          if (old !== undefined) expect(within(host, old, credential.container)).toBe(true);
        }
      }
    }),
    { numRuns: runs(1000) },
  );
});
