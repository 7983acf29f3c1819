import {
  chmod,
  chown,
  link,
  mkdir,
  readFile,
  stat,
  unlink,
  writeFile,
} from "@zonewarden/server/host/filesystem/files";
import { lookup } from "@zonewarden/server/host/filesystem/lookup";
import { editable } from "@zonewarden/server/host/filesystem/nodes";
import type { Host } from "@zonewarden/server/host/host";
import { setAttributes } from "@zonewarden/server/host/illumos/filesystem/rules";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { numberOfSet, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { exec, fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { type Definition, define, enter, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** Rules on files: secpolicy_vnode_*() in usr/src/uts/common/os/policy.c; file-mac-profile of Solaris 11. */

function inZone(definition: Definition = {}, system: "omnios" | "solaris" = "omnios") {
  const host = zoneHost({ system });
  const { zone, root } = running(host, define("web", definition));
  return { host, zone, root };
}

/** A user of the zone with these privileges beside the basic ones. */
function user(host: Host, root: Process, extra: readonly string[] = []): Process {
  const child = ok(fork(host, root));
  setCredential(host, child, { uid: 101, ruid: 101, gid: 10, groups: [10] });
  const basic = [
    "file_link_any",
    "file_read",
    "file_write",
    "net_access",
    "proc_exec",
    "proc_fork",
    "proc_info",
  ];
  const own = numberOfSet(host, [...basic, ...extra]);
  child.illumos = {
    ...child.illumos,
    privileges: { effective: own, permitted: own, inheritable: own, limit: own },
  } as NonNullable<Process["illumos"]>;
  return child;
}

/** A file in the zone that belongs to somebody. */
function file(host: Host, root: Process, uid: number, mode = 0o644, path = "/var/tmp/file"): string {
  ok(writeFile(host, root, path, "text"));
  const node = editable(host, ok(lookup(host, root, path)));
  Object.assign(node, { uid, gid: uid === 0 ? 0 : 10, mode });
  return path;
}

describe("what a single privilege reaches", () => {
  it.each([
    [102, "file_dac_read", readFile, true],
    [0, "file_dac_read", readFile, true],
    [102, "file_dac_write", (...[h, p, f]: Args) => writeFile(h, p, f, "x"), true],
    [0, "file_dac_write", (...[h, p, f]: Args) => writeFile(h, p, f, "x"), false],
    [102, "file_owner", (...[h, p, f]: Args) => chmod(h, p, f, 0o600), true],
    [0, "file_owner", (...[h, p, f]: Args) => chmod(h, p, f, 0o600), false],
    [102, "file_chown", (...[h, p, f]: Args) => chown(h, p, f, 103, 10), true],
    [0, "file_chown", (...[h, p, f]: Args) => chown(h, p, f, 103, 10), false],
  ] as const)("a file of user %i with %s", (owner, name, call, may) => {
    const { host, root } = inZone();
    const path = file(host, root, owner, 0o600);
    expect(call(host, user(host, root), path).ok).toBe(false);
    expect(call(host, user(host, root, [name]), path).ok).toBe(may);
  });

  it("is nothing of any file without file_read and file_write", () => {
    const { host, root } = inZone({ properties: { limitpriv: "default,!file_write" } });
    expect(readFile(host, root, "/etc/motd").ok).toBe(true);
    expect(writeFile(host, root, "/etc/motd", "x")).toMatchObject({
      errno: "EACCES",
      decision: { rule: "priv/file_write", causes: [{ what: "limitpriv=default,!file_write" }] },
    });
  });
});

type Args = [Host, Process, string];

describe("chown", () => {
  it("gives no file away without file_chown_self, and takes set-id bits off", () => {
    const { host, root } = inZone();
    const path = file(host, root, 101, 0o4755);
    expect(chown(host, user(host, root), path, 102, 10)).toMatchObject({ errno: "EPERM" });
    const giver = user(host, root, ["file_chown_self"]);
    expect(chown(host, giver, path, 102, 10).ok).toBe(true);
    expect(ok(stat(host, root, path)).node).toMatchObject({ uid: 102, mode: 0o755 });
  });

  it("lets the owner change the group to one of his own", () => {
    const { host, root } = inZone();
    const path = file(host, root, 101);
    expect(chown(host, user(host, root), path, 101, 10).ok).toBe(true);
    expect(chown(host, user(host, root), path, 101, 3)).toMatchObject({ errno: "EPERM" });
  });
});

describe("set-id bits", () => {
  it("are set by root of the zone, on files of root too", () => {
    const { host, root } = inZone();
    ok(mkdir(host, root, "/opt/tool"));
    expect(chmod(host, root, file(host, root, 0), 0o4755).ok).toBe(true);
  });

  it("are set by a user on his own file; the group bit is dropped for a foreign group", () => {
    const { host, root } = inZone();
    const path = file(host, root, 101);
    const someone = user(host, root);
    editable(host, ok(lookup(host, root, path))).gid = 3;
    ok(chmod(host, someone, path, 0o6755));
    expect(ok(stat(host, root, path)).node.mode).toBe(0o4755);
  });

  it("of root are not for a zone without one of its privileges", () => {
    const { host, root } = inZone();
    const path = file(host, root, 0);
    const some = user(host, root, ["file_owner", "file_setid"]);
    expect(chmod(host, some, path, 0o4755)).toMatchObject({ errno: "EPERM" });
  });

  it("make the program run as its owner, but not where the mount says nosuid", () => {
    const resources = [
      { type: "fs", fstype: "lofs", dir: "/safe", special: "/export/home", options: ["nosetuid"] },
    ];
    const { host, root } = inZone({ resources });
    for (const [path, uid] of [
      ["/var/tmp/tool", 0],
      ["/safe/tool", 101],
    ] as const) {
      file(host, root, 0, 0o4755, path);
      const someone = user(host, root);
      ok(exec(host, someone, path, [path]));
      expect([path, someone.credential.uid]).toEqual([path, uid]);
    }
  });
});

describe("attributes", () => {
  it("take file_flag_set to set and every privilege to clear", () => {
    const plain = inZone();
    const path = file(plain.host, plain.root, 0);
    expect(setAttributes(plain.host, plain.root, path, { immutable: true })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/file_flag_set" },
    });
    const { host, root } = inZone({ properties: { limitpriv: "default,file_flag_set" } });
    file(host, root, 0);
    expect(setAttributes(host, root, path, { immutable: true }).ok).toBe(true);
    for (const outcome of [
      writeFile(host, root, path, "x"),
      unlink(host, root, path),
      chmod(host, root, path, 0o600),
      link(host, root, path, "/var/tmp/other"),
      setAttributes(host, root, path, { immutable: false }),
    ])
      expect(outcome).toMatchObject({ errno: "EPERM" });
    const outside = `/zones/web/root${path}`;
    expect(setAttributes(host, globalRoot(host), outside, { immutable: false }).ok).toBe(true);
    expect(writeFile(host, root, path, "x").ok).toBe(true);
  });

  it("keep the names of files with nounlink", () => {
    const { host, root } = inZone({ properties: { limitpriv: "default,file_flag_set" } });
    const path = file(host, root, 0);
    ok(setAttributes(host, root, path, { nounlink: true }));
    expect(writeFile(host, root, path, "x").ok).toBe(true);
    expect(unlink(host, root, path)).toMatchObject({ errno: "EPERM" });
  });
});

describe("links", () => {
  it("to files of others take file_link_any", () => {
    const { host, root } = inZone({ properties: { limitpriv: "default,!file_link_any" } });
    const path = file(host, root, 102);
    expect(link(host, root, path, "/var/tmp/other")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/file_link_any" },
    });
    expect(link(inZone().host, inZone().root, "/etc/motd", "/etc/motd2").ok).toBe(true);
  });

  it("to directories are for nobody in a zone", () => {
    const { host, root } = inZone();
    expect(link(host, root, "/etc", "/var/tmp/etc")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/sys_linkdir" },
    });
  });
});

