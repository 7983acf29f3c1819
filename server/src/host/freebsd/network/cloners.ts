import type { Interface } from "../../network/types.ts";

/** Interfaces that can be made. Source: sys/net/if_*.c, ifconfig(8); `module` is null for what every kernel has. */
export interface Cloner {
  readonly name: string;
  readonly kind: Interface["kind"];
  readonly module: string | null;
  readonly mtu: number;
  /** Whether it has a link address. */
  readonly ethernet: boolean;
}

export const CLONERS: readonly Cloner[] = [
  { name: "lo", kind: "loopback", module: null, mtu: 16384, ethernet: false },
  { name: "vlan", kind: "vlan", module: null, mtu: 1500, ethernet: true },
  { name: "tap", kind: "tap", module: null, mtu: 1500, ethernet: true },
  { name: "tun", kind: "tun", module: null, mtu: 1500, ethernet: false },
  { name: "gif", kind: "other", module: null, mtu: 1280, ethernet: false },
  { name: "epair", kind: "epair", module: "if_epair", mtu: 1500, ethernet: true },
  { name: "bridge", kind: "bridge", module: "if_bridge", mtu: 1500, ethernet: true },
  { name: "lagg", kind: "lagg", module: "if_lagg", mtu: 1500, ethernet: true },
  { name: "wg", kind: "wireguard", module: "if_wg", mtu: 1420, ethernet: false },
  { name: "gre", kind: "other", module: "if_gre", mtu: 1476, ethernet: false },
  { name: "vxlan", kind: "other", module: "if_vxlan", mtu: 1450, ethernet: true },
];

/** The cloner that a name such as `epair` or `epair3` asks for, and the unit; -1 where the kernel chooses. */
export function clonerOf(name: string): { cloner: Cloner; unit: number } | undefined {
  const [, driver, digits = ""] = /^([a-z]+)(0|[1-9]\d{0,4})?$/.exec(name) ?? [];
  const cloner = CLONERS.find((known) => known.name === driver);
  return cloner && { cloner, unit: digits === "" ? -1 : Number(digits) };
}

/** A link address that only depends on the stack and the name, locally administered. */
export function macFor(stack: number, name: string, last: string): string {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const letter of `${stack}/${name}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  const hex = hash.toString(16).padStart(8, "0");
  return ["02", ...(hex.match(/../g) ?? []), last].join(":");
}
