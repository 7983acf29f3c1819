import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {
  CodeAction,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Hover,
  TextEdit,
} from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { caretIn, markdownOf, places } from "./answers.ts";
import { Client } from "./client.ts";
import { broken, good, goodZone } from "./samples.ts";

const uri = "file:///nowhere/web.zonecfg";
const anet = `${goodZone}
add anet
	set linkname=net0
end
`;

let client: Client;
beforeAll(async () => {
  client = await Client.start({ settings: {} });
});
afterAll(() => client.dispose());
afterEach(async () => {
  await client.close(uri);
  await client.configure({});
  await client.settle();
  expect(client.stderr).toBe("");
});

const open = (text: string) => client.open(uri, text, "zonecfg");
const caret = (excerpt: string) => caretIn(uri, client.text(uri), excerpt);

describe("the platform", () => {
  it("that is set judges open documents anew, back and forth", async () => {
    await open(anet);
    const unset = await client.codes(uri);
    expect(unset).toContain("zone/other-platform");
    await client.configure({ platform: "solaris11" });
    expect(await client.codes(uri)).not.toContain("zone/other-platform");
    await client.configure({ platform: "illumos" });
    expect(await client.codes(uri)).toContain("zone/other-platform");
    await client.configure({ platform: "auto" });
    expect(await client.codes(uri)).toEqual(unset);
  });

  it("decides which words are properties", async () => {
    await open(goodZone.replace("add net\n", "$&\tset vlan-id=7\n"));
    await client.configure({ platform: "smartos" });
    expect(await client.codes(uri)).not.toContain("syntax/unknown-word");
    await client.configure({ platform: "illumos" });
    expect(await client.codes(uri)).toContain("syntax/unknown-word");
  });

  it("that makes no sense is none", async () => {
    await open(anet);
    const unset = await client.diagnostics(uri);
    for (const platform of ["plan9", 11, null, ["illumos"]]) {
      await client.configure({ platform });
      expect(await client.diagnostics(uri)).toEqual(unset);
    }
  });

  it("says nothing about jails", async () => {
    const jail = "file:///nowhere/jail.conf";
    await client.open(jail, broken);
    const before = await client.diagnostics(jail);
    await client.configure({ platform: "solaris11" });
    expect(await client.diagnostics(jail)).toEqual(before);
    await client.close(jail);
  });
});

describe("two languages at once", () => {
  const jail = "file:///nowhere/jail.conf";
  const wrong = goodZone.replace("dtrace_user", "dtrace_usr");
  afterEach(() => client.close(jail));

  it("are judged each by its own rules", async () => {
    await open(wrong);
    await client.open(jail, broken);
    expect(await client.codes(uri)).toEqual(["zone/unknown-privilege"]);
    expect(await client.codes(jail)).toEqual(["syntax/missing-semicolon"]);
  });

  it("are edited without a word about the other", async () => {
    await open(goodZone);
    await client.open(jail, good);
    await client.settle();
    const before = client.published.length;
    await client.replace(uri, "dtrace_user", "dtrace_usr");
    await client.settle();
    await client.replace(jail, '"$base/www";', '"$base/www"');
    await client.settle();
    expect(client.published.slice(before).map((params) => params.uri)).toEqual([uri, jail]);
  });

  it("take turns on one document when its language is changed", async () => {
    await open(goodZone);
    expect(await client.codes(uri)).toEqual([]);
    await client.close(uri);
    await client.open(uri, goodZone, "jail-conf");
    expect((await client.diagnostics(uri)).length).toBeGreaterThan(0);
    await client.close(uri);
    await open(goodZone);
    expect(await client.codes(uri)).toEqual([]);
  });
});

