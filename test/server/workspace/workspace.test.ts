import { jailConf } from "@zonewarden/server/languages/jail-conf";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";
import { defaultSettings, type Platform, parseSettings } from "@zonewarden/server/workspace/settings";
import { Workspace } from "@zonewarden/server/workspace/workspace";
import { describe, expect, it } from "vitest";
import { lines } from "./lines.ts";

const web = "web {\n\tpath = /jails/web;\n\thost.hostname = web;\n\tpersist;\n\tnonsense;\n}\n";

/** A workspace over files in memory, which a test may change. */
function workspaceOver(files: Record<string, string>, platformOf: (path: string) => Platform | undefined) {
  const system = {
    read: (path: string) => files[path],
    list: () => [],
    stamp: (path: string) => files[path],
  };
  const uriOf = (path: string) => `file://${path}`;
  const workspace = new Workspace(
    system,
    uriOf,
    (path) => ({ ...defaultSettings, platform: platformOf(path) }),
    (...file) => new HostDocument(...file),
  );
  const open = (path: string, text: string, language: typeof jailConf | typeof lines) =>
    workspace.open(path, uriOf(path), 1, text, language);
  /** What is wrong by path, in all that is judged. */
  const found = () =>
    Object.fromEntries(
      [...workspace.judged].map((source) => [
        source.path,
        workspace.diagnostics(source).map(({ code, message }) => (code === "lines/wrong" ? message : code)),
      ]),
    );
  return { workspace, open, found };
}

describe("documents of two languages in one workspace", () => {
  it("are judged side by side, each by its own language", () => {
    const { open, found } = workspaceOver({}, () => undefined);
    open("/a/jail.conf", web, jailConf);
    open("/a/web.zonecfg", "bad\n", lines);
    expect(found()).toEqual({
      "/a/jail.conf": ["jail/unknown-parameter"],
      "/a/web.zonecfg": ["Bad on any."],
    });
  });

  it("that are opened again in the other language are replaced", () => {
    const { workspace, open, found } = workspaceOver({}, () => undefined);
    open("/a/x", web, jailConf);
    open("/a/x", web.replace("nonsense", "bad"), lines);
    expect(found()).toEqual({ "/a/x": ["Bad on any."] });
    open("/a/x", web, jailConf);
    expect(found()).toEqual({ "/a/x": ["jail/unknown-parameter"] });
    workspace.close("/a/x");
    expect(found()).toEqual({});
  });

  it("an included file that is open in the other language is included as the disk has it", () => {
    const { open, found } = workspaceOver({ "/a/part.conf": web }, () => undefined);
    open("/a/jail.conf", '.include "part.conf";\n', jailConf);
    expect(found()["/a/part.conf"]).toEqual(["jail/unknown-parameter"]);
    open("/a/part.conf", "bad", lines);
    expect(found()).toEqual({ "/a/jail.conf": [], "/a/part.conf": ["Bad on any."] });
  });

  it("a main file that becomes one of the other language leaves its parts on their own", () => {
    const { open, found } = workspaceOver(
      { "/a/jail.conf": '$x = 1;\n.include "part.conf";\n' },
      () => undefined,
    );
    open("/a/part.conf", web, jailConf);
    expect(Object.keys(found())).toContain("/a/jail.conf");
    open("/a/jail.conf", "bad", lines);
    expect(found()).toEqual({ "/a/part.conf": ["jail/unknown-parameter"], "/a/jail.conf": ["Bad on any."] });
  });
});

describe("settings", () => {
  it("that a parser depends on parse open documents again, with the edits that wait", () => {
    let platform: Platform | undefined;
    const { workspace, open, found } = workspaceOver({}, () => platform);
    open("/z", "", lines);
    workspace.change("/z", [{ text: "bad bad" }], 2);
    platform = "smartos";
    workspace.reconfigure();
    expect(found()).toEqual({ "/z": ["Bad on smartos.", "Bad on smartos."] });
  });

  it("name the platform; `auto` and nonsense leave it to the file", () => {
    expect(parseSettings({ platform: "omnios" }).platform).toBe("omnios");
    for (const platform of ["auto", "plan9", 7]) expect(parseSettings({ platform }).platform).toBeUndefined();
  });
});

describe("comments that switch rules off", () => {
  it.each(["\n", "\r\n"])("work in every language, with line ends %j", (end) => {
    const { open, found } = workspaceOver({}, () => undefined);
    open("/z", `# zonewarden-ignore-next-line lines/wrong: a test${end}bad${end}`, lines);
    open("/a/jail.conf", `# zonewarden-ignore-file jail/*: a test${end}${web}`, jailConf);
    expect(found()).toEqual({ "/z": [], "/a/jail.conf": [] });
  });

  it("are findings themselves where they have no effect: warnings", () => {
    const { workspace, open } = workspaceOver({}, () => undefined);
    const source = open("/z", "# zonewarden-ignore-file lines/wrong: a test\n", lines);
    expect(workspace.diagnostics(source)).toMatchObject([{ code: "style/suppression", severity: "warning" }]);
  });
});
