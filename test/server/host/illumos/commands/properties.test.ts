import { commandGroups } from "@zonewarden/server/host/illumos/commands/groups";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../properties.ts";
import { machine } from "./world.ts";

const NAMES = commandGroups().flatMap(([, all]) => all.map(({ name }) => `'${name}'`));

/** Words that commands of all kinds take. */
const WORDS = [
  ...[
    "-a",
    "-z",
    "-e",
    "-p",
    "-n",
    "-l",
    "-s",
    "-i",
    "-t",
    "-F",
    "-o",
    "-v",
    "-r",
    "-h",
    "--",
    "web",
    "db",
    "global",
  ],
  ...[
    "list",
    "show-link",
    "create-vnic",
    "info",
    "boot",
    "halt",
    "zoneid",
    "zone",
    "e1000g0",
    "rpool",
    "rpool/zones",
  ],
  ...[
    "1",
    "0",
    "600",
    "zone.max-lwps",
    "ssh",
    "192.0.2.10/24",
    "create",
    "delete",
    "/",
    "/tmp",
    "a=b",
    "inet",
    "lofs",
  ],
];

const line = fc
  .tuple(fc.constantFrom(...NAMES), fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }))
  .map(([name, words]) => [name, ...words].join(" "));
const typed = fc.array(fc.record({ line, inside: fc.boolean() }), { minLength: 1, maxLength: 12 });

const zones = {
  web: {
    properties: { "ip-type": "shared" },
    resources: [{ type: "net", physical: "e1000g0", address: "192.0.2.10/24" }],
  },
};

function play(lines: readonly { readonly line: string; readonly inside: boolean }[]) {
  const { host, type, inside } = machine("omnios", zones);
  const said = lines.map((one) => {
    const runs = host.kernel.containers.find(host, "web") !== undefined;
    return one.inside && runs ? inside("web", one.line) : type(one.line);
  });
  return { host, said };
}

describe("whatever is typed", () => {
  test("gives text and plain state, the same one each time", () => {
    fc.assert(
      fc.property(typed, (lines) => {
        const first = play(lines);
        const second = play(lines);
        expect(first.said).toEqual(second.said);
        expect(first.said.join("\n")).not.toMatch(/\bundefined\b|\[object |\bNaN\b/);
        const snapshot = JSON.stringify(first.host.snapshot());
        expect(snapshot).toBe(JSON.stringify(second.host.snapshot()));
        expect(JSON.parse(snapshot)).toEqual(first.host.snapshot());
      }),
      { numRuns: runs(40) },
    );
  });
});
