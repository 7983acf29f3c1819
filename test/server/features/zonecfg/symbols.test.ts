import type { SymbolNode } from "@zonewarden/server/features/types";
import { foldings } from "@zonewarden/server/features/zonecfg/folding";
import { documentSymbols, workspaceSymbols } from "@zonewarden/server/features/zonecfg/symbols";
import { describe, expect, it } from "vitest";
import { contextOf } from "./harness.ts";

/** The outline as indented lines. */
function outline(text: string, most?: number): string[] {
  const lines = (nodes: readonly SymbolNode[], indent: string): string[] =>
    nodes.flatMap(({ name, detail, children }) => [
      `${indent}${name}${detail ? ` | ${detail}` : ""}`,
      ...lines(children, `${indent}  `),
    ]);
  return lines(documentSymbols(contextOf(text), most).symbols, "");
}

const WEB = `create -b
set zonename=web
set zonepath=/zones/web
add net
set physical=e1000g0
set address=192.0.2.1/24
end
add fs
set dir=/data
set special=/export/data
set type=lofs
add options ro
end
add attr; set name=ram; set type=string; set value=4G; end
`;

describe("symbols", () => {
  it("shows a zone with its properties and resources", () => {
    expect(outline(WEB)).toEqual([
      "web | create -b",
      "  zonename | web",
      "  zonepath | /zones/web",
      "  net | e1000g0 192.0.2.1/24",
      "    physical | e1000g0",
      "    address | 192.0.2.1/24",
      "  fs | /data ← /export/data",
      "    dir | /data",
      "    special | /export/data",
      "    type | lofs",
      "    options | ro",
      "  attr | ram=4G",
      "    name | ram",
      "    type | string",
      "    value | 4G",
    ]);
  });

  it("tells zones without a name by their path", () => {
    expect(outline("zonecfg:> create -b\nset zonepath=/zones/a\ncreate\nset pool=a\n")).toEqual([
      "zone | create -b · /zones/a",
      "  zonepath | /zones/a",
      "zone | create",
      "  pool | a",
    ]);
  });

  it("shows a file without `create` flat, nested resources within others, and `select` as such", () => {
    expect(
      outline("set pool=a\nselect fs dir=/a\nset type=zfs\nend\nadd anet\nadd mac\nset id=1\nend\nend\n"),
    ).toEqual(["pool | a", "fs | select /a", "  type | zfs", "anet", "  mac | 1", "    id | 1"]);
  });

  it("ends a resource without `end` where the next one begins", () => {
    expect(outline("add net\nset physical=a0\nadd fs\nset dir=/a\n")).toEqual([
      "net | a0",
      "  physical | a0",
      "fs | /a",
      "  dir | /a",
    ]);
  });

  it("leaves out properties where there are too many", () => {
    expect(outline(WEB, 5)).toEqual([
      "web | create -b",
      "  zonename | web",
      "  zonepath | /zones/web",
      "  net | e1000g0 192.0.2.1/24",
      "  fs | /data ← /export/data",
      "  attr | ram=4G",
    ]);
  });

  it("finds zones and resources in the workspace", () => {
    const names = (query: string) =>
      workspaceSymbols([contextOf(WEB).configuration], query).map(
        ({ name, container }) => `${name} in ${container}`,
      );
    expect(names("")).toHaveLength(4);
    expect(names("fsda")).toEqual(["fs /data ← /export/data in web"]);
    expect(names("web")).toEqual(["web in /zones/web.zonecfg"]);
  });
});

describe("foldings", () => {
  const folds = (text: string) => {
    const line = (offset: number) => text.slice(0, offset).split("\n").length;
    return foldings(contextOf(text)).map(
      ({ start, end, kind }) => `${line(start)}-${line(end)}${kind ? ` ${kind}` : ""}`,
    );
  };

  it("folds resources, leaving `end` in sight", () => {
    expect(folds(WEB)).toEqual(["4-6", "8-12"]);
    expect(folds(WEB.replaceAll("\n", "\r\n"))).toEqual(["4-6", "8-12"]);
  });

  it("folds zones where there are several, comments and regions", () => {
    expect(folds("create\nset pool=a\ncreate\nset pool=b\n")).toEqual(["1-2", "3-4"]);
    expect(folds("# a\n# b\n# c\nset pool=a\n")).toEqual(["1-3 comment"]);
    expect(folds("#region a\nset pool=a\n#endregion\n")).toEqual(["1-3 region"]);
  });

  it("folds nothing of the shell's in a script", () => {
    expect(folds("#!/bin/sh\nA=1\nB=2\nzonecfg -z web <<EOF\ncreate\nEOF\n")).toEqual([]);
  });
});
