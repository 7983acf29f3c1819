import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { cpuset, cpusOf, getAffinity, setAffinity } from "@zonewarden/server/host/freebsd/resources/cpuset";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import { describe, expect, it, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { boot, describedHost, shell } from "../jail8/boot.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

/** A host with four CPUs, a jail that has the first two, and one below it. */
function world() {
  const host = hostOf();
  const a = jailOf(host, "a", { "children.max": 1 });
  const b = jailOf(host, "a.b");
  setAffinity(host, hostRoot(host), { which: "jail", id: a }, [0, 1]);
  return { host, a, b, root: userIn(host, a) };
}

const setOf = (host: Host, jid: number) => freebsdOf(host).prisons[jid]?.cpuset ?? -1;

test("a new jail has the CPUs of its parent", () => {
  const host = hostOf();
  const jid = jailOf(host, "a");
  expect(getAffinity(host, hostRoot(host), { which: "jail", id: jid })).toMatchObject({
    value: [0, 1, 2, 3],
  });
});

test("the root set of a jail bounds those below it", () => {
  const { host, b } = world();
  expect(cpusOf(host, userIn(host, b))).toEqual([0, 1]);
});

describe("from inside", () => {
  test.each([
    ["the own root set by the jail", { which: "jail", id: -1 }, [0], "EPERM"],
    ["the jail by its own jid", { which: "jail", id: "a" }, [0], "ESRCH"],
    ["the root set of a jail below", { which: "jail", id: "b" }, [0], "ok"],
    ["CPUs outside, of a jail below", { which: "jail", id: "b" }, [3], "EINVAL"],
    ["the set of the host", { which: "set", id: 1 }, [0], "ESRCH"],
    ["itself", { which: "pid", id: -1 }, [1], "ok"],
    ["itself, to a CPU outside", { which: "pid", id: -1 }, [2], "EINVAL"],
    ["a process outside", { which: "pid", id: 1 }, [0], "ESRCH"],
    ["no CPU", { which: "pid", id: -1 }, [], "EINVAL"],
  ] as const)("%s", (_, { which, id }, cpus, expected) => {
    const { host, a, b, root } = world();
    const number = id === "a" ? a : id === "b" ? b : id;
    expect(result(setAffinity(host, root, { which, id: number }, cpus))).toBe(expected);
  });

  test("a set below the root set can be made and shaped, within the root set", () => {
    const { host, root } = world();
    const made = cpuset(host, root);
    const id = made.ok ? made.value.id : -1;
    const outcomes = [[1], [2]].map((cpus) => result(setAffinity(host, root, { which: "set", id }, cpus)));
    expect(outcomes).toEqual(["ok", "EINVAL"]);
    expect(cpusOf(host, root)).toEqual([1]);
  });

  test("a set of another jail is not there", () => {
    const { host, root } = world();
    const other = jailOf(host, "c");
    expect(result(getAffinity(host, root, { which: "set", id: setOf(host, other) }))).toBe("ESRCH");
  });

  test("to shape sets is for root", () => {
    const { host, a, b } = world();
    expect(result(setAffinity(host, userIn(host, a, 1001), { which: "jail", id: b }, [0]))).toBe("EPERM");
  });
});

describe("from above", () => {
  test("a smaller root set takes CPUs from all below", () => {
    const { host, a, b } = world();
    const below = userIn(host, b);
    setAffinity(host, hostRoot(host), { which: "jail", id: a }, [1]);
    expect(cpusOf(host, below)).toEqual([1]);
  });

  test("not the last ones of a process: EDEADLK, and nothing changes", () => {
    const { host, a, root } = world();
    setAffinity(host, root, { which: "pid", id: -1 }, [0]);
    expect(result(setAffinity(host, hostRoot(host), { which: "jail", id: a }, [1]))).toBe("EDEADLK");
    expect(getAffinity(host, hostRoot(host), { which: "jail", id: a })).toMatchObject({ value: [0, 1] });
  });

  test("CPUs that the machine does not have: EINVAL", () => {
    const { host, a } = world();
    expect(result(setAffinity(host, hostRoot(host), { which: "jail", id: a }, [9]))).toBe("EINVAL");
  });
});

describe("attaching", () => {
  test("moves the process below the root set of the jail", () => {
    const { host, a } = world();
    const process = userIn(host, 0);
    jailAttach(host, process, a);
    expect(cpusOf(host, process)).toEqual([0, 1]);
  });

  test("keeps what a process was bound to, as far as it is there", () => {
    const { host, a } = world();
    const process = userIn(host, 0);
    setAffinity(host, process, { which: "pid", id: -1 }, [1, 3]);
    jailAttach(host, process, a);
    expect(cpusOf(host, process)).toEqual([1]);
  });

  test("fails where no CPU is left, and leaves the process as it was: EDEADLK", () => {
    const { host, a } = world();
    const process = userIn(host, 0);
    setAffinity(host, process, { which: "pid", id: -1 }, [3]);
    expect(result(jailAttach(host, process, a))).toBe("EDEADLK");
    expect([cpusOf(host, process), process.credential.container]).toEqual([[3], 0]);
  });
});

test("sets go with their jail", () => {
  const { host, a, root } = world();
  cpuset(host, root);
  jailRemove(host, hostRoot(host), a);
  expect(Object.keys(freebsdOf(host).resources.cpusets)).toEqual(["1"]);
});

describe("CPUs that a command on the host asks for", () => {
  const web = 'web { path = /jails/web; persist; exec.created = "cpuset -l 2,12-15 -j web"; }';

  it("are taken to be there on a machine that nobody described, each set of the whole with them", () => {
    const { host } = boot(`db { path = /jails/db; persist; } ${web}`);
    expect(shell(host, "cpuset -g -j web | head -1; cpuset -g -j db | head -1")).toBe(
      "jail 2 mask: 2, 12, 13, 14, 15\njail 1 mask: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n",
    );
    expect(host.events.filter(({ kind }) => kind === "assume.cpus")).toMatchObject([
      { container: "host", outcome: "assumed", message: "The machine is taken to have 16 CPUs." },
    ]);
  });

  it("are refused where the machine was described, or has no number as high", () => {
    expect(boot(web, describedHost(["/jails/web"])).host.events).toContainEqual(
      expect.objectContaining({ outcome: "failed", errno: "EINVAL" }),
    );
    expect(shell(boot(web).host, "cpuset -l 3,1020-1024 -j web")).toBe(
      "1: cpuset: List entry 1024 exceeds maximum of 1023\n",
    );
  });

  it("are given in any form of options", () => {
    const { host } = boot("web { path = /jails/web; persist; }");
    const mask = (options: string) => shell(host, `cpuset ${options} && cpuset -gj web | head -1`);
    expect(mask("-c -l0-1 -j web")).toBe("jail 1 mask: 0, 1\n");
    expect(mask("-cl 1 -jweb")).toBe("jail 1 mask: 1\n");
    expect(mask("-l 1;2 -j web")).toMatch(/^127: /);
    expect(mask("-l 1:2 -j web")).toBe("1: cpuset: Malformed list 1:2\n");
    expect(mask("-z")).toMatch(/^1: cpuset: illegal option -- z\nusage: cpuset /);
  });
});
