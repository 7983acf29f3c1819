import {
  ifAddAddress,
  ifRemoveAddress,
  ifSetFlags,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import { routeGet } from "@zonewarden/server/host/freebsd/network/routeGet";
import { visibleRoutes, visibleSockets } from "@zonewarden/server/host/freebsd/network/views";
import { routeAdd, routeDelete } from "@zonewarden/server/host/network/routes";
import { spawn } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, errno, networkJail, open, serve, value } from "./jails.ts";

const JAIL = "192.0.2.10";
const NET = { destination: "198.51.100.0/24", gateway: "192.0.2.1" };

describe("route(8)", () => {
  it.each([
    ["without a stack of its own", { "ip4.addr": [JAIL] }, "EPERM"],
    ["with allow.routing", { "ip4.addr": [JAIL], "allow.routing": true }, undefined],
  ])("in a jail %s", (_, parameters, expected) => {
    const host = testHost();
    const { root } = networkJail(host, "web", parameters);
    expect(errno(routeAdd(host, root, NET))).toBe(expected);
  });

  it("changes the table of the host with allow.routing", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": [JAIL], "allow.routing": true });
    value(routeAdd(host, root, NET));
    expect(
      visibleRoutes(host, hostRoot(host)).some(({ destination }) => destination === NET.destination),
    ).toBe(true);
  });

  it("changes only the jail's own table with a stack of its own", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    value(ifAddAddress(host, root, "lo0", { address: "127.0.0.1", prefix: 8 }));
    value(routeAdd(host, root, { destination: "default", gateway: "127.0.0.1" }));
    expect(visibleRoutes(host, root).map(({ destination }) => destination)).toEqual(["default", "127.0.0.1"]);
    expect(visibleRoutes(host, hostRoot(host)).map(({ gateway }) => gateway)).not.toContain("127.0.0.1");
  });

  it.each([
    ["a gateway that no network has", { ...NET, gateway: "203.0.113.1" }, "ENETUNREACH"],
    ["a route that is there", { destination: "default", gateway: "192.0.2.1" }, "EEXIST"],
    ["a gateway of the other family", { ...NET, gateway: "2001:db8::1" }, "EINVAL"],
    ["a destination that is none", { ...NET, destination: "somewhere" }, "EINVAL"],
    ["a table that is not there", { ...NET, fib: 1 }, "EINVAL"],
  ])("refuses to add %s", (_, request, expected) => {
    const host = testHost();
    expect(errno(routeAdd(host, hostRoot(host), request))).toBe(expected);
  });

  it("deletes what is there, once", () => {
    const host = testHost();
    const root = hostRoot(host);
    value(routeAdd(host, root, { ...NET, destination: "198.51.100.7/24" }));
    value(routeDelete(host, root, NET));
    expect(errno(routeDelete(host, root, NET))).toBe("ESRCH");
  });

  it("has as many tables as net.fibs says, each with its own routes", () => {
    const host = testHost();
    host.state.machine.sysctls["net.fibs"] = 2;
    const root = hostRoot(host);
    value(ifSetFlags(host, root, "em0", { fib: 1 }));
    value(routeAdd(host, root, { ...NET, fib: 1 }));
    expect(errno(routeGet(host, root, "198.51.100.7", 1))).toBeUndefined();
    expect(value(routeGet(host, root, "198.51.100.7", 0)).destination).toBe("default");
  });
});

describe("route get", () => {
  it("tells the host gateway and source", () => {
    const host = testHost();
    expect(value(routeGet(host, hostRoot(host), "203.0.113.5"))).toMatchObject({
      destination: "default",
      gateway: "192.0.2.1",
      interface: "em0",
      source: "192.0.2.2",
    });
  });

  it.each([
    ["with a list", { "ip4.addr": [JAIL] }],
    ["that inherits", { ip4: "inherit" }],
  ])("hides network routes from a jail %s", (_, parameters) => {
    const host = testHost();
    const { root } = networkJail(host, "web", parameters);
    expect(errno(routeGet(host, root, "203.0.113.5"))).toBe("ESRCH");
  });

  it("tells a jail of its own address, with that as source", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    alias(host, jid, JAIL);
    const result = routeGet(host, root, JAIL);
    expect(result.decision.verdict).toBe("contained");
    expect(value(result).source).toBe(JAIL);
    expect(errno(routeGet(host, root, "192.0.2.2"))).toBe("ESRCH");
  });

  it("tells everything in a stack of its own", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    value(ifAddAddress(host, root, "lo0", { address: "10.0.0.1" }));
    expect(errno(routeGet(host, root, "10.0.0.1"))).toBeUndefined();
    expect(errno(routeGet(host, root, "10.0.0.2"))).toBe("ESRCH");
  });
});

describe("the routing table", () => {
  it("has the networks and addresses of interfaces that are up", () => {
    const host = testHost();
    const root = hostRoot(host);
    const destinations = () => visibleRoutes(host, root).map(({ destination }) => destination);
    expect(destinations()).toEqual(
      expect.arrayContaining(["default", "192.0.2.0/24", "192.0.2.2", "127.0.0.1"]),
    );
    value(ifRemoveAddress(host, root, "em0", "192.0.2.2"));
    expect(destinations()).not.toContain("192.0.2.0/24");
    value(ifSetFlags(host, root, "em0", { up: false }));
    expect(destinations()).not.toContain("2001:db8::/64");
  });

  it("shows a jail without a stack of its own only its own addresses", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    alias(host, jid, JAIL, "192.0.2.11");
    expect(visibleRoutes(host, root).map(({ destination }) => destination)).toEqual([JAIL]);
  });
});

describe("sockstat(1)", () => {
  it("shows a jail its own sockets and those of its children, the host all of its stack", () => {
    const host = testHost();
    const above = networkJail(host, "web", { ip4: "inherit", "children.max": 1 });
    const below = networkJail(host, "db", { ip4: "inherit" }, above.root);
    const other = networkJail(host, "other", { ip4: "inherit" });
    const ids = [above, below, other].map(({ root }, i) => serve(host, root, "httpd", "*", 8000 + i));
    const seen = (jail: typeof above) => visibleSockets(host, jail.root).map(({ id }) => id);
    expect([seen(above), seen(below), seen(other)]).toEqual([[ids[0], ids[1]], [ids[1]], [ids[2]]]);
    expect(visibleSockets(host, hostRoot(host)).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it("leaves out the sockets of another stack", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    const id = open(host, root);
    expect(visibleSockets(host, hostRoot(host)).map((socket) => socket.id)).not.toContain(id);
    expect(visibleSockets(host, root).map((socket) => socket.id)).toEqual([id]);
  });

  it("leaves out other users' sockets if see_other_uids is 0, but not for root", () => {
    const host = testHost();
    host.state.machine.sysctls["security.bsd.see_other_uids"] = 0;
    const user = spawn(host, { parent: hostRoot(host), command: "sh", credential: { uid: 1001 } });
    const own = open(host, user);
    expect(visibleSockets(host, user).map(({ id }) => id)).toEqual([own]);
    expect(visibleSockets(host, hostRoot(host)).length).toBeGreaterThan(1);
  });
});
