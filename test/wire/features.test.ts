import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import {
  type CompletionItem,
  type CompletionList,
  type DocumentHighlight,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type Location,
  type ServerCapabilities,
  type SymbolInformation,
  SymbolKind,
  type TextEdit,
} from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { caretIn, markdownOf, places } from "./answers.ts";
import { Client } from "./client.ts";
import { Folder } from "./folder.ts";

/** A file and the one it includes; `uses` of the variable `$base` are counted below. */
const main = `# The host's jails
$base = "/jails";
exec.start = "/bin/sh /etc/rc";
mount.devfs;
.include "jails.d/*.conf";

/*
 * The database.
 */
db {
	path = "$base/db";
	ip4.addr = 192.0.2.11;
}

www {
	path = "$base/www";
	ip4.addr = 192.0.2.10;
	depend = db;
	allow.raw_sockets;
}
`;
const part = 'mail {\n\tpath = "$base/mail";\n\tip4.addr = 192.0.2.12;\n\tdepend = db;\n}\n';

let client: Client;
let home: Folder;
let uri: string;
let partUri: string;
beforeAll(async () => {
  home = new Folder({ "jail.conf": main, "jails.d/mail.conf": part, "jails.d/other.txt": "" });
  uri = home.uri("jail.conf");
  partUri = home.uri("jails.d/mail.conf");
  client = await Client.start({ settings: {}, folders: [home.uri()] });
  await client.open(uri, main);
  await client.settle();
});
afterAll(async () => {
  const { stderr } = client;
  await client.dispose();
  home.remove();
  expect(stderr).toBe("");
});

/** A test that runs where the server says that it can do the thing. */
function when(capability: keyof ServerCapabilities, title: string, run: () => Promise<void>) {
  it(title, async ({ skip }: TestContext) => {
    if (!client.capabilities[capability]) skip(`no ${capability}`);
    await run();
  });
}

const caret = (excerpt: string, document = uri, text = client.text(uri)) => caretIn(document, text, excerpt);

describe("formatting", () => {
  const text = "db {\npersist;vnet;\n}\n\nwww {\npersist;\n}\n";
  const options = { tabSize: 2, insertSpaces: true };
  const formatted = async (method: string, params: object) => {
    const document = home.uri("format.jail.conf");
    await client.open(document, text);
    const edits = await client.request<TextEdit[]>(method, {
      textDocument: { uri: document },
      options,
      ...params,
    });
    await client.close(document);
    return TextDocument.applyEdits(TextDocument.create(document, "jail-conf", 0, text), edits);
  };

  when("documentFormattingProvider", "indents as the editor is set", async () => {
    expect(await formatted("textDocument/formatting", {})).toBe(
      "db {\n  persist;\n  vnet;\n}\n\nwww {\n  persist;\n}\n",
    );
  });

  when("documentRangeFormattingProvider", "formats the jails that are selected", async () => {
    const range = { start: { line: 5, character: 0 }, end: { line: 5, character: 3 } };
    expect(await formatted("textDocument/rangeFormatting", { range })).toBe(
      "db {\npersist;vnet;\n}\n\nwww {\n  persist;\n}\n",
    );
  });
});

describe("hover", () => {
  when("hoverProvider", "describes a parameter, and marks the word", async () => {
    const hover = await client.request<Hover | null>("textDocument/hover", caret("allow.raw|_sockets"));
    expect(hover?.contents).toMatchObject({ kind: "markdown" });
    expect(markdownOf(hover)).toContain("allow.raw_sockets");
    expect(markdownOf(hover)).toMatch(/raw socket/i);
    expect(hover?.range && client.slice(uri, hover.range)).toBe("allow.raw_sockets");
  });
  when("hoverProvider", "shows what a variable stands for", async () => {
    const hover = await client.request<Hover | null>("textDocument/hover", caret('"$ba|se/www"'));
    expect(markdownOf(hover)).toContain("/jails");
  });
  when("hoverProvider", "says nothing on an empty line", async () => {
    expect(await client.request("textDocument/hover", caret('.conf";\n|\n/*'))).toBeNull();
  });
  when("hoverProvider", "is right after an edit that has only just been sent", async () => {
    void client.edit(uri, { from: 0, to: 0, text: "# one line more\n" });
    const hover = await client.request<Hover | null>("textDocument/hover", caret("allow.raw|_sockets"));
    expect(hover?.range && client.slice(uri, hover.range)).toBe("allow.raw_sockets");
    await client.reload(uri, main);
  });
});

