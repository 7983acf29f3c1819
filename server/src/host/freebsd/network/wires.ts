import { denied } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allInterfaces, createdName, type Located } from "../../network/links.ts";
import { segmentOf } from "../../network/segments.ts";
import type { Cable, WirePolicy } from "../../network/wires.ts";

/** Cables of FreeBSD: what is behind tunnels is not part of the model. */
export const wires: WirePolicy = {
  cables,
  tunnel: () => undefined,
  tunnelEnd: (_, __, { network }) =>
    denied("EHOSTUNREACH", "wire/tunnel", `Nothing on this host takes packets of network ${network}.`),
  holders: (host, address) =>
    allInterfaces(host).filter(
      ({ link }) =>
        link.up && link.kind !== "loopback" && link.addresses.some((own) => own.address === address),
    ),
};

function cables(host: Host, from: Located): readonly Cable[] {
  return segmentOf(host, from)
    .outward.filter(({ link }) => link.kind === "physical")
    .map(({ link, tag }) => ({ link: createdName(link), tag: tag ?? 0 }));
}
