import { existsSync, readFileSync } from "node:fs";
import type { ZoneSetting } from "@zonewarden/server/catalog/illumos/probe";
import { findZoneProbe, ZONE_PROBES, type ZoneProbeId } from "@zonewarden/server/catalog/illumos/probes";
import { rctls, rctlValue } from "@zonewarden/server/catalog/zonecfg/rctls";
import type { Decision } from "@zonewarden/server/host/decision";
import { mkdir } from "@zonewarden/server/host/filesystem/files";
import { setAuditPolicy } from "@zonewarden/server/host/illumos/administration";
import { createVnic } from "@zonewarden/server/host/illumos/network/dladm";
import { ZONE_ATTEMPTS, zoneProberOf } from "@zonewarden/server/host/illumos/probes/index";
import { runShell } from "@zonewarden/server/host/shell/run";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running } from "../harness.ts";
import { machine } from "../network/nets.ts";

type IpType = "shared" | "exclusive";
type Resource = { type: string } & Record<string, string>;

/** The type of a file system is a property of its own there. */
const renamed = ({ type, ...others }: Readonly<Record<string, string>>): Record<string, string> =>
  type === undefined ? others : { ...others, fstype: type };

/** The link of zones with a stack of their own: a VNIC. */
const VNIC = "zone0";
/** Where that will not do: one VNIC does not carry another. */
const LINKS: Partial<Record<ZoneProbeId, string>> = { "vnic-create": "e1000g2" };

/**
 * A zone with these settings, on a network with an address of its own: a later setting of a property or of the same
 * directory takes the place of an earlier one. Shorthands are stored as the controls that they stand for.
 */
function decide(id: ZoneProbeId, ipType: IpType, settings: readonly ZoneSetting[]): Decision {
  const host = machine();
  const admin = globalRoot(host);
  for (const name of ["tank", "tank/other"])
    host.state.files.datasets[name] = {
      ...{ name, mountpoint: `/${name}`, mounted: false, zoned: false, container: 0, quota: 0, used: 0 },
      properties: {},
    };
  for (const path of ["/export/data", "/export/meeting"]) ok(mkdir(host, admin, path, 0o777));
  ok(createVnic(host, admin, { name: VNIC, over: "e1000g1" }));
  const link = LINKS[id] ?? VNIC;
  const properties: Record<string, string> = { brand: "ipkg", "ip-type": ipType };
  const resources = new Map<string, Resource>();
  for (const [i, setting] of settings.entries()) {
    if ("resource" in setting) {
      const values = renamed(setting.properties);
      if (values["physical"] === "net0") values["physical"] = link;
      const key = values["dir"] ?? values["physical"] ?? values["name"] ?? String(i);
      resources.set(key, { type: setting.resource, ...values });
    } else if ("property" in setting) {
      const control = rctls.find(({ alias }) => alias === setting.property);
      if (!control) properties[setting.property] = setting.value;
      else
        resources.set(control.name, {
          ...{ type: "rctl", name: control.name, value: rctlValue(control, setting.value) },
        });
    }
  }
  const net =
    properties["ip-type"] === "shared"
      ? { type: "net", physical: "e1000g0", address: "192.0.2.7/24" }
      : { type: "net", physical: link };
  if (!resources.has(net.physical)) resources.set(net.physical, net);
  const { zone } = running(host, define("web", { properties, resources: [...resources.values()] }));
  for (const setting of settings)
    if ("global" in setting && setting.global.startsWith("auditconfig"))
      ok(setAuditPolicy(host, admin, ["perzone"]));
    else if ("global" in setting)
      expect(
        runShell(host, admin, setting.global.replaceAll("net0", link), { unknown: "refuse" }),
      ).toMatchObject({ status: 0 });
  return zoneProberOf(host)(zone.id, id);
}

