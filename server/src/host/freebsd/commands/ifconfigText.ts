import type { Host } from "../../host.ts";
import { hexMask, inPrefix, isLinkLocal, networkOf, parseAddress } from "../../network/addresses.ts";
import type { Interface, InterfaceAddress } from "../../network/types.ts";
import { since } from "../release.ts";

/** What ifconfig(8) prints of one interface. Source: sbin/ifconfig/ifconfig.c (status), af_inet.c, af_inet6.c. */

/** Source: sys/net/if.h, in the order of the bits. */
const FLAGS = [
  [0x1, "UP"],
  [0x2, "BROADCAST"],
  [0x8, "LOOPBACK"],
  [0x10, "POINTOPOINT"],
  [0x40, "RUNNING"],
  [0x800, "SIMPLEX"],
  [0x8000, "MULTICAST"],
  [0x1000000, "LOWER_UP"],
] as const;

/** `family`: only the addresses of that one, without what lies below. */
export function describeInterface(host: Host, link: Interface, family?: InterfaceAddress["family"]): string {
  const set = new Set<string>(flagsOf(host, link));
  const present = FLAGS.filter(([, name]) => set.has(name));
  const bits = present.reduce((sum, [bit]) => sum + bit, 0).toString(16);
  const lines = [
    `${link.name}: flags=${bits}<${present.map(([, name]) => name).join(",")}> metric 0 mtu ${link.mtu}`,
  ];
  if (family) {
    const own = link.addresses.filter((address) => address.family === family);
    return `${[...lines, ...own.map((address) => `\t${addressText(link, address)}`)].join("\n")}\n`;
  }
  if (link.description) lines.push(`\tdescription: ${link.description}`);
  if (link.mac) lines.push(`\tether ${link.mac}`);
  for (const address of link.addresses) lines.push(`\t${addressText(link, address)}`);
  for (const member of link.members ?? [])
    lines.push(
      link.kind === "lagg"
        ? `\tlaggport: ${member}`
        : `\tmember: ${member} flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>`,
    );
  if (link.vlan) lines.push(`\tvlan: ${link.vlan.tag} parent interface: ${link.vlan.parent}`);
  if (link.groups.length > 0) lines.push(`\tgroups: ${link.groups.join(" ")}`);
  if (link.fib > 0) lines.push(`\tfib: ${link.fib}`);
  if (link.kind === "physical" || link.kind === "epair") {
    lines.push("\tmedia: Ethernet autoselect (1000baseT <full-duplex>)");
    lines.push("\tstatus: active");
  }
  return `${lines.join("\n")}\n`;
}

function flagsOf(host: Host, { up, kind }: Interface): string[] {
  const flags = up ? ["UP", "RUNNING"] : [];
  if (kind === "loopback") flags.push("LOOPBACK");
  else if (kind === "tun" || kind === "wireguard") flags.push("POINTOPOINT");
  else flags.push("BROADCAST", "SIMPLEX");
  flags.push("MULTICAST");
  // The flag came with 14.
  if (up && since(host, 14)) flags.push("LOWER_UP");
  return flags;
}

function addressText({ name, kind }: Interface, { family, address, prefix }: InterfaceAddress): string {
  if (family === "inet6") {
    const scope = isLinkLocal(address) ? `%${name}` : "";
    return `inet6 ${address}${scope} prefixlen ${prefix}`;
  }
  const broadcast = kind === "loopback" || prefix >= 31 ? "" : ` broadcast ${lastOf(address, prefix)}`;
  return `inet ${address} netmask ${hexMask(prefix)}${broadcast}`;
}

/** The last address of a network of IPv4. */
function lastOf(address: string, prefix: number): string {
  const network = networkOf(address, prefix) ?? address;
  const bytes = network.split(".").map(Number);
  const last = bytes.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, prefix - 8 * i))));
  const text = last.join(".");
  return inPrefix(text, network, prefix) ? (parseAddress(text) ?? text) : text;
}
