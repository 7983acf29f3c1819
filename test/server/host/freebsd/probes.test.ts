import {
  type Alternative,
  alternativeText,
  type ProbeCondition,
} from "@zonewarden/server/catalog/freebsd/probe";
import { PROBES, type ProbeId } from "@zonewarden/server/catalog/freebsd/probes";
import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { mountFs, unmountFs } from "@zonewarden/server/host/filesystem/mounts";
import { kldload } from "@zonewarden/server/host/freebsd/modules";
import { probeMatrix, runProbe } from "@zonewarden/server/host/freebsd/probes";
import { sysctlWrite } from "@zonewarden/server/host/freebsd/sysctl";
import type { Host } from "@zonewarden/server/host/host";
import { ifAddAddress } from "@zonewarden/server/host/network/interfaces";
import { rctlAddRule } from "@zonewarden/server/host/resources/rctl";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

type Values = Record<string, string | number | boolean | string[]>;

const ADDRESS = "192.0.2.10";

/** What "any address", "that address" and so on are here. */
const ADDRESSES: Readonly<Record<string, string[]>> = {
  "any address": ["2001:db8::10"],
  "that address too": [ADDRESS, "192.0.2.2"],
  "127.0.0.1 too": [ADDRESS, "127.0.0.1"],
};

const MODULES = [
  "fdescfs",
  "fusefs",
  "if_bridge",
  "if_epair",
  "ipfw",
  "linprocfs",
  "linsysfs",
  "nullfs",
  "pf",
  "vmm",
];

/** A host with everything loaded that conditions speak of, and accounting of resources. */
function world(release = "15.0"): Host {
  const host = testHost({ release, sysctls: { "kern.racct.enable": 1 } });
  for (const module of MODULES) ok(kldload(host, hostRoot(host), module));
  host.state.machine.modules.push("ip_mroute");
  return host;
}

/** The jail of the table: one address, the rest defaults, devfs with ruleset 4. Then what conditions say. */
function baseline(conditions: readonly ProbeCondition[] = [], host = world()): { host: Host; jid: number } {
  const values: Values = { "ip4.addr": [ADDRESS] };
  const alone = conditions.flatMap((condition) => ("parameter" in condition ? [condition] : []));
  // A stack of one's own, and the mode of a family, take the place of the list of addresses.
  if (alone.some(({ parameter }) => parameter === "vnet" || parameter === "ip4")) delete values["ip4.addr"];
  for (const { parameter, value, compare } of alone)
    values[parameter] =
      compare === "includes"
        ? (ADDRESSES[value] as string[])
        : value === "true" || value === "false"
          ? value === "true"
          : value;
  const root = hostRoot(host);
  const path = "/jails/web";
  if (conditions.some((condition) => "given" in condition && condition.given.includes("mount point"))) {
    ensureDirectory(host, path);
    ok(mountFs(host, root, { type: "tmpfs", from: "tmpfs", on: path }));
  }
  ok(ifAddAddress(host, root, "em0", { address: ADDRESS }));
  const { jid, root: inside } = makeJail(host, values);
  let ruleset = String(values["devfs_ruleset"] ?? 4);
  for (const condition of conditions) {
    if ("sysctl" in condition)
      ok(sysctlWrite(host, condition.inside ? inside : root, condition.sysctl, condition.value));
    if ("rule" in condition)
      ok(rctlAddRule(host, root, condition.rule.replace("NAME", "web").replace("=N", "=50")));
    if ("devices" in condition) ruleset = unhiding(host, condition.devices);
  }
  ok(
    mountFs(host, root, { type: "devfs", from: "devfs", on: `${path}/dev`, options: [`ruleset=${ruleset}`] }),
  );
  if (conditions.some((condition) => "devices" in condition && condition.devices.length === 0))
    ok(unmountFs(host, root, `${path}/dev`));
  return { host, jid };
}

/** A ruleset of one's own: that of jails, and more. */
function unhiding(host: Host, devices: readonly string[]): string {
  const number = 100;
  const { devfsRulesets } = host.state.freebsd;
  devfsRulesets[number] = [
    ...[1, 2, 3, 4].map((set) => ({ number: set, action: "include" as const, argument: String(set) })),
    ...devices.map((path, at) => ({ number: 10 + at, path, action: "unhide" as const })),
  ];
  return String(number);
}

function variationsOf(conditions: readonly ProbeCondition[]) {
  return conditions.flatMap((condition) => ("attempt" in condition ? [condition.attempt] : []));
}

function probed(id: ProbeId, alternative: Alternative) {
  const { host, jid } = baseline(alternative.all);
  return runProbe(host, jid, id, variationsOf(alternative.all));
}

const alternatives = (list: "enabledBy" | "restrictedBy") =>
  PROBES.flatMap((probe) =>
    probe[list].map((alternative: Alternative) => ({
      ...probe,
      alternative,
      by: alternativeText(alternative),
    })),
  );

describe("in a jail with defaults", () => {
  const { host, jid } = baseline();
  const [matrix] = probeMatrix(host, [jid]);

  it.each([...PROBES])("$id: $verdict $errno", ({ id, verdict, errno }) => {
    const decision = matrix?.decisions.get(id);
    expect({ verdict: decision?.verdict, errno: decision?.errno, why: decision }).toEqual({
      verdict,
      errno,
      why: decision,
    });
  });
});

describe("what enables it", () => {
  it.each(alternatives("enabledBy"))("$id: $by", ({ id, alternative }) => {
    const decision = probed(id, alternative);
    expect([decision.verdict, decision]).toEqual([alternative.verdict ?? "allow", decision]);
  });
});

describe("what restricts it", () => {
  it.each(alternatives("restrictedBy"))("$id: $by", ({ id, alternative }) => {
    const decision = probed(id, alternative);
    expect([decision.verdict, decision]).toEqual([alternative.verdict ?? "deny", decision]);
  });
});
