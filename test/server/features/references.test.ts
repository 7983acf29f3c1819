// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of jail.conf
import { documentHighlights, references } from "@zonewarden/server/features/jail-conf/references";
import { describe, expect, it } from "vitest";
import { DocumentHighlightKind } from "vscode-languageserver-types";
import { crlf, type Files, marked } from "./harness.ts";

/** The references must be the marked places, in any order. */
function check(files: Files, includeDeclaration = true) {
  const { context, offset, marked: marks, show } = marked(files);
  expect(references(context, offset, includeDeclaration).map(show).sort()).toEqual(marks.map(show).sort());
}

describe("references", () => {
  it("of a variable are all its uses", () => {
    check(
      "<|$r<|>oot|> = /j;\npath = \"<|$root|>/<|${root}|>\";\nweb { exec.start = '$root', <|$root|>; }\n",
    );
    check('$r<|>oot = /j;\npath = "<|$root|>";\n', false);
  });

  it("of a variable are in all files", () =>
    check({
      "/etc/jail.conf": '.include "a.conf";\nweb { path = <|$ro<|>ot|>; }\n',
      "/etc/a.conf": "<|$root|> = /j; # $root\n",
    }));

  it("of a jail are headers and dependencies", () => {
    const text =
      '<|d<|>b|> { }\na { depend = <|db|>; }\nb { depend = x, <|"db"|>; c { depend = <|db|>; } }\n';
    check(text);
    check("d<|>b { }\na { depend = <|db|>; }\n", false);
    check("<|db|> { }\na { depend = <|d<|>b|>; }\n");
    check("a { <|<|>b|> { } }\nc { depend = <|a.b|>; }\nb { }\n");
  });

  it("of a jail are found through variables and in wildcards", () => {
    check('$base = db;\n<|d<|>b|> { }\na { depend = <|"$base"|>; }\n');
    check('<|d<|>b|> { }\n"x.*" { depend = <|db|>; }\n');
  });

  it("of a parameter are the statements in all spellings, and what refers to it", () => {
    check("<|mount.de<|>vfs|>;\na { <|mount.nodevfs|>; mount.fdescfs; }\n");
    check('<|host.host<|>name|> = x;\na { exec.start = "<|${host.hostname}|>"; }\n');
    check('<|host.hostname|> = x;\na { exec.start = "<|${host.host<|>name}|>"; }\n');
  });

  it("are right in CRLF and non-ASCII text", () =>
    check(crlf('# é 😀\n<|$r<|>|> = "é";\nweb {\n  path = "😀<|$r|>";\n}\n')));

  it("are none of nothing", () => {
    check("web { # w<|>eb\n}\n");
    check('web { path = "/w<|>eb"; }\n');
  });
});

describe("document highlights", () => {
  const at = (files: Files) => {
    const { context, offset, marked: marks, show } = marked(files);
    const found = documentHighlights(context, offset);
    const { path } = context.document;
    expect(found.map(({ range }) => show({ path, range })).sort()).toEqual(marks.map(show).sort());
    return found.map(({ kind }) => kind);
  };

  it("tell definitions from uses", () => {
    expect(at('<|$r<|>|> = /j;\npath = "<|$r|>";\n')).toEqual([
      DocumentHighlightKind.Write,
      DocumentHighlightKind.Read,
    ]);
  });

  it("stay in the jail and what holds for all", () => {
    at('<|$id|> = 0;\na { $id = 1; path = "$id"; }\nb { <|$id|> = 2; path = "<|$i<|>d|>"; }\n');
    at("<|persist|>;\na { persist; }\nb { <|pers<|>ist|>; }\n");
  });

  it("stay in the document", () =>
    at({
      "/etc/jail.conf": '.include "a.conf";\nweb { depend = <|d<|>b|>; }\n',
      "/etc/a.conf": "db { }\n",
    }) as unknown as undefined);
});
