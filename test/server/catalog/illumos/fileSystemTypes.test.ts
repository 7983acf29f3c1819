import {
  FS_ALLOWED_BY_DEFAULT,
  findZoneFileSystemType,
  fsAllowed,
  fsAllowedList,
  zoneFileSystemTypes,
} from "@zonewarden/server/catalog/illumos/fileSystemTypes";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

describe.skipIf(!there)("the types against the reference", () => {
  const { fsTypes } = read<{ fsTypes: Record<string, string[]> }>("zone-probes.json", { fsTypes: {} });
  const named = (test: (type: (typeof zoneFileSystemTypes)[number]) => boolean) =>
    zoneFileSystemTypes.filter(test).map(({ name }) => name);

  it("has the same safe ones", () => {
    expect(named((type) => type.zoneSafe && type.platforms === undefined)).toEqual(fsTypes.zoneSafeFlag);
  });

  it("allows the same by default", () => {
    expect(FS_ALLOWED_BY_DEFAULT).toEqual(fsTypes.builtinAllowed);
  });

  it("keeps the same out of fs resources", () => {
    const refused = named((type) => type.resource === "refused").map((name) =>
      name.replace(/^nfs.*/, "nfs*"),
    );
    expect([...new Set(refused)].sort()).toEqual([...(fsTypes.neverInZonecfgFs ?? [])].sort());
  });

  it("lets nobody enter with the same ones open", () => {
    expect(named((type) => type.notEnterable === true).sort()).toEqual(
      [...(fsTypes.notEnterSafe ?? [])].sort(),
    );
  });
});

describe("fs-allowed", () => {
  it.each([
    [undefined, ["hsfs", "smbfs", "nfs", "nfs3", "nfs4", "nfsdyn"]],
    ["ufs,pcfs", ["ufs", "pcfs", "hsfs", "smbfs", "nfs", "nfs3", "nfs4", "nfsdyn"]],
    ["-,ufs", ["ufs"]],
    ["-", []],
  ])("%s", (property, types) => {
    expect(fsAllowedList(property)).toEqual(types);
  });

  it("never forbids a safe type", () => {
    const allowed = fsAllowed("-");
    expect(allowed("tmpfs")).toBe(true);
    expect(allowed("nfs")).toBe(false);
  });

  it("asks for a raw device where a check exists", () => {
    expect(findZoneFileSystemType("ufs")?.fsck).toBe(true);
    expect(findZoneFileSystemType("hsfs")?.fsck).toBeUndefined();
  });
});
