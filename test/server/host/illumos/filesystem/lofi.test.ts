import { readdirectory, stat, writeFile } from "@zonewarden/server/host/filesystem/files";
import { lofiAttach, lofiDetach, lofiDevices } from "@zonewarden/server/host/illumos/filesystem/lofi";
import { mountFs, unmountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** Files as disks: lofiadm(8), usr/src/uts/common/io/lofi.c. */

function inZone(definition: Definition = {}) {
  const host = zoneHost();
  const { root, zone } = running(host, define("web", definition));
  ok(writeFile(host, root, "/var/tmp/iso", "image"));
  return { host, root, zone };
}

describe("lofi in a zone", () => {
  it("makes a disk of a file, which can be mounted as a type that is allowed", () => {
    const { host, root } = inZone();
    const device = ok(lofiAttach(host, root, "/var/tmp/iso"));
    expect(device).toBe("/dev/lofi/1");
    expect(mountFs(host, root, { type: "ufs", from: device, on: "/mnt" })).toMatchObject({ errno: "EPERM" });
    ok(mountFs(host, root, { type: "hsfs", from: device, on: "/mnt" }));
    expect(lofiDetach(host, root, device)).toMatchObject({ errno: "EBUSY" });
    ok(unmountFs(host, root, "/mnt"));
    ok(lofiDetach(host, root, "/var/tmp/iso"));
    expect(stat(host, root, device)).toMatchObject({ errno: "ENOENT" });
  });

  it("is seen by the zone and the global one, and by no other", () => {
    const { host, root } = inZone();
    ok(lofiAttach(host, root, "/var/tmp/iso"));
    const other = running(host, define("other"));
    const names = (who: typeof root) => ok(readdirectory(host, who, "/dev/lofi")).map(({ name }) => name);
    expect([names(root), names(globalRoot(host)), names(other.root)]).toEqual([["1"], ["1"], []]);
    expect(lofiDetach(host, other.root, "/dev/lofi/1")).toMatchObject({ errno: "ENXIO" });
    expect(lofiDevices(host, globalRoot(host)).map(([, { file }]) => file)).toEqual([
      "/zones/web/root/var/tmp/iso",
    ]);
  });

  it("is bounded by zone.max-lofi, and gone after the halt", () => {
    const value = "(priv=privileged,limit=1,action=deny)";
    const { host, root } = inZone({ resources: [{ type: "rctl", name: "zone.max-lofi", value }] });
    ok(writeFile(host, root, "/var/tmp/two", "image"));
    ok(lofiAttach(host, root, "/var/tmp/iso"));
    expect(lofiAttach(host, root, "/var/tmp/iso")).toMatchObject({ errno: "EBUSY" });
    expect(lofiAttach(host, root, "/var/tmp/two")).toMatchObject({ errno: "EAGAIN" });
    const entry = host.state.illumos?.index[0];
    expect(entry && callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(lofiDevices(host, globalRoot(host))).toEqual([]);
  });

  it("is not there for a brand without the control device", () => {
    const { host, root } = inZone({ properties: { brand: "bhyve" } });
    expect(lofiAttach(host, root, "/var/tmp/iso")).toMatchObject({ errno: "ENOENT" });
  });
});
