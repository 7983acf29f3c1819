import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { parseAddress, parseNetwork } from "../../network/addresses.ts";
import type { InterfaceAddress } from "../../network/types.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { createAddress } from "./ipAddresses.ts";
import { configurable, interfaceFor } from "./ipInterfaces.ts";
import { linkFor } from "./linkIndex.ts";
import { checkFrame, countDrop, learnAddress } from "./protection.ts";
import { leadsOut } from "./switching.ts";

/**
 * The client of DHCP: dhcpagent(8). What server is behind a cable is not modelled, so that whoever asks says what it offers.
 * Source: usr/src/cmd/cmd-inet/sbin/dhcpagent, usr/src/uts/common/io/mac/mac_protect.c.
 */
export interface DhcpRequest {
  readonly interface: string;
  /** The client identifier; that of the MAC if absent. */
  readonly clientId?: string;
  /** What a server offers: an address with the length of its network, and a router. */
  readonly offer?: { readonly address: string; readonly router?: string };
}

/**
 * `ipadm create-addr -T dhcp`, `ifconfig dhcp start`.
 * @returns EPERM without sys_ip_config or net_rawaccess, and for an offer that the global zone does not allow; ENXIO;
 * ETIMEDOUT if no server hears the request; null where it leaves the machine and nobody says what is offered
 */
export function startDhcp(
  host: Host,
  process: Process,
  request: DhcpRequest,
): Outcome<InterfaceAddress | null> {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const raw = privilege(host, process, "net_rawaccess");
  if (!raw.ok) return raw;
  const found = interfaceFor(stack.value, request.interface);
  if (!found.ok) return found;
  const link = found.value;
  const lower = linkFor(host, process.credential.container, link.name);
  const { clientId, offer } = request;
  const drop =
    lower &&
    checkFrame(lower, {
      type: "ipv4",
      mac: lower.mac,
      source: "0.0.0.0",
      dhcp: { mac: lower.mac, ...(clientId !== undefined && { clientId }) },
    });
  if (lower && drop) {
    countDrop(lower, drop);
    return denied("ETIMEDOUT", `link/${drop.by}`, `No server hears the request: ${drop.reason}`, {
      causes: [drop.cause],
    });
  }
  if (!offer) {
    const cause: Cause = { what: `no DHCP server behind ${link.name}`, from: "host" };
    if (!leadsOut(host, { stack: stack.value, link }))
      return denied("ETIMEDOUT", "dhcp/silence", `Nobody on the network of ${link.name} answers.`, {
        causes: [cause],
      });
    const reason = `The request leaves the machine by ${link.name}; what a server there offers is not modelled.`;
    return {
      ok: true,
      value: null,
      decision: { verdict: "assumed", rule: "dhcp/outside", reason, causes: [cause] },
    };
  }
  // What comes back is seen on its way in, so that the address passes protection from now on.
  const net = parseNetwork(offer.address);
  if (lower && net) learnAddress(lower, net.address);
  const made = createAddress(host, process, { interface: link.name, address: offer.address });
  if (!made.ok) return made;
  const gateway = offer.router === undefined ? undefined : parseAddress(offer.router);
  const known = stack.value.routes.some(
    ({ destination, family }) => destination === "default" && family === "inet",
  );
  if (gateway !== undefined && !known)
    stack.value.routes.push({
      family: "inet",
      destination: "default",
      gateway,
      interface: link.name,
      fib: 0,
    });
  return allowed(made.value, "dhcp/lease", `${link.name} has ${made.value.address} by DHCP.`, {
    causes: made.decision.causes,
  });
}
