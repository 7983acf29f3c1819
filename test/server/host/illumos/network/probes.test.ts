import { ZONE_PROBES, type ZoneProbeId } from "@zonewarden/server/catalog/illumos/probes";
import type { Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import { startDhcp } from "@zonewarden/server/host/illumos/network/dhcp";
import { createTunnel, createVnic } from "@zonewarden/server/host/illumos/network/dladm";
import {
  attachFilter,
  openIpnet,
  openLink,
  sendForged,
  sendFrame,
} from "@zonewarden/server/host/illumos/network/frames";
import { createAddress } from "@zonewarden/server/host/illumos/network/ipAddresses";
import { createInterface, openIpControl } from "@zonewarden/server/host/illumos/network/ipInterfaces";
import { linksOfZone } from "@zonewarden/server/host/illumos/network/linkIndex";
import { setLinkProperty } from "@zonewarden/server/host/illumos/network/linkProperties";
import { setTunable } from "@zonewarden/server/host/illumos/network/tunables";
import { privilege } from "@zonewarden/server/host/illumos/privileges";
import { routeAdd } from "@zonewarden/server/host/network/routes";
import { bind, socket } from "@zonewarden/server/host/network/sockets";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, running } from "../harness.ts";
import { dial, machine, open, serve } from "./nets.ts";

type IpType = "exclusive" | "shared";

interface Scene {
  readonly host: Host;
  readonly root: Process;
  /** The interface that the zone uses, and an address of another zone that serves port 80. */
  readonly link: string;
  readonly other: string;
}

/** A zone with its address, and another one on the same network. */
function scene(
  ipType: IpType,
  { limitpriv, allowed }: { readonly limitpriv?: string; readonly allowed?: true } = {},
): Scene {
  const host = machine();
  const admin = globalRoot(host);
  const [link, far] = ipType === "shared" ? ["e1000g0", "e1000g0"] : ["vnic0", "vnic1"];
  const net = (physical: string, address: string, own: boolean) =>
    ipType === "shared"
      ? { type: "net", physical, address: `${address}/24` }
      : { type: "net", physical, ...((!own || allowed) && { "allowed-address": `${address}/24` }) };
  if (ipType === "exclusive")
    for (const name of [link, far]) ok(createVnic(host, admin, { name, over: "e1000g1" }));
  const zone = (name: string, physical: string, address: string, own: boolean) =>
    running(
      host,
      define(name, {
        properties: { "ip-type": ipType, ...(own && limitpriv !== undefined && { limitpriv }) },
        resources: [net(physical, address, own)],
      }),
    );
  const { root } = zone("z1", link, "192.0.2.7", true);
  const { root: server } = zone("z2", far, "192.0.2.8", false);
  serve(host, server, 80);
  return { host, root, link, other: "192.0.2.8" };
}

/** An interface with an address, where the zone has to see to that itself. */
function addressed({ host, root, link }: Scene): void {
  if (createInterface(host, root, link).ok)
    createAddress(host, root, { interface: link, address: "192.0.2.7/24" });
}

const bindTo = ({ host, root }: Scene, port: number, address = "*") =>
  bind(host, root, open(host, root), { address, port });

const ATTEMPTS: Partial<Record<ZoneProbeId, (scene: Scene) => Outcome<unknown>>> = {
  ping: ({ host, root }) => socket(host, root, { family: "inet", type: "raw", protocol: "icmp" }),
  "raw-socket": ({ host, root }) => socket(host, root, { family: "inet", type: "raw", protocol: "raw" }),
  snoop: ({ host, root, link }) => openLink(host, root, link),
  "snoop-ipnet": ({ host, root }) => openIpnet(host, root, "lo0"),
  plumb: ({ host, root, link }) => createInterface(host, root, link),
  "ifconfig-addr": (all) => {
    addressed(all);
    return createAddress(all.host, all.root, { interface: all.link, address: "192.0.2.99/24" });
  },
  "route-add": (all) => {
    addressed(all);
    return routeAdd(all.host, all.root, { destination: "default", gateway: "192.0.2.1" });
  },
  "ip-tunable": ({ host, root }) => setTunable(host, root, "ipv4", "forwarding", "on"),
  ipfilter: ({ host, root }) => openIpControl(host, root, "/dev/ipf"),
  "ipsec-policy": ({ host, root }) => openIpControl(host, root, "/dev/spdsock"),
  dhcp: (all) => {
    addressed(all);
    return startDhcp(all.host, all.root, { interface: all.link, offer: { address: "192.0.2.77/24" } });
  },
  "vnic-create": ({ host, root, link }) => createVnic(host, root, { name: "v0", over: link }),
  iptun: ({ host, root }) => createTunnel(host, root, "ip.tun0"),
  ppp: ({ host, root }) => privilege(host, root, "sys_ppp_config"),
  "bind-low-port": (all) => bindTo(all, 80),
  "bind-nfs-port": (all) => bindTo(all, 2049),
  "bind-smb-port": (all) => bindTo(all, 445),
  "bind-foreign-addr": (all) => bindTo(all, 80, all.other),
  "connect-other-zone": (all) => {
    addressed(all);
    return dial(all.host, all.root, all.other, 80);
  },
  "spoof-ip": (all) => {
    addressed(all);
    return sendForged(all.host, all.root, { source: "192.0.2.66", destination: all.other });
  },
  "spoof-mac": ({ host, root, link }) =>
    sendFrame(host, root, link, { type: "ipv4", mac: "02:00:00:00:00:66" }),
  "promisc-foreign": ({ host, root }) => openLink(host, root, "vnic1"),
  "bpf-capture": ({ host, root, link }) => attachFilter(host, root, link),
};

