import { findManifest } from "@zonewarden/server/catalog/illumos/serviceManifests";
import { allowed, denied } from "@zonewarden/server/host/decision";
import { chmod } from "@zonewarden/server/host/filesystem/attributes";
import { rename, symlink } from "@zonewarden/server/host/filesystem/entries";
import type { Host } from "@zonewarden/server/host/host";
import { afterChange, atBoot, beforeChange } from "@zonewarden/server/host/illumos/brands/stateHooks";
import { disableService } from "@zonewarden/server/host/illumos/smf/operations";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { bootArguments, milestoneOf } from "@zonewarden/server/host/illumos/zoneadmd/bootArguments";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { GLOBAL, stateOf, zone } from "@zonewarden/server/host/illumos/zones";
import { findProcess } from "@zonewarden/server/host/process/processes";
import { processCount } from "@zonewarden/server/host/process/processIndex";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Definition, define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

vi.mock(import("@zonewarden/server/host/illumos/brands/stateHooks"), { spy: true });

afterEach(() => {
  vi.resetAllMocks();
});

const consoleOf = (host: Host) =>
  host.events.filter(({ kind }) => kind === "zone.console").map(({ message }) => message);

function disableLinkManagement(host: Host) {
  const manifest = findManifest("network/datalink-management:default");
  if (!manifest) throw new Error("no such service");
  return disableService(host, globalRoot(host), zone(host, GLOBAL), manifest);
}

const DONE = allowed(undefined, "hook", "The program ended with status 0.");
const FAILED = denied("EIO", "hook/status", "The program ended with status 255.");

/** A program of the brand ends with an error at one of the changes that it is run for. */
const failing = {
  beforeChange: (when: string) =>
    vi.mocked(beforeChange).mockImplementation((_, command) => (command === when ? FAILED : DONE)),
  afterChange: (when: string) =>
    vi.mocked(afterChange).mockImplementation((_, command) => (command === when ? FAILED : DONE)),
  atBoot: () => vi.mocked(atBoot).mockReturnValue(FAILED),
};

