import { mkdir, symlink, unlink, writeFile } from "@zonewarden/server/host/filesystem/files";
import { mountsOfZone } from "@zonewarden/server/host/filesystem/mountIndex";
import { mountCovering } from "@zonewarden/server/host/filesystem/nodes";
import { Host } from "@zonewarden/server/host/host";
import { mountFs, unmountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { mountTable } from "@zonewarden/server/host/illumos/filesystem/mountViews";
import { setAttributes } from "@zonewarden/server/host/illumos/filesystem/rules";
import { illumosKernel } from "@zonewarden/server/host/illumos/kernel";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../properties.ts";
import { define, enter, globalRoot, installed, zoneHost } from "../harness.ts";

/** Random calls on files by root of two zones and of the global one, while the zones come and go. */

const NAMES = ["web", "db"] as const;
const PATHS = ["/mnt", "/mnt/a", "/data", "/var/tmp/b", "/dev/null", "/etc/motd", "/proc"];

const operation = fc.record({
  who: fc.constantFrom("global", ...NAMES),
  call: fc.constantFrom(
    ...(["mount", "mount", "unmount", "force", "mkdir", "write", "unlink", "symlink", "fix"] as const),
    ...(["boot", "halt", "reboot"] as const),
  ),
  type: fc.constantFrom("tmpfs", "lofs", "proc", "nfs", "hsfs", "zfs", "ufs"),
  path: fc.constantFrom(...PATHS),
  other: fc.constantFrom(...PATHS),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const BASE = (() => {
  const host = zoneHost();
  const data = { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home" };
  for (const name of NAMES)
    callZoneadmd(host, installed(host, define(name, { resources: [data] })), { command: "boot" });
  return JSON.stringify(host.state);
})();

const fresh = (): Host => new Host(JSON.parse(BASE), illumosKernel);

/** A shell of root there; in a zone that does not run, nobody. */
function caller(host: Host, who: string): Process | undefined {
  if (who === "global") return globalRoot(host);
  const zone = zoneNamed(host, who);
  if (zone?.status !== "running") return undefined;
  const known = Object.values(host.state.processes.byPid).find(
    ({ command, credential }) => command === "bash" && credential.container === zone.id,
  );
  return known ?? enter(host, zone);
}

function perform(host: Host, { who, call, type, path, other }: Operation): void {
  const entry = host.state.illumos?.index.find(({ name }) => name === who);
  if (call === "boot" || call === "halt" || call === "reboot") {
    if (entry) callZoneadmd(host, entry, { command: call });
    return;
  }
  const process = caller(host, who);
  if (!process) return;
  switch (call) {
    case "mount":
      mountFs(host, process, { type, from: type === "zfs" ? "rpool/export" : other, on: path });
      break;
    case "unmount":
    case "force":
      unmountFs(host, process, path, { force: call === "force" });
      break;
    case "mkdir":
      mkdir(host, process, path);
      break;
    case "write":
      writeFile(host, process, path, "text");
      break;
    case "unlink":
      unlink(host, process, path);
      break;
    case "symlink":
      symlink(host, process, other, path);
      break;
    case "fix":
      setAttributes(host, process, path, { immutable: true });
      break;
  }
}

/** What is wrong with the mounts. */
function broken(host: Host): string[] {
  const { byId } = host.state.files;
  const mounts = Object.values(host.state.files.mounts);
  const found: string[] = [];
  for (const mount of mounts) {
    const zone = mount.zone === undefined ? undefined : host.state.illumos?.zones[mount.zone];
    if (mount.zone !== undefined && !zone) found.push(`${mount.path} is of a zone that is gone`);
    if (zone && !mount.path.startsWith(`${zone.path}/`)) found.push(`${mount.path} is outside of its zone`);
    if (!byId[mount.filesystem]) found.push(`${mount.path} has no file system`);
    if (mount.covers && mountCovering(host, mount.covers) !== mount.id)
      found.push(`${mount.path} covers nothing`);
    if (mount.covers && !mounts.some(({ id }) => id === mount.covers?.mount))
      found.push(`${mount.path} hangs in the air`);
    if (mount.zone !== undefined && mount.container === mount.zone && !mount.options.includes("nodevices"))
      found.push(`${mount.path} was made in a zone with devices`);
  }
  for (const zone of Object.values(host.state.illumos?.zones ?? {})) {
    const searched = mounts.filter((mount) => mount.zone === zone.id);
    if (mountsOfZone(host, zone.id).length !== (zone.id === 0 ? 0 : searched.length))
      found.push(`the index of zone ${zone.name} is stale`);
  }
  return found;
}

const run = (host: Host, operations: readonly Operation[]) => {
  for (const each of operations) perform(host, each);
};
const operations = fc.array(operation, { maxLength: 30, size: "max" });
const RUNS = { numRuns: runs(150) };

describe("whatever is called in whatever order", { timeout: 60_000 }, () => {
  test("mounts hang together and belong to zones that are there", () => {
    fc.assert(
      fc.property(operations, (operations) => {
        const host = fresh();
        for (const each of operations) {
          perform(host, each);
          expect(broken(host)).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test("a zone changes neither the table of another one nor that of the global zone beside its own", () => {
    fc.assert(
      fc.property(operations, (operations) => {
        const host = fresh();
        const others = () =>
          JSON.stringify([
            mountTable(host, caller(host, "db") ?? globalRoot(host)),
            mountTable(host, globalRoot(host)).filter(({ on }) => !on.startsWith("/zones/web/")),
          ]);
        const before = others();
        run(
          host,
          operations.map((each) => ({ ...each, who: "web" })),
        );
        expect(others()).toBe(before);
      }),
      RUNS,
    );
  });

  test("halted zones leave no mounts behind once nobody is in them", () => {
    fc.assert(
      fc.property(operations, (operations) => {
        const host = fresh();
        run(host, operations);
        for (const name of NAMES) perform(host, { ...HALT, who: name });
        for (const name of NAMES)
          if (!zoneNamed(host, name))
            expect(
              Object.values(host.state.files.mounts).filter(({ path }) =>
                path.startsWith(`/zones/${name}/root/`),
              ),
            ).toEqual([]);
      }),
      RUNS,
    );
  });

  test("the same calls give the same state", () => {
    fc.assert(
      fc.property(operations, (operations) => {
        const [one, two] = [fresh(), fresh()];
        run(one, operations);
        run(two, operations);
        expect(JSON.stringify(two.state)).toBe(JSON.stringify(one.state));
      }),
      { numRuns: runs(50) },
    );
  });
});

const HALT: Operation = { who: "web", call: "halt", type: "tmpfs", path: "/mnt", other: "/mnt" };
