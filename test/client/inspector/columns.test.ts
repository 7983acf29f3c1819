import { expect, it } from "vitest";
import { columnOf, drawnInside, MOST_COLUMNS } from "../../../client/src/inspector/columns.ts";
import { container, hostInspection, jailInspection, stopped } from "./fixtures.ts";

it("only running containers have insides", () => {
  expect(drawnInside([container("a"), container("b", stopped)]).map(({ id }) => id)).toEqual(["a"]);
});

it("of many containers none is asked after", () => {
  expect(drawnInside(hostInspection(MOST_COLUMNS + 1).containers)).toEqual([]);
});

it("of many containers the selected one is asked after, if it runs", () => {
  const many = [...hostInspection(MOST_COLUMNS).containers, container("on"), container("off", stopped)];
  expect(drawnInside(many, "on").map(({ id }) => id)).toEqual(["on"]);
  expect(drawnInside(many, "off")).toEqual([]);
});

it("a shared stack shows only links that the container has addresses on", () => {
  expect(columnOf("www", jailInspection()).links).toEqual([{ name: "em0", addresses: ["192.0.2.10/24"] }]);
});

it("a stack of its own shows links without addresses too", () => {
  const { network } = jailInspection();
  const { links } = columnOf("www", jailInspection({ network: { ...network, stack: "own" } }));
  expect(links.map(({ name }) => name)).toEqual(["em0", "bridge0"]);
});

it("finds the console among the devices", () => {
  const devices = [
    { path: "/dev/null", mode: "" },
    { path: "/dev/console", mode: "" },
  ];
  expect(columnOf("z", jailInspection({ devices })).console).toBe("/dev/console");
});
