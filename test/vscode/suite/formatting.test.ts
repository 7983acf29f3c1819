import assert from "node:assert/strict";
import { commands } from "vscode";
import { answerWhen, closeAll, open } from "./editor.ts";
import { test } from "./runner.ts";

for (const [name, before, after] of [
  ["jail.conf", "web{\npath=/jails/web;\n  persist ;\n}\n", "web {\n\tpath = /jails/web;\n\tpersist;\n}\n"],
  [
    "web.zonecfg",
    "create -b\nadd net\nset physical=web0\nend\n",
    "create -b\nadd net\n\tset physical=web0\nend\n",
  ],
] as const)
  test(`${name} is formatted`, async () => {
    const document = await open(name, before);
    await answerWhen(
      "the formatted text",
      async () => {
        await commands.executeCommand("editor.action.formatDocument");
        // The editor's own settings decide whether it indents with tabs or blanks.
        return document.getText().replace(/^(?: {4}| {2})/gm, "\t");
      },
      (text) => text === after,
    );
    assert.ok(document.isDirty);
    await closeAll();
  });
