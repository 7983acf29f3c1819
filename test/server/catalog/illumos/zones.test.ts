import { commandErrors, commandErrorText } from "@zonewarden/server/catalog/illumos/commandErrors";
import { consoleNotice, consoleNotices } from "@zonewarden/server/catalog/illumos/consoleNotices";
import { zoneStates, zoneStatuses } from "@zonewarden/server/catalog/illumos/zoneStates";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

interface Transitions {
  states: { id: string; number: number; stored: string; kernelObject: boolean }[];
  kernelStatuses: { status: string; order: number; event: string; shownAs: string; enterable: boolean }[];
  errors: { key: string }[];
  consoleEvents: { event: string; label: string }[];
}

const reference = read<Transitions>("zone-transitions.json", {
  states: [],
  kernelStatuses: [],
  errors: [],
  consoleEvents: [],
});

describe.skipIf(!there)("zones against the reference", () => {
  it("has the same states", () => {
    expect(zoneStates.map(({ name, number, stored, kernel }) => ({ name, number, stored, kernel }))).toEqual(
      reference.states.map((state) => ({
        name: state.id,
        number: state.number,
        stored: state.stored === "index file",
        kernel: state.kernelObject,
      })),
    );
  });

  it("has the same statuses of the kernel", () => {
    expect(Object.values(zoneStatuses)).toEqual(
      reference.kernelStatuses.map((status) => ({
        name: status.status.replace("ZONE_IS_", "").toLowerCase(),
        order: status.order,
        event: status.event,
        shown: status.shownAs,
        enterable: status.enterable,
      })),
    );
  });

  it("has a message for each refusal", () => {
    expect(Object.keys(commandErrors)).toEqual(reference.errors.map(({ key }) => key));
  });

  it("has the same notices", () => {
    const label = (text: string) => text.replace(" <args>", "");
    expect(Object.entries(consoleNotices).map(([event, notice]) => [event, notice.label])).toEqual(
      reference.consoleEvents.map((entry) => [entry.event, label(entry.label)]),
    );
  });
});

describe("the states of a zone", () => {
  it("counts mounted above running", () => {
    const number = (name: string) => zoneStates.findIndex((state) => state.name === name);
    expect(number("mounted")).toBeGreaterThan(number("running"));
  });
});

describe("a notice on the console", () => {
  it("tells the arguments of a boot, where there are some", () => {
    expect(consoleNotice("booting", "-s")).toBe("[NOTICE: Zone booting up with arguments: -s]");
    expect(consoleNotice("booting")).toBe("[NOTICE: Zone booting up]");
  });

  it("says that the client is let go where it asked for that", () => {
    expect(consoleNotice("halted", "", true)).toBe("[NOTICE: Zone halted.  Disconnecting...]");
    expect(consoleNotice("readied", "", true)).toBe("[NOTICE: Zone readied]");
  });
});

describe("a refusal", () => {
  it.each(Object.keys(commandErrors) as (keyof typeof commandErrors)[])("%s is a whole sentence", (error) => {
    const text = commandErrorText(error, { zone: "web", command: "boot", state: "down" });
    expect(text).not.toMatch(/[{}]/);
  });
});
