// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of jail.conf
import { definition } from "@zonewarden/server/features/jail-conf/definition";
import { describe, expect, it } from "vitest";
import { crlf, type Files, marked } from "./harness.ts";

/** The definitions must be the marked places, in any order. */
function check(files: Files) {
  const { context, offset, marked: marks, show } = marked(files);
  expect(definition(context, offset).map(show).sort()).toEqual(marks.map(show).sort());
}

describe("definition of variables", () => {
  it("is the statement among the globals", () => check('<|$root|> = /j;\nweb { path = "$ro<|>ot/x"; }\n'));
  it("is the jail's own one where it has one", () =>
    check('$root = /j;\nother { $root = /o; }\nweb { <|$root|> = /w; path = "$ro<|>ot"; }\n'));
  it("is in a wildcard block", () => check('* { <|$root|> = /j; }\nweb { path = "$ro<|>ot"; }\n'));
  it("is all that were added", () =>
    check("<|$list|> = a;\nweb { <|$list|> += b; exec.start = $li<|>st; }\n"));
  it("is one in each jail for a global statement", () =>
    check('path = "/j/$i<|>d";\na { <|$id|> = 1; }\nb { <|$id|> = 2; }\n'));
  it("is itself on the definition", () => check("<|$ro<|>ot|> = /j;\nweb { }\n"));
  it("is there without any jail", () => check('<|$root|> = /j;\npath = "$ro<|>ot/x";\n'));
  it("is in another file", () =>
    check({
      "/etc/jail.conf": '.include "vars.conf";\nweb { path = "$ro<|>ot"; }\n',
      "/etc/vars.conf": "<|$root|> = /j;\n",
    }));
  it("is found from an included file", () =>
    check({
      "/etc/jail.conf": '<|$root|> = /j;\n.include "web.conf";\n',
      "/etc/web.conf": 'web { path = "$ro<|>ot"; }\n',
    }));
  it("is found from a file that is included in a block", () =>
    check({
      "/etc/jail.conf": 'web { <|$x|> = 1; .include "web.inc"; }\ndb { $x = 2; }\n',
      "/etc/web.inc": 'path = "/$<|>x";\n',
    }));
  it("is nowhere if there is none", () => check('web { path = "$no<|>pe"; }\n'));
});

describe("definition of parameters that are referred to", () => {
  it("is the statement", () =>
    check('<|host.hostname|> = "a";\nweb { exec.start = "${host.host<|>name}"; }\n'));
  it("is the header for the name", () => check('<|web|> { path = "/j/$na<|>me"; }\n'));
});

describe("definition of jails", () => {
  it("is the header", () => check("<|db|> { }\nweb { depend = d<|>b; }\n"));
  it("is a nested header", () => check('a { <|b|> { } }\nb { }\nweb { depend = "a.<|>b"; }\n'));
  it("is every header of the name", () => check("<|db|> { }\n<|db|> { }\nweb { depend = x, d<|>b; }\n"));
  it("is in another file", () =>
    check({
      "/etc/jail.conf": '.include "*.conf";\nweb { depend = "d<|>b"; }\n',
      "/etc/a.conf": "<|db|> { }\n",
    }));
  it("is itself on a header", () => check("<|w<|>eb|> { }\n"));
});

describe("definition of files", () => {
  it("is the file", () =>
    check({ "/etc/jail.conf": '.include "a<|>.conf";\n', "/etc/a.conf": "<||>a { }\n" }));
  it("is every file of a pattern", () =>
    check({
      "/etc/jail.conf": '.include "d/<|>*.conf";\n',
      "/etc/d/a.conf": "<||>a { }\n",
      "/etc/d/b.conf": "<||>b { }\n",
    }));
});

it("works in CRLF, non-ASCII and broken text", () => {
  check(crlf('# é 😀\n<|$root|> = "é";\nweb {\n  path = "$ro<|>ot"\n  persist;\n'));
  check("web {\n  # <|>\n}\n");
  check("<|>");
});
