import type { Outcome } from "@zonewarden/server/host/decision";
import {
  ifAddAddress,
  ifCreate,
  ifDestroy,
  ifMoveVnet,
  ifReclaim,
  ifRemoveAddress,
  ifRename,
  ifSetFlags,
  ifSetMember,
  ifSetVlan,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import { ifGetAddress, visibleInterfaces } from "@zonewarden/server/host/freebsd/network/views";
import type { Host } from "@zonewarden/server/host/host";
import { findInterface } from "@zonewarden/server/host/network/links";
import { vnet, vnetOf } from "@zonewarden/server/host/network/vnets";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, errno, networkJail, value } from "./jails.ts";

const JAIL = "192.0.2.10";

/** Changes of interfaces of the caller's stack, each with the name of an interface in it. */
const CHANGES: readonly [string, (host: Host, process: Process, name: string) => Outcome<unknown>][] = [
  ["add an address", (host, process, name) => ifAddAddress(host, process, name, { address: "10.0.0.1" })],
  ["remove an address", (host, process, name) => ifRemoveAddress(host, process, name, "10.0.0.1")],
  ["bring it up", (host, process, name) => ifSetFlags(host, process, name, { up: true })],
  ["change the MTU", (host, process, name) => ifSetFlags(host, process, name, { mtu: 1400 })],
  ["describe it", (host, process, name) => ifSetFlags(host, process, name, { description: "x" })],
  ["give it a routing table", (host, process, name) => ifSetFlags(host, process, name, { fib: 0 })],
  [
    "give it a link address",
    (host, process, name) => ifSetFlags(host, process, name, { mac: "02:00:00:00:00:09" }),
  ],
  ["create a bridge", (host, process) => ifCreate(host, process, "bridge")],
  ["create a vlan", (host, process) => ifCreate(host, process, "vlan9")],
  ["create an epair", (host, process) => ifCreate(host, process, "epair")],
  ["rename it", (host, process, name) => ifRename(host, process, name, "lan0")],
];

describe("ifconfig(8) in a jail", () => {
  it.each(CHANGES)("may not %s without a stack of its own", (_, change) => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    expect(errno(change(host, root, "em0"))).toBe("EPERM");
  });

  it("may do all of this with a stack of its own", () => {
    const host = testHost();
    for (const module of ["if_bridge", "if_epair"]) host.state.machine.modules.push(module);
    const { root } = networkJail(host, "web", { vnet: "new" });
    expect(CHANGES.map(([, change]) => errno(change(host, root, "lo0")))).toEqual(
      CHANGES.map(() => undefined),
    );
  });

  it("cannot have a missing module loaded", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    expect(errno(ifCreate(host, root, "epair"))).toBe("EINVAL");
    expect(errno(ifCreate(host, hostRoot(host), "epair"))).toBeUndefined();
  });

  it("finds an unknown interface missing before it is refused anything", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    expect(errno(ifSetFlags(host, root, "em9", { up: true }))).toBe("ENXIO");
  });

  it("lists every interface of a shared stack, but only the jail's addresses", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    alias(host, jid, JAIL);
    const list = visibleInterfaces(host, root);
    expect(list.map(({ name, addresses }) => [name, addresses.map(({ address }) => address)])).toEqual([
      ["em0", [JAIL]],
      ["lo0", []],
    ]);
  });
});

describe("asking for the address of an interface", () => {
  it("is answered with one of the jail's, or not at all", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    expect(errno(ifGetAddress(host, root, "em0"))).toBe("EADDRNOTAVAIL");
    alias(host, jid, JAIL);
    expect(value(ifGetAddress(host, root, "em0")).address).toBe(JAIL);
    expect(value(ifGetAddress(host, hostRoot(host), "em0")).address).toBe("192.0.2.2");
    expect(errno(ifGetAddress(host, root, "em9"))).toBe("ENXIO");
  });
});

