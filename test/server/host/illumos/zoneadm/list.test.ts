import type { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { fork } from "@zonewarden/server/host/process/processes";
import { beforeEach, describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

/** Zones in all states that a quiet machine has, made in an order that is not that of their names. */
function zones(system: HostDescription["system"] = "omnios"): Host {
  const host = zoneHost({ system });
  const brand = system === "omnios" ? "lipkg" : "joyent";
  installed(host, define("store", { properties: { brand: system === "omnios" ? "sparse" : brand } }));
  illumosOf(host).lastZone = 6;
  running(host, define("web", { properties: { brand } }));
  ok(configureZone(host, define("new", { properties: { brand } })));
  const ready = installed(host, define("db", { properties: { brand, "ip-type": "shared" } }));
  callZoneadmd(host, ready, { command: "ready" });
  const broken = installed(host, define("broken", { properties: { brand } }));
  broken.state = "incomplete";
  const mended = installed(host, define("mended", { properties: { brand } }));
  callZoneadmd(host, mended, { command: "mount" });
  return host;
}

describe("zoneadm list", () => {
  let host: Host;
  beforeEach(() => {
    host = zones();
  });
  const list = (...options: string[]) =>
    zoneadm(host, globalRoot(host), { command: "list", options }).stdout.replace(/\n$/, "").split("\n");

  it("shows the names of what the kernel knows, as it was created", () => {
    expect(list()).toEqual(["global", "web", "db"]);
  });

  it("shows installed zones with -i, in the order of the index file, and no incomplete ones", () => {
    expect(list("-i")).toEqual(["global", "web", "db", "store"]);
  });

  it("shows all with -c, also together with -i", () => {
    const all = ["global", "web", "db", "mended", "store", "new", "broken"];
    expect(list("-c")).toEqual(all);
    expect(list("-ic")).toEqual(all);
  });

  it("leaves out the global zone with -n", () => {
    expect(list("-n")).toEqual(["web", "db"]);
    expect(list("-cn")).not.toContain("global");
  });

  it("shows columns of fixed widths with -v", () => {
    expect(list("-civ")).toEqual([
      "  ID NAME             STATUS     PATH                           BRAND    IP    ",
      "   0 global           running    /                              ipkg     shared",
      "   7 web              running    /zones/web                     lipkg    excl  ",
      "   8 db               ready      /zones/db                      lipkg    shared",
      "   9 mended           mounted    /zones/mended                  lipkg    shared",
      "   - store            installed  /zones/store                   sparse   excl  ",
      "   - new              configured /zones/new                     lipkg    excl  ",
      "   - broken           incomplete /zones/broken                  lipkg    excl  ",
    ]);
  });

  it("shows no directory of a kernel zone", () => {
    const solaris = zoneHost({ system: "solaris" });
    ok(
      configureZone(
        solaris,
        define("kz", { properties: { brand: "solaris-kz", zonepath: "/system/volatile/zones/kz/zonepath" } }),
      ),
    );
    const { stdout } = zoneadm(solaris, globalRoot(solaris), { command: "list", options: ["-cv"] });
    expect(stdout.split("\n").slice(1, 3)).toEqual([
      "   0 global           running    /                              solaris  shared",
      "   - kz               configured -                              solaris-kz excl  ",
    ]);
  });

  it("cuts nothing that is longer than its column", () => {
    ok(
      configureZone(
        host,
        define("a-name-that-is-longer", { properties: { zonepath: `/zones/${"x".repeat(40)}` } }),
      ),
    );
    expect(list("-cv").at(-1)).toBe(
      `   - a-name-that-is-longer configured /zones/${"x".repeat(40)} lipkg    excl  `,
    );
  });

  it("shows seven fields with -p, and the debug id on OmniOS", () => {
    const [store, web] = illumosOf(host).index;
    expect(list("-pi")).toEqual([
      "0:global:running:/::ipkg:shared:0",
      `7:web:running:/zones/web:${web?.uuid}:lipkg:excl:2`,
      `8:db:ready:/zones/db:${illumosOf(host).index[3]?.uuid}:lipkg:shared:4`,
      `-:store:installed:/zones/store:${store?.uuid}:sparse:excl:1`,
    ]);
  });

  it("escapes colons in paths with -p", () => {
    ok(configureZone(host, define("odd", { properties: { zonepath: "/zones/a:b" } })));
    expect(list("-cp").at(-1)).toContain(":/zones/a\\:b:");
  });

  it("shows the debug id on SmartOS, and what the root may be written on Solaris 11", () => {
    host = zones("smartos");
    expect(list("-p")[0]).toBe("0:global:running:/::liveimg:shared:0");
    host = zoneHost({ system: "solaris", release: "11.4" });
    expect(list("-p")).toEqual(["0:global:running:/::solaris:shared:-:none:"]);
    host = zoneHost({ system: "illumos" });
    expect(list("-p")).toEqual(["0:global:running:/::native:shared"]);
  });

  it("shows a zone of any state with -z", () => {
    for (const [zone, state] of [
      ["new", "configured"],
      ["broken", "incomplete"],
      ["web", "running"],
    ] as const) {
      const { stdout } = zoneadm(host, globalRoot(host), { zone, command: "list", options: ["-p"] });
      expect(stdout.split(":").slice(1, 3)).toEqual([zone, state]);
    }
  });

  it.each([["-i"], ["-c"], ["-n"]])("refuses -z together with %s", (option) => {
    const { status } = zoneadm(host, globalRoot(host), { zone: "web", command: "list", options: [option] });
    expect(status).toBe(2);
  });

  it("says that -p and -v exclude each other", () => {
    const { stderr } = zoneadm(host, globalRoot(host), { command: "list", options: ["-cvp"] });
    expect(stderr).toContain("-p and -v exclude each other");
  });

  it.each([[["-pv"]], [["-x"]], [["web"]]])("knows no %j", (options) => {
    expect(zoneadm(host, globalRoot(host), { command: "list", options })).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("usage"),
    });
  });

  it("fails for a zone that is not there", () => {
    expect(zoneadm(host, globalRoot(host), { zone: "none", command: "list" })).toMatchObject({
      status: 1,
      stdout: "",
    });
  });

  it("is for everybody", () => {
    const process = ok(fork(host, globalRoot(host)));
    setCredential(host, process, { uid: 100, ruid: 100, svuid: 100 });
    expect(zoneadm(host, process, { command: "list" }).stdout).toBe("global\nweb\ndb\n");
  });

  it.each([["-c"], ["-i"], ["-v"]])("shows one zone within a zone, with %s as well", (option) => {
    const { root } = running(host, define("inside"));
    const { stdout } = zoneadm(host, root, {
      command: "list",
      options: ["-p", ...(option === "-v" ? [] : [option])],
    });
    const { uuid, debugId } = illumosOf(host).index.at(-1) ?? {};
    expect(stdout).toBe(`10:inside:running:/:${uuid}:lipkg:excl:${debugId}\n`);
  });
});
