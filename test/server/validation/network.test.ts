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
