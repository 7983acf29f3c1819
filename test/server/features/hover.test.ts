// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of jail.conf
import { hover } from "@zonewarden/server/features/jail-conf/hover";
import { describe, expect, it } from "vitest";
import { crlf, type Files, marked } from "./harness.ts";

/** The Markdown at the caret, after a check of the range against the marks, if there are any. */
function at(files: Files): string {
  const { context, offset, marked: marks } = marked(files);
  const result = hover(context, offset);
  if (marks[0]) expect(result?.range).toEqual(marks[0].range);
  return result?.markdown ?? "";
}

const GLOBALS = '$root = "/jails";\nexec.start = "/bin/sh /etc/rc";\npath = "$root/$name";\n';

describe("hover on a parameter", () => {
  it("documents it and says what it comes to in the jail", () => {
    const text = at(`${GLOBALS}web {\n  <|pa<|>th|> = /srv/web;\n}\n`);
    expect(text).toMatch(/^\*\*path\*\* — string · default: /);
    expect(text).toContain("In `web`: `/srv/web`");
    expect(text).toContain("Directory that becomes the root");
    expect(text.indexOf("In `web`")).toBeLessThan(text.indexOf("Directory that becomes"));
  });

  it("tells every statement that took part, and strikes out what was overridden", () => {
    const text = at(`${GLOBALS}web {\n  exec<|>.start = "/bin/true";\n}\n`);
    expect(text).toContain(
      '- ~~`exec.start = "/bin/sh /etc/rc";`~~ — globals, jail.conf:2; overridden at line 5\n' +
        '- `exec.start = "/bin/true";` — jail `web`, jail.conf:5',
    );
  });

  it("shows appended values with their origins in other files", () => {
    const text = at({
      "/etc/jail.conf": '.include "jail.conf.d/*.conf";\nweb {\n  exec.star<|>t += "b";\n}\n',
      "/etc/jail.conf.d/base.conf": 'exec.start = "a";\n',
    });
    expect(text).toContain("In `web`: `a`, `b`");
    expect(text).toContain('- `exec.start = "a";` — globals, jail.conf.d/base.conf:1');
  });

  it("counts the jails that a global statement reaches", () => {
    const text = at("<|exec.cl<|>ean|>;\na { persist; }\nb { persist; }\nc { exec.noclean; }\n");
    expect(text).toContain("Applies to 2 jails of 3.");
    expect(text).toContain("Overridden in `c` (jail.conf:4).");
  });

  it("shows a few of the values that a global statement comes to", () => {
    const jails = ["a", "b", "c", "d", "e"].map((name) => `${name} { }\n`).join("");
    const text = at(`pa<|>th = "/jails/$name";\n${jails}`);
    expect(text).toContain("Applies to 5 jails.");
    expect(text).toContain("- `/jails/a` in `a`");
    expect(text).toContain("- and 2 more values");
  });

  it("says when it reaches no jail", () => {
    expect(at("pers<|>ist;\n")).toContain("Applies to no jail");
    expect(at('"db.*" { pers<|>ist; }\nweb { }\n')).toContain("Applies to no jail");
  });

  it("says what a negated name means", () => {
    expect(at("web { mount.node<|>vfs; }\n")).toContain("Written as `mount.nodevfs`: sets it to false.");
  });

  it("suggests a name for an unknown one", () => {
    expect(at("web { <|host<|>name|> = x; }\n")).toContain("Did you mean `host.hostname`?");
    expect(at("web { no<|>vnet; }\n")).toContain("is not a boolean");
    expect(at("web { allow.mount.nof<|>oofs; }\n")).toContain("kernel module");
  });

  it("works where the statement is not finished", () => {
    expect(at("web {\n  pa<|>th\n  persist;\n}\n")).toContain("**path**");
    expect(at("web {\n  exec.start =\n  host.host<|>name = x;\n}\n")).toContain("**host.hostname**");
  });
});

describe("hover on a variable", () => {
  it("tells its value in the jail and where it is defined", () => {
    const text = at(`${GLOBALS}web {\n  mount.fstab = "<|$ro<|>ot|>/fstab";\n}\n`);
    expect(text).toContain("**$root** — variable");
    expect(text).toContain("In `web`: `/jails`");
    expect(text).toContain('- `$root = "/jails";` — globals, jail.conf:1');
  });

  it("tells its values in all jails from a global statement", () => {
    const text = at('path = "/j/$i<|>d";\na { $id = 1; }\nb { $id = 2; }\nc { }\n');
    expect(text).toContain("- `1` in `a`\n- `2` in `b`");
    expect(text).toContain("Defined at jail.conf:2, jail.conf:3.");
    expect(text).toContain("Not defined in `c`.");
  });

  it("works on a definition", () => {
    expect(at(`<|$ro<|>ot|> = "/jails";\nweb { path = "$root/web"; }\n`)).toContain("In `web`: `/jails`");
  });

  it("knows parameters that are referred to", () => {
    const text = at('web { host.hostname = w; exec.start = "<|${host.host<|>name}|>"; }\n');
    expect(text).toContain("the parameter `host.hostname`");
    expect(text).toContain("In `web`: `w`");
    expect(at('web { path = "/j/$na<|>me"; }\n')).toContain("Comes from the header");
  });

  it("says that it is not defined", () => {
    expect(at('web { path = "$no<|>pe"; }\n')).toContain("Not defined in `web`.");
  });
});

