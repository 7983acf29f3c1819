import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import { Host } from "@zonewarden/server/host/host";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { complete } from "@zonewarden/server/host/machine/complete";
import { defaultHost, freshInstallation } from "@zonewarden/server/host/machine/default";
import type { HostLink } from "@zonewarden/server/host/machine/definition";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, testHost } from "../harness.ts";

describe("the default host", () => {
  const { state } = buildHost(defaultHost);

  it("was described by nobody", () => {
    expect(state.machine).toMatchObject({
      name: "default",
      system: "freebsd",
      release: "15.0",
      described: false,
    });
  });

  it("has the host as its only prison, with everything allowed that the kernel knows", () => {
    expect(Object.keys(state.freebsd?.prisons ?? {})).toEqual(["0"]);
    expect(state.freebsd?.prisons[0]).toMatchObject({
      hostname: "host.example.org",
      osrelease: "15.0-RELEASE",
      osreldate: 1_500_068,
      securelevel: -1,
      enforceStatfs: 0,
      childrenMax: 999_999,
      vnet: 0,
    });
  });

  it("has init as process 1 and the daemons as its children", () => {
    const processes = Object.values(state.processes.byPid).map(({ pid, parent, command }) => [
      pid,
      parent,
      command,
    ]);
    expect(processes).toEqual([
      [1, 0, "init"],
      [600, 1, "devd"],
      [601, 1, "syslogd"],
      [602, 1, "ntpd"],
      [603, 1, "sshd"],
      [604, 1, "cron"],
    ]);
  });

  it("runs ntpd as its own user, on sockets that root opened", () => {
    const ntpd = Object.values(state.processes.byPid).find(({ command }) => command === "ntpd");
    expect(ntpd?.credential).toMatchObject({ uid: 123, ruid: 123, svuid: 123, gid: 123, container: 0 });
    const sockets = (ntpd?.descriptors ?? []).map(({ id = 0 }) => state.network.sockets[id]);
    expect(sockets.map((socket) => socket?.local?.address)).toEqual([
      "*",
      "*",
      "192.0.2.2",
      "2001:db8::2",
      "127.0.0.1",
      "::1",
    ]);
    expect(new Set(sockets.map((socket) => socket?.uid))).toEqual(new Set([0]));
  });

  it("listens with sshd on any address of both families", () => {
    const listening = Object.values(state.network.sockets).filter(({ protocol }) => protocol === "tcp");
    expect(listening).toMatchObject([
      { family: "inet", local: { address: "*", port: 22 }, listening: true, vnet: 0, container: 0 },
      { family: "inet6", local: { address: "*", port: 22 }, listening: true, v6only: true },
    ]);
  });

  it("mounts the datasets that can be, and the devices", () => {
    const mounts = Object.values(state.files.mounts).map(({ path, type, from }) => `${type} ${from} ${path}`);
    expect(mounts[0]).toBe("zfs zroot/ROOT/default /");
    expect(mounts).toContain("zfs zroot/var/log /var/log");
    expect(mounts).toContain("devfs devfs /dev");
    // These two only hold their children.
    expect(mounts.filter((mount) => / \/(?:usr|var)$/.test(mount))).toEqual([]);
  });

  it("finds the links of its default routes", () => {
    expect(state.network.vnets[0]?.routes.map(({ gateway, interface: link }) => [gateway, link])).toEqual([
      ["192.0.2.1", "em0"],
      ["2001:db8::1", "em0"],
    ]);
  });

  it("has one set of CPUs with all of them", () => {
    expect(state.freebsd?.resources.cpusets).toEqual({
      "1": { id: 1, root: 1, cpus: [0, 1, 2, 3], container: 0 },
    });
  });

  it("allows the mounts that its kernel has the file systems for", () => {
    expect(state.freebsd?.registered).toContain("allow.mount.zfs");
    expect(state.freebsd?.registered).toContain("allow.mount.tmpfs");
    expect(state.freebsd?.registered).not.toContain("allow.mount.nullfs");
  });

  it("is plain JSON, the same each time, and survives a snapshot", () => {
    const again = buildHost(defaultHost);
    expect(again.state).toEqual(state);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(Host.restore(again.snapshot(), freebsdKernel).state).toEqual(state);
  });

  it("shares nothing with its description", () => {
    const host = buildHost(defaultHost);
    const before = structuredClone(defaultHost);
    host.state.machine.modules.push("x");
    host.state.machine.users.splice(0, 1);
    host.state.machine.groups[0]?.members.push("x");
    freebsdOf(host).devfsRulesets["1"]?.pop();
    expect(defaultHost).toEqual(before);
  });
});