/** `allow` also for what shows a part only; a frame that vanishes is none that was sent. */
const told = ({ verdict, errno, rule }: Decision): string => {
  if (verdict === "contained") return /^link\//.test(rule) && rule !== "link/list" ? "dropped" : "allow";
  return verdict === "deny" ? (errno ?? "refused by the program") : verdict;
};

/** Rows that the model answers otherwise than the table, and why. */
const OTHERWISE: Partial<Record<ZoneProbeId, string>> = {
  // Machines of the model are x86: the variant of the row holds.
  "openprom-write": "ENOENT",
  // The table has the exit status of the program, which asks no system call.
  "reboot-fast": "refused by the program",
  // What zoneadm(8) refuses by itself has an errno in the model.
  "zoneadm-inside": "EPERM",
};

/** Rows whose circumstances are no settings of a zone, and why. */
const NOT_EXPRESSED: ReadonlySet<string> = new Set([
  // "Elsewhere" is what is not delegated: once it is, the attempt is made elsewhere again.
  "zfs-create-elsewhere",
  // It is about the privileges of a user of the global zone, which no user of the model has been given.
  "gz-user-kill",
]);

const expectedOf = (id: ZoneProbeId, ipType: IpType): string => {
  const { verdict, errno } = findZoneProbe(id) ?? {};
  if (verdict?.[ipType] === "allow") return "allow";
  return OTHERWISE[id] ?? errno ?? "refused by the program";
};

describe("the table of what zones attempt", () => {
  test("names every action that the registry knows", () => {
    expect(Object.keys(ZONE_ATTEMPTS).sort()).toEqual(ZONE_PROBES.map(({ id }) => id).sort());
  });

  const rows = ZONE_PROBES.flatMap(({ id, setup }) =>
    (["shared", "exclusive"] as const).map((ipType) => ({
      ...{ id, ipType, setup, expected: expectedOf(id, ipType) },
    })),
  );
  test.each(rows)("$id in a zone with $ipType IP: $expected", ({ id, ipType, setup, expected }) => {
    expect(told(decide(id, ipType, setup))).toBe(expected);
  });

  const enabling = ZONE_PROBES.filter(({ id }) => !NOT_EXPRESSED.has(id)).flatMap(
    ({ id, setup, enabledBy, verdict }) =>
      enabledBy.map(({ all }) => ({
        ...{ id, all, settings: [...setup, ...all] },
        ipType: verdict.exclusive === verdict.shared ? ("exclusive" as const) : ("shared" as const),
      })),
  );
  test.each(enabling)("$id with $all: allow", ({ id, ipType, settings }) => {
    expect(told(decide(id, ipType, settings))).toBe("allow");
  });

  const restricting = ZONE_PROBES.flatMap(({ id, setup, restrictedBy, verdict }) =>
    restrictedBy.map(({ all, errno }) => ({
      ...{ id, all, settings: [...setup, ...all], errno },
      ipType: verdict.shared === "allow" ? ("shared" as const) : ("exclusive" as const),
    })),
  );
  test.each(restricting)("$id with $all: $errno", ({ id, ipType, settings, errno }) => {
    const verdict = told(decide(id, ipType, settings));
    // Without an errno a frame vanishes, or a program gives up.
    if (errno === undefined) expect(verdict).not.toBe("allow");
    else expect(verdict).toBe(errno);
  });
});

const REFERENCE = "/work/shared/reference/zone-probes.json";

describe.skipIf(!existsSync(REFERENCE))("the reference", () => {
  const { probes } = JSON.parse(existsSync(REFERENCE) ? readFileSync(REFERENCE, "utf8") : "{}") as {
    probes: { id: ZoneProbeId; verdict: Record<IpType, "allow" | "deny">; errno: string | null }[];
  };

  test.each(probes ?? [])("$id is in the catalog with its verdicts", ({ id, verdict, errno }) => {
    const row = findZoneProbe(id);
    expect(row?.verdict).toEqual(verdict);
    expect(row?.errno ?? null).toBe(errno?.startsWith("(") ? null : errno);
  });
});
