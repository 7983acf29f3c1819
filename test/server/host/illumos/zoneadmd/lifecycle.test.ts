import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { entryNamed, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { define, installed, running, zoneHost } from "../harness.ts";

describe("a simple zone", () => {
  it("is readied, booted and halted", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    expect(callZoneadmd(host, entry, { command: "ready" })).toMatchObject({ ok: true, messages: [] });
    expect(stateOf(host, "web")).toBe("ready");
    expect(callZoneadmd(host, entry, { command: "boot" })).toMatchObject({ ok: true, messages: [] });
    expect(stateOf(host, "web")).toBe("running");
    expect(callZoneadmd(host, entry, { command: "halt" })).toMatchObject({ ok: true, messages: [] });
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("has zsched, init and its services as processes", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web"));
    const commands = processesOfContainer(host, zone.id).map(({ command }) => command);
    expect(commands.slice(0, 3)).toEqual(["zsched", "init", "svc.startd"]);
  });

  it("leaves no process, mount or link when it is halted", () => {
    const host = zoneHost();
    const before = structuredClone(host.state);
    running(host, define("web"));
    const entry = entryNamed(host, "web");
    if (entry) callZoneadmd(host, entry, { command: "halt" });
    expect(zoneNamed(host, "web")).toBeUndefined();
    expect(Object.keys(host.state.files.mounts)).toEqual(Object.keys(before.files.mounts));
    expect(host.state.illumos?.links).toEqual(before.illumos?.links);
  });
});
