import { findDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { nodeOf } from "@zonewarden/server/host/filesystem/nodes";
import { zfsSnapshot } from "@zonewarden/server/host/filesystem/zfs";
import type { Host } from "@zonewarden/server/host/host";
import { cloneZone } from "@zonewarden/server/host/illumos/install/clone";
import { installZone } from "@zonewarden/server/host/illumos/install/install";
import { uninstallZone } from "@zonewarden/server/host/illumos/install/uninstall";
import type { IndexEntry } from "@zonewarden/server/host/illumos/types";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, zoneHost } from "../harness.ts";
import { configured, statesOf, work } from "./work.ts";

function scene(brand = "lipkg", zonepath = "/zones/gold") {
  const host = zoneHost();
  const gold = configured(host, define("gold", { properties: { brand, zonepath } }));
  ok(installZone(work(host, gold)));
  return { host, gold };
}

const SNAPSHOT = { copy: false };
const COPY = { copy: true };

function target(host: Host, name: string, brand = "lipkg", zonepath = `/zones/${name}`): IndexEntry {
  return configured(host, define(name, { properties: { brand, zonepath } }));
}

function contentOf(host: Host, path: string): string | undefined {
  const file = findDirectory(host, path);
  return file && nodeOf(host, file).content;
}

describe("zoneadm clone", () => {
  it("makes the root of an ipkg zone a clone of a snapshot that is named after the new zone", () => {
    const { host, gold } = scene();
    const web = target(host, "web");
    expect(cloneZone(work(host, web), gold, SNAPSHOT)).toMatchObject({ ok: true });
    expect(statesOf(host, "web")).toEqual(["incomplete", "installed"]);
    expect(web.installation).toMatchObject({
      by: "clone",
      dataset: "rpool/zones/web",
      root: "rpool/zones/web/ROOT/zbe",
      origin: "rpool/zones/gold/ROOT/zbe@web_snap",
      packages: gold.installation?.packages,
    });
    expect(web.installation?.bytes).toBeLessThan(1 << 20);
  });

  it("makes the zonepath a clone of SUNWzoneN for brands without a program of their own", () => {
    const { host, gold } = scene("bhyve");
    for (const [i, name] of ["a", "b"].entries()) {
      const entry = target(host, name, "bhyve");
      ok(cloneZone(work(host, entry), gold, SNAPSHOT));
      expect(entry.installation?.origin).toBe(`rpool/zones/gold@SUNWzone${i + 1}`);
      expect(findDirectory(host, `/zones/${name}/root/etc/passwd`)).toBeDefined();
    }
  });

  it("shares nothing afterwards: what one writes the other does not see", () => {
    const { host, gold } = scene();
    putFile(host, "/zones/gold/root/etc/motd", "gold\n");
    ok(cloneZone(work(host, target(host, "web")), gold, SNAPSHOT));
    putFile(host, "/zones/gold/root/etc/motd", "changed\n");
    expect(contentOf(host, "/zones/web/root/etc/motd")).toBe("gold\n");
  });

  it.each([
    ["with -m copy", COPY, "/zones/web"],
    ["where the zonepath is not on the same pool", SNAPSHOT, "/export/vm/web"],
  ])("copies the files %s", (_, options, zonepath) => {
    const { host, gold } = scene("bhyve");
    putFile(host, "/zones/gold/root/etc/motd", "gold\n");
    const web = target(host, "web", "bhyve", zonepath);
    const before = host.now;
    expect(cloneZone(work(host, web), gold, options)).toMatchObject({ ok: true });
    expect(contentOf(host, `${zonepath}/root/etc/motd`)).toBe("gold\n");
    expect(web.installation?.origin).toBeUndefined();
    expect(web.installation?.bytes).toBe(gold.installation?.bytes);
    expect(host.now - before).toBeGreaterThan(10_000);
  });

  it("copies a whole root with what was changed, added and removed in it", () => {
    const { host, gold } = scene();
    putFile(host, "/zones/gold/root/etc/passwd", "root:x:0:0::/:/sbin/sh\n");
    putFile(host, "/zones/gold/root/opt/own/tool", "#!/bin/sh\n", 0o755);
    ok(cloneZone(work(host, target(host, "web")), gold, COPY));
    expect(contentOf(host, "/zones/web/root/etc/passwd")).toBe("root:x:0:0::/:/sbin/sh\n");
    expect(contentOf(host, "/zones/web/root/opt/own/tool")).toBe("#!/bin/sh\n");
    expect(findDirectory(host, "/zones/web/root/usr/bin/ls")).toBeDefined();
  });

  it("takes an earlier snapshot with -s", () => {
    const { host, gold } = scene("bhyve");
    ok(cloneZone(work(host, target(host, "a", "bhyve")), gold, SNAPSHOT));
    const web = target(host, "b", "bhyve");
    ok(cloneZone(work(host, web), gold, { copy: false, snapshot: "rpool/zones/gold@SUNWzone1" }));
    expect(web.installation?.origin).toBe("rpool/zones/gold@SUNWzone1");
  });

  it("does not take a snapshot that somebody made by hand, which holds no inventory", () => {
    const { host, gold } = scene("bhyve");
    ok(zfsSnapshot(host, globalRoot(host), "rpool/zones/gold", "mine"));
    const web = target(host, "web", "bhyve");
    expect(cloneZone(work(host, web), gold, { copy: false, snapshot: "mine" })).toMatchObject({
      ok: false,
      decision: { rule: "clone/inventory" },
    });
    expect(web.state).toBe("incomplete");
  });

  it("wants a source that is installed and halted", () => {
    const { host, gold } = scene();
    zoneadm(host, globalRoot(host), { zone: "gold", command: "boot" });
    const web = target(host, "web");
    expect(cloneZone(work(host, web), gold, SNAPSHOT)).toMatchObject({ decision: { rule: "clone/state" } });
    expect(web.state).toBe("configured");
  });

  it("wants a source of the same brand", () => {
    const { host, gold } = scene();
    const web = target(host, "web", "ipkg");
    expect(cloneZone(work(host, web), gold, SNAPSHOT)).toMatchObject({
      ok: false,
      decision: { rule: "clone/brand", causes: [{ what: "brand=ipkg" }] },
    });
  });

  it("warns of what both zones would use", () => {
    const host = zoneHost();
    const resources = [
      { type: "dataset", name: "rpool/data" },
      { type: "fs", dir: "/data", special: "/data", fstype: "lofs", options: "rw" },
    ];
    const gold = configured(host, define("gold", { resources }));
    ok(installZone(work(host, gold)));
    const call = work(host, configured(host, define("web", { resources })));
    ok(cloneZone(call, gold, SNAPSHOT));
    expect(call.err.join("\n")).toContain("rpool/data");
  });

  it("boots as its source does", () => {
    const { host, gold } = scene("sparse");
    ok(cloneZone(work(host, target(host, "web", "sparse")), gold, SNAPSHOT));
    expect(zoneadm(host, globalRoot(host), { zone: "web", command: "boot" })).toMatchObject({ status: 0 });
  });
});

