import {
  processRctls,
  projectAttributes,
  projectRctls,
  taskRctls,
} from "@zonewarden/server/catalog/illumos/rctls";
import { RCTL_FLAGS, rctls } from "@zonewarden/server/catalog/zonecfg/rctls";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

interface Named {
  name: string;
  unit: string;
}

interface ZoneEntry extends Named {
  defaultPrivileged: string | null;
  infinite: boolean;
  onExceed: string;
  rctladmFlags: string[] | null;
}

describe.skipIf(!there)("the resource controls against the reference", () => {
  const reference = read<{ zone: ZoneEntry[]; project: Named[]; task: Named[]; process: Named[] }>(
    "zone-rctls.json",
    { zone: [], project: [], task: [], process: [] },
  );

  it.each(reference.zone)("$name", (entry) => {
    const rctl = rctls.find(({ name }) => name === entry.name);
    const errnos = [...new Set(Object.values(rctl?.errnos ?? {}))].sort();
    expect({
      default: rctl?.defaultValue ?? null,
      infinite: rctl?.infinite,
      errnos,
      flags: entry.rctladmFlags && rctl?.flags,
    }).toEqual({
      default: entry.defaultPrivileged,
      infinite: entry.infinite,
      errnos: [...new Set(entry.onExceed.match(/\bE[A-Z]{3,}\b/g))].sort(),
      flags: entry.rctladmFlags,
    });
  });

  it("has the same controls of projects, tasks and processes", () => {
    const named = (list: readonly Named[]) => list.map(({ name, unit }) => `${name} ${unit}`);
    const attribute = (entry: Named) => ({ ...entry, unit: entry.unit.replace(" (attribute)", "") });
    expect(named([...projectRctls, ...projectAttributes])).toEqual(named(reference.project.map(attribute)));
    expect(named(taskRctls)).toEqual(named(reference.task));
    expect(named(processRctls)).toEqual(named(reference.process));
  });
});

describe("the flags of resource controls", () => {
  it.each([...rctls, ...projectRctls, ...taskRctls, ...processRctls])(
    "of $name stand in the order of rctladm",
    ({ flags }) => {
      const order = flags.map((flag) => RCTL_FLAGS.indexOf(flag));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    },
  );

  it.each([...rctls, ...projectRctls, ...taskRctls, ...processRctls])(
    "of $name agree with its unit",
    ({ unit, flags }) => {
      const kind = unit === "bytes" ? "bytes" : unit === "seconds" ? "seconds" : "count";
      expect(flags).toContain(kind);
    },
  );
});
