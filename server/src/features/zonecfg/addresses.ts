import type { IpType } from "../../catalog/zonecfg/brands.ts";
import { isIPv4, isIPv6 } from "../../configuration/zonecfg/values.ts";
import { code } from "../markdown.ts";

/** What an address with or without its prefix says. */
export function addressMarkdown(text: string, ipType: IpType | undefined): string | undefined {
  const [address = "", prefix] = text.split("/");
  if (isIPv6(address)) {
    const more = prefix === undefined ? "" : `, prefix of ${prefix} bits`;
    return `**${text}** — IPv6 address${more}`;
  }
  if (!isIPv4(address)) return undefined;
  if (prefix === undefined) {
    const more = ipType === "shared" ? "; the prefix comes from netmasks(5) of the host" : "";
    return `**${text}** — IPv4 address${more}`;
  }
  const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : undefined;
  if (bits === undefined || bits > 32) return undefined;
  const mask = bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
  const number = address.split(".").reduce((all, part) => all * 256 + Number(part), 0);
  const network = `${dotted((number & mask) >>> 0)}/${bits}`;
  return `**${text}** — IPv4 address in ${code(network)}, netmask ${code(dotted(mask))}`;
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
