import assert from "node:assert/strict";
import {
  type CompletionList,
  commands,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  Location,
  type LocationLink,
} from "vscode";
import {
  answerWhen,
  ask,
  closeAll,
  diagnosticsWhen,
  isError,
  labels,
  open,
  positionOf,
  replace,
  textOf,
} from "./editor.ts";
import { test } from "./runner.ts";
import { good, missingSemicolon } from "./samples.ts";

test("hover on a parameter explains it", async () => {
  const document = await open("jail.conf", good);
  const at = positionOf(document, "allow.raw_sockets", 8);
  const hovers = await answerWhen(
    "a hover",
    ask<Hover[]>("vscode.executeHoverProvider", document.uri, at),
    (answer) => answer.length > 0,
  );
  const text = textOf(hovers);
  assert.match(text, /allow\.raw_sockets/);
  assert.match(text, /bool/i);
  await closeAll();
});

test("completion inside a jail offers parameters", async () => {
  const document = await open("jail.conf", good);
  await replace(document, "\tallow.raw_sockets;\n", "\tallow.\n");
  const at = positionOf(document, "allow.\n", 6);
  // Names the document does not have: VS Code itself offers the words it has.
  const wanted = ["allow.set_hostname", "allow.mount.zfs"];
  await answerWhen(
    wanted.join(" and "),
    ask<CompletionList>("vscode.executeCompletionItemProvider", document.uri, at),
    (answer) => wanted.every((name) => labels(answer).includes(name)),
  );
  await closeAll();
});

test("document symbols name the jails and their parameters", async () => {
  const document = await open("jail.conf", good);
  const symbols = await answerWhen(
    "symbols",
    ask<DocumentSymbol[] | undefined>("vscode.executeDocumentSymbolProvider", document.uri),
    (answer) => (answer?.length ?? 0) > 0,
  );
  const jail = symbols?.find(({ name }) => name === "www");
  assert.ok(jail, symbols?.map(({ name }) => name).join(", "));
  assert.ok(jail.children.some(({ name }) => name === "path"));
  await closeAll();
});

test("go to definition leads from a variable to where it is set", async () => {
  const document = await open("jail.conf", good);
  const at = positionOf(document, "$base/www", 2);
  const found = await answerWhen(
    "a definition",
    ask<(Location | LocationLink)[]>("vscode.executeDefinitionProvider", document.uri, at),
    (answer) => answer.length > 0,
  );
  const [target] = found;
  assert.ok(target);
  const [uri, range] =
    target instanceof Location ? [target.uri, target.range] : [target.targetUri, target.targetRange];
  assert.equal(uri.toString(), document.uri.toString());
  assert.equal(range.start.line, 0);
  await closeAll();
});

test("a jail folds", async () => {
  // Without indentation, by which VS Code folds what no server speaks for.
  const document = await open("jail.conf", good.replaceAll("\n\t", "\n"));
  const line = positionOf(document, "www {").line;
  const ranges = await answerWhen(
    "folding ranges",
    ask<FoldingRange[]>("vscode.executeFoldingRangeProvider", document.uri),
    (answer) => answer.some(({ start }) => start === line),
  );
  const end = ranges.find(({ start }) => start === line)?.end ?? 0;
  assert.ok(end > line && end < document.lineCount, `${line}-${end}`);
  await closeAll();
});

test("the restart command brings a working server back", async () => {
  const document = await open("jail.conf", missingSemicolon);
  await diagnosticsWhen(document.uri, "an error", (now) => now.some(isError));
  await commands.executeCommand("zonewarden.restartServer");
  await diagnosticsWhen(document.uri, "the error after the restart", (now) => now.some(isError));
  await replace(document, '"$base/www"', '"$base/www";');
  await diagnosticsWhen(document.uri, "no error after mending", (now) => !now.some(isError));
  await closeAll();
});
