import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const PATH = "/w/web.zonecfg";
const TEXT = `# The web server.
create -b
set brand=ipkg
set zonepath=/zones/web
add net
set physical=e1000g0
set address=192.0.2.10/24
end
commit
`;

function world(): World {
  const made = new World({ [PATH]: TEXT });
  made.open(PATH);
  return made;
}

const console = { kind: "open", as: "console" } as const;
const zonecfg = { kind: "open", as: "zonecfg" } as const;

describe("the console of a zone", () => {
  it("shows what appears while somebody watches: a boot, a halt", async () => {
    const made = world();
    await made.run("install", "web");
    expect(made.exec("c", console, "web")).toMatchObject({
      output: "[Connected to zone 'web' console]\n",
      prompt: "",
    });
    await made.run("boot", "web");
    const booted = made.type("c", "");
    expect(booted.output).toContain("[NOTICE: Zone booting up]");
    expect(booted.prompt).toBe("web console login: ");
    await made.run("halt", "web");
    expect(made.type("c", "")).toMatchObject({
      output: expect.stringContaining("[NOTICE: Zone halted]"),
      prompt: "",
    });
  });
  it("tells terminals of what appears where nobody typed, once", async () => {
    const made = world();
    const { id } = made.host();
    await made.run("install", "web");
    made.exec("c", console, "web");
    expect(made.server.news(id)).toEqual([]);
    await made.run("boot", "web");
    expect(made.server.news(id)).toEqual([
      {
        ...{ host: id, session: "c", prompt: "web console login: " },
        output: expect.stringMatching(/\[NOTICE: Zone booting up\].*Hostname: web\n$/s),
      },
    ]);
    expect(made.server.news(id)).toEqual([]);
    expect(made.type("c", "").output).toBe("");
    made.exec("c", { kind: "close" });
    await made.run("halt", "web");
    expect(made.server.news(id)).toEqual([]);
  });
  it("tells shells that end with their zone", async () => {
    const made = world();
    const { id } = made.host();
    await made.run("install", "web");
    await made.run("boot", "web");
    made.exec("s", { kind: "open" }, "web");
    made.exec("h", { kind: "open" });
    await made.run("halt", "web");
    expect(made.server.news(id)).toEqual([{ host: id, session: "s", output: "", prompt: null }]);
    expect(made.server.news(id)).toEqual([]);
  });
  it("lets users log in, and asks again when they leave", async () => {
    const made = world();
    await made.run("install", "web");
    await made.run("boot", "web");
    made.exec("c", console, "web");
    expect(made.type("c", "mallory")).toMatchObject({
      output: "Login incorrect\n",
      prompt: "web console login: ",
    });
    expect(made.type("c", "root").prompt).toContain("web");
    expect(made.type("c", "zonename").output).toBe("web\n");
    expect(made.type("c", "exit").prompt).toBe("web console login: ");
  });
  it("is for one at a time, and is left by ~.", async () => {
    const made = world();
    await made.run("install", "web");
    made.exec("a", console, "web");
    expect(made.exec("b", console, "web")).toMatchObject({
      prompt: null,
      output: expect.stringContaining("in use"),
    });
    expect(made.type("a", "~.")).toMatchObject({
      prompt: null,
      output: "[Connection to zone 'web' console closed]\n",
    });
    expect(made.exec("b", console, "web").prompt).toBe("");
  });
  it("is there only once the zone is installed", () => {
    expect(world().exec("c", console, "web")).toMatchObject({ prompt: null, status: 1 });
  });
  it("outlives a restart, and the past can be looked at", async () => {
    const made = world();
    await made.run("install", "web");
    made.exec("c", console, "web");
    await made.run("boot", "web");
    const { events } = made.inspect();
    expect(made.inspect("web", events - 3).at).toBe(events - 3);
    const snapshot = made.server.snapshot({ host: made.host().id }) ?? "";
    const other = world();
    expect(other.server.restore({ host: other.host().id, snapshot })).toEqual({ kind: "restored" });
    expect(other.exec("c", console, "web").output).toContain("[NOTICE: Zone booting up]");
  });
});

describe("the prompt of zonecfg", () => {
  it("has scopes, and says what is wrong", () => {
    const made = world();
    expect(made.exec("z", zonecfg, "web").prompt).toBe("zonecfg:web> ");
    expect(made.type("z", "add net").prompt).toBe("zonecfg:web:net> ");
    expect(made.type("z", "nonsense")).toMatchObject({ status: 1, prompt: "zonecfg:web:net> " });
    expect(made.type("z", "set nothing=1")).toMatchObject({ status: 1 });
    expect(made.type("z", "exit")).toMatchObject({ status: 1, prompt: "zonecfg:web:net> " });
    expect(made.type("z", "cancel").prompt).toBe("zonecfg:web> ");
    expect(made.type("z", "info").output).toContain("zonepath: /zones/web");
    expect(made.type("z", "exit").prompt).toBeNull();
  });
  it("writes what is committed into the file, behind the commands that are there", () => {
    const made = world();
    made.exec("z", zonecfg, "web");
    for (const line of [
      "set autoboot=true",
      "add attr",
      "set name=owner",
      "set type=string",
      "set value=me",
      "end",
    ])
      expect(made.type("z", line)).toMatchObject({ status: 0, output: "" });
    expect(made.type("z", "export").output).toContain("set autoboot=true");
    const { edits } = made.type("z", "commit");
    expect(edits).toHaveLength(1);
    const [edit] = edits ?? [];
    expect(edit?.location.range.start).toEqual({ line: 8, character: 0 });
    expect(edit?.newText).toBe(
      "set autoboot=true\nadd attr\nset name=owner\nset type=string\nset value=me\nend\n",
    );
    expect(made.type("z", "commit").edits).toBeUndefined();
  });
  it("forgets what is reverted, and does not commit what is wrong", () => {
    const made = world();
    made.exec("z", zonecfg, "web");
    made.type("z", "set autoboot=true");
    made.type("z", "revert");
    expect(made.type("z", "commit").edits).toBeUndefined();
    made.type("z", "add net");
    made.type("z", "set physical=e1000g0");
    const ended = made.type("z", "end");
    const committed = made.type("z", "commit");
    expect([ended.status, committed.status]).toContain(1);
    expect(committed.edits).toBeUndefined();
  });
  it("completes as the editor does", () => {
    const made = world();
    made.exec("z", zonecfg, "web");
    expect(made.exec("z", { kind: "complete", text: "set auto" }).completion).toEqual({
      from: 4,
      words: ["autoboot"],
    });
    expect(made.exec("z", { kind: "complete", text: "ver" }).completion?.words).toContain("verify");
    made.type("z", "add net");
    expect(made.exec("z", { kind: "complete", text: "set phy" }).completion?.words).toEqual(["physical"]);
  });
  it("is for zones of files", async () => {
    const made = world();
    expect(made.exec("z", zonecfg, "gone")).toMatchObject({ prompt: null, status: 1 });
    const jails = World.of("web { path = /; persist; }\n");
    expect(jails.exec("z", zonecfg, "web")).toMatchObject({ prompt: null, status: 1 });
  });
});
