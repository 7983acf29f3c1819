import { readFileSync } from "node:fs";
import { hostFile } from "@zonewarden/server/host/machine/definition";
import { describe, expect, it } from "vitest";
import type { Schema } from "../../../../server/tools/hostPage.ts";
import { schemaFile } from "../../../../server/tools/pages.ts";

const ROOT = new URL("../../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

describe("the JSON schema of host files", () => {
  it("is that of the definition", () => {
    const upToDate = read(schemaFile.path) === schemaFile.content();
    expect(upToDate, 'out of date: run "node server/tools/generate.mjs"').toBe(true);
  });

  it("has every key of the definition, each with a description", () => {
    const { properties = {} }: Schema = JSON.parse(schemaFile.content());
    expect(Object.keys(properties)).toEqual(Object.keys(hostFile.shape));
    const undescribed = (name: string, schema: Schema): string[] => [
      ...(schema.description ? [] : [name]),
      ...Object.entries(schema.items?.properties ?? {}).flatMap(([key, inner]) =>
        undescribed(`${name}.${key}`, inner),
      ),
    ];
    expect(Object.entries(properties).flatMap(([key, schema]) => undescribed(key, schema))).toEqual([]);
  });

  it("is contributed to VS Code for files of its name", () => {
    const { contributes } = JSON.parse(read("package.json"));
    expect(contributes.jsonValidation).toEqual([
      { fileMatch: ["zonewarden.host.json", "*.zonewarden.host.json"], url: `./${schemaFile.path}` },
    ]);
  });
});
