import { languages } from "@zonewarden/server/languages/index";
import { block } from "@zonewarden/server/validation/zonecfg/rules/example";
import { on, zone } from "@zonewarden/server/validation/zonecfg/rules/onMachine";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";
import type { Language } from "@zonewarden/server/workspace/language";
import { defaultSettings } from "@zonewarden/server/workspace/settings";
import { Workspace } from "@zonewarden/server/workspace/workspace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../properties.ts";
import { check } from "./harness.ts";

const EXCLUSIVE = "set ip-type=exclusive";
const net = (physical: string, ...more: readonly string[]) =>
  block("net", `set physical=${physical}`, ...more);
const shared = (address: string) => net("e1000g0", `set address=${address}`);
const fs = (special: string, type = "lofs") =>
  block("fs", "set dir=/data", `set type=${type}`, `set special=${special}`);

/** What the machine has to say, as `severity code`. */
const told = (text: string, machine: object = {}) =>
  check(on(machine, text))
    .filter(({ code }) => code.startsWith("host/"))
    .map(({ severity, code }) => `${severity} ${code}`);

describe("the boot of a zone on a described machine", () => {
  it.each([
    ["a zone that boots", zone("web", shared("192.0.2.10/24")), []],
    [
      "a dataset that is not there",
      zone("web", block("dataset", "set name=rpool/none")),
      ["error host/zone-verify"],
    ],
    ["a file system that is not legacy", zone("web", fs("rpool/data", "zfs")), ["error host/zone-verify"]],
    ["a link that is not there", zone("web", EXCLUSIVE, net("e1000g7")), ["error host/zone-network"]],
    ["a link of the global zone", zone("web", EXCLUSIVE, net("e1000g0")), ["error host/zone-network"]],
    [
      "a link below a VNIC that is not there",
      zone("web", EXCLUSIVE, net("web0", "set global-nic=e1000g7")),
      ["error host/zone-network"],
    ],
    [
      "an interface that is not plumbed",
      zone("web", net("e1000g1", "set address=192.0.2.10/24")),
      ["warning host/zone-verify"],
    ],
    [
      "a router in no network of the zone",
      zone("web", net("e1000g0", "set address=192.0.2.10/24", "set defrouter=198.51.100.1")),
      ["warning host/zone-network"],
    ],
    ["a pool that is not there", zone("web", "set pool=web"), ["warning host/zone-verify"]],
    ["an image that nobody named", zone("web", "set brand=lx", EXCLUSIVE), ["warning host/zone-install"]],
  ])("%s", (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it("knows which brands are installed", () => {
    const text = zone("web", "set brand=lipkg", EXCLUSIVE);
    expect(told(text, { brands: ["ipkg"] })).toEqual(["error host/zone-verify"]);
    expect(told(text, { brands: ["ipkg", "lipkg"] })).toEqual([]);
  });

  it("has nothing to say of a zone whose brand nobody knows", () => {
    const text = "create -b\nset zonepath=/zones/web\nset ip-type=exclusive\n";
    const found = check({ "web.zonecfg": text });
    expect(found.map(({ code }) => code)).toEqual(["zone/brand-missing"]);
  });

  it("marks the line that is refused, and says why", () => {
    const text = zone("web", shared("192.0.2.10/24"), shared("192.0.2.2/24"));
    expect(check(on({}, text)).filter(({ code }) => code === "host/zone-network")).toMatchObject([
      { text: "192.0.2.2/24", severity: "error" },
    ]);
  });

  it("says nothing of a zone with an error, which would not come so far", () => {
    const text = zone("web", EXCLUSIVE, net("e1000g7", "set address=192.0.2.10/24"));
    const found = check(on({}, text));
    expect(found.map(({ code }) => code)).toContain("zone/net-address");
    expect(found.filter(({ code }) => code.startsWith("host/"))).toEqual([]);
  });

  it("says nothing of files for other systems", () => {
    const anet =
      "create -b\nset brand=solaris\nset zonepath=/system/zones/web\nadd anet\nset linkname=net0\nend\n";
    expect(told(anet)).toEqual([]);
  });

  it("takes for granted what a machine may have that nobody described", () => {
    const text = zone(
      "web",
      EXCLUSIVE,
      net("ixgbe3"),
      block("dataset", "set name=tank/web"),
      fs("/export/none"),
    );
    expect(check(text).filter(({ code }) => code.startsWith("host/"))).toEqual([]);
  });

  it("is information where the host file does not speak of such things", () => {
    const text = zone("web", EXCLUSIVE, net("ixgbe3"));
    const bare = { "web.zonecfg": text, "zonewarden.host.json": '{ "system": "omnios" }' };
    const found = check(bare).filter(({ code }) => code.startsWith("host/"));
    expect(found).toMatchObject([{ code: "host/zone-network", severity: "information" }]);
    expect(told(text)).toEqual(["error host/zone-network"]);
  });

  it("does not miss a directory that another zone brings", () => {
    const text = `${zone("db")}${zone("web", fs("/zones/db/root/export"))}`;
    expect(told(text)).toEqual([]);
  });
});

describe("zones of one host", () => {
  const files = (machine: object, ...zones: readonly string[]) => {
    const [first = "", ...others] = zones;
    const more = others.map((text, i) => [`other${i}.zonecfg`, text] as const);
    return { ...(on(machine, first) as Record<string, string>), ...Object.fromEntries(more) };
  };
  const between = (...zones: readonly string[]) =>
    check(files({}, ...zones))
      .filter(({ code }) => code.startsWith("host/"))
      .map(({ severity, code }) => `${severity} ${code}`);

  it.each([
    [
      "the same zonepath",
      zone("web"),
      zone("db").replace("/zones/db", "/zones/web"),
      ["error host/zonepath-shared"],
    ],
    [
      "a zonepath within another",
      zone("web"),
      zone("db").replace("/zones/db", "/zones/web/db"),
      ["error host/zonepath-shared"],
    ],
    ["neighbours in one directory", zone("web"), zone("web2"), []],
    [
      "one address",
      zone("web", shared("192.0.2.10/24")),
      zone("db", shared("192.0.2.10/24")),
      ["warning host/zone-address-twice"],
    ],
    [
      "one address on one wire, whatever the stack",
      zone("web", shared("192.0.2.10/24")),
      zone("db", EXCLUSIVE, net("db0", "set global-nic=e1000g0", "set allowed-address=192.0.2.10/24")),
      ["warning host/zone-address-twice"],
    ],
    [
      "one address in two VLANs",
      zone(
        "web",
        EXCLUSIVE,
        net("web0", "set global-nic=e1000g1", "set vlan-id=5", "set allowed-address=192.0.2.10/24"),
      ),
      zone(
        "db",
        EXCLUSIVE,
        net("db0", "set global-nic=e1000g1", "set vlan-id=6", "set allowed-address=192.0.2.10/24"),
      ),
      [],
    ],
    [
      "one link in two stacks",
      zone("web", EXCLUSIVE, net("e1000g1")),
      zone("db", EXCLUSIVE, net("e1000g1")),
      ["warning host/zone-link-twice"],
    ],
    [
      "one link on the shared stack",
      zone("web", shared("192.0.2.10/24")),
      zone("db", shared("192.0.2.11/24")),
      [],
    ],
    [
      "files that tell the same zone twice",
      zone("web", shared("192.0.2.10/24")),
      zone("web", shared("192.0.2.10/24")),
      [],
    ],
  ])("%s in two files", (_, first, second, expected) => {
    expect(between(first, second)).toEqual(expected);
  });

  const undescribed = (...zones: readonly string[]) =>
    check({ "a.zonecfg": zones.join("") })
      .filter(({ code }) => code.startsWith("host/"))
      .map(({ severity, code }) => `${severity} ${code}`);

  it.each([
    ["the same zonepath", zone("db").replace("/zones/db", "/zones/web"), "host/zonepath-shared"],
    ["a zonepath in another", zone("db").replace("/zones/db", "/zones/web/db"), "host/zonepath-shared"],
    ["an address", zone("db", shared("192.0.2.10/24")), "host/zone-address-twice"],
  ])("are most likely so in one file where nobody described it, and have %s by mistake", (_, db, code) => {
    const web = zone("web", shared("192.0.2.10/24"));
    expect(undescribed(web, db)).toEqual([`warning ${code}`, `warning ${code}`]);
  });

  it("are not taken for zones of one host by their links, which any machine has", () => {
    const [web, db] = ["web", "db"].map((name) => zone(name, EXCLUSIVE, net("e1000g1"))) as [string, string];
    const links = "information host/zone-link-twice";
    expect(undescribed(web, db)).toEqual([links, links]);
  });

  it("promise no more memory than there is, or the reader is told", () => {
    const capped = (name: string) => zone(name, block("capped-memory", "set physical=6G"));
    expect(between(capped("web"), capped("db"))).toEqual(["information host/zone-overcommitted"]);
    expect(between(capped("web"))).toEqual([]);
  });
});

describe("an editor", () => {
  const machine = (on({}, "") as Record<string, string>)["zonewarden.host.json"];
  const zonecfg = languages.get("zonecfg") as Language;

  function editor(files: Readonly<Record<string, string>>) {
    const system = {
      read: (path: string) => (path === "/w/zonewarden.host.json" ? machine : undefined),
      list: () => [],
      stamp: () => undefined,
    };
    const workspace = new Workspace(
      system,
      (path) => `file://${path}`,
      () => defaultSettings,
      (...file) => new HostDocument(...file),
    );
    let version = 0;
    const sources = Object.entries(files).map(([path, text]) =>
      workspace.open(path, `file://${path}`, ++version, text, zonecfg),
    );
    const shown = () =>
      sources.map((source) =>
        workspace
          .diagnostics(source)
          .filter(({ code }) => code.startsWith("host/"))
          .map(({ code, range }) => `${code} ${source.text.slice(range.start, range.end)}`),
      );
    const settled = () => {
      while (workspace.hasBackground) workspace.workInBackground(Number.POSITIVE_INFINITY);
      return shown();
    };
    const start = { line: 0, character: 0 };
    const insert = (path: string, text: string) =>
      workspace.change(path, [{ range: { start, end: start }, text }], ++version);
    const replace = (path: string, text: string) => workspace.change(path, [{ text }], ++version);
    return { shown, settled, replace, insert };
  }

  const web = zone("web", shared("192.0.2.10/24"));

  it("is told of conflicts in both files, and no longer once one of them is mended", () => {
    const { settled, replace } = editor({
      "/w/web.zonecfg": web,
      "/w/db.zonecfg": web.replaceAll("web", "db"),
    });
    const clash = ["host/zone-address-twice 192.0.2.10/24"];
    expect(settled()).toEqual([clash, clash]);
    replace("/w/db.zonecfg", web.replaceAll("web", "db").replace("2.10/", "2.11/"));
    expect(settled()).toEqual([[], []]);
  });

  it("keeps what is known of a zone at its place while text before it changes", () => {
    const text = zone("db", EXCLUSIVE, net("e1000g7"));
    const { shown, settled, insert } = editor({ "/w/web.zonecfg": `${web}${text}` });
    const refused = [["host/zone-network e1000g7"]];
    expect(settled()).toEqual(refused);
    insert("/w/web.zonecfg", "# web and db\n");
    expect(shown()).toEqual(refused);
    expect(settled()).toEqual(refused);
  });

  it("is told the same after any edits as by a look at the files as they are", () => {
    const files = ["/w/a.zonecfg", "/w/b.zonecfg"] as const;
    const nets = [
      shared("192.0.2.10/24"),
      shared("192.0.2.2/24"),
      net("e1000g7", "set address=192.0.2.11/24"),
      block("dataset", "set name=rpool/data"),
      block("dataset", "set name=rpool/none"),
      "",
    ];
    const text = fc
      .array(fc.tuple(fc.constantFrom("web", "db", "dns"), fc.constantFrom(...nets)), { maxLength: 3 })
      .map((zones) => zones.map(([name, lines]) => zone(name, ...(lines === "" ? [] : [lines]))).join(""));
    const edits = fc.array(fc.tuple(fc.constantFrom(...files), text, fc.boolean()), { maxLength: 6 });
    fc.assert(
      fc.property(edits, (all) => {
        const now: Record<string, string> = Object.fromEntries(files.map((path) => [path, ""]));
        const { replace, settled } = editor(now);
        for (const [path, content, settle] of all) {
          now[path] = content;
          replace(path, content);
          if (settle) settled();
        }
        expect(settled()).toEqual(editor(now).settled());
      }),
      { numRuns: runs(25) },
    );
  });
});
