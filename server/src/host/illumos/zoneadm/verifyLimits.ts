import { zonePrivilegeSet } from "../../../catalog/illumos/privilegeSets.ts";
import { own } from "../../../catalog/own.ts";
import { findRctl } from "../../../catalog/zonecfg/lookup.ts";
import { causeOf, isExclusive, property, propertyCause, resourcesOf, textOf } from "../configuration.ts";
import { platformOf } from "../platform.ts";
import { illumosOf } from "../state.ts";
import type { ZoneResource } from "../types.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { type Finding, problem, type Verification, warning } from "./findings.ts";

/**
 * Resource controls, pool, brand, datasets and privileges. Source: verify_rctls(), verify_pool(), verify_brand(),
 * verify_datasets(), verify_limitpriv() in usr/src/cmd/zoneadm/zoneadm.c.
 */
export function verifyLimits(about: Verification): Finding[] {
  const { entry, command } = about;
  return [
    ...resourcesOf(entry.definition, "rctl").flatMap(verifyRctl),
    ...verifyPool(about),
    ...verifyBrand(about),
    ...resourcesOf(entry.definition, "dataset").flatMap((dataset) => verifyDataset(about, dataset)),
    ...(command === "mount" ? [] : verifyPrivileges(about)),
  ];
}

const VALUE = /^\(priv=(\w+),limit=(\d+),action=(none|deny|signal=\w+)\)$/;

function verifyRctl(rctl: ZoneResource): Finding[] {
  const name = textOf(rctl, "name") ?? "";
  const known = findRctl(name);
  if (!known)
    return [
      warning("rctl-unknown", `rctl ${name}: there is no such resource control here`, causeOf(rctl, "name")),
    ];
  return (rctl.properties["value"] ?? []).flatMap(({ value, cause }) => {
    const [, level, limit, action] = VALUE.exec(value) ?? [];
    const wrong =
      limit === undefined
        ? "cannot be read"
        : level !== "privileged"
          ? "has a level that is not for zones: only priv=privileged is"
          : BigInt(limit) > BigInt(known.systemMax)
            ? `is more than ${known.systemMax}`
            : action === "none" && known.deny === "always"
              ? "must have the action deny"
              : action === "deny" && known.deny === "never"
                ? "cannot have the action deny"
                : action?.startsWith("signal")
                  ? "has an action that is not for zones"
                  : undefined;
    return wrong === undefined ? [] : [problem("rctl-value", `rctl ${name}: ${value} ${wrong}`, cause)];
  });
}

function verifyPool({ host, entry }: Verification): Finding[] {
  const name = property(entry.definition, "pool");
  if (name === "") return [];
  const { pools, poolsEnabled } = illumosOf(host);
  const cause = propertyCause(entry.definition, "pool");
  if (!poolsEnabled)
    return [
      warning("pool-off", `pool ${name}: the pools facility is off, so the default pool is used`, cause),
    ];
  if (!own(pools, name))
    return [warning("pool-missing", `pool ${name} does not exist, so the default pool is used`, cause)];
  return [];
}

function verifyBrand({ host, entry }: Verification): Finding[] {
  const { definition } = entry;
  const brand = property(definition, "brand");
  const cause = propertyCause(definition, "brand");
  // The one of 2008 had no such program, and shared IP only.
  if (brand === "lx" && runtimeOf(host, definition).hooks.verifyConfig) {
    const findings: Finding[] = [];
    if (!isExclusive(definition))
      findings.push(
        problem(
          "brand-ip-type",
          "brand lx takes exclusive IP only",
          propertyCause(definition, "ip-type"),
          cause,
        ),
      );
    if (property(definition, "hostid") !== "")
      findings.push(
        problem("brand-hostid", "brand lx takes no hostid", propertyCause(definition, "hostid"), cause),
      );
    return findings;
  }
  if (brand === "solaris10") {
    const [first] = resourcesOf(definition, "device");
    if (first && textOf(first, "match")?.startsWith("/dev/sound"))
      return [
        problem("brand-device", "brand solaris10 takes no device below /dev/sound", causeOf(first, "match")),
      ];
  }
  return host.state.machine.brands.includes(brand)
    ? []
    : [problem("brand-unknown", `brand ${brand} is not installed on this machine`, cause)];
}

function verifyDataset({ host }: Verification, resource: ZoneResource): Finding[] {
  const name = textOf(resource, "name") ?? "";
  return own(host.state.files.datasets, name)
    ? []
    : [problem("dataset-missing", `dataset ${name} does not exist`, causeOf(resource, "name"))];
}

const TEXTS = {
  unknown: (name: string) => `there is no privilege ${name}`,
  prohibited: (name: string) => `a zone cannot have ${name}`,
  "missing-required": (name: string) => `a zone cannot do without ${name}`,
} as const;

function verifyPrivileges({ host, entry }: Verification): Finding[] {
  const { definition } = entry;
  const ipType = isExclusive(definition) ? "exclusive" : "shared";
  const { problems } = zonePrivilegeSet(
    property(definition, "brand"),
    platformOf(host),
    ipType,
    definition.properties["limitpriv"]?.value,
  );
  return problems.map(({ kind, name }) =>
    problem(`limitpriv-${kind}`, `limitpriv: ${TEXTS[kind](name)}`, propertyCause(definition, "limitpriv")),
  );
}
