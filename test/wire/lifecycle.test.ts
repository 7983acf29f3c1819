import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { Client, within } from "./client.ts";
import { broken, good } from "./samples.ts";

const uri = "file:///nowhere/jail.conf";
const missing = "syntax/missing-semicolon";
const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
let client: Client;
afterEach(() => client.dispose());

/** Writes bytes as they are, with a header that fits unless it is given. */
function raw(body: string, header = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`) {
  client.process.stdin.write(header + body);
}

describe("the life of a server", () => {
  it("says who it is and what it can do", async () => {
    client = await Client.start({ settings: {} });
    expect(client.server.serverInfo).toMatchObject({
      name: "zonewarden",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(client.capabilities.textDocumentSync).toMatchObject({ openClose: true, change: 2 });
  });

  it("ends with 0 after shutdown and exit", async () => {
    client = await Client.start({ settings: {} });
    await client.open(uri, good);
    expect(await client.stop()).toBe(0);
    expect(client.stderr).toBe("");
  });

  it("ends with 1 after exit without shutdown", async () => {
    client = await Client.start({ settings: {} });
    await client.notify("exit", undefined);
    expect(await within(client.ended, "the end")).toBe(1);
  });

  it("ends when the editor is gone and its pipe closed", async () => {
    client = await Client.start({ settings: {} });
    client.process.stdin.end();
    expect(await within(client.ended, "the end")).not.toBe(null);
  });

  it("runs the same by `zonewarden lsp --stdio`", async () => {
    client = await Client.start({ command: [process.execPath, cli, "lsp", "--stdio"], settings: {} });
    await client.open(uri, broken);
    expect(await client.codes(uri)).toEqual([missing]);
    expect(await client.stop()).toBe(0);
    expect(client.stderr).toBe("");
  });

  it("does nothing for an editor that can do nothing", async () => {
    client = await Client.start({ capabilities: {} });
    await client.open(uri, broken);
    expect(await client.codes(uri)).toEqual([missing]);
  });
});

describe("messages that are not as they should be", () => {
  const stillThere = async () => {
    await client.open("untitled:after", broken);
    expect(await client.codes("untitled:after")).toEqual([missing]);
  };

  it("an unknown request is answered by an error", async () => {
    client = await Client.start({ settings: {} });
    await expect(client.request("textDocument/nonsense", {})).rejects.toMatchObject({ code: -32601 });
    await stillThere();
  });

  it("a request before initialize is answered by an error", async () => {
    client = Client.spawn({ settings: {} });
    await expect(client.request("textDocument/hover", { textDocument: { uri } })).rejects.toThrow();
    await client.initialize({ settings: {} });
    await stillThere();
  });

  it("unknown notifications are passed over", async () => {
    client = await Client.start({ settings: {} });
    await client.notify("$/whatever", { a: 1 });
    await client.notify("textDocument/whatever", null);
    await stillThere();
  });

  it.each([
    ["text that is no JSON", "{ not json", undefined],
    ["an empty object", "{}", undefined],
    ["a list", "[]", undefined],
    ["null", "null", undefined],
    ["a number", "42", undefined],
    ["a request whose method is a number", '{"jsonrpc":"2.0","id":900,"method":7}', undefined],
    ["an answer to nothing", '{"jsonrpc":"2.0","id":4711,"result":null}', undefined],
    [
      "a header with other fields",
      "{}",
      "X-Other: 1\r\nContent-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
    ],
  ])("%s", async (_, body, header) => {
    client = await Client.start({ settings: {} });
    raw(body, header);
    await stillThere();
  });

  it.each([
    ["textDocument/didOpen", {}],
    ["textDocument/didOpen", { textDocument: { uri, languageId: "jail-conf", version: 1 } }],
    ["textDocument/didOpen", { textDocument: { uri: "", languageId: "jail-conf", version: 1, text: "" } }],
    [
      "textDocument/didOpen",
      { textDocument: { uri: "no uri at all", languageId: "jail-conf", version: 1, text: "a" } },
    ],
    ["textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges: [{ text: "" }] }],
    ["textDocument/didChange", { textDocument: { uri: "untitled:none", version: 2 }, contentChanges: null }],
    ["textDocument/didClose", { textDocument: { uri: "file:///never/opened.conf" } }],
    ["textDocument/didSave", {}],
    ["workspace/didChangeWatchedFiles", { changes: [{ uri: "file:///no/such.conf", type: 9 }] }],
    ["workspace/didChangeWatchedFiles", {}],
    ["workspace/didChangeConfiguration", {}],
    ["workspace/didChangeConfiguration", null],
  ])("%s with %j", async (method, params) => {
    client = await Client.start({ settings: {} });
    await client.notify(method, params);
    await client.settle();
    await stillThere();
  });

  it("a change beyond the end of the document", async () => {
    client = await Client.start({ settings: {} });
    await client.open(uri, broken);
    const range = { start: { line: 9000, character: 0 }, end: { line: 9001, character: 5 } };
    const contentChanges = [{ range, text: "# the end\n" }];
    await client.notify("textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges });
    expect(await client.codes(uri)).toEqual([missing]);
    const backwards = { start: { line: 3, character: 2 }, end: { line: 1, character: 0 } };
    await client.notify("textDocument/didChange", {
      textDocument: { uri, version: 3 },
      contentChanges: [{ range: backwards, text: "" }],
    });
    await stillThere();
  });

  it.each([
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/documentLink",
    "textDocument/codeAction",
    "workspace/symbol",
    "completionItem/resolve",
  ])("%s without sense", async (method) => {
    client = await Client.start({ settings: {} });
    await client.open(uri, good);
    const position = { line: 0, character: 0 };
    const range = { start: position, end: position };
    const far = { line: 100_000, character: 100_000 };
    // An answer or an error, but one of them.
    for (const params of [
      {},
      null,
      { textDocument: { uri: "untitled:never-opened" }, position, range, context: { diagnostics: [] } },
      { textDocument: { uri }, position: far, range: { start: far, end: far }, context: { diagnostics: [] } },
    ])
      await client.request(method, params).catch((error: unknown) => {
        if (!String(error).includes("in vain")) return;
        throw error;
      });
    await stillThere();
  });
});
