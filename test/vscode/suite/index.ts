import "./languages.test.ts";
import "./diagnostics.test.ts";
import "./features.test.ts";
import "./formatting.test.ts";
import "./manifest.test.ts";
import "./zonecfg.test.ts";
import "./hosts.test.ts";
import "./crash.test.ts";
import { runAll } from "./runner.ts";

/** Entry point of the suite: VS Code's extension host calls it once the window is up. */
export async function run(): Promise<void> {
  const file = process.env.ZONEWARDEN_SUITE_RESULT;
  if (file === undefined) throw new Error("ZONEWARDEN_SUITE_RESULT must name the file for the results");
  await runAll(file);
}
