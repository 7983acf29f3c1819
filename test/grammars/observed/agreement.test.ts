import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { observe, observeWith } from "@zonewarden/grammars/jail-conf/observed/parser";
import { describe, expect, it } from "vitest";

/** What the real program was seen to do, where those files are at hand. */
const SHARED = new URL("../../../../shared/", import.meta.url);
const VECTORS = new URL("vectors/jail-conf.jsonl", SHARED);
const VERDICTS = new URL("corpus/verdicts.json", SHARED);
const CORPUS = new URL("corpus/jail/", SHARED);

interface SeenError {
  kind: string;
  line: number | null;
  token?: string;
  file?: string;
}

interface Vector {
  id: number;
  title: string;
  files: Record<string, string>;
  main: string;
  expect: { errors: SeenError[] };
}

const PLACED = /^(syntax|unexpected-eof|unterminated-.*)$/;

/** All errors of a file and of those that it includes; the program ends behind a file with an error. */
function load(vector: Vector, file: string, errors: SeenError[], depth = 0): boolean {
  const before = errors.length;
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const whole = observeWith(vector.files[file] ?? "", {
    error: ({ offset: _, ...error }) => errors.push({ file, ...error }),
    include: (name) =>
      depth < 32 && (!/[*?[]/.test(name) ? load(vector, folder + name, errors, depth + 1) : true),
  });
  return whole && errors.length === before;
}

describe.skipIf(!existsSync(VECTORS))("the observed errors of the vectors", () => {
  const lines = existsSync(VECTORS) ? readFileSync(VECTORS, "utf8").trim().split("\n") : [];
  for (const vector of lines.map((line) => JSON.parse(line) as Vector))
    it(`${vector.id} ${vector.title}`, () => {
      const errors: SeenError[] = [];
      load(vector, vector.main, errors);
      expect(errors).toEqual(vector.expect.errors.filter((e) => PLACED.test(e.kind)));
    });
});

interface Verdict {
  errors: SeenError[];
  includesIgnored?: { errors: SeenError[] };
  nonAscii?: boolean;
}

describe.skipIf(!existsSync(VERDICTS))("the observed errors of files found in the wild", () => {
  const verdicts = existsSync(VERDICTS)
    ? (JSON.parse(readFileSync(VERDICTS, "utf8")) as Record<string, Verdict>)
    : {};
  for (const name of existsSync(CORPUS) ? readdirSync(CORPUS) : [])
    it(name, () => {
      const bytes = readFileSync(new URL(name, CORPUS));
      const verdict = verdicts[createHash("sha256").update(bytes).digest("hex")];
      if (!verdict || verdict.nonAscii) return;
      const { errors } = observe(bytes.toString("utf8"));
      const expected = (verdict.includesIgnored ?? verdict).errors;
      expect(errors.map(({ kind, line }) => ({ kind, line }))).toEqual(expected);
    });
});
