import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import type { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";
import { scene } from "./states.ts";

const call = (host: Host, command: string, ...options: string[]) =>
  zoneadm(host, globalRoot(host), { zone: "web", command, options });

/** Every command that changes something, with the words that it takes. */
const COMMANDS: readonly (readonly string[])[] = [
  ["attach"],
  ["boot"],
  ["clone", "source"],
  ["detach"],
  ["halt"],
  ["install"],
  ["mark", "incomplete"],
  ["mount"],
  ["move", "/zones/other"],
  ["ready"],
  ["reboot"],
  ["shutdown"],
  ["sysboot"],
  ["uninstall", "-F"],
  ["unmount"],
  ["verify"],
];

describe("callers of zoneadm", () => {
  it.each(COMMANDS)("need the global zone for %s", (command, ...options) => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    const { status, stderr, decisions } = zoneadm(host, root, { zone: "web", command, options });
    expect(status).toBe(1);
    expect(stderr).toContain("global zone");
    expect(decisions[0]).toMatchObject({ errno: "EPERM", rule: "zoneadm/global" });
  });

  it.each(COMMANDS)("need every privilege for %s", (command, ...options) => {
    const { host } = scene("installed");
    const process = ok(fork(host, globalRoot(host)));
    setCredential(host, process, { uid: 100, ruid: 100, svuid: 100 });
    const { status, decisions } = zoneadm(host, process, { zone: "web", command, options });
    expect(status).toBe(1);
    expect(decisions[0]).toMatchObject({ errno: "EPERM", rule: "zoneadm/privileges" });
    expect(stateOf(host, "web")).toBe("installed");
  });

  it.each([
    ["global", "zoneadm/name"],
    ["SUNWlu-web", "zoneadm/name"],
    ["none", "zoneadm/none"],
  ])("cannot ask for zone %s", (zone, rule) => {
    const host = zoneHost();
    const { status, decisions } = zoneadm(host, globalRoot(host), { zone, command: "boot" });
    expect([status, decisions[0]?.rule]).toEqual([1, rule]);
  });
});

