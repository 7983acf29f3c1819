import {
  ifAddAddress,
  ifCreate,
  ifMoveVnet,
  ifRemoveAddress,
  ifSetFlags,
  ifSetMember,
  ifSetVlan,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import { echo } from "@zonewarden/server/host/freebsd/network/raw";
import type { Host } from "@zonewarden/server/host/host";
import { routeAdd } from "@zonewarden/server/host/network/routes";
import { connect } from "@zonewarden/server/host/network/sockets";
import { vnet } from "@zonewarden/server/host/network/vnets";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { errno, networkJail, open, RAW4, serve, value } from "./jails.ts";

/** What ping(8) would find: `answer`, `outside`, or the errno. */
function ping(host: Host, process: Process, address: string): string {
  const result = echo(host, process, open(host, process, RAW4), address);
  if (!result.ok) return result.errno;
  return result.decision.verdict === "assumed" ? "outside" : "answer";
}

/** A vnet jail with one half of an epair; the other half stays on the host, without address. */
function epairJail(host: Host, name: string, address: string) {
  const admin = hostRoot(host);
  const outer = value(ifCreate(host, admin, "epair"));
  const inner = outer.replace(/a$/, "b");
  const jail = networkJail(host, name, { vnet: "new" });
  value(ifMoveVnet(host, admin, inner, jail.jid));
  value(ifAddAddress(host, jail.root, inner, { address, prefix: 24 }));
  value(ifSetFlags(host, admin, outer, { up: true }));
  return { ...jail, outer, inner };
}

/** Two vnet jails on a bridge that has an address of the host: 10.0.0.1, .2 and .3. */
function bridged() {
  const host = testHost();
  const admin = hostRoot(host);
  value(ifCreate(host, admin, "bridge"));
  value(ifAddAddress(host, admin, "bridge0", { address: "10.0.0.1", prefix: 24 }));
  const web = epairJail(host, "web", "10.0.0.2");
  const db = epairJail(host, "db", "10.0.0.3");
  for (const { outer } of [web, db]) value(ifSetMember(host, admin, "bridge0", outer));
  return { host, admin, web, db };
}

describe("an epair between host and jail", () => {
  it("carries packets both ways", () => {
    const host = testHost();
    const { root, outer } = epairJail(host, "web", "10.0.0.2");
    value(ifAddAddress(host, hostRoot(host), outer, { address: "10.0.0.1", prefix: 24 }));
    expect([ping(host, root, "10.0.0.1"), ping(host, hostRoot(host), "10.0.0.2")]).toEqual([
      "answer",
      "answer",
    ]);
  });

  it("carries none while its other half is down", () => {
    const host = testHost();
    const { root, outer, inner } = epairJail(host, "web", "10.0.0.2");
    value(ifAddAddress(host, hostRoot(host), outer, { address: "10.0.0.1", prefix: 24 }));
    value(ifSetFlags(host, root, inner, { up: false }));
    expect(ping(host, hostRoot(host), "10.0.0.2")).toBe("EHOSTUNREACH");
    expect(ping(host, root, "10.0.0.1")).toBe("ENETUNREACH");
  });
});

describe("a bridge", () => {
  it("joins the host and its jails", () => {
    const { host, admin, web, db } = bridged();
    expect([
      ping(host, web.root, "10.0.0.3"),
      ping(host, db.root, "10.0.0.1"),
      ping(host, admin, "10.0.0.2"),
    ]).toEqual(["answer", "answer", "answer"]);
  });

  it("leaves out who is no member", () => {
    const { host, admin, web } = bridged();
    value(ifSetMember(host, admin, "bridge0", web.outer, true));
    expect(ping(host, web.root, "10.0.0.3")).toBe("EHOSTUNREACH");
  });

  it("joins jails to what is behind a physical interface", () => {
    const { host, admin, web } = bridged();
    expect(ping(host, web.root, "10.0.0.77")).toBe("EHOSTUNREACH");
    value(ifSetMember(host, admin, "bridge0", "em0"));
    expect(ping(host, web.root, "10.0.0.77")).toBe("outside");
  });

  it("lets a jail's service be reached by address, whoever asks", () => {
    const { host, web, db } = bridged();
    const id = serve(host, web.root, "httpd", "*", 80);
    const sent = connect(host, db.root, open(host, db.root), { address: "10.0.0.2", port: 80 });
    expect(value(sent).receiver).toBe(id);
  });
});

describe("a jail behind the host as router", () => {
  it("needs a default route, and the host to forward", () => {
    const { host, web } = bridged();
    expect(ping(host, web.root, "203.0.113.5")).toBe("ENETUNREACH");
    value(routeAdd(host, web.root, { destination: "default", gateway: "10.0.0.1" }));
    expect(ping(host, web.root, "192.0.2.2")).toBe("answer");
    expect(ping(host, web.root, "203.0.113.5")).toBe("ETIMEDOUT");
    vnet(host, 0).sysctls["net.inet.ip.forwarding"] = 1;
    expect(ping(host, web.root, "203.0.113.5")).toBe("outside");
  });

  it("is warned that its private address finds no way back", () => {
    const { host, web } = bridged();
    value(routeAdd(host, web.root, { destination: "default", gateway: "10.0.0.1" }));
    vnet(host, 0).sysctls["net.inet.ip.forwarding"] = 1;
    const result = echo(host, web.root, open(host, web.root, RAW4), "203.0.113.5");
    expect(result.decision.reason).toMatch(/10\.0\.0\.2 is of no network of em0/);
  });

  it("gets no answer from a jail that has no way back", () => {
    const { host, admin, web } = bridged();
    const far = epairJail(host, "far", "10.9.0.2");
    value(ifAddAddress(host, admin, far.outer, { address: "10.9.0.1", prefix: 24 }));
    vnet(host, 0).sysctls["net.inet.ip.forwarding"] = 1;
    value(routeAdd(host, web.root, { destination: "default", gateway: "10.0.0.1" }));
    expect(ping(host, web.root, "10.9.0.2")).toBe("ETIMEDOUT");
    value(routeAdd(host, far.root, { destination: "default", gateway: "10.9.0.1" }));
    expect(ping(host, web.root, "10.9.0.2")).toBe("answer");
  });
});

describe("vlans", () => {
  it("reach each other through their parents only with the same tag", () => {
    const host = testHost();
    const admin = hostRoot(host);
    const { root, outer, inner } = epairJail(host, "web", "10.0.0.2");
    const add = (process: Process, parent: string, tag: number, address: string) => {
      const name = value(ifCreate(host, process, "vlan"));
      value(ifSetVlan(host, process, name, parent, tag));
      value(ifAddAddress(host, process, name, { address, prefix: 24 }));
    };
    add(admin, outer, 5, "10.5.0.1");
    add(root, inner, 5, "10.5.0.2");
    add(admin, outer, 6, "10.6.0.1");
    add(root, inner, 7, "10.6.0.2");
    expect([ping(host, root, "10.5.0.1"), ping(host, root, "10.6.0.1")]).toEqual(["answer", "EHOSTUNREACH"]);
  });
});

describe("a host that loses its address to a jail", () => {
  it("loses its network too, and so its gateway", () => {
    const host = testHost();
    const admin = hostRoot(host);
    expect(ping(host, admin, "192.0.2.77")).toBe("outside");
    value(ifAddAddress(host, admin, "em0", { address: "192.0.2.2", jid: 1 }));
    value(ifRemoveAddress(host, admin, "em0", "192.0.2.2"));
    expect(errno(connect(host, admin, open(host, admin), { address: "203.0.113.5", port: 80 }))).toBe(
      "ENETUNREACH",
    );
  });
});

describe("a jail's own address", () => {
  it("is reached from everywhere in the same stack", () => {
    const host = testHost();
    const admin = hostRoot(host);
    value(ifAddAddress(host, admin, "em0", { address: "192.0.2.10" }));
    const { root } = networkJail(host, "web", { "ip4.addr": ["192.0.2.10"], "allow.raw_sockets": true });
    expect([
      ping(host, root, "192.0.2.10"),
      ping(host, admin, "192.0.2.10"),
      ping(host, root, "127.0.0.1"),
    ]).toEqual(["answer", "answer", "answer"]);
  });

  it("neither reaches anybody nor is reached if no interface has it", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": ["192.0.2.10"], "allow.raw_sockets": true });
    expect(ping(host, root, "192.0.2.10")).toBe("ETIMEDOUT");
    expect(ping(host, root, "203.0.113.5")).toBe("ETIMEDOUT");
  });
});
