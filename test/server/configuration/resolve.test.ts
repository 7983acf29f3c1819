import { report } from "@zonewarden/server/configuration/jail-conf/report";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import type { SourceDocument } from "@zonewarden/server/configuration/jail-conf/sources";
import type {
  Configuration,
  Origin,
  Release,
  ResolvedJail,
} from "@zonewarden/server/configuration/jail-conf/types";
import { describe, expect, it } from "vitest";
import { MemorySources } from "./memory.ts";

function configuration(files: string | Record<string, string>, release: Release = 15): Configuration {
  const sources = new MemorySources(typeof files === "string" ? { "jail.conf": files } : files);
  return resolveAll(sources.open("jail.conf") as SourceDocument, sources, release);
}

/** A jail's parameters as jail.conf would state them, without lists quoted. */
function settings(jail: ResolvedJail | undefined): Record<string, string | true> {
  const entries = jail?.parameters.map((p) => [p.name, p.values.map((v) => v.text).join() || true] as const);
  return Object.fromEntries(entries ?? []);
}

function jails(files: string | Record<string, string>, release: Release = 15) {
  return Object.fromEntries(configuration(files, release).jails.map((jail) => [jail.name, settings(jail)]));
}

function textAt(origin: Origin | undefined): string | undefined {
  if (!origin) return undefined;
  const { start } = origin.section;
  return origin.document.text.slice(start + origin.range.start, start + origin.range.end);
}

const AVIARY = `
# defaults for every jail
$base = "/aviary";
path = "$base/$name";
host.hostname = "\${name}.birds.example.org";
mount.devfs;
exec.start = "/bin/sh /etc/rc";

finch {
    ip4.addr = "lo1|192.0.2.2/25";
    ip4.addr += "lo1|192.0.2.3/25";
    sysvshm = new;
}
heron {
    depend = finch;
    $base = "/aviary/water";
    mount.nodevfs;
    host.hostname = 'heron$x';
    ip4.addr = 192.0.2.10, 192.0.2.11;
}
"*" { exec.timeout = 45; }
`;

describe("a whole configuration", () => {
  it("gives each jail what globals, wildcards and its own block say", () => {
    expect(jails(AVIARY)).toEqual({
      finch: {
        name: "finch",
        path: "/aviary/finch",
        "host.hostname": "finch.birds.example.org",
        "mount.devfs": true,
        "exec.start": "/bin/sh /etc/rc",
        "ip4.addr": "lo1|192.0.2.2/25,lo1|192.0.2.3/25",
        sysvshm: "new",
        "exec.timeout": "45",
      },
      heron: {
        name: "heron",
        path: "/aviary/water/heron",
        "host.hostname": "heron$x",
        "mount.nodevfs": true,
        "exec.start": "/bin/sh /etc/rc",
        depend: "finch",
        "ip4.addr": "192.0.2.10,192.0.2.11",
        "exec.timeout": "45",
      },
    });
  });

  it("knows where each value comes from", () => {
    const { jails } = configuration(AVIARY);
    const path = jails[1]?.find("path");
    expect(path?.contributions.map((c) => textAt(c.setting.origin))).toEqual(['path = "$base/$name";']);
    expect(path?.contributions[0]?.block).toMatchObject({ name: "*", node: undefined });
    const [base, name] = path?.values[0]?.substitutions ?? [];
    expect(textAt(base?.source?.contributions.at(-1)?.setting.origin)).toBe('$base = "/aviary/water";');
    expect(base?.source?.contributions.map((c) => c.overridden)).toEqual([true, false]);
    expect(textAt(name?.source?.values[0]?.origin)).toBe("heron");
    expect(name?.source?.contributions).toEqual([]);
    expect(jails[1]?.find("mount.devfs")?.name).toBe("mount.nodevfs");
    expect(jails[1]?.variables.map((v) => v.name)).toEqual(["base"]);
    expect(jails[0]?.find("ip4.addr")?.contributions.map((c) => c.overridden)).toEqual([false, false]);
  });
});

