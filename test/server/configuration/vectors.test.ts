import { existsSync, readFileSync } from "node:fs";
import { report } from "@zonewarden/server/configuration/jail-conf/report";
import type { SourceDocument } from "@zonewarden/server/configuration/jail-conf/sources";
import { describe, expect, it } from "vitest";
import { MemorySources } from "./memory.ts";

/** What the real program was seen to do, where that file is at hand. */
const VECTORS = new URL("../../../../shared/vectors/jail-conf.jsonl", import.meta.url);

interface Vector {
  id: number;
  title: string;
  files: Record<string, string>;
  main: string;
  expect: unknown;
}

describe.skipIf(!existsSync(VECTORS))("observed configurations", () => {
  const lines = existsSync(VECTORS) ? readFileSync(VECTORS, "utf8").trim().split("\n") : [];
  for (const vector of lines.map((line) => JSON.parse(line) as Vector))
    it(`${vector.id} ${vector.title}`, () => {
      const sources = new MemorySources(vector.files);
      const seen = report(sources.open(vector.main) as SourceDocument, sources, 15);
      expect(seen).toEqual(vector.expect);
    });
});
