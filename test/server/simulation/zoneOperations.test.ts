import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { callZoneadm, installZone, storeZone } from "@zonewarden/server/simulation/zoneOperations";
import { expect, it } from "vitest";
import { define } from "../host/illumos/harness.ts";

it.each([
  ["solaris10", "10", "solaris8"],
  ["solaris10", "10", "solaris9"],
  ["solaris11", "11.4", "solaris10"],
  ["solaris11", "11.4", "solaris"],
])("on %s zones of brands are installed with the options that they need", (_, release, brand) => {
  const host = buildHost(freshInstallation("solaris", release));
  const definition = define("old", { properties: { brand, zonepath: "/zones/old", "ip-type": "exclusive" } });
  expect(storeZone(host, definition)).toBeUndefined();
  expect(installZone(host, "old")).toMatchObject({ status: 0 });
  expect(callZoneadm(host, "old", "boot")).toMatchObject({ status: 0 });
  expect(stateOf(host, "old")).toBe("running");
});
