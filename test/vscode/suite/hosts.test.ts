import assert from "node:assert/strict";
import { type CodeLens, type Command, commands, type TextDocument, type Uri, window } from "vscode";
import { answerWhen, ask, closeAll, open } from "./editor.ts";
import { test } from "./runner.ts";

const JAIL = 'web {\n\tpath = "/jails/web";\n\texec.start = "/bin/sh /etc/rc";\n}\n';
const ZONE = `create -b
set brand=lipkg
set zonepath=/zones/mail
set ip-type=shared
`;

/** The commands above the containers of a document, once one of them is as wanted. */
async function lensWhen(uri: Uri, title: string): Promise<Command> {
  const lenses = await answerWhen(
    `a code lens “${title}”`,
    ask<CodeLens[]>("vscode.executeCodeLensProvider", uri),
    (found) => found.some(({ command }) => command?.title === title),
  );
  const found = lenses.find(({ command }) => command?.title === title)?.command;
  assert.ok(found);
  return found;
}

async function press(document: TextDocument, title: string): Promise<unknown> {
  const { command, arguments: words } = await lensWhen(document.uri, title);
  await commands.executeCommand(command, ...(words ?? []));
  return words?.[0];
}

const terminalWhen = (name: string) =>
  answerWhen(
    `a terminal ${name}`,
    async () => window.terminals.find((terminal) => terminal.name === name),
    (terminal) => terminal !== undefined,
  );

const labels = () => window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

test("a jail boots by its code lens, has a console and an inspector, and halts", async () => {
  const document = await open("jail.conf", JAIL);
  await press(document, "Boot");
  await lensWhen(document.uri, "Running: halt");
  await press(document, "console");
  const terminal = await terminalWhen("web");
  await press(document, "inspect");
  await answerWhen(
    "the inspector",
    async () => labels(),
    (all) => all.some((label) => /^Inspect web/.test(label)),
  );
  terminal?.dispose();
  await press(document, "Running: halt");
  await lensWhen(document.uri, "Boot");
  await closeAll();
});

test("a zone is installed and booted by its code lenses, and has a console and a zonecfg prompt", async () => {
  const document = await open("mail.zonecfg", ZONE);
  await press(document, "Configured: install");
  const target = await press(document, "Boot");
  await lensWhen(document.uri, "Running: halt");
  await commands.executeCommand("zonewarden.openZoneConsole", target);
  await commands.executeCommand("zonewarden.openZonecfg", target);
  for (const name of ["mail (console)", "zonecfg: mail"]) (await terminalWhen(name))?.dispose();
  await press(document, "Running: halt");
  await lensWhen(document.uri, "Boot");
  await closeAll();
});

test("what a container was made of, and the list of all, are documents to be read", async () => {
  const document = await open("jail.conf", JAIL);
  const [target] = (await lensWhen(document.uri, "Boot")).arguments ?? [];
  await commands.executeCommand("zonewarden.showConfiguration", target);
  const shown = window.activeTextEditor?.document;
  assert.equal(shown?.uri.scheme, "zonewarden");
  assert.equal(shown?.languageId, "jail-conf");
  assert.match(shown?.getText() ?? "", /path = "?\/jails\/web/);
  await commands.executeCommand("zonewarden.showList", target);
  assert.match(window.activeTextEditor?.document.getText() ?? "", /JID/);
  // What is shown configures no jail of its own.
  const lenses = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", shown?.uri);
  assert.deepEqual(lenses, []);
  await closeAll();
});

test("everything on a host boots at once, and is halted", async () => {
  const document = await open("jail.conf", `${JAIL}db { path = "/jails/db"; persist; }\n`);
  const [target] = (await lensWhen(document.uri, "Boot")).arguments ?? [];
  const { host } = target as { host: string };
  await commands.executeCommand("zonewarden.bootAll", { host });
  await answerWhen(
    "both running",
    ask<CodeLens[]>("vscode.executeCodeLensProvider", document.uri),
    (found) => found.filter(({ command }) => command?.title === "Running: halt").length === 2,
  );
  await commands.executeCommand("zonewarden.haltAll", { host });
  await lensWhen(document.uri, "Boot");
  await closeAll();
});