describe("releases", () => {
  it.each([
    ["12", "12.4-RELEASE", 1_204_000],
    ["13", "13.5-RELEASE", 1_305_000],
    ["14", "14.3-RELEASE", 1_403_000],
    ["15", "15.0-RELEASE", 1_500_068],
    ["13.2", "13.2-RELEASE", 1_302_001],
  ])("%s is %s, %i", (release, osrelease, osreldate) => {
    const { freebsd } = buildHost(freshInstallation("freebsd", release)).state;
    expect(freebsd?.prisons[0]).toMatchObject({ osrelease, osreldate });
  });

  it("have the ruleset for jails with a stack of their own from 13 on", () => {
    const numbers = (release: string) => Object.keys(freshInstallation("freebsd", release).devfsRulesets);
    expect(numbers("12")).toEqual(["1", "2", "3", "4"]);
    expect(numbers("13")).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("unhide the node log only in 12", () => {
    const basic = (release: string) => freshInstallation("freebsd", release).devfsRulesets["2"];
    expect(basic("12")).toContain("path log unhide");
    expect(basic("13")).not.toContain("path log unhide");
  });
});

describe("other systems", () => {
  it.each(["illumos", "omnios", "smartos", "solaris"] as const)(
    "%s boots with a root of its own",
    (system) => {
      const { files, machine } = buildHost(freshInstallation(system)).state;
      expect(Object.values(files.mounts)[0]?.path).toBe("/");
      expect(files.byId["1"]?.nodes["1"]?.stock).toBe("illumos");
      expect(machine.brands.length).toBeGreaterThan(0);
    },
  );
});

describe("a described machine", () => {
  it("makes links of every kind", () => {
    const { network } = testHost({
      links: [
        { name: "em0", addresses: ["192.0.2.2/24"] },
        { name: "vlan5", kind: "vlan", over: "em0", vlan: 5, up: false, mtu: 1400 },
        { name: "epair0a", kind: "epair", peer: "epair0b" },
        { name: "epair0b", kind: "epair", peer: "epair0a" },
        { name: "bridge0", kind: "bridge", members: ["em0", "epair0a"] },
      ],
      routes: [],
      services: [],
    }).state;
    expect(network.vnets[0]?.interfaces).toMatchObject([
      { name: "em0", kind: "physical", index: 1, mac: "02:00:00:00:00:01", up: true, mtu: 1500, groups: [] },
      { name: "vlan5", vlan: { parent: "em0", tag: 5 }, up: false, mtu: 1400, groups: ["vlan"] },
      { name: "epair0a", peer: "epair0b", groups: ["epair"] },
      { name: "epair0b", peer: "epair0a" },
      { name: "bridge0", members: ["em0", "epair0a"] },
      { name: "lo0", kind: "loopback", mtu: 16_384, groups: ["lo"] },
    ]);
  });

  it("makes directories with owner and mode, and those above them", () => {
    const host = testHost({
      described: true,
      directories: ["/data/a", { path: "/srv/web", mode: "0750", owner: "www", group: "www", base: true }],
    });
    const [root] = Object.values(host.state.files.byId);
    const found = Object.values(root?.nodes ?? {}).filter(({ uid }) => uid === 80);
    expect(found).toMatchObject([{ kind: "directory", mode: 0o750, gid: 80, stock: "freebsd" }]);
  });

  it("keeps values of a network stack with the stack", () => {
    const { machine, network } = testHost({
      sysctls: { "kern.racct.enable": 1, "net.inet.ip.forwarding": 1 },
    }).state;
    expect(machine.sysctls).toEqual({ "kern.racct.enable": 1 });
    expect(network.vnets[0]?.sysctls).toEqual({ "net.inet.ip.forwarding": 1 });
  });

  it("has lo0 beside other loopbacks, with its addresses unless it is given others", () => {
    const addresses = (...links: HostLink[]) => {
      const host = buildHost(complete({ system: "freebsd", links }));
      return host.state.network.vnets[0]?.interfaces.map((link) => [
        link.name,
        ...link.addresses.map(({ address }) => address),
      ]);
    };
    expect(addresses({ name: "lo1", kind: "loopback", addresses: ["10.0.0.1/24"] })).toEqual([
      ["lo1", "10.0.0.1"],
      ["lo0", "127.0.0.1", "::1"],
    ]);
    expect(addresses({ name: "lo0" })).toEqual([["lo0", "127.0.0.1", "::1"]]);
    expect(addresses({ name: "lo0", addresses: ["127.0.0.9/8"] })).toEqual([["lo0", "127.0.0.9"]]);
  });

  it("starts with the securelevel that it names", () => {
    expect(testHost({ sysctls: { "kern.securelevel": 2 } }).state.freebsd?.prisons[0]?.securelevel).toBe(2);
  });
});

describe("the harness", () => {
  it("gives the same shell of the host again", () => {
    const host = testHost();
    expect(hostRoot(host)).toBe(hostRoot(host));
    expect(hostRoot(host).credential).toMatchObject({ uid: 0, container: 0 });
  });

  it("makes a jail with a shell of root in it", () => {
    const host = testHost();
    const { jid, root } = makeJail(host, { "ip4.addr": ["192.0.2.10"] });
    expect(jid).toBe(1);
    expect(root).toMatchObject({
      command: "sh",
      credential: { container: 1, uid: 0 },
      changedCredential: false,
    });
    expect(hostRoot(host).credential.container).toBe(0);
  });
});
