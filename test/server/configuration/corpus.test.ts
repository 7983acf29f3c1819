import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { report } from "@zonewarden/server/configuration/jail-conf/report";
import type { SourceDocument } from "@zonewarden/server/configuration/jail-conf/sources";
import { describe, expect, it } from "vitest";
import { MemorySources } from "./memory.ts";

/** Files found in the wild, and what the real program made of them; where they are at hand. */
const VERDICTS = new URL("../../../../shared/corpus/verdicts.json", import.meta.url);
const CORPUS = new URL("../../../../shared/corpus/jail/", import.meta.url);

interface Verdict {
  accepted: boolean;
  errors: { kind: string; line: number | null }[];
  jails: number;
  jailsFailed?: number;
  params: number;
  jailErrors?: Record<string, number>;
  check?: Record<string, number>;
  nonAscii?: boolean;
}

function countKinds(items: readonly { kind: string }[] = []): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe.skipIf(!existsSync(VERDICTS))("configurations found in the wild", () => {
  const verdicts = existsSync(VERDICTS)
    ? (JSON.parse(readFileSync(VERDICTS, "utf8")) as Record<string, Verdict>)
    : {};
  for (const name of existsSync(CORPUS) ? readdirSync(CORPUS) : [])
    it(name, () => {
      const bytes = readFileSync(new URL(name, CORPUS));
      const verdict = verdicts[createHash("sha256").update(bytes).digest("hex")];
      if (!verdict || verdict.nonAscii) return;
      const sources = new MemorySources({ [name]: bytes.toString("utf8") });
      const seen = report(sources.open(name) as SourceDocument, sources);
      expect(seen.accepted).toBe(verdict.accepted);
      expect(seen.jails.length).toBe(verdict.jails);
      expect(seen.jails.filter((jail) => jail.failed).length).toBe(verdict.jailsFailed ?? 0);
      expect(seen.jails.reduce((sum, jail) => sum + jail.params.length, 0)).toBe(verdict.params);
      expect(countKinds(seen.check)).toEqual(verdict.check ?? {});
      if (seen.accepted) expect(countKinds(seen.errors)).toEqual(verdict.jailErrors ?? {});
      else expect(seen.errors.map(({ kind, line }) => ({ kind, line }))).toEqual(verdict.errors);
    });
});
