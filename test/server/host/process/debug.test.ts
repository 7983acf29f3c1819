import { disableTracing, ktrace, ptrace, watchProcess } from "@zonewarden/server/host/freebsd/process/debug";
import { exec, exit, findProcess, fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

describe("ptrace(2)", () => {
  test("sees before it asks for the right to debug", () => {
    const host = hostOf();
    const jid = jailOf(host, "a", { "allow.unprivileged_proc_debug": false });
    const outcome = ptrace(host, userIn(host, jid, 1001), "attach", 1);
    expect(outcome).toMatchObject({ errno: "ESRCH", decision: { rule: "scope" } });
  });

  test("does not find what has ended and waits for its parent", () => {
    const host = hostOf();
    const debuggerProcess = userIn(host, 0);
    const child = fork(host, debuggerProcess);
    if (!child.ok) throw new Error(child.errno);
    exit(host, child.value, 0);
    const outcome = ptrace(host, debuggerProcess, "attach", child.value.pid);
    expect(outcome).toMatchObject({ errno: "ESRCH", decision: { rule: "ptrace/none" } });
    expect(child.value.state).toBe("zombie");
  });

  test("attaches, works and detaches", () => {
    const host = hostOf();
    const jid = jailOf(host, "a");
    const debuggerProcess = userIn(host, jid, 1001);
    const target = userIn(host, jid, 1001);
    const steps = (["read", "attach", "attach", "write", "detach", "read"] as const).map((request) =>
      result(ptrace(host, debuggerProcess, request, target.pid)),
    );
    expect(steps).toEqual(["EPERM", "ok", "EBUSY", "ok", "ok", "EPERM"]);
  });

  test("ends those it traces as it ends", () => {
    const host = hostOf();
    const debuggerProcess = userIn(host, 0);
    const target = userIn(host, 0);
    ptrace(host, debuggerProcess, "attach", target.pid);
    exit(host, debuggerProcess, 0);
    expect(findProcess(host, target.pid)).toBeUndefined();
  });

  test("not to itself", () => {
    const host = hostOf();
    const process = userIn(host, 0);
    expect(result(ptrace(host, process, "attach", process.pid))).toBe("EINVAL");
  });

  test("a process can ask not to be traced, until it starts another program", () => {
    const host = hostOf();
    const jid = jailOf(host, "a");
    const target = userIn(host, jid, 1001);
    disableTracing(target);
    const user = userIn(host, jid, 1001);
    expect(result(ptrace(host, user, "attach", target.pid))).toBe("EPERM");
    exec(host, target, "sh", []);
    expect(result(ptrace(host, user, "attach", target.pid))).toBe("ok");
  });
});

describe("ktrace(2)", () => {
  test("of a group takes what it may and leaves out the rest", () => {
    const host = hostOf();
    const own = userIn(host, 0, 1001);
    const child = fork(host, own);
    const foreign = userIn(host, 0, 1002);
    foreign.group = own.group;
    const outcome = ktrace(host, userIn(host, 0, 1001), -own.group);
    expect(outcome.ok && outcome.value).toEqual([own.pid, child.ok && child.value.pid]);
  });

  test("what root traces, others leave alone", () => {
    const host = hostOf();
    const target = userIn(host, 0, 1001);
    ktrace(host, userIn(host, 0), target.pid);
    expect(result(ktrace(host, userIn(host, 0, 1001), target.pid, false))).toBe("EPERM");
  });

  test("of another jail is ESRCH", () => {
    const host = hostOf();
    const target = userIn(host, jailOf(host, "b"));
    expect(result(ktrace(host, userIn(host, jailOf(host, "a")), target.pid))).toBe("ESRCH");
  });
});

test("kevent(2) watches whom it sees", () => {
  const host = hostOf();
  const a = jailOf(host, "a");
  const own = userIn(host, a);
  const outcomes = [own.pid, 1].map((pid) => result(watchProcess(host, userIn(host, a), pid)));
  expect(outcomes).toEqual(["ok", "ESRCH"]);
});
