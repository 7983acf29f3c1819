import { passDescriptor } from "@zonewarden/server/host/freebsd/filesystem/chroot";
import type { ParamValue } from "@zonewarden/server/host/freebsd/jailSet";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { ifAddAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import { setSwitch } from "@zonewarden/server/host/freebsd/network/raw";
import { findSocket } from "@zonewarden/server/host/network/pcb";
import {
  bind,
  close,
  connect,
  listen,
  type SocketRequest,
  sendTo,
  socket,
} from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import { holdersOf } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, errno, networkJail, open, serve, TCP4, TCP6, UDP4, value } from "./jails.ts";

type Parameters = Record<string, ParamValue["value"]>;

const ONE = ["192.0.2.10"];
const TWO = ["192.0.2.10", "192.0.2.11"];
const UNIX: SocketRequest = { family: "local", type: "stream" };
const ROUTE: SocketRequest = { family: "route", type: "raw" };
const NETLINK: SocketRequest = { family: "netlink", type: "raw" };
const OTHER: SocketRequest = { family: "other", type: "stream" };

describe("socket(2) in a jail, by family and parameters", () => {
  const rows: [string, Parameters, SocketRequest, string | undefined][] = [
    ["IPv4 with nothing said", {}, TCP4, "EPROTONOSUPPORT"],
    ["IPv6 with nothing said", {}, TCP6, "EPROTONOSUPPORT"],
    ["IPv4 with ip4=disable", { ip4: "disable" }, TCP4, "EPROTONOSUPPORT"],
    ["IPv4 with ip4=new and no address", { ip4: "new" }, TCP4, "EPROTONOSUPPORT"],
    ["IPv4 with an address", { "ip4.addr": ONE }, TCP4, undefined],
    ["IPv6 with an address of IPv4", { "ip4.addr": ONE }, TCP6, "EPROTONOSUPPORT"],
    ["IPv6 with an address", { "ip6.addr": ["2001:db8::10"] }, TCP6, undefined],
    ["IPv4 with ip4=inherit", { ip4: "inherit" }, TCP4, undefined],
    ["IPv6 with ip6=inherit", { ip6: "inherit" }, TCP6, undefined],
    ["IPv4 with a stack of its own", { vnet: "new" }, TCP4, undefined],
    ["local", {}, UNIX, undefined],
    ["route", {}, ROUTE, undefined],
    ["netlink", {}, NETLINK, undefined],
    ["another one", {}, OTHER, "EPROTONOSUPPORT"],
    ["another one with allow.socket_af", { "allow.socket_af": true }, OTHER, undefined],
    ["another one with a stack of its own", { vnet: "new" }, OTHER, undefined],
  ];
  it.each(rows)("%s", (_, parameters, request, expected) => {
    const host = testHost();
    const { root } = networkJail(host, "web", parameters);
    expect(errno(socket(host, root, request))).toBe(expected);
  });

  it("says which parameter would give the family", () => {
    const host = testHost();
    const { root } = networkJail(host, "web");
    expect(
      socket(host, root, TCP4)
        .decision.causes.map(({ what }) => what)
        .join(),
    ).toMatch(/ip4/);
  });

  it("takes no descriptor when it is refused", () => {
    const host = testHost();
    const { root } = networkJail(host, "web");
    socket(host, root, TCP4);
    expect(root.descriptors).toEqual([]);
  });

  it("has no netlink before 13.2, and no IPv6 in a kernel without", () => {
    expect(errno(socket(testHost({ release: "13.1" }), hostRoot(testHost()), NETLINK))).toBe("EAFNOSUPPORT");
    const old = testHost({ options: ["INET"], services: [] });
    expect(errno(socket(old, hostRoot(old), TCP6))).toBe("EAFNOSUPPORT");
  });

  it("refuses protocols that the type has not", () => {
    const host = testHost();
    expect(errno(socket(host, hostRoot(host), { ...TCP4, protocol: "udp" }))).toBe("EPROTONOSUPPORT");
  });
});

