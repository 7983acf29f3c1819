import { ifCreate, ifMoveVnet } from "@zonewarden/server/host/freebsd/network/interfaces";
import { bpfAttach, openTunnel } from "@zonewarden/server/host/freebsd/network/packetDevices";
import {
  echo,
  joinGroup,
  sendWithHeader,
  setControl,
  setSwitch,
} from "@zonewarden/server/host/freebsd/network/raw";
import { bind, sendTo, socket } from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { alias, errno, networkJail, open, RAW4, TCP4, UDP4, value } from "./jails.ts";

const JAIL = "192.0.2.10";

function rawJail(parameters = {}) {
  const host = testHost();
  const jail = networkJail(host, "web", { "ip4.addr": [JAIL], "allow.raw_sockets": true, ...parameters });
  alias(host, jail.jid, JAIL);
  return { host, ...jail, id: open(host, jail.root, RAW4) };
}

describe("a raw socket", () => {
  it.each([
    ["by default", {}, "EPERM"],
    ["with allow.raw_sockets", { "allow.raw_sockets": true }, undefined],
    [
      "with allow.raw_sockets but no root power",
      { "allow.raw_sockets": true, "allow.suser": false },
      "EPERM",
    ],
  ])("of a jail %s", (_, parameters, expected) => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": [JAIL], ...parameters });
    expect(errno(socket(host, root, RAW4))).toBe(expected);
  });

  it("is not for other users, wherever", () => {
    const host = testHost();
    const user = spawn(host, { parent: hostRoot(host), command: "sh", credential: { uid: 1001 } });
    expect(errno(socket(host, user, RAW4))).toBe("EPERM");
  });

  it("asks for the family before the privilege", () => {
    const host = testHost();
    const { root } = networkJail(host, "web");
    expect(errno(socket(host, root, RAW4))).toBe("EPROTONOSUPPORT");
  });

  it("binds only to addresses of the jail", () => {
    const { host, root, id } = rawJail();
    expect(errno(bind(host, root, id, { address: "192.0.2.2", port: 0 }))).toBe("EADDRNOTAVAIL");
    expect(value(bind(host, root, id, { address: "*", port: 0 })).address).toBe(JAIL);
  });

  it("sends from the jail's address by itself", () => {
    const { host, root, id } = rawJail();
    expect(value(sendTo(host, root, id, { address: "192.0.2.77", port: 0 })).local.address).toBe(JAIL);
    expect(value(echo(host, root, id, "192.0.2.2")).source).toBe(JAIL);
  });

  it("may not forge the sender in a header of its own", () => {
    const { host, root, id } = rawJail();
    value(setSwitch(host, root, id, "IP_HDRINCL", true));
    expect(errno(sendWithHeader(host, root, id, "192.0.2.2", "192.0.2.77"))).toBe("EADDRNOTAVAIL");
    expect(errno(sendWithHeader(host, root, id, JAIL, "192.0.2.77"))).toBeUndefined();
  });

  it("may forge it in a stack of its own", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    const id = open(host, root, RAW4);
    value(setSwitch(host, root, id, "IP_HDRINCL", true));
    expect(errno(sendWithHeader(host, root, id, "192.0.2.2", "192.0.2.77"))).toBeUndefined();
  });
});

describe("control paths of the stack", () => {
  it.each(["IP_FW3", "IP_DUMMYNET3", "MRT_INIT"] as const)(
    "%s has a privilege beside the raw socket",
    (option) => {
      const { host, root, id } = rawJail();
      expect(errno(setControl(host, root, id, option))).toBe("EPERM");
    },
  );

  it("are open with a stack of its own, if the module is loaded", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    const id = open(host, root, RAW4);
    expect(errno(setControl(host, root, id, "IP_FW3"))).toBe("EOPNOTSUPP");
    host.state.machine.modules.push("ipfw");
    expect(errno(setControl(host, root, id, "IP_FW3"))).toBeUndefined();
  });

  it("leave the firewall alone at securelevel 3", () => {
    const host = testHost();
    host.state.machine.modules.push("ipfw");
    const { root } = networkJail(host, "web", { vnet: "new", securelevel: 3 });
    const result = setControl(host, root, open(host, root, RAW4), "IP_FW3");
    expect([errno(result), result.decision.rule]).toEqual(["EPERM", "option/securelevel"]);
  });

  it("belong to raw sockets", () => {
    const host = testHost();
    const root = hostRoot(host);
    expect(errno(setControl(host, root, open(host, root, UDP4), "MRT_INIT"))).toBe("EINVAL");
  });

  it("let a socket bind to any address only with a privilege", () => {
    const { host, root } = rawJail();
    expect(errno(setSwitch(host, root, open(host, root, TCP4), "IP_BINDANY", true))).toBe("EPERM");
    const own = networkJail(host, "own", { vnet: "new" });
    const id = open(host, own.root, TCP4);
    value(setSwitch(host, own.root, id, "IP_BINDANY", true));
    expect(errno(bind(host, own.root, id, { address: "198.51.100.1", port: 80 }))).toBeUndefined();
  });
});

describe("multicast", () => {
  it.each([
    ["a group once", "224.0.0.5", undefined],
    ["no plain address", "192.0.2.2", "EINVAL"],
    ["no group of the other family", "ff02::1", "EINVAL"],
  ])("lets every jail join %s", (_, group, expected) => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    expect(errno(joinGroup(host, root, open(host, root, UDP4), group))).toBe(expected);
  });
});

describe("packet devices", () => {
  it("show a jail in a shared stack the traffic of the host", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { "ip4.addr": [JAIL] });
    const result = bpfAttach(host, root, "em0");
    expect(errno(result)).toBeUndefined();
    expect(result.decision.reason).toMatch(/not the jail's alone/);
  });

  it("show a stack of its own only that", () => {
    const host = testHost();
    const { root } = networkJail(host, "web", { vnet: "new" });
    expect(errno(bpfAttach(host, root, "em0"))).toBe("ENXIO");
    expect(errno(bpfAttach(host, root, "lo0"))).toBeUndefined();
  });

  it.each([
    ["in a shared stack", { ip4: "inherit" }, "EPERM"],
    ["in a stack of its own", { vnet: "new" }, undefined],
  ])("make a tunnel %s", (_, parameters, expected) => {
    const host = testHost();
    const { root } = networkJail(host, "web", parameters);
    expect(errno(openTunnel(host, root, "tap0"))).toBe(expected);
  });

  it("open an existing tap(4) only with its privilege, unless users may", () => {
    const host = testHost();
    value(ifCreate(host, hostRoot(host), "tap0"));
    const { root } = networkJail(host, "web", { ip4: "inherit" });
    expect(errno(openTunnel(host, root, "tap0"))).toBe("EPERM");
    host.state.machine.sysctls["net.link.tap.user_open"] = 1;
    expect(errno(openTunnel(host, root, "tap0"))).toBeUndefined();
  });

  it("follow the interface into the jail's stack", () => {
    const host = testHost();
    value(ifCreate(host, hostRoot(host), "tap0"));
    const { jid, root } = networkJail(host, "web", { vnet: "new" });
    value(ifMoveVnet(host, hostRoot(host), "tap0", jid));
    expect(errno(openTunnel(host, root, "tap0"))).toBeUndefined();
  });
});
