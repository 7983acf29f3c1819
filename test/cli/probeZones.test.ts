import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ZONE_PROBES } from "@zonewarden/server/catalog/illumos/probes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const zone = (more: string) => `create -b
set brand=ipkg
set zonepath=/zones/web
set ip-type=shared
${more}`;

let folder: string;
const run = (...args: readonly string[]) => runIn(folder, args);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-probe-zones-"));
  writeFileSync(join(folder, "web.zonecfg"), zone(""));
  const trusted = join(folder, "trusted");
  writeFileSync(`${trusted}.zonecfg`, `${zone("set limitpriv=default,sys_time\n")}set zonename=web\n`);
  writeFileSync(join(folder, "other.zonecfg"), zone(""));
  writeFileSync(join(folder, "refused.zonecfg"), zone("set autoboot=perhaps\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("probe of zones", () => {
  it("tries every action of the catalog", () => {
    const { code, out } = run("probe", "--format", "json", "web.zonecfg");
    const [web] = JSON.parse(out).containers;
    expect([code, web.name, web.type]).toEqual([0, "web", "zone"]);
    expect(web.decisions.map(({ probe }: { probe: string }) => probe)).toEqual(
      ZONE_PROBES.map(({ id }) => id),
    );
  });

  it("gives each verdict with its error and reason, area by area", () => {
    const { out } = run("probe", "web.zonecfg");
    expect(out).toMatch(/^web: ✓ \d+ allowed/);
    expect(out).toMatch(/^ {4}✗ settime +EPERM +Set the clock: /m);
  });

  it("has nothing to say of a zone that does not run", () => {
    const { code, err } = run("probe", "refused.zonecfg");
    expect(err).toContain("zone refused does not run");
    expect(code).toBe(1);
  });
});

describe("explain of zones", () => {
  it("names the line, and what would change the decision", () => {
    const { code, out } = run("explain", "--container", "web", "settime", "trusted.zonecfg");
    expect(code).toBe(0);
    expect(out).toMatch(/^web: Set the clock \[settime\]\n {2}root in the zone: /);
    expect(out).toContain("✓ allowed");
    expect(out).toContain("trusted.zonecfg:5");
    expect(out).toContain("Made possible by\n  set limitpriv=default,sys_time");
  });

  it("proposes actions with a name like the one that is not there", () => {
    const { code, err } = run("explain", "--container", "web", "set-time", "web.zonecfg");
    expect(err).toContain("did you mean settime");
    expect(code).toBe(2);
  });
});

describe("diff of zones", () => {
  it("tells what a privilege newly allows", () => {
    const { code, out } = run("diff", "--format", "json", "web.zonecfg", "trusted.zonecfg");
    const [web] = JSON.parse(out).containers;
    expect(web).toMatchObject({ name: "web", type: "zone", change: "changed", denies: [] });
    expect(web.allows.map(({ probe }: { probe: string }) => probe)).toContain("settime");
    expect(code).toBe(1);
  });

  it("compares a new zone with defaults, but for what presupposes something", () => {
    const { code, out } = run("diff", "trusted.zonecfg", "other.zonecfg");
    expect(out).toContain("web is gone");
    expect(out).toMatch(/^other is new: compared with defaults$/m);
    expect(out).not.toContain("fork-limit");
    expect(code).toBe(0);
  });

  it("finds no difference where nothing has changed", () => {
    const { code, out } = run("diff", "web.zonecfg", "web.zonecfg");
    expect([code, out]).toEqual([0, "web may do what it could\n"]);
  });
});
