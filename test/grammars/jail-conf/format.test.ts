import { existsSync, readdirSync, readFileSync } from "node:fs";
import { applyEdits, blanks, type Indentation } from "@zonewarden/grammars/common/spacing";
import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { formatJailConf } from "@zonewarden/grammars/jail-conf/printer";
import { report } from "@zonewarden/server/configuration/jail-conf/report";
import type { SourceDocument } from "@zonewarden/server/configuration/jail-conf/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";
import { MemorySources } from "../../server/configuration/memory.ts";
import { anyText } from "./arbitrary.ts";

const SHARED = new URL("../../../../shared/", import.meta.url);
const VECTORS = new URL("vectors/jail-conf.jsonl", SHARED);
const CORPUS = new URL("corpus/jail/", SHARED);
const EXAMPLES = new URL("../../../examples/", import.meta.url);

const format = (text: string, indentation?: Indentation) =>
  applyEdits(text, formatJailConf(JailDocument.parse(text), indentation));

/** What jail(8) makes of a file, without the lines on which it says so. */
function configuration(files: Readonly<Record<string, string>>, main: string) {
  const sources = new MemorySources(files);
  const { accepted, errors, jails } = report(sources.open(main) as SourceDocument, sources, 15);
  return { accepted, errors: accepted ? errors.map(({ kind }) => kind) : errors.length > 0, jails };
}

/** Formats a text, and checks that nothing but white space has changed, for good. */
function checked(text: string, files: Readonly<Record<string, string>> = {}, main = "jail.conf"): string {
  const formatted = format(text);
  expect(formatted.replace(/\s+/g, "")).toBe(text.replace(/\s+/g, ""));
  expect(format(formatted)).toBe(formatted);
  expect(configuration({ ...files, [main]: formatted }, main)).toEqual(
    configuration({ ...files, [main]: text }, main),
  );
  return formatted;
}

