import { definition } from "@zonewarden/server/features/zonecfg/definition";
import { documentHighlights, references } from "@zonewarden/server/features/zonecfg/references";
import { describe, expect, it } from "vitest";
import { DocumentHighlightKind } from "vscode-languageserver-types";
import { marked, shown } from "./harness.ts";

function defined(text: string): string[] {
  const found = marked(text);
  return shown(
    found,
    definition(found.context, found.offset).map(({ range }) => range),
  );
}

function used(text: string, includeDeclaration = true): string[] {
  const found = marked(text);
  return shown(
    found,
    references(found.context, found.offset, includeDeclaration).map(({ range }) => range),
  );
}

function highlighted(text: string): string[] {
  const found = marked(text);
  const letters = {
    [DocumentHighlightKind.Read]: "r",
    [DocumentHighlightKind.Write]: "w",
    [DocumentHighlightKind.Text]: "t",
  };
  return documentHighlights(found.context, found.offset).flatMap(({ range, kind }) =>
    shown(found, [range]).map((text) => `${letters[kind]} ${text}`),
  );
}

const FS = "create\nadd fs\nset dir=/a\nset special=/x\nend\nadd fs\nset dir=/b\nset special=/y\nend\n";

describe("definition", () => {
  it("goes from `select` and `remove` to the resource that they find", () => {
    expect(defined(`${FS}select fs dir=/<|>b\nend\n`)).toEqual(["6: add fs"]);
    expect(defined(`${FS}sel<|>ect fs dir=/b\nend\n`)).toEqual(["6: add fs"]);
    expect(defined(`${FS}remove f<|>s special=/x\n`)).toEqual(["2: add fs"]);
    expect(defined(`${FS}remove fs dir=/<|>c\n`)).toEqual([]);
    expect(defined("add net\nset address=192.0.2.1/24\nend\nselect net address=192.0.2.<|>1\nend\n")).toEqual(
      ["1: add net"],
    );
  });

  it("goes to the `select` that has changed what is looked for", () => {
    expect(defined(`${FS}select fs dir=/b\nset dir=/c\nend\nremove fs dir=<|>/c\n`)).toEqual([
      "10: select fs",
    ]);
  });

  it("stays in the zone", () => {
    expect(defined(`${FS}create\nselect fs dir=/<|>b\nend\n`)).toEqual([]);
  });

  it("goes from `end` to its beginning, and from `clear` to what it takes back", () => {
    expect(defined("add net\nset physical=a0\nen<|>d\n")).toEqual(["1: add net"]);
    expect(defined("set pool=a\nclear po<|>ol\n")).toEqual(["1: pool"]);
  });

  it("takes a shorthand and its resource control for one thing", () => {
    expect(defined("set max-lwps=500\nselect rctl name=zone.max-l<|>wps\nend\n")).toEqual(["1: max-lwps"]);
    expect(defined("add rctl\nset name=zone.max-lwps\nend\nclear max-l<|>wps\n")).toEqual([
      "2: zone.max-lwps",
    ]);
  });

  it("finds nothing for a template", () => {
    expect(defined("create -t oth<|>er\n")).toEqual([]);
  });
});

describe("references", () => {
  it("finds the uses of a key", () => {
    const text = `${FS}select fs dir=/a\nend\nremove fs dir="/a"\n`;
    const all = ["3: /a", "10: /a", "12: /a"];
    expect(used(text.replace("dir=/a", "dir=/<|>a"))).toEqual(all);
    expect(used(text.replace('"/a"', '"/<|>a"'))).toEqual(all);
    expect(used(text.replace("dir=/a", "dir=/<|>a"), false)).toEqual(all.slice(1));
  });

  it("finds all `set` of a property in the zone", () => {
    expect(used("set po<|>ol=a\nclear pool\nset pool=b\ncreate\nset pool=c\n")).toEqual([
      "1: pool",
      "2: pool",
      "3: pool",
    ]);
    expect(used(FS.replace("dir=/a", "di<|>r=/a"))).toEqual(["3: dir", "7: dir"]);
  });

  it("finds a resource control in all its spellings", () => {
    expect(
      used("set max-l<|>wps=500\nadd rctl\nset name=zone.max-lwps\nend\nremove rctl name=zone.max-lwps\n"),
    ).toEqual(["1: max-lwps", "3: zone.max-lwps", "5: zone.max-lwps"]);
    expect(used("add capped-cpu\nset ncp<|>us=1\nend\nremove rctl name=zone.cpu-cap\n")).toEqual([
      "2: ncpus",
      "4: zone.cpu-cap",
    ]);
  });
});

describe("highlights", () => {
  it("tells writing from reading", () => {
    expect(highlighted(`${FS}select fs dir=/<|>a\nend\n`)).toEqual(["w 3: /a", "r 10: /a"]);
  });

  it("keeps a property of a resource to that resource", () => {
    expect(highlighted(FS.replace("dir=/a", "di<|>r=/a"))).toEqual(["w 3: dir"]);
  });

  it("shows what begins and ends a resource", () => {
    expect(highlighted("ad<|>d net\nset physical=a0\nend\n")).toEqual(["t 1: add", "t 3: end"]);
    expect(highlighted("add net\nset physical=a0\nen<|>d\n")).toEqual(["t 1: add", "t 3: end"]);
  });
});
