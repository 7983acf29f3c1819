import { isIpv4, parseIpv6 } from "@zonewarden/server/configuration/inet";
import { byteOrder, globTest, isPattern } from "@zonewarden/server/configuration/jail-conf/glob";
import { equalNames, nameKey } from "@zonewarden/server/configuration/jail-conf/names";
import {
  parseAddressEntry,
  parseBoolean,
  parseInteger,
  parseJailsys,
  pseudoTruth,
} from "@zonewarden/server/configuration/jail-conf/values";
import { isWildcardName, wildcardMatches } from "@zonewarden/server/configuration/jail-conf/wildcard";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("values", () => {
  it("are numbers only if they are complete", () => {
    expect(["5", " 5", "+5", "-5", "5 ", "0x5", "5s", "", "-"].map(parseInteger)).toEqual([
      5,
      5,
      5,
      -5,
      ...new Array(5).fill(undefined),
    ]);
  });

  it("are booleans by two words and by numbers", () => {
    expect(["True", "FALSE", "2", "0", "", "yes", "on"].map(parseBoolean)).toEqual([
      true,
      false,
      true,
      false,
      false,
      undefined,
      undefined,
    ]);
  });

  it("are jailsys words or their numbers", () =>
    expect(["New", "0", "2", "7", "on"].map(parseJailsys)).toEqual([
      "new",
      "disable",
      "inherit",
      7,
      undefined,
    ]));

  it("of pseudo-parameters are turned around by `no` in the last part only", () => {
    expect(pseudoTruth("mount.devfs", [])).toBe(true);
    expect(pseudoTruth("mount.nodevfs", [])).toBe(false);
    expect(pseudoTruth("mount.nodevfs", ["false"])).toBe(true);
    expect(pseudoTruth("nomount.devfs", [])).toBe(true);
    expect(pseudoTruth("mount.devfs", ["true", "x"])).toBeUndefined();
  });

  it("are addresses with an interface, a prefix and options around them", () => {
    expect(parseAddressEntry("em0|192.0.2.1/24 broadcast 192.0.2.9")).toEqual({
      interface: "em0",
      address: "192.0.2.1",
      addressStart: 4,
      prefix: "24",
      extra: "broadcast 192.0.2.9",
    });
    expect(parseAddressEntry("2001:db8::1")).toMatchObject({ interface: undefined, address: "2001:db8::1" });
  });

  it("are IPv4 addresses of four plain numbers", () => {
    for (const good of ["192.0.2.1", "0.0.0.0", "255.255.255.255"]) expect(isIpv4(good)).toBe(true);
    for (const bad of ["192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1 ", "a.b.c.d", ""])
      expect(isIpv4(bad)).toBe(false);
  });

  it("are IPv6 addresses", () => {
    expect(parseIpv6("2001:db8::1")).toEqual([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]);
    expect(parseIpv6("::")).toEqual(new Array(8).fill(0));
    expect(parseIpv6("::ffff:192.0.2.1")?.slice(5)).toEqual([0xffff, 0xc000, 0x0201]);
    expect(parseIpv6("1:2:3:4:5:6:7::")?.[7]).toBe(0);
    for (const bad of [
      "1:2:3:4:5:6:7:8:9",
      "1::2::3",
      "1:2:3:4:5:6:7:8::",
      "fe80::1%em0",
      ":1::2",
      "12345::",
      "::1:",
    ])
      expect(parseIpv6(bad)).toBeUndefined();
  });
});

describe("names", () => {
  it("are equal with and without `no`, in front or behind a dot", () => {
    for (const [a, b] of [
      ["mount.devfs", "mount.nodevfs"],
      ["mount.devfs", "nomount.devfs"],
      ["persist", "nopersist"],
      ["tes", "notes"],
      ["a.b.noc", "a.b.c"],
    ] as const)
      expect([equalNames(a, b), equalNames(b, a)]).toEqual([true, true]);
    for (const [a, b] of [
      ["mount.nodevfs", "nomount.devfs"],
      ["persist", "nonopersist"],
      ["a.nob.c", "a.b.noc"],
      ["non", "n.no"],
    ] as const)
      expect(equalNames(a, b)).toBe(false);
  });

  it("that are equal are in one group", () => {
    const name = fc
      .array(fc.constantFrom("no", "n", "o", ".", "a"), { maxLength: 8 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(name, fc.nat(8), (text, at) => {
        const longer = `${text.slice(0, at)}no${text.slice(at)}`;
        if (equalNames(text, longer)) expect(nameKey(longer).group).toBe(nameKey(text).group);
      }),
    );
  });

  it("with a star of its own are wildcards", () => {
    expect(["*", "a.*", "*.a", "a.*.b"].every(isWildcardName)).toBe(true);
    expect(["a", "a*", "a.b*", "**"].some(isWildcardName)).toBe(false);
    const matches: [string, string, boolean][] = [
      ["*", "a.b", true],
      ["a.*", "a", false],
      ["a.*", "a.b.c", true],
      ["*.c", "b.c", true],
      ["*.c", "a.b.c", false],
      ["a.*.c", "a.b.c", true],
      ["a.*.c", "a.b.d", false],
      ["ab.*", "a.b", false],
    ];
    for (const [wildcard, jail, expected] of matches) expect(wildcardMatches(wildcard, jail)).toBe(expected);
  });
});

describe("patterns of file names", () => {
  it("need an unescaped sign", () => {
    expect(["*", "a?", "[ab]", "d/a[.]conf"].every(isPattern)).toBe(true);
    expect(["a", "a\\*", "a[b", "{a,b}", "~/a", "[]"].some(isPattern)).toBe(false);
  });

  it("match names as glob(3) does", () => {
    const matches: [string, string, boolean][] = [
      ["d/*.conf", "d/a.conf", true],
      ["d/*.conf", "d/.a.conf", false],
      ["d/.*", "d/.a.conf", true],
      ["d/*", "d/e/f", false],
      ["*/a", "d/a", true],
      ["j[1-3].c", "j2.c", true],
      ["j[!1-3].c", "j2.c", false],
      ["j[]x].c", "j].c", true],
      ["a\\*[b]", "a*b", true],
      ["a.c*", "abc", false],
      ["{a,b}*", "a", false],
      ["?", "\u{1f600}", true],
    ];
    for (const [pattern, path, expected] of matches)
      expect([pattern, globTest(pattern)(path)]).toEqual([pattern, expected]);
  });

  it("give names in the order of their bytes", () =>
    expect(["b", "a1", "a", "\u{1f600}", "\uffee", "B"].sort(byteOrder)).toEqual([
      "B",
      "a",
      "a1",
      "b",
      "\uffee",
      "\u{1f600}",
    ]));
});