describe("completion", () => {
  /** Types a text before the end of the jail `www`, asks at its `|`, and takes the text away again. */
  async function typed(text: string) {
    const at = main.indexOf("\tallow.raw_sockets;\n");
    await client.edit(uri, { from: at, to: at, text: text.replace("|", "") });
    const position = client.document(uri).positionAt(at + text.indexOf("|"));
    const found = await client.request<CompletionList | CompletionItem[] | null>("textDocument/completion", {
      textDocument: { uri },
      position,
      context: { triggerKind: 1 },
    });
    await client.reload(uri, main);
    return Array.isArray(found) ? found : (found?.items ?? []);
  }
  const labels = (items: readonly CompletionItem[]) => items.map(({ label }) => label);

  when("completionProvider", "offers parameters in a jail, with documentation", async () => {
    const items = await typed("\tallow.s|\n");
    expect(labels(items)).toContain("allow.set_hostname");
    const item = items.find(({ label }) => label === "allow.set_hostname") as CompletionItem;
    const resolve = client.capabilities.completionProvider?.resolveProvider;
    const full = resolve ? await client.request<CompletionItem>("completionItem/resolve", item) : item;
    expect(JSON.stringify(full.documentation ?? full.detail ?? "")).toMatch(/host ?name/i);
  });
  when("completionProvider", "replaces the whole word that was begun, dots and all", async () => {
    const item = (await typed("\tallow.se|\n")).find(({ label }) => label === "allow.set_hostname");
    const edit = item?.textEdit;
    const range = edit && ("range" in edit ? edit.range : edit.insert);
    expect(range && range.end.character - range.start.character).toBe("allow.se".length);
  });
  when("completionProvider", "offers jails for `depend`, also from included files", async () => {
    const found = labels(await typed("\tdepend += |;\n"));
    expect(found).toContain("db");
    expect(found).toContain("mail");
  });
  when("completionProvider", "offers variables", async () => {
    const items = await typed('\thost.hostname = "$|";\n');
    expect(items.some(({ label }) => /^\$?\{?base\}?$/.test(label))).toBe(true);
  });
  when("completionProvider", "offers the values of a parameter", async () => {
    expect(labels(await typed("\tenforce_statfs = |;\n"))).toEqual(expect.arrayContaining(["0", "1", "2"]));
  });
  when("completionProvider", "has nothing to say in a comment", async () => {
    expect(await typed("\t# allow.|\n")).toEqual([]);
  });
});

describe("symbols and folding", () => {
  when("documentSymbolProvider", "jails are symbols, their ranges nested", async () => {
    const symbols = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    const names = symbols.map(({ name }) => name);
    expect(names.filter((name) => ["db", "www"].includes(name))).toEqual(["db", "www"]);
    const inside = (symbol: DocumentSymbol) => {
      const document = client.document(uri);
      const at = (range: DocumentSymbol["range"]) => [
        document.offsetAt(range.start),
        document.offsetAt(range.end),
      ];
      const [start = 0, end = 0] = at(symbol.range);
      const [from = 0, to = 0] = at(symbol.selectionRange);
      expect(start <= from && from <= to && to <= end).toBe(true);
      expect(Object.values(SymbolKind)).toContain(symbol.kind);
      for (const child of symbol.children ?? []) {
        const [first = 0, last = 0] = at(child.range);
        expect(start <= first && last <= end).toBe(true);
        inside(child);
      }
    };
    symbols.forEach(inside);
  });
  when("workspaceSymbolProvider", "jails of included files are found by name", async () => {
    const found = await client.request<SymbolInformation[] | null>("workspace/symbol", { query: "mail" });
    expect(found?.map(({ name }) => name)).toContain("mail");
  });
  when("foldingRangeProvider", "jails and block comments fold", async () => {
    const folds = await client.request<FoldingRange[]>("textDocument/foldingRange", {
      textDocument: { uri },
    });
    const lines = main.split("\n");
    const starts = folds.map(({ startLine }) => lines[startLine]);
    expect(starts).toEqual(expect.arrayContaining(["/*", "db {", "www {"]));
    for (const { startLine, endLine } of folds) expect(endLine).toBeGreaterThan(startLine);
  });
});

describe("ways through the files", () => {
  when("definitionProvider", "a variable leads to where it is set", async () => {
    expect(places(await client.request("textDocument/definition", caret('"$ba|se/www"')))).toEqual([
      "jail.conf:1",
    ]);
  });
  when("definitionProvider", "`depend` leads to the jail, also from an included file", async () => {
    expect(places(await client.request("textDocument/definition", caret("depend = d|b")))).toEqual([
      "jail.conf:9",
    ]);
    const from = caret("depend = d|b", partUri, part);
    await client.open(partUri, part);
    expect(places(await client.request("textDocument/definition", from))).toEqual(["jail.conf:9"]);
    await client.close(partUri);
  });
  when("definitionProvider", "`.include` leads to the file", async () => {
    const found = await client.request<Location[]>("textDocument/definition", caret("jails|.d/*.conf"));
    expect(places(found)).toEqual(["mail.conf:0"]);
  });
  when("referencesProvider", "all uses of a variable are found, over all files", async () => {
    const params = { ...caret("$ba|se ="), context: { includeDeclaration: true } };
    const found = places(await client.request("textDocument/references", params)).sort();
    expect(found).toEqual(["jail.conf:1", "jail.conf:10", "jail.conf:15", "mail.conf:1"]);
  });
  when(
    "referencesProvider",
    "all uses of a jail are found, without itself where that is not wanted",
    async () => {
      const params = { ...caret("d|b {"), context: { includeDeclaration: false } };
      expect(places(await client.request("textDocument/references", params)).sort()).toEqual([
        "jail.conf:17",
        "mail.conf:3",
      ]);
    },
  );
  when("documentHighlightProvider", "uses in this file are highlighted", async () => {
    const found = await client.request<DocumentHighlight[]>(
      "textDocument/documentHighlight",
      caret("$ba|se ="),
    );
    expect(found.map(({ range }) => range.start.line).sort((a, b) => a - b)).toEqual([1, 10, 15]);
  });
  when("documentLinkProvider", "a name that is included is a link", async () => {
    const link = `.include "jails.d/mail.conf";\n`;
    const single = home.uri("single.jail.conf");
    await client.open(single, link);
    const request = { textDocument: { uri: single } };
    const links = await client.request<DocumentLink[]>("textDocument/documentLink", request);
    expect(links).toHaveLength(1);
    const [first] = links as [DocumentLink];
    const full = first.target ? first : await client.request<DocumentLink>("documentLink/resolve", first);
    expect(full.target).toBe(partUri);
    expect(client.slice(single, full.range)).toContain("jails.d/mail.conf");
    await client.close(single);
  });
});