describe("bind(2) in a jail, by the addresses of the jail", () => {
  const rows: [string, string[], string, string | { becomes: string }][] = [
    ["any with one address", ONE, "0.0.0.0", { becomes: "192.0.2.10" }],
    ["any with several", TWO, "0.0.0.0", { becomes: "*" }],
    ["a listed address", TWO, "192.0.2.11", { becomes: "192.0.2.11" }],
    ["loopback that is not listed", TWO, "127.0.0.1", { becomes: "192.0.2.10" }],
    ["loopback that is listed", ["192.0.2.10", "127.0.0.1"], "127.0.0.1", { becomes: "127.0.0.1" }],
    ["another address of 127/8", ONE, "127.0.0.2", "EADDRNOTAVAIL"],
    ["an address of the host", ONE, "192.0.2.2", "EADDRNOTAVAIL"],
    ["a listed address that no interface has", ["192.0.2.99"], "192.0.2.99", "EADDRNOTAVAIL"],
    ["an address of the other family", ONE, "::1", "EAFNOSUPPORT"],
  ];
  it.each(rows)("%s", (_, list, wanted, expected) => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": list });
    alias(host, jid, ...TWO);
    const result = bind(host, root, open(host, root), { address: wanted, port: 8080 });
    if (typeof expected === "string") expect(errno(result)).toBe(expected);
    else expect(value(result)).toEqual({ address: expected.becomes, port: 8080 });
  });

  it("is contained where the address was rewritten, and names the line", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ONE });
    alias(host, jid, ...ONE);
    const { decision } = bind(host, root, open(host, root), { address: "*", port: 80 });
    expect(decision.verdict).toBe("contained");
    expect(decision.causes.map(({ what }) => what)).toEqual(["ip4.addr=192.0.2.10"]);
  });

  it("keeps any address of IPv6 with one address if the socket is for IPv4, too", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip6.addr": ["2001:db8::2"] });
    const both = open(host, root, TCP6);
    value(setSwitch(host, root, both, "IPV6_V6ONLY", false));
    expect(value(bind(host, root, both, { address: "::", port: 80 })).address).toBe("*");
    const only = open(host, root, TCP6);
    expect(value(bind(host, root, only, { address: "::", port: 81 })).address).toBe("2001:db8::2");
  });

  it("lets ip4=inherit have every address of the stack", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { ip4: "inherit" });
    const result = bind(host, root, open(host, root), { address: "192.0.2.2", port: 80 });
    expect(result.decision.verdict).toBe("allow");
  });

  it("works on a listed address as soon as an interface has it", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": ONE });
    const id = open(host, root);
    expect(errno(bind(host, root, id, { address: "*", port: 80 }))).toBe("EADDRNOTAVAIL");
    value(ifAddAddress(host, hostRoot(host), "em0", { address: "192.0.2.10" }));
    expect(errno(bind(host, root, id, { address: "*", port: 80 }))).toBeUndefined();
  });

  it("uses the list as it is now, not as it was when the socket was made", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ONE });
    alias(host, jid, ...TWO);
    const id = open(host, root);
    value(
      jailSet(
        host,
        hostRoot(host),
        { jid: { value: jid }, "ip4.addr": { value: ["192.0.2.11"] } },
        { update: true },
      ),
    );
    expect(value(bind(host, root, id, { address: "*", port: 80 })).address).toBe("192.0.2.11");
  });

  it("is done once", () => {
    const host = testHost();
    const root = hostRoot(host);
    const id = open(host, root);
    value(bind(host, root, id, { address: "*", port: 8080 }));
    expect(errno(bind(host, root, id, { address: "*", port: 8081 }))).toBe("EINVAL");
  });
});

