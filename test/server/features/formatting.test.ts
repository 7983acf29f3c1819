import { existsSync, readdirSync, readFileSync } from "node:fs";
import { applyEdits } from "@zonewarden/grammars/common/spacing";
import { jailConf } from "@zonewarden/server/languages/jail-conf";
import { zonecfg } from "@zonewarden/server/languages/zonecfg";
import { uriOf } from "@zonewarden/server/uris";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";
import type { Language } from "@zonewarden/server/workspace/language";
import { defaultSettings } from "@zonewarden/server/workspace/settings";
import { Workspace } from "@zonewarden/server/workspace/workspace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";

const PATHS = { "jail-conf": "/w/jail.conf", zonecfg: "/w/web.zonecfg" };

const format = (language: Language, text: string) =>
  applyEdits(text, language.format(language.parse(text, defaultSettings)));

/** All that is found in a text and not switched off: what the finding says, and of which words. */
function found(language: Language, text: string): string[] {
  const nothing = { read: () => undefined, list: () => [], stamp: () => undefined };
  const workspace = new Workspace(
    nothing,
    uriOf,
    () => defaultSettings,
    (...file) => new HostDocument(...file),
  );
  const path = PATHS[language.id];
  workspace.open(path, uriOf(path), 1, text, language);
  const [source] = [...workspace.judged];
  if (!source) throw new Error("nothing is judged");
  return workspace
    .diagnostics(source)
    .map(({ code, severity, message, range }) =>
      [severity, code, message, text.slice(range.start, range.end).replace(/\s+/g, "")].join(" | "),
    )
    .sort();
}

/** Formats a text, and checks that the same is found in it, and the same switched off. */
function checked(language: Language, text: string): string {
  const formatted = format(language, text);
  expect(found(language, formatted), text).toEqual(found(language, text));
  expect(format(language, formatted)).toBe(formatted);
  return formatted;
}

describe("a comment that switches findings of the next line off", () => {
  const IGNORE = "# zonewarden-ignore-next-line jail/unknown-parameter: of our own modules";
  const cases: readonly (readonly [title: string, before: string, after: string])[] = [
    [
      "keeps that line whole",
      `web {\npath=/x;persist;\n${IGNORE}\nacme.a=1;acme.b=2;\nacme.c=3;allow.mount;\n}\n`,
      `web {\n\tpath = /x;\n\tpersist;\n\t${IGNORE}\n\tacme.a = 1; acme.b = 2;\n\tacme.c = 3;\n\tallow.mount;\n}\n`,
    ],
    [
      "keeps what stands on the line behind it from joining it",
      `web {\npath=/x;persist;\n${IGNORE}\nacme.a\n=1\n;acme.b=2;\n}\n`,
      `web {\n\tpath = /x;\n\tpersist;\n\t${IGNORE}\n\tacme.a\n\t\t= 1;\n\tacme.b = 2;\n}\n`,
    ],
    [
      "keeps a jail on its line that would be too long for one",
      `${IGNORE}\nweb{path=/${"x".repeat(90)};persist;acme.a=1;}\n`,
      `${IGNORE}\nweb { path = /${"x".repeat(90)}; persist; acme.a = 1; }\n`,
    ],
    [
      "keeps where a jail opens on its line",
      `${IGNORE}\nweb{path=/x;acme.a=1;\nacme.b=1; persist;}\n`,
      `${IGNORE}\nweb { path = /x; acme.a = 1;\n\tacme.b = 1;\n\tpersist;\n}\n`,
    ],
    [
      "behind a statement, too",
      `web {\npath=/x;persist; ${IGNORE}\nacme.a=1;acme.b=2;\n}\n`,
      `web {\n\tpath = /x;\n\tpersist; ${IGNORE}\n\tacme.a = 1; acme.b = 2;\n}\n`,
    ],
    [
      "and others of its kind between them",
      `web {\npath=/x;persist;\n${IGNORE}\n// zonewarden-ignore-next-line style/*: so\nacme.a=1;acme.b=2;\n}\n`,
      `web {\n\tpath = /x;\n\tpersist;\n\t${IGNORE}\n\t// zonewarden-ignore-next-line style/*: so\n\tacme.a = 1; acme.b = 2;\n}\n`,
    ],
    [
      "does nothing to others, nor does another comment",
      `web {\npath=/x;persist;\n# zonewarden-ignore-file jail/unknown-parameter: so\nacme.a=1;acme.b=2;\n}\n`,
      `web {\n\tpath = /x;\n\tpersist;\n\t# zonewarden-ignore-file jail/unknown-parameter: so\n\tacme.a = 1;\n\tacme.b = 2;\n}\n`,
    ],
  ];
  it.each(cases)("%s", (_, before, after) => {
    expect(checked(jailConf, before)).toBe(after);
  });

  it("covers in a command file what it covered", () => {
    const ignore = "# zonewarden-ignore-next-line zone/bad-word: so";
    expect(
      checked(zonecfg, `create -b\nadd net\n${ignore}\nset  physical = net0 ; end;set autoboot=no\n`),
    ).toBe(`create -b\nadd net\n    ${ignore}\n    set physical=net0; end; set autoboot=no\n`);
  });
});

