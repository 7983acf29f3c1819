import assert from "node:assert/strict";
import { commands, extensions } from "vscode";
import { closeAll, open } from "./editor.ts";
import { test } from "./runner.ts";
import { good } from "./samples.ts";

test("every command of the manifest has code, and there is none beside", async () => {
  const extension = extensions.getExtension("zonewarden.zonewarden");
  assert.ok(extension);
  await open("jail.conf", good);
  await extension.activate();
  const contributed: string[] = extension.packageJSON.contributes.commands.map(
    ({ command }: { command: string }) => command,
  );
  const present = await commands.getCommands(true);
  // VS Code makes commands of its own for views: focus, resetViewLocation and the like.
  const own = present.filter((name) => /^zonewarden\.(?!hosts\.)/.test(name));
  assert.deepEqual(own.sort(), contributed.sort());
  await closeAll();
});