describe("texts of zonecfg", () => {
  it("CRLF line ends are one finding, which goes with them", async () => {
    await open(goodZone.replaceAll("\n", "\r\n"));
    expect(await client.codes(uri)).toEqual(["syntax/carriage-return"]);
    await client.reload(uri, goodZone);
    expect(await client.codes(uri)).toEqual([]);
  });

  it("places in a CRLF file are those that the editor shows", async () => {
    await open(goodZone.replace("dtrace_user", "dtrace_usr").replaceAll("\n", "\r\n"));
    const found = (await client.diagnostics(uri)).find(({ code }) => code === "zone/unknown-privilege");
    expect(found && client.slice(uri, found.range)).toBe("dtrace_usr");
  });

  it("a file that is none of zonecfg gets one remark", async () => {
    await open(
      '<?xml version="1.0"?>\n<!DOCTYPE zone PUBLIC "-//Sun//DTD Zones//EN" "x">\n<zone name="web"/>\n',
    );
    expect(await client.codes(uri)).toEqual(["zone/foreign-file"]);
  });

  it("a comment ignores all findings of a rule in the file", async () => {
    const wrong = goodZone.replace("dtrace_user", "dtrace_usr");
    await open(`# zonewarden-ignore-file zone/unknown-privilege: of a newer release\n${wrong}`);
    expect(await client.codes(uri)).toEqual([]);
  });

  it("a comment without a reason ignores nothing", async () => {
    const wrong = goodZone.replace("dtrace_user", "dtrace_usr");
    await open(wrong.replace("set limitpriv", "# zonewarden-ignore-next-line zone/unknown-privilege\n$&"));
    expect(await client.codes(uri)).toContain("zone/unknown-privilege");
  });

  it("a session is a finding, and an action makes commands of it", async () => {
    const typed = goodZone.replace(/^.*\n/, "").replaceAll("\t", "");
    await open(typed.replaceAll(/^(?=.)/gm, "zonecfg:web> "));
    expect(await client.codes(uri)).toEqual(["syntax/transcript"]);
    const [diagnostic] = (await client.diagnostics(uri)) as [Diagnostic];
    const found = await client.request<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    });
    const results = found.map(({ edit }) =>
      TextDocument.applyEdits(client.document(uri), [...((edit?.changes?.[uri] ?? []) as TextEdit[])]),
    );
    expect(results).toContain(typed);
  });
});

describe("features of zonecfg", () => {
  it("hover explains a property, and marks its name", async () => {
    await open(goodZone);
    const hover = await client.request<Hover | null>("textDocument/hover", caret("set limit|priv"));
    expect(markdownOf(hover)).toMatch(/privilege/);
    expect(hover?.range && client.slice(uri, hover.range)).toBe("limitpriv");
  });

  it("hover says nothing on an empty line", async () => {
    await open(goodZone);
    expect(await client.request("textDocument/hover", caret("_user\n|\nadd"))).toBeNull();
  });

  it.each([
    ["the commands of a zone", "\n|\nadd fs", "verify"],
    ["the properties of the open resource", "set type=lofs\n\t|add", "set"],
    ["properties behind `set`", "\tset |dir=/srv", "special"],
    ["the values of a property", "ip-type=|exclusive", "shared"],
    ["privileges in a list", "default,|dtrace_user", "dtrace_proc"],
    ["types of resources", "add |fs", "rctl"],
  ])("completion offers %s", async (_, place, wanted) => {
    await open(goodZone);
    const params = { ...caret(place), context: { triggerKind: 1 } };
    const found = await client.request<CompletionList | CompletionItem[] | null>(
      "textDocument/completion",
      params,
    );
    const items = Array.isArray(found) ? found : (found?.items ?? []);
    expect(items.map(({ label }) => label)).toContain(wanted);
  });

  it("symbols are the resources, with their properties in them", async () => {
    await open(goodZone);
    const request = { textDocument: { uri } };
    const symbols = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", request);
    const all = symbols.flatMap((symbol) => [symbol, ...(symbol.children ?? [])]);
    const names = all.map(({ name, detail }) => `${name} ${detail}`).join("\n");
    expect(names).toMatch(/net/);
    expect(names).toMatch(/\/srv/);
  });

  it("resources fold from `add` to `end`", async () => {
    await open(goodZone);
    const request = { textDocument: { uri } };
    const folds = await client.request<FoldingRange[]>("textDocument/foldingRange", request);
    const lines = goodZone.split("\n");
    expect(folds.map(({ startLine }) => lines[startLine])).toEqual(
      expect.arrayContaining(["add net", "add fs"]),
    );
  });

  it("definition leads from a filter to the resource", async () => {
    await open(`${goodZone}\nselect fs dir=/srv\n\tadd options nosetuid\nend\n`);
    const found = places(await client.request("textDocument/definition", caret("select fs dir=/s|rv")));
    expect(found).toEqual([
      `web.zonecfg:${goodZone.slice(0, goodZone.indexOf("add fs")).split("\n").length - 1}`,
    ]);
  });
});
