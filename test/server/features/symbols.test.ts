import { documentSymbols, workspaceSymbols } from "@zonewarden/server/features/jail-conf/symbols";
import type { SymbolNode } from "@zonewarden/server/features/types";
import { describe, expect, it } from "vitest";
import { SymbolKind } from "vscode-languageserver-types";
import { crlf, marked } from "./harness.ts";

const KINDS = new Map(Object.entries(SymbolKind).map(([name, kind]) => [kind, name]));

/** An outline as indented lines. */
function outline(text: string): string[] {
  const { context } = marked(text);
  const lines: string[] = [];
  const show = (nodes: readonly SymbolNode[], indent: string) => {
    for (const { name, detail, kind, children } of nodes) {
      lines.push(`${indent}${KINDS.get(kind)} ${name}${detail ? ` | ${detail}` : ""}`);
      show(children, `${indent}  `);
    }
  };
  show(documentSymbols(context).symbols, "");
  return lines;
}

describe("document symbols", () => {
  it("lists jails, parameters, variables and includes", () => {
    expect(
      outline(
        '$root = "/jails";\npath = "$root/$name";\n.include "x.conf";\nweb {\n  persist;\n  ip4.addr += a, b;\n  inner { vnet; }\n}\n"*.x" { }\nexec.clean;\n',
      ),
    ).toEqual([
      "Namespace globals | 3 statements",
      '  Variable $root | "/jails"',
      '  Property path | "$root/$name"',
      '  File "x.conf" | .include',
      "Class web",
      "  Property persist",
      "  Property ip4.addr | += a, b",
      "  Class inner",
      "    Property vnet",
      "Namespace *.x | wildcard",
      "Namespace globals | 1 statement",
      "  Property exec.clean",
    ]);
  });

  it("goes on in broken text", () => {
    expect(outline("web {\n  path = /x\n  persist;\n\ndb {\n  {\n")).toEqual([
      "Class web",
      "  Property path | /x",
      "  Property persist",
      "Class db",
      "  Class (no name)",
    ]);
  });

  it("has ranges that lie within each other", () => {
    for (const text of [
      "<|<|web|> {\n  <|<|path|> = /x;|>\n}|>\n",
      crlf("# é 😀\nweb {\n  path = /x;\n}\n"),
      "web {\n  path = ",
    ]) {
      const { context } = marked(text.replaceAll(/<\||\|>/g, ""));
      const check = (nodes: readonly SymbolNode[], start: number, end: number) => {
        for (const { range, selection, children } of nodes) {
          expect([range.start >= start, range.end <= end]).toEqual([true, true]);
          expect([selection.start >= range.start, selection.end <= range.end]).toEqual([true, true]);
          check(children, range.start, range.end);
        }
      };
      check(documentSymbols(context).symbols, 0, context.document.text.length);
    }
    const { context } = marked("web {\n  path = /x;\n}\n");
    expect(documentSymbols(context).symbols[0]).toMatchObject({
      range: { start: 0, end: 20 },
      selection: { start: 0, end: 3 },
    });
  });

  it("leaves out the parameters of jails where there are too many", () => {
    const { context } = marked("exec.clean;\na { persist; b { vnet; } }\n");
    const { symbols, capped } = documentSymbols(context, 2);
    expect(capped).toBe(true);
    expect(symbols.map((s) => [s.name, s.children.map((child) => child.name)])).toEqual([
      ["globals", ["exec.clean"]],
      ["a", ["b"]],
    ]);
    expect(documentSymbols(context, 3).capped).toBe(false);
  });

  it("finds jails in the workspace", () => {
    const { context } = marked({
      "/etc/jail.conf": '.include "b.conf";\nweb { inner { } }\n',
      "/etc/b.conf": "web2 { }\ndb { }\n",
    });
    const names = (query: string) =>
      workspaceSymbols([context.configuration, context.configuration], query).map(
        (s) => `${s.path} ${s.name}`,
      );
    expect(names("WB")).toEqual(["/etc/b.conf web2", "/etc/jail.conf web", "/etc/jail.conf web.inner"]);
    expect(names("zzz")).toEqual([]);
  });
});
