import { existsSync, readdirSync, readFileSync } from "node:fs";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import { Analysis } from "@zonewarden/server/validation/jail-conf/analysis";
import { ScratchMachine } from "@zonewarden/server/validation/jail-conf/dryBoot/scratch";
import { MachineFacts } from "@zonewarden/server/validation/jail-conf/machine";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runs } from "../../properties.ts";
import { Editor } from "./editor.ts";
import { check } from "./harness.ts";

const FILE = "zonewarden.host.json";
const machine = (more: object = {}) =>
  JSON.stringify({
    system: "freebsd",
    links: [{ name: "igb0", addresses: ["192.0.2.2/24"] }],
    directories: ["web", "db", "lab", "lab/box"].map((name) => ({ path: `/jails/${name}`, base: true })),
    ...more,
  });
const described = (text: string, more?: object) =>
  check({ "jail.conf": text, [FILE]: machine(more) }).filter(({ code }) => code.startsWith("host/"));
const undescribed = (text: string) => check(text).filter(({ code }) => code.startsWith("host/"));
const jail = (name: string, lines = "") => `${name} {\n\tpath = /jails/${name};\n\tpersist;\n\t${lines}\n}\n`;

afterEach(() => vi.restoreAllMocks());

describe("a start on a described machine", () => {
  it("that works gives nothing", () => {
    expect(described(jail("web", "mount.devfs; ip4.addr = igb0|192.0.2.10/24;"))).toEqual([]);
  });

  it("marks the value that was refused", () => {
    expect(described(jail("web", "ip4.addr = igb0|192.0.2.10/24, em7|192.0.2.11/24;"))).toMatchObject([
      { code: "host/no-interface", severity: "error", text: "em7|192.0.2.11/24", line: 3 },
    ]);
  });

  it("takes interfaces as made by a script that it does not know", () => {
    const wired = "vnet; vnet.interface = e0b_web; exec.prestart = '/usr/local/scripts/wire web';";
    expect(described(jail("web", wired))).toEqual([]);
    expect(described(jail("web", wired.replace("/usr/local/scripts/wire web", "jib addm web igb0")))).toEqual(
      [],
    );
  });

  it("says a line that several jails inherit once, with the jails", () => {
    const text = `path = "/srv/$name";\npersist;\na {\n}\nb {\n}\n`;
    expect(described(text)).toMatchObject([
      { code: "host/no-path", text: '"/srv/$name"', jails: ["a", "b"] },
    ]);
  });

  it("brings what a jail depends on", () => {
    const bridge = 'exec.prestart = "ifconfig lo7 create";';
    const text = `${jail("db", bridge)}${jail("web", "ip4.addr = lo7|192.0.2.10;")}`;
    expect(described(text)).toMatchObject([{ code: "host/no-interface", jails: ["web"] }]);
    expect(
      described(text.replace("lo7|", "lo7|").replace("persist;\n\tip4", "depend = db;\n\tpersist;\n\tip4")),
    ).toEqual([]);
  });

  it("says nothing of jails that wait for one that is refused", () => {
    const text = `${jail("nowhere")}${jail("web", "depend = nowhere;")}`;
    expect(described(text).map(({ jails }) => jails)).toEqual([["nowhere"]]);
  });

  it("does not repeat what a rule says of the same statement", () => {
    const inner = jail("lab.box", "allow.set_hostname;").replace("lab.box;", "lab/box;");
    const text = `${jail("lab", "children.max = 5; allow.noset_hostname;")}${inner}`;
    const found = check({ "jail.conf": text, [FILE]: machine() });
    const grave = found.filter(({ severity }) => severity === "error" || severity === "warning");
    expect(grave.map(({ code }) => code)).toEqual(["jail/exceeds-parent"]);
  });

  it("is a warning where a command fails for reasons of its own", () => {
    expect(described(jail("web", 'exec.prestart = "test -e /nonexistent";'))).toMatchObject([
      { code: "host/command-fails", severity: "warning", text: '"test -e /nonexistent"' },
    ]);
  });

  it("says nothing where a rule has called the jail wrong already", () => {
    expect(described(jail("web", "vnet; ip4.addr = 192.0.2.10;"))).toEqual([]);
  });

  it("takes an unknown command as a success", () => {
    expect(described(jail("web", 'exec.prestart = "/usr/local/bin/our-own-tool --prepare";'))).toEqual([]);
  });
});

describe("a start on a machine that nobody described", () => {
  it.each([
    ["path", jail("elsewhere")],
    ["interface", jail("web", "ip4.addr = igb7|198.51.100.4/24;")],
    ["vnet interface", jail("web", "vnet; vnet.interface = igb7;")],
    ["dataset", jail("web", "enforce_statfs = 1; allow.mount; allow.mount.zfs; zfs.dataset = tank/web;")],
    ["fstab", jail("web", "mount.fstab = /etc/fstab.web;")],
    ["module", jail("web", "enforce_statfs = 1; allow.mount; allow.mount.nullfs;")],
    ["user", jail("web", 'exec.jail_user = ada; exec.start = "id";')],
    ["limit", jail("web", 'exec.poststart = "cpuset -l 0 -j web";')],
    ["CPU", jail("web", 'exec.created = "cpuset -l 2-3,12-15 -j web";')],
    ["module that a command loads", jail("web", 'exec.prestart = "kldload linux64";')],
  ])("says nothing of a missing %s", (_, text) => {
    expect(undescribed(text)).toEqual([]);
  });

  it("is never more than information", () => {
    const found = undescribed(jail("web", "vnet; vnet.interface = lo0;"));
    expect(found.map(({ severity }) => severity)).toEqual(["information"]);
  });
});

