import { allowed, type Outcome } from "../../decision.ts";
import { open } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import {
  addressNumber,
  BITS,
  type Family,
  familyOf,
  formatAddress,
  isLinkLocal,
  isLoopback,
  isUnspecified,
  networkOf,
  parseNetwork,
} from "../../network/addresses.ts";
import { connect } from "../../network/connections.ts";
import { findInterface } from "../../network/links.ts";
import { routeAdd } from "../../network/routes.ts";
import { bind, listen, socket } from "../../network/sockets.ts";
import type { InterfaceAddress } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import { startDhcp } from "../network/dhcp.ts";
import { createTunnel, createVnic } from "../network/dladm.ts";
import { attachFilter, openIpnet, openLink, sendForged, sendFrame } from "../network/frames.ts";
import { createAddress } from "../network/ipAddresses.ts";
import { createInterface, deleteInterface, openIpControl } from "../network/ipInterfaces.ts";
import { linksOfZone, shortName } from "../network/linkIndex.ts";
import { setTunable } from "../network/tunables.ts";
import { privilege } from "../privileges.ts";
import { illumosOf } from "../state.ts";
import type { Datalink } from "../types.ts";
import { type Attempt, call, need, type Scene, seen, Unprepared } from "./scene.ts";

/** For a zone whose addresses nobody knows yet. Source: RFC 5737. */
const OWN = { address: "192.0.2.7", prefix: 24 };
/** An address of nobody. Source: RFC 5737. */
const NOBODY = "203.0.113.77";
/** A hardware address of nobody. */
const FOREIGN_MAC = "02:00:00:00:00:66";
/** A link that a zone with shared IP would name, where the machine has none. */
const ANY_LINK = "net0";

/** Of several addresses the one to work with: IPv4 where there is one, and none that holds on its link or host alone. */
function usable<T extends { readonly address: string }>(addresses: readonly T[]): T | undefined {
  const wide = addresses.filter(
    ({ address }) => !isLoopback(address) && !isLinkLocal(address) && !isUnspecified(address),
  );
  return wide.find(({ address }) => familyOf(address) === "inet") ?? wide[0];
}

function addressesOf({ host }: Scene, stack: number): readonly InterfaceAddress[] {
  return vnet(host, stack).interfaces.flatMap(({ addresses }) => addresses);
}

/** The link that the zone uses: its own, the one of its address on the shared stack, or the first of the machine. */
function linkName({ host, zone }: Scene): string {
  if (zone.ipType === "exclusive") {
    const [own] = linksOfZone(host, zone.id);
    return own ? shortName(own) : ANY_LINK;
  }
  const logical = zone.logical?.find((one) => !isLoopback(one.address));
  return (
    logical?.interface ?? vnet(host, 0).interfaces.find(({ kind }) => kind === "physical")?.name ?? ANY_LINK
  );
}

/** An address that the zone has on its link, or could have there: one that the link allows, or any. */
function ownAddress(scene: Scene): { readonly address: string; readonly prefix: number } {
  const { host, zone } = scene;
  if (zone.ipType === "shared") return usable(zone.logical ?? []) ?? usable(addressesOf(scene, 0)) ?? OWN;
  const known = usable(addressesOf(scene, zone.stack));
  if (known) return known;
  const allowedIps = linksOfZone(host, zone.id)[0]?.properties["allowed-ips"]?.split(",") ?? [];
  const networks = allowedIps.flatMap((text) => parseNetwork(text) ?? []);
  const one = usable(networks);
  return one ? { ...one, prefix: one.family === "inet" ? OWN.prefix : 64 } : OWN;
}

/** Gives the zone an address where it has to see to that itself. */
function addressed(scene: Scene): void {
  const { host, root, zone } = scene;
  if (zone.ipType === "shared" || usable(addressesOf(scene, zone.stack))) return;
  const name = linkName(scene);
  createInterface(host, root, name);
  const { address, prefix } = ownAddress(scene);
  createAddress(host, root, { interface: name, address: `${address}/${prefix}` });
}

/** Another address of the network that the zone is in, which nobody has: the n-th behind its own. */
function nearby(scene: Scene, distance: number): string {
  const { address, prefix } = ownAddress(scene);
  const family = familyOf(address) ?? "inet";
  const network = addressNumber(networkOf(address, prefix) ?? "");
  const own = addressNumber(address);
  if (network === undefined || own === undefined) return NOBODY;
  const bits = Math.max(BITS[family] - prefix, 3);
  const hosts = 2n ** BigInt(bits) - 2n;
  const taken = new Set(addressesOf(scene, 0).map((one) => one.address));
  for (let step = BigInt(distance); step < BigInt(distance) + 64n; step++) {
    const text = formatAddress(family, network + 1n + ((own - network - 1n + step) % hosts));
    if (!taken.has(text) && text !== address) return text;
  }
  return NOBODY;
}

/** `inet` or `inet6`, as the zone speaks. */
function familyOfZone(scene: Scene): Family {
  return familyOf(ownAddress(scene).address) ?? "inet";
}

/** The link at the bottom of another one. */
function lowest(host: Host, link: Datalink): Datalink {
  const { links } = illumosOf(host);
  let at = link;
  for (let below = links[at.over[0] ?? ""]; at.class === "vnic" && below; below = links[at.over[0] ?? ""])
    at = below;
  return at;
}

/** A port that everybody may take. */
const SERVICE = 8080;

