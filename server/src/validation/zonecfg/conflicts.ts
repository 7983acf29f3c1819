import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { ZoneOrigin } from "../../configuration/zonecfg/types.ts";
import type { Cause } from "../../host/decision.ts";
import {
  causeOf,
  isExclusive,
  property,
  propertyCause,
  resourcesOf,
  textOf,
  textsOf,
} from "../../host/illumos/configuration.ts";
import type { ZoneResource } from "../../host/illumos/types.ts";
import { parseAddress } from "../../host/network/addresses.ts";
import type { Finding } from "../finding.ts";
import type { HostZone } from "./hostZone.ts";

/** What several zones of one host cannot all have. Each zone alone is right. */

/** Something that a zone takes for itself, and where it says so. */
interface Claim {
  readonly zone: HostZone;
  readonly kind: Kind;
  readonly key: string;
  readonly origin: ZoneOrigin;
}

type Kind = keyof typeof KINDS;

/** The rule of each kind of claim, and what is to be said where another zone has the same. */
const KINDS = {
  zonepath: {
    code: "host/zonepath-shared",
    same: (other: string) => `Zone ${other} has the same zonepath: only one of the two can be installed.`,
  },
  address: {
    code: "host/zone-address-twice",
    same: (other: string) => `Zone ${other} has the same address: only one of the two can use it.`,
  },
  vnic: {
    code: "host/zone-vnic-twice",
    same: (other: string) =>
      `Zone ${other} makes a VNIC of the same name: whichever boots second does not boot.`,
  },
  link: {
    code: "host/zone-link-twice",
    same: (other: string) => `Zone ${other} has the same link: whichever boots second does not boot.`,
  },
  dataset: {
    code: "host/zone-dataset-twice",
    same: (other: string) =>
      `The dataset is delegated to zone ${other} as well: only one of the two can have it.`,
  },
} as const;

const claims = new WeakMap<HostZone, readonly Claim[]>();

function claimsOf(zone: HostZone): readonly Claim[] {
  const known = claims.get(zone);
  if (known) return known;
  const found = [...ownClaims(zone)];
  claims.set(zone, found);
  return found;
}

function* ownClaims(zone: HostZone): Generator<Claim> {
  const { definition } = zone;
  const claim = (kind: Kind, key: string, cause: Cause | undefined): readonly Claim[] => {
    const origin = zone.originOf(cause);
    return origin ? [{ zone, kind, key, origin }] : [];
  };
  const zonepath = property(definition, "zonepath");
  if (zonepath.startsWith("/") && zonepath !== "/")
    yield* claim("zonepath", zonepath.replace(/\/+$/, ""), propertyCause(definition, "zonepath"));
  for (const dataset of resourcesOf(definition, "dataset"))
    yield* claim("dataset", textOf(dataset, "name") ?? "", causeOf(dataset, "name"));
  const exclusive = isExclusive(definition);
  for (const net of resourcesOf(definition, "net")) {
    const physical = textOf(net, "physical");
    if (physical === undefined) continue;
    const below = textOf(net, "global-nic");
    if (exclusive) yield* claim(below === undefined ? "link" : "vnic", physical, causeOf(net, "physical"));
    for (const [key, cause] of addressKeys(net, exclusive)) yield* claim("address", key, cause);
  }
  for (const net of resourcesOf(definition, "anet"))
    for (const [key, cause] of addressKeys(net, true)) yield* claim("address", key, cause);
}

/** Addresses of a network by where they have to be different: on the shared stack, or on one wire. */
function* addressKeys(net: ZoneResource, exclusive: boolean): Generator<readonly [string, Cause]> {
  const name = exclusive ? "allowed-address" : "address";
  const wire = exclusive ? (textOf(net, "global-nic") ?? textOf(net, "lower-link")) : textOf(net, "physical");
  const vlan = textOf(net, "vlan-id") ?? "0";
  for (const text of textsOf(net, name).flatMap((value) => value.split(","))) {
    const address = parseAddress(text.split("/")[0] ?? "");
    if (address === undefined) continue;
    if (!exclusive) yield [`stack ${address}`, causeOf(net, name)];
    // What a link lies on that was made by hand is not known.
    if (wire !== undefined && wire !== "auto") yield [`${wire}/${vlan} ${address}`, causeOf(net, name)];
  }
}

type ByKey = ReadonlyMap<string, readonly Claim[]>;

export interface Conflicts {
  readonly findings: readonly Finding[];
  /** Directories that are there only once another zone is installed. */
  readonly borrowed: ReadonlySet<ZoneOrigin>;
}

/**
 * What the zones of a host contradict each other in. Zones of one name are one zone.
 * @param platform of the machine, where it is known
 */