const told = (outcome: Outcome<unknown>): string => (outcome.ok ? outcome.decision.verdict : outcome.errno);

const rows = ZONE_PROBES.filter(({ id }) => ATTEMPTS[id] !== undefined).flatMap((probe) =>
  (["shared", "exclusive"] as const).map((ipType) => {
    const allow = probe.verdict[ipType] === "allow";
    return { id: probe.id, ipType, expected: allow ? "allow" : (probe.errno ?? "") };
  }),
);

describe("attempts on the network", () => {
  it.each(rows)("$id in a zone with $ipType IP: $expected", ({ id, ipType, expected }) => {
    expect(told(ATTEMPTS[id]?.(scene(ipType)) as Outcome)).toBe(expected);
  });

  it("show links of the zone alone", () => {
    for (const [ipType, count] of [
      ["shared", 0],
      ["exclusive", 1],
    ] as const) {
      const { host, root } = scene(ipType);
      expect(linksOfZone(host, root.credential.container)).toHaveLength(count);
    }
  });

  const restricted: readonly (readonly [ZoneProbeId, IpType, string, string])[] = [
    ["ping", "shared", "default,!net_icmpaccess", "EACCES"],
    ["raw-socket", "exclusive", "default,!net_rawaccess", "EACCES"],
    ["raw-socket", "shared", "default,net_rawaccess", "allow"],
    ["snoop-ipnet", "shared", "default,!net_observability", "EACCES"],
    ["bind-low-port", "shared", "default,!net_privaddr", "EACCES"],
    ["bind-nfs-port", "shared", "default,!sys_nfs", "EACCES"],
    ["bind-smb-port", "shared", "default,!net_privaddr", "allow"],
    ["bind-smb-port", "shared", "default,!net_privaddr,!sys_smb", "EACCES"],
    ["iptun", "shared", "default,sys_iptun_config", "allow"],
    ["spoof-ip", "exclusive", "default,!net_rawaccess", "EACCES"],
    ["bpf-capture", "exclusive", "default,!net_rawaccess", "allow"],
    ["bpf-capture", "exclusive", "default,!net_rawaccess,!net_observability", "EACCES"],
  ];

  it.each(restricted)(
    "%s in a zone with %s IP and limitpriv=%s: %s",
    (...[id, ipType, limitpriv, expected]) => {
      expect(told(ATTEMPTS[id]?.(scene(ipType, { limitpriv })) as Outcome)).toBe(expected);
    },
  );

  it.each([
    ["ifconfig-addr", "EPERM"],
    ["dhcp", "EPERM"],
    ["spoof-ip", "contained"],
  ] as const)("%s on a link with an allowed-address: %s", (id, expected) => {
    expect(told(ATTEMPTS[id]?.(scene("exclusive", { allowed: true })) as Outcome)).toBe(expected);
  });

  it("spoof-mac on a link with mac-nospoof: contained", () => {
    const all = scene("exclusive");
    ok(setLinkProperty(all.host, globalRoot(all.host), all.link, "protection", "mac-nospoof"));
    expect(told(ATTEMPTS["spoof-mac"]?.(all) as Outcome)).toBe("contained");
  });

  it("vnic-create over hardware with sys_dl_config: allow", () => {
    const host = machine();
    const { root } = running(
      host,
      define("z1", {
        properties: { limitpriv: "default,sys_dl_config" },
        resources: [{ type: "net", physical: "e1000g1" }],
      }),
    );
    expect(ok(createVnic(host, root, { name: "v0", over: "e1000g1" }))).toMatchObject({ temporary: true });
    expect(host.state.illumos?.links["z1/v0"]?.zone).toBe(root.credential.container);
  });

  it("connect-other-zone over a reject route of the host: ENETUNREACH", () => {
    const all = scene("shared");
    const { host, other } = all;
    ok(routeAdd(host, globalRoot(host), { destination: other, gateway: "192.0.2.7", kind: "reject" }));
    expect(told(ATTEMPTS["connect-other-zone"]?.(all) as Outcome)).toBe("ENETUNREACH");
  });
});
