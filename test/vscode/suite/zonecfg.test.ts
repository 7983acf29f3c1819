import assert from "node:assert/strict";
import {
  type CodeAction,
  type CompletionList,
  ConfigurationTarget,
  commands,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type Location,
  Range,
  Selection,
  type TextDocument,
  Uri,
  window,
  workspace,
} from "vscode";
import {
  answerWhen,
  ask,
  closeAll,
  codeOf,
  describe,
  diagnosticsWhen,
  isError,
  labels,
  noneToMend,
  open,
  positionOf,
  replace,
  textOf,
} from "./editor.ts";
import { test } from "./runner.ts";
import { goodZone, missingSemicolon, wrongPrivilege } from "./samples.ts";

const has = (code: string) => (now: readonly Parameters<typeof codeOf>[0][]) =>
  now.some((one) => codeOf(one) === code);

/** What can be done at a text. */
const actionsAt = (document: TextDocument, text: string): Promise<CodeAction[]> => {
  const at = positionOf(document, text, 1);
  return answerWhen(
    "actions",
    ask<CodeAction[]>("vscode.executeCodeActionProvider", document.uri, new Range(at, at)),
    (answer) => answer.some(({ edit }) => edit !== undefined),
  );
};

async function apply(action: CodeAction | undefined): Promise<void> {
  assert.ok(action?.edit, "there is no such action");
  assert.ok(await workspace.applyEdit(action.edit));
}

/** Presses keys where the caret is, as a user does. */
async function type(keys: string): Promise<void> {
  for (const text of keys) await commands.executeCommand("type", { text });
}

function caretAt(document: TextDocument, text: string, offset = 0): void {
  const editor = window.activeTextEditor;
  assert.equal(editor?.document.uri.toString(), document.uri.toString());
  const at = positionOf(document, text, offset);
  if (editor) editor.selection = new Selection(at, at);
}

test("zonecfg: a mistake is reported on opening, with a code that links to its page", async () => {
  const document = await open("web.zonecfg", wrongPrivilege);
  const found = await diagnosticsWhen(document.uri, "an error", (now) => now.some(isError));
  assert.equal(found.length, 1, `one mistake is one error: ${describe(found)}`);
  const [error] = found;
  assert.ok(error);
  assert.equal(codeOf(error), "zone/unknown-privilege");
  assert.equal(document.getText(error.range), "dtrace_usr");
  assert.ok(typeof error.code === "object" && error.code.target instanceof Uri, "the code has a link");
  assert.match(error.code.target.path, /docs\/rules\/zone\/unknown-privilege\.md$/);
  await closeAll();
});

test("zonecfg: a quick fix mends a mistake", async () => {
  const document = await open("web.zonecfg", wrongPrivilege);
  await diagnosticsWhen(document.uri, "an error", (now) => now.some(isError));
  await apply((await actionsAt(document, "dtrace_usr")).find(({ isPreferred }) => isPreferred));
  assert.equal(document.getText(), goodZone);
  await diagnosticsWhen(document.uri, "no finding", (now) => now.length === 0);
  await closeAll();
});

test("zonecfg: an action turns a session into a command file", async () => {
  const typed = goodZone.replaceAll("\t", "");
  const document = await open("session.zonecfg", typed.replaceAll(/^(?=.)/gm, "zonecfg:web> "));
  await diagnosticsWhen(document.uri, "the finding", has("syntax/transcript"));
  await apply((await actionsAt(document, "zonecfg:web>")).find(({ title }) => /command file/.test(title)));
  assert.equal(document.getText(), typed);
  await diagnosticsWhen(document.uri, "no finding", (now) => now.length === 0);
  await closeAll();
});

test("zonecfg: an untitled document is checked", async () => {
  const document = await workspace.openTextDocument({ language: "zonecfg", content: wrongPrivilege });
  await diagnosticsWhen(document.uri, "an error", (now) => now.some(isError));
});

test("zonecfg: the platform in the settings judges an open file anew", async () => {
  const settings = workspace.getConfiguration("zonewarden");
  const document = await open("web.zonecfg", goodZone.replace("add net\n", "$&\tset vlan-id=7\n"));
  try {
    await settings.update("platform", "illumos", ConfigurationTarget.Workspace);
    await diagnosticsWhen(document.uri, "an unknown word", has("syntax/unknown-word"));
    await settings.update("platform", "smartos", ConfigurationTarget.Workspace);
    await diagnosticsWhen(document.uri, "no unknown word", (now) => !has("syntax/unknown-word")(now));
  } finally {
    await settings.update("platform", undefined, ConfigurationTarget.Workspace);
  }
  await closeAll();
});

