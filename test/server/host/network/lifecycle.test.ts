import { pass } from "@zonewarden/server/host/clock";
import { prisonHolds } from "@zonewarden/server/host/freebsd/lifecycle";
import {
  ifAddAddress,
  ifCreate,
  ifMoveVnet,
  ifRename,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import { findPrison } from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import type { Host } from "@zonewarden/server/host/host";
import { connect } from "@zonewarden/server/host/network/sockets";
import { vnet } from "@zonewarden/server/host/network/vnets";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, networkJail, open, serve, value } from "./jails.ts";

function names(host: Host): string[] {
  return vnet(host, 0).interfaces.map(({ name }) => name);
}

describe("the end of a jail with a stack of its own", () => {
  it("sends borrowed interfaces home without addresses, under the name that they had", () => {
    const host = testHost();
    const admin = hostRoot(host);
    value(ifCreate(host, admin, "epair"));
    const { jid, root } = networkJail(host, "web", { vnet: "new" });
    value(ifMoveVnet(host, admin, "epair0b", jid));
    value(ifAddAddress(host, root, "epair0b", { address: "10.0.0.2", prefix: 24 }));
    value(ifRename(host, root, "epair0b", "eth0"));
    value(jailRemove(host, admin, jid));
    expect(vnet(host, 0).interfaces.find(({ name }) => name === "eth0")).toMatchObject({
      up: false,
      addresses: [],
      peer: "epair0a",
    });
    expect(
      host.events.some(({ kind, message }) => kind === "interface.return" && message.includes("eth0")),
    ).toBe(true);
  });

  it("destroys what was made in it, with the other half of an epair that is outside", () => {
    const host = testHost();
    const admin = hostRoot(host);
    host.state.machine.modules.push("if_epair");
    const above = networkJail(host, "web", { vnet: "new", "children.max": 1 });
    const below = networkJail(host, "db", { vnet: "new" }, above.root);
    value(ifCreate(host, above.root, "epair"));
    value(ifMoveVnet(host, above.root, "epair0b", below.jid));
    value(jailRemove(host, admin, above.jid));
    expect(names(host)).toEqual(["em0", "lo0"]);
    expect(Object.keys(host.state.network.vnets)).toEqual(["0"]);
  });

  it("brings an interface home that went through two jails", () => {
    const host = testHost();
    const admin = hostRoot(host);
    const above = networkJail(host, "web", { vnet: "new", "children.max": 1 });
    const below = networkJail(host, "db", { vnet: "new" }, above.root);
    value(ifMoveVnet(host, admin, "em0", above.jid));
    value(ifMoveVnet(host, above.root, "em0", below.jid));
    value(jailRemove(host, admin, below.jid));
    expect(names(host)).toContain("em0");
  });
});

describe("a jail whose daemon had a connection", () => {
  function connected() {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ["192.0.2.10"] });
    alias(host, jid, "192.0.2.10");
    serve(host, root, "httpd", "*", 80);
    const admin = hostRoot(host);
    value(connect(host, admin, open(host, admin), { address: "192.0.2.10", port: 80 }));
    value(jailRemove(host, admin, jid));
    return { host, jid };
  }

  it("is dying until the connection has timed out", () => {
    const { host, jid } = connected();
    expect(findPrison(host, jid)?.state).toBe("dying");
    expect(prisonHolds(host, jid).records.sockets).toBe(1);
    pass(host, 59_999);
    expect(findPrison(host, jid)?.state).toBe("dying");
    pass(host, 1);
    expect(findPrison(host, jid)).toBeUndefined();
  });

  it("leaves no socket behind", () => {
    const { host, jid } = connected();
    pass(host, 60_000);
    expect(Object.values(host.state.network.sockets).filter((socket) => socket.container === jid)).toEqual(
      [],
    );
  });

  it("has nothing to wait for if it was never connected", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ["192.0.2.10"] });
    alias(host, jid, "192.0.2.10");
    serve(host, root, "httpd", "*", 80);
    value(jailRemove(host, hostRoot(host), jid));
    expect(findPrison(host, jid)).toBeUndefined();
  });
});
