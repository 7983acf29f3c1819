import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { CodeAction, Diagnostic, Range, TextEdit } from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Client } from "./client.ts";
import { samples } from "./samples.ts";

let client: Client;
beforeAll(async () => {
  client = await Client.start({ settings: {} });
});
afterAll(async () => {
  const { stderr } = client;
  await client.dispose();
  expect(stderr).toBe("");
});

async function actions(
  uri: string,
  range: Range,
  diagnostics: readonly Diagnostic[],
  only?: string[],
): Promise<CodeAction[]> {
  const context = { diagnostics, ...(only && { only }) };
  const params = { textDocument: { uri }, range, context };
  const found = (await client.request<CodeAction[] | null>("textDocument/codeAction", params)) ?? [];
  const provider = client.capabilities.codeActionProvider;
  const resolves = typeof provider === "object" && provider.resolveProvider === true;
  return Promise.all(
    found.map((a) => (a.edit || !resolves ? a : client.request<CodeAction>("codeAction/resolve", a))),
  );
}

/** The text after an action, and its edits sent to the server as an editor would. */
async function apply(uri: string, action: CodeAction | undefined): Promise<string> {
  const changes = action?.edit?.documentChanges?.flatMap((c) =>
    "edits" in c ? (c.edits as TextEdit[]) : [],
  );
  const edits = changes ?? action?.edit?.changes?.[uri] ?? [];
  expect(edits.length).toBeGreaterThan(0);
  const text = TextDocument.applyEdits(client.document(uri), [...edits]);
  await client.reload(uri, text);
  return text;
}

const ignores = (action: CodeAction) => JSON.stringify(action.edit).includes("zonewarden-ignore-next-line");

describe.each(samples)("quick fixes in $languageId", ({ languageId, uri, good, broken, mistake, typo }) => {
  const when = (title: string, run: (context: TestContext) => Promise<void>) =>
    it(title, async (context: TestContext) => {
      if (!client.capabilities.codeActionProvider) context.skip("no codeActionProvider");
      await run(context);
      await client.close(uri);
    });
  const theMistake = async () =>
    (await client.diagnostics(uri)).find(({ code }) => code === mistake.code) as Diagnostic;

  when("what a diagnostic offers as replacement mends it", async ({ skip }) => {
    await client.open(uri, good.replace(typo.right, typo.wrong), languageId);
    const offering = (await client.diagnostics(uri)).find(({ data }) => data !== undefined);
    if (!offering) return skip("no diagnostic with a replacement");
    const mending = (await actions(uri, offering.range, [offering])).find((a) => !ignores(a));
    expect(mending?.kind).toMatch(/^quickfix/);
    expect(mending?.diagnostics).toHaveLength(1);
    expect(await apply(uri, mending)).toBe(good);
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  when("a comment that ignores the finding is offered, and works once it has a reason", async () => {
    await client.open(uri, broken, languageId);
    const diagnostic = await theMistake();
    const ignoring = (await actions(uri, diagnostic.range, [diagnostic])).find(ignores);
    const text = await apply(uri, ignoring);
    const line = text.split("\n").findIndex((l) => l.includes("zonewarden-ignore-next-line"));
    expect(line).toBe(diagnostic.range.start.line);
    const indent = /^[ \t]*/.exec(text.split("\n")[line + 1] ?? "")?.[0];
    expect(text.split("\n")[line]).toBe(`${indent}# zonewarden-ignore-next-line ${mistake.code}: `);
    const reasoned = text.replace(/(zonewarden-ignore-next-line \S+: ?).*/, "$1the test wants it");
    await client.reload(uri, reasoned);
    expect(await client.codes(uri)).toEqual([]);
  });

  when("the comment is a line of its own with the line ends of the file", async () => {
    await client.open(uri, broken.replaceAll("\n", "\r\n"), languageId);
    const diagnostic = await theMistake();
    const text = await apply(uri, (await actions(uri, diagnostic.range, [diagnostic])).find(ignores));
    const lines = text.split("\r\n");
    expect(lines.length).toBe(broken.split("\n").length + 1);
    expect(lines.some((l) => l.includes("\n"))).toBe(false);
  });

  when("nothing is offered where nothing is wrong, nor for the findings of others", async () => {
    await client.open(uri, good, languageId);
    const start = { line: 0, character: 0 };
    const range = { start, end: start };
    expect(await actions(uri, range, [])).toEqual([]);
    const foreign = { range, message: "Spelling", code: "cspell", source: "cSpell", severity: 3 as const };
    expect(await actions(uri, range, [foreign])).toEqual([]);
  });

  when("only quick fixes are given where only others are wanted: none", async () => {
    await client.open(uri, broken, languageId);
    const diagnostic = await theMistake();
    expect(diagnostic.code).toBe(mistake.code);
    expect(await actions(uri, diagnostic.range, [diagnostic], ["source.organizeImports"])).toEqual([]);
  });
});