const CORPUS = "/work/shared/corpus/jail";
describe.skipIf(!existsSync(CORPUS))("configurations found in the wild", () => {
  it.each(existsSync(CORPUS) ? readdirSync(CORPUS) : [])(
    "%s depends on the machine in nothing grave",
    (name) => {
      const text = readFileSync(`${CORPUS}/${name}`, "utf8");
      const grave = undescribed(text).filter(
        ({ severity }) => severity === "error" || severity === "warning",
      );
      expect(grave).toEqual([]);
    },
  );
});

const context = { release: 15, fragment: false, machine: new MachineFacts(defaultHost) } as const;

function codes(analysis: Analysis): string[] {
  return [...analysis.findings().values()]
    .flat()
    .flatMap(({ finding }) => finding.code)
    .sort();
}

describe("edits", () => {
  const wrong = jail("web", "vnet; vnet.interface = lo0;");
  const code = "host/interface-refused";

  function opened(text: string) {
    const editor = new Editor(text);
    const analysis = new Analysis(context);
    analysis.update(editor.resolve());
    analysis.boot?.work(Number.POSITIVE_INFINITY);
    return { editor, analysis };
  }

  it("start only the jails that they change and those that need them", () => {
    const { editor, analysis } = opened(
      `${jail("db")}${jail("web", "depend = db;")}${jail("mail")}${jail("cache")}`,
    );
    const start = vi.spyOn(ScratchMachine.prototype, "start");
    editor.edit(editor.text.indexOf("persist"), 0, "host.hostname = db;\n\t");
    analysis.update(editor.resolve());
    analysis.boot?.work(Number.POSITIVE_INFINITY);
    expect(start.mock.calls.map(([members]) => members.map(({ name }) => name))).toEqual([
      ["db"],
      ["web", "db"],
    ]);
  });

  it("that bring a jail start that alone", () => {
    const { editor, analysis } = opened(wrong);
    const start = vi.spyOn(ScratchMachine.prototype, "start");
    editor.edit(0, 0, jail("new"));
    analysis.update(editor.resolve());
    analysis.boot?.work(Number.POSITIVE_INFINITY);
    expect(start.mock.calls.map(([members]) => members.map(({ name }) => name))).toEqual([["new"]]);
    expect(codes(analysis)).toContain(code);
  });

  it("elsewhere in a jail leave what is known of it until it was started again", () => {
    const { editor, analysis } = opened(wrong);
    editor.edit(editor.text.indexOf("persist"), 0, "host.hostname = web;\n\t");
    analysis.update(editor.resolve());
    expect(analysis.boot?.isPending).toBe(true);
    expect(codes(analysis)).toContain(code);
    analysis.boot?.work(Number.POSITIVE_INFINITY);
    expect(codes(analysis)).toContain(code);
  });

  it("of what was refused take the finding away at once", () => {
    const { editor, analysis } = opened(wrong);
    editor.edit(editor.text.indexOf("lo0"), 3, "em0");
    analysis.update(editor.resolve());
    expect(codes(analysis)).not.toContain(code);
  });

  it("lead to what a fresh look finds, however much was left undone between them", () => {
    const base = [
      jail("a", "vnet; vnet.interface = lo0;"),
      jail("b", "depend = a;"),
      jail("c", "ip4.addr = lo0|192.0.2.2;"),
      jail("c.d", "allow.raw_sockets;"),
      jail("e", 'exec.prestart = "ifconfig lo0 create";'),
    ].join("");
    const pieces = [
      "",
      "x",
      ";",
      "\n",
      "}",
      "vnet;\n",
      "depend = c;\n",
      "vnet.interface = lo0;\n",
      '"',
      "persist;\n",
    ];
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(20),
      insert: fc.constantFrom(...pieces),
      milliseconds: fc.constantFrom(undefined, 0, Number.POSITIVE_INFINITY),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const { editor, analysis } = opened(base);
        for (const { at, length, insert, milliseconds } of edits) {
          editor.edit(Math.floor(at * editor.text.length), length, insert);
          analysis.update(editor.resolve());
          if (milliseconds !== undefined) analysis.boot?.work(milliseconds);
          analysis.findings();
        }
        while (analysis.boot?.isPending) analysis.boot.work(Number.POSITIVE_INFINITY);
        expect(codes(analysis)).toEqual(codes(opened(editor.text).analysis));
      }),
      { numRuns: runs(30) },
    );
  }, 20_000);
});
