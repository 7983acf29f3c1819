import { ifRemoveAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import type { Host } from "@zonewarden/server/host/host";
import { answering } from "@zonewarden/server/host/network/connections";
import { connect } from "@zonewarden/server/host/network/sockets";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, errno, networkJail, open, serve, value } from "./jails.ts";

const JAIL = "192.0.2.10";

/** Who answers a connection that comes from outside: command and jid. */
function whoAnswers(host: Host, address: string, port: number): [string, number] | undefined {
  const socket = value(answering(host, "tcp", { address, port }))?.socket;
  return socket && [host.state.processes.byPid[socket.pid]?.command ?? "", socket.container];
}

function webHost() {
  const host = testHost();
  const web = networkJail(host, "web", { "ip4.addr": [JAIL] });
  alias(host, web.jid, JAIL);
  return { host, web };
}

describe("a connection to a jail's address", () => {
  it("is answered by the host's sshd on any address until the jail listens", () => {
    const { host, web } = webHost();
    expect(whoAnswers(host, JAIL, 22)).toEqual(["sshd", 0]);
    serve(host, web.root, "sshd", "*", 22);
    expect(whoAnswers(host, JAIL, 22)).toEqual(["sshd", web.jid]);
  });

  it("leaves the host its own address", () => {
    const { host, web } = webHost();
    serve(host, web.root, "sshd", "*", 22);
    expect(whoAnswers(host, "192.0.2.2", 22)).toEqual(["sshd", 0]);
  });

  it("tells whom the jail's socket comes before", () => {
    const { host, web } = webHost();
    serve(host, web.root, "sshd", "*", 22);
    const { decision } = answering(host, "tcp", { address: JAIL, port: 22 });
    expect(decision.rule).toBe("deliver/contained-exact");
    expect(decision.reason).toMatch(/jail web.*before sshd of the host/);
  });

  it("is refused where nobody listens", () => {
    const { host } = webHost();
    expect(whoAnswers(host, JAIL, 80)).toBeUndefined();
  });

  it("reaches nobody once no interface has the address", () => {
    const { host } = webHost();
    value(ifRemoveAddress(host, hostRoot(host), "em0", JAIL));
    expect(errno(answering(host, "tcp", { address: JAIL, port: 22 }))).toBe("EHOSTUNREACH");
  });

  it("goes to the jail's any before the host's exact socket", () => {
    const host = testHost();
    const two = [JAIL, "192.0.2.11"];
    const web = networkJail(host, "web", { "ip4.addr": two });
    alias(host, web.jid, ...two);
    serve(host, hostRoot(host), "proxy", JAIL, 80);
    expect(whoAnswers(host, JAIL, 80)).toEqual(["proxy", 0]);
    serve(host, web.root, "httpd", "*", 80);
    expect(two.map((address) => whoAnswers(host, address, 80))).toEqual([
      ["httpd", web.jid],
      ["httpd", web.jid],
    ]);
    expect(whoAnswers(host, "192.0.2.2", 80)).toBeUndefined();
  });

  it("prefers the jail's exact socket to its any", () => {
    const host = testHost();
    const two = [JAIL, "192.0.2.11"];
    const above = networkJail(host, "web", { "ip4.addr": two, "children.max": 2 });
    alias(host, above.jid, ...two);
    serve(host, above.root, "httpd", JAIL, 80);
    const other = networkJail(host, "all", { ip4: "inherit" });
    serve(host, other.root, "nginx", "*", 80);
    expect(whoAnswers(host, JAIL, 80)).toEqual(["httpd", above.jid]);
    expect(whoAnswers(host, "192.0.2.11", 80)).toEqual(["nginx", other.jid]);
  });

  it("from another jail on the same host reaches the same socket", () => {
    const { host, web } = webHost();
    const client = networkJail(host, "client", { "ip4.addr": ["192.0.2.12"] });
    alias(host, client.jid, "192.0.2.12");
    const id = serve(host, web.root, "httpd", "*", 80);
    const sent = connect(host, client.root, open(host, client.root), { address: JAIL, port: 80 });
    expect(value(sent).receiver).toBe(id);
  });
});

describe("one address and several jails", () => {
  it("is possible if each has only this one, and either may listen", () => {
    const { host, web } = webHost();
    const twin = networkJail(host, "twin", { "ip4.addr": [JAIL] });
    serve(host, twin.root, "httpd", "*", 80);
    expect(whoAnswers(host, JAIL, 80)).toEqual(["httpd", twin.jid]);
    serve(host, web.root, "nginx", "*", 8080);
    expect(whoAnswers(host, JAIL, 8080)).toEqual(["nginx", web.jid]);
  });

  it("lets both bind one port, and the model says that it is not sure who answers", () => {
    const { host, web } = webHost();
    const twin = networkJail(host, "twin", { "ip4.addr": [JAIL] });
    serve(host, web.root, "nginx", "*", 80);
    serve(host, twin.root, "httpd", "*", 80);
    expect(answering(host, "tcp", { address: JAIL, port: 80 }).decision.unsure).toBe(true);
  });
});
