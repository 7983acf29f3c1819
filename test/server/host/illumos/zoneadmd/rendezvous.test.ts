import { readdirectory, readFile, stat } from "@zonewarden/server/host/filesystem/files";
import type { Host } from "@zonewarden/server/host/host";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { exit } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { machine } from "../commands/world.ts";
import { define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

const files = (host: Host) =>
  ok(readdirectory(host, globalRoot(host), "/var/run/zones"))
    .map(({ name, node: { kind } }) => `${kind} ${name}`)
    .sort();

describe("/var/run/zones", () => {
  it("has the socket and the door of a zoneadmd that runs", () => {
    const host = zoneHost();
    running(host, define("web"));
    expect(files(host)).toEqual([
      "door web.zoneadmd_door",
      "file web.snapshot.xml",
      "socket web.console_sock",
    ]);
    const { node } = ok(stat(host, globalRoot(host), "/var/run/zones/web.zoneadmd_door"));
    expect(node).toMatchObject({ mode: 0o600, uid: 0 });
  });

  it("keeps the file that the door was on when zoneadmd ends, until the next one", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    callZoneadmd(host, entry, { command: "boot" });
    callZoneadmd(host, entry, { command: "halt" });
    expect(files(host)).toEqual(["file web.zoneadmd_door"]);
    expect(ok(readFile(host, globalRoot(host), "/var/run/zones/web.zoneadmd_door"))).toBe("");
    callZoneadmd(host, entry, { command: "boot" });
    expect(files(host)).toContain("door web.zoneadmd_door");
  });

  it("keeps both when zoneadmd is killed", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web"));
    const daemon = Object.values(host.state.processes.byPid).find(({ command }) => command === "zoneadmd");
    if (daemon) exit(host, daemon, 137);
    expect(zone.status).toBe("running");
    expect(files(host)).toContain("door web.zoneadmd_door");
    expect(files(host)).toContain("socket web.console_sock");
  });

  it("is shown by ls with their letters; a door cannot be read", () => {
    const { type } = machine("omnios", { web: {} });
    const text = type("ls -l /var/run/zones");
    expect(text).toMatch(/^srwxr-xr-x .* web\.console_sock$/m);
    expect(text).toMatch(/^Drw------- .* web\.zoneadmd_door$/m);
    expect(type("ls -F /var/run/zones")).toContain("web.zoneadmd_door>\n");
    expect(type("cat /var/run/zones/web.zoneadmd_door")).toMatch(/Operation not applicable/);
  });
});
