import { findProcess } from "@zonewarden/server/host/process/processes";
import { kill, killpg } from "@zonewarden/server/host/process/signals";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

test("kill(-1) of root in a jail reaches its jail and those below, and nobody else", () => {
  const host = hostOf();
  const a = jailOf(host, "a", { "children.max": 1 });
  const inside = [userIn(host, a), userIn(host, a, 1001), userIn(host, jailOf(host, "a.b"))];
  const outside = [userIn(host, 0), userIn(host, jailOf(host, "c"))];
  const outcome = kill(host, userIn(host, a), -1, "KILL");
  expect(outcome.ok && outcome.value).toEqual(inside.map(({ pid }) => pid));
  expect(inside.some(({ pid }) => findProcess(host, pid))).toBe(false);
  expect(outside.every(({ pid }) => findProcess(host, pid))).toBe(true);
});

test("kill(-1) of a user who may signal nobody gives the error of the first that is seen", () => {
  const host = hostOf();
  const a = jailOf(host, "a");
  userIn(host, a);
  expect(result(kill(host, userIn(host, a, 1001), -1, "TERM"))).toBe("EPERM");
});

test("kill(-1) in a jail with nobody else is ESRCH", () => {
  const host = hostOf();
  expect(result(kill(host, userIn(host, jailOf(host, "a")), -1, "TERM"))).toBe("ESRCH");
});

describe("whom kill(2) is about", () => {
  test.each([
    ["an unknown pid", 99_000, "TERM", "ESRCH"],
    ["an unknown group", -99_000, "TERM", "ESRCH"],
    ["an unknown signal", 1, "NONE", "EINVAL"],
    ["the own group", 0, "CONT", "ok"],
  ])("%s", (_, pid, signal, expected) => {
    const host = hostOf();
    expect(result(kill(host, userIn(host, 0), pid, signal))).toBe(expected);
  });

  test("a group of another jail does not exist", () => {
    const host = hostOf();
    const target = userIn(host, jailOf(host, "b"));
    expect(result(killpg(host, userIn(host, jailOf(host, "a")), target.group, "KILL"))).toBe("ESRCH");
  });

  test("signal 0 asks and does nothing", () => {
    const host = hostOf();
    const target = userIn(host, 0, 1001);
    expect(result(kill(host, userIn(host, 0), target.pid, "0"))).toBe("ok");
    expect(findProcess(host, target.pid)?.state).toBe("sleeping");
  });
});

test("SIGCONT crosses the border of a jail within one session, and nothing else does", () => {
  const host = hostOf();
  const outside = userIn(host, 0);
  const inside = userIn(host, jailOf(host, "a"));
  inside.session = outside.session;
  const outcomes = ["CONT", "TERM"].map((signal) => result(kill(host, inside, outside.pid, signal)));
  expect(outcomes).toEqual(["ok", "ESRCH"]);
});

describe("what a signal does", () => {
  test("STOP stops, CONT continues", () => {
    const host = hostOf();
    const target = userIn(host, 0);
    kill(host, userIn(host, 0), target.pid, "STOP");
    expect(target.state).toBe("stopped");
    kill(host, userIn(host, 0), target.pid, "CONT");
    expect(target.state).toBe("sleeping");
  });

  test("a signal that is handled does not end a process, KILL does", () => {
    const host = hostOf();
    const target = userIn(host, 0);
    target.handles = ["TERM", "KILL"];
    kill(host, userIn(host, 0), target.pid, "15");
    expect(findProcess(host, target.pid)).toBeDefined();
    kill(host, userIn(host, 0), target.pid, "SIGKILL");
    expect(findProcess(host, target.pid)).toBeUndefined();
  });

  test("init feels no default action", () => {
    const host = hostOf();
    expect(result(kill(host, userIn(host, 0), 1, "KILL"))).toBe("ok");
    expect(findProcess(host, 1)).toBeDefined();
  });
});
