import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { readFile, writeFile } from "@zonewarden/server/host/filesystem/files";
import { keptBytes } from "@zonewarden/server/host/filesystem/frozen";
import { zfsCreate, zfsDestroy, zfsSnapshot } from "@zonewarden/server/host/filesystem/zfs";
import {
  zfsClone,
  zfsDestroySnapshot,
  zfsDestroyTree,
  zfsPromote,
  zfsRename,
  zfsRollback,
} from "@zonewarden/server/host/filesystem/zfsSnapshots";
import type { Host } from "@zonewarden/server/host/host";
import { describe, expect, it } from "vitest";
import { hostRoot, ok, testHost } from "../harness.ts";

/** Snapshots and clones, which both kernels have: zfs(8). */

function withData() {
  const host = testHost();
  const root = hostRoot(host);
  ok(zfsCreate(host, root, "zroot/data", { mountpoint: "/data" }));
  ok(writeFile(host, root, "/data/file", "old"));
  ok(zfsSnapshot(host, root, "zroot/data", "one"));
  ok(writeFile(host, root, "/data/file", "newer"));
  return { host, root };
}

const dataset = (host: Host, name: string) => host.state.files.datasets[name];

describe("snapshots", () => {
  it("keep what has been changed since, and count it", () => {
    const { host } = withData();
    const data = dataset(host, "zroot/data");
    expect(data && keptBytes(host, data, "one")).toBe(3);
  });

  it("share a tree while nothing changes, which goes with the last of them", () => {
    const { host, root } = withData();
    const trees = () => Object.keys(host.state.files.frozen ?? {}).length;
    for (const name of ["two", "three"]) ok(zfsSnapshot(host, root, "zroot/data", name));
    expect(trees()).toBe(2);
    for (const name of ["one", "two", "three"]) ok(zfsDestroySnapshot(host, root, `zroot/data@${name}`));
    expect(trees()).toBe(0);
  });

  it("bring the files back; later ones and open files are in the way", () => {
    const { host, root } = withData();
    ok(zfsSnapshot(host, root, "zroot/data", "two"));
    expect(zfsRollback(host, root, "zroot/data@one")).toMatchObject({ errno: "EEXIST" });
    ok(zfsDestroySnapshot(host, root, "zroot/data@two"));
    ok(chdir(host, root, "/data"));
    expect(zfsRollback(host, root, "zroot/data@one")).toMatchObject({ errno: "EBUSY" });
    ok(chdir(host, root, "/"));
    ok(zfsRollback(host, root, "zroot/data@one"));
    expect(ok(readFile(host, root, "/data/file"))).toBe("old");
  });
});