describe("booting a zone", () => {
  it("tells only the beginning on the console, from installed", () => {
    const host = zoneHost();
    callZoneadmd(host, installed(host, define("web")), { command: "boot", bootArguments: "-s" });
    expect(consoleOf(host)).toEqual(["[NOTICE: Zone booting up]"]);
  });

  it("tells the arguments as well, from ready", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    callZoneadmd(host, entry, { command: "ready" });
    callZoneadmd(host, entry, { command: "boot", bootArguments: "-s" });
    expect(consoleOf(host)).toEqual([
      "[NOTICE: Zone readied]",
      "[NOTICE: Zone booting up with arguments: -s]",
    ]);
  });

  it("gives init the arguments of the call before those of the configuration", () => {
    const definition: Definition = { properties: { bootargs: "-m verbose" } };
    const first = zoneHost();
    expect(running(first, define("web", definition)).zone.bootArguments).toBe("-m verbose");
    const host = zoneHost();
    const entry = installed(host, define("web", definition));
    callZoneadmd(host, entry, { command: "boot", bootArguments: "-s" });
    const zone = zoneNamed(host, "web");
    expect(zone).toMatchObject({ bootArguments: "-s", milestone: "single-user" });
    expect(findProcess(host, zone?.init ?? 0)?.args).toEqual(["/sbin/init", "-s"]);
  });

  it("runs another program as init for -i", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    callZoneadmd(host, entry, { command: "boot", bootArguments: "-i /usr/bin/sh" });
    const zone = zoneNamed(host, "web");
    expect(findProcess(host, zone?.init ?? 0)).toMatchObject({ command: "sh", args: ["/usr/bin/sh"] });
  });

  it("warns of arguments that it does not know, and passes on what looks like an option", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    const { ok: done, messages } = callZoneadmd(host, entry, {
      command: "boot",
      bootArguments: "-s -x stray",
    });
    expect(done).toBe(true);
    expect(messages.join()).toContain("-x stray");
    expect(consoleOf(host)).toContain("[WARNING: Ignoring invalid boot arguments: -x stray]");
    expect(zoneNamed(host, "web")?.bootArguments).toBe("-s -x");
  });

  const failures: readonly (readonly [
    text: string,
    rule: string,
    about: { definition?: Definition; bootArguments?: string; prepare?: (host: Host) => void },
  ])[] = [
    [
      "the brand's program before the boot fails",
      "hook/status",
      { prepare: () => void failing.beforeChange("boot") },
    ],
    [
      "a file system within the zone cannot be mounted",
      "zone/mount-point",
      {
        prepare: (host) => {
          ok(rename(host, globalRoot(host), "/zones/web/root/proc", "/zones/web/root/old"));
          ok(symlink(host, globalRoot(host), "/old", "/zones/web/root/proc"));
        },
      },
    ],
    ["the arguments are too long", "boot/arguments", { bootArguments: `-m ${"x".repeat(260)}` }],
    [
      "init is not there",
      "lookup/missing",
      {
        prepare: (host) =>
          void ok(rename(host, globalRoot(host), "/zones/web/root/sbin/init", "/zones/web/root/sbin/old")),
      },
    ],
    [
      "init is not for its owner to run",
      "boot/init",
      { prepare: (host) => void ok(chmod(host, globalRoot(host), "/zones/web/root/sbin/init", 0o644)) },
    ],
    [
      "nobody loads the links of a zone with a stack of its own",
      "network/dlmgmtd",
      { prepare: (host) => void ok(disableLinkManagement(host)) },
    ],
    ["the brand's program for the boot fails", "hook/status", { prepare: () => void failing.atBoot() }],
    [
      "the kernel cannot run init",
      "exec/noexec",
      {
        definition: {
          resources: [{ type: "fs", dir: "/sbin", special: "/sbin", fstype: "lofs", options: "noexec" }],
        },
      },
    ],
    [
      "the brand's program after the boot fails",
      "hook/status",
      { prepare: () => void failing.afterChange("boot") },
    ],
    [
      "the brand's program after the change to ready fails",
      "hook/status",
      { prepare: () => void failing.afterChange("ready") },
    ],
  ];

  it.each(failures)("halts the zone again if %s", (_, rule, { definition, bootArguments, prepare }) => {
    const host = zoneHost();
    const entry = installed(host, define("web", definition));
    prepare?.(host);
    const before = Object.values(host.state.files.mounts).map(({ path }) => path);
    const { ok: done, decisions } = callZoneadmd(host, entry, {
      command: "boot",
      ...(bootArguments !== undefined && { bootArguments }),
    });
    expect(done).toBe(false);
    expect(decisions.map((decision) => decision.rule)).toEqual([rule]);
    expect(stateOf(host, "web")).toBe("installed");
    expect(Object.values(host.state.files.mounts).map(({ path }) => path)).toEqual(before);
    expect(consoleOf(host).at(-1)).toBe("[NOTICE: Zone boot failed]");
    expect(illumosOf(host).daemons).toEqual({});
  });

  it("says why a program of the brand fails", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    failing.atBoot();
    expect(callZoneadmd(host, entry, { command: "boot" }).messages).toContain(
      "zone 'web': the brand's program for the boot failed: The program ended with status 255.",
    );
  });

  it("fails before anything else where zoneadmd cannot be started", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    const root = globalRoot(host);
    host.state.machine.sysctls["max_nprocs"] = String(processCount(host));
    const { status, stderr, decisions } = zoneadm(host, root, { zone: "web", command: "boot" });
    expect({ status, stderr, rules: decisions.map(({ rule }) => rule) }).toEqual({
      status: 1,
      stderr:
        "zoneadm: zone 'web': could not fork: The table of processes is full " +
        `(max_nprocs=${processCount(host)}).\nzoneadm: zone 'web': call to zoneadmd failed\n`,
      rules: ["fork/max_nprocs"],
    });
    expect(stateOf(host, "web")).toBe("installed");
    expect(consoleOf(host)).toEqual([]);
    expect(illumosOf(host).daemons).toEqual({});
    expect(entry.state).toBe("installed");
  });

  it("ends in installed also from ready", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    callZoneadmd(host, entry, { command: "ready" });
    ok(chmod(host, globalRoot(host), "/zones/web/root/sbin/init", 0o644));
    expect(callZoneadmd(host, entry, { command: "boot" }).ok).toBe(false);
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("leaves a zone that is only readied when the program after that fails", () => {
    const host = zoneHost();
    const entry = installed(host, define("web"));
    failing.afterChange("ready");
    expect(callZoneadmd(host, entry, { command: "ready" }).ok).toBe(false);
    expect(stateOf(host, "web")).toBe("ready");
  });

  it("does nothing to a zone that runs", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web"));
    const { ok: done, messages } = callZoneadmd(host, installedEntry(host), { command: "boot" });
    expect([done, messages.length]).toEqual([true, 1]);
    expect(zoneNamed(host, "web")).toBe(zone);
  });
});

function installedEntry(host: Host) {
  const [entry] = illumosOf(host).index;
  if (!entry) throw new Error("there is no zone");
  return entry;
}

describe("boot arguments", () => {
  it.each([
    ["", { passed: "", invalid: "" }],
    ["-s", { passed: "-s", invalid: "" }],
    ["-sv", { passed: "-s -v", invalid: "-v" }],
    ["-m milestone=none", { passed: "-m milestone=none", invalid: "" }],
    ["-mverbose -s", { passed: "-m verbose -s", invalid: "" }],
    ["-f -s", { passed: "-s", invalid: "" }],
    ["-i /bin/sh -s", { passed: "-s", invalid: "", init: "/bin/sh" }],
    ["kernel/unix -s", { passed: "-s", invalid: "" }],
    ["-s stray -x", { passed: "-s -x", invalid: "stray -x" }],
    ["-m", { passed: "", invalid: "-m" }],
    ["-m 'debug,milestone=none'", { passed: "-m debug,milestone=none", invalid: "" }],
  ])("are read: %s", (text, expected) => {
    expect(bootArguments(text)).toEqual({ tooLong: false, ...expected });
  });

  it("have 255 characters at most", () => {
    expect(bootArguments("-m ".padEnd(255, "x")).tooLong).toBe(false);
    expect(bootArguments("-m ".padEnd(256, "x")).tooLong).toBe(true);
  });

  it.each([
    ["", "all"],
    ["-s", "single-user"],
    ["-m milestone=none", "none"],
    ["-m verbose,milestone=multi-user", "multi-user"],
    ["-m milestone=svc:/milestone/multi-user-server:default", "multi-user-server"],
    ["-m verbose", "all"],
  ])("choose the milestone: %s", (text, milestone) => {
    expect(milestoneOf(text)).toBe(milestone);
  });
});
