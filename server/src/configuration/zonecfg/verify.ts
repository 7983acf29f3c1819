import { nearest } from "../../catalog/distance.ts";
import { parsePrivileges } from "../../catalog/illumos/privilegeSets.ts";
import { IP_TYPES, type IpType, type ZoneBrand } from "../../catalog/zonecfg/brands.ts";
import { findPrivilege } from "../../catalog/zonecfg/lookup.ts";
import { suggestPrivilege } from "../../catalog/zonecfg/mistakes.ts";
import { type PrivilegeProblem, privilegeProblem } from "./privileges.ts";
import { textIn, type ZoneState } from "./state.ts";
import type { Complaint, Given, Resource, ZoneOrigin } from "./types.ts";
import * as read from "./values.ts";

/**
 * What `verify` and `commit` check of the whole zone, on the line that causes it. Where the text does not tell what
 * the zone has (no `create`, an unknown template, a platform that is not known), nothing is an error for missing.
 * Source: usr/src/cmd/zonecfg/zonecfg.c (verify_func).
 */
export function* verify(state: ZoneState): Generator<Complaint> {
  yield* zonepath(state);
  yield* brand(state);
  yield* privileges(state);
  yield* nets(state);
  yield* cpus(state);
  for (const dataset of state.ofType("dataset")) yield* datasetName(dataset);
}

function* zonepath(state: ZoneState): Generator<Complaint> {
  if (
    (state.base !== "template" && !state.isStock) ||
    !state.origin ||
    state.properties.has("zonepath") ||
    state.refused.has("zonepath")
  )
    return;
  if (state.everywhere((platform) => platform === "solaris11")) return;
  const perhaps = state.platforms.includes("solaris11");
  yield {
    code: "zone/zonepath-missing",
    origin: state.origin,
    ...(perhaps && { severity: "information" as const }),
    message: perhaps
      ? "The zone has no `zonepath`, which only the templates of Solaris 11.4 set: elsewhere `set zonepath=` is required."
      : "The zone has no `zonepath`: `set zonepath=` is required.",
  };
}

function* brand(state: ZoneState): Generator<Complaint> {
  const { brand: name } = state;
  const given = state.properties.get("brand");
  if (state.refused.has("brand")) return;
  if (!given) {
    if (state.base === "template" && state.origin && !state.everywhere((p) => p === "solaris10"))
      yield {
        code: "zone/brand-missing",
        origin: state.origin,
        message: "No brand is set, so that it depends on the template of the host.",
      };
    return;
  }
  if (name === undefined) return;
  const brands = state.brandsOf(name);
  const [first] = brands;
  const place = given.origin ?? state.origin;
  if (!first || !place) return;
  yield* brandStack(state, name, brands, place);
  const refusals = new Set(brands.flatMap((b) => b.refuses));
  for (const refused of refusals) {
    const [property = "", value] = refused.split("=");
    const set = state.properties.get(property);
    if (property === "ip-type" || !set?.origin || (value !== undefined && set.value !== value)) continue;
    yield {
      code: "zone/brand-refuses",
      origin: set.origin,
      message: `The brand \`${name}\` refuses \`${refused}\`.`,
      ...unlessAll(brands.every((b) => b.refuses.includes(refused))),
    };
  }
  if (name === "lx") yield* kernelVersion(state);
}

/** What holds for the brand on some of the possible platforms only is a warning. */
const unlessAll = (all: boolean) => (all ? {} : { severity: "warning" as const });

function* brandStack(
  state: ZoneState,
  name: string,
  brands: readonly ZoneBrand[],
  place: ZoneOrigin,
): Generator<Complaint> {
  const { ipType } = state;
  const stack = state.properties.get("ip-type");
  if (!ipType || (state.base !== "template" && !stack?.origin)) return;
  const origin = stack?.origin ?? place;
  // What a brand demands that hardly anything is known of shall not speak against one that is well known.
  const known = brands.filter((b) => b.confidence !== "low");
  const asked = known.length > 0 ? known : brands;
  const needing = asked.filter((b) => b.ipTypeRequired !== undefined && b.ipTypeRequired !== ipType);
  const refusing = asked.filter((b) => !b.ipTypesAllowed.includes(ipType));
  if (needing.length > 0)
    yield {
      code: "zone/brand-ip-type",
      origin,
      message: `The brand \`${name}\` needs \`set ip-type=${needing[0]?.ipTypeRequired}\`.`,
      ...unlessAll(needing.length === brands.length),
    };
  else if (refusing.length > 0)
    yield {
      code: "zone/brand-ip-type",
      origin,
      message: `The brand \`${name}\` does not take the ip-type \`${ipType}\`.`,
      ...unlessAll(refusing.length === brands.length),
    };
}

