import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../grammars/zonecfg/arbitrary.ts";
import { runs } from "../../../properties.ts";
import { exported, resolved } from "./harness.ts";

const shared = join(import.meta.dirname, "../../../../../shared");

/** What the text says after it was exported and read again; the zone's name and what `create` was are not exported. */
function check(text: string, platform: Platform) {
  const first = resolved(text, platform);
  const { name: _, ...configuration } = first.configuration;
  expect(exported(text, platform), text).toEqual(configuration);
}

describe.skipIf(!existsSync(shared))("exporting and reading again gives the same zone", () => {
  const vectors = () =>
    readFileSync(join(shared, "vectors/zonecfg.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { main: string; files: Record<string, string>; title: string });

  it("for every vector", () => {
    for (const { main, files } of vectors()) check(files[main] ?? "", "illumos");
  });

  it("for every file of the corpus, on each platform", () => {
    const folder = join(shared, "corpus/zonecfg");
    for (const file of readdirSync(folder))
      for (const platform of ["illumos", "omnios", "smartos", "solaris10", "solaris11"] as const)
        check(readFileSync(join(folder, file), "utf8"), platform);
  });
});

it("exporting and reading again gives the same zone for any text", () => {
  const lines = fc.array(
    fc.constantFrom(
      "create",
      "create -b",
      "set zonepath=/zones/a",
      'set bootargs="-m verbose"',
      "set pool=p",
      "set max-lwps=500",
      "set cpu-shares=10",
      "set ip-type=exclusive",
      "clear ip-type",
      "clear max-lwps",
      "set brand=lx",
      "add net",
      "set physical=net0",
      "set allowed-address=192.0.2.1/24",
      "end",
      "add fs",
      "set dir=/a",
      "set special=/b",
      "set type=lofs",
      "add options ro",
      'add options "a=b"',
      "set options=[x,y]",
      "add rctl",
      "set name=zone.max-swap",
      "add value (priv=privileged,limit=99999999,action=deny)",
      "add capped-memory",
      "set physical=1.5g",
      "set swap=123456789",
      "add capped-cpu",
      "set ncpus=1.5",
      "add dedicated-cpu",
      "set ncpus=1-4",
      "add attr",
      "set name=a",
      "set type=string",
      'set value="x y=z"',
      'set value="open',
      "",
      "remove fs dir=/a",
      "select fs dir=/a",
      "cancel",
      "commit",
      "exit",
      "revert -F",
      "remove -F net",
      "select capped-memory",
    ),
    { maxLength: 24 },
  );
  fc.assert(
    fc.property(lines, fc.constantFrom<Platform>("illumos", "omnios", "smartos"), (text, platform) =>
      check(`${text.join("\n")}\n`, platform),
    ),
    { numRuns: runs(2000) },
  );
});

it("no text makes it fail", () => {
  fc.assert(
    fc.property(anyText, (text) => check(text, "smartos")),
    { numRuns: runs(1000) },
  );
});
