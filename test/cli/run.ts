import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface RunOptions {
  readonly input?: string;
  readonly env?: Record<string, string>;
}

/** Runs the built command line in a folder, without colours unless the environment asks for them. */
export function runIn(folder: string, args: readonly string[], options: RunOptions = {}) {
  const result = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: "utf8",
    ...(options.input !== undefined && { input: options.input }),
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", ...options.env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
