/** Tunables of the protocols that ipadm(8) shows: each stack has its own. Source: usr/src/uts/common/inet/*_tunables.c. */
export interface Tunable {
  readonly protocol: "icmp" | "ipv4" | "ipv6" | "tcp" | "udp";
  readonly name: string;
  readonly fallback: string;
  /** Words that it can be, or the smallest and largest number. */
  readonly possible: readonly string[] | { readonly least: number; readonly most: number };
}

const SWITCH = ["on", "off"] as const;
const PORTS = { least: 1, most: 65_535 } as const;
const number = (
  protocol: Tunable["protocol"],
  name: string,
  fallback: number,
  least: number,
  most: number,
): Tunable => ({ protocol, name, fallback: String(fallback), possible: { least, most } });
const words = (
  protocol: Tunable["protocol"],
  name: string,
  fallback: string,
  possible: readonly string[],
): Tunable => ({ protocol, name, fallback, possible });

const ports = (protocol: "tcp" | "udp"): Tunable[] => [
  { protocol, name: "largest_anon_port", fallback: "65535", possible: { least: 32_768, most: 65_535 } },
  { protocol, name: "smallest_anon_port", fallback: "32768", possible: { least: 1024, most: 65_535 } },
  { protocol, name: "smallest_nonpriv_port", fallback: "1024", possible: PORTS },
];

export const tunables: readonly Tunable[] = [
  number("icmp", "max_buf", 262_144, 65_536, 1_073_741_824),
  number("icmp", "recv_buf", 8192, 4096, 65_536),
  number("icmp", "send_buf", 8192, 4096, 65_536),
  words("ipv4", "forwarding", "off", SWITCH),
  number("ipv4", "ttl", 255, 1, 255),
  words("ipv6", "forwarding", "off", SWITCH),
  number("ipv6", "hoplimit", 255, 1, 255),
  words("tcp", "ecn", "passive", ["never", "passive", "active"]),
  words("tcp", "sack", "active", ["never", "passive", "active"]),
  ...ports("tcp"),
  ...ports("udp"),
];

export function findTunable(protocol: string, name: string): Tunable | undefined {
  return tunables.find((one) => one.protocol === protocol && one.name === name);
}
