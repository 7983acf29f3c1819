import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { setAffinity } from "@zonewarden/server/host/freebsd/resources/cpuset";
import { allocate, compute, mlock, munlock, touch } from "@zonewarden/server/host/freebsd/resources/memory";
import { rctlAddRule } from "@zonewarden/server/host/freebsd/resources/rctl";
import type { Host } from "@zonewarden/server/host/host";
import { fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

const GIB = 1024 ** 3;

function runaway(rule?: string): { host: Host; jid: number; root: Process } {
  const host = hostOf("15.0", { "kern.racct.enable": 1 });
  const jid = jailOf(host, "web", { "allow.mlock": true });
  if (rule) rctlAddRule(host, hostRoot(host), `jail:web:${rule}`);
  return { host, jid, root: userIn(host, jid) };
}

describe("a fork bomb", () => {
  function bomb(host: Host, root: Process): number {
    const all = [root];
    for (let i = 0; i < all.length && all.length < 5000; i++) {
      const outcome = fork(host, all[i] as Process);
      if (!outcome.ok) break;
      all.push(outcome.value, ...[]);
    }
    return all.length;
  }

  test("is stopped by maxproc at that number, and the host goes on", () => {
    const { host, root } = runaway("maxproc:deny=50");
    expect(bomb(host, root)).toBe(50);
    expect(result(fork(host, hostRoot(host)))).toBe("ok");
  });

  test("without a rule fills the table of the system up to the reserve, which is not for jails", () => {
    const host = hostOf("15.0", { "kern.maxproc": 300 });
    const root = userIn(host, jailOf(host, "web"));
    bomb(host, root);
    expect(Object.keys(host.state.processes.byPid)).toHaveLength(289);
    expect(result(fork(host, hostRoot(host)))).toBe("ok");
  });

  test("ends with its jail", () => {
    const { host, jid, root } = runaway("maxproc:deny=50");
    bomb(host, root);
    jailRemove(host, hostRoot(host), jid);
    expect(
      Object.values(host.state.processes.byPid).some(({ credential }) => credential.container === jid),
    ).toBe(false);
  });
});

describe("a memory hog", () => {
  test("gets no more address space than vmemoryuse: ENOMEM", () => {
    const { host, root } = runaway("vmemoryuse:deny=1g");
    const steps = Array.from({ length: 5 }, () => result(allocate(host, root, GIB / 4)));
    expect(steps).toEqual(["ok", "ok", "ok", "ENOMEM", "ENOMEM"]);
  });

  test("is paged out above memoryuse, without an error", () => {
    const { host, root } = runaway("memoryuse:deny=1g");
    allocate(host, root, 2 * GIB);
    const { decision } = touch(host, root, 2 * GIB);
    expect([decision.verdict, decision.rule]).toEqual(["contained", "rctl/memoryuse"]);
    expect(root.memory.resident).toBeLessThanOrEqual(GIB);
    expect(root.memory.swapped).toBeGreaterThan(0);
  });

  test("has no more swap than swapuse", () => {
    const { host, root } = runaway("memoryuse:deny=100m");
    rctlAddRule(host, hostRoot(host), "jail:web:swapuse:deny=100m");
    allocate(host, root, GIB);
    expect(result(touch(host, root, GIB))).toBe("ENOMEM");
  });

  test("without a rule fills memory and swap of the machine", () => {
    const { host, root } = runaway();
    allocate(host, root, 20 * GIB);
    expect(touch(host, root, 9 * GIB).decision.rule).toBe("memory/pageout");
    expect(touch(host, root, 9 * GIB)).toMatchObject({ errno: "ENOMEM", decision: { rule: "memory/swap" } });
  });

  test("locks no more than memorylocked", () => {
    const { host, root } = runaway("memorylocked:deny=1m");
    const outcomes = [mlock(host, root, 1 << 20), mlock(host, root, 1), munlock(host, root, 1 << 20)];
    expect([...outcomes, mlock(host, root, 1)].map(result)).toEqual(["ok", "ENOMEM", "ok", "ok"]);
  });
});

describe("a process that only computes", () => {
  test("gets as many CPUs as its jail has", () => {
    const { host, jid, root } = runaway();
    setAffinity(host, hostRoot(host), { which: "jail", id: jid }, [2]);
    expect(compute(host, root, 400, 1000)).toMatchObject({ value: 100, decision: { rule: "cpuset" } });
  });

  test("gets no more than pcpu, all of the jail together", () => {
    const { host, jid, root } = runaway("pcpu:deny=150");
    expect(compute(host, root, 100, 1000)).toMatchObject({ value: 100 });
    expect(compute(host, userIn(host, jid), 100, 1000)).toMatchObject({
      value: 50,
      decision: { verdict: "contained", rule: "rctl/pcpu" },
    });
  });

  test("is ended by a signal after so much CPU time", () => {
    const { host, root } = runaway("cputime:sigkill=10");
    compute(host, root, 100, 9000);
    expect(host.state.processes.byPid[root.pid]).toBeDefined();
    compute(host, root, 100, 9000);
    expect(host.state.processes.byPid[root.pid]).toBeUndefined();
  });
});
