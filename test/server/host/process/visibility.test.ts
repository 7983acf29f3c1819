import { canDebug, canSchedule, canSee, canSignal } from "@zonewarden/server/host/freebsd/process/visibility";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import { kill } from "@zonewarden/server/host/process/signals";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

/** A host with jail `a` and its child `a.b`, and sibling `c`. */
function family(
  release = "15.0",
  sysctls: Record<string, number> = {},
  values: Record<string, boolean> = {},
) {
  const host = hostOf(release, sysctls);
  const a = jailOf(host, "a", { "children.max": 5, ...values });
  const c = jailOf(host, "c");
  const b = jailOf(host, "a.b");
  return { host, jids: { host: 0, a, b, c } };
}

type Place = "host" | "a" | "b" | "c";

const operations = {
  see: canSee,
  signal: (...[host, from, to]: Parameters<typeof canSee>) => canSignal(host, from, to, "TERM"),
  schedule: canSchedule,
  debug: canDebug,
};

describe("scope: a jail reaches itself and what is below", () => {
  const reaches: [Place, Place, boolean][] = [
    ["host", "host", true],
    ["host", "a", true],
    ["host", "b", true],
    ["a", "a", true],
    ["a", "b", true],
    ["a", "host", false],
    ["a", "c", false],
    ["b", "a", false],
    ["b", "c", false],
    ["b", "host", false],
    ["c", "a", false],
    ["c", "b", false],
  ];
  for (const [name, operation] of Object.entries(operations))
    test.each(reaches)(`${name} from %s to %s: %s`, (from, to, reached) => {
      const { host, jids } = family();
      const outcome = operation(host, userIn(host, jids[from]), userIn(host, jids[to]));
      expect(result(outcome)).toBe(reached ? "ok" : "ESRCH");
    });
});

