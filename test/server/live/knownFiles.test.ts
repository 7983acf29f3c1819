import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const names = (world: World) =>
  world.server.get().hosts.flatMap((host) => host.containers.map(({ name }) => name));

describe("configurations that the editor has found", () => {
  it("are as on disk again after they were open and were saved", () => {
    const zone = (name: string) => `create -b\nset zonename=${name}\nset zonepath=/zones/z\nset brand=ipkg\n`;
    const files = { "/w/z.zonecfg": zone("old") };
    const world = new World(files);
    world.list("/w/z.zonecfg");
    expect(names(world)).toEqual(["old"]);
    world.open("/w/z.zonecfg");
    world.edit("/w/z.zonecfg", "old", "new");
    files["/w/z.zonecfg"] = zone("new");
    world.workspace.close("/w/z.zonecfg");
    expect(names(world)).toEqual(["new"]);
  });

  it("know what is typed in a file that they include", () => {
    const world = new World({
      "/w/jail.conf": '.include "/srv/all.conf";\n',
      "/srv/all.conf": "db { path = /; persist; }\n",
    });
    world.list("/w/jail.conf");
    expect(names(world)).toEqual(["db"]);
    world.open("/srv/all.conf");
    expect(names(world)).toEqual(["db"]);
    world.edit("/srv/all.conf", "db", "web");
    expect(names(world)).toEqual(["web"]);
    world.workspace.close("/srv/all.conf");
    expect(names(world)).toEqual(["db"]);
  });
});
