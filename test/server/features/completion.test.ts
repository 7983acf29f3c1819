// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of jail.conf
import { complete } from "@zonewarden/server/features/jail-conf/completion";
import type { CompletionEntry } from "@zonewarden/server/features/types";
import { describe, expect, it } from "vitest";
import { crlf, type Files, marked } from "./harness.ts";

type Release = 12 | 13 | 14 | 15;

function entries(files: Files, release?: Release): readonly CompletionEntry[] {
  const { context, offset, marked: marks } = marked(files, release);
  const { items } = complete(context, offset);
  if (marks[0]) for (const item of items) expect(item.range).toEqual(marks[0].range);
  return items;
}

/** The labels in the order in which an editor shows them. */
function labels(files: Files, release?: Release): string[] {
  return [...entries(files, release)]
    .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
    .map((item) => item.label);
}

/** The text of the document after one entry was taken, with tab stops as in the snippet. */
function taken(files: Files, label: string, release?: Release): string {
  const { context, offset } = marked(files, release);
  const item = complete(context, offset).items.find((i) => i.label === label);
  if (!item) throw new Error(`no ${label}`);
  const { text } = context.document;
  return text.slice(0, item.range.start) + item.insertText + text.slice(item.range.end);
}

describe("completion of names", () => {
  it("offers what is common first", () => {
    expect(labels("web {\n  <|>\n}\n").slice(0, 5)).toEqual([
      "path",
      "host.hostname",
      "ip4.addr",
      "ip6.addr",
      "exec.start",
    ]);
    expect(labels("<|>").slice(0, 4)).toEqual(["* { … }", "jail", "jail (vnet)", "path"]);
  });

  it("replaces the whole dotted word", () => {
    entries("web {\n  <|ip4.ad<|>|>\n}\n");
    entries("web {\n  <|ip4.<|>ad|>\n}\n");
    expect(taken("web {\n  ip4.ad<|>\n}\n", "ip4.addr")).toBe('web {\n  ip4.addr = "$1";\n}\n');
  });

  it("writes each type as it is written", () => {
    const write = (label: string) => taken("web { <|> }", label);
    expect(write("persist")).toBe("web { persist; }");
    expect(write("path")).toBe('web { path = "$1"; }');
    expect(write("ip4")).toBe("web { ip4 = ${1|new,inherit,disable|}; }");
    expect(write("enforce_statfs")).toBe("web { enforce_statfs = ${1|0,1,2|}; }");
    expect(write("exec.start")).toBe('web { exec.start = "${1:/bin/sh /etc/rc}"; }');
    expect(write("meta.KEY")).toBe('web { meta.${1:KEY} = "$2"; }');
    expect(write(".include")).toBe('web { .include "$1"; }');
  });

  it("replaces the name alone where the statement goes on", () => {
    expect(taken('web { host.hos<|> = "x"; }', "host.hostname")).toBe('web { host.hostname = "x"; }');
    expect(taken("web { pers<|>; }", "persist")).toBe("web { persist; }");
  });

  it("leaves out what the block sets, and adds to its lists", () => {
    const found = labels("web {\n  path = /x;\n  exec.start = a;\n  mount.nodevfs;\n  no<|>\n}\n");
    expect(found).not.toContain("path");
    expect(found).not.toContain("mount.devfs");
    expect(found).not.toContain("mount.nodevfs");
    expect(taken("web {\n  exec.start = a;\n  <|>\n}\n", "exec.start")).toContain('exec.start += "');
    expect(labels("path = /x;\nweb { <|> }\n")).toContain("path");
    expect(labels("path = /x;\n<|>\n")).not.toContain("path");
    // The statement at the caret is not in its own way.
    expect(labels("web { pat<|>h = /x; }")).toContain("path");
  });

  it("offers negations once `no` is typed", () => {
    expect(labels("web { mount.<|> }")).not.toContain("mount.nodevfs");
    expect(labels("web { mount.no<|> }")).toContain("mount.nodevfs");
    expect(labels("web { no<|> }")).toContain("nopersist");
    expect(taken("web { mount.no<|> }", "mount.nodevfs")).toBe("web { mount.nodevfs; }");
    const { context, offset } = marked("web { mount.n<|> }");
    expect(complete(context, offset).incomplete).toBe(true);
  });

  it("keeps to the release", () => {
    expect(labels("web { <|> }", 15)).toContain("zfs.dataset");
    expect(labels("web { <|> }", 14)).not.toContain("zfs.dataset");
    expect(labels("<|>", 13)).not.toContain(".include");
    expect(entries("web { <|> }").find((i) => i.label === "allow.sysvipc")?.deprecated).toBe(true);
  });

  it("never offers what cannot be set", () => {
    expect(labels("web { <|> }")).not.toContain("children.cur");
    expect(labels("web { <|> }")).not.toContain("name");
    expect(labels("web { <|> }")).toContain("jid");
    expect(labels("12 { <|> }")).toContain("name");
    expect(labels("<|>")).not.toContain("jid");
  });

  it("documents", () => {
    const path = entries("web { <|> }").find((i) => i.label === "path");
    expect(path?.detail).toMatch(/^string · default/);
    expect(path?.documentation).toContain("becomes the root");
  });

  it("offers variables to set again", () => {
    expect(labels("$root = /j;\nweb {\n  <|>\n}\n")).toContain("$root");
    expect(labels("$root = /j;\nweb {\n  <|$<|>|>\n}\n")).toEqual(["$root"]);
    expect(taken("$root = /j;\nweb {\n  $r<|>\n}\n", "$root")).toContain('\\$root = "$1";');
  });

  it("offers blocks", () => {
    expect(taken("<|>", "* { … }")).toBe("* {\n\t$0\n}");
    expect(taken("ja<|>\n", "jail")).toContain("${1:name} {\n\tpath = ");
    expect(labels("web {\n  <|>\n}\n")).toContain("nested jail");
  });

  it("works on broken text", () => {
    expect(labels("web {\n  path = /x\n  <|>\n}\n")).toContain("persist");
    expect(labels("web {\n  <|>")).toContain("persist");
    expect(labels("web {\n  <|ho<|>|>\n  persist;\n}\n")).toContain("host.hostname");
    expect(labels("web {\n  path = /x; <|>\n\ndb {\n}\n")).not.toContain("path");
    expect(labels("path = /x <|>")).toEqual([]);
  });

  it("offers nothing in comments", () => {
    expect(labels("# pa<|>")).toEqual([]);
    expect(labels("web { /* <|> */ }")).toEqual([]);
    expect(labels("web { path = /x; // <|>\n }")).toEqual([]);
  });

  it("works in CRLF and non-ASCII text", () => {
    entries(crlf("# é 😀\nweb {\n  <|ip4.ad<|>|>\n}\n"));
    expect(taken(crlf("# é\nweb {\n  ip4.ad<|>\n}\n"), "ip4.addr")).toBe(
      crlf('# é\nweb {\n  ip4.addr = "$1";\n}\n'),
    );
  });
});

