import {
  compareAddresses,
  familyOf,
  hexMask,
  inPrefix,
  isLoopback,
  isSubset,
  isUnusable,
  networkOf,
  parseAddress,
  parseNetwork,
  prefixOfMask,
  sortAddresses,
} from "@zonewarden/server/host/network/addresses";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"],
    ["1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["fe80::1%em0", undefined],
    ["192.0.2.01", undefined],
    ["host", undefined],
  ])("%s is written %s", (text, written) => {
    expect(parseAddress(text)).toBe(written);
  });

  it("has one spelling, which is read as the same address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const once = parseAddress(text);
        expect(once).toBeDefined();
        expect(parseAddress(once ?? "")).toBe(once);
        expect(familyOf(once ?? "")).toBe(text.includes(":") ? "inet6" : "inet");
        expect(compareAddresses(once ?? "", text)).toBe(0);
      }),
    );
  });

  it("is in its own network whatever the length", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const network = networkOf(address, prefix) ?? "";
        expect(inPrefix(address, network, prefix)).toBe(true);
        expect(networkOf(network, prefix)).toBe(network);
      }),
    );
  });

  it("is loopback only if it is exactly that one", () => {
    expect(["127.0.0.1", "127.0.0.2", "::1", "0:0:0:0:0:0:0:1"].map(isLoopback)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it("cannot be given to a jail if it is unspecified or broadcast", () => {
    expect(["0.0.0.0", "255.255.255.255", "::", "192.0.2.255"].map(isUnusable)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("a list of addresses", () => {
  it("keeps its first and sorts the rest by number", () => {
    expect(sortAddresses(["10.0.0.9", "10.0.0.100", "10.0.0.20", "9.0.0.1"])).toEqual([
      "10.0.0.9",
      "9.0.0.1",
      "10.0.0.20",
      "10.0.0.100",
    ]);
  });

  it("is compared by value, not by spelling", () => {
    expect(isSubset(["2001:db8:0::1"], ["2001:db8::2", "2001:db8::1"])).toBe(true);
    expect(isSubset(["192.0.2.3"], ["192.0.2.1"])).toBe(false);
  });
});

describe("a netmask", () => {
  it.each([
    ["255.255.255.0", 24],
    ["0xffffffff", 32],
    ["0.0.0.0", 0],
    ["255.0.255.0", undefined],
    ["24", undefined],
  ])("%s has length %s", (text, length) => {
    expect(prefixOfMask(text)).toBe(length);
  });

  it("is printed in hexadecimal", () => {
    expect([0, 8, 24, 32].map(hexMask)).toEqual(["0x00000000", "0xff000000", "0xffffff00", "0xffffffff"]);
  });

  it("may be missing behind an address, but not be too long", () => {
    expect(parseNetwork("192.0.2.1")).toEqual({ family: "inet", address: "192.0.2.1", prefix: 32 });
    expect(["192.0.2.1/33", "192.0.2.1/", "192.0.2.1/1/2", "::/129"].map(parseNetwork)).toEqual(
      new Array(4).fill(undefined),
    );
  });
});
