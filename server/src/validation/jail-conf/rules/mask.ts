import { parseIpv4, parseIpv6 } from "../../../configuration/inet.ts";
import type { AddressList, AddressUse, Effective } from "../../../configuration/jail-conf/effective.ts";
import { parseInteger } from "../../../configuration/jail-conf/values.ts";
import type { Finding } from "../../finding.ts";
import { partOf, quoted } from "./walk.ts";

/**
 * An address without a mask gets the longest one, which is right for a further address in a net that the interface
 * has. It is doubtful where other addresses of the jail on that interface have masks and none of their nets has it.
 */
export function* maskMissing(view: Effective, list: AddressList): Generator<Finding> {
  const uses = view.addresses(list);
  if (uses.length < 2) return;
  for (const use of uses) {
    if (use.prefix !== undefined || use.link === undefined) continue;
    const bits = bitsOf(use.address);
    const nets = uses.filter((other) => other.link === use.link && other.prefix !== undefined).map(netOf);
    if (!bits || nets.length === 0) continue;
    if (nets.some((net) => net === undefined || bits.startsWith(net) || net.length === bits.length)) continue;
    const origin = partOf(use.value, use.addressStart, use.addressStart + use.address.length);
    if (origin)
      yield {
        code: "jail/missing-mask",
        origin,
        message: `Without a mask, ${quoted(use.address)} is given to the interface as /${bits.length}, in no net that it has.`,
      };
  }
}

/** The bits of the net of an address; `undefined` where they cannot be told. */
function netOf({ address, prefix = "" }: AddressUse): string | undefined {
  const bits = bitsOf(address);
  const length = prefix.includes(".") ? bitsOf(prefix)?.indexOf("0") : parseInteger(prefix);
  if (!bits || length === undefined || length < 0 || length > bits.length) return undefined;
  return bits.slice(0, length);
}

function bitsOf(address: string): string | undefined {
  const four = parseIpv4(address);
  if (four) return four.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return parseIpv6(address)
    ?.map((group) => group.toString(2).padStart(16, "0"))
    .join("");
}
