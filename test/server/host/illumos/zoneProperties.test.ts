import { isDeepStrictEqual } from "node:util";
import { datasetsBelow } from "@zonewarden/server/host/filesystem/datasetTree";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { pathOf } from "@zonewarden/server/host/filesystem/lookup";
import { Host } from "@zonewarden/server/host/host";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import type { Zone } from "@zonewarden/server/host/illumos/types";
import { zlogin } from "@zonewarden/server/host/illumos/zlogin";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { requestFromInside } from "@zonewarden/server/host/illumos/zoneadmd/fromInside";
import { configureZone, deleteZone, renameZone } from "@zonewarden/server/host/illumos/zonecfg";
import { entryNamed, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { exit, findProcess, fork, reap } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { runShell } from "@zonewarden/server/host/shell/run";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../properties.ts";
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

/** What an administrator changes of the machine meanwhile. */
const MACHINE: readonly string[] = [
  "psradm -f 3",
  "psradm -n 3",
  "dladm create-etherstub stub0",
  "dladm create-vnic -l stub0 web0",
  "dladm create-vnic -l e1000g0 db0",
  "dladm delete-vnic web0",
  "dladm delete-etherstub stub0",
  "ipadm create-addr -T static -a 192.0.2.10/24 e1000g0/more",
  "ipadm delete-addr e1000g0/more",
  "zfs create rpool/zones/other",
  "zfs destroy -r rpool/zones/other",
  "zfs snapshot rpool/zones/web@now",
  "mount -F tmpfs swap /zones/web/root/mnt",
  "umount /zones/web/root/mnt",
  "mv /zones/web/root/sbin/init /zones/web/root/sbin/old",
  "mv /zones/web/root/sbin/old /zones/web/root/sbin/init",
  "chmod 755 /zones/db",
  "chmod 700 /zones/db",
  "pooladm -e",
  "pkill -z web sshd",
  "pkill cron",
  "sleep 60",
];

const MACHINE_DEEDS: typeof DEEDS = MACHINE.map((line) => [
  line,
  (host) => {
    const shell = fork(host, globalRoot(host));
    if (!shell.ok) return;
    runShell(host, shell.value, line, { unknown: "refuse" });
    exit(host, shell.value, 0);
    reap(host, shell.value);
  },
]);

const deed = fc.tuple(fc.constantFrom(...DEEDS, ...MACHINE_DEEDS), fc.constantFrom(...NAMES));
const history = fc.array(deed, { maxLength: 25 });
const short = fc.array(deed, { maxLength: 8 });

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
    const { path = "/" } = zones[container] ?? {};
    const root = process.state === "zombie" ? path : pathOf(host, process.root);
    // What was unmounted by force has no path any more.
    say(
      container === 0 || root.startsWith("?") || `${root}/`.startsWith(`${path}/`),
      `${root} is outside of ${path}`,
    );
    say(
      process.state !== "zombie" || container !== 0 || process.parent > 1,
      `${process.pid} is a zombie of init`,
    );
  }
  for (const { zone, path } of Object.values(host.state.files.mounts))
    say(zone === undefined || zones[zone] !== undefined, `${path} belongs to zone ${zone}, which is gone`);
  for (const { name, zone } of Object.values(illumosOf(host).links))
    say(zones[zone] !== undefined, `link ${name} belongs to zone ${zone}, which is gone`);
  for (const [pool, { temporary }] of Object.entries(illumosOf(host).pools))
    say(!temporary || zoneNamed(host, pool.replace("SUNWtmp_", "")) !== undefined, `${pool} is left`);
  const { datasets } = host.state.files;
  for (const name of Object.keys(datasets)) {
    const below = Object.keys(datasets).filter((other) => other.startsWith(`${name}/`));
    const indexed = datasetsBelow(host, name);
    say(indexed.sort().join() === below.sort().join(), `below ${name} are ${below}, not ${indexed}`);
  }
  for (const name of Object.keys(daemons))
    say(entryNamed(host, name) !== undefined, `zoneadmd of ${name} is left`);
  return found;
}

