import { mkdir, readFile, writeFile } from "@zonewarden/server/host/filesystem/files";
import {
  zfsCreate,
  zfsDestroy,
  zfsList,
  zfsMount,
  zfsSet,
  zfsSnapshot,
  zfsUnmount,
  zpoolConfigure,
} from "@zonewarden/server/host/filesystem/zfs";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { zfsJail, zfsUnjail } from "@zonewarden/server/host/freebsd/filesystem/zfsJail";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** Delegated datasets: zfs-jail(8), zfsprops(7), zfs_dozonecheck(). */

const MOUNTING = { "allow.mount": true, "allow.mount.zfs": true, enforce_statfs: 1 };

/** A jail with /dev/zfs, and zroot/data attached to it with a child. */
function delegated(parameters: Parameters<typeof makeJail>[1] = MOUNTING, jailed = "on") {
  const host = testHost();
  const shell = hostRoot(host);
  const { jid, root } = makeJail(host, parameters);
  ok(mountFs(host, shell, { type: "devfs", from: "devfs", on: "/jails/web/dev", options: ["ruleset=4"] }));
  ok(zfsCreate(host, shell, "zroot/data", { jailed, mountpoint: "/data" }));
  ok(zfsCreate(host, shell, "zroot/data/inner"));
  ok(zfsJail(host, shell, jid, "zroot/data"));
  return { host, shell, jid, root };
}

describe("5.3: ZFS in a jail", () => {
  it("shows attached datasets, those below, and those above", () => {
    const { host, root } = delegated();
    const listed = zfsList(host, root);
    expect(ok(listed).map(({ name }) => name)).toEqual(["zroot", "zroot/data", "zroot/data/inner"]);
    expect(listed.decision.verdict).toBe("contained");
  });

  it("needs /dev/zfs", () => {
    const host = testHost();
    const { root } = makeJail(host);
    expect(zfsList(host, root)).toMatchObject({ errno: "ENOENT", decision: { rule: "zfs/control" } });
  });

  it("does not know other datasets", () => {
    const { host, root } = delegated();
    expect(zfsSet(host, root, "zroot/var/log", "compression", "on")).toMatchObject({ errno: "ENOENT" });
    expect(zfsMount(host, root, "zroot/var/log")).toMatchObject({ errno: "ENOENT" });
  });

  it("shows what is above read-only", () => {
    const { host, root } = delegated();
    Object.assign(host.state.files.datasets["zroot"] ?? {}, { zoned: true });
    expect(zfsSet(host, root, "zroot", "compression", "on")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "zfs/above" },
    });
  });

  it("refuses to change a dataset without jailed=on", () => {
    const { host, root } = delegated(MOUNTING, "off");
    expect(zfsSet(host, root, "zroot/data/inner", "compression", "on")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "zfs/jailed" },
    });
  });

  it.each([
    ["quota", "1G", "zfs/limit"],
    ["filesystem_limit", "5", "zfs/limit"],
    ["jailed", "off", "zfs/property"],
    ["sharenfs", "on", "zfs/property"],
  ])("refuses %s of the delegated dataset itself", (property, value, rule) => {
    const { host, root } = delegated();
    expect(zfsSet(host, root, "zroot/data", property, value)).toMatchObject({
      errno: "EPERM",
      decision: { rule },
    });
  });

  it("lets a jail set limits below the delegated dataset, and other properties of it", () => {
    const { host, root } = delegated();
    expect(ok(zfsSet(host, root, "zroot/data/inner", "quota", "10M")).quota).toBe(10 * 1024 * 1024);
    ok(zfsSet(host, root, "zroot/data", "compression", "lz4"));
  });

  it("lets a jail make datasets below, which are jailed too", () => {
    const { host, root } = delegated();
    expect(ok(zfsCreate(host, root, "zroot/data/new")).zoned).toBe(true);
    expect(zfsCreate(host, root, "zroot/other")).toMatchObject({ errno: "EPERM" });
    ok(zfsDestroy(host, root, "zroot/data/new"));
    expect(zfsDestroy(host, root, "zroot/data")).toMatchObject({ errno: "EPERM" });
  });

  it("mounts a delegated dataset below the root of the jail", () => {
    const { host, root } = delegated();
    ok(zfsSet(host, root, "zroot/data", "mountpoint", "/mnt"));
    expect(ok(zfsMount(host, root, "zroot/data")).path).toBe("/jails/web/mnt");
    ok(writeFile(host, root, "/mnt/note", "kept"));
    ok(zfsUnmount(host, root, "zroot/data"));
    expect(readFile(host, root, "/mnt/note")).toMatchObject({ errno: "ENOENT" });
    ok(zfsMount(host, root, "zroot/data"));
    expect(ok(readFile(host, root, "/mnt/note"))).toBe("kept");
  });

  it("9: mount(8) of a dataset that is not the jail's is refused", () => {
    const { host, root } = delegated();
    expect(mountFs(host, root, { type: "zfs", from: "zroot/home", on: "/mnt" })).toMatchObject({
      errno: "EPERM",
      decision: { rule: "mount/9" },
    });
  });

  it.each([
    ["allow.mount", { ...MOUNTING, "allow.mount": false }],
    ["allow.mount.zfs", { ...MOUNTING, "allow.mount.zfs": false }],
    ["enforce_statfs below 2", { ...MOUNTING, enforce_statfs: 2 }],
  ])("does not mount without %s", (_, parameters) => {
    const { host, root } = delegated(parameters);
    ok(zfsSet(host, root, "zroot/data", "mountpoint", "/mnt"));
    expect(zfsMount(host, root, "zroot/data")).toMatchObject({ errno: "EPERM" });
  });

  it("refuses pools and attaching from a jail", () => {
    const { host, jid, root } = delegated();
    expect(zpoolConfigure(host, root)).toMatchObject({ errno: "EPERM" });
    expect(zfsJail(host, root, jid, "zroot/data/inner")).toMatchObject({ errno: "EPERM" });
  });

  it("mounts a snapshot of an attached dataset as it was, read-only", () => {
    const { host, root } = delegated();
    ok(zfsSnapshot(host, root, "zroot/data", "monday"));
    const request = { type: "zfs", on: "/mnt" };
    expect(ok(mountFs(host, root, { ...request, from: "zroot/data@monday" })).readOnly).toBe(true);
    expect(mkdir(host, root, "/mnt/new")).toMatchObject({ errno: "EROFS" });
    expect(mountFs(host, root, { ...request, from: "zroot/data@friday" })).toMatchObject({ errno: "ENOENT" });
    expect(mountFs(host, root, { ...request, from: "zroot@monday" })).toMatchObject({ errno: "EPERM" });
  });
});

