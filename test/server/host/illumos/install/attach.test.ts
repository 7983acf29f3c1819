import { findDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { nodeOf } from "@zonewarden/server/host/filesystem/nodes";
import type { Host } from "@zonewarden/server/host/host";
import { attachZone, tryManifest } from "@zonewarden/server/host/illumos/install/attach";
import { detachZone } from "@zonewarden/server/host/illumos/install/detach";
import { installZone } from "@zonewarden/server/host/illumos/install/install";
import { manifestText, readManifest } from "@zonewarden/server/host/illumos/install/manifest";
import { moveZone } from "@zonewarden/server/host/illumos/install/move";
import { namesIn } from "@zonewarden/server/host/illumos/install/zonepaths";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, zoneHost } from "../harness.ts";
import { configured, statesOf, work } from "./work.ts";

const BRANDS = ["lipkg", "sparse", "bhyve"];

function scene(brand = "lipkg", zonepath = "/zones/web", described = false) {
  const host = zoneHost({ described });
  const entry = configured(host, define("web", { properties: { brand, zonepath } }));
  ok(installZone(work(host, entry)));
  putFile(host, `${zonepath}/root/etc/motd`, "mine\n");
  return { host, entry };
}

function contentOf(host: Host, path: string): string | undefined {
  const file = findDirectory(host, path);
  return file && nodeOf(host, file).content;
}

function boots(host: Host): number {
  return zoneadm(host, globalRoot(host), { zone: "web", command: "boot" }).status;
}

describe("zoneadm detach and attach", () => {
  it.each(BRANDS)("leave the files where they are (%s)", (brand) => {
    const { host, entry } = scene(brand);
    const before = { ...entry.installation };
    ok(detachZone(work(host, entry)));
    expect(entry).toMatchObject({ state: "configured" });
    expect(entry.installation).toBeUndefined();
    expect(contentOf(host, "/zones/web/root/etc/motd")).toBe("mine\n");
    expect(readManifest(contentOf(host, "/zones/web/SUNWdetached.xml") ?? "")).toMatchObject({
      zone: "web",
      brand,
    });
    ok(attachZone(work(host, entry), { force: false }));
    expect(statesOf(host, "web")).toEqual(["incomplete", "installed", "configured", "installed"]);
    expect(entry.installation).toEqual({ ...before, by: "attach" });
    expect(namesIn(host, "/zones/web")).not.toContain("SUNWdetached.xml");
    expect(boots(host)).toBe(0);
  });

  it("do not attach files of another brand", () => {
    const { host, entry } = scene();
    ok(detachZone(work(host, entry)));
    entry.definition = define("web", { properties: { brand: "ipkg" } });
    expect(attachZone(work(host, entry), { force: false })).toMatchObject({
      ok: false,
      decision: { rule: "attach/brand" },
    });
    expect(entry.state).toBe("configured");
  });

  it("compare the software, bring it up to date with -u and do not look at it with -F", () => {
    const other = (): { host: Host; entry: ReturnType<typeof scene>["entry"] } => {
      const { host, entry } = scene();
      ok(detachZone(work(host, entry)));
      host.state.machine.release = "r151056";
      return { host, entry };
    };
    const plain = other();
    const call = work(plain.host, plain.entry);
    expect(attachZone(call, { force: false })).toMatchObject({ decision: { rule: "attach/software" } });
    expect(call.err.join()).toContain("r151054");
    expect(attachZone(work(plain.host, plain.entry, "-u"), { force: false })).toMatchObject({ ok: true });
    const forced = other();
    expect(attachZone(work(forced.host, forced.entry), { force: true })).toMatchObject({ ok: true });
    expect(namesIn(forced.host, "/zones/web")).toContain("SUNWattached.xml");
  });

  it("need files on a machine that was described; else they are taken to be there", () => {
    const described = zoneHost({ described: true });
    const entry = configured(described, define("web"));
    expect(attachZone(work(described, entry), { force: false })).toMatchObject({ errno: "ENOENT" });
    const host = zoneHost();
    ok(attachZone(work(host, configured(host, define("web"))), { force: false }));
    expect(host.events.some(({ outcome }) => outcome === "assumed")).toBe(true);
    expect(boots(host)).toBe(0);
  });

  it("refuse to detach while something of others is mounted below the root", () => {
    const { host, entry } = scene();
    const root = globalRoot(host);
    ok(host.kernel.files.mount(host, root, { type: "tmpfs", from: "swap", on: "/zones/web/root/mnt" }));
    expect(detachZone(work(host, entry))).toMatchObject({ errno: "EBUSY" });
    expect(entry.state).toBe("installed");
  });
});

describe("a manifest", () => {
  it("says whether a zone would fit, without the zone", () => {
    const { host, entry } = scene();
    const text = manifestText(host, entry);
    expect(tryManifest(zoneHost(), text)).toMatchObject({ ok: true });
    expect(tryManifest(zoneHost({ release: "r151056" }), text)).toMatchObject({ ok: false });
    expect(tryManifest(zoneHost({ described: true, brands: ["bhyve"] }), text)).toMatchObject({ ok: false });
    expect(tryManifest(host, "hello")).toMatchObject({ decision: { rule: "attach/manifest" } });
  });

  it("reads back what it was written from, whatever the values are", () => {
    const host = zoneHost();
    const entry = configured(host, define("web", { properties: { limitpriv: 'default,"<&>"' } }));
    expect(readManifest(manifestText(host, entry))).toMatchObject({ zone: "web", brand: "lipkg" });
  });
});

describe("zoneadm move", () => {
  it.each(BRANDS)("gives a dataset another mount point (%s)", (brand) => {
    const { host, entry } = scene(brand);
    ok(moveZone(work(host, entry), "/zones/other"));
    expect(entry.definition.properties["zonepath"]?.value).toBe("/zones/other");
    expect(host.state.files.datasets["rpool/zones/web"]?.mountpoint).toBe("/zones/other");
    expect(contentOf(host, "/zones/other/root/etc/motd")).toBe("mine\n");
    expect(findDirectory(host, "/zones/web")).toBeUndefined();
    expect(boots(host)).toBe(0);
  });

  it("renames a directory on the same file system", () => {
    const { host, entry } = scene("bhyve", "/export/vms/web");
    ok(moveZone(work(host, entry), "/export/vms/other"));
    expect(contentOf(host, "/export/vms/other/root/etc/motd")).toBe("mine\n");
    expect(findDirectory(host, "/export/vms/web")).toBeUndefined();
    expect(boots(host)).toBe(0);
  });

  it("copies a directory to another file system", () => {
    const { host, entry } = scene("bhyve", "/export/vms/web");
    ok(moveZone(work(host, entry), "/opt/other"));
    expect(contentOf(host, "/opt/other/root/etc/motd")).toBe("mine\n");
    expect(findDirectory(host, "/export/vms/web")).toBeUndefined();
    expect(boots(host)).toBe(0);
  });

  it.each([
    ["relative", "move/path"],
    ["/zones/web/inside", "move/path"],
    ["/zones/taken", "move/target"],
  ])("does not go to %s", (to, rule) => {
    const { host, entry } = scene();
    putFile(host, "/zones/taken/file", "");
    expect(moveZone(work(host, entry), to)).toMatchObject({ ok: false, decision: { rule } });
    expect(entry.definition.properties["zonepath"]?.value).toBe("/zones/web");
    expect(boots(host)).toBe(0);
  });
});
