import type { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import {
  attachConsole,
  type ConsoleSession,
  detachConsole,
  watchConsole,
} from "@zonewarden/server/host/illumos/zoneadmd/console";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { exit, fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

const client = (host: Host) => ok(fork(host, globalRoot(host)));
const zone = (host: Host, command: string, ...options: string[]) =>
  zoneadm(host, globalRoot(host), { zone: "web", command, options });
const lines = (host: Host, session: ConsoleSession) =>
  watchConsole(host, session).lines.map(({ text }) => text);

/** What zoneadmd itself says. */
const shown = (host: Host, session: ConsoleSession) =>
  lines(host, session).filter((text) => text.startsWith("["));

function watched(options?: { disconnect: boolean }) {
  const host = zoneHost();
  installed(host, define("web"));
  const process = client(host);
  return { host, process, session: ok(attachConsole(host, process, "web", options)) };
}

describe("the console of a zone", () => {
  it("can be watched before the zone boots, for which zoneadmd is started", () => {
    const { host, session } = watched();
    expect(illumosOf(host).daemons).toHaveProperty("web");
    zone(host, "boot");
    expect(shown(host, session)).toEqual(["[NOTICE: Zone booting up]"]);
  });

  it("says whose it is at the beginning and at the end", () => {
    expect(watched().session).toMatchObject({
      connected: "[Connected to zone 'web' console]",
      disconnected: "[Connection to zone 'web' console closed]",
    });
  });

  it("stays connected through halts and boots", () => {
    const { host, session } = watched();
    for (const command of ["boot", "reboot", "halt"]) zone(host, command);
    expect(watchConsole(host, session).connected).toBe(true);
    expect(shown(host, session)).toEqual([
      "[NOTICE: Zone booting up]",
      "[NOTICE: Zone rebooting]",
      "[NOTICE: Zone halted]",
    ]);
  });

  it("shows what the zone writes as it boots", () => {
    const { host, session } = watched();
    zone(host, "boot");
    expect(lines(host, session)).toEqual([
      "[NOTICE: Zone booting up]",
      "SunOS Release 5.11 Version r151054 64-bit",
      "Hostname: web",
      "web console login:",
    ]);
  });

  it("shows nothing of what came before", () => {
    const host = zoneHost();
    running(host, define("web"));
    const session = ok(attachConsole(host, client(host), "web"));
    expect(lines(host, session)).toEqual([]);
  });

  it("has one watcher at a time, whom others are told of", () => {
    const { host, process } = watched();
    expect(attachConsole(host, client(host), "web")).toMatchObject({
      errno: "EBUSY",
      decision: { causes: [{ what: `process ${process.pid}` }] },
    });
  });

  it("is free when its watcher has ended", () => {
    const { host, process } = watched();
    exit(host, process, 0);
    expect(attachConsole(host, client(host), "web").ok).toBe(true);
  });

  it("lets its watcher go at the halt for -d", () => {
    const { host, session } = watched({ disconnect: true });
    zone(host, "boot");
    expect(watchConsole(host, session).connected).toBe(true);
    zone(host, "halt");
    expect(watchConsole(host, session).connected).toBe(false);
    expect(host.events.findLast(({ kind }) => kind === "zone.console")?.message).toBe(
      "[NOTICE: Zone halted.  Disconnecting...]",
    );
  });

  it("lets everybody go when the zone is uninstalled", () => {
    const { host, session } = watched();
    zone(host, "uninstall", "-F");
    expect(watchConsole(host, session).connected).toBe(false);
    expect(illumosOf(host).daemons).toEqual({});
  });

  it("keeps zoneadmd as long as somebody watches", () => {
    const { host, session } = watched();
    zone(host, "boot");
    zone(host, "halt");
    expect(illumosOf(host).daemons).toHaveProperty("web");
    detachConsole(host, session);
    expect(illumosOf(host).daemons).toEqual({});
  });

  it.each([
    ["outside of the global zone", "zlogin/global", (host: Host) => running(host, define("db")).root],
    [
      "without every privilege",
      "zlogin/privileges",
      (host: Host) => {
        const process = client(host);
        setCredential(host, process, { uid: 100, ruid: 100, svuid: 100 });
        return process;
      },
    ],
  ])("is not to be had %s", (_, rule, of) => {
    const host = zoneHost();
    installed(host, define("web"));
    expect(attachConsole(host, of(host), "web")).toMatchObject({ errno: "EPERM", decision: { rule } });
  });
});