describe("an alias for a jail", () => {
  it("has all bits set and is gone when it is removed", () => {
    const host = testHost();
    const { jid } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    alias(host, jid, JAIL);
    const em0 = findInterface(vnet(host, 0), "em0");
    expect(em0?.addresses.at(-1)).toEqual({
      family: "inet",
      address: JAIL,
      prefix: 32,
      alias: true,
      container: jid,
    });
    value(ifRemoveAddress(host, hostRoot(host), "em0", JAIL));
    expect(em0?.addresses).toHaveLength(2);
    expect(errno(ifRemoveAddress(host, hostRoot(host), "em0", JAIL))).toBe("EADDRNOTAVAIL");
  });

  it("replaces an address that the host has, so that both are gone in the end", () => {
    const host = testHost();
    const result = ifAddAddress(host, hostRoot(host), "em0", { address: "192.0.2.2", jid: 1 });
    expect(result.decision.rule).toBe("interface/replaced");
    const em0 = findInterface(vnet(host, 0), "em0");
    expect(em0?.addresses.filter(({ family }) => family === "inet")).toMatchObject([
      { address: "192.0.2.2", prefix: 32 },
    ]);
    value(ifRemoveAddress(host, hostRoot(host), "em0", "192.0.2.2"));
    expect(em0?.addresses.map(({ family }) => family)).toEqual(["inet6"]);
  });

  it.each([
    ["no address", { address: "host" }, "EAFNOSUPPORT"],
    ["the unspecified address", { address: "0.0.0.0" }, "EINVAL"],
    ["a length that does not fit", { address: JAIL, prefix: 33 }, "EINVAL"],
  ])("cannot be %s", (_, added, expected) => {
    const host = testHost();
    expect(errno(ifAddAddress(host, hostRoot(host), "em0", added))).toBe(expected);
  });
});

describe("creating and destroying interfaces", () => {
  it("takes the lowest free unit, and both halves of an epair", () => {
    const host = testHost();
    const root = hostRoot(host);
    expect(["epair", "bridge", "epair", "lo"].map((name) => value(ifCreate(host, root, name)))).toEqual([
      "epair0a",
      "bridge0",
      "epair1a",
      "lo1",
    ]);
    expect(findInterface(vnet(host, 0), "epair1b")?.peer).toBe("epair1a");
  });

  it("does not reuse the unit of a renamed interface", () => {
    const host = testHost();
    const root = hostRoot(host);
    value(ifCreate(host, root, "bridge"));
    value(ifRename(host, root, "bridge0", "lan"));
    expect(value(ifCreate(host, root, "bridge"))).toBe("bridge1");
  });

  it.each([
    ["bridge0", "EEXIST"],
    ["em1", "EINVAL"],
    ["nothing", "EINVAL"],
  ])("refuses %s with %s", (name, expected) => {
    const host = testHost();
    value(ifCreate(host, hostRoot(host), "bridge"));
    expect(errno(ifCreate(host, hostRoot(host), name))).toBe(expected);
  });

  it.each([
    ["em0", "EINVAL"],
    ["lo0", "EINVAL"],
    ["bridge7", "ENXIO"],
  ])("does not destroy %s: %s", (name, expected) => {
    const host = testHost();
    expect(errno(ifDestroy(host, hostRoot(host), name))).toBe(expected);
  });

  it("destroys both halves of an epair, from inside of the jail that has one, too", () => {
    const host = testHost();
    value(ifCreate(host, hostRoot(host), "epair"));
    const { jid, root } = networkJail(host, "web", { vnet: "new" });
    value(ifMoveVnet(host, hostRoot(host), "epair0b", jid));
    value(ifRename(host, root, "epair0b", "eth0"));
    value(ifDestroy(host, root, "eth0"));
    expect(findInterface(vnet(host, 0), "epair0a")).toBeUndefined();
  });

  it("gives the same link address in every run, and another one to each interface", () => {
    const macs = () => {
      const host = testHost();
      for (const name of ["epair", "epair", "bridge", "tap"]) value(ifCreate(host, hostRoot(host), name));
      return vnet(host, 0).interfaces.flatMap(({ mac }) => (mac === "" ? [] : [mac]));
    };
    expect(macs()).toEqual(macs());
    expect(new Set(macs()).size).toBe(macs().length);
  });
});

