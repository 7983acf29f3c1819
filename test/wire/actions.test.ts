import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { CodeAction, Diagnostic, Range, TextEdit } from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Client } from "./client.ts";
import { broken, good } from "./samples.ts";

const uri = "file:///nowhere/jail.conf";
const missing = "syntax/missing-semicolon";
let client: Client;
beforeAll(async () => {
  client = await Client.start({ settings: {} });
});
afterAll(async () => {
  const { stderr } = client;
  await client.dispose();
  expect(stderr).toBe("");
});

function when(title: string, run: (context: TestContext) => Promise<void>) {
  it(title, async (context: TestContext) => {
    if (!client.capabilities.codeActionProvider) context.skip("no codeActionProvider");
    await run(context);
    await client.close(uri);
  });
}

async function actions(
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
async function apply(action: CodeAction | undefined): Promise<string> {
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

describe("quick fixes", () => {
  when("what a diagnostic offers as replacement mends it", async ({ skip }) => {
    await client.open(uri, good.replace("allow.raw_sockets;", "allow.raw_socket;"));
    const offering = (await client.diagnostics(uri)).find(({ data }) => data !== undefined);
    if (!offering) return skip("no diagnostic with a replacement");
    const mending = (await actions(offering.range, [offering])).find((a) => !ignores(a));
    expect(mending?.kind).toMatch(/^quickfix/);
    expect(mending?.diagnostics).toHaveLength(1);
    expect(await apply(mending)).toBe(good);
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  when("a comment that ignores the finding is offered, and works once it has a reason", async () => {
    await client.open(uri, broken);
    const [diagnostic] = (await client.diagnostics(uri)) as [Diagnostic];
    const ignoring = (await actions(diagnostic.range, [diagnostic])).find(ignores);
    const text = await apply(ignoring);
    const line = text.split("\n").findIndex((l) => l.includes("zonewarden-ignore-next-line"));
    expect(line).toBe(diagnostic.range.start.line);
    expect(text.split("\n")[line]).toMatch(/^\t# zonewarden-ignore-next-line syntax\/missing-semicolon: /);
    const reasoned = text.replace(/(zonewarden-ignore-next-line \S+: ?).*/, "$1the test wants it");
    await client.reload(uri, reasoned);
    expect(await client.codes(uri)).toEqual([]);
  });

  when("the comment is a line of its own with the line ends of the file", async () => {
    await client.open(uri, broken.replaceAll("\n", "\r\n"));
    const [diagnostic] = (await client.diagnostics(uri)) as [Diagnostic];
    const text = await apply((await actions(diagnostic.range, [diagnostic])).find(ignores));
    const lines = text.split("\r\n");
    expect(lines.length).toBe(broken.split("\n").length + 1);
    expect(lines.some((l) => l.includes("\n"))).toBe(false);
  });

  when("nothing is offered where nothing is wrong, nor for the findings of others", async () => {
    await client.open(uri, good);
    const start = { line: 0, character: 0 };
    const range = { start, end: start };
    expect(await actions(range, [])).toEqual([]);
    const foreign = { range, message: "Spelling", code: "cspell", source: "cSpell", severity: 3 as const };
    expect(await actions(range, [foreign])).toEqual([]);
  });

  when("only quick fixes are given where only others are wanted: none", async () => {
    await client.open(uri, broken);
    const [diagnostic] = (await client.diagnostics(uri)) as [Diagnostic];
    expect(diagnostic.code).toBe(missing);
    expect(await actions(diagnostic.range, [diagnostic], ["source.organizeImports"])).toEqual([]);
  });
});
