import { SYSCTLS } from "../freebsd/sysctlTable.ts";
import { parseNetwork } from "../network/addresses.ts";
import { findInterface } from "../network/links.ts";
import { connectedLink, linkGateway } from "../network/routingTable.ts";
import type { Interface, InterfaceAddress, Route, Vnet } from "../network/types.ts";
import type { HostDescription, HostLink } from "./definition.ts";
import { macAt } from "./macs.ts";

const LOOPBACK: HostLink = { name: "lo0", kind: "loopback", addresses: ["127.0.0.1/8", "::1/128"] };

/** The values of the description that each network stack has for itself, or those of the host as a whole. */
export function sysctlsOf({ sysctls }: HostDescription, perStack: boolean): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(sysctls).filter(([name]) => (SYSCTLS[name]?.vnet ?? false) === perStack),
  );
}

/**
 * The links of a machine with its lo0: the kernel makes it before anything else, and the scripts of the boot give it its
 * addresses, whatever other loopbacks there are. Source: ifconfig_lo0 in libexec/rc/rc.conf; lo(4), lo0(4D).
 */
export function withLoopback(links: readonly HostLink[]): readonly HostLink[] {
  if (!links.some(({ name }) => name === LOOPBACK.name)) return [...links, LOOPBACK];
  return links.map((link) => (link.name === LOOPBACK.name ? { ...LOOPBACK, ...link } : link));
}

/** The host's own stack with the links of the description, and lo0. */
export function buildVnet(description: HostDescription): Vnet {
  const { routes } = description;
  const complete = withLoopback(description.links);
  // On illumos links and interfaces are two things: IP is where the description has addresses.
  const all =
    description.system === "freebsd"
      ? complete
      : complete.filter(({ kind, addresses }) => kind === "loopback" || addresses !== undefined);
  const interfaces = all.map((link) => buildInterface(link, complete.indexOf(link)));
  if (description.system !== "freebsd") numberAsPlumbed(interfaces);
  const stack: Vnet = {
    id: 0,
    container: 0,
    interfaces,
    routes: [],
    sysctls: sysctlsOf(description, true),
    nextIndex: (description.system === "freebsd" ? complete : interfaces).length + 1,
  };
  stack.routes = routes.map((route) => buildRoute(stack, route));
  return stack;
}

/** IP comes to lo0 first, by svc:/network/loopback; a link that nobody puts IP on has no number. */
function numberAsPlumbed(interfaces: readonly Interface[]): void {
  const isLoopback = ({ kind }: Interface) => kind === "loopback";
  const plumbed = [...interfaces.filter(isLoopback), ...interfaces.filter((own) => !isLoopback(own))];
  for (const [position, own] of plumbed.entries()) {
    own.index = position + 1;
    numberUnits(own);
  }
}

/** Each address is a logical interface, counted by family. */
function numberUnits({ addresses }: Interface): void {
  const units = { inet: 0, inet6: 0 };
  for (const own of addresses) own.unit = units[own.family]++;
}

function buildRoute(
  stack: Vnet,
  { destination, gateway, interface: name }: HostDescription["routes"][number],
): Route {
  const family = `${destination}${gateway}`.includes(":") ? "inet6" : "inet";
  const direct = findInterface(stack, gateway);
  if (direct) return { family, destination, gateway: linkGateway(direct), interface: direct.name, fib: 0 };
  const link = name ?? connectedLink(stack, gateway)?.name ?? linkOf(stack.interfaces, family);
  return { family, destination, gateway, interface: link, fib: 0 };
}

function buildInterface(link: HostLink, position: number): Interface {
  const kind = kindOf(link);
  const driver = link.name.replace(/\d+[ab]?$/, "");
  const result: Interface = {
    name: link.name,
    index: position + 1,
    kind,
    up: link.up ?? true,
    mtu: link.mtu ?? (kind === "loopback" ? 16_384 : 1500),
    mac: kind === "loopback" ? "" : (link.mac ?? macAt(position + 1)),
    addresses: (link.addresses ?? []).map(interfaceAddress),
    description: link.description ?? "",
    groups: link.groups ?? (kind === "loopback" ? ["lo"] : kind === "physical" ? [] : [driver]),
    home: 0,
    fib: 0,
  };
  if (link.peer !== undefined) result.peer = link.peer;
  if (link.members !== undefined) result.members = [...link.members];
  if (link.over !== undefined) result.vlan = { parent: link.over, tag: link.vlan ?? 0 };
  return result;
}

/** Both systems bundle links, under different names. */
function kindOf({ kind = "physical" }: HostLink): Interface["kind"] {
  return kind === "aggr" ? "lagg" : kind;
}

/** The shape of the text was checked before. */
function interfaceAddress(text: string): InterfaceAddress {
  const { family, address, prefix } = parseNetwork(text) ?? { family: "inet", address: text, prefix: 32 };
  return { family, address, prefix, alias: false, container: null };
}

/** Where no link reaches the gateway: the first that has addresses of the family. */
function linkOf(interfaces: readonly Interface[], family: Route["family"]): string {
  const found = interfaces.find(
    ({ kind, addresses }) => kind !== "loopback" && addresses.some((a) => a.family === family),
  );
  return found?.name ?? "lo0";
}