describe("merging", () => {
  const merged: Record<string, [text: string, expected: Record<string, string | true>]> = {
    "a negation equals its option, in either place": [
      "mount.devfs; nopersist; a { mount.nodevfs; persist; }",
      { "mount.nodevfs": true, persist: true },
    ],
    "the two negations of an option do not equal each other": [
      "a { mount.nodevfs; nomount.devfs; }",
      { "mount.nodevfs": true, "nomount.devfs": true },
    ],
    "a bare word drops the values": ["exec.stop = x, y; a { exec.stop; }", { "exec.stop": true }],
    "an appended value comes after those of a wildcard": [
      '"*" { exec.start = one; } a { exec.start += two; }',
      { "exec.start": "one,two" },
    ],
    "a wildcard below the block overrides": ["a { path = /a; } * { path = /w; }", { path: "/w" }],
    "an entry keeps its first place": ["x = 1; y = 2; a { x = 3; }", { x: "3", y: "2" }],
    "an entry that is needed first moves up": [
      `a { x = $p; y = 1; $p = "\${q}1"; p2 = "\${p3}2"; p3 = "\${y}3"; $q = 0; }`,
      { x: "01", y: "1", p3: "13", p2: "132" },
    ],
    "text behind a variable that was filled in earlier stays behind it": [
      'a { x = "[$p|$q]"; $p = pp; $q = "<$r>"; $r = r; }',
      { x: "[pp|<r>]" },
    ],
    "a list can stand for a whole value": ["$l = 1, 2; a { x = 0, $l, 3; }", { x: "0,1,2,3" }],
  };
  for (const [title, [text, expected]] of Object.entries(merged))
    it(title, () => {
      const { name: _, ...seen } = jails(text).a ?? {};
      expect(Object.entries(seen)).toEqual(Object.entries(expected));
    });

  const failures: Record<string, [text: string, ...failures: string[]]> = {
    "an undefined variable": ["a { x = $nil; }", 'x: variable "nil" not found @ $nil'],
    "a flag used as a variable": [
      "a { persist; x = $persist; }",
      'x: variable "persist" not found @ $persist',
    ],
    "a loop, once": ['a { $p = "$q"; $q = "$p"; x = $p; }', "p: variable loop @ $p"],
    "a list inside of a text": ['$l = 1, 2; a { x = "-$l"; }', "x: array cannot be substituted inline @ $l"],
    "a variable named like a parameter that jail(8) knows": [
      "$path = /x; a { }",
      'variable "$path" cannot have the same name as a parameter. @ $path',
    ],
    "a variable named like a parameter that is used": [
      "$hue = 1; a { nohue; }",
      'variable "$nohue" cannot have the same name as a parameter. @ nohue',
    ],
    "a second name": ["a { name = b; }", 'cannot redefine parameter "name". @ name = b;'],
    "a second jid": ["7 { jid = 8; }", 'cannot redefine parameter "jid". @ jid = 8;'],
    "nothing in a first jid": ["a { jid = 8; }"],
    "nothing in the first name of a numbered jail": ["7 { name = b; x = $name; }"],
    "nothing in a negated name of a numbered jail": ["7 { noname; }"],
    "nothing in the name of a numbered jail": ["7 { x = $name; }"],
  };
  for (const [title, [text, ...expected]] of Object.entries(failures))
    it(`reports ${title}`, () => {
      const seen = configuration(text).jails[0]?.failures.map((f) => `${f.message} @ ${textAt(f.origin)}`);
      expect(seen).toEqual(expected);
    });

  it("cuts off variables that double each other without end", () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `$v${i + 1} = "$v${i}$v${i}";`).join("\n");
    const [jail] = configuration(`$v0 = 0123456789;\n${doubling}\na { x = $v60; }`).jails;
    expect(jail?.failures.length).toBeGreaterThan(0);
  });
});

describe("a parameter that is set over and over", () => {
  it.each([
    ["=", 1],
    ["+=", 200_000],
  ])("by `%s` takes time in proportion", (operator, values) => {
    const { jails } = configuration(`a {\n${`x ${operator} "$v";\n`.repeat(200_000)}}\n$v = 1;\n`);
    expect(jails[0]?.find("x")?.values.length).toBe(values);
  });
});

describe("includes of more than any configuration has", () => {
  it("are read in part, and are no mistake", () => {
    const part = `#${"x".repeat(1024 * 1024)}\n`;
    const parts = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`/d/${String(i).padStart(3, "0")}.conf`, part]),
    );
    const root = { "/jail.conf": '.include "/d/*.conf";\n.include "/d/000.conf";\nweb { persist; }\n' };
    const sources = new MemorySources({ ...parts, ...root });
    const resolved = resolveAll(sources.open("/jail.conf") as SourceDocument, sources, 15);
    expect(resolved.documents.length).toBe(17);
    expect(resolved.includes.map(({ problem }) => problem)).toEqual(["large", "large"]);
    expect(resolved.jails.map(({ name }) => name)).toEqual(["web"]);
  });
});

