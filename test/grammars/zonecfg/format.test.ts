import { existsSync, readdirSync, readFileSync } from "node:fs";
import { applyEdits, blanks, type Indentation } from "@zonewarden/grammars/common/spacing";
import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { formatZonecfg } from "@zonewarden/grammars/zonecfg/printer";
import { withoutShell } from "@zonewarden/grammars/zonecfg/script";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";
import { resolved } from "../../server/configuration/zonecfg/harness.ts";
import { anyText } from "./arbitrary.ts";

const SHARED = new URL("../../../../shared/", import.meta.url);
const VECTORS = new URL("vectors/zonecfg.jsonl", SHARED);
const CORPUS = new URL("corpus/zonecfg/", SHARED);
const EXAMPLES = new URL("../../../examples/", import.meta.url);

const format = (text: string, platform?: Platform, indentation?: Indentation) =>
  applyEdits(text, formatZonecfg(ZoneDocument.parse(text, dialects[platform ?? "any"]), indentation));

/** What zonecfg(8) makes of a file, without the places that it names. */
function configuration(text: string, platform: Platform): unknown {
  const places = new Set(["line", "reportedLine", "offset", "message"]);
  return JSON.parse(
    JSON.stringify(resolved(withoutShell(text), platform), (key, value: unknown) =>
      places.has(key) ? undefined : value,
    ),
  );
}

/** Formats a text, and checks that nothing but white space has changed, for good. */
function checked(text: string, platform?: Platform): string {
  const formatted = format(text, platform);
  expect(formatted.replace(/\s+/g, "")).toBe(text.replace(/\s+/g, ""));
  expect(format(formatted, platform)).toBe(formatted);
  for (const system of platform ? [platform] : (["illumos", "solaris11"] as const))
    expect(configuration(formatted, system)).toEqual(configuration(text, system));
  return formatted;
}