describe("formatting a jail.conf", () => {
  it("puts a statement on a line, indents blocks, and spaces punctuation", () => {
    const text =
      "path=/jails/$name ;mount.devfs;\nweb\n{\nip4.addr+=192.0.2.1,192.0.2.2 ; a {persist;}\n\n\n\n}";
    expect(checked(text)).toBe(
      "path = /jails/$name;\nmount.devfs;\nweb {\n\tip4.addr += 192.0.2.1, 192.0.2.2;\n\ta { persist; }\n\n}\n",
    );
  });

  it("keeps comments where they are", () => {
    const text =
      "   # top  \nweb { # behind\n# above\npersist;   # beside\n/* a\n  b */ path /* c */ = /x; }\n// end";
    expect(checked(text)).toBe(
      "# top\nweb { # behind\n\t# above\n\tpersist;   # beside\n\t/* a\n\t  b */ path /* c */ = /x;\n}\n// end\n",
    );
  });

  it("moves the lines of a comment together", () => {
    const text = "web {\n      /* a\n\n         b\n    c\n       */\n  persist; /* d\n  e */\n}\n";
    expect(checked(text)).toBe("web {\n  /* a\n\n     b\n    c\n   */\n  persist; /* d\n  e */\n}\n");
    expect(checked("\t/*\r\n\t * a\r\n\t */\r\nvnet;\r\n")).toBe("/*\r\n * a\r\n */\r\nvnet;\r\n");
  });

  it("keeps a block on one line if it fits", () => {
    expect(checked("web{persist;}\ndb {\npersist; }\n")).toBe("web { persist; }\ndb {\n\tpersist;\n}\n");
    const long = `web { exec.start = "${"x".repeat(80)}"; persist; }\n`;
    expect(checked(long)).toBe(`web {\n\texec.start = "${"x".repeat(80)}";\n\tpersist;\n}\n`);
  });

  it("keeps line breaks in lists, aligned where they were", () => {
    expect(checked("ip4.addr = a,\n           b;\n")).toBe("ip4.addr = a,\n           b;\n");
    expect(checked("web {\n  ip4.addr=a,\n           b;\n  x = c,\n d;\n}\n")).toBe(
      "web {\n  ip4.addr = a,\n             b;\n  x = c,\n    d;\n}\n",
    );
  });

  it("indents as most lines do, or as it is told", () => {
    const text = "web {\n  persist;\n  a {\n    persist;\n\tvnet;\n  }\n}\n";
    expect(checked(text)).toBe("web {\n  persist;\n  a {\n    persist;\n    vnet;\n  }\n}\n");
    expect(format(text, blanks(3))).toBe(
      "web {\n   persist;\n   a {\n      persist;\n      vnet;\n   }\n}\n",
    );
  });

  it("leaves values, quotes and glued pieces alone", () => {
    const text = 'exec.start = \'a  b\'"c\\\n  d"$x\\ y, "\n  e";\n';
    expect(checked(text)).toBe(text);
  });

  it("leaves a block with an error alone, and formats the others", () => {
    expect(checked("db {\npersist;\n}\nweb {\npath = /x\n}\nwww {\npersist;\n}\n")).toBe(
      "db {\n\tpersist;\n}\nweb {\npath = /x\n}\nwww {\n\tpersist;\n}\n",
    );
  });

  it("ends lines as the file does", () => {
    expect(checked("web {\r\npersist;vnet; # a \r\n}\r\n")).toBe(
      "web {\r\n\tpersist;\r\n\tvnet; # a\r\n}\r\n",
    );
    expect(checked("# one\r\nweb {\npersist;vnet;\n}\n")).toBe("# one\nweb {\n\tpersist;\n\tvnet;\n}\n");
  });

  it("changes white space only, in any text", () => {
    fc.assert(
      fc.property(anyText, (text) => void checked(text)),
      { numRuns: runs(2000) },
    );
  });

  it("changes white space only, however tokens are laid out", () => {
    const gap = fc.constantFrom("", " ", "\n", "\n\n\n", "\t", " # c\n", "/* c */", " /* a\n b */ ", "\r\n");
    const item = fc.constantFrom(
      ["persist", ";"],
      ["path", "=", "/x", ";"],
      ["ip4.addr", "+=", '"a b"', ",", "$x", ",", "c", ";"],
      ["web", "{", "vnet", ";", "}"],
      ["web", "{", "}"],
      ["web", "{"],
      ["}"],
    );
    const text = fc
      .array(fc.tuple(item, fc.array(gap, { minLength: 9, maxLength: 9 })), { maxLength: 12 })
      .map((items) =>
        items.map(([words, gaps]) => words.map((word, i) => word + (gaps[i] ?? "")).join("")).join(""),
      );
    fc.assert(
      fc.property(text, (it) => void checked(it)),
      { numRuns: runs(3000) },
    );
  });

  it("takes deep nesting and many lines", () => {
    checked(`${"a{".repeat(120)}persist;${"}".repeat(120)}`);
    const many = "web {\npath=/x;ip4.addr=a,b;\npersist;\n\n\n\n}\n".repeat(6000);
    const document = JailDocument.parse(many);
    const start = performance.now();
    const edits = formatJailConf(document);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(edits.length).toBeGreaterThan(6000 * 5);
  });

  it.skipIf(!existsSync(VECTORS))("leaves the observed configurations as they are", () => {
    for (const line of readFileSync(VECTORS, "utf8").trim().split("\n")) {
      const { files, main } = JSON.parse(line) as { files: Record<string, string>; main: string };
      checked(files[main] as string, files, main);
    }
  });

  it.skipIf(!existsSync(CORPUS))("leaves what files found in the wild say as it is", () => {
    for (const name of readdirSync(CORPUS)) checked(readFileSync(new URL(name, CORPUS), "utf8"));
  });

  it("changes no example, but shows where a semicolon is forgotten", () => {
    const changed = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".conf"))
      .filter((name) => {
        const text = readFileSync(new URL(name, EXAMPLES), "utf8");
        return checked(text) !== text;
      });
    expect(changed).toEqual(["jail/07-broken/jail.conf"]);
  });
});
