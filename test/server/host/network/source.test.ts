import { ifAddAddress, ifCreate } from "@zonewarden/server/host/freebsd/network/interfaces";
import { sendTo } from "@zonewarden/server/host/network/sockets";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { errno, networkJail, open, UDP4, value } from "./jails.ts";

const INSIDE = { address: "192.0.2.77", port: 9 };
const FAR = { address: "203.0.113.5", port: 9 };

/** A host with a second interface, whose addresses are 10.0.0.1 to 10.0.0.3, and one more on em0. */
function twoLinks() {
  const host = testHost();
  const root = hostRoot(host);
  value(ifCreate(host, root, "lo1"));
  for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
    value(ifAddAddress(host, root, "lo1", { address }));
  value(ifAddAddress(host, root, "em0", { address: "192.0.2.10" }));
  return host;
}

describe("the sender's address of an unbound socket", () => {
  it.each([
    ["that of the route's interface, if it is the jail's", ["10.0.0.2", "192.0.2.2"], INSIDE, "192.0.2.2"],
    ["the first of the jail on that interface", ["10.0.0.2", "192.0.2.10"], INSIDE, "192.0.2.10"],
    ["the same for the default route", ["10.0.0.2", "192.0.2.10"], FAR, "192.0.2.10"],
    ["else the primary one", ["10.0.0.2", "10.0.0.1"], FAR, "10.0.0.2"],
    [
      "on loopback that of the destination's interface",
      ["192.0.2.10", "10.0.0.3"],
      { ...FAR, address: "10.0.0.1" },
      "10.0.0.3",
    ],
  ])("is %s", (_, list, to, expected) => {
    const host = twoLinks();
    const { root } = networkJail(host, "web", { "ip4.addr": list });
    expect(value(sendTo(host, root, open(host, root, UDP4), to)).local.address).toBe(expected);
  });

  it("is always the primary one without source selection", () => {
    const host = twoLinks();
    const { root } = networkJail(host, "web", {
      "ip4.addr": ["10.0.0.2", "192.0.2.10"],
      "ip4.saddrsel": false,
    });
    expect(value(sendTo(host, root, open(host, root, UDP4), INSIDE)).local.address).toBe("10.0.0.2");
  });

  it("of the host is that of the interface", () => {
    const host = twoLinks();
    const root = hostRoot(host);
    expect(value(sendTo(host, root, open(host, root, UDP4), FAR)).local.address).toBe("192.0.2.2");
    expect(
      value(sendTo(host, root, open(host, root, UDP4), { address: "127.0.0.1", port: 9 })).local.address,
    ).toBe("127.0.0.1");
  });

  it("cannot be found without a route", () => {
    const host = testHost({ routes: [] });
    const { root } = networkJail(host, "web", { "ip4.addr": ["192.0.2.2"] });
    expect(errno(sendTo(host, root, open(host, root, UDP4), FAR))).toBe("ENETUNREACH");
  });

  it("is, in IPv6, only one of the jail's, the closest", () => {
    const host = testHost();
    const admin = hostRoot(host);
    for (const address of ["2001:db8::10", "2001:db8:1::10"])
      value(ifAddAddress(host, admin, "em0", { address, prefix: 64 }));
    const { root } = networkJail(host, "web", { "ip6.addr": ["2001:db8::10", "2001:db8:1::10"] });
    const udp6 = { family: "inet6", type: "datagram" } as const;
    const to = { address: "2001:db8:1::99", port: 9 };
    expect(value(sendTo(host, root, open(host, root, udp6), to)).local.address).toBe("2001:db8:1::10");
    const { root: absent } = networkJail(host, "db", { "ip6.addr": ["2001:db8:2::1"] });
    expect(errno(sendTo(host, absent, open(host, absent, udp6), to))).toBe("EADDRNOTAVAIL");
  });
});