describe("formatting a command file", () => {
  it("indents resources, and spaces words and punctuation", () => {
    const text =
      "  create   -b\n\n\n\nset zonepath = /zones/a  \nadd net\nset physical=a0\nadd value ( priv=privileged, limit = 1,action=deny )\nadd options [ ro , nodevices ]\nend\n\n\n";
    expect(checked(text)).toBe(
      "create -b\n\nset zonepath=/zones/a\nadd net\n    set physical=a0\n    add value (priv=privileged,limit=1,action=deny)\n    add options [ro,nodevices]\nend\n",
    );
  });

  it("keeps lines with several commands, and comments where they are", () => {
    expect(checked(" # a \ncreate ;set pool=x; # b\nadd attr;set name=a ; end\nadd net\n# c\nend\n")).toBe(
      "# a\ncreate; set pool=x; # b\nadd attr; set name=a; end\nadd net\n    # c\nend\n",
    );
  });

  it("indents as most lines do, or as it is told", () => {
    expect(checked("add net\n\tset physical=a\n    set address=b\n\tset defrouter=c\nend\n")).toBe(
      "add net\n\tset physical=a\n\tset address=b\n\tset defrouter=c\nend\n",
    );
    expect(format("select net physical=b\nset physical=a\nend\n", undefined, blanks(2))).toBe(
      "select net physical=b\n  set physical=a\nend\n",
    );
  });

  it("does not give the last command a newline, by which it would be executed", () => {
    expect(checked("create\n  exit  ")).toBe("create\nexit");
    expect(checked("create\n# done")).toBe("create\n# done\n");
  });

  it("leaves carriage returns alone, which belong to words", () => {
    const text = "create\r\nadd net\r\n\r\nset physical=a\r\nend\r\n# x\r\n";
    expect(checked(text).replaceAll(/[ \t]/g, "")).toBe(text.replaceAll(/[ \t]/g, ""));
  });

  it("leaves a resource with an error alone, and formats the others", () => {
    expect(checked("add net\nset physical\n  set address=a\nend\nadd fs\nset dir=/a\nend\n")).toBe(
      "add net\nset physical\n  set address=a\nend\nadd fs\n    set dir=/a\nend\n",
    );
  });

  it("leaves a pasted session alone", () => {
    const text = "# zonecfg -z web\nzonecfg:web> create\nzonecfg:web>   add net\nset physical=a\n";
    expect(checked(text)).toBe(text);
  });

  it("indents here-documents of a shell script only", () => {
    const text =
      '#!/bin/sh\nif true ;  then\n   zonecfg -z "$1"  <<-EOF\n\t\tcreate -b  \n\t\tadd net\n\tset physical=$NET\n\t\t\tset address=$IP\n\t\tend\n\tEOF\n   fi\n';
    expect(checked(text)).toBe(text.replace("\tset physical", "\t\t\tset physical").replace("-b  ", "-b"));
  });

  it("changes white space only, in any text", () => {
    fc.assert(
      fc.property(anyText, (text) => void checked(text)),
      { numRuns: runs(3000) },
    );
  });

  it("changes white space only in any script", () => {
    const script = anyText.map(
      (text) => `#!/bin/sh\nzonecfg -z a <<EOF\n  create\n${text}\nEOF\nls  -l \\\n  x\n`,
    );
    fc.assert(
      fc.property(script, (text) => void checked(text)),
      { numRuns: runs(2000) },
    );
  });

  it("changes white space only, however commands are laid out", () => {
    const gap = fc.constantFrom(" ", "  ", "\t", " \t ");
    const end = fc.constantFrom("\n", " \n", ";", " ; ", "\n\n\n\n", "\n  # c \n", "; # d\n", "\n \t");
    const command = fc.constantFrom(
      ["create", "-b"],
      ["set", "zonepath", "=", "/zones/a"],
      ["add", "net"],
      ["set", "physical=a"],
      ["set", "value", "=", '"a  b"'],
      ["add", "options", "[", "ro", ",", "nodevices", "]"],
      ["add", "value", "(", "priv", "=", "privileged", ",", "limit=1", ",", "action=deny", ")"],
      ["select", "attr", "name=x"],
      ["remove", "net", "physical=a"],
      ["end"],
      ["cancel"],
      ["info"],
    );
    const text = fc
      .array(fc.tuple(command, gap, end), { maxLength: 14 })
      .map((parts) => parts.map(([words, space, after]) => words.join(space) + after).join(""));
    fc.assert(
      fc.property(text, (it) => void checked(it)),
      { numRuns: runs(3000) },
    );
  });

  it("takes many lines", () => {
    const many = "add net\nset  physical = a\n\n\n\nset address=b\nend\n".repeat(6000);
    const document = ZoneDocument.parse(many, dialects.any);
    const start = performance.now();
    const edits = formatZonecfg(document);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(edits.length).toBeGreaterThan(6000 * 4);
  });

  it.skipIf(!existsSync(VECTORS))("leaves the observed commands as they are", () => {
    for (const line of readFileSync(VECTORS, "utf8").trim().split("\n")) {
      const { files, main } = JSON.parse(line) as { files: Record<string, string>; main: string };
      checked(files[main] as string);
      checked(files[main] as string, "illumos");
    }
  });

  it.skipIf(!existsSync(CORPUS))("leaves what files found in the wild say as it is", () => {
    for (const name of readdirSync(CORPUS)) checked(readFileSync(new URL(name, CORPUS), "utf8"));
  });

  it("changes no example but one that a tool has printed, and one with a forgotten end", () => {
    const changed = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".zonecfg"))
      .filter((name) => {
        const text = readFileSync(new URL(name, EXAMPLES), "utf8");
        return checked(text) !== text;
      });
    expect(changed.sort()).toEqual([
      "zones/08-smartos/0b6a3f2e-7c41-4d5e-9a10-52d0c4e8f7b1.zonecfg",
      "zones/10-broken/blocks.zonecfg",
    ]);
  });
});
