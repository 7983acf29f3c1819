import { openLink, sendForged, sendFrame } from "@zonewarden/server/host/illumos/network/frames";
import { createAddress } from "@zonewarden/server/host/illumos/network/ipAddresses";
import { createInterface } from "@zonewarden/server/host/illumos/network/ipInterfaces";
import { setLinkProperty } from "@zonewarden/server/host/illumos/network/linkProperties";
import { checkFrame, type Frame, linkLocalOf } from "@zonewarden/server/host/illumos/network/protection";
import type { Datalink } from "@zonewarden/server/host/illumos/types";
import { describe, expect, it } from "vitest";
import { globalRoot, ok } from "../harness.ts";
import { dial, errno, exclusiveZone, machine } from "./nets.ts";

const MAC = "02:08:20:01:02:03";
const OTHER = "02:08:20:0a:0b:0c";

function link(properties: Record<string, string>, more: Partial<Datalink> = {}): Datalink {
  return {
    ...{ name: "vnic0", class: "vnic", over: ["e1000g0"], mac: MAC, mtu: 1500, up: true, vid: 5, zone: 1 },
    ...{ temporary: false, properties, causes: {}, drops: {} },
    ...more,
  };
}

const ALL = "mac-nospoof,restricted,ip-nospoof,dhcp-nospoof";

describe("link protection", () => {
  const table: readonly (readonly [string, string, Frame, string | undefined])[] = [
    ["mac-nospoof", "its own MAC", { type: "ipv4", mac: MAC }, undefined],
    ["mac-nospoof", "another MAC", { type: "ipv4", mac: OTHER }, "mac-nospoof"],
    ["restricted", "IPv6", { type: "ipv6" }, undefined],
    ["restricted", "ARP", { type: "arp" }, undefined],
    ["restricted", "spanning trees", { type: "stp" }, "restricted"],
    ["restricted", "its own tag", { type: "ipv4", vid: 5 }, undefined],
    ["restricted", "another tag", { type: "ipv4", vid: 6 }, "restricted"],
    ["ip-nospoof", "no address yet", { type: "ipv4", source: "0.0.0.0" }, undefined],
    ["ip-nospoof", "no address of IPv6 yet", { type: "ipv6", source: "::" }, undefined],
    [
      "ip-nospoof",
      "the link-local address of its MAC",
      { type: "ipv6", source: linkLocalOf(MAC) },
      undefined,
    ],
    ["ip-nospoof", "that of another MAC", { type: "ipv6", source: linkLocalOf(OTHER) }, "ip-nospoof"],
    ["ip-nospoof", "an allowed address", { type: "ipv4", source: "10.0.0.1" }, undefined],
    ["ip-nospoof", "an address of an allowed network", { type: "ipv4", source: "10.9.1.1" }, undefined],
    ["ip-nospoof", "any other address", { type: "ipv4", source: "10.0.0.2" }, "ip-nospoof"],
    ["ip-nospoof", "ARP for its own MAC", { type: "arp", source: "10.0.0.1", senderMac: MAC }, undefined],
    [
      "ip-nospoof",
      "ARP for another MAC",
      { type: "arp", source: "10.0.0.1", senderMac: OTHER },
      "ip-nospoof",
    ],
    ["dhcp-nospoof", "a lease for its MAC", { type: "ipv4", dhcp: { mac: MAC, clientId: MAC } }, undefined],
    ["dhcp-nospoof", "a lease for another MAC", { type: "ipv4", dhcp: { mac: OTHER } }, "dhcp-nospoof"],
    ["dhcp-nospoof", "an allowed identifier", { type: "ipv4", dhcp: { clientId: "host7" } }, undefined],
    ["dhcp-nospoof", "any other identifier", { type: "ipv4", dhcp: { clientId: "host8" } }, "dhcp-nospoof"],
    [ALL, "everything wrong", { type: "stp", mac: OTHER, source: "10.0.0.2" }, "mac-nospoof"],
    [ALL, "all but the MAC wrong", { type: "stp", source: "10.0.0.2" }, "restricted"],
    [
      "ip-nospoof",
      "another MAC in front of an allowed address",
      { type: "ipv4", mac: OTHER, source: "10.0.0.1" },
      undefined,
    ],
  ];

  it.each(table)("%s: %s", (protection, _, frame, by) => {
    const properties = { protection, "allowed-ips": "10.0.0.1,10.9.0.0/16", "allowed-dhcp-cids": "host7" };
    expect(checkFrame(link(properties), frame)?.by).toBe(by);
  });

  it("lets everything through where it is off", () => {
    expect(checkFrame(link({}), { type: "stp", mac: OTHER, source: "10.0.0.2" })).toBeUndefined();
  });

  it("takes what DHCP gave only while the list is empty", () => {
    const frame: Frame = { type: "ipv4", source: "10.0.0.2" };
    const learned = { learned: ["10.0.0.2"] };
    expect(checkFrame(link({ protection: "ip-nospoof" }, learned), frame)).toBeUndefined();
    expect(
      checkFrame(link({ protection: "ip-nospoof", "allowed-ips": "10.0.0.1" }, learned), frame)?.by,
    ).toBe("ip-nospoof");
  });
});