/** A neighbour on the network of the zone that answers on a port, and its address. */
function server(scene: Scene): string {
  const { host, zone } = scene;
  const address = nearby(scene, 1);
  const { prefix } = ownAddress(scene);
  const other =
    zone.ipType === "shared"
      ? scene.neighbour("shared", [{ physical: linkName(scene), address: `${address}/${prefix}` }])
      : scene.neighbour("exclusive", [
          { physical: neighbourLink(scene), "allowed-address": `${address}/${prefix}` },
        ]);
  if (zone.ipType === "exclusive") {
    const [own] = linksOfZone(host, other.credential.container);
    const name = own ? shortName(own) : ANY_LINK;
    createInterface(host, other, name);
    createAddress(host, other, { interface: name, address: `${address}/${prefix}` });
  }
  const { id } = need(socket(host, other, { family: familyOfZone(scene), type: "stream" }));
  need(bind(host, other, id, { address: "*", port: SERVICE }));
  need(listen(host, other, id));
  return address;
}

/** A new VNIC over what carries the link of the zone. */
function neighbourLink(scene: Scene): string {
  const [own] = linksOfZone(scene.host, scene.zone.id);
  const below = own && lowest(scene.host, own);
  const over =
    below && below !== own
      ? below.name
      : vnet(scene.host, 0).interfaces.find(({ kind }) => kind === "physical")?.name;
  if (over === undefined) throw new Unprepared("there is no link that another zone could be on");
  return need(createVnic(scene.host, scene.globalRoot(), { name: "zonewarden0", over })).name;
}

function bindTo(scene: Scene, port: number, address = "*"): Outcome<unknown> {
  const family = familyOf(address) ?? "inet";
  const made = socket(scene.host, scene.root, { family, type: "stream" });
  return made.ok ? bind(scene.host, scene.root, made.value.id, { address, port }) : made;
}

const raw = (protocol: "icmp" | "raw") =>
  call(({ host, root }) => socket(host, root, { family: "inet", type: "raw", protocol }));

/** Attempts on links, addresses, ports and packets. */
export const networkAttempts = {
  ping: raw("icmp"),
  "raw-socket": raw("raw"),
  snoop: call((scene) => openLink(scene.host, scene.root, linkName(scene))),
  "snoop-ipnet": call((scene) => openIpnet(scene.host, scene.root, "lo0")),
  plumb: call((scene) => {
    const name = linkName(scene);
    // What the brand has plumbed already is plumbed once more.
    const isThere =
      scene.zone.ipType === "exclusive" && findInterface(vnet(scene.host, scene.zone.stack), name);
    const gone = isThere ? deleteInterface(scene.host, scene.root, name) : undefined;
    return gone && !gone.ok ? gone : createInterface(scene.host, scene.root, name);
  }),
  "ifconfig-addr": call((scene) => {
    addressed(scene);
    const address = `${nearby(scene, 2)}/${ownAddress(scene).prefix}`;
    return createAddress(scene.host, scene.root, { interface: linkName(scene), address });
  }),
  "route-add": call((scene) => {
    addressed(scene);
    const destination = familyOfZone(scene) === "inet" ? "198.51.100.0/24" : "2001:db8:ffff::/48";
    return routeAdd(scene.host, scene.root, { destination, gateway: nearby(scene, 1) });
  }),
  "ip-tunable": call((scene) => setTunable(scene.host, scene.root, "ipv4", "forwarding", "on")),
  ipfilter: call((scene) => openIpControl(scene.host, scene.root, "/dev/ipf")),
  "ipsec-policy": call((scene) => openIpControl(scene.host, scene.root, "/dev/spdsock")),
  dhcp: call((scene) => {
    addressed(scene);
    // It is about IPv4, whatever else the zone has.
    const address = familyOfZone(scene) === "inet" ? nearby(scene, 3) : NOBODY;
    const offer = { address: `${address}/${OWN.prefix}` };
    return startDhcp(scene.host, scene.root, { interface: linkName(scene), offer });
  }),
  "vnic-create": call((scene) =>
    createVnic(scene.host, scene.root, { name: "zonewarden0", over: linkName(scene) }),
  ),
  "dladm-show": ({ host, zone }) =>
    seen(
      "link/list",
      `${linksOfZone(host, zone.id).length} links are listed: those of the zone.`,
      "a zone sees its own links",
    ),
  iptun: call((scene) => createTunnel(scene.host, scene.root, "zonewarden0")),
  ppp: call((scene) => privilege(scene.host, scene.root, "sys_ppp_config")),
  "bind-low-port": call((scene) => bindTo(scene, 80)),
  "bind-nfs-port": call((scene) => bindTo(scene, 2049)),
  "bind-smb-port": call((scene) => bindTo(scene, 445)),
  "bind-foreign-addr": call((scene) => bindTo(scene, SERVICE, server(scene))),
  "connect-other-zone": call((scene) => {
    const address = server(scene);
    addressed(scene);
    const family = familyOfZone(scene);
    const { id } = need(socket(scene.host, scene.root, { family, type: "stream" }));
    return connect(scene.host, scene.root, id, { address, port: SERVICE });
  }),
  "spoof-ip": call((scene) => {
    addressed(scene);
    return sendForged(scene.host, scene.root, { source: nearby(scene, 9), destination: nearby(scene, 1) });
  }),
  "spoof-mac": call((scene) =>
    sendFrame(scene.host, scene.root, linkName(scene), { type: "ipv4", mac: FOREIGN_MAC }),
  ),
  "promisc-foreign": call((scene) => openLink(scene.host, scene.root, neighbourLink(scene))),
  "smb-share": call((scene) => {
    const opened = open(scene.host, scene.root, "/dev/smbsrv");
    if (!opened.ok) return opened;
    const may = privilege(scene.host, scene.root, "sys_smb");
    return may.ok ? allowed(undefined, may.decision.rule, "The server may be started.", may.decision) : may;
  }),
  "bpf-capture": call((scene) => attachFilter(scene.host, scene.root, linkName(scene))),
} satisfies Record<string, Attempt>;
