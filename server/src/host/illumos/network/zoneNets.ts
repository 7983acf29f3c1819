import type { Cause } from "../../decision.ts";
import type { Family } from "../../network/addresses.ts";
import { familyOf, isLinkLocal, parseNetwork, prefixOfMask } from "../../network/addresses.ts";
import { causeOf, resourcesOf, textOf } from "../configuration.ts";
import type { ZoneDefinition, ZoneResource } from "../types.ts";

/** What a configuration says of networks, by link. Sources: zonecfg(8), vmadm(8), usr/src/cmd/zoneadmd/vplat.c. */

export interface WantedAddress {
  readonly family: Family;
  readonly address: string;
  readonly prefix: number;
  /** The length was not given, and guessed from the class of the network. */
  readonly guessed: boolean;
  readonly cause: Cause;
}

/** A link of a zone with its own stack. */
export interface WantedLink {
  readonly name: string;
  readonly cause: Cause;
  /** From `allowed-address`: what the zone may use, and gets. */
  readonly allowed: readonly WantedAddress[];
  /** From attributes of the brand: what the zone gets. */
  readonly given: readonly WantedAddress[];
  readonly routers: readonly { readonly address: string; readonly cause: Cause }[];
  /** Values that are no addresses. */
  readonly wrong: readonly { readonly value: string; readonly cause: Cause }[];
  /** Protection that the configuration asks for, beside what allowed-address does. */
  readonly protection: readonly string[];
  /** What the protection lets through beside `given`. */
  readonly more: readonly string[];
  readonly dhcpIds: readonly string[];
  /** Whether the zone sets up its allowed addresses by itself. */
  readonly configure: boolean;
}

/** The length of a network where none is given: by class, and of IPv6 64, or 10 of link-local addresses. */
function guessPrefix(family: Family, address: string): number {
  if (family === "inet6") return isLinkLocal(address) ? 10 : 64;
  const first = Number(address.split(".")[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

export function wantedAddress(value: string, cause: Cause, mask?: string): WantedAddress | undefined {
  const net = parseNetwork(value);
  if (!net) return undefined;
  const masked = mask === undefined ? undefined : prefixOfMask(mask);
  const guessed = !value.includes("/") && masked === undefined;
  const prefix = value.includes("/") ? net.prefix : (masked ?? guessPrefix(net.family, net.address));
  return { family: net.family, address: net.address, prefix, guessed, cause };
}

/** `(name=N,value=V)` of the fork's `add property`. */
const PAIR = /^\(name=([^,]*),value="?([^"]*)"?\)$/;

/** Attributes that a brand reads, by name. */
export function attributesOf(resource: ZoneResource): Map<string, { value: string; cause: Cause }> {
  const found = new Map<string, { value: string; cause: Cause }>();
  for (const { value, cause } of resource.properties["property"] ?? []) {
    const [, name, text] = PAIR.exec(value) ?? [];
    if (name !== undefined && text !== undefined) found.set(name, { value: text, cause });
  }
  return found;
}

/** The link of a resource: `physical` of net; of anet `linkname`, which is net0, net1 … where it is not given. */
export function linkNameOf(definition: ZoneDefinition, resource: ZoneResource): string {
  if (resource.type === "net") return textOf(resource, "physical") ?? "";
  return textOf(resource, "linkname") ?? `net${resourcesOf(definition, "anet").indexOf(resource)}`;
}

/** Resources of networks in stored order, anet behind net. */
export function netsOf(definition: ZoneDefinition): ZoneResource[] {
  return [...resourcesOf(definition, "net"), ...resourcesOf(definition, "anet")];
}

/** The links of a zone with its own stack, each once. */
export function wantedLinks(definition: ZoneDefinition): WantedLink[] {
  const byName = new Map<string, ZoneResource[]>();
  for (const resource of netsOf(definition)) {
    const name = linkNameOf(definition, resource);
    byName.set(name, [...(byName.get(name) ?? []), resource]);
  }
  return [...byName].map(([name, resources]) => gather(name, resources));
}

const SPOOFING: readonly [attribute: string, protection: string][] = [
  ["allow_mac_spoofing", "mac-nospoof"],
  ["allow_restricted_traffic", "restricted"],
  ["allow_ip_spoofing", "ip-nospoof"],
  ["allow_dhcp_spoofing", "dhcp-nospoof"],
];

function gather(name: string, resources: readonly ZoneResource[]): WantedLink {
  const allowed: WantedAddress[] = [];
  const given: WantedAddress[] = [];
  const routers: { address: string; cause: Cause }[] = [];
  const wrong: { value: string; cause: Cause }[] = [];
  const more: string[] = [];
  const protection: string[] = [];
  const dhcpIds: string[] = [];
  const add = (into: WantedAddress[], value: string, cause: Cause, mask?: string): void => {
    const address = wantedAddress(value, cause, mask);
    if (address) into.push(address);
    else wrong.push({ value, cause });
  };
  for (const resource of resources) {
    for (const { value, cause } of resource.properties["allowed-address"] ?? [])
      for (const one of split(value)) add(allowed, one, cause);
    for (const { value, cause } of resource.properties["defrouter"] ?? [])
      for (const one of split(value)) routers.push({ address: one.split("/")[0] ?? "", cause });
    dhcpIds.push(...split(textOf(resource, "allowed-dhcp-cids") ?? ""));
    if (resource.type === "anet")
      protection.push(
        ...split(textOf(resource, "link-protection") ?? "mac-nospoof").filter((word) => word !== "none"),
      );
    const attributes = attributesOf(resource);
    const mask = attributes.get("netmask")?.value;
    // `ip` is the first of `ips`, for what knows no more than one. Source: vmadm(8), nics.*.ips.
    for (const key of attributes.has("ips") ? ["ips"] : ["ip"]) {
      const found = attributes.get(key);
      for (const one of split(found?.value ?? ""))
        if (found && familyOf(one.split("/")[0] ?? "")) add(given, one, found.cause, mask);
    }
    for (const key of attributes.has("gateways") ? ["gateways"] : ["gateway"]) {
      const found = attributes.get(key);
      for (const one of split(found?.value ?? ""))
        if (found) routers.push({ address: one, cause: found.cause });
    }
    more.push(...split(attributes.get("allowed_ips")?.value ?? ""));
    dhcpIds.push(...split(attributes.get("allowed_dhcp_cids")?.value ?? ""));
    if (attributes.size > 0 && textOf(resource, "global-nic") !== undefined && given.length > 0)
      for (const [attribute, word] of SPOOFING)
        if (!["1", "true"].includes(attributes.get(attribute)?.value ?? "")) protection.push(word);
  }
  const cause = causeOf(resources[0] as ZoneResource, "physical");
  const configure = resources.every((one) => textOf(one, "configure-allowed-address") !== "false");
  const words = [...new Set(protection)];
  return { name, cause, allowed, given, routers, wrong, protection: words, more, dhcpIds, configure };
}

function split(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
