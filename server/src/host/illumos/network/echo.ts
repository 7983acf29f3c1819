import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf, parseAddress } from "../../network/addresses.ts";
import { lost } from "../../network/delivery.ts";
import { roundTrip } from "../../network/paths.ts";
import { close, sendTo, socket } from "../../network/sockets.ts";
import { vnet } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";

/** What ping(8) finds out. */
export interface Echo {
  readonly source: string;
  readonly destination: string;
  readonly via: readonly string[];
}

/**
 * An echo request and the answer to it.
 * @returns EACCES without the right to a socket for ICMP; the errors of sendto(2); ETIMEDOUT if no answer comes
 */
export function echo(host: Host, process: Process, target: string): Outcome<Echo> {
  const destination = parseAddress(target);
  if (destination === undefined) return denied("EINVAL", "echo/target", `${target} is no address.`);
  const far = host.elsewhere?.(process, { address: destination });
  if (far && !far.ok) return far;
  if (far) return { ...far, value: { source: far.value.source, destination, via: far.value.via } };
  const opened = socket(host, process, { family: familyOf(destination) ?? "inet", type: "raw" });
  if (!opened.ok) return opened;
  const { id, vnet: stack } = opened.value;
  const sent = sendTo(host, process, id, { address: destination, port: 0 });
  close(host, process, id);
  if (!sent.ok) return sent;
  const { decision } = sent;
  // What is lost on the way is lost without a word.
  if (decision.rule === "send/lost")
    return denied("ETIMEDOUT", "echo/lost", decision.reason, { causes: decision.causes });
  const { local, via } = sent.value;
  const back = roundTrip(host, vnet(host, stack), destination, local.address);
  if (back.end === "lost") return lost(back, [decision]);
  return allowed({ source: local.address, destination, via }, "echo", decision.reason, {
    causes: decision.causes,
    ...(decision.unsure && { unsure: true }),
  });
}
