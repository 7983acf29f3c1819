import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

/** What Tab offers behind a program: nothing that the program does not say of itself. */

function freebsd() {
  const world = World.of("web { path = /; persist; }\n");
  world.exec("s", { kind: "open" });
  return (text: string) => world.exec("s", { kind: "complete", text }).completion;
}

function illumos() {
  const world = new World({ "/w/web.zonecfg": "create -b\nset zonepath=/zones/web\n" });
  world.open("/w/web.zonecfg");
  world.exec("s", { kind: "open" });
  return (text: string) => world.exec("s", { kind: "complete", text }).completion;
}

describe("options", () => {
  it("are those of the program's usage", () => {
    const complete = freebsd();
    expect(complete("jls -")).toEqual({
      from: 4,
      words: ["-d ", "-h ", "-j ", "-n ", "-N ", "-q ", "-s ", "-v "],
    });
    expect(complete("echo x; jls -q")?.words).toEqual(["-q "]);
    expect(complete("ls --c")?.words).toEqual(["--color "]);
    // Letters behind a bracket: `-[cmr]`.
    expect(complete("jail -")?.words).toEqual(expect.arrayContaining(["-c ", "-m ", "-r ", "-J "]));
  });
  it("belong to the subcommand where it has some of its own", () => {
    expect(freebsd()("zfs list -")?.words).toEqual(["-d ", "-H ", "-o ", "-p ", "-r ", "-t "]);
    expect(illumos()("svcadm enable -")?.words).toEqual(["-r ", "-s ", "-t "]);
  });
  it("are not guessed where a program says nothing, and to ask changes nothing", async () => {
    const world = World.of("web { path = /; persist; }\n");
    world.exec("s", { kind: "open" });
    const before = world.host();
    expect(world.exec("s", { kind: "complete", text: "shutdown -" }).completion).toBeDefined();
    expect(world.exec("s", { kind: "complete", text: "nothing -" }).completion?.words).toEqual([]);
    expect(world.host()).toEqual(before);
  });
});

describe("subcommands", () => {
  it("come before files, once", () => {
    const complete = illumos();
    expect(complete("zoneadm -z web b")?.words).toEqual(["boot "]);
    expect(complete("svcadm en")?.words).toEqual(["enable "]);
    expect(complete("svcadm enable en")?.words).toEqual([]);
  });
  it("are not names of zones: these stand behind -z", () => {
    const complete = illumos();
    expect(complete("zoneadm -z ")?.words).toEqual(["web "]);
    expect(complete("zlogin w")?.words).toEqual(["web "]);
  });
});