/** Source: usr/src/lib/brand/lx/lx_support/lx_support.c. */
function* kernelVersion(state: ZoneState): Generator<Complaint> {
  for (const attr of state.ofType("attr")) {
    if (textIn(attr, "name") !== "kernel-version") continue;
    const value = attr.properties.get("value")?.[0];
    const type = attr.properties.get("type")?.[0];
    if (!value?.origin || typeof value.value !== "string") continue;
    if (textIn(attr, "type") !== "string")
      yield {
        code: "zone/bad-attr-value",
        origin: type?.origin ?? value.origin,
        message: "`kernel-version` must be of the type `string`.",
      };
    else if (!(Number.parseInt(value.value, 10) >= 2))
      yield {
        code: "zone/bad-attr-value",
        origin: value.origin,
        message: "`kernel-version` is the version of a Linux kernel from 2 on, as in `4.4`.",
      };
  }
}

function* privileges(state: ZoneState): Generator<Complaint> {
  const given = state.properties.get("limitpriv");
  if (!given?.origin || typeof given.value !== "string") return;
  const text = parsePrivileges(given.value);
  const brands = state.brand === undefined ? [] : state.brandsOf(state.brand);
  const kinds = state.ipType ? [state.ipType] : IP_TYPES;
  const candidates = brands.length > 0 ? brands : [undefined];
  // An error only if it is one whatever is not known here.
  const problems = candidates.flatMap((b) => kinds.map((kind) => privilegeProblem(text, b, kind)));
  const [problem] = problems;
  if (!problem || problems.some((other) => other?.kind !== problem.kind || other.name !== problem.name))
    return;
  yield privilegeComplaint(problem, given, state);
}