export function conflictsOf(zones: readonly HostZone[], platform: Platform | undefined): Conflicts {
  const byKey = group(zones, platform);
  const found = new Map<ZoneOrigin, Finding>();
  const add = (finding: Finding, at: ZoneOrigin): void => {
    if (!found.has(at)) found.set(at, finding);
  };
  for (const same of byKey.values())
    for (const claim of same) {
      const others = othersOf(claim, same);
      const [first] = others;
      if (first) add(clash(claim, KINDS[claim.kind].same(nameOf(first)), others), claim.origin);
      for (const outer of outerOf(claim, byKey)) {
        const [inside, around] = nesting(claim, outer);
        add(clash(claim, inside, [outer]), claim.origin);
        add(clash(outer, around, [claim]), outer.origin);
      }
    }
  const borrowed = new Set<ZoneOrigin>();
  for (const zone of zones)
    for (const one of borrowedBy(zone, byKey)) {
      borrowed.add(one.origin);
      if (property(zone.definition, "autoboot") === "true") add(order(one), one.origin);
    }
  return { findings: [...found.values()], borrowed };
}

function group(zones: readonly HostZone[], platform: Platform | undefined): Map<string, Claim[]> {
  const byKey = new Map<string, Claim[]>();
  for (const zone of zones) {
    // VNICs of SmartOS have a name of their own in each zone.
    const named = platform ? platform === "smartos" : zone.part.platforms.includes("smartos");
    for (const claim of claimsOf(zone)) {
      if (claim.kind === "vnic" && named) continue;
      const key = `${claim.kind} ${claim.key}`;
      const list = byKey.get(key);
      if (list) list.push(claim);
      else byKey.set(key, [claim]);
    }
  }
  return byKey;
}

/** The most places that a finding names beside its own. */
export const MOST_RELATED = 3;

function nameOf({ zone }: Claim): string {
  return zone.definition.name;
}

/** Some claims of other zones: not all, for there may be thousands. */
function othersOf(claim: Claim, same: readonly Claim[]): Claim[] {
  const others: Claim[] = [];
  for (const other of same) {
    if (nameOf(other) !== nameOf(claim)) others.push(other);
    if (others.length === MOST_RELATED) break;
  }
  return others;
}

/** The claims of what lies around: directories and datasets have an order. */
function* outerOf({ kind, key, zone }: Claim, byKey: ByKey): Generator<Claim> {
  if (kind !== "zonepath" && kind !== "dataset") return;
  for (let cut = key.lastIndexOf("/"); cut > 0; cut = key.lastIndexOf("/", cut - 1)) {
    const [outer] = byKey.get(`${kind} ${key.slice(0, cut)}`) ?? [];
    if (outer && nameOf(outer) !== zone.definition.name) yield outer;
  }
}

function nesting(inner: Claim, outer: Claim): readonly [inside: string, around: string] {
  if (inner.kind === "zonepath")
    return [
      `It lies in the zonepath of zone ${nameOf(outer)}: zones cannot be nested.`,
      `The zonepath of zone ${nameOf(inner)} lies in it: zones cannot be nested.`,
    ];
  return [
    `It lies below a dataset that is delegated to zone ${nameOf(outer)}.`,
    `A dataset below it is delegated to zone ${nameOf(inner)}.`,
  ];
}

function clash({ kind, origin }: Claim, message: string, others: readonly Claim[]): Finding {
  return {
    code: KINDS[kind].code,
    origin,
    message,
    related: others.map((other) => ({
      origin: other.origin,
      message: `Here zone ${nameOf(other)} takes it.`,
    })),
  };
}

/** A directory in another zone that a zone mounts. */
export interface Borrowed {
  readonly origin: ZoneOrigin;
  readonly owner: Claim;
}

function* borrowedBy(zone: HostZone, byKey: ByKey): Generator<Borrowed> {
  const { definition } = zone;
  for (const fs of resourcesOf(definition, "fs")) {
    const special = textOf(fs, "special") ?? "";
    const origin = zone.originOf(causeOf(fs, "special"));
    if (!origin || textOf(fs, "type") !== "lofs") continue;
    for (let cut = special.length; cut > 0; cut = special.lastIndexOf("/", cut - 1)) {
      const [owner] = byKey.get(`zonepath ${special.slice(0, cut)}`) ?? [];
      if (owner && nameOf(owner) !== definition.name) yield { origin, owner };
    }
  }
}

/** Zones that need files of others when they boot with the machine: which one boots first is not certain. */
function order({ origin, owner }: Borrowed): Finding {
  const name = nameOf(owner);
  return {
    code: "host/zone-order",
    origin,
    message: `The directory is in zone ${name}, and autoboot has no order: it may boot later, with other files mounted there, or not at all.`,
    related: [{ origin: owner.origin, message: `The zonepath of zone ${name}.` }],
  };
}