describe("clones", () => {
  it("have the files of the snapshot and go their own way", () => {
    const { host, root } = withData();
    ok(zfsClone(host, root, "zroot/data@one", "zroot/copy", { mountpoint: "/copy" }));
    expect(ok(readFile(host, root, "/copy/file"))).toBe("old");
    ok(writeFile(host, root, "/copy/file", "own"));
    expect(ok(readFile(host, root, "/data/file"))).toBe("newer");
    expect(dataset(host, "zroot/copy")?.properties["origin"]).toBe("zroot/data@one");
  });

  it("keep their snapshot from being destroyed", () => {
    const { host, root } = withData();
    ok(zfsClone(host, root, "zroot/data@one", "zroot/copy", { mountpoint: "/copy" }));
    expect(zfsDestroySnapshot(host, root, "zroot/data@one")).toMatchObject({
      errno: "EBUSY",
      decision: { rule: "zfs/clones" },
    });
    ok(zfsDestroy(host, root, "zroot/copy"));
    expect(zfsDestroySnapshot(host, root, "zroot/data@one").ok).toBe(true);
  });

  it("go with their origin only when asked for", () => {
    const { host, root } = withData();
    ok(zfsClone(host, root, "zroot/data@one", "zroot/copy", { mountpoint: "/copy" }));
    expect(zfsDestroyTree(host, root, "zroot/data", false)).toMatchObject({ errno: "EBUSY" });
    ok(zfsDestroyTree(host, root, "zroot/data", true));
    expect([dataset(host, "zroot/data"), dataset(host, "zroot/copy")]).toEqual([undefined, undefined]);
  });

  it("take the snapshots over when they are promoted", () => {
    const { host, root } = withData();
    ok(zfsClone(host, root, "zroot/data@one", "zroot/copy", { mountpoint: "/copy" }));
    ok(zfsClone(host, root, "zroot/data@one", "zroot/other", { mountpoint: "/other" }));
    ok(zfsPromote(host, root, "zroot/copy"));
    expect(dataset(host, "zroot/copy")).toMatchObject({ snapshots: ["one"] });
    expect(dataset(host, "zroot/data")).toMatchObject({
      snapshots: [],
      properties: { origin: "zroot/copy@one" },
    });
    expect(dataset(host, "zroot/other")?.properties["origin"]).toBe("zroot/copy@one");
    expect(zfsPromote(host, root, "zroot/copy")).toMatchObject({ errno: "EINVAL" });
    ok(zfsRollback(host, root, "zroot/copy@one"));
    expect(ok(readFile(host, root, "/copy/file"))).toBe("old");
  });

  it("take room only for what is different; what both have counts for the one that owns the snapshot", () => {
    const { host, root } = withData();
    const { used = 0 } = dataset(host, "zroot/data") ?? {};
    expect(used).toBeGreaterThan(0);
    const { used: pool = 0 } = dataset(host, "zroot") ?? {};
    ok(zfsClone(host, root, "zroot/data@one", "zroot/copy", { mountpoint: "/copy" }));
    const { refers = 0 } = dataset(host, "zroot/data")?.kept?.["one"] ?? {};
    expect(dataset(host, "zroot/copy")).toMatchObject({ used: 0, shared: refers });
    ok(zfsPromote(host, root, "zroot/copy"));
    expect(dataset(host, "zroot/copy")?.used).toBe(refers);
    expect(dataset(host, "zroot/copy")).not.toHaveProperty("shared");
    expect(dataset(host, "zroot/data")).toMatchObject({ used: used - refers, shared: refers });
    expect(dataset(host, "zroot")?.used ?? 0).toBe(pool);
  });

  it("lie in the pool of the snapshot", () => {
    const { host, root } = withData();
    expect(zfsClone(host, root, "zroot/data@one", "tank/copy")).toMatchObject({ errno: "EXDEV" });
    expect(zfsClone(host, root, "zroot/data@none", "zroot/copy")).toMatchObject({ errno: "ENOENT" });
  });
});

describe("renaming", () => {
  it("takes along what is below, inherited mount points and clones", () => {
    const { host, root } = withData();
    ok(zfsCreate(host, root, "zroot/data/inner"));
    ok(zfsClone(host, root, "zroot/data@one", "zroot/copy", { mountpoint: "/copy" }));
    ok(writeFile(host, root, "/data/inner/file", "deep"));
    ok(zfsRename(host, root, "zroot/data/inner", "zroot/data/deeper"));
    expect(ok(readFile(host, root, "/data/deeper/file"))).toBe("deep");
    ok(zfsRename(host, root, "zroot/data", "zroot/store"));
    expect(Object.keys(host.state.files.datasets).filter((name) => name.startsWith("zroot/data"))).toEqual(
      [],
    );
    expect(dataset(host, "zroot/copy")?.properties["origin"]).toBe("zroot/store@one");
    expect(ok(readFile(host, root, "/data/file"))).toBe("newer");
  });

  it("is refused into another pool, onto another dataset and below itself", () => {
    const { host, root } = withData();
    ok(zfsCreate(host, root, "zroot/more", { mountpoint: "/more" }));
    const rename = (to: string) => zfsRename(host, root, "zroot/data", to);
    expect(rename("zroot/more")).toMatchObject({ errno: "EEXIST" });
    expect(rename("zroot/data/below")).toMatchObject({ errno: "EINVAL" });
    expect(rename("nowhere/data")).toMatchObject({ errno: "ENOENT" });
  });
});
