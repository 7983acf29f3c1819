import { putFile } from "@zonewarden/server/host/filesystem/build";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { readFile, symlink, writeFile } from "@zonewarden/server/host/filesystem/files";
import { mountsOfZone } from "@zonewarden/server/host/filesystem/mountIndex";
import type { Host } from "@zonewarden/server/host/host";
import { mountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { changeDefinition } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";

/** The file systems of a zone as it goes to ready, boots and is halted: usr/src/cmd/zoneadmd/vplat.c. */

const ROOT = "/zones/web/root";

function below(host: Host, id: number): string[] {
  return mountsOfZone(host, id).map(({ path, from, type }) => `${path.slice(ROOT.length)} ${from} ${type}`);
}

function boot(definition: Definition, host = zoneHost()) {
  const entry = installed(host, define("web", definition));
  return { host, entry, answer: callZoneadmd(host, entry, { command: "boot" }) };
}

function inZone(definition: Definition = {}) {
  const host = zoneHost();
  return { host, ...running(host, define("web", definition)) };
}

const data = { type: "fs", fstype: "lofs", dir: "/data", special: "/export/home" };

describe("what is mounted", () => {
  it("is /dev from outside, then the views of the kernel from inside, then what the zone mounts itself", () => {
    const { host, zone } = inZone();
    expect(below(host, zone.id)).toEqual([
      "/dev /dev dev",
      "/proc /proc proc",
      "/system/contract ctfs ctfs",
      "/etc/mnttab mnttab mntfs",
      "/system/object objfs objfs",
      "/etc/svc/volatile swap tmpfs",
      "/etc/dfs/sharetab sharefs sharefs",
      "/dev/fd fd fd",
      "/var/run swap tmpfs",
      "/tmp swap tmpfs",
    ]);
  });

  it("is /usr, /lib and /sbin of the global zone, read-only, where the root is sparse", () => {
    const { host, root } = inZone({ properties: { brand: "sparse" } });
    for (const path of ["/usr/bin/x", "/lib/x", "/sbin/x"])
      expect(writeFile(host, root, path, "x")).toMatchObject({
        errno: "EROFS",
        decision: { rule: "mount/read-only" },
      });
    ok(writeFile(host, globalRoot(host), "/usr/bin/new", "from outside"));
    expect(ok(readFile(host, root, "/usr/bin/new"))).toBe("from outside");
    expect(writeFile(host, root, "/etc/motd", "own").ok).toBe(true);
  });

  it("is what inherit-pkg-dir names, on Solaris 10", () => {
    const host = zoneHost({ system: "solaris", release: "10" });
    const resources = [{ type: "inherit-pkg-dir", dir: "/usr" }];
    const { root } = running(host, define("web", { properties: { brand: "native" }, resources }));
    expect(writeFile(host, root, "/usr/bin/x", "")).toMatchObject({ errno: "EROFS" });
    expect(writeFile(host, root, "/sbin/x", "")).toMatchObject({ ok: true });
  });

  it("comes parents first, whatever the order of the configuration", () => {
    const { host, zone } = inZone({
      resources: [
        { ...data, dir: "/data/inner", special: "/var/tmp" },
        data,
        { type: "fs", fstype: "tmpfs", dir: "/cache", special: "swap", options: ["size=1m"] },
      ],
    });
    expect(below(host, zone.id).slice(0, 4)).toEqual([
      "/cache swap tmpfs",
      "/data /export/home lofs",
      "/data/inner /var/tmp lofs",
      "/dev /dev dev",
    ]);
  });

  it("keeps the options of the resource", () => {
    const { host, root } = inZone({ resources: [{ ...data, options: ["ro", "nodevices"] }] });
    const outcome = writeFile(host, root, "/data/x", "");
    expect(outcome).toMatchObject({ errno: "EROFS" });
    expect(outcome.decision.causes).toMatchObject([{ what: "fs" }]);
  });

  it("can be a single file", () => {
    const host = zoneHost();
    putFile(host, "/export/license", "key");
    const resources = [{ ...data, dir: "/opt/license", special: "/export/license" }];
    const { root } = running(host, define("web", { resources }));
    expect(ok(readFile(host, root, "/opt/license"))).toBe("key");
  });

  it("is told with the line that asks for it", () => {
    const { host } = inZone({ resources: [data] });
    const told = host.events.filter(({ kind }) => kind === "zone.mount");
    expect(told.map(({ message }) => message)).toEqual([
      "/export/home is mounted on /data with type lofs.",
      "The brand mounts /dev.",
      expect.stringContaining("/proc"),
    ]);
    expect(told[0]?.causes).toEqual([{ what: "fs", from: "configuration" }]);
  });

  it("is there for a zone of each brand of OmniOS", () => {
    for (const brand of ["ipkg", "lipkg", "sparse", "pkgsrc", "illumos", "lx", "bhyve", "kvm", "emu"])
      expect([brand, boot({ properties: { brand } }).answer.ok]).toEqual([brand, true]);
  });
});

describe("what stops the zone from being readied, with the line of the resource", () => {
  const described = (): Host => zoneHost({ described: true });

  it.each([
    ["a type that the kernel lacks", { ...data, fstype: "ext4" }, "EINVAL"],
    ["a directory that is not there", { ...data, special: "/nowhere" }, "ENOENT"],
    ["a dataset that is not there", { ...data, fstype: "zfs", special: "rpool/none" }, "ENOENT"],
    ["a dataset that is not legacy", { ...data, fstype: "zfs", special: "rpool/export" }, "EINVAL"],
    [
      "a raw device that is not there",
      { ...data, fstype: "ufs", special: "/dev/dsk/c9", raw: "/dev/x" },
      "ENOENT",
    ],
    ["a path that is not plain", { ...data, dir: "/data/../etc" }, "EINVAL"],
    ["a file below a file", { ...data, dir: "/etc/passwd/data" }, "ENOTDIR"],
    ["a name in a /usr of the host", { ...data, dir: "/usr/none" }, "EROFS"],
  ])("%s", (_, resource, errno) => {
    const brand = resource.dir.startsWith("/usr") ? "sparse" : "lipkg";
    const { host, entry, answer } = boot({ properties: { brand }, resources: [resource] }, described());
    expect(answer.ok).toBe(false);
    const failure = host.events.find(({ outcome }) => outcome === "failed");
    expect(failure).toMatchObject({ kind: "zone.mount", errno, causes: [{ what: "fs" }] });
    expect(stateOf(host, entry.name)).toBe("installed");
    expect(Object.values(host.state.files.mounts).some(({ zone }) => zone !== undefined)).toBe(false);
  });

  it("a link that root of the zone has planted", () => {
    const { host, root } = inZone({ resources: [data] });
    const entry = host.state.illumos?.index[0];
    if (!entry) throw new Error("no entry");
    ok(symlink(host, root, "/etc", "/opt/data"));
    changeDefinition(host, entry, define("web", { resources: [{ ...data, dir: "/opt/data" }] }));
    callZoneadmd(host, entry, { command: "halt" });
    expect(callZoneadmd(host, entry, { command: "boot" }).ok).toBe(false);
    expect(host.events.findLast(({ outcome }) => outcome === "failed")).toMatchObject({ errno: "ELOOP" });
  });

  it("a disk with a file system of another type, which fsck finds", () => {
    const disk = { special: "/dev/dsk/c1t0d0s7", raw: "/dev/rdsk/c1t0d0s7", dir: "/disk" };
    const host = zoneHost();
    ok(mountFs(host, globalRoot(host), { type: "pcfs", from: disk.special, on: "/mnt" }));
    const { answer } = boot({ resources: [{ type: "fs", fstype: "ufs", ...disk }] }, host);
    expect(answer.ok).toBe(false);
    expect(host.events.findLast(({ outcome }) => outcome === "failed")?.message).toContain("fsck");
  });
});

describe("halt", () => {
  it("unmounts everything, also what the zone has mounted itself", () => {
    const { host, root, zone } = inZone({ resources: [data] });
    ok(mountFs(host, root, { type: "nfs", from: "server:/export", on: "/mnt" }));
    const entry = host.state.illumos?.index[0];
    expect(entry && callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(mountsOfZone(host, zone.id)).toEqual([]);
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("is held up by a process of the global zone in a loopback mount, and goes on when it is out", () => {
    const { host } = inZone({ resources: [data] });
    const shell = globalRoot(host);
    ok(chdir(host, shell, `${ROOT}/data`));
    const entry = host.state.illumos?.index[0];
    if (!entry) throw new Error("no entry");
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(false);
    expect(stateOf(host, "web")).toBe("down");
    const failure = host.events.findLast(({ outcome }) => outcome === "failed");
    expect(failure?.message).toContain(`process ${shell.pid} uses it`);
    ok(chdir(host, shell, "/"));
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(stateOf(host, "web")).toBe("installed");
  });

  it("forces away what can be forced", () => {
    const { host, root } = inZone();
    ok(mountFs(host, root, { type: "tmpfs", from: "swap", on: "/mnt" }));
    ok(chdir(host, globalRoot(host), `${ROOT}/mnt`));
    const entry = host.state.illumos?.index[0];
    expect(entry && callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
  });
});
