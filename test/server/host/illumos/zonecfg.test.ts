import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { configureZone, deleteZone, renameZone } from "@zonewarden/server/host/illumos/zonecfg";
import { entriesAround, entryNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { describe, expect, it } from "vitest";
import { define, installed, ok, running, zoneHost } from "./harness.ts";

const brand = (name: string) => ({ properties: { brand: name } });

describe("zonecfg", () => {
  it("puts a new zone behind the others, with a UUID of its own", () => {
    const host = zoneHost();
    ok(configureZone(host, define("web")));
    ok(configureZone(host, define("db")));
    const { index } = illumosOf(host);
    expect(index.map(({ name, state }) => [name, state])).toEqual([
      ["web", "configured"],
      ["db", "configured"],
    ]);
    const [web, db] = index;
    expect(web?.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(web?.uuid).not.toBe(db?.uuid);
  });

  it("gives the same UUID to the same name in another run", () => {
    const uuid = () => ok(configureZone(zoneHost(), define("web"))).uuid;
    expect(uuid()).toBe(uuid());
  });

  it("replaces a configuration in its place", () => {
    const host = zoneHost();
    ok(configureZone(host, define("web")));
    ok(configureZone(host, define("db")));
    ok(configureZone(host, define("web", { properties: { zonepath: "/zones/www" } })));
    expect(illumosOf(host).index.map(({ name }) => name)).toEqual(["web", "db"]);
    expect(entriesAround(host, "/zones/www").map(({ name }) => name)).toEqual(["web"]);
    expect(entriesAround(host, "/zones/web")).toEqual([]);
  });

  it.each([
    ["zonepath", { properties: { zonepath: "/zones/www" } }],
    ["brand", brand("sparse")],
  ])("fixes the %s of a zone that is installed", (_, change) => {
    const host = zoneHost();
    installed(host, define("web"));
    expect(configureZone(host, define("web", change))).toMatchObject({
      errno: "EBUSY",
      decision: { rule: "E_ZONEPATH_LOCKED" },
    });
  });

  it.each([
    ["-web", "zonecfg/name"],
    ["w/b", "zonecfg/name"],
    ["x".repeat(64), "zonecfg/name"],
    ["", "zonecfg/name"],
    ["global", "zonecfg/reserved"],
    ["SUNWweb", "zonecfg/reserved"],
  ])("takes no zone called %j", (name, rule) => {
    const host = zoneHost();
    expect(configureZone(host, define(name))).toMatchObject({ errno: "EINVAL", decision: { rule } });
    ok(configureZone(host, define("web")));
    expect(renameZone(host, "web", name)).toMatchObject({ errno: "EINVAL", decision: { rule } });
  });

  it("takes names of 63 characters", () => {
    expect(configureZone(zoneHost(), define("x".repeat(63))).ok).toBe(true);
  });

  it("renames a zone, and keeps its UUID and configuration", () => {
    const host = zoneHost();
    const { uuid } = installed(host, define("web"));
    ok(renameZone(host, "web", "www"));
    expect(entryNamed(host, "web")).toBeUndefined();
    expect(entryNamed(host, "www")).toMatchObject({ uuid, state: "installed", definition: { name: "www" } });
  });

  it("gives no zone the name of another one", () => {
    const host = zoneHost();
    ok(configureZone(host, define("web")));
    ok(configureZone(host, define("db")));
    expect(renameZone(host, "web", "db")).toMatchObject({ errno: "EEXIST" });
  });

  it.each(["deleteZone", "renameZone"] as const)("knows no zone that is not there: %s", (call) => {
    const host = zoneHost();
    const done = call === "deleteZone" ? deleteZone(host, "web") : renameZone(host, "web", "www");
    expect(done).toMatchObject({ errno: "ENOENT", decision: { rule: "zonecfg/none" } });
  });

  it("forgets an installed zone with -F, and leaves its files", () => {
    const host = zoneHost();
    installed(host, define("web"));
    expect(deleteZone(host, "web").ok).toBe(false);
    ok(deleteZone(host, "web", { force: true }));
    expect(stateOf(host, "web")).toBeUndefined();
  });

  it("forgets no zone that runs, also not with -F", () => {
    const host = zoneHost();
    running(host, define("web"));
    expect(deleteZone(host, "web", { force: true })).toMatchObject({ decision: { rule: "E_DELETE_STATE" } });
  });
});
