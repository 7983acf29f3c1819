import { writeFile } from "../../filesystem/files.ts";
import { pathProblem } from "./paths.ts";
import type { JailRun } from "./run.ts";

/** `exec.consolelog`: the file of the host that gets what commands in the jail print. */

export function consoleProblem(run: JailRun, path: string): string | undefined {
  return pathProblem(run, "exec.consolelog", path, { mayBeMissing: true });
}

export function appendConsole(run: JailRun, path: string, text: string): void {
  const written = writeFile(run.host, run.caller, path, text, { append: true });
  if (!written.ok)
    run.emit("exec.consolelog", `${path}: ${written.decision.reason}`, "failed", { errno: written.errno });
}