function privilegeComplaint(
  { kind, name, word }: PrivilegeProblem,
  given: Given & { readonly value: ConfigText },
  state: ZoneState,
): Complaint {
  const whole = given.origin as ZoneOrigin;
  const origin = word ? inValue(whole, word.offset, word.length) : whole;
  if (kind === "prohibited")
    return {
      code: "zone/prohibited-privilege",
      origin,
      message: `\`${name}\` is prohibited in a zone: the zone fails to verify.`,
    };
  if (kind === "missing")
    return {
      code: "zone/required-privilege",
      origin,
      message: `\`${name}\` is required in a zone of this brand: ${word ? "it cannot be taken away" : "begin with `default,`"}.`,
    };
  const [near] = suggestPrivilege(name);
  const known = near !== undefined && findPrivilege(near) !== undefined;
  return {
    code: "zone/unknown-privilege",
    origin,
    message: `${name === "" ? "An empty word" : `\`${name}\``} is no privilege${near ? `; did you mean \`${near}\`?` : "."}`,
    ...(known && { replacement: `${word?.removes ? "!" : ""}${near}` }),
    // The privileges of Solaris 11.4 are not all known; but what is a letter or two off is meant for a known one.
    ...(state.platforms.includes("solaris11") &&
      !(known && near && isSlip(name, near)) && { severity: "warning" as const }),
  };
}

const isSlip = (name: string, meant: string) => nearest(name.toLowerCase(), [meant], 1, 2).length > 0;

type ConfigText = Given["value"];

/** A part of a value, whose text may stand in quotes. */
export function inValue(origin: ZoneOrigin, offset: number, length: number): ZoneOrigin {
  const { document, section, range } = origin;
  const quote = document.text.charAt(section.start + range.start) === '"' ? 1 : 0;
  const start = range.start + quote + offset;
  return { document, section, range: { start, end: start + length } };
}

function* nets(state: ZoneState): Generator<Complaint> {
  const { ipType } = state;
  if (!ipType) return;
  const all = state.ofType("net");
  /** The links with an address; made when one is asked for. */
  let withAddress: Set<string | undefined> | undefined;
  const hasAddress = (link: string | undefined) => {
    withAddress ??= new Set(all.filter(allowsAddress).map(linkOf));
    return withAddress.has(link);
  };
  for (const net of all) {
    for (const complaint of ofNet(net, ipType)) yield complaint;
    const router = ipType === "exclusive" ? net.properties.get("defrouter")?.[0]?.origin : undefined;
    if (router && !net.properties.has("address") && !hasAddress(linkOf(net)))
      yield {
        code: "zone/defrouter-alone",
        origin: router,
        message: "`defrouter` of an exclusive-IP zone needs an `allowed-address` on the same link.",
      };
  }
  if (ipType === "shared") for (const anet of state.ofType("anet")) yield* sharedAnet(anet);
}

/** The link of a `net`, also where the word before it is misspelt. */
export function linkOf(net: Resource): string | undefined {
  return textIn(net, "physical") ?? net.meant?.get("physical");
}

/** Whether a `net` has an `allowed-address`, or one that was refused. */
export function allowsAddress(net: Resource): boolean {
  return textIn(net, "allowed-address") !== undefined || net.refused?.has("allowed-address") === true;
}

export function* sharedAnet(anet: Resource): Generator<Complaint> {
  if (anet.origin)
    yield {
      code: "zone/shared-anet",
      origin: anet.origin,
      message: "A zone with an `anet` has a network stack of its own: `set ip-type=exclusive`.",
    };
}

const checkedNets = new WeakMap<
  Resource,
  { readonly ipType: IpType; readonly found: readonly Complaint[] }
>();

/** What one `net` has wrong by itself; looked at once, for a resource does not change. */
export function ofNet(net: Resource, ipType: IpType): readonly Complaint[] {
  let known = checkedNets.get(net);
  if (known?.ipType !== ipType) {
    known = { ipType, found: [...checkLink(net, ipType), ...checkAddresses(net, ipType)] };
    checkedNets.set(net, known);
  }
  return known.found;
}

const placeIn = (net: Resource, name: string) => net.properties.get(name)?.[0]?.origin;

function* checkLink(net: Resource, ipType: IpType): Generator<Complaint> {
  const origin = placeIn(net, "physical");
  const physical = textIn(net, "physical") ?? "";
  if (!origin || physical.includes("%{")) return;
  const problem = read.linkProblem(physical, ipType);
  // What is wrong either way has been said at `set`.
  if (!problem || read.linkProblem(physical, ipType === "shared" ? "exclusive" : "shared")) return;
  yield {
    code: "zone/bad-link",
    origin,
    message: `This cannot be the link of a zone of ip-type ${ipType}: ${problem}.`,
  };
}

function* checkAddresses(net: Resource, ipType: IpType): Generator<Complaint> {
  const address = placeIn(net, "address");
  const allowed = placeIn(net, "allowed-address");
  if (ipType === "exclusive") {
    if (address)
      yield {
        code: "zone/net-address",
        origin: address,
        message:
          "`address` is for shared-IP zones; an exclusive-IP zone sets its own, or has `allowed-address`.",
      };
    return;
  }
  if (!net.properties.has("address") && !net.isUnknown && !net.refused?.has("address") && net.origin)
    yield {
      code: "zone/net-address",
      origin: net.origin,
      message: "A `net` of a shared-IP zone needs an `address`.",
    };
  if (allowed)
    yield {
      code: "zone/net-address",
      origin: allowed,
      message: "`allowed-address` is for exclusive-IP zones; a shared-IP zone has `address`.",
    };
}

function* cpus(state: ZoneState): Generator<Complaint> {
  const dedicated = state.one("dedicated-cpu");
  const shares = state.rctl("zone.cpu-shares");
  const cap = state.rctl("zone.cpu-cap");
  const both = (rctl: Resource | undefined, what: string): Complaint[] => {
    const origin = rctl?.properties.get("value")?.[0]?.origin ?? rctl?.origin;
    if (!rctl || !dedicated || !origin) return [];
    return [
      {
        code: "zone/cpu-conflict",
        origin,
        message: `${what} and CPUs of its own (\`dedicated-cpu\`) exclude each other.`,
        ...(dedicated.origin && {
          related: [{ origin: dedicated.origin, message: "The CPUs are set here." }],
        }),
      },
    ];
  };
  yield* both(shares, "`cpu-shares`");
  yield* both(cap, "A cap on CPU time");
  const schedulingClass = state.properties.get("scheduling-class");
  if (shares && schedulingClass?.origin && schedulingClass.value !== "FSS")
    yield {
      code: "zone/scheduling-class",
      origin: schedulingClass.origin,
      message:
        "`cpu-shares` counts under the scheduling class FSS alone; zonecfg calls this a warning and fails.",
      replacement: "FSS",
    };
}

export function* datasetName(dataset: Resource): Generator<Complaint> {
  const name = dataset.properties.get("name")?.[0];
  if (typeof name?.value !== "string" || !name.origin || /^%\{|%\{/.test(name.value)) return;
  if (read.isDatasetName(name.value)) return;
  yield {
    code: "zone/bad-dataset",
    origin: name.origin,
    message: name.value.startsWith("/")
      ? "This is a path; a dataset is named without a slash before it, as in `tank/data`."
      : "This cannot be the name of a ZFS file system.",
    ...(name.value.startsWith("/") && { replacement: name.value.replace(/^\/+/, "") }),
  };
}