describe("what is found is the same in a formatted text", () => {
  const gap = fc.constantFrom("", " ", "\n", "\n\n\n", "\t", " # c\n", "/* c */", " /* a\n b */ ");
  const ignore = (codes: string) => [`\n# zonewarden-ignore-next-line ${codes}: so\n`];

  it("jail.conf, however it is laid out", () => {
    const item = fc.constantFrom(
      ["persist", ";"],
      ["path", "=", "/x", ";"],
      ["acme.label", "=", "a", ",", "b", ";"],
      ["ip4.addr", "+=", "192.0.2.1", ",", "192.0.2.300", ",", "$x", ";"],
      ["allow.mount", "=", "7", ";"],
      ["exec.stop", "=", '"/bin/sh /etc/rc.shutdown"', ";"],
      ["web", "{", "vnet", ";", "nonsense", ";", "}"],
      ["web", "{"],
      ["}"],
      ["db", "{", "a", "{", "vnet", ";", "}", "depend", "=", "web", ",", "nobody", ";", "}"],
      ['"*"', "{", "exec.clean", ";", "exec.clean", ";", "}"],
      ["$x", "=", "1", ";"],
      ['.include "other.conf"', ";"],
      ["exec.start", "=", '"a\nb"', ",", "'c'", ";"],
      [`acme.text = ${"x".repeat(90)}`, ";"],
      ignore("jail/unknown-parameter"),
      ignore("jail/*, style/*"),
    );
    const text = fc
      .array(fc.tuple(item, fc.array(gap, { minLength: 14, maxLength: 14 })), { maxLength: 12 })
      .map((items) =>
        items.map(([words, gaps]) => words.map((w, i) => w + (gaps[i] ?? "")).join("")).join(""),
      );
    fc.assert(
      fc.property(text, (it) => void checked(jailConf, it)),
      { numRuns: runs(600) },
    );
  });

  it("command files, however they are laid out", () => {
    const item = fc.constantFrom(
      ["create -b"],
      ["set", "autoboot", "=", "no"],
      ["set", "zonepath", "=", "/zones/a"],
      ["add", "net"],
      ["set", "physical", "=", "net0"],
      ["set", "adress", "=", "192.0.2.1"],
      ["add", "fs"],
      ["add", "options", "[", "ro", ",", "a,b", "]"],
      ["end"],
      ["set", "bootargs", "=", "a", "b"],
      ignore("zone/bad-word"),
      ignore("zone/*, syntax/*"),
    );
    const blank = fc.constantFrom(" ", "  ", "\t");
    const between = fc.constantFrom("\n", "\n\n\n", ";", " ; ", "\n\t", "\n# c\n");
    const text = fc
      .array(fc.tuple(item, fc.array(blank, { minLength: 9, maxLength: 9 }), between), { maxLength: 12 })
      .map((items) =>
        items
          .map(([words, blanks, end]) => words.map((w, i) => w + (blanks[i] ?? "")).join("") + end)
          .join(""),
      );
    fc.assert(
      fc.property(text, (it) => void checked(zonecfg, it)),
      { numRuns: runs(600) },
    );
  });

  it("where a jail is indented like the statements around it", () => {
    const text = 'exec.stop = "/bin/sh /etc/rc.shutdown";\nweb { path = /x; persist; }\n';
    const hint =
      "The current form of this command passes `jail`: `/bin/sh /etc/rc.shutdown jail`. (jail web)";
    checked(jailConf, text.replace(/^/gm, "    "));
    expect(found(jailConf, text.replace(/^/gm, "    ")).join("\n")).toContain(hint);
  });

  it("where statements share a line with the end of a jail, and where there are many of them", () => {
    const jail = "web { path = /x; vnet; persist;\n}";
    const many = Array.from({ length: 900 }, (_, i) => `$x${i}   =   $x${i + 1};\n`).join("");
    for (const [text, code] of [
      [`${jail} persist;\npersist;\n`, "jail/global-after-jail"],
      [`${jail} persist;\npersist;\n`, "jail/overwritten"],
      [`allow.mount;\n${many}allow.mount;\n$x900=1;\n`, "jail/overwritten"],
    ] as const) {
      checked(jailConf, text);
      expect(found(jailConf, text).filter((one) => one.includes(` ${code} `))).toHaveLength(1);
    }
  });

  const EXAMPLES = new URL("../../../examples/", import.meta.url);
  const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
  const files = (folder: URL) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: "utf8" })
          .filter((name) => /\.(?:conf|zonecfg|sh|txt)$/.test(name))
          .map((name) => [name, new URL(name, folder)] as const)
      : [];
  it("in all examples, and in what is found in the wild", () => {
    for (const [name, url] of [...files(EXAMPLES), ...files(CORPUS)])
      checked(/(?:^|\/)jail.*\.conf$/.test(name) ? jailConf : zonecfg, readFileSync(url, "utf8"));
  });
});
