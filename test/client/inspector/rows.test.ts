import { describe, expect, it } from "vitest";
import { compareRows, countsOf, thingsIn } from "../../../client/webview/inspector/compare.ts";
import {
  eventRows,
  linkRows,
  listenRows,
  mountRows,
  poolRows,
  processRows,
  reachRows,
  rowText,
} from "../../../client/webview/inspector/rows.ts";
import { hostInspection, jailInspection, pooledInspection, process } from "./fixtures.ts";
import { texts } from "./texts.ts";

const jail = jailInspection();

describe("rows", () => {
  it("shows who has a link that was lent", () => {
    const [em2] = linkRows(hostInspection(1), texts).filter(({ label }) => label === "em2");
    expect(em2?.cells).toEqual(["ethernet", "in www", "up"]);
  });

  it("puts processes below their parents", () => {
    const rows = processRows(
      jailInspection({
        processes: [process(1, 0, "init"), process(3, 1, "b"), process(9, 3, "c"), process(4, 1, "d")],
      }),
    );
    expect(rows.map(({ label, depth }) => [label, depth])).toEqual([
      ["init", 0],
      ["b", 1],
      ["c", 2],
      ["d", 1],
    ]);
  });

  it("ends where a process is its own parent", () => {
    expect(processRows(jailInspection({ processes: [process(0, 0, "kernel")] }))).toHaveLength(1);
  });

  it("names the container of a process where the host is shown", () => {
    const rows = processRows(hostInspection(1));
    expect(rows.find(({ label }) => label === "nginx")?.cells).toContain("www");
    expect(rows.find(({ label }) => label === "sshd")?.cells).not.toContain("0");
  });

  it("keeps mounts apart that are one above the other", () => {
    const mount = { from: "a", on: "/mnt", type: "nullfs", options: [] };
    const keys = mountRows(jailInspection({ mounts: [mount, mount] })).map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it("puts addresses below their links", () => {
    expect(
      linkRows(jail, texts)
        .map(({ label, depth }) => [label, depth])
        .slice(0, 3),
    ).toEqual([
      ["em0", 0],
      ["192.0.2.10/24", 1],
      ["lo0", 0],
    ]);
  });

  it("tells who gets what was meant for a listener", () => {
    expect(listenRows(jail, texts)[1]?.cells).toEqual([
      "syslogd",
      "shadowed by syslogd of the host at 192.0.2.10:514",
    ]);
  });

  it("tells in words and by a mark why something is not reached", () => {
    const [denied] = reachRows(jail, texts);
    expect(denied?.mark).toBe("slash");
    expect(rowText(denied as NonNullable<typeof denied>)).toContain("denied ECONNREFUSED, Nobody listens");
  });

  it("leads from an event to the moment after it, the newest first", () => {
    const rows = eventRows(jail, texts);
    expect(rows.map(({ at }) => at)).toEqual([40, 39, 38, 37, 36, 35]);
  });
});

describe("compareRows", () => {
  it("finds nothing in what is the same", () => {
    const { marks, removed } = compareRows(processRows(jail), processRows(jailInspection()));
    expect([marks.size, removed.length]).toEqual([0, 0]);
  });

  it("tells what came, what became another and what went", () => {
    const before = processRows(jailInspection({ processes: [process(1, 0, "a"), process(2, 0, "b")] }));
    const now = processRows(
      jailInspection({ processes: [process(1, 0, "a", { state: "zombie" }), process(3, 0, "c")] }),
    );
    const comparison = compareRows(before, now);
    expect([...comparison.marks]).toEqual([
      ["1", "changed"],
      ["3", "added"],
    ]);
    expect(comparison.removed.map(({ label }) => label)).toEqual(["b"]);
    expect(countsOf(comparison)).toEqual({ added: 1, changed: 1, removed: 1 });
  });
});

describe("what is not shown of a list", () => {
  const { network } = jail;
  const cut = jailInspection({ network: { ...network, untried: 4_321 }, earlier: 1_234 });

  it("is counted in a last row, which says how to see it", () => {
    expect(reachRows(cut, texts).at(-1)).toMatchObject({
      label: "4321 more are not tried",
      cells: [texts.findTargets],
      stands: 4_321,
    });
    expect(eventRows(cut, texts).at(-1)).toMatchObject({
      label: "1234 earlier ones are not listed",
      cells: [texts.findEarlier],
      stands: 1_234,
    });
  });

  it("has no row where all is shown", () => {
    for (const row of [...reachRows(jail, texts), ...eventRows(jail, texts)])
      expect(row.stands).toBeUndefined();
  });

  it("counts as what it stands for", () => {
    expect(thingsIn(reachRows(cut, texts))).toBe(network.reach.length + 4_321);
    expect(thingsIn(processRows(jail))).toBe(jail.processes.length);
  });

  it("is neither new nor gone where it comes into view or leaves it", () => {
    const without = (index: number, untried: number) =>
      reachRows(
        jailInspection({
          network: { ...network, reach: network.reach.filter((_, at) => at !== index), untried },
        }),
        texts,
      );
    const inView = compareRows(without(2, 7), reachRows(cut, texts));
    expect([inView.marks.size, inView.removed.length]).toEqual([0, 0]);
    const outOfView = compareRows(reachRows(jail, texts), without(2, 1));
    expect([outOfView.marks.size, outOfView.removed.length]).toEqual([0, 0]);
    const changed = compareRows(
      reachRows(cut, texts),
      reachRows(cut, texts).map((one, at) => (at === 0 ? { ...one, mark: "check" as const } : one)),
    );
    expect([...changed.marks.values()]).toEqual(["changed"]);
  });
});

it("a list of fifty thousand processes is made and compared at once", () => {
  const many = (first: number) =>
    jailInspection({
      processes: Array.from({ length: 50_000 }, (_, at) => process(first + at, 1, "sleep")),
    });
  // Anything that grows with the square would end in the timeout.
  const comparison = compareRows(processRows(many(2)), processRows(many(12)));
  expect([comparison.marks.size, comparison.removed.length]).toEqual([10, 10]);
});

it("zones stand below their resource pools, which name their CPUs", () => {
  const rows = poolRows(pooledInspection(2), texts);
  expect(rows.map(({ label, cells, depth }) => [label, cells, depth])).toEqual([
    ["pool_default", ["pset_default", "CPUs 0-1, 4-7"], 0],
    ["db", [], 1],
    ["pool_web", ["pset_web", "CPUs 2-3", "FSS"], 0],
    ["www", [], 1],
  ]);
  expect(poolRows(hostInspection(2), texts)).toEqual([]);
});
