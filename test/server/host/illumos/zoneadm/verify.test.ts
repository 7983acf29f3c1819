import { verifyZone } from "@zonewarden/server/host/illumos/zoneadm/verify";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running, zoneHost } from "../harness.ts";
import { type Case, cases, edit, properties } from "./verifyCases.ts";

function findings({ definition, host: machine, prepare, command = "verify", state }: Case) {
  const host = zoneHost(machine);
  const wanted = define("web", definition);
  const entry = state ? ok(configureZone(host, wanted)) : installed(host, wanted);
  prepare?.(host);
  return verifyZone({ host, process: globalRoot(host), entry, command }).map(
    ({ severity, rule }) => `${severity} ${rule.replace("verify/", "")}`,
  );
}

describe("zoneadm verify", () => {
  it.each(cases)("looks at %s", (_, about, expected) => {
    expect(findings(about)).toEqual(expected);
  });

  it("tells everything that is wrong at once", () => {
    const definition = { properties: { limitpriv: "fly", pool: "web" } };
    const prepare = edit("/zones/web", { mode: 0o755, uid: 100 });
    expect(findings({ definition, prepare })).toEqual([
      "error zonepath-owner",
      "error zonepath-mode",
      "warning pool-off",
      "error limitpriv-unknown",
      ...findings({ definition: properties({ limitpriv: "fly" }) }).slice(1),
    ]);
  });

  it("fails with the causes where it finds errors, and says so once more", () => {
    const host = zoneHost();
    installed(host, define("web", properties({ limitpriv: "default,fly" })));
    const { status, stderr, decisions } = zoneadm(host, globalRoot(host), { zone: "web", command: "verify" });
    expect(status).toBe(1);
    expect(stderr).toContain("could not verify limitpriv: there is no privilege fly");
    expect(stderr).toContain("zoneadm: zone web failed to verify");
    expect(decisions[0]).toMatchObject({
      rule: "verify/limitpriv-unknown",
      causes: [{ what: "limitpriv=default,fly" }],
    });
  });

  it("goes on after warnings", () => {
    const host = zoneHost();
    installed(host, define("web", properties({ pool: "web" })));
    const { status, stderr } = zoneadm(host, globalRoot(host), { zone: "web", command: "boot" });
    expect(status).toBe(0);
    expect(stderr).toContain("WARNING: pool web");
  });

  it.each(["ready", "boot", "reboot", "mount"])("stops %s after an error", (command) => {
    const host = zoneHost();
    installed(host, define("web"));
    if (command === "reboot") zoneadm(host, globalRoot(host), { zone: "web", command: "boot" });
    edit("/zones/web", { mode: 0o755 })(host);
    const { status, stderr } = zoneadm(host, globalRoot(host), { zone: "web", command });
    expect(status).toBe(1);
    expect(stderr).toContain("failed to verify");
  });

  it("does not keep a zone from being halted", () => {
    const host = zoneHost();
    running(host, define("web"));
    edit("/zones/web", { mode: 0o755 })(host);
    expect(zoneadm(host, globalRoot(host), { zone: "web", command: "halt" }).status).toBe(0);
  });
});
