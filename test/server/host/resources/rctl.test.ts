import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import {
  rctlAddRule,
  rctlLimits,
  rctlRemoveRules,
  rctlRules,
  rctlUsage,
} from "@zonewarden/server/host/freebsd/resources/rctl";
import { RESOURCES } from "@zonewarden/server/host/freebsd/resources/resourceTable";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import { setuid } from "@zonewarden/server/host/process/credentials";
import { fork, spawn } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

const counting = (release = "15.0") => hostOf(release, { "kern.racct.enable": 1 });

function rule(host: Host, text: string): void {
  const outcome = rctlAddRule(host, hostRoot(host), text);
  if (!outcome.ok) throw new Error(outcome.decision.reason);
}

const calls: Record<string, (host: Host, process: ReturnType<typeof hostRoot>) => { ok: boolean }> = {
  add: (host, process) => rctlAddRule(host, process, "jail:a:maxproc:deny=5"),
  remove: (host, process) => rctlRemoveRules(host, process, "jail:b"),
  rules: (host, process) => rctlRules(host, process),
  limits: (host, process) => rctlLimits(host, process, "process:1"),
  usage: (host, process) => rctlUsage(host, process, "jail:a"),
};

describe.each(Object.entries(calls))("%s", (_, call) => {
  function outcome(enabled: number, inJail: boolean, uid = 0) {
    const host = hostOf("15.0", { "kern.racct.enable": enabled });
    const jid = jailOf(host, "a");
    if (enabled) rule(host, "jail:b:maxproc:deny=1");
    return result(call(host, userIn(host, inJail ? jid : 0, uid)));
  }

  test.each([
    ["the host's root", 1, false, 0, "ok"],
    ["a user of the host", 1, false, 1001, "EPERM"],
    ["root in a jail", 1, true, 0, "EPERM"],
    ["nothing is counted", 0, false, 0, "ENOSYS"],
    ["nothing is counted, root in a jail", 0, true, 0, "ENOSYS"],
  ] as const)("%s", (_title, enabled, inJail, uid, expected) => {
    expect(outcome(enabled, inJail, uid)).toBe(expected);
  });
});

describe("the language of rules", () => {
  test.each([
    ["jail:a:maxproc:deny=100", "jail:a:maxproc:deny=100"],
    ["jail:a:vmemoryuse:deny=1g/process", "jail:a:vmemoryuse:deny=1073741824/process"],
    ["j:a:maxproc:deny=100/jail", "jail:a:maxproc:deny=100"],
    ["user:root:openfiles:log=10k", "user:root:openfiles:log=10240"],
    ["user:0:openfiles:sigterm=10", "user:root:openfiles:sigterm=10"],
    ["loginclass:daemon:cputime:devctl=3600", "loginclass:daemon:cputime:devctl=3600"],
    ["jail:a:writebps:throttle=1m", "jail:a:writebps:throttle=1048576"],
  ])("%s", (text, stored) => {
    const host = counting();
    rule(host, text);
    expect(rctlRules(host, hostRoot(host))).toMatchObject({ value: [stored] });
  });

  test.each([
    ["jail:a:maxproc", "EINVAL"],
    ["jail::maxproc:deny=1", "EINVAL"],
    ["jail:a:nothing:deny=1", "EINVAL"],
    ["zone:a:maxproc:deny=1", "EINVAL"],
    ["jail:a:maxproc:forbid=1", "EINVAL"],
    ["jail:a:maxproc:deny=many", "EINVAL"],
    ["jail:a:maxproc:deny=1/zone", "EINVAL"],
    ["jail:a:maxproc:deny=1:more", "EINVAL"],
    ["user:nobody-knows:maxproc:deny=1", "EINVAL"],
    ["process:99999:maxproc:deny=1", "ESRCH"],
  ])("%s: %s", (text, expected) => {
    const host = counting();
    expect(result(rctlAddRule(host, hostRoot(host), text))).toBe(expected);
  });
});

describe("what goes with which resource", () => {
  test.each(Object.entries(RESOURCES))("%s", (name, resource) => {
    const outcomes = ["deny=1", "throttle=1", "log=1/process"].map((action) => {
      const host = counting();
      return result(rctlAddRule(host, hostRoot(host), `jail:a:${name}:${action}`));
    });
    const expected = [
      "deny" in resource ? "ok" : "EOPNOTSUPP",
      "throttle" in resource ? "ok" : "EOPNOTSUPP",
      "perProcess" in resource ? "ok" : "EOPNOTSUPP",
    ];
    expect(outcomes).toEqual(expected);
  });
});

