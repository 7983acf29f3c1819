import { rename } from "@zonewarden/server/host/filesystem/entries";
import type { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { type LoginCall, logout, zlogin } from "@zonewarden/server/host/illumos/zlogin";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { findProcess, fork } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running, zoneHost } from "./harness.ts";

function up() {
  const host = zoneHost();
  const { zone } = running(host, define("web"));
  const login = (call: Partial<LoginCall> = {}, process = globalRoot(host)) =>
    zlogin(host, process, { zone: "web", ...call });
  return { host, zone, login };
}

describe("zlogin", () => {
  it("starts the shell of root in the zone, in its home directory", () => {
    const { zone, login } = up();
    const { process } = ok(login());
    expect(process).toMatchObject({
      command: "bash",
      args: ["-bash"],
      credential: { container: zone.id, uid: 0 },
      environment: { USER: "root", HOME: "/root", PWD: "/root" },
    });
  });

  it("connects a terminal, and tells of it", () => {
    expect(ok(up().login())).toMatchObject({
      connected: "[Connected to zone 'web' pts/2]",
      disconnected: "[Connection to zone 'web' pts/2 closed]",
    });
  });

  it.each([
    ["a command", { command: ["ls"] }],
    ["-Q", { quiet: true }],
  ] satisfies [string, Partial<LoginCall>][])("tells nothing for %s", (_, call) => {
    expect(ok(up().login(call))).toMatchObject({ connected: "", disconnected: "" });
  });

  it("gives a command a terminal with -i", () => {
    expect(ok(up().login({ command: ["ls"], interactive: true })).connected).not.toBe("");
  });

  it("lets in as another user of the zone with -l", () => {
    const { login } = up();
    expect(ok(login({ user: "adm" })).process).toMatchObject({
      credential: { uid: 4, ruid: 4, gid: 4 },
      environment: { USER: "adm", HOME: "/var/adm" },
    });
  });

  it("asks neither users nor login program with -S", () => {
    const { host, login } = up();
    const root = globalRoot(host);
    ok(rename(host, root, "/zones/web/root/etc/passwd", "/zones/web/root/etc/old"));
    expect(login()).toMatchObject({ errno: "ENOENT", decision: { rule: "zlogin/user" } });
    expect(ok(login({ failsafe: true })).process).toMatchObject({
      args: ["/sbin/sh"],
      credential: { uid: 0 },
    });
  });

  it("leaves nothing in the zone when it ends, or cannot begin", () => {
    const { host, zone, login } = up();
    const before = processesOfContainer(host, zone.id).length;
    const session = ok(login());
    logout(host, session);
    expect(findProcess(host, session.process.pid)).toBeUndefined();
    expect(login({ user: "nobody-here" }).ok).toBe(false);
    expect(processesOfContainer(host, zone.id)).toHaveLength(before);
  });

  it("goes into a zone that is mounted for maintenance", () => {
    const host = zoneHost();
    callZoneadmd(host, installed(host, define("web")), { command: "mount" });
    expect(zlogin(host, globalRoot(host), { zone: "web", failsafe: true }).ok).toBe(true);
  });

  const user = (host: Host): Process => {
    const process = ok(fork(host, globalRoot(host)));
    setCredential(host, process, { uid: 100, ruid: 100, svuid: 100 });
    return process;
  };

  it.each([
    [
      "from within a zone",
      "EPERM",
      "zlogin/global",
      (host) => ({ process: running(host, define("db")).root }),
    ],
    ["without every privilege", "EPERM", "zlogin/privileges", (host) => ({ process: user(host) })],
    ["into the global zone", "EINVAL", "zlogin/name", () => ({ call: { zone: "global" } })],
    ["into a zone that is not there", "ENOENT", "zlogin/none", () => ({ call: { zone: "none" } })],
    ["as a user that is not there", "ENOENT", "zlogin/user", () => ({ call: { user: "none" } })],
    ["with -S and -l", "EINVAL", "zlogin/usage", () => ({ call: { user: "adm", failsafe: true } })],
  ] satisfies [string, string, string, (host: Host) => { process?: Process; call?: Partial<LoginCall> }][])(
    "refuses to go %s",
    (_, errno, rule, of) => {
      const { host, login } = up();
      const { process, call } = { process: globalRoot(host), call: {}, ...of(host) };
      expect(login(call, process)).toMatchObject({ ok: false, errno, decision: { rule } });
    },
  );

  it("is not stopped by a zoneadmd that does not run", () => {
    const { host, login } = up();
    illumosOf(host).daemons = {};
    expect(login().ok).toBe(true);
  });
});
