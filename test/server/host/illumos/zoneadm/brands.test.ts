import { type BrandRuntime, brandRuntime } from "@zonewarden/server/catalog/illumos/brandRuntime";
import { platformOf } from "@zonewarden/server/host/illumos/platform";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, zoneHost } from "../harness.ts";

/** Zones of every brand of every system, from their configuration to their halt and back. */

const cases = (
  [["illumos"], ["omnios"], ["smartos"], ["solaris", "11.4"], ["solaris", "10"]] as const
).flatMap(([system, release]) => {
  const description = freshInstallation(system, release);
  const host = zoneHost(description);
  return host.state.machine.brands.map((brand) => [platformOf(host), brand, description] as const);
});

/** What the installer of a brand must be told. */
function sourceOf({ install: [way], installOptions }: BrandRuntime): string[] {
  const options = installOptions.filter((option) => option.way === way);
  if (way !== "image" && way !== "archive") return [];
  const keeps = installOptions.some(({ flag }) => flag === "-u");
  return [options[0]?.flag ?? "", "/tmp/source", ...(keeps ? ["-u"] : [])];
}

describe("a zone on a machine that nobody described", () => {
  it.each(cases)(
    "on %s of brand %s is installed, booted, halted and uninstalled",
    (platform, brand, description) => {
      const host = zoneHost(description);
      const runtime = brandRuntime(brand, platform);
      const properties = { brand, "ip-type": runtime.ipTypes[0] ?? "shared" };
      ok(configureZone(host, define("web", { properties })));
      const run = (command: string, ...options: string[]) => {
        const { status, stderr } = zoneadm(host, globalRoot(host), { zone: "web", command, options });
        expect([command, status, stderr]).toEqual([command, 0, expect.any(String)]);
      };
      run("install", ...sourceOf(runtime));
      expect(stateOf(host, "web")).toBe("installed");
      run("boot");
      const zone = zoneNamed(host, "web");
      expect(stateOf(host, "web")).toBe("running");
      expect(processesOfContainer(host, zone?.id ?? -1).length).toBeGreaterThan(1);
      run("halt");
      run("uninstall", "-F");
      expect(stateOf(host, "web")).toBe("configured");
    },
  );
});