describe("members of a bridge", () => {
  function bridged() {
    const host = testHost();
    const root = hostRoot(host);
    value(ifCreate(host, root, "bridge"));
    value(ifCreate(host, root, "epair"));
    return { host, root };
  }

  it("follow a renaming and leave with the interface", () => {
    const { host, root } = bridged();
    for (const name of ["em0", "epair0a"]) value(ifSetMember(host, root, "bridge0", name));
    value(ifRename(host, root, "epair0a", "web0"));
    expect(findInterface(vnet(host, 0), "bridge0")?.members).toEqual(["em0", "web0"]);
    value(ifDestroy(host, root, "web0"));
    expect(findInterface(vnet(host, 0), "bridge0")?.members).toEqual(["em0"]);
  });

  it.each([
    ["what is there already", "em0", "EEXIST"],
    ["what does not exist", "em7", "ENOENT"],
    ["a loopback", "lo0", "EINVAL"],
    ["itself", "bridge0", "EBUSY"],
  ])("cannot be %s", (_, name, expected) => {
    const { host, root } = bridged();
    value(ifSetMember(host, root, "bridge0", "em0"));
    expect(errno(ifSetMember(host, root, "bridge0", name))).toBe(expected);
  });

  it("are in one bridge only", () => {
    const { host, root } = bridged();
    value(ifSetMember(host, root, "bridge0", "em0"));
    value(ifCreate(host, root, "bridge"));
    expect(errno(ifSetMember(host, root, "bridge1", "em0"))).toBe("EBUSY");
  });
});

describe("a stack of its own", () => {
  it("begins with lo0, down and without address, and no routes", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    const stack = vnetOf(host, root);
    expect(stack.interfaces).toMatchObject([{ name: "lo0", up: false, addresses: [] }]);
    expect(stack.routes).toEqual([]);
  });

  it("gets an interface down and without addresses, and its routes at home are gone", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { vnet: "new" });
    value(ifMoveVnet(host, hostRoot(host), "em0", jid));
    expect(findInterface(vnetOf(host, root), "em0")).toMatchObject({ up: false, addresses: [], home: 0 });
    expect(vnet(host, 0).routes).toEqual([]);
  });

  it.each([
    ["an unknown interface", "em9", 0, "ENXIO"],
    ["an unknown jail", "em0", 99, "ENXIO"],
    ["a name that is taken there", "lo0", 0, "EEXIST"],
  ])("does not get %s", (_, name, unknown, expected) => {
    const host = testHost();
    const { jid } = networkJail(host, "web", { vnet: "new" });
    expect(errno(ifMoveVnet(host, hostRoot(host), name, unknown || jid))).toBe(expected);
  });

  it("is not where the jail shares the caller's", () => {
    const host = testHost();
    const { jid } = networkJail(host, "web", { ip4: "inherit" });
    expect(errno(ifMoveVnet(host, hostRoot(host), "em0", jid))).toBe("EEXIST");
  });

  it("gives nothing to a sibling", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new", "children.max": 1 });
    const other = networkJail(host, "db", { vnet: "new" });
    expect(errno(ifMoveVnet(host, root, "lo0", other.jid))).toBe("ENXIO");
  });

  it("may give an interface to a child, whose interface goes back to the host in the end", () => {
    const host = testHost();
    const above = networkJail(host, "web", { vnet: "new", "children.max": 1 });
    const below = networkJail(host, "db", { vnet: "new" }, above.root);
    value(ifMoveVnet(host, hostRoot(host), "em0", above.jid));
    value(ifMoveVnet(host, above.root, "em0", below.jid));
    expect(findInterface(vnetOf(host, below.root), "em0")?.home).toBe(0);
  });

  it("loses an interface that the parent takes back, by name", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { vnet: "new" });
    value(ifMoveVnet(host, hostRoot(host), "em0", jid));
    expect(errno(ifReclaim(host, hostRoot(host), "em9", jid))).toBe("ENXIO");
    value(ifReclaim(host, hostRoot(host), "em0", jid));
    expect([findInterface(vnet(host, 0), "em0")?.up, findInterface(vnetOf(host, root), "em0")]).toEqual([
      false,
      undefined,
    ]);
  });

  it("cannot re-tag a vlan that came from outside", () => {
    const host = testHost();
    const admin = hostRoot(host);
    value(ifCreate(host, admin, "vlan5"));
    value(ifSetVlan(host, admin, "vlan5", "em0", 5));
    const { jid, root } = networkJail(host, "web", { vnet: "new" });
    value(ifMoveVnet(host, admin, "vlan5", jid));
    const result = ifSetVlan(host, root, "vlan5", "lo0", 6);
    expect([errno(result), result.decision.rule]).toEqual(["EPERM", "interface/vlan-home"]);
  });

  it("without it a jail moves nothing", () => {
    const host = testHost();
    const above = networkJail(host, "web", { ip4: "inherit", "children.max": 1 });
    const below = networkJail(host, "db", { vnet: "new" }, above.root);
    expect(errno(ifMoveVnet(host, above.root, "em0", below.jid))).toBe("EPERM");
  });
});
