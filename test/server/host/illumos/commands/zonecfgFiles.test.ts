import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import { writeFile } from "@zonewarden/server/host/filesystem/files";
import type { ZoneDefinition } from "@zonewarden/server/host/illumos/types";
import { entryNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { zoneDefinitionsOf } from "@zonewarden/server/simulation/zoneDefinitions";
import { describe, expect, test } from "vitest";
import { globalRoot } from "../harness.ts";
import { machine } from "./world.ts";

/** The shell's zonecfg reads the command files of the examples as the one that knows their whole grammar does. */

const EXAMPLES = join(import.meta.dirname, "../../../../../examples/zones");
const SYSTEMS = { illumos: "illumos", omnios: "omnios", smartos: "smartos", solaris11: "solaris" } as const;

function values({ properties, resources }: ZoneDefinition) {
  return {
    properties: Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value])),
    resources: resources.map(({ type, properties: own }) => ({
      type,
      ...Object.fromEntries(
        Object.entries(own).map(([name, list]) => [name, list.map(({ value }) => value)]),
      ),
    })),
  };
}

const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".zonecfg") && !/broken|sessions|sparse-root/.test(name))
  .sort();

describe("zonecfg -f", () => {
  test.each(files)("%s", (name) => {
    const text = readFileSync(join(EXAMPLES, name), "utf8");
    const platform = /solaris/.test(name) ? "solaris11" : /smartos/.test(name) ? "smartos" : "omnios";
    const sections = ZoneDocument.parse(text, dialects[platform]).sections;
    const document = { path: name, text, sections };
    const [wanted] = zoneDefinitionsOf(run(document, { platform, lenient: false }));
    const { host, type } = machine(SYSTEMS[platform]);
    writeFile(host, globalRoot(host), "/tmp/file", text);
    const zone = wanted?.name ?? "zone1";
    expect(type(`zonecfg -z ${zone} -f /tmp/file`)).toBe("");
    const made = entryNamed(host, zone)?.definition;
    if (!made || !wanted) throw new Error("the file makes no zone");
    // Of a template that is not known for sure the one takes what is likely, the other nothing.
    if (!wanted.properties["ip-type"]) delete made.properties["ip-type"];
    expect(values(made)).toEqual(values(wanted));
  });
});
