import { chmod } from "@zonewarden/server/host/filesystem/attributes";
import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import { open } from "@zonewarden/server/host/filesystem/open";
import type { Host } from "@zonewarden/server/host/host";
import { beginShutdown } from "@zonewarden/server/host/illumos/kernelZones";
import type { Zone } from "@zonewarden/server/host/illumos/types";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { exit, findProcess, fork } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { kill } from "@zonewarden/server/host/process/signals";
import { describe, expect, it } from "vitest";
import { define, enter, globalRoot, ok, running, zoneHost } from "../harness.ts";

function initOf(host: Host, zone: Zone) {
  const init = findProcess(host, zone.init ?? 0);
  if (!init) throw new Error("there is no init");
  return init;
}

function up(brand = "lipkg") {
  const host = zoneHost();
  const { zone } = running(host, define("web", { properties: { brand } }));
  return { host, zone, init: initOf(host, zone) };
}

describe("zsched", () => {
  it("is a child of the init of the global zone, and the parent of that of the zone", () => {
    const { host, zone, init } = up();
    expect(findProcess(host, zone.zsched)).toMatchObject({ parent: 1, command: "zsched" });
    expect(init.parent).toBe(zone.zsched);
  });

  it("cannot be killed", () => {
    const { host, zone } = up();
    kill(host, globalRoot(host), zone.zsched, "KILL");
    expect(findProcess(host, zone.zsched)?.state).not.toBe("zombie");
  });
});

describe("the init of a zone that ends", () => {
  it.each([
    ["lipkg", 0, "restart"],
    ["lipkg", 1, "restart"],
    ["bhyve", 0, "restart"],
    ["bhyve", 1, "halt"],
    ["kvm", 0, "halt"],
    ["emu", 1, "halt"],
  ] as const)("leads by brand %s and status %i to: %s", (brand, status, what) => {
    const host = zoneHost();
    makeRoot(host, "/zones/web/root");
    const { zone } = running(host, define("web", { properties: { brand } }));
    const init = initOf(host, zone);
    exit(host, init, status);
    if (what === "halt") expect(stateOf(host, "web")).toBe("installed");
    else expect(findProcess(host, init.pid)).toMatchObject({ pid: zone.init, exitStatus: null });
  });

  it("is the same process when it runs again, without what it had open", () => {
    const { host, zone, init } = up();
    ok(open(host, init, "/etc/passwd"));
    exit(host, init, 1);
    const again = initOf(host, zone);
    expect(again).toMatchObject({ pid: init.pid, descriptors: [], command: "init", parent: zone.zsched });
    expect(again.directory).toEqual(zone.root);
  });

  it("is told of on the console of the zone and on that of the host", () => {
    const { host, init } = up();
    exit(host, init, 1);
    const warnings = host.events.filter(({ message }) => message.startsWith("WARNING: init(8) for zone web"));
    expect(warnings.map(({ kind }) => kind)).toEqual(["zone.console", "host.console"]);
  });

  it("halts the zone when it cannot be run again", () => {
    const { host, init } = up();
    ok(chmod(host, globalRoot(host), "/zones/web/root/sbin/init", 0o644));
    exit(host, init, 1);
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("is not run again while the zone goes down", () => {
    const { host, zone, init } = up();
    beginShutdown(host, zone);
    expect(findProcess(host, init.pid)).toBeUndefined();
    expect(processesOfContainer(host, zone.id).map(({ command }) => command)).toEqual(["zsched"]);
  });

  it("is killed from the global zone by every privilege, and comes back", () => {
    const { host, zone, init } = up();
    ok(kill(host, globalRoot(host), init.pid, "KILL"));
    expect(initOf(host, zone).pid).toBe(init.pid);
  });
});

describe("orphans of a zone", () => {
  it("become children of its init", () => {
    const { host, zone, init } = up();
    const shell = enter(host, zone);
    const child = ok(fork(host, shell));
    exit(host, shell, 0);
    expect(findProcess(host, child.pid)?.parent).toBe(init.pid);
  });

  it("that end leave no zombies", () => {
    const { host, zone } = up();
    const shell = enter(host, zone);
    const child = ok(fork(host, shell));
    exit(host, shell, 0);
    exit(host, child, 0);
    expect(findProcess(host, child.pid)).toBeUndefined();
    expect(zoneNamed(host, "web")).toBe(zone);
  });
});
