import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { rebootHost } from "@zonewarden/server/host/illumos/smf/hostReboot";
import { servicesOf } from "@zonewarden/server/host/illumos/smf/instances";
import { disableService, enableService, findService } from "@zonewarden/server/host/illumos/smf/operations";
import { startZonesService, stopZonesService } from "@zonewarden/server/host/illumos/smf/zonesService";
import { uadmin } from "@zonewarden/server/host/illumos/uadmin";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf, zone } from "@zonewarden/server/host/illumos/zones";
import { findProcess, spawn } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

const auto = (name: string) => define(name, { properties: { autoboot: "true" } });

describe("svc:/system/zones:default", () => {
  it("boots installed zones with autoboot, all at the same time", () => {
    const host = zoneHost();
    for (const name of ["a", "b"]) installed(host, auto(name));
    installed(host, define("c"));
    installed(host, auto("d")).state = "incomplete";
    const before = host.now;
    expect(startZonesService(host)).toEqual({ done: ["a", "b"], failed: [] });
    expect(["a", "b", "c", "d"].map((name) => stateOf(host, name))).toEqual([
      "running",
      "running",
      "installed",
      "incomplete",
    ]);
    expect(host.now - before).toBeLessThan(10_000);
  });

  it("goes on with the others where one cannot boot", () => {
    const host = zoneHost();
    installed(
      host,
      define("bad", {
        properties: { autoboot: "true" },
        resources: [{ type: "net", physical: "nowhere0" }],
      }),
    );
    installed(host, auto("good"));
    expect(startZonesService(host)).toEqual({ done: ["good"], failed: ["bad"] });
  });

  it("lets zones shut down by themselves", () => {
    const host = zoneHost();
    running(host, define("a"));
    running(host, define("b"));
    expect(stopZonesService(host)).toMatchObject({ ok: true, value: { done: ["a", "b"], failed: [] } });
    expect(stateOf(host, "a")).toBe("installed");
    expect(host.events.some(({ kind }) => kind === "zone.shutdown")).toBe(true);
  });

  it("halts what does not shut down in three quarters of its time", () => {
    const host = zoneHost();
    const entry = installed(host, define("a"));
    ok({ ok: zoneadm(host, globalRoot(host), { zone: "a", command: "ready" }).status === 0 } as never);
    expect(stateOf(host, "a")).toBe("ready");
    expect(stopZonesService(host)).toMatchObject({ ok: true });
    expect(stateOf(host, entry.name)).toBe("installed");
  });

  it("fails where a zone cannot be halted", () => {
    const host = zoneHost();
    const { zone: active } = running(host, define("a"));
    const holder = spawn(host, { command: "bash" });
    ok(chdir(host, holder, `${active.path}/etc`));
    active.threads = ["a thread that never ends"];
    const stopped = stopZonesService(host);
    if (stateOf(host, "a") === "installed") return;
    expect(stopped).toMatchObject({ ok: false, decision: { rule: "zones/stop" } });
  });

  it("stops all zones when it is disabled, and boots them when it is enabled", () => {
    const host = zoneHost();
    installed(host, auto("a"));
    startZonesService(host);
    const root = globalRoot(host);
    const global = zone(host, 0);
    const service = ok(findService(host, global, "system/zones"));
    ok(disableService(host, root, global, service));
    expect(stateOf(host, "a")).toBe("installed");
    ok(enableService(host, root, global, service));
    expect(stateOf(host, "a")).toBe("running");
  });
});

describe("a reboot of the host", () => {
  it.each([false, true])("leaves zones installed and boots those with autoboot (crash: %s)", (crash) => {
    const host = zoneHost();
    installed(host, auto("a"));
    startZonesService(host);
    running(host, define("b"));
    const { generation } = zoneNamed(host, "a") ?? {};
    expect(rebootHost(host, { crash })).toEqual({ done: ["a"], failed: [] });
    expect(stateOf(host, "a")).toBe("running");
    expect(stateOf(host, "b")).toBe("installed");
    expect(zoneNamed(host, "a")).toMatchObject({ id: 1 });
    expect(zoneNamed(host, "a")?.generation).not.toBe(generation);
  });

  it("is what a shell of root in the global zone can ask for, and goes on in afterwards", () => {
    const host = zoneHost();
    installed(host, auto("a"));
    const root = globalRoot(host);
    ok(chdir(host, root, "/zones/a/root"));
    ok(uadmin(host, root, "shutdown", "boot"));
    expect(stateOf(host, "a")).toBe("running");
    expect(findProcess(host, root.pid)).toBe(root);
    expect(zoneadm(host, root, { zone: "a", command: "halt" })).toMatchObject({ status: 0 });
  });

  it("brings the services of the host back", () => {
    const host = zoneHost();
    const states = () => servicesOf(host, zone(host, 0)).map(({ fmri, state }) => `${fmri} ${state}`);
    const before = states();
    rebootHost(host);
    expect(states()).toEqual(before);
  });
});

const table = resolve(import.meta.dirname, "../../../../../../shared/reference/zone-transitions.json");

describe.skipIf(!existsSync(table))("the row of host reboot", () => {
  const rows = existsSync(table)
    ? (
        JSON.parse(readFileSync(table, "utf8")) as {
          transitions: { command: string; from: string; to: string }[];
        }
      ).transitions.filter(({ command }) => command === "host reboot")
    : [];
  it.each(rows.filter(({ from }) => !["shutting_down", "down"].includes(from)))(
    "from $from to $to",
    ({ from, to }) => {
      const host = zoneHost();
      const entry = installed(host, define("web"));
      const root = globalRoot(host);
      if (from === "configured" || from === "incomplete") entry.state = from;
      if (from === "ready" || from === "mounted")
        zoneadm(host, root, { zone: "web", command: from === "ready" ? "ready" : "mount" });
      if (from === "running") zoneadm(host, root, { zone: "web", command: "boot" });
      expect(stateOf(host, "web")).toBe(from);
      rebootHost(host);
      expect(stateOf(host, "web")).toBe(to);
    },
  );
});
