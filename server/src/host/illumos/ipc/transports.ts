import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { addTransport, transportAt } from "./objectIndex.ts";

/**
 * Loopback transports without a file: ticlts, ticots and ticotsord, of which rpcbind(8) has its addresses. Each zone has
 * its own addresses. Source: usr/src/uts/common/io/tl.c, ticots(4D).
 */

const OWN: { what: string; from: "kernel" } = {
  what: "each zone has its own loopback addresses",
  from: "kernel",
};

/** t_bind(3NSL). EADDRINUSE within the zone. */
export function transportBind(host: Host, process: Process, address: string): Outcome {
  const { container } = process.credential;
  const taken = transportAt(host, container, address);
  if (taken)
    return denied("EADDRINUSE", "tl/bound", `Process ${taken.pid} of this zone has ${address} already.`);
  addTransport(host, { zone: container, address, pid: process.pid });
  return allowed(undefined, "tl/bind", `${address} is an address of this zone alone.`, { causes: [OWN] });
}

/** t_connect(3NSL) or t_sndudata(3NSL). Gives who has the address; ECONNREFUSED where nobody of the zone has it. */
export function transportConnect(host: Host, process: Process, address: string): Outcome<number> {
  const found = transportAt(host, process.credential.container, address);
  if (!found)
    return denied("ECONNREFUSED", "tl/none", `Nobody in this zone has ${address}.`, { causes: [OWN] });
  return allowed(found.pid, "tl/connect", `Process ${found.pid} of this zone answers.`, { causes: [OWN] });
}
