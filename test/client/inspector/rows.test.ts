import { describe, expect, it } from "vitest";
import { compareRows, countsOf } from "../../../client/webview/inspector/compare.ts";
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
