import { privilege } from "@zonewarden/server/host/illumos/privileges";
import { expect, it } from "vitest";
import { define, running, zoneHost } from "./harness.ts";

it("a privilege that the system does not have is not called one that limitpriv leaves out", () => {
  for (const [release, brand, rule] of [
    ["10", "native", "The system knows no net_observability, so that no zone can have it."],
    ["11.4", "solaris", "limitpriv of zone web leaves out net_observability."],
  ] as const) {
    const host = zoneHost({ system: "solaris", release });
    const properties = { brand, limitpriv: "default,!net_observability" };
    const { root } = running(
      host,
      define("web", { properties: release === "10" ? { brand, limitpriv: "default,sys_time" } : properties }),
    );
    expect(privilege(host, root, "net_observability").decision.reason).toContain(rule);
  }
});
