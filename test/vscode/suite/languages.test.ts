import assert from "node:assert/strict";
import { ConfigurationTarget, extensions, languages, workspace } from "vscode";
import { answerWhen, closeAll, open } from "./editor.ts";
import { test } from "./runner.ts";
import { good, goodZone } from "./samples.ts";

const id = "zonewarden.zonewarden";

test("is not active before one of its languages is opened", async () => {
  await open("notes.txt", "jail.conf\n");
  assert.equal(extensions.getExtension(id)?.isActive, false);
  await closeAll();
});

test("activates on jail.conf", async () => {
  await open("jail.conf", good);
  await answerWhen(
    "the activation",
    async () => extensions.getExtension(id)?.isActive,
    (active) => active === true,
  );
  await closeAll();
});

const names: [name: string, text: string, language: string][] = [
  ["jail.conf", good, "jail-conf"],
  ["jail.www.conf", good, "jail-conf"],
  ["jail.conf.d/www.conf", good, "jail-conf"],
  ["www.jail.conf", good, "jail-conf"],
  ["first-line-jail", `# jail.conf of the mail host\n${good}`, "jail-conf"],
  ["web.zonecfg", "create -b\n", "zonecfg"],
  ["web.zcfg", "create -b\n", "zonecfg"],
  ["web.zone.cfg", "create -b\n", "zonecfg"],
  ["first-line-blank-zone", "create\nset zonepath=/zones/web\n", "zonecfg"],
  ["first-line-zone", "create -t SUNWlx\nset zonepath=/zones/web\n", "zonecfg"],
];
for (const [name, text, language] of names) {
  test(`${name} is ${language}`, async () => {
    const document = await open(name, text);
    assert.equal(document.languageId, language);
    await closeAll();
  });
}

const others: [name: string, text: string][] = [
  ["nginx.conf", "events {}\n"],
  ["jails.conf", "# about jails\n"],
  ["create", "created by hand\n"],
];
for (const [name, text] of others) {
  test(`${name} is left alone`, async () => {
    const document = await open(name, text);
    assert.ok(!["jail-conf", "zonecfg"].includes(document.languageId), document.languageId);
    await closeAll();
  });
}

for (const [setting, pattern, name, text, id] of [
  ["jailConf", "**/prisons/*", "prisons/www.conf", good, "jail-conf"],
  ["zonecfg", "**/zones/*.txt", "zones/web.txt", goodZone, "zonecfg"],
] as const) {
  test(`a pattern in the settings makes ${name} ${id}, and a change by hand stays`, async () => {
    const settings = workspace.getConfiguration("zonewarden.files");
    await settings.update(setting, [pattern], ConfigurationTarget.Workspace);
    try {
      const document = await open(name, text);
      const language = () => document.languageId;
      await answerWhen(
        "the language of the pattern",
        async () => language(),
        (now) => now === id,
      );
      await languages.setTextDocumentLanguage(document, "plaintext");
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(language(), "plaintext");
    } finally {
      await settings.update(setting, undefined, ConfigurationTarget.Workspace);
      await closeAll();
    }
  });
}