describe("hover on a jail", () => {
  const text = `exec.clean;\n"*" { mount.devfs; }\ndb { persist; path = /db; }\n<|we<|>b|> {\n  path = /web;\n  vnet;\n  vnet.interface = e0b;\n  depend = db;\n}\napp { depend = web; }\n`;

  it("sums it up", () => {
    const summary = at(text);
    expect(summary).toContain("**jail** `web` — jail.conf:4");
    for (const line of [
      "- Path: `/web`",
      "- Network: its own stack (`vnet`)",
      "- Interfaces: `e0b`",
      "- Depends on: `db`",
      "- Needed by: `app`",
      "- 6 parameters, 2 of them from globals and wildcards",
    ])
      expect(summary).toContain(line);
  });

  it("names the parent of a nested jail", () => {
    expect(at("a { persist; <|>b { persist; } }\n")).toContain("- Depends on: `a` (its parent)");
  });

  it("works from `depend`", () => {
    expect(at("db { path = /db; }\nweb { depend = <|d<|>b|>; }\n")).toContain("- Path: `/db`");
    expect(at("web { depend = d<|>b; }\n")).toContain("No jail `db` is defined");
  });

  it("tells what a wildcard block matches", () => {
    const jails = Array.from({ length: 12 }, (_, i) => `a${i} { }\n`).join("");
    expect(at(`<|*<|>|> { persist; }\n${jails}`)).toMatch(/^Matches 12 jails: `a0`, .*`a9` and 2 more\./);
    expect(at('"x<|>.*" { persist; }\nweb { }\n')).toContain("Matches no jail.");
  });

  it("says why it would not start", () => {
    expect(at('w<|>eb { path = "$nope"; }\n')).toContain("**Would not start:**");
    expect(at("w<|>eb { }\nweb { }\n")).toContain("**Defined 2 times**");
  });
});

describe("hover on values", () => {
  it("names the files of an include", () => {
    const files = { "/etc/jail.conf.d/a.conf": "a { }\n", "/etc/jail.conf.d/b.conf": "b { }\n" };
    expect(at({ "/etc/jail.conf": '.include <|"jail.conf.d<|>/*.conf"|>;\n', ...files })).toContain(
      "reads 2 files:\n\n- `/etc/jail.conf.d/a.conf`\n- `/etc/jail.conf.d/b.conf`",
    );
    expect(at('.include "x<|>.conf";\n')).toContain("reads nothing: there is no such file");
    expect(at('.inc<|>lude "x.conf";\n')).toContain("Since 14.0");
  });

  it("tells what a number means", () => {
    expect(at("web { devfs_ruleset = <|<|>4|>; }\n")).toContain("`devfsrules_jail`");
    expect(at("web { enforce_statfs = 1<|>; }\n")).toContain("at or below the jail's root");
  });

  it("shows what a text with variables becomes", () => {
    expect(at('$r = /j;\nweb { path = "$r/<|>x/$name"; }\n')).toBe("- In `web`: `/j/x/web`");
  });

  it("says nothing in comments and between", () => {
    expect(at("# pa<|>th\n")).toBe("");
    expect(at("web {\n  <|>\n}\n")).toBe("");
    expect(at("<|>")).toBe("");
  });
});

describe("hover in odd texts", () => {
  it("works in CRLF and non-ASCII text", () => {
    const text = at(crlf(`# é 😀\n$n = "naïve 😀";\nweb {\n  <|host.host<|>name|> = "$n";\n}\n`));
    expect(text).toContain("In `web`: `naïve 😀`");
    expect(text).toContain("jail.conf:4");
  });

  it("keeps code spans whole", () => {
    expect(at('web { exec.sta<|>rt = "echo `date`"; }\n')).toContain("In `web`: `` echo `date` ``");
  });

  it("finds the block of a file that is included in it", () => {
    const text = at({
      "/etc/jail.conf": 'web {\n  .include "web.inc";\n}\n',
      "/etc/web.inc": "pa<|>th = /web;\n",
    });
    expect(text).toContain("In `web`: `/web`");
  });
});
