import { documentLinks } from "@zonewarden/server/features/jail-conf/documentLinks";
import { expect, it } from "vitest";
import { crlf, marked } from "./harness.ts";

it("links the names of single files that are there", () => {
  for (const change of [(text: string) => text, crlf]) {
    const { context, marked: marks } = marked({
      "/etc/jail.conf": change(
        '# é 😀\n.include "<|a.conf|>";\n.include "*.conf";\n.include "no.conf";\nweb {\n  .include <|/etc/d/b.inc|>, \'<|a.conf|>\';\n}\n',
      ),
      "/etc/a.conf": "a { }\n",
      "/etc/d/b.inc": "persist;\n",
    });
    const links = documentLinks(context);
    expect(links.map((link) => link.range)).toEqual(marks.map((mark) => mark.range));
    expect(links.map((link) => link.target)).toEqual(["/etc/a.conf", "/etc/d/b.inc", "/etc/a.conf"]);
  }
});