describe("the order of tests", () => {
  const changed = (process: Process) => {
    process.changedCredential = true;
  };
  const noTrace = (process: Process) => {
    process.noTrace = true;
  };

  interface Row {
    title: string;
    operation: keyof typeof operations;
    from?: [Place, number];
    to?: [Place, number];
    sysctls?: Record<string, number>;
    release?: string;
    values?: Record<string, boolean>;
    prepare?: (target: Process) => void;
    expected: string;
    rule: string;
  }

  const rows: Row[] = [
    { title: "another user", operation: "see", expected: "ok", rule: "see" },
    {
      title: "another user with see_other_uids=0",
      operation: "see",
      sysctls: { "security.bsd.see_other_uids": 0 },
      expected: "ESRCH",
      rule: "see/see_other_uids",
    },
    {
      title: "root with see_other_uids=0",
      operation: "see",
      from: ["a", 0],
      sysctls: { "security.bsd.see_other_uids": 0 },
      expected: "ok",
      rule: "see",
    },
    {
      title: "root without power and see_other_uids=0",
      operation: "see",
      from: ["a", 0],
      sysctls: { "security.bsd.see_other_uids": 0 },
      values: { "allow.suser": false },
      expected: "ESRCH",
      rule: "see/see_other_uids",
    },
    {
      title: "other groups with see_other_gids=0",
      operation: "see",
      sysctls: { "security.bsd.see_other_gids": 0 },
      expected: "ESRCH",
      rule: "see/see_other_gids",
    },
    {
      title: "uids before gids",
      operation: "see",
      sysctls: { "security.bsd.see_other_gids": 0, "security.bsd.see_other_uids": 0 },
      expected: "ESRCH",
      rule: "see/see_other_uids",
    },
    {
      title: "a jail below with see_jail_proc=0",
      operation: "see",
      from: ["host", 1001],
      to: ["a", 1001],
      sysctls: { "security.bsd.see_jail_proc": 0 },
      expected: "ESRCH",
      rule: "see/see_jail_proc",
    },
    {
      title: "the own jail with see_jail_proc=0",
      operation: "see",
      to: ["a", 1001],
      sysctls: { "security.bsd.see_jail_proc": 0 },
      expected: "ok",
      rule: "see",
    },
    ...(
      [
        ["13.5", "ESRCH", "see/see_jail_proc"],
        ["14.3", "ok", "see"],
        ["15.0", "ok", "see"],
      ] as const
    ).map(
      ([release, expected, rule]): Row => ({
        title: `root with see_jail_proc=0 on ${release}`,
        operation: "see",
        from: ["host", 0],
        to: ["a", 0],
        sysctls: { "security.bsd.see_jail_proc": 0 },
        release,
        expected,
        rule,
      }),
    ),
    { title: "a foreign user", operation: "signal", expected: "EPERM", rule: "signal/uid" },
    { title: "root to a user", operation: "signal", from: ["a", 0], expected: "ok", rule: "signal" },
    {
      title: "root without power",
      operation: "signal",
      from: ["a", 0],
      values: { "allow.suser": false },
      expected: "EPERM",
      rule: "signal/uid",
    },
    {
      title: "TERM after a change of credential",
      operation: "signal",
      to: ["a", 1001],
      prepare: changed,
      expected: "ok",
      rule: "signal",
    },
    { title: "a foreign user", operation: "schedule", expected: "EPERM", rule: "schedule/uid" },
    { title: "root to a user", operation: "schedule", from: ["a", 0], expected: "ok", rule: "schedule" },
    {
      title: "an own process",
      operation: "debug",
      to: ["a", 1001],
      expected: "ok",
      rule: "debug",
    },
    {
      title: "an own process without unprivileged_proc_debug",
      operation: "debug",
      to: ["a", 1001],
      values: { "allow.unprivileged_proc_debug": false },
      expected: "EPERM",
      rule: "debug/unprivileged",
    },
    {
      title: "root without unprivileged_proc_debug",
      operation: "debug",
      from: ["a", 0],
      to: ["a", 0],
      values: { "allow.unprivileged_proc_debug": false },
      expected: "ok",
      rule: "debug",
    },
    {
      title: "unprivileged_proc_debug before scope",
      operation: "debug",
      to: ["host", 1001],
      values: { "allow.unprivileged_proc_debug": false },
      expected: "EPERM",
      rule: "debug/unprivileged",
    },
    { title: "a foreign user", operation: "debug", expected: "EPERM", rule: "debug/uid" },
    { title: "root to a user", operation: "debug", from: ["a", 0], expected: "ok", rule: "debug" },
    {
      title: "a process that changed its credential",
      operation: "debug",
      to: ["a", 1001],
      prepare: changed,
      expected: "EPERM",
      rule: "debug/changed",
    },
    {
      title: "root to one that changed its credential",
      operation: "debug",
      from: ["a", 0],
      to: ["a", 1001],
      prepare: changed,
      expected: "ok",
      rule: "debug",
    },
    {
      title: "root in a jail to one that does not want to be traced",
      operation: "debug",
      from: ["a", 0],
      to: ["a", 1001],
      prepare: noTrace,
      expected: "EPERM",
      rule: "debug/notrace",
    },
    ...(["signal", "schedule", "debug"] as const).flatMap((operation): Row[] => [
      {
        title: "the same user number in a jail below",
        operation,
        from: ["host", 1001],
        to: ["a", 1001],
        expected: "EPERM",
        rule: "subjail",
      },
      {
        title: "the same user number in a jail below, on 14.3",
        operation,
        from: ["host", 1001],
        to: ["a", 1001],
        release: "14.3",
        expected: "ok",
        rule: operation,
      },
      {
        title: "the same user number with allow.unprivileged_parent_tampering",
        operation,
        from: ["host", 1001],
        to: ["a", 1001],
        values: { "allow.unprivileged_parent_tampering": true },
        expected: "ok",
        rule: operation,
      },
      {
        title: "root to a jail below",
        operation,
        from: ["host", 0],
        to: ["a", 1001],
        expected: "ok",
        rule: operation,
      },
    ]),
  ];

  test.each(rows)("$operation: $title", (row) => {
    const { host, jids } = family(row.release, row.sysctls, row.values);
    const [fromJail, fromUser] = row.from ?? ["a", 1001];
    const [toJail, toUser] = row.to ?? ["a", 1002];
    const target = userIn(host, jids[toJail], toUser);
    row.prepare?.(target);
    const outcome = operations[row.operation](host, userIn(host, jids[fromJail], fromUser), target);
    expect([result(outcome), outcome.decision.rule]).toEqual([row.expected, row.rule]);
  });
});

test("a signal beyond the usual ones does not reach a process with a changed credential", () => {
  const host = hostOf();
  const target = userIn(host, 0, 1001);
  target.changedCredential = true;
  expect(result(canSignal(host, userIn(host, 0, 1001), target, "QUIT"))).toBe("EPERM");
});

test("SIGCONT within a session passes every test", () => {
  const host = hostOf("15.0", { "security.bsd.see_other_uids": 0 });
  const sender = userIn(host, 0, 1001);
  const target = userIn(host, jailOf(host, "a"), 1002);
  target.session = sender.session;
  expect(result(kill(host, sender, target.pid, "CONT"))).toBe("ok");
});

test("with a securelevel above 0 nobody debugs init", () => {
  const host = hostOf();
  const init = host.state.processes.byPid[1] as Process;
  const root = userIn(host, 0);
  expect(result(canDebug(host, root, init))).toBe("ok");
  (freebsdOf(host).prisons[0] as { securelevel: number }).securelevel = 1;
  expect(canDebug(host, root, init).decision.rule).toBe("debug/init");
});

test("a refusal names the parameter that decided", () => {
  const { host, jids } = family();
  const outcome = canSignal(host, userIn(host, 0, 1001), userIn(host, jids.a, 1001), "KILL");
  expect(outcome.decision.causes.map(({ what }) => what).join()).toContain(
    "allow.unprivileged_parent_tampering",
  );
});
