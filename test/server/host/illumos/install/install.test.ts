import { findDirectory } from "@zonewarden/server/host/filesystem/build";
import { installZone } from "@zonewarden/server/host/illumos/install/install";
import { namesIn } from "@zonewarden/server/host/illumos/install/zonepaths";
import { describe, expect, it } from "vitest";
import { define, zoneHost } from "../harness.ts";
import { configured, statesOf, work } from "./work.ts";

describe("zoneadm install", () => {
  it("puts packages of the ipkg family into a boot environment below the dataset of the zonepath", () => {
    const host = zoneHost();
    const entry = configured(host, define("web"));
    expect(installZone(work(host, entry))).toMatchObject({ ok: true });
    expect(statesOf(host, "web")).toEqual(["incomplete", "installed"]);
    expect(entry.installation).toMatchObject({
      brand: "lipkg",
      by: "install",
      dataset: "rpool/zones/web",
      root: "rpool/zones/web/ROOT/zbe",
      inherited: [],
    });
    const { datasets } = host.state.files;
    expect(datasets["rpool/zones/web"]).toMatchObject({ mountpoint: "/zones/web", mounted: true });
    expect(datasets["rpool/zones/web/ROOT"]).toMatchObject({ mountpoint: "legacy", mounted: false });
    expect(datasets["rpool/zones/web/ROOT/zbe"]).toMatchObject({ mountpoint: "legacy", mounted: true });
    expect(namesIn(host, "/zones/web/root")).toContain("usr");
    expect(findDirectory(host, "/zones/web/root/sbin/init")).toBeDefined();
  });
});