describe("adding and removing", () => {
  test("a rule may be there before its jail, and then binds", () => {
    const host = counting();
    rule(host, "jail:late:maxproc:deny=1");
    const root = userIn(host, jailOf(host, "late"));
    expect(result(fork(host, root))).toBe("EAGAIN");
  });

  test("a new deny takes the place of one with another amount; logs add up", () => {
    const host = counting();
    for (const text of ["deny=1", "deny=2", "log=1", "log=2"]) rule(host, `jail:a:maxproc:${text}`);
    expect(rctlRules(host, hostRoot(host), "jail:a")).toMatchObject({
      value: ["jail:a:maxproc:deny=2", "jail:a:maxproc:log=1", "jail:a:maxproc:log=2"],
    });
  });

  test("a filter removes what it matches; ESRCH where that is nothing", () => {
    const host = counting();
    rule(host, "jail:a:maxproc:deny=1");
    rule(host, "jail:b:maxproc:deny=1");
    const outcomes = [1, 2].map(() => result(rctlRemoveRules(host, hostRoot(host), "jail:a")));
    expect(outcomes).toEqual(["ok", "ESRCH"]);
    expect(freebsdOf(host).resources.rules.map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("who is charged", () => {
  const usage = (host: Host, subject: string) => {
    const outcome = rctlUsage(host, hostRoot(host), subject);
    return outcome.ok ? Object.fromEntries(outcome.value)["maxproc"] : outcome.errno;
  };

  test("a process counts for its jail and all around it", () => {
    const host = counting();
    userIn(host, jailOf(host, "a", { "children.max": 1 }));
    userIn(host, jailOf(host, "a.b"));
    userIn(host, jailOf(host, "ab"));
    expect([usage(host, "jail:a"), usage(host, "jail:a.b"), usage(host, "jail:ab")]).toEqual([2, 1, 1]);
  });

  test("an unknown jail: ESRCH", () => {
    expect(usage(counting(), "jail:none")).toBe("ESRCH");
  });

  test("a change of user or jail moves what it uses", () => {
    const host = counting();
    const process = userIn(host, 0);
    const jid = jailOf(host, "a");
    jailAttach(host, process, jid);
    setuid(host, process, 1001);
    expect([usage(host, "jail:a"), usage(host, "user:1001")]).toEqual([1, 1]);
  });

  test("per process each one has the amount for itself", () => {
    const host = counting();
    rule(host, "jail:a:openfiles:deny=3/process");
    const root = userIn(host, jailOf(host, "a"));
    root.descriptors = [0, 1, 2].map((fd) => ({ fd, kind: "pipe", write: true }));
    expect(rctlLimits(host, hostRoot(host), `process:${root.pid}`)).toMatchObject({
      value: ["jail:a:openfiles:deny=3/process"],
    });
    expect(result(fork(host, root))).toBe("EAGAIN");
    root.descriptors = [];
    expect(result(fork(host, root))).toBe("ok");
  });
});

describe("rules of a jail around", () => {
  function nested() {
    const host = counting();
    jailOf(host, "a", { "children.max": 1 });
    return { host, child: jailOf(host, "a.b") };
  }

  test("bind what runs in nested jails when they are added, and its children; unsure", () => {
    const { host, child } = nested();
    const inside = userIn(host, child);
    rule(host, "jail:a:maxproc:deny=2");
    expect(result(fork(host, inside))).toBe("ok");
    expect(fork(host, inside)).toMatchObject({ errno: "EAGAIN", decision: { unsure: true } });
  });

  test("do not bind what comes into nested jails later", () => {
    const { host, child } = nested();
    rule(host, "jail:a:maxproc:deny=1");
    const late = spawn(host, { command: "sh" });
    jailAttach(host, late, child);
    expect(result(fork(host, late))).toBe("ok");
  });

  test("are lost with a change of user", () => {
    const { host, child } = nested();
    const inside = userIn(host, child);
    rule(host, "jail:a:maxproc:deny=1");
    setuid(host, inside, 80);
    expect(result(fork(host, inside))).toBe("ok");
  });

  test("a jail's own rules are kept with a change of user", () => {
    const { host, child } = nested();
    const inside = userIn(host, child);
    rule(host, "jail:a.b:maxproc:deny=1");
    setuid(host, inside, 80);
    expect(result(fork(host, inside))).toBe("EAGAIN");
  });
});

describe("actions fire once for each crossing", () => {
  function crossings(action: string): { host: Host; count: () => number; cross: () => void } {
    const host = counting();
    const jid = jailOf(host, "a");
    const root = userIn(host, jid);
    rule(host, `jail:a:maxproc:${action}=1`);
    const count = () => host.events.filter(({ kind }) => kind === `rctl.${action}`).length;
    return { host, count, cross: () => void fork(host, root) };
  }

  test.each(["log", "devctl", "deny"])("%s", (action) => {
    const { count, cross } = crossings(action);
    for (let i = 0; i < 3; i++) cross();
    expect(count()).toBe(1);
  });

  test("again after usage was below the amount", () => {
    const { host, count, cross } = crossings("log");
    const [rule] = freebsdOf(host).resources.rules;
    for (const amount of [1, 10, 1]) {
      if (rule) rule.amount = amount;
      cross();
    }
    expect(count()).toBe(2);
  });

  test("a signal reaches the process that crosses", () => {
    const host = counting();
    const root = userIn(host, jailOf(host, "a"));
    rule(host, "jail:a:maxproc:sigterm=1");
    fork(host, root);
    expect(host.state.processes.byPid[root.pid]).toBeUndefined();
    expect(host.events.map(({ kind }) => kind)).toContain("rctl.sigterm");
  });

  test("the message names rule, process and jail", () => {
    const { host, cross } = crossings("log");
    cross();
    expect(host.events.at(-1)?.message).toMatch(
      /^rctl: rule "jail:a:maxproc:log=1" matched by pid \d+ \(sh\), uid 0, jail a$/,
    );
  });
});