describe("words of zoneadm", () => {
  it("are explained by help, to everybody and without a zone", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    expect(zoneadm(host, root, { command: "help" })).toMatchObject({ status: 0, stderr: "" });
  });

  it("must be a command that it knows", () => {
    const host = zoneHost();
    expect(zoneadm(host, globalRoot(host), { command: "start" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("start"),
    });
  });

  it("must name a zone", () => {
    const host = zoneHost();
    expect(zoneadm(host, globalRoot(host), { command: "boot" })).toMatchObject({ status: 1 });
  });

  it.each([
    ["verify", "-x"],
    ["ready", "-x"],
    ["boot", "-s"],
    ["boot", "web"],
    ["reboot", "-f"],
    ["halt", "now"],
    ["shutdown", "-x"],
    ["shutdown", "--", "-s"],
    ["mount", "-x"],
    ["unmount", "-f"],
    ["mark"],
    ["mark", "installed"],
    ["mark", "ready"],
    ["mark", "incomplete", "now"],
    ["install", "-x", "dataset"],
    ["clone"],
    ["clone", "-m", "fast", "source"],
    ["clone", "-m", "copy", "-s", "rpool/zones/source@old", "source"],
    ["attach", "-n"],
    ["attach", "-F", "-n", "/tmp/manifest"],
    ["detach", "-x"],
    ["move"],
    ["move", "/zones/a", "/zones/b"],
    ["sysboot", "-x"],
  ])("are wrong: %s %s", (command, ...options) => {
    const { host } = scene("installed");
    const { status, stderr } = call(host, command, ...options.filter((word) => word !== undefined));
    expect(status).toBe(2);
    expect(stderr).toContain("usage: zoneadm");
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("behind -- go to init", () => {
    const { host } = scene("installed");
    expect(call(host, "boot", "--", "-s").status).toBe(0);
    expect(illumosOf(host).zones[1]).toMatchObject({ bootArguments: "-s", milestone: "single-user" });
  });

  it("refuse with the name of the zone and the state", () => {
    const { host } = scene("configured");
    expect(call(host, "boot").stderr).toBe(
      "zoneadm: boot needs a zone that is installed, and zone 'web' is only configured\n",
    );
  });

  it("of zoneadmd come with a remark that the call failed", () => {
    const { host } = scene("ready");
    expect(call(host, "reboot").stderr).toBe(
      "zoneadm: zoneadmd does not do reboot for a zone that is ready\n" +
        "zoneadm: zone 'web': call to zoneadmd failed\n",
    );
  });
});

describe("uninstall", () => {
  const uninstall = (host: Host, answer?: string) =>
    zoneadm(host, globalRoot(host), {
      zone: "web",
      command: "uninstall",
      ...(answer !== undefined && { answer }),
    });

  it("needs -F where nobody can be asked", () => {
    const { host } = scene("installed");
    expect(uninstall(host)).toMatchObject({ status: 1, decisions: [{ rule: "uninstall/confirm" }] });
    expect(stateOf(host, "web")).toBe("installed");
  });

  it.each([
    ["y", "configured"],
    ["yes", "configured"],
    ["n", "installed"],
    ["", "installed"],
  ])("asks, and takes %j for an answer", (answer, state) => {
    const { host } = scene("installed");
    expect(uninstall(host, answer).status).toBe(0);
    expect(stateOf(host, "web")).toBe(state);
  });
});

describe("clone", () => {
  it.each([
    ["global", "clone/global"],
    ["none", "clone/source"],
    ["web", "clone/source"],
  ])("takes no zone %s as its source", (source, rule) => {
    const { host } = scene("configured");
    expect(call(host, "clone", source)).toMatchObject({ status: 1, decisions: [{ rule }] });
    expect(stateOf(host, "web")).toBe("configured");
  });
});

describe("move", () => {
  it("verifies the new place first", () => {
    const { host } = scene("installed");
    makeRoot(host, "/zones/other");
    expect(call(host, "move", "/zones/other")).toMatchObject({
      status: 1,
      decisions: [{ rule: "verify/zonepath-mode" }],
    });
  });

  it("leaves the configuration with the new place", () => {
    const { host, entry } = scene("installed");
    expect(call(host, "move", "/zones/other").status).toBe(0);
    expect(entry.definition.properties["zonepath"]?.value).toBe("/zones/other");
    expect(call(host, "boot").status).toBe(0);
  });
});

describe("mark", () => {
  it("leaves a way out of incomplete only by an uninstallation", () => {
    const { host } = scene("incomplete");
    for (const command of ["boot", "install", "attach", "detach", "ready"])
      expect(call(host, command).status).toBe(1);
    expect(call(host, "uninstall", "-F").status).toBe(0);
  });
});

describe("zoneadm as a whole", () => {
  it("tells how long it took", () => {
    const { host } = scene("installed");
    expect(call(host, "boot").milliseconds).toBeGreaterThan(1500);
    expect(call(host, "halt").milliseconds).toBe(1000);
  });

  it("installs, boots, clones and boots the clone", () => {
    const host = zoneHost();
    ok(configureZone(host, define("web")));
    ok(configureZone(host, define("www")));
    for (const [zone, command, ...options] of [
      ["web", "install"],
      ["www", "clone", "web"],
      ["web", "boot"],
      ["www", "boot"],
    ] as const)
      expect(zoneadm(host, globalRoot(host), { zone, command, options }), command).toMatchObject({
        status: 0,
      });
    expect([stateOf(host, "web"), stateOf(host, "www")]).toEqual(["running", "running"]);
  });

  it("keeps zones from one directory", () => {
    const host = zoneHost();
    installed(host, define("db"));
    ok(configureZone(host, define("web", { properties: { zonepath: "/zones/db" } })));
    expect(call(host, "install")).toMatchObject({ status: 1 });
    expect(stateOf(host, "web")).toBe("configured");
  });
});
