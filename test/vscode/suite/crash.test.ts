import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { commands, extensions } from "vscode";
import { answerWhen, closeAll, diagnosticsWhen, isError, open } from "./editor.ts";
import { test } from "./runner.ts";
import { missingSemicolon } from "./samples.ts";

/** The language server's process, found as a crash would have to be made: from outside. Linux only. */
function serverProcess(): number | undefined {
  const module = `${extensions.getExtension("zonewarden.zonewarden")?.extensionPath}/dist/server.js`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(module);
      } catch {
        // It ended in the meantime.
        return false;
      }
    });
}

const running = (other?: number): Promise<number | undefined> =>
  answerWhen(
    "a running server",
    async () => serverProcess(),
    (pid) => pid !== undefined && pid !== other,
  );

async function crash(): Promise<number> {
  const pid = await running();
  assert.ok(pid);
  process.kill(pid, "SIGKILL");
  return pid;
}

if (process.platform === "linux") {
  test("a crashed server comes back by itself, four times, and with the restart command after the fifth", async () => {
    await commands.executeCommand("zonewarden.restartServer");
    const document = await open("jail.conf", missingSemicolon);
    for (let count = 1; count <= 4; count++) await running(await crash());
    await diagnosticsWhen(document.uri, "an error after the fourth crash", (now) => now.some(isError));
    await crash();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.equal(serverProcess(), undefined, "no restart after the fifth crash");
    await commands.executeCommand("zonewarden.restartServer");
    await running();
    await diagnosticsWhen(document.uri, "an error after the restart", (now) => now.some(isError));
    await closeAll();
  });
}
