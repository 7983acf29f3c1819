import { expect, it } from "vitest";
import { World } from "./world.ts";

const ZONE = "create -b\nset brand=lipkg\nset zonepath=/zones/web\n";

it.each(['zonewarden:/web-configuration?{"container":"web"}', 'git:/w/web.zonecfg?{"ref":"HEAD"}'])(
  "%s is no configuration of its own",
  (path) => {
    const world = new World({ "/w/web.zonecfg": ZONE, [path]: ZONE });
    world.open("/w/web.zonecfg");
    world.open(path, "zonecfg");
    const { hosts } = world.server.get();
    expect(hosts.map(({ containers }) => containers.map(({ name }) => name))).toEqual([["web"]]);
    expect(world.server.lenses(path)).toEqual([]);
  },
);

it("what was never saved is one", () => {
  const world = new World({ "untitled:Untitled-1": "web { path = /jails/web; }\n" });
  world.open("untitled:Untitled-1", "jail-conf");
  expect(world.host().containers.map(({ name }) => name)).toEqual(["web"]);
});