describe("frames of a zone", () => {
  const boot = (protection?: string) => {
    const host = machine();
    if (protection !== undefined)
      ok(setLinkProperty(host, globalRoot(host), "e1000g1", "protection", protection));
    return { host, ...exclusiveZone(host, "a", { physical: "e1000g1" }) };
  };

  it("go out under any MAC, and vanish counted with mac-nospoof", () => {
    const open = boot();
    expect(sendFrame(open.host, open.root, "e1000g1", { type: "ipv4", mac: OTHER }).decision.verdict).toBe(
      "allow",
    );
    const kept = boot("mac-nospoof");
    const sent = sendFrame(kept.host, kept.root, "e1000g1", { type: "ipv4", mac: OTHER });
    expect([sent.ok, sent.decision.verdict, sent.decision.rule]).toEqual([
      true,
      "contained",
      "link/mac-nospoof",
    ]);
    expect(kept.host.state.illumos?.links["e1000g1"]?.drops).toEqual({ macspoofed: 1 });
  });

  it("are counted by the first check that drops them", () => {
    const { host, root } = boot(ALL);
    for (const frame of [{ type: "stp", mac: OTHER }, { type: "stp" }, { type: "ipv4", source: "10.1.1.1" }])
      ok(sendFrame(host, root, "e1000g1", frame));
    expect(host.state.illumos?.links["e1000g1"]?.drops).toEqual({
      macspoofed: 1,
      restricted: 1,
      ipspoofed: 1,
    });
  });

  it("of a stack under an address that is not allowed are lost without a word", () => {
    const { host, root } = boot("ip-nospoof");
    ok(createInterface(host, root, "e1000g1"));
    ok(createAddress(host, root, { interface: "e1000g1", address: "10.0.0.5/24" }));
    const refused = dial(host, root, "10.0.0.9", 80);
    expect([errno(refused), refused.decision.causes[0]?.what]).toEqual([
      "ETIMEDOUT",
      "protection=ip-nospoof of e1000g1",
    ]);
    expect(host.state.illumos?.links["e1000g1"]?.drops).toEqual({ ipspoofed: 1 });
  });

  it("with a foreign sender from a raw socket are dropped by allowed-address", () => {
    const host = machine();
    const { root } = exclusiveZone(host, "a", { physical: "e1000g1", "allowed-address": "10.0.0.5/24" });
    const forge = (source: string) => sendForged(host, root, { source, destination: "10.0.0.9" });
    expect(forge("10.0.0.5").decision.verdict).toBe("allow");
    expect(forge("10.0.0.6").decision).toMatchObject({
      verdict: "contained",
      causes: [{ what: "net allowed-address=10.0.0.5/24" }],
    });
  });

  it("of links of others are not there", () => {
    const { host, root } = boot();
    exclusiveZone(host, "b", { physical: "e1000g2" });
    for (const name of ["e1000g0", "e1000g2"]) expect(errno(openLink(host, root, name))).toBe("ENOENT");
    expect(openLink(host, globalRoot(host), "e1000g2").ok).toBe(true);
  });
});
