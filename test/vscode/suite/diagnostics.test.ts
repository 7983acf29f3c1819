import assert from "node:assert/strict";
import { ConfigurationTarget, commands, DiagnosticSeverity, Uri, workspace } from "vscode";
import {
  closeAll,
  codeOf,
  describe,
  diagnosticsWhen,
  freshFolder,
  isError,
  noneToMend,
  open,
  replace,
  write,
} from "./editor.ts";
import { test } from "./runner.ts";
import { fail2ban, good, missingSemicolon } from "./samples.ts";

test("a mistake is reported on opening, with a code that links to its page", async () => {
  const document = await open("jail.conf", missingSemicolon);
  const found = await diagnosticsWhen(document.uri, "an error", (now) => now.some(isError));
  const errors = found.filter(isError);
  assert.equal(errors.length, 1, `one mistake is one error: ${describe(found)}`);
  const [error] = errors;
  assert.ok(error);
  assert.match(codeOf(error), /^syntax\//);
  assert.equal(
    error.range.end.line,
    document.getText().slice(0, document.getText().indexOf("ip4.addr")).split("\n").length - 2,
  );
  assert.ok(typeof error.code === "object" && error.code.target instanceof Uri, "the code has a link");
  await closeAll();
});

test("a mistake appears while typing and goes when it is mended", async () => {
  const document = await open("jail.conf", good);
  await replace(document, "allow.raw_sockets;", "allow.raw_socket;");
  const found = await diagnosticsWhen(document.uri, "a finding", (now) => !noneToMend(now));
  assert.ok(
    found.some((one) => codeOf(one).startsWith("jail/")),
    describe(found),
  );
  await replace(document, "allow.raw_socket;", "allow.raw_sockets;");
  await diagnosticsWhen(document.uri, "no finding", noneToMend);
  await closeAll();
});

test("findings stay on saving a mistake and go on saving its correction", async () => {
  const document = await open("jail.conf", good);
  await replace(document, '"$base/www";', '"$base/www"');
  assert.ok(await document.save());
  await diagnosticsWhen(document.uri, "an error after saving", (now) => now.some(isError));
  await replace(document, '"$base/www"', '"$base/www";');
  assert.ok(await document.save());
  await diagnosticsWhen(document.uri, "no error after saving", (now) => !now.some(isError));
  await closeAll();
});

test("saving an included file changes the findings of the file that includes it", async () => {
  const folder = freshFolder();
  const included = await write(`${folder}/parts/common.conf`, '$base = "/jails";\n');
  const text = `.include "parts/common.conf";\n${good.replace('$base = "/jails";\n', "")}`;
  const document = await open("jail.conf", text, folder);
  await diagnosticsWhen(document.uri, "no finding with the variable", noneToMend);
  const other = await workspace.openTextDocument(included);
  await replace(other, "$base", "$other");
  assert.ok(await other.save());
  await diagnosticsWhen(document.uri, "an undefined variable", (now) => !noneToMend(now));
  await closeAll();
});

test("a closed document leaves no findings behind", async () => {
  // Opened as a click does: `openTextDocument` would keep the document alive after its editor is closed.
  const uri = await write(`${freshFolder()}/jail.conf`, missingSemicolon);
  await commands.executeCommand("vscode.open", uri);
  await diagnosticsWhen(uri, "an error", (now) => now.some(isError));
  await closeAll();
  await diagnosticsWhen(uri, "nothing", (now) => now.length === 0);
});

test("an untitled document is checked too", async () => {
  const document = await workspace.openTextDocument({ language: "jail-conf", content: missingSemicolon });
  await diagnosticsWhen(document.uri, "an error", (now) => now.some(isError));
});

test("fail2ban's jail.conf gets one information and no error", async () => {
  const document = await open("jail.conf", fail2ban);
  const found = await diagnosticsWhen(document.uri, "a finding", (now) => now.length > 0);
  assert.equal(found.length, 1, describe(found));
  assert.equal(found[0]?.severity, DiagnosticSeverity.Information);
  await closeAll();
});

test("a rule can be turned off in the settings", async () => {
  const settings = workspace.getConfiguration("zonewarden");
  const document = await open("jail.conf", good.replace("allow.raw_sockets;", "allow.raw_socket;"));
  const found = await diagnosticsWhen(document.uri, "a finding", (now) => !noneToMend(now));
  const rules = Object.fromEntries(found.map((one) => [codeOf(one), "off"]));
  try {
    await settings.update("rules", rules, ConfigurationTarget.Workspace);
    await diagnosticsWhen(document.uri, "no finding", (now) => now.every((one) => !(codeOf(one) in rules)));
  } finally {
    await settings.update("rules", undefined, ConfigurationTarget.Workspace);
  }
  await diagnosticsWhen(document.uri, "the finding again", (now) => !noneToMend(now));
  await closeAll();
});