describe("a port", () => {
  it("below 1024 is for root, and of a jail only with allow.reserved_ports", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { ip4: "inherit" });
    const user = spawn(host, { parent: root, command: "sh", credential: { uid: 1001 } });
    const { root: bound } = networkJail(host, "low", { ip4: "inherit", "allow.reserved_ports": false });
    const low = { address: "*", port: 80 };
    expect(errno(bind(host, root, open(host, root), low))).toBeUndefined();
    expect(errno(bind(host, user, open(host, user), { ...low, port: 81 }))).toBe("EACCES");
    expect(errno(bind(host, bound, open(host, bound), { ...low, port: 82 }))).toBe("EACCES");
    expect(errno(bind(host, bound, open(host, bound), { ...low, port: 1024 }))).toBeUndefined();
  });

  it("stays reserved in a stack of its own without allow.reserved_ports", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new", "allow.reserved_ports": false });
    expect(errno(bind(host, root, open(host, root), { address: "*", port: 80 }))).toBe("EACCES");
  });

  it("that is reserved is chosen by the kernel only with allow.reserved_ports, and the errno is another one", () => {
    const host = testHost();
    const low = (allowed: boolean) => {
      const { root } = networkJail(host, `jail-${allowed}`, {
        ip4: "inherit",
        "allow.reserved_ports": allowed,
      });
      const id = open(host, root);
      value(setSwitch(host, root, id, "IP_PORTRANGE_LOW", true));
      return bind(host, root, id, { address: "*", port: 0 });
    };
    expect(errno(low(false))).toBe("EPERM");
    expect(value(low(true)).port).toBeLessThan(1024);
  });

  const same = { address: "*", port: 8080 };
  it("is taken twice by one jail only on different addresses", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": TWO });
    alias(host, jid, ...TWO);
    value(bind(host, root, open(host, root), { address: "192.0.2.10", port: 8080 }));
    expect(errno(bind(host, root, open(host, root), { address: "192.0.2.11", port: 8080 }))).toBeUndefined();
    expect(errno(bind(host, root, open(host, root), { address: "192.0.2.10", port: 8080 }))).toBe(
      "EADDRINUSE",
    );
    expect(errno(bind(host, root, open(host, root), same))).toBe("EADDRINUSE");
  });

  it("may be the host's and a jail's at once", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ONE });
    alias(host, jid, ...ONE);
    value(bind(host, hostRoot(host), open(host, hostRoot(host)), same));
    expect(errno(bind(host, root, open(host, root), same))).toBeUndefined();
  });

  it("clashes with the host's in a jail that inherits", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { ip4: "inherit" });
    value(bind(host, hostRoot(host), open(host, hostRoot(host)), same));
    expect(errno(bind(host, root, open(host, root), same))).toBe("EADDRINUSE");
  });

  it("clashes between a jail and its child that inherits the list", () => {
    const host = testHost();
    const above = networkJail(host, "web", { "ip4.addr": ONE, "children.max": 1 });
    alias(host, above.jid, ...ONE);
    const below = networkJail(host, "db", { ip4: "inherit" }, above.root);
    value(bind(host, above.root, open(host, above.root), same));
    expect(errno(bind(host, below.root, open(host, below.root), same))).toBe("EADDRINUSE");
  });

  it("may be shared by a wildcard and an address with SO_REUSEADDR, and by two with SO_REUSEPORT", () => {
    const host = testHost();
    const root = hostRoot(host);
    const address = "192.0.2.2";
    value(bind(host, root, open(host, root), same));
    const reuse = open(host, root);
    value(setSwitch(host, root, reuse, "SO_REUSEADDR", true));
    expect(errno(bind(host, root, reuse, { address, port: 8080 }))).toBeUndefined();
    const both = [open(host, root), open(host, root)];
    for (const id of both) value(setSwitch(host, root, id, "SO_REUSEPORT", true));
    expect(both.map((id) => errno(bind(host, root, id, { address, port: 9090 })))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("is free for UDP where TCP has it, and for IPv6 where IPv4 has it", () => {
    const host = testHost();
    const root = hostRoot(host);
    value(bind(host, root, open(host, root), same));
    expect(errno(bind(host, root, open(host, root, UDP4), same))).toBeUndefined();
    expect(errno(bind(host, root, open(host, root, TCP6), { address: "::", port: 8080 }))).toBeUndefined();
  });

  it("is chosen by the kernel where none is named", () => {
    const host = testHost();
    const root = hostRoot(host);
    const first = value(bind(host, root, open(host, root), { address: "*", port: 0 }));
    const second = value(bind(host, root, open(host, root), { address: "*", port: 0 }));
    expect([first.port >= 10_000, second.port === first.port]).toEqual([true, false]);
  });
});

describe("connect(2) and sendto(2) in a jail", () => {
  const rows: [string, string[], string, string][] = [
    ["loopback that is not listed", TWO, "127.0.0.1", "192.0.2.10"],
    ["loopback that is listed", ["192.0.2.10", "127.0.0.1"], "127.0.0.1", "127.0.0.1"],
    ["any address", TWO, "0.0.0.0", "192.0.2.10"],
    ["the host", ONE, "192.0.2.2", "192.0.2.2"],
  ];
  it.each(rows)("to %s", (_, list, wanted, reached) => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": list });
    alias(host, jid, ...TWO);
    const sent = value(sendTo(host, root, open(host, root, UDP4), { address: wanted, port: 9 }));
    expect(sent.remote.address).toBe(reached);
  });

  it("reaches the jail's own service on loopback, not the host's", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ONE });
    alias(host, jid, ...ONE);
    serve(host, hostRoot(host), "secret", "127.0.0.1", 5432);
    const to = { address: "127.0.0.1", port: 5432 };
    expect(errno(connect(host, root, open(host, root), to))).toBe("ECONNREFUSED");
    const own = serve(host, root, "postgres", "127.0.0.1", 5432);
    expect(value(connect(host, root, open(host, root), to)).receiver).toBe(own);
  });

  it("makes a connection at both ends, which close() ends", () => {
    const host = testHost();
    const root = hostRoot(host);
    serve(host, root, "httpd", "127.0.0.1", 8080);
    const before = Object.keys(host.state.network.sockets).length;
    const id = open(host, root);
    const sent = value(connect(host, root, id, { address: "127.0.0.1", port: 8080 }));
    const peer = findSocket(host, findSocket(host, id)?.peer ?? 0);
    expect(peer).toMatchObject({ local: sent.remote, remote: sent.local, listening: false });
    value(close(host, root, id));
    expect(findSocket(host, peer?.id ?? 0)).toBeUndefined();
    // The client's end lingers.
    expect(Object.keys(host.state.network.sockets)).toHaveLength(before + 1);
  });

  it("keeps a socket that the process has under another number as well", () => {
    const host = testHost();
    const root = hostRoot(host);
    const id = serve(host, root, "httpd", "127.0.0.1", 8080);
    const process = holdersOf(host, "socket", id)[0] ?? root;
    const fd = process.descriptors.find((held) => held.kind === "socket" && held.id === id)?.fd ?? -1;
    value(passDescriptor(host, process, fd, process));
    value(close(host, process, id));
    expect(holdersOf(host, "socket", id)).toEqual([process]);
    value(close(host, process, id));
    expect(findSocket(host, id)).toBeUndefined();
  });

  it.each([
    ["port 0", "192.0.2.2", 0, "EADDRNOTAVAIL"],
    ["a group", "224.0.0.1", 80, "EAFNOSUPPORT"],
    ["a broadcast", "255.255.255.255", 80, "EACCES"],
    ["the other family", "::1", 80, "EAFNOSUPPORT"],
    ["a port where nobody listens", "192.0.2.2", 81, "ECONNREFUSED"],
  ])("refuses %s", (_, address, port, expected) => {
    const host = testHost();
    const root = hostRoot(host);
    expect(errno(connect(host, root, open(host, root), { address, port }))).toBe(expected);
  });

  it("takes what leaves the machine as answered, visibly", () => {
    const host = testHost();
    const { jid, root } = networkJail(host, "web", { "ip4.addr": ONE });
    alias(host, jid, ...ONE);
    const result = connect(host, root, open(host, root), { address: "203.0.113.5", port: 443 });
    expect(result.decision).toMatchObject({ verdict: "assumed", rule: "path/outside" });
    expect(value(result)).toMatchObject({ local: { address: "192.0.2.10" }, via: ["em0"], receiver: null });
  });

  it("says ENETUNREACH without a route", () => {
    const host = testHost({ routes: [] });
    const root = hostRoot(host);
    expect(errno(connect(host, root, open(host, root), { address: "203.0.113.5", port: 443 }))).toBe(
      "ENETUNREACH",
    );
  });

  it("does not listen on what is no stream, nor connect what listens", () => {
    const host = testHost();
    const root = hostRoot(host);
    expect(errno(listen(host, root, open(host, root, UDP4)))).toBe("EOPNOTSUPP");
    const id = serve(host, root, "httpd", "*", 8080);
    const daemon = host.state.processes.byPid[findSocket(host, id)?.pid ?? 0];
    expect(daemon && errno(connect(host, daemon, id, { address: "127.0.0.1", port: 22 }))).toBe("EOPNOTSUPP");
  });

  it("works only on a process's own descriptors", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { ip4: "inherit" });
    const id = open(host, hostRoot(host));
    expect(errno(bind(host, root, id, { address: "*", port: 80 }))).toBe("EBADF");
  });
});