describe("completion of values", () => {
  it("offers the words of a type", () => {
    expect(labels("web { persist = <|>; }")).toEqual(["true", "false"]);
    expect(labels("web { vnet = <|<|>|>; }")).toEqual(["new", "inherit"]);
    expect(labels("web { ip4 = <|in<|>her|>; }")).toEqual(["new", "inherit", "disable"]);
    expect(labels("web { enforce_statfs = <|>; }")).toEqual(["0", "1", "2"]);
    expect(entries("web { devfs_ruleset = <|>; }").find((i) => i.label === "4")?.detail).toContain(
      "devfsrules_jail",
    );
    expect(labels("web { exec.jail_user = <|> }")).toEqual(["root"]);
  });

  it("offers the other jails in `depend`", () => {
    const files = "a { }\nb { }\nc { }\nweb { depend = a, <|>; }\n";
    expect(labels(files)).toEqual(["b", "c"]);
    expect(labels('a { }\nb { }\nweb { depend = "a<|>"; }\n').slice(0, 2)).toEqual(["a", "b"]);
    expect(labels("p { c { } d { depend = <|>; } }\n")).toEqual(["p", "p.c"]);
  });

  it("offers those of thousands of jails that fit what is typed", () => {
    const jails = Array.from({ length: 1000 }, (_, i) => `jail${i} { }\n`).join("");
    const { context, offset } = marked(`${jails}web { depend = jail77<|>; }\n`);
    const { items, incomplete } = complete(context, offset);
    expect(items.map((item) => item.label)).toContain("jail777");
    expect(items.length).toBeLessThan(200);
    expect(incomplete).toBe(true);
  });

  it("offers interfaces in use", () => {
    expect(
      labels('a { interface = em0; }\nb { ip4.addr = "lo1|127.0.0.2"; }\nweb { interface = <|>; }\n'),
    ).toEqual(["em0", "lo1"]);
  });

  it("quotes what needs it", () => {
    const rc = "/bin/sh /etc/rc";
    expect(taken("web { exec.start = <|>; }", rc)).toBe('web { exec.start = "/bin/sh /etc/rc"; }');
    expect(taken('web { exec.start = "<|>"; }', rc)).toBe('web { exec.start = "/bin/sh /etc/rc"; }');
    expect(taken('web { exec.start = "/bin<|>\n}\n', rc)).toBe('web { exec.start = "/bin/sh /etc/rc\n}\n');
    expect(labels("web { path = '<|>'; }")).toEqual([]);
  });

  it("offers nothing behind a value", () => {
    expect(labels('web { path = "/x"<|>; }')).toEqual([]);
    expect(labels('web { path = "/x" <|>; }')).toEqual([]);
    expect(labels("web { nope = <|>; }")).toEqual([]);
  });
});

