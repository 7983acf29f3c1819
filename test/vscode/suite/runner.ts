import { appendFileSync, renameSync, writeFileSync } from "node:fs";

/** A runner of its own instead of a framework: names, a time limit each, and a result file for the launcher. */
export interface Result {
  name: string;
  milliseconds: number;
  error?: string;
}

type Body = () => Promise<void>;

const tests: { name: string; body: Body }[] = [];
const limitMilliseconds = 30_000;

export function test(name: string, body: Body): void {
  tests.push({ name, body });
}

/** Runs all tests in order and writes the results; each finished one is also a line of its own, for a run that hangs. */
export async function runAll(resultFile: string): Promise<void> {
  const results: Result[] = [];
  for (const { name, body } of tests) {
    const start = Date.now();
    let error: string | undefined;
    try {
      await withLimit(body());
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    const result: Result = {
      name,
      milliseconds: Date.now() - start,
      ...(error === undefined ? {} : { error }),
    };
    results.push(result);
    appendFileSync(`${resultFile}.log`, `${error === undefined ? "ok" : "FAILED"} ${name}\n`);
  }
  writeFileSync(`${resultFile}.part`, JSON.stringify(results));
  // The launcher waits for this name: it must never see half a file.
  renameSync(`${resultFile}.part`, resultFile);
  const failed = results.filter((result) => result.error !== undefined).length;
  if (failed > 0) throw new Error(`${failed} of ${results.length} tests failed`);
}

async function withLimit(running: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Not finished within ${limitMilliseconds} ms`)),
      limitMilliseconds,
    );
  });
  try {
    await Promise.race([running, limit]);
  } finally {
    clearTimeout(timer);
  }
}