test("zonecfg and jail.conf are judged side by side", async () => {
  const zone = await open("web.zonecfg", wrongPrivilege);
  const jail = await open("jail.conf", missingSemicolon);
  await diagnosticsWhen(zone.uri, "the zone's error", has("zone/unknown-privilege"));
  await diagnosticsWhen(jail.uri, "the jail's error", has("syntax/missing-semicolon"));
  await replace(zone, "dtrace_usr", "dtrace_user");
  await diagnosticsWhen(zone.uri, "no finding in the zone", (now) => now.length === 0);
  await diagnosticsWhen(jail.uri, "the jail's error still", has("syntax/missing-semicolon"));
  await replace(jail, '"$base/www"', '"$base/www";');
  await diagnosticsWhen(jail.uri, "no finding in the jail", noneToMend);
  await closeAll();
});

for (const [place, text, offset, wanted] of [
  ["a zone: commands", "\nadd net", 0, ["create", "verify"]],
  ["a resource: its properties", "set physical", 4, ["defrouter", "global-nic"]],
  ["a value: what it may be", "exclusive", 0, ["shared"]],
  ["a list: privileges", "dtrace_user", 0, ["dtrace_proc", "sys_time"]],
  ["a zone: snippets", "\nadd net", 0, ["zone-bhyve", "add capped-memory"]],
] as const) {
  test(`zonecfg: completion offers in ${place}`, async () => {
    const document = await open("web.zonecfg", goodZone);
    const at = positionOf(document, text, offset);
    await answerWhen(
      wanted.join(" and "),
      ask<CompletionList>("vscode.executeCompletionItemProvider", document.uri, at),
      (answer) => wanted.every((name) => labels(answer).includes(name)),
    );
    await closeAll();
  });
}

test("zonecfg: hover on a property explains it", async () => {
  const document = await open("web.zonecfg", goodZone);
  const hovers = await answerWhen(
    "a hover",
    ask<Hover[]>("vscode.executeHoverProvider", document.uri, positionOf(document, "limitpriv", 2)),
    (answer) => answer.length > 0,
  );
  assert.match(textOf(hovers), /limitpriv[\s\S]*privileges/);
  await closeAll();
});

test("zonecfg: document symbols name the zone and its resources", async () => {
  const document = await open("web.zonecfg", goodZone);
  const symbols = await answerWhen(
    "symbols",
    ask<DocumentSymbol[] | undefined>("vscode.executeDocumentSymbolProvider", document.uri),
    (answer) => (answer?.length ?? 0) > 0,
  );
  const flat = (list: DocumentSymbol[]): DocumentSymbol[] =>
    list.flatMap((one) => [one, ...flat(one.children)]);
  const names = flat(symbols ?? []).map(({ name, detail }) => `${name} ${detail}`);
  for (const wanted of [/\bnet\b.*web0|web0.*\bnet\b/, /\/srv\b/])
    assert.ok(
      names.some((name) => wanted.test(name)),
      names.join(", "),
    );
  await closeAll();
});

test("zonecfg: a resource folds", async () => {
  // Without indentation, by which VS Code folds what no server speaks for.
  const document = await open("web.zonecfg", goodZone.replaceAll("\t", ""));
  const { line } = positionOf(document, "add fs");
  const ranges = await answerWhen(
    "folding ranges",
    ask<FoldingRange[]>("vscode.executeFoldingRangeProvider", document.uri),
    (answer) => answer.some(({ start }) => start === line),
  );
  const end = ranges.find(({ start }) => start === line)?.end ?? 0;
  assert.ok(end > line && end < document.lineCount, `${line}-${end}`);
  await closeAll();
});

test("zonecfg: go to definition leads from a filter to its resource", async () => {
  const document = await open("web.zonecfg", `${goodZone}\nselect fs dir=/srv\n\tset type=lofs\nend\n`);
  const at = positionOf(document, "select fs dir=/srv", "select fs dir=/s".length);
  const [target] = await answerWhen(
    "a definition",
    ask<Location[]>("vscode.executeDefinitionProvider", document.uri, at),
    (answer) => answer.length > 0,
  );
  assert.ok(target);
  assert.equal(target.range.start.line, positionOf(document, "add fs").line);
  await closeAll();
});

test("zonecfg: a line is commented out and back", async () => {
  const document = await open("web.zonecfg", goodZone);
  caretAt(document, "set zonepath");
  await commands.executeCommand("editor.action.commentLine");
  assert.match(document.getText(), /^# ?set zonepath=\/zones\/web$/m);
  await commands.executeCommand("editor.action.commentLine");
  assert.equal(document.getText(), goodZone);
  await closeAll();
});

test("zonecfg: what follows `add` is indented, and `end` is not", async () => {
  const document = await open("web.zonecfg", "create -b\n\n");
  caretAt(document, "\n\n", 2);
  await commands.executeCommand("type", { text: "add dataset" });
  await commands.executeCommand("hideSuggestWidget");
  await type("\n");
  await commands.executeCommand("type", { text: "set name=tank/web" });
  await commands.executeCommand("hideSuggestWidget");
  await type("\nend");
  assert.match(document.getText(), /\nadd dataset\n[ \t]+set name=tank\/web\nend\n?$/);
  await closeAll();
});