describe("blocks", () => {
  it("nested in others are named after them", () => {
    const { jails } = configuration('a { "b" { * { x; } c { } } y; }');
    expect(jails.map((jail) => [jail.name, jail.block.parent?.name])).toEqual([
      ["a", undefined],
      ["a.b", "a"],
      ["a.b.c", "a.b"],
    ]);
    expect(settings(jails[2])).toEqual({ name: "a.b.c", x: true });
  });

  it("of global statements are one since 14.0, and one for each run before", () => {
    const text = "x = 1; a { x = 2; } x = 3; b { }";
    expect(jails(text)).toMatchObject({ a: { x: "2" }, b: { x: "3" } });
    expect(jails(text, 13)).toMatchObject({ a: { x: "3" }, b: { x: "3" } });
    expect(configuration(text, 13).blocks.map((block) => block.name)).toEqual(["*", "a", "*", "b"]);
  });

  it("with a number have no name before 15.0", () =>
    expect(configuration("7 { x = $name; }", 14).jails[0]?.failures).toHaveLength(1));
});

describe("includes", () => {
  const files = {
    "jail.conf": '.include "d/*.conf";\n.include "none*";\na { .include d/in.inc; }\n',
    "d/1.conf": ".include '../x.conf';\n",
    "d/2.conf": "late = 1;\n",
    "d/.hidden.conf": "hidden { }\n",
    "d/in.inc": "inside;\nb { }\n",
    "x.conf": "x { }\n",
  };
  it("take effect where they stand", () => {
    expect(jails(files)).toEqual({
      x: { name: "x", late: "1" },
      a: { name: "a", late: "1", inside: true },
      "a.b": { name: "a.b", late: "1" },
    });
  });

  it("are listed with what came of them", () => {
    const seen = configuration(files).includes.map((i) => [
      i.pattern,
      i.files.length,
      i.problem,
      textAt(i.origin),
    ]);
    expect(seen).toEqual([
      ["d/../x.conf", 1, undefined, "'../x.conf'"],
      ["d/*.conf", 2, undefined, '"d/*.conf"'],
      ["none*", 0, "unmatched", '"none*"'],
      ["d/in.inc", 1, undefined, "d/in.inc"],
    ]);
    expect(configuration(files).documents).toHaveLength(5);
  });

  it("can fail", () => {
    const broken = { "jail.conf": '.include x, "$y", loop;\n', x: "a {", loop: ".include jail.conf;" };
    const problems = new Set(configuration(broken).includes.map((i) => i.problem));
    expect([...problems].sort()).toEqual(["broken", "depth", "variable", undefined]);
    expect(configuration(".include gone;").includes[0]?.problem).toBe("missing");
  });

  it("are ordinary parameters before 14.0", () =>
    expect(jails({ "jail.conf": "a { .include x; }", x: "y;" }, 13)).toEqual({
      a: { name: "a", ".include": "x" },
    }));
});

describe("the report", () => {
  it("stops at what the real program stops at", () => {
    const sources = new MemorySources({
      "jail.conf": 'a b c;\n.include x, "$y";\n.include gone, x;\nd { }\n',
      x: "\ny;",
    });
    const root = sources.open("jail.conf") as SourceDocument;
    expect(report(root, sources)).toEqual({
      accepted: false,
      errors: [
        { file: "jail.conf", line: 1, kind: "syntax", token: "c", message: "syntax error" },
        {
          file: "jail.conf",
          line: 2,
          kind: "include-variable",
          message: "variables not permitted in '.include' filename",
        },
        { file: "gone", line: null, kind: "include-missing", message: "No such file or directory" },
      ],
      jails: [],
    });
  });

  it("looks at kernel parameters only where jail(8)'s own are right", () => {
    const sources = new MemorySources({
      "jail.conf":
        "a { exec.timeout = x; vnet = y; }\nb { vnet = y; ip4.addr = 'l|192.0.2.1/8', 1, 2; warp; }\n",
    });
    const { check } = report(sources.open("jail.conf") as SourceDocument, sources);
    expect(check?.map((c) => c.message)).toEqual([
      'exec.timeout: non-integer value "x"',
      'vnet: unknown jailsys value "y"',
      "ip4.addr: not an IPv4 address: 1",
      "unknown parameter: warp",
    ]);
  });
});
