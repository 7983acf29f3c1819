import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grouped } from "../../../client/src/grouped.ts";
import { MOST_COLUMNS } from "../../../client/src/inspector/columns.ts";
import { layoutDiagram, layoutInside } from "../../../client/webview/inspector/diagramLayout.ts";
import { type Drawing, type Item, type Shape, wrap } from "../../../client/webview/inspector/drawing.ts";
import { groupsOf, prefixOf } from "../../../client/webview/inspector/gridLayout.ts";
import { servicesOf } from "../../../client/webview/inspector/hostLayout.ts";
import { runs } from "../../properties.ts";
import { container, failed, hostInspection, pooledInspection, sceneOf, stopped } from "./fixtures.ts";
import { measure, texts } from "./texts.ts";

function layout(count: number, width: number, grouping: "state" | "prefix" = "state"): Drawing {
  const scene = sceneOf(hostInspection(count));
  const { containers } = scene.inspection;
  return layoutDiagram({ ...scene, containers, grouping, width, measure, texts }, count <= MOST_COLUMNS);
}

function overlap(a: Item, b: Item): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const textsOf = (shapes: readonly Shape[]) =>
  shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));

describe("the block diagram", () => {
  it("keeps inside of its width, and containers apart, at every size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 240, max: 2000 }), (count, width) => {
        const { items, back, height } = layout(count, width);
        expect(items).toHaveLength(count);
        for (const [index, item] of items.entries()) {
          expect(item.x).toBeGreaterThanOrEqual(0);
          expect(item.x + item.width).toBeLessThanOrEqual(width);
          expect(item.y + item.height).toBeLessThan(height);
          for (const other of items.slice(index + 1)) expect(overlap(item, other)).toBe(false);
        }
        for (const shape of [...back, ...items.flatMap(({ shapes }) => shapes)])
          if (shape.kind === "text") expect(shape.x + measure(shape.text)).toBeLessThanOrEqual(width + 8);
      }),
      { numRuns: runs(60) },
    );
  });

  it("draws what runs in a container and the platform that it runs on", () => {
    const [www] = layout(1, 900).items;
    expect(textsOf(www?.shapes ?? [])).toEqual(
      expect.arrayContaining([
        "www",
        "sh",
        "nginx ×2",
        "cron",
        "shared stack",
        "em0 192.0.2.10/24",
        "3 mounted",
      ]),
    );
  });

  it("leads to the link that a container has from the host, where it has one", () => {
    const inspection = hostInspection(2);
    const [www] = inspection.containers;
    const [column] = sceneOf(inspection).columns;
    if (!www || !column) throw new Error("no container");
    const links = [{ name: "em2", over: "em0", addresses: [] }];
    const { back } = layoutDiagram(
      {
        ...{ inspection, containers: [www], grouping: "state", width: 900, measure, texts },
        columns: [{ ...column, links }],
      },
      true,
    );
    const [line] = back.filter((shape) => shape.kind === "line");
    const chip = back.find((shape) => shape.kind === "text" && shape.text === "em2 → www");
    if (line?.kind !== "line" || chip?.kind !== "text") throw new Error("nothing is drawn");
    expect(Math.abs((line.points.at(-1)?.[0] ?? 0) - chip.x)).toBeLessThan(60);
  });

  it("draws resource pools with their processor sets, and a line from each zone to its pool", () => {
    const inspection = pooledInspection(2);
    const { containers } = inspection;
    const scene = sceneOf(inspection);
    const { back, items } = layoutDiagram(
      { ...scene, containers, grouping: "state", width: 900, measure, texts },
      true,
    );
    expect(textsOf(back)).toEqual(
      expect.arrayContaining([
        "pool_web (FSS) → pset_web",
        "pset_web: CPUs 2-3",
        "pset_default: CPUs 0-1, 4-7",
      ]),
    );
    expect(textsOf(items[0]?.shapes ?? [])).toContain("pool_web");
    const lines = back.filter((shape) => shape.kind === "line" && shape.name === "cable pool");
    expect(lines).toHaveLength(2);
    for (const line of lines)
      if (line.kind === "line") for (const [x] of line.points) expect(x).toBeLessThanOrEqual(900);
  });

  it("shows what is inside of one of many", () => {
    const inspection = hostInspection(40);
    const [first] = inspection.containers;
    const [column] = sceneOf(hostInspection(1)).columns;
    if (!first || !column) throw new Error("no container");
    const { back, width } = layoutInside({ inspection, columns: [column], measure, texts }, first, 240);
    expect(textsOf(back)).toEqual(expect.arrayContaining(["www", "nginx ×2", "3 mounted"]));
    expect(width).toBe(240);
  });

  it("draws a line from each container to its link, with a lane for each link", () => {
    const lines = layout(2, 900).back.filter((shape) => shape.kind === "line");
    expect(lines).toHaveLength(2);
    const lanes = lines.map(({ points }) => points[2]?.[1]);
    expect(new Set(lanes).size).toBe(2);
  });

  it("says without colours how a container is", () => {
    const { items } = layout(4, 1200);
    const shapes = items.map((item) => item.shapes.find(({ kind }) => kind === "health"));
    expect(shapes.map((shape) => shape && "health" in shape && shape.health)).toEqual([
      "running",
      "running",
      "stopped",
      "failed",
    ]);
    expect(items[3]?.label).toContain("exec.start exited with 1");
  });

  it("makes rows of one length", () => {
    const rows = grouped(layout(5, 1000).items, ({ y }) => String(y));
    expect([...rows.values()].map((row) => row.length)).toEqual([3, 2]);
  });

  it("draws very many containers of a group as one number", () => {
    const { items, back } = layout(2000, 1200);
    expect(items.length).toBeLessThan(2000);
    expect(textsOf(back)).toEqual(expect.arrayContaining([expect.stringMatching(/^\+\d+ more$/)]));
  });
});

describe("groups of many containers", () => {
  const all = [container("web-1"), container("db", stopped), container("web-2", failed), container("mail")];

  it("begin with what has failed", () => {
    expect(groupsOf(all, "state", texts).map(({ title }) => title)).toEqual(["failed", "running", "stopped"]);
  });

  it("by name put those together that have no relatives", () => {
    expect(groupsOf(all, "prefix", texts).map(({ title, containers }) => [title, containers.length])).toEqual(
      [
        ["web", 2],
        ["others", 2],
      ],
    );
  });

  it.each([
    ["web-12", "web"],
    ["web12", "web"],
    ["db.example.org", "db"],
    ["7z", "7z"],
  ])("%s belongs to %s", (name, prefix) => expect(prefixOf(name)).toBe(prefix));
});

it("services of a host are what runs outside of containers", () => {
  expect(servicesOf(hostInspection(3))).toEqual(["init", "devd", "syslogd", "sshd", "cron", "ntpd"]);
});

it("boxes are wrapped into lines, and none is wider than the room", () => {
  expect(wrap([40, 40, 40, 500], 100, 10)).toEqual([
    { x: 0, line: 0, width: 40 },
    { x: 50, line: 0, width: 40 },
    { x: 0, line: 1, width: 40 },
    { x: 0, line: 2, width: 100 },
  ]);
});