const settings = { numRuns: runs(1000) };

/** What the machine has of zones. */
function belongings(host: Host): unknown {
  const { files, network, processes } = host.state;
  const { zones, pools, processorSets, daemons, index } = illumosOf(host);
  return structuredClone({
    mounts: Object.values(files.mounts)
      .filter(({ zone }) => zone !== undefined)
      .map(({ path }) => path),
    datasets: Object.keys(files.datasets).filter((name) => /^rpool\/zones\/(?!other)/.test(name)),
    stacks: Object.keys(network.vnets),
    logical: network.vnets["0"]?.interfaces.flatMap(({ addresses }) =>
      addresses.flatMap(({ container }) => (container ? [container] : [])),
    ),
    zones: Object.keys(zones),
    pools: Object.keys(pools),
    sets: processorSets.length,
    daemons,
    index,
    inside: Object.values(processes.byPid).filter(({ credential }) => credential.container !== 0),
  });
}

/** Everybody leaves, nothing hangs, and all zones are taken down and away. */
function remove(host: Host): void {
  for (const process of processesOfContainer(host, 0))
    if (process.command === "bash" && process !== globalRoot(host)) exit(host, process, 0);
  act(host, "umount /zones/web/root/mnt");
  const root = globalRoot(host);
  for (const zone of Object.values(illumosOf(host).zones)) delete zone.threads;
  for (const { name } of [...illumosOf(host).index]) {
    for (const word of ["unmount", "halt"]) zoneadm(host, root, { zone: name, command: word });
    for (let pass = 0; pass < 2 && entryNamed(host, name)?.state !== "configured"; pass++)
      zoneadm(host, root, { zone: name, command: "uninstall", options: ["-F"] });
    deleteZone(host, name, { force: true });
  }
}

const act = (host: Host, line: string): void =>
  MACHINE_DEEDS.find(([name]) => name === line)?.[1](host, "web");

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
        // Not toEqual, which takes longer than all else here.
        expect(isDeepStrictEqual(restored.state, host.state)).toBe(true);
      }),
      { numRuns: runs(400) },
    );
  }, 60_000);

  it("give the same log again", () => {
    fc.assert(
      fc.property(history, (deeds) => {
        const [one, two] = [live(begun(), deeds), live(begun(), deeds)];
        expect(JSON.stringify(two.snapshot())).toBe(JSON.stringify(one.snapshot()));
      }),
      { numRuns: runs(400) },
    );
  }, 60_000);

  it("can be looked at at each moment, back and forth, and go on as if nobody had", () => {
    fc.assert(
      fc.property(short, fc.array(fc.nat(), { maxLength: 8 }), short, (before, looks, after) => {
        const [host, other] = [begun(), begun()];
        host.record();
        const seen = new Map<number, string>();
        host.onEvent = ({ seq }) => void seen.set(seq + 1, JSON.stringify(host.state));
        live(host, before);
        const from = host.events.length - seen.size;
        for (const look of looks) {
          const moment = from + 1 + (look % Math.max(1, seen.size));
          const then = host.at(moment);
          // The last moment goes on until now.
          if (moment < host.events.length) expect(JSON.stringify(then?.state)).toBe(seen.get(moment));
          if (then) live(then, after);
        }
        expect(JSON.stringify(live(host, after).state)).toBe(
          JSON.stringify(live(live(other, before), after).state),
        );
      }),
      { numRuns: runs(100) },
    );
  }, 60_000);

  it("leave nothing of themselves when all are halted, uninstalled and deleted", () => {
    const empty = belongings(zoneHost());
    fc.assert(
      fc.property(history, (deeds) => {
        // zonecfg and detach leave the files of a zone where they are.
        const host = live(
          begun(),
          deeds.filter(([[what]]) => what !== "delete" && what !== "detach"),
        );
        remove(host);
        expect(belongings(host)).toEqual(empty);
      }),
      settings,
    );
  }, 60_000);
});