describe("uninstalling what has clones", () => {
  it.each(["lipkg", "bhyve"])("promotes them (%s)", (brand) => {
    const { host, gold } = scene(brand);
    for (const name of ["a", "b"]) ok(cloneZone(work(host, target(host, name, brand)), gold, SNAPSHOT));
    ok(uninstallZone(work(host, gold)));
    expect(findDirectory(host, "/zones/gold")).toBeUndefined();
    expect(findDirectory(host, "/zones/a/root/etc/passwd")).toBeDefined();
    const left = Object.keys(host.state.files.datasets).filter((name) => name.includes("gold"));
    expect(left).toEqual([]);
    for (const name of ["a", "b"]) {
      const entry = host.state.illumos?.index.find((one) => one.name === name);
      if (entry) ok(uninstallZone(work(host, entry)));
    }
    expect(Object.keys(host.state.files.datasets).filter((name) => name.startsWith("rpool/zones/"))).toEqual(
      [],
    );
  });

  it("removes the snapshot that a clone was made from with the clone", () => {
    const { host, gold } = scene();
    const web = target(host, "web");
    ok(cloneZone(work(host, web), gold, SNAPSHOT));
    ok(uninstallZone(work(host, web)));
    expect(host.state.files.datasets["rpool/zones/gold/ROOT/zbe"]?.snapshots).toEqual([]);
  });
});
