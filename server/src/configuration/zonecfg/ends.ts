import { propertiesOf, resourceType } from "../../catalog/zonecfg/lookup.ts";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { Block } from "./block.ts";
import { quoted } from "./checks.ts";
import { matches, textIn, type ZoneState } from "./state.ts";
import type { Complaint, Resource, ZoneOrigin } from "./types.ts";
import * as read from "./values.ts";

/**
 * What `end` says about a resource: missing properties and values that only make sense together. `end` is the place
 * of the command. Source: usr/src/cmd/zonecfg/zonecfg.c (end_func).
 */
export function* checkEnd(
  block: Block,
  end: ZoneOrigin,
  { platforms }: Pick<ZoneState, "platforms">,
): Generator<Complaint> {
  const { type, origin } = block;
  const resource = resourceType(type);
  if (!resource || block.isUnknown) return;
  const missing = propertiesOf(type)
    .filter((property) => property.required && !block.has(property.name) && !hasInstead(block, property.name))
    .map((property) => `\`${property.name}\``);
  if (type === "capped-memory" && !["physical", "swap", "locked"].some((name) => block.has(name)))
    missing.push("one of `physical`, `swap` and `locked`");
  if (missing.length > 0)
    yield {
      code: "zone/missing-property",
      origin: end,
      message: `\`${type}\` is not complete: ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing.`,
      related: [{ origin, message: "The resource begins here." }],
    };
  const check = CHECKS[type];
  if (check) yield* check(block, platforms);
}

/** What Solaris 11.4 takes in place of a required property. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  "device.match": ["storage"],
  "dedicated-cpu.ncpus": ["cpus", "cores", "sockets"],
};

function hasInstead(block: Block, name: string): boolean {
  return (INSTEAD[`${block.type}.${name}`] ?? []).some((other) => block.has(other));
}

type Check = (block: Block, platforms: readonly Platform[]) => Iterable<Complaint>;

const CHECKS: Readonly<Record<string, Check>> = {
  *fs(block) {
    for (const name of ["dir", "raw"]) yield* absolute(block, name);
  },
  *"inherit-pkg-dir"(block) {
    yield* absolute(block, "dir");
  },
  *attr(block) {
    const name = block.properties.get("name")?.[0];
    if (typeof name?.value === "string" && name.origin && !read.isAttrName(name.value)) {
      const better = name.value.replaceAll("_", "-");
      yield {
        code: "zone/bad-attr-name",
        origin: name.origin,
        message:
          "The name of an attribute consists of letters, digits, `-` and `.`, and begins with a letter or digit.",
        ...(read.isAttrName(better) && { replacement: better }),
      };
    }
    const type = block.properties.get("type")?.[0];
    const value = block.properties.get("value")?.[0];
    if (typeof type?.value !== "string") return;
    if (!read.ATTR_TYPES.some((known) => known === type.value)) {
      if (type.origin)
        yield {
          code: "zone/bad-word",
          origin: type.origin,
          message: `The type of an attribute is ${read.ATTR_TYPES.map((t) => `\`${t}\``).join(", ")}.`,
        };
    } else if (typeof value?.value === "string" && value.origin && !read.isAttrValue(type.value, value.value))
      yield {
        code: "zone/bad-attr-value",
        origin: value.origin,
        message: `${quoted(value.value)} is not of the type \`${type.value}\`.`,
      };
  },
  *"capped-memory"(block) {
    const physical = read.memory(block.text("physical") ?? "x");
    const locked = read.memory(block.text("locked") ?? "x");
    const origin = block.properties.get("locked")?.[0]?.origin;
    if (origin && physical !== undefined && locked !== undefined && locked > physical)
      yield {
        code: "zone/locked-above-physical",
        origin,
        message: "`locked` must not be more than `physical`.",
      };
  },
  *admin(block) {
    const auths = block.properties.get("auths")?.[0];
    if (typeof auths?.value !== "string" || !auths.origin) return;
    for (const auth of auths.value.split(","))
      if (!["login", "manage", "clonefrom", "copyfrom", "config", "liveconfig"].includes(auth)) {
        yield {
          code: "zone/bad-auth",
          origin: auths.origin,
          message: `${quoted(auth)} is no authorization for a zone: \`login\`, \`manage\` and \`clonefrom\` are.`,
        };
        return;
      }
  },
  *"security-flags"(block, platforms) {
    const sets = new Map<string, ReadonlySet<string>>();
    for (const name of ["default", "lower", "upper"]) {
      const given = block.properties.get(name)?.[0];
      if (typeof given?.value !== "string" || !given.origin) continue;
      const flags = read.securityFlags(given.value);
      if (!flags) {
        yield {
          code: "zone/bad-security-flags",
          origin: given.origin,
          message: /[+-]/.test(given.value)
            ? "Flags are listed as they should be: `+` and `-` are refused."
            : "The flags are `aslr`, `forbidnullmap`, `noexecstack`, `all` and `none`.",
          // Solaris 11.4 has further extensions, such as nxstack. Source: sxadm(8).
          ...(platforms.every((platform) => platform === "solaris11") && { severity: "warning" as const }),
        };
        return;
      }
      sets.set(name, flags);
    }
    const lower = sets.get("lower") ?? new Set();
    const own = sets.get("default") ?? new Set();
    const within = (a: ReadonlySet<unknown>, b: ReadonlySet<unknown> | undefined) =>
      b === undefined || [...a].every((flag) => b.has(flag));
    const place = (block.properties.get("lower") ?? block.properties.get("default"))?.[0]?.origin;
    const upper = sets.get("upper");
    if (place && (!within(lower, own) || !within(own, upper) || !within(lower, upper)))
      yield {
        code: "zone/security-flags-order",
        origin: place,
        message:
          "`lower` must be part of `default`, and `default` of `upper`; without a value they are `none`, `none` and `all`.",
      };
  },
};

function* absolute(block: Block, name: string): Generator<Complaint> {
  const given = block.properties.get(name)?.[0];
  if (typeof given?.value !== "string" || !given.origin || given.value === "" || /^[/%]/.test(given.value))
    return;
  yield {
    code: "zone/relative-path",
    origin: given.origin,
    message: `\`${name}\` must be an absolute path.`,
  };
}

/** The resource that a new one duplicates, as `end` of an added one looks for it. */
export function duplicateOf(resource: Resource, state: ZoneState): Resource | undefined {
  const type = resourceType(resource.type);
  if (resource.type === "net") return duplicateNet(resource, state);
  if (type?.key === undefined || textIn(resource, type.key) === undefined) return undefined;
  return state.withKey(resource)[0];
}

/**
 * An added `net` is refused when exactly one other has all that it has; with two of them the search fails, and it is
 * taken. Source: usr/src/lib/libzonecfg/common/libzonecfg.c (zonecfg_lookup_nwif).
 */
function duplicateNet(resource: Resource, state: ZoneState): Resource | undefined {
  const { ipType } = state;
  const physical = textIn(resource, "physical");
  const address = textIn(resource, "address");
  const allowed = textIn(resource, "allowed-address");
  if (!physical || !ipType || (address && allowed)) return undefined;
  const filters: [string, string][] = [];
  if (ipType === "shared" && address) filters.push(["address", address]);
  if (ipType === "exclusive" && allowed) filters.push(["allowed-address", allowed]);
  const router = textIn(resource, "defrouter");
  if (router) filters.push(["defrouter", router]);
  const same = state.withKey(resource).filter((other) => matches(other, filters));
  return same.length === 1 ? same[0] : undefined;
}
