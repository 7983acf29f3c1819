import { expect, it } from "vitest";
import { check, codes } from "./harness.ts";

/** One mistake in an address or a name is one finding. */

it.each([
  ["between interface and address", "ip4.addr = em0:192.0.2.10;"],
  ["the other family", 'ip4.addr = "2001:db8::1";'],
  ["no address", "ip6.addr = 2001:db8::g;"],
])("an address is only called bad, not missing on the host: %s", (_, line) => {
  const found = codes(`web { path = /jails/web; host.hostname = web; persist; ${line} }`);
  expect(found).toEqual(["jail/bad-address"]);
});

it("an interface of a jail has at most 15 bytes", () => {
  const jail = (name: string) =>
    check(
      `$j = web; web { path = /jails/web; host.hostname = web; persist; vnet; vnet.interface = ${name}; }`,
    )
      .filter(({ severity }) => severity === "error")
      .map(({ code, text }) => [code, text]);
  expect(jail("e0a_web, e0b_abcdefghijk")).toEqual([]);
  expect(jail("e0a_web, e0b_abcdefghijkl")).toEqual([["jail/value-too-long", "e0b_abcdefghijkl"]]);
  expect(jail('"e0b_${j}_abcdefgh"')).toEqual([["jail/value-too-long", '"e0b_${j}_abcdefgh"']]);
});

const errors = (text: string, options = {}) =>
  check(text, options)
    .filter(({ severity }) => severity === "error")
    .map(({ code, text }) => [code, text]);
const shared = (lines: string) => `web { path = /jails/web; host.hostname = web; persist; ${lines} }`;

it("an interface is not handed to a jail that stays in the stack of the host", () => {
  const found = [["jail/vnet-interface-without-vnet", "vnet.interface"]];
  expect(errors(shared("vnet.interface = epair0b;"))).toEqual(found);
  expect(errors(shared("vnet = inherit; vnet.interface = epair0b;"))).toEqual(found);
  // An includer may say `vnet`, and a jail within a jail may inherit the stack of that.
  expect(errors(shared("vnet.interface = epair0b;"), { fragment: true })).toEqual([]);
  expect(
    errors(
      'a { path = /a; persist; vnet; children.max = 1; } "a.b" { path = /a/b; persist; vnet.interface = epair0b; }',
    ),
  ).toEqual([]);
});

it("no list of addresses goes with `vnet`, whatever its value", () => {
  expect(errors(shared("vnet = inherit; ip4.addr = 'em0|192.0.2.1';"))).toEqual([
    ["jail/vnet-with-addresses", "'em0|192.0.2.1'"],
  ]);
  expect(errors(shared("vnet = inherit; ip6 = disable;"))).toEqual([["jail/vnet-with-addresses", "disable"]]);
  expect(errors(shared("vnet = inherit;"))).toEqual([]);
});

it("the kernel refuses an address that is listed twice, and one that stands for any", () => {
  expect(errors(shared("ip4.addr = 'em0|192.0.2.1/24', 'em1|192.0.2.1';"))).toEqual([
    ["jail/bad-address", "192.0.2.1"],
  ]);
  expect(errors(shared("ip6.addr = 2001:db8::1, 2001:db8:0:0::1;"))).toEqual([
    ["jail/bad-address", "2001:db8:0:0::1"],
  ]);
  expect(errors(shared("ip4.addr = 0.0.0.0;"))).toEqual([["jail/bad-address", "0.0.0.0"]]);
  expect(errors(shared("ip4.addr = 'em0|192.0.2.1', 'em0|192.0.2.2';"))).toEqual([]);
});
