import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { causeOf } from "@zonewarden/server/host/freebsd/scope";
import type { Prison } from "@zonewarden/server/host/freebsd/types";
import { describe, expect, test } from "vitest";
import { freebsd, jail, set } from "./jails.ts";

/** What a change of a jail does to those below it: section 1.4 of the reference. */

type Values = Parameters<typeof set>[2];

/** A jail, one in it, and one in that; then a change of the first. */
function family(values: { a?: Values; b?: Values; c?: Values }, change: Values): Prison[] {
  const { host, root } = freebsd();
  const a = jail(host, root, { name: "a", "children.max": 9, ...values.a });
  const b = jail(host, root, { name: "a.b", "children.max": 8, ...values.b });
  const c = jail(host, root, { name: "a.b.c", "children.max": 7, ...values.c });
  expect(set(host, root, { name: "a", ...change }, { update: true })).toEqual({ jid: 1 });
  return [a, b, c];
}

describe("from a jail to those below", () => {
  test("I2: raising securelevel lifts what is lower, and only that", () => {
    const jails = family({ c: { securelevel: 3 } }, { securelevel: 2 });
    expect(jails.map(({ securelevel }) => securelevel)).toEqual([2, 2, 3]);
    expect(jails[1]?.causes["securelevel"]).toMatchObject({
      what: "securelevel=2 of jail a",
      from: "inherited",
    });
  });

  test("I2: lowering it leaves the others", () => {
    const jails = family({ a: { securelevel: 2 } }, { securelevel: 0 });
    expect(jails.map(({ securelevel }) => securelevel)).toEqual([0, 2, 2]);
  });

  test("I3: raising enforce_statfs lifts what is lower", () => {
    const low = { enforce_statfs: 0 };
    const jails = family({ a: low, b: low, c: low }, { enforce_statfs: 1 });
    expect(jails.map(({ enforceStatfs }) => enforceStatfs)).toEqual([1, 1, 1]);
  });

  test("I4: lowering children.max clamps by depth, not below 0", () => {
    expect(family({}, { "children.max": 5 }).map(({ childrenMax }) => childrenMax)).toEqual([5, 4, 3]);
    expect(family({}, { "children.max": 1 }).map(({ childrenMax }) => childrenMax)).toEqual([1, 0, 0]);
  });

  test("I6: the devfs ruleset is that of the jail above", () => {
    const jails = family({ c: { devfs_ruleset: 7 } }, { devfs_ruleset: 5 });
    expect(jails.map(({ devfsRuleset }) => devfsRuleset)).toEqual([5, 5, 5]);
  });

  test("I7: shrinking a list takes addresses away below, down to none", () => {
    const list = (...last: number[]) => ({ "ip4.addr": last.map((n) => `10.0.0.${n}`) });
    const jails = family({ a: list(1), b: list(1), c: { ip4: "inherit" } }, list(2));
    expect(jails.map(({ ip4 }) => ip4.addresses)).toEqual([["10.0.0.2"], [], []]);
  });

  test("I7: an inherited list follows", () => {
    const jails = family(
      { a: { "ip6.addr": ["2001:db8::1"] }, b: { ip6: "inherit" }, c: { ip6: "inherit" } },
      { "ip6.addr": ["2001:db8::2", "2001:db8::3"] },
    );
    for (const { ip6 } of jails) expect(ip6.addresses).toEqual(["2001:db8::2", "2001:db8::3"]);
  });

  test("I8: a jail with a stack of its own is not touched", () => {
    const jails = family(
      { a: { "ip4.addr": ["10.0.0.1"] }, b: { vnet: "new" } },
      { "ip4.addr": ["10.0.0.2"] },
    );
    expect(jails[1]?.ip4).toMatchObject({ restricted: false, addresses: [] });
  });

  test("I9: clearing a permission clears it below, setting it does not", () => {
    const on = { "allow.chflags": true };
    const has = (jails: Prison[]) => jails.map(({ allow }) => allow.includes("chflags"));
    expect(has(family({ a: on, b: on, c: on }, { "allow.nochflags": true }))).toEqual([false, false, false]);
    expect(has(family({}, on))).toEqual([true, false, false]);
  });

  test("I9: a bit that a jail lost tells which line took it", () => {
    const on = { "allow.chflags": true };
    const [, , c] = family({ a: on, b: on, c: on }, { "allow.nochflags": true });
    expect(c?.causes["allow.chflags"]).toMatchObject({
      from: "inherited",
      what: "allow.chflags=false of jail a",
    });
  });
});

describe("where values come from", () => {
  test("given, inherited, and a default", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 1, securelevel: 1, "allow.noset_hostname": true });
    const below = jail(host, root, { name: "a.b", "allow.suser": true });
    expect(causeOf(below, "allow.suser", "true").from).toBe("configuration");
    expect(causeOf(below, "securelevel", "1")).toMatchObject({
      from: "inherited",
      what: "securelevel=1 of jail a",
    });
    expect(causeOf(below, "allow.set_hostname", "false").from).toBe("inherited");
    expect(causeOf(below, "allow.mount", "false")).toEqual({
      what: "allow.mount=false (default)",
      from: "default",
    });
  });

  test("of a host with a raised securelevel", () => {
    const { host, root } = freebsd();
    prison(host, 0).securelevel = 1;
    expect(jail(host, root, {}).causes["securelevel"]).toMatchObject({ what: "securelevel=1 of the host" });
  });
});
