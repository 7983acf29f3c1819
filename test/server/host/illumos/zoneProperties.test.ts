import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import type { Zone } from "@zonewarden/server/host/illumos/types";
import { zlogin } from "@zonewarden/server/host/illumos/zlogin";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { requestFromInside } from "@zonewarden/server/host/illumos/zoneadmd/fromInside";
import { configureZone, deleteZone, renameZone } from "@zonewarden/server/host/illumos/zonecfg";
import { entryNamed, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { exit, findProcess, fork } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, zoneHost } from "./harness.ts";

/** Whatever administrators do with zones, in whichever order, some things always hold. */

const NAMES = ["web", "db", "mail"] as const;

const DEFINITIONS: readonly Definition[] = [
  {},
  {
    properties: { "ip-type": "shared" },
    resources: [{ type: "net", address: "192.0.2.10/24", physical: "e1000g0" }],
  },
  { resources: [{ type: "net", physical: "vnic0", "global-nic": "auto" }] },
  { properties: { brand: "sparse" }, resources: [{ type: "dedicated-cpu", ncpus: "2" }] },
  { properties: { zonepath: "/zones/shared" } },
  { resources: [{ type: "fs", dir: "/opt", special: "/opt", fstype: "lofs" }] },
];

/** One thing that happens to a zone. */
type Deed = (host: Host, name: string) => void;

const command =
  (word: string, ...options: string[]): Deed =>
  (host, zone) =>
    void zoneadm(host, globalRoot(host), { zone, command: word, options });

const inside =
  (what: (host: Host, zone: Zone) => void): Deed =>
  (host, name) => {
    const zone = zoneNamed(host, name);
    if (zone) what(host, zone);
  };

const DEEDS: readonly (readonly [string, Deed])[] = [
  ...DEFINITIONS.map((definition, i): readonly [string, Deed] => [
    `configure ${i}`,
    (host, name) => void configureZone(host, define(name, definition)),
  ]),
  ["install", command("install")],
  ["clone", command("clone", "web")],
  ["uninstall", command("uninstall", "-F")],
  ["attach", command("attach")],
  ["detach", command("detach")],
  ["move", command("move", "/zones/elsewhere")],
  ["mark", command("mark", "incomplete")],
  ["ready", command("ready")],
  ["boot", command("boot")],
  ["boot alone", command("boot", "--", "-s")],
  ["reboot", command("reboot")],
  ["halt", command("halt")],
  ["shutdown", command("shutdown")],
  ["mount", command("mount")],
  ["unmount", command("unmount")],
  ["delete", (host, name) => void deleteZone(host, name, { force: true })],
  ["rename", (host, name) => void renameZone(host, name, "mail")],
  ["zlogin", (host, zone) => void zlogin(host, globalRoot(host), { zone })],
  ["halt itself", inside((host, zone) => requestFromInside(host, zone, "halt"))],
  ["reboot itself", inside((host, zone) => requestFromInside(host, zone, "reboot"))],
  [
    "kill init",
    inside((host, { init }) => {
      const process = findProcess(host, init ?? 0);
      if (process) exit(host, process, 9);
    }),
  ],
  [
    "kill zoneadmd",
    (host, name) => {
      const daemon = findProcess(host, illumosOf(host).daemons[name]?.pid ?? 0);
      if (daemon) exit(host, daemon, 9);
    },
  ],
  [
    "visit",
    inside((host, { path }) => {
      const visitor = fork(host, globalRoot(host));
      if (visitor.ok) chdir(host, visitor.value, `${path}/dev`);
    }),
  ],
  [
    "leave",
    (host) => {
      for (const process of processesOfContainer(host, 0))
        if (process.command === "bash" && process !== globalRoot(host)) exit(host, process, 0);
    },
  ],
  [
    "hang",
    inside((_, zone) => {
      zone.threads = ["an NFS client flushes its pages"];
    }),
  ],
  [
    "recover",
    inside((_, zone) => {
      delete zone.threads;
    }),
  ],
];

const deed = fc.tuple(fc.constantFrom(...DEEDS), fc.constantFrom(...NAMES));
const history = fc.array(deed, { maxLength: 40 });

type History = readonly (readonly [readonly [string, Deed], string])[];

function live(host: Host, deeds: History): Host {
  for (const [[, act], name] of deeds) act(host, name);
  return host;
}

const begun = () =>
  live(zoneHost(), [
    [DEEDS[0], "web"],
    [DEEDS[0], "db"],
    [["install", command("install")], "web"],
    [["install", command("install")], "db"],
    [["boot", command("boot")], "db"],
  ] as History);

function problems(host: Host): string[] {
  const found: string[] = [];
  const { zones, daemons } = illumosOf(host);
  const say = (holds: boolean, text: string) => {
    if (!holds) found.push(text);
  };
  for (const zone of Object.values(zones)) {
    if (zone.id === 0) continue;
    const { id, name, zsched, init, status } = zone;
    say(findProcess(host, zsched)?.credential.container === id, `${name} has no zsched`);
    say(init === null || findProcess(host, init)?.credential.container === id, `${name} has lost its init`);
    say((status === "running") === (init !== null), `${name} is ${status} with init ${init}`);
    say(entryNamed(host, name)?.state !== "configured", `${name} is active and not installed`);
    const processes = processesOfContainer(host, id);
    say(status !== "down" || processes.length === 1, `${name} is down with processes`);
  }
  for (const process of Object.values(host.state.processes.byPid)) {
    const { container } = process.credential;
    say(zones[container] !== undefined, `process ${process.pid} is in zone ${container}, which is gone`);
    say(
      process.state !== "zombie" || container !== 0 || process.parent > 1,
      `${process.pid} is a zombie of init`,
    );
  }
  for (const { zone, path } of host.state.files.mounts)
    say(zone === undefined || zones[zone] !== undefined, `${path} belongs to zone ${zone}, which is gone`);
  for (const { name, zone } of Object.values(illumosOf(host).links))
    say(zones[zone] !== undefined, `link ${name} belongs to zone ${zone}, which is gone`);
  for (const [pool, { temporary }] of Object.entries(illumosOf(host).pools))
    say(!temporary || zoneNamed(host, pool.replace("SUNWtmp_", "")) !== undefined, `${pool} is left`);
  for (const name of Object.keys(daemons))
    say(entryNamed(host, name) !== undefined, `zoneadmd of ${name} is left`);
  return found;
}

const settings = { numRuns: 60 };

describe("zones, whatever is done to them", () => {
  it("leave nothing behind, and lose nothing that they need", () => {
    fc.assert(
      fc.property(history, (deeds) => {
        expect(problems(live(begun(), deeds))).toEqual([]);
      }),
      settings,
    );
  }, 60_000);

  it("are told of with every state that is shown", () => {
    fc.assert(
      fc.property(history, (deeds) => {
        const host = live(begun(), deeds);
        const shown = new Map<string, string | undefined>();
        for (const { kind, container, from, to } of host.events) {
          // Another zone may have had the name until now.
          if (kind === "zone.configure") shown.delete(container);
          if (kind !== "zone.state") continue;
          const known = shown.get(container);
          if (known !== undefined && from !== undefined) expect(from).toBe(known);
          shown.set(container, to);
        }
      }),
      settings,
    );
  }, 60_000);

  it("go on in a restored host as if nothing had been", () => {
    fc.assert(
      fc.property(history, history, (before, after) => {
        const host = live(begun(), before);
        const restored = Host.restore(host.snapshot(), host.kernel);
        live(host, after);
        live(restored, after);
        expect(restored.state).toEqual(host.state);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
