import { readFile } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import { inPrefix, parseNetwork, prefixOfMask } from "../../network/addresses.ts";
import { findProcess } from "../../process/processes.ts";

const INIT = 1;

/**
 * The netmask of an IPv4 address that is written without one, as netmasks(5) of the global zone has it: `192.0.2.0
 * 255.255.255.128`, the network with or without its subnet. `undefined` where nothing is said.
 */
export function netmaskOf(host: Host, address: string): string | undefined {
  const init = findProcess(host, INIT);
  const text = init && readFile(host, init, "/etc/netmasks");
  if (!text?.ok) return undefined;
  for (const line of text.value.split("\n")) {
    const [network = "", mask = ""] = (line.split("#")[0] ?? "").trim().split(/\s+/);
    const prefix = prefixOfMask(mask);
    if (
      prefix !== undefined &&
      parseNetwork(network)?.family === "inet" &&
      inPrefix(address, network, prefix)
    )
      return mask;
  }
  return undefined;
}