describe("completion of variables", () => {
  const text = (value: string) =>
    `$root = "/j";\n$my-dir = "/d";\nother { $secret = 1; }\nweb {\n  $own = 1;\n  exec.prestart = ${value};\n}\n`;

  it("offers what the jail sees", () => {
    expect(labels(text('"<|$<|>|>"'))).toEqual(["$own", "$root", "$name", "$path", "${host.hostname}"]);
  });

  it("writes braces where the name needs them", () => {
    expect(taken(text('"$ho<|>"'), "${host.hostname}")).toContain('exec.prestart = "${host.hostname}";');
    expect(taken(text('"${ho<|>}"'), "${host.hostname}")).toContain('exec.prestart = "${host.hostname}";');
    expect(taken(text('"${ro<|>"'), "${root}")).toContain('exec.prestart = "${root}";');
    expect(taken(text("$ro<|>"), "$root")).toContain("exec.prestart = $root;");
  });

  it("offers them anywhere in double quotes", () => {
    expect(taken(text('"/a/<|>/b"'), "$root")).toContain('"/a/$root/b"');
    expect(taken(text('"/a/<|>b"'), "${root}")).toContain('"/a/${root}b"');
    expect(labels(text("'$<|>'"))).toEqual([]);
    expect(labels(text('"\\\\$<|>"'))).toContain("$root");
  });

  it("works in a quote that is not closed", () => {
    expect(labels('$root = "/j";\nweb {\n  path = "<|$ro<|>|>\n  persist;\n}\n')).toContain("$root");
    expect(labels('$root = "/j";\nweb {\n  path = "<|$<|>|>\n  host.hostname = "x";\n}\n')).toContain(
      "$root",
    );
    expect(labels('$root = "/j";\nweb {\n  path = "<|$<|>|>')).toContain("$root");
  });

  it("offers a global statement the variables of the jails", () => {
    expect(labels('exec.prestart = "$<|>";\na { $id = 1; }\n')).toContain("$id");
    expect(labels('"*" { exec.prestart = "$<|>"; }\na { $id = 1; }\n')).toContain("$id");
  });
});

describe("completion of include paths", () => {
  const others = {
    "/etc/jail.conf.d/a.conf": "",
    "/etc/jail.conf.d/b.conf": "",
    "/etc/rc.conf": "",
    "/etc/hosts": "",
  };

  it("lists what is there", () => {
    expect(labels({ "/etc/jail.conf": '.include "<|<|>|>";\n', ...others })).toEqual([
      "rc.conf",
      "jail.conf.d/",
      "hosts",
    ]);
    expect(labels({ "/etc/jail.conf": '.include "jail.conf.d/<|<|>|>";\n', ...others })).toEqual([
      "*.conf",
      "a.conf",
      "b.conf",
    ]);
    expect(labels({ "/etc/jail.conf": '.include "/etc/jail.conf.d/<|a<|>|>', ...others })).toContain(
      "a.conf",
    );
    expect(taken({ "/etc/jail.conf": ".include <|>\n", ...others }, "rc.conf")).toBe('.include "rc.conf"\n');
  });

  it("is relative to the document", () => {
    expect(
      labels({
        "/etc/jail.conf": '.include "jail.conf.d/c.conf";\n',
        ...others,
        "/etc/jail.conf.d/c.conf": '.include "<|>";\n',
      }),
    ).toEqual(["*.conf", "a.conf", "b.conf"]);
    expect(labels({ "jail.conf": '.include "<|>";\n', "x.conf": "" })).toEqual(["x.conf"]);
  });
});
