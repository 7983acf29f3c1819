import { readFile, stat, writeFile } from "@zonewarden/server/host/filesystem/files";
import { mountTable } from "@zonewarden/server/host/illumos/filesystem/mountViews";
import { rebootHost } from "@zonewarden/server/host/illumos/smf/hostReboot";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { complete } from "@zonewarden/server/host/machine/complete";
import type { HostFile } from "@zonewarden/server/host/machine/definition";
import { describe as describeHost } from "@zonewarden/server/host/machine/describe";
import { describe, expect, it } from "vitest";
import { machine } from "../commands/world.ts";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";

const table = (file: HostFile) => {
  const host = buildHost(complete(file));
  return mountTable(host, globalRoot(host)).map(({ on, special, type }) => `${special} ${on} ${type}`);
};

const FIRST = [
  "/devices /devices devfs",
  "/dev /dev dev",
  "ctfs /system/contract ctfs",
  "proc /proc proc",
  "mnttab /etc/mnttab mntfs",
];

describe("the mounts of the global zone", () => {
  it("are those of OmniOS in their order, with the datasets behind them", () => {
    expect(table({ system: "omnios" })).toEqual([
      "rpool/ROOT/omnios / zfs",
      ...FIRST,
      "swap /etc/svc/volatile tmpfs",
      "objfs /system/object objfs",
      "bootfs /system/boot bootfs",
      "sharefs /etc/dfs/sharetab sharefs",
      "fd /dev/fd fd",
      "swap /tmp tmpfs",
      "swap /var/run tmpfs",
      "rpool/export /export zfs",
      "rpool/export/home /export/home zfs",
      "rpool /rpool zfs",
      "rpool/zones /zones zfs",
    ]);
  });

  it("are in memory at /system/volatile on Solaris 11", () => {
    const found = table({ system: "solaris" });
    expect(found.slice(1, 6)).toEqual(FIRST);
    expect(found).toContain("swap /system/volatile tmpfs");
    expect(found.filter((line) => / (?:\/var\/run|\/etc\/svc\/volatile|\/system\/boot) /.test(line))).toEqual(
      [],
    );
  });

  it("come behind the dataset that they lie on", () => {
    const found = table({ system: "smartos" });
    expect(found.indexOf("swap /var/run tmpfs")).toBe(found.indexOf("zones/var /var zfs") + 1);
  });

  it("give way to what a host file has in their place, and are not written into one", () => {
    const file: HostFile = {
      system: "omnios",
      mounts: [{ from: "swap", on: "/tmp", type: "tmpfs", options: ["size=1g"] }],
    };
    expect(table(file).filter((line) => line.includes(" /tmp "))).toEqual(["swap /tmp tmpfs"]);
    const host = buildHost(complete(file));
    expect(describeHost(host).mounts?.filter(({ on }) => on !== "/tmp")).toEqual([]);
    expect(table({ system: "omnios", datasets: [{ name: "rpool/tmp", mountpoint: "/tmp" }] })).toContain(
      "rpool/tmp /tmp zfs",
    );
  });

  it("have the options that the kernel gives them", () => {
    const { type } = machine();
    expect(type("mount")).toMatch(/^\/tmp on swap read\/write\/setuid\/devices\/xattr on /m);
    expect(type("mount -p")).toMatch(/^mnttab - \/etc\/mnttab mntfs - no rw,setuid,devices$/m);
    expect(type("grep /devices /etc/mnttab")).toMatch(
      /^\/devices\t\/devices\tdevfs\trw,setuid,devices\t\d+$/m,
    );
    expect(type("df -k /tmp")).toMatch(/^swap +\d+ +0 +\d+ +0% {2}\/tmp$/m);
    expect(type("ls /dev/fd; echo x > /dev/fd/1")).toBe("0\n1\n2\n");
  });

  it("are no business of a zone", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    expect(
      mountTable(host, root).every(({ mount }) => mount.zone !== undefined || mount.path === "/zones"),
    ).toBe(true);
  });

  it("are empty after the machine has booted again, where they are in memory", () => {
    const host = zoneHost();
    ok(writeFile(host, globalRoot(host), "/tmp/note", "gone"));
    ok(writeFile(host, globalRoot(host), "/etc/note", "stays"));
    rebootHost(host);
    expect(stat(host, globalRoot(host), "/tmp/note")).toMatchObject({ errno: "ENOENT" });
    expect(ok(readFile(host, globalRoot(host), "/etc/note"))).toBe("stays");
    expect(ok(stat(host, globalRoot(host), "/tmp")).node.mode).toBe(0o1777);
  });
});
