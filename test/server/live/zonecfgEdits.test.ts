import type { ExecOutcome } from "@zonewarden/server/protocol";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

/** What a commit at a zonecfg prompt makes of the file. */

const PATH = "/w/web.zonecfg";
const TEXT = `# The web server.
create -b
set brand=ipkg
set zonepath=/zones/web
set autoboot=false; set pool=pool_default
add net
    set physical=e1000g0
    set address=192.0.2.10/24
end
add net
    set physical=e1000g0
    set address=192.0.2.11/24
end
add attr
  set name=owner
  set type=string
  set value=me
end
commit
`;

/** The file after some lines and a commit. */
function committed(lines: readonly string[], text = TEXT): { text: string; last: ExecOutcome } {
  const world = new World({ [PATH]: text });
  world.open(PATH);
  world.exec("z", { kind: "open", as: "zonecfg" }, "web");
  for (const line of lines) expect([line, world.type("z", line).output]).toEqual([line, ""]);
  const last = world.type("z", "commit");
  let result = text;
  const document = world.workspace.documents.getOpen(PATH);
  const edits = (last.edits ?? []).map(({ location: { range }, newText }) => ({
    ...{ start: document?.offsetAt(range.start) ?? 0, end: document?.offsetAt(range.end) ?? 0, newText },
  }));
  for (const { start, end, newText } of edits.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + newText + result.slice(end);
  return { text: result, last };
}

describe("a commit", () => {
  it("changes a value where the file sets it, and leaves what is around", () => {
    expect(
      committed(["set zonepath=/zones/web1", "set pool=pool_web", "set zonepath=/zones/web2"]).text,
    ).toBe(
      TEXT.replace("zonepath=/zones/web\n", "zonepath=/zones/web2\n").replace("pool_default", "pool_web"),
    );
  });
  it("changes a resource that was selected, and adds to it before its end", () => {
    const { text } = committed([
      "select net address=192.0.2.11/24",
      "set address=192.0.2.99/24",
      "set defrouter=192.0.2.1",
      "end",
    ]);
    expect(text).toBe(TEXT.replace("192.0.2.11/24\n", "192.0.2.99/24\n    set defrouter=192.0.2.1\n"));
  });
  it("takes out what is removed or cleared", () => {
    expect(committed(["remove attr name=owner"]).text).toBe(TEXT.replace(/add attr\n(?:.*\n)*?end\n/, ""));
    const alone = TEXT.replace("; set pool=pool_default", "\nset pool=pool_default");
    expect(committed(["clear pool"], alone).text).toBe(alone.replace("set pool=pool_default\n", ""));
  });
  it("says in a new line what cannot be done in place", () => {
    // The line has another command, too.
    expect(committed(["clear pool"]).text).toBe(TEXT.replace("commit\n", "clear pool\ncommit\n"));
    // Two resources fit.
    expect(committed(["remove -F net"]).text).toBe(TEXT.replace("commit\n", "remove -F net\ncommit\n"));
    expect(committed(["set bootargs=-v"]).text).toBe(TEXT.replace("commit\n", "set bootargs=-v\ncommit\n"));
  });
  it("stays inside of the here-document of a script", () => {
    const script = `#!/bin/sh\nzonecfg -z web <<'EOF'\n${TEXT}EOF\nzoneadm -z web install\n`;
    expect(committed(["set autoboot=true", "set bootargs=-v"], script).text).toBe(
      script.replace("autoboot=false", "autoboot=true").replace("commit\n", "set bootargs=-v\ncommit\n"),
    );
  });
  it("refuses to write into a recorded session, which zonecfg would not read", () => {
    const session = TEXT.replace("# The web server.\n", "").replace(/^(?=.)/gm, "zonecfg:web> ");
    const { text, last } = committed(["set bootargs=-v"], session);
    expect(text).toBe(session);
    expect(last).toMatchObject({ status: 1, output: expect.stringContaining("change it by hand") });
  });
  it("touches its own zone alone", () => {
    const two = `create -b\nset zonename=db\nset zonepath=/zones/db\nset brand=ipkg\nset autoboot=false\ncreate -b\nset zonename=web\nset zonepath=/zones/web\nset brand=ipkg\nset autoboot=false\n`;
    expect(committed(["set autoboot=true"], two).text).toBe(
      two.replace(/autoboot=false\n$/, "autoboot=true\n"),
    );
    const last = two.replace(/\n$/, "");
    expect(committed(["set bootargs=-v"], two).text).toBe(`${last}\nset bootargs=-v\n`);
  });
});
