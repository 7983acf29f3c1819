import { chmod } from "@zonewarden/server/host/filesystem/attributes";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import type { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { requestFromInside } from "@zonewarden/server/host/illumos/zoneadmd/fromInside";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { shutdownZone } from "@zonewarden/server/host/illumos/zoneadmd/shutdown";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { entryNamed, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { exit, fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { type Definition, define, enter, globalRoot, ok, running, zoneHost } from "../harness.ts";

const consoleOf = (host: Host) =>
  host.events.filter(({ kind }) => kind === "zone.console").map(({ message }) => message);
const statesOf = (host: Host, from: number) =>
  host.events.slice(from).flatMap(({ kind, to }) => (kind === "zone.state" ? [to] : []));

function up(definition?: Definition) {
  const host = zoneHost();
  const { zone, root } = running(host, define("web", definition));
  const entry = entryNamed(host, "web");
  if (!entry) throw new Error("web has no entry");
  return { host, entry, zone, root };
}

/** Somebody of the global zone in a directory of the zone that cannot be unmounted by force. */
function visitor(host: Host) {
  const process = ok(fork(host, globalRoot(host)));
  ok(chdir(host, process, "/zones/web/root/dev"));
  return process;
}

describe("halting a zone", () => {
  it("takes a second, through shutting down and down to installed", () => {
    const { host, entry } = up();
    const { now } = host;
    const from = host.events.length;
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(statesOf(host, from)).toEqual(["shutting_down", "down", "installed"]);
    expect(consoleOf(host).at(-1)).toBe("[NOTICE: Zone halted]");
    expect(host.now - now).toBe(1000);
  });

  it("ends zoneadmd, which nobody needs any more", () => {
    const { host, entry } = up();
    expect(illumosOf(host).daemons).toHaveProperty("web");
    callZoneadmd(host, entry, { command: "halt" });
    expect(illumosOf(host).daemons).toEqual({});
    expect(Object.values(host.state.processes.byPid).map(({ command }) => command)).not.toContain("zoneadmd");
  });

  it("hangs in shutting_down while a process cannot be killed, and goes on when it is repeated", () => {
    const { host, entry, root } = up();
    root.illumos = { ...root.illumos, stuck: true };
    const first = callZoneadmd(host, entry, { command: "halt" });
    expect(first).toMatchObject({ ok: false, decisions: [{ rule: "zone_shutdown/process" }] });
    expect(stateOf(host, "web")).toBe("shutting_down");
    delete root.illumos.stuck;
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("hangs in down while somebody of the global zone uses a file system, and names who", () => {
    const { host, entry } = up();
    const process = visitor(host);
    const first = callZoneadmd(host, entry, { command: "halt" });
    expect(first).toMatchObject({
      ok: false,
      decisions: [{ errno: "EBUSY", causes: [{ what: expect.stringContaining(`process ${process.pid}`) }] }],
    });
    expect(stateOf(host, "web")).toBe("down");
    exit(host, process, 0);
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("is not helped by a boot while it hangs, which succeeds without doing anything", () => {
    const { host, entry } = up();
    visitor(host);
    callZoneadmd(host, entry, { command: "halt" });
    expect(zoneadm(host, globalRoot(host), { zone: "web", command: "boot" }).status).toBe(0);
    expect(stateOf(host, "web")).toBe("down");
  });
});

describe("rebooting a zone", () => {
  it("makes a new zone of the stored configuration, with another id", () => {
    const { host, entry, zone } = up();
    ok(configureZone(host, define("web", { properties: { hostid: "beef" } })));
    expect(callZoneadmd(host, entry, { command: "reboot" }).ok).toBe(true);
    expect(zoneNamed(host, "web")).toMatchObject({ id: zone.id + 1, generation: 2, hostid: "beef" });
    expect(consoleOf(host)).toEqual(["[NOTICE: Zone booting up]", "[NOTICE: Zone rebooting]"]);
  });

  it("tells the arguments on the console, and boots with them", () => {
    const { host, entry } = up();
    callZoneadmd(host, entry, { command: "reboot", bootArguments: "-s" });
    expect(consoleOf(host).at(-1)).toBe("[NOTICE: Zone rebooting with arguments: -s]");
    expect(zoneNamed(host, "web")?.milestone).toBe("single-user");
  });

  it("keeps the CPUs of the zone while these are still configured", () => {
    const cpus = { resources: [{ type: "dedicated-cpu", ncpus: "2" }] };
    const { host, entry } = up(cpus);
    const pool = structuredClone(illumosOf(host).pools["SUNWtmp_web"]);
    expect(pool).toBeDefined();
    callZoneadmd(host, entry, { command: "reboot" });
    expect(illumosOf(host).pools["SUNWtmp_web"]).toEqual(pool);
    callZoneadmd(host, entry, { command: "halt" });
    expect(illumosOf(host).pools["SUNWtmp_web"]).toBeUndefined();
  });

  it("leaves the zone where the halt hangs", () => {
    const { host, entry } = up();
    visitor(host);
    expect(callZoneadmd(host, entry, { command: "reboot" }).ok).toBe(false);
    expect(stateOf(host, "web")).toBe("down");
    expect(consoleOf(host).at(-1)).toBe("[NOTICE: Zone boot failed]");
  });

  it.each([
    ["ready", { resources: [{ type: "net", physical: "none0" }] }, "[NOTICE: Zone halted]"],
    ["boot", {}, "[NOTICE: Zone boot failed]"],
  ] satisfies [string, Definition, string][])(
    "leaves the zone installed when it cannot be made %s again",
    (what, changed, notice) => {
      const { host, entry } = up();
      ok(configureZone(host, define("web", changed)));
      if (what === "boot") ok(chmod(host, globalRoot(host), "/zones/web/root/sbin/init", 0o644));
      expect(callZoneadmd(host, entry, { command: "reboot" }).ok).toBe(false);
      expect(stateOf(host, "web")).toBe("installed");
      expect(consoleOf(host).at(-1)).toBe(notice);
    },
  );
});

describe("a zone that halts or reboots itself", () => {
  it("is halted by its zoneadmd, for the kernel", () => {
    const { host, zone } = up();
    const from = host.events.length;
    requestFromInside(host, zone, "halt");
    expect(statesOf(host, from)).toEqual(["shutting_down", "down", "installed"]);
  });

  it("boots again with the arguments that it gave", () => {
    const { host, zone } = up();
    requestFromInside(host, zone, "reboot", "-s");
    expect(zoneNamed(host, "web")).toMatchObject({ id: zone.id + 1, bootArguments: "-s", status: "running" });
  });

  it("starts zoneadmd again where somebody has killed it", () => {
    const { host, zone } = up();
    const pid = illumosOf(host).daemons["web"]?.pid ?? 0;
    const daemon = host.state.processes.byPid[pid];
    if (daemon) exit(host, daemon, 9);
    requestFromInside(host, zone, "reboot");
    expect(stateOf(host, "web")).toBe("running");
    expect(illumosOf(host).daemons["web"]?.pid).not.toBe(pid);
  });

  it("asks for nothing when its generation is gone", () => {
    const { host, entry, zone } = up();
    const { generation } = zone;
    callZoneadmd(host, entry, { command: "reboot" });
    const now = zoneNamed(host, "web");
    expect(callZoneadmd(host, entry, { command: "halt", generation }).ok).toBe(true);
    expect(zoneNamed(host, "web")).toBe(now);
  });

  it("asks once: what goes down already is left alone", () => {
    const { host, entry, zone } = up();
    zone.threads = ["an NFS client flushes its pages"];
    callZoneadmd(host, entry, { command: "halt" });
    const from = host.events.length;
    requestFromInside(host, zone, "reboot");
    expect(host.events.length).toBe(from);
  });
});

describe("shutting a zone down", () => {
  it("lets it stop its services, and waits until it is installed", () => {
    const { host, entry } = up();
    const { now } = host;
    const from = host.events.length;
    expect(shutdownZone(host, entry)).toMatchObject({ ok: true, messages: [] });
    expect(statesOf(host, from)).toEqual(["shutting_down", "down", "installed"]);
    // zoneadmd looks once a second.
    expect((host.now - now) % 1000).toBe(0);
    expect(host.now - now).toBeGreaterThan(1000);
  });

  it("boots the zone again with -r and the arguments behind --", () => {
    const { host, zone } = up();
    const { status } = zoneadm(host, globalRoot(host), {
      zone: "web",
      command: "shutdown",
      options: ["-r", "--", "-s"],
    });
    expect(status).toBe(0);
    expect(zoneNamed(host, "web")).toMatchObject({ id: zone.id + 1, bootArguments: "-s" });
  });

  it("gives up after the time that the service of zones has to stop, and leaves the zone as it is", () => {
    const { host, entry } = up();
    visitor(host);
    const { now } = host;
    const answer = shutdownZone(host, entry);
    expect(answer.ok).toBe(false);
    expect(answer.decisions.map(({ rule }) => rule)).toEqual(["shutdown/limit"]);
    expect(host.now - now).toBe(100_000);
    expect(stateOf(host, "web")).toBe("down");
  });

  it("does not reach an init that knows nothing of it", () => {
    const { host, entry } = up();
    callZoneadmd(host, entry, { command: "reboot", bootArguments: "-i /usr/bin/sh" });
    expect(shutdownZone(host, entry).ok).toBe(false);
    expect(stateOf(host, "web")).toBe("running");
  });

  it("leaves no process of its own behind", () => {
    const { host, entry } = up();
    const before = Object.values(host.state.processes.byPid)
      .filter(({ credential }) => credential.container === 0)
      .map(({ command }) => command)
      .filter((command) => command !== "zoneadmd");
    shutdownZone(host, entry);
    expect(Object.values(host.state.processes.byPid).map(({ command }) => command)).toEqual(before);
  });
});

describe("zoneadmd", () => {
  it("warns when it was not running while its zone was active", () => {
    const { host, entry } = up();
    const daemon = host.state.processes.byPid[illumosOf(host).daemons["web"]?.pid ?? 0];
    if (daemon) exit(host, daemon, 9);
    const { ok: done, messages } = callZoneadmd(host, entry, { command: "halt" });
    expect(done).toBe(true);
    expect(messages[0]).toContain("WARNING");
  });

  it("does not disturb its zone when it is killed", () => {
    const { host, zone } = up();
    const daemon = host.state.processes.byPid[illumosOf(host).daemons["web"]?.pid ?? 0];
    if (daemon) exit(host, daemon, 9);
    expect(zone.status).toBe("running");
    expect(enter(host, zone).credential.container).toBe(zone.id);
  });
});