describe("the zonepath", () => {
  it("keeps users of the global zone out of the root of the zone", () => {
    const { host } = inZone();
    const shell = ok(fork(host, globalRoot(host)));
    setCredential(host, shell, { uid: 101, ruid: 101, gid: 10, groups: [10] });
    expect(readFile(host, shell, "/zones/web/root/etc/motd")).toMatchObject({ errno: "EACCES" });
    expect(readFile(host, globalRoot(host), "/zones/web/root/etc/motd").ok).toBe(true);
  });
});

describe("file-mac-profile", () => {
  const paths = ["/usr/bin/x", "/etc/x", "/root/x", "/var/tmp/x", "/var/svc/x"];
  it.each([
    ["none", paths],
    ["strict", []],
    ["fixed-configuration", ["/var/tmp/x"]],
    ["flexible-configuration", ["/etc/x", "/root/x", "/var/tmp/x", "/var/svc/x"]],
  ] as const)("%s leaves %j writable", (profile, writable) => {
    const { host, root } = inZone(
      { properties: { brand: "solaris", "file-mac-profile": profile } },
      "solaris",
    );
    const written = paths.filter((path) => writeFile(host, root, path, "x").ok);
    expect(written).toEqual(writable);
    if (profile === "none") return;
    expect(writeFile(host, root, "/usr/bin/x", "x")).toMatchObject({
      errno: "EROFS",
      decision: { causes: [{ what: `file-mac-profile=${profile}` }] },
    });
  });

  it.each<[options: string, writable: boolean]>([
    ["-w", true],
    ["-W", false],
  ])("is lifted by boot %s: written afterwards %s", (option, writable) => {
    const { host } = inZone({ properties: { brand: "solaris", "file-mac-profile": "strict" } }, "solaris");
    const admin = globalRoot(host);
    zoneadm(host, admin, { zone: "web", command: "halt" });
    expect(zoneadm(host, admin, { zone: "web", command: "boot", options: [option] })).toMatchObject({
      status: 0,
    });
    const inside = (): boolean => {
      const zone = zoneNamed(host, "web");
      return zone !== undefined && writeFile(host, enter(host, zone), "/etc/x", "x").ok;
    };
    expect(inside()).toBe(writable);
    zoneadm(host, admin, { zone: "web", command: "reboot" });
    expect(inside()).toBe(false);
  });

  it("knows no such option where roots are not read-only", () => {
    const { host } = inZone();
    expect(zoneadm(host, globalRoot(host), { zone: "web", command: "boot", options: ["-w"] }).status).toBe(2);
  });

  it("does not bind what is mounted, nor the global zone", () => {
    const { host, root } = inZone(
      {
        properties: { brand: "solaris", "file-mac-profile": "strict" },
        resources: [{ type: "fs", fstype: "lofs", dir: "/data", special: "/export/home" }],
      },
      "solaris",
    );
    expect(writeFile(host, root, "/data/x", "").ok).toBe(true);
    expect(writeFile(host, root, "/etc/svc/volatile/x", "").ok).toBe(true);
    expect(writeFile(host, globalRoot(host), "/zones/web/root/etc/x", "").ok).toBe(true);
  });
});