describe("datasets on the host", () => {
  it("are attached to one jail at a time", () => {
    const { host, shell, jid } = delegated();
    expect(zfsJail(host, shell, jid, "zroot/data")).toMatchObject({ errno: "EEXIST" });
    expect(zfsJail(host, shell, 99, "zroot/data/inner")).toMatchObject({ errno: "ENOENT" });
    ok(zfsUnjail(host, shell, jid, "zroot/data"));
    expect(zfsUnjail(host, shell, jid, "zroot/data")).toMatchObject({ errno: "ENOENT" });
  });

  it("are left alone by the host once they are jailed", () => {
    const { host, shell } = delegated();
    expect(zfsMount(host, shell, "zroot/data")).toMatchObject({ errno: "EPERM" });
  });

  it("are unmounted when they become jailed", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(zfsCreate(host, shell, "zroot/data", { mountpoint: "/mnt" }));
    expect(host.state.files.datasets["zroot/data"]?.mounted).toBe(true);
    ok(zfsSet(host, shell, "zroot/data", "jailed", "on"));
    expect(host.state.files.datasets["zroot/data"]?.mounted).toBe(false);
  });

  it("hold no more than their quota and that of those above, even for root", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(zfsCreate(host, shell, "zroot/data", { mountpoint: "/mnt", quota: "1K" }));
    ok(writeFile(host, shell, "/mnt/half", "x".repeat(600)));
    expect(writeFile(host, shell, "/mnt/more", "x".repeat(600))).toMatchObject({ errno: "EDQUOT" });
    ok(writeFile(host, shell, "/mnt/half", "x"));
    ok(writeFile(host, shell, "/mnt/more", "x".repeat(600)));
  });

  it("wait for those below them to be destroyed", () => {
    const { host, shell } = delegated();
    expect(zfsDestroy(host, shell, "zroot/data")).toMatchObject({ errno: "EBUSY" });
  });
});
