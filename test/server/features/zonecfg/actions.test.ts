import { actions } from "@zonewarden/server/features/zonecfg/actions";
import { describe, expect, it } from "vitest";
import { CodeActionKind } from "vscode-languageserver-types";
import { crlf } from "../harness.ts";
import { marked } from "./harness.ts";

type Platform = Parameters<typeof marked>[1];

function offered(text: string, platform?: Platform) {
  const { context, offset } = marked(text, platform);
  return actions(context, { start: offset, end: offset });
}

const titles = (text: string, platform?: Platform) => offered(text, platform).map(({ title }) => title);

/** The text after the action whose title begins so. */
function after(text: string, title: string, platform?: Platform): string {
  const action = offered(text, platform).find((candidate) => candidate.title.startsWith(title));
  if (!action) throw new Error(`there is no ${title}`);
  let result = marked(text).context.document.text;
  for (const { range, newText } of [...action.edits].reverse())
    result = result.slice(0, range.start) + newText + result.slice(range.end);
  return result;
}

describe("a command file out of a session", () => {
  const SESSION = `root@host:~# zonecfg -z web
web: No such zone configured
Use 'create' to begin configuring a new zone.
zonecfg:web> create<|> -b
zonecfg:web> set zonepath=/zones/web
# why
zonecfg:web> add net
zonecfg:web:net> set physical=web0
zonecfg:web:net> end
zonecfg:web> info
zonename: web
net:
\taddress: 192.0.2.1
\tphysical: web0
zonecfg:web>
zonecfg:web> exit
root@host:~# zoneadm list
`;

  it("strips prompts, drops output and lines of the shell", () => {
    const plain = "create -b\nset zonepath=/zones/web\n# why\nadd net\nset physical=web0\nend\ninfo\nexit\n";
    expect(after(SESSION, "Turn into")).toBe(plain);
    expect(after(crlf(SESSION), "Turn into")).toBe(crlf(plain));
    expect(offered(SESSION)[0]?.kind).toBe(CodeActionKind.RefactorRewrite);
  });

  it("keeps the body of a here-document", () => {
    const script =
      "#!/bin/sh\nset -e\n\nzonecfg -z web <|><<EOF\ncreate\n\nset zonepath=/a\nEOF\n\nzoneadm -z web install\n";
    expect(after(script, "Turn into")).toBe("create\n\nset zonepath=/a\n");
  });

  it("is not offered for two bodies, for a command file, nor for a place far away", () => {
    const body = "zonecfg -z web <<EOF\ncreate\nEOF\n";
    expect(titles(`<|>${body}${body}`)).toEqual([]);
    expect(titles("<|>create\nset pool=a\n")).toEqual([]);
    expect(titles("zonecfg:web> create\nadd net\nset physical=a0\nend\n<|>set pool=a\n")).toEqual([]);
  });
});

describe("what a resource lacks", () => {
  it("adds required properties", () => {
    const plain = "add fs\n\tset dir=/a\n\tset special=\n\tset type=\nend\n";
    expect(after("add fs\n\tset di<|>r=/a\nend\n", "Add the missing properties")).toBe(plain);
    expect(after("ad<|>d fs\n\tset dir=/a\nend\n", "Add the missing properties")).toBe(plain);
    expect(after(crlf("add fs\n\tset dir=/a\ne<|>nd\n"), "Add the missing properties")).toBe(crlf(plain));
    expect(after("add dataset; en<|>d\n", "Add the missing property")).toBe("add dataset; set name=; end\n");
    expect(titles("add fs\n<|>end\n", "illumos")).toEqual([
      "Add the missing properties 'dir', 'special', 'type'",
    ]);
  });

  it("adds `end`", () => {
    expect(titles("add dataset\nset name=a<|>\nset pool=a\n")).toEqual([
      "Add the missing 'end' of this 'dataset'",
    ]);
    expect(after("add dataset\n  set name=a<|>", "Add the missing 'end'")).toBe(
      "add dataset\n  set name=a\nend\n",
    );
    expect(after("add dataset\nset name=a<|>\nadd net\n", "Add the missing 'end'")).toBe(
      "add dataset\nset name=a\nend\nadd net\n",
    );
  });

  it("ends a resource before what does not belong to it", () => {
    const plain = "add dataset\nset name=a\nend\nset pool=a\ncommit\n";
    expect(after("add dataset\nset name=a<|>\nset pool=a\ncommit\n", "Add the missing 'end'")).toBe(plain);
    expect(after("add dataset\nset name=a<|>\ncommit\n", "Add the missing 'end'")).toBe(
      "add dataset\nset name=a\nend\ncommit\n",
    );
  });

  it("is silent where nothing is missing", () => {
    expect(titles("add dataset\nset name=a<|>\nend\n")).toEqual([]);
    expect(titles("select fs dir=/a\n<|>end\n")).toEqual([]);
    expect(titles("<|>set pool=a\n")).toEqual([]);
  });
});
