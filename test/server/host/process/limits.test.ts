import {
  limitOf,
  nice,
  rtprio,
  setpriority,
  setrlimit,
  setScheduler,
} from "@zonewarden/server/host/freebsd/process/limits";
import { openDescriptor } from "@zonewarden/server/host/process/descriptors";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

const PLACES = ["host", "jail"] as const;

function world(place: (typeof PLACES)[number], uid: number, sysctls = {}, release = "15.0") {
  const host = hostOf(release, sysctls);
  return { host, process: userIn(host, place === "host" ? 0 : jailOf(host, "a"), uid) };
}

describe("priorities", () => {
  test.each([
    ["host", 0, -5, "ok"],
    ["jail", 0, -5, "EACCES"],
    ["jail", 1001, -5, "EACCES"],
    ["jail", 1001, 5, "ok"],
  ] as const)("on the %s, user %d by %d: %s", (place, uid, increment, expected) => {
    const { host, process } = world(place, uid);
    expect(result(nice(host, process, increment))).toBe(expected);
  });

  test("of a user in a jail are those of its processes there", () => {
    const host = hostOf();
    const a = jailOf(host, "a");
    const inside = userIn(host, a, 1001);
    const outside = userIn(host, 0, 1001);
    setpriority(host, userIn(host, a), "user", 1001, 10);
    expect([inside.nice, outside.nice]).toEqual([10, 0]);
  });

  test("of a process outside: ESRCH", () => {
    const { host, process } = world("jail", 0);
    expect(result(setpriority(host, process, "process", 1, 10))).toBe("ESRCH");
  });

  test("stay within -20 and 20", () => {
    const { host, process } = world("host", 0);
    nice(host, process, -100);
    expect(process.nice).toBe(-20);
  });
});

describe("classes of rtprio(2)", () => {
  test.each([
    ["host", 0, "realtime", {}, "ok"],
    ["jail", 0, "realtime", {}, "EPERM"],
    ["jail", 0, "idle", {}, "EPERM"],
    ["jail", 1001, "idle", { "security.bsd.unprivileged_idprio": 1 }, "ok"],
    ["jail", 0, "realtime", { "security.bsd.unprivileged_idprio": 1 }, "EPERM"],
    ["jail", 1001, "normal", {}, "ok"],
  ] as const)("on the %s, user %d, %s, %o: %s", (place, uid, to, sysctls, expected) => {
    const { host, process } = world(place, uid, sysctls);
    expect(result(rtprio(host, process, 0, to))).toBe(expected);
  });

  test("the idle class has its own privilege since 13", () => {
    const rules = ["12.4", "13.5"].map((release) => {
      const { host, process } = world("jail", 0, {}, release);
      return rtprio(host, process, 0, "idle")
        .decision.causes.map(({ what }) => what)
        .join();
    });
    expect(rules[0]).toContain("SCHED_RTPRIO");
    expect(rules[1]).toContain("SCHED_IDPRIO");
  });

  test("another policy of the scheduler is refused in a jail", () => {
    const { host, process } = world("jail", 0);
    expect(result(setScheduler(host, process, 0, "policy"))).toBe("EPERM");
  });
});

describe("setrlimit(2)", () => {
  test.each([
    ["root in a jail raises", "jail", 0, 200, "ok"],
    ["a user raises", "jail", 1001, 200, "EPERM"],
    ["a user lowers", "jail", 1001, 50, "ok"],
  ] as const)("%s", (_, place, uid, hard, expected) => {
    const { host, process } = world(place, uid);
    process.limits = { stacksize: { soft: 100, hard: 100 } };
    expect(result(setrlimit(host, process, "stacksize", { soft: hard, hard }))).toBe(expected);
  });

  test("nobody passes the limit of the system", () => {
    const { host, process } = world("jail", 0);
    setrlimit(host, process, "openfiles", { soft: 1e9, hard: 1e9 });
    expect(limitOf(host, process, "openfiles").hard).toBe(234_900);
  });

  test("an unknown limit: EINVAL", () => {
    const { host, process } = world("host", 0);
    expect(result(setrlimit(host, process, "nothing", { soft: 1, hard: 1 }))).toBe("EINVAL");
  });
});

describe("open files", () => {
  test("the limit of the process: EMFILE", () => {
    const { host, process } = world("jail", 0);
    process.limits = { openfiles: { soft: 5, hard: 5 } };
    const outcomes = [1, 2, 3].map(() =>
      result(openDescriptor(host, process, { kind: "pipe", write: true })),
    );
    expect(outcomes).toEqual(["ok", "ok", "EMFILE"]);
  });

  test("the reserve of the system is not for jails: ENFILE", () => {
    const host = hostOf("15.0", { "kern.maxfiles": 100 });
    const jailed = userIn(host, jailOf(host, "a"));
    const root = userIn(host, 0);
    while (openDescriptor(host, jailed, { kind: "pipe", write: true }).ok);
    const again = openDescriptor(host, jailed, { kind: "pipe", write: true });
    expect(result(again)).toBe("ENFILE");
    expect(result(openDescriptor(host, root, { kind: "pipe", write: true }))).toBe("ok");
  });
});
