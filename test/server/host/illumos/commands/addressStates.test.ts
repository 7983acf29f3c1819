import { vnet } from "@zonewarden/server/host/network/vnets";
import { describe, expect, test } from "vitest";
import { define, running } from "../harness.ts";
import { type Machine, machine } from "./world.ts";

const shared = {
  web: {
    properties: { "ip-type": "shared" },
    resources: [{ type: "net", physical: "e1000g0", address: "192.0.2.10/24" }],
  },
  db: { properties: { "ip-type": "shared" } },
};

/** Two zones on a network of their own, where nobody else could answer. */
function pair(): Machine {
  const made = machine();
  made.type("dladm create-etherstub stub0");
  for (const [name, number] of Object.entries({ a: 1, b: 2 })) {
    const net = { type: "net", physical: `${name}0`, "global-nic": "stub0" };
    running(made.host, define(name, { resources: [net] }));
    made.inside(name, `ipadm create-addr -T static -a 10.9.0.${number}/24 ${name}0/lan`);
  }
  return made;
}

const states = "ipadm show-addr -p -o addrobj,state,current,persistent | grep lan";

describe("an address that is down", () => {
  test("is not answered, and what listens on it is reached again when it is up", () => {
    const { inside } = pair();
    inside("b", "nc -l 10.9.0.2 8080 &");
    expect(inside("a", "ping 10.9.0.2")).toBe("10.9.0.2 is alive\n");
    expect(inside("a", "nc -zv 10.9.0.2 8080")).toMatch(/succeeded/);
    expect(inside("b", `ipadm down-addr -t b0/lan; ${states}`)).toBe("b0/lan:down:-----:U--\n");
    expect(inside("a", "ping 10.9.0.2 2")).toBe("no answer from 10.9.0.2\n");
    expect(inside("a", "nc -zv 10.9.0.2 8080")).not.toMatch(/succeeded/);
    expect(inside("b", `ipadm up-addr -t b0/lan; ${states}`)).toBe("b0/lan:ok:U----:U--\n");
    expect(inside("a", "ping 10.9.0.2")).toBe("10.9.0.2 is alive\n");
    expect(inside("a", "nc -zv 10.9.0.2 8080")).toMatch(/succeeded/);
  });

  test("is no sender, has no route, and nothing can be bound to it", () => {
    const { inside } = pair();
    inside("b", "ifconfig b0 down");
    expect(inside("b", "ping 10.9.0.1 2")).toBe("ping: sendto Network is unreachable\n");
    expect(inside("b", "nc -l 10.9.0.2 8080")).toBe("nc: Cannot assign requested address\n");
    expect(inside("b", "netstat -rn | grep -c b0")).toBe("0\n");
    expect(inside("b", "ifconfig b0 | head -1")).toMatch(
      /^b0: flags=1000842<BROADCAST,RUNNING,MULTICAST,IPv4>/,
    );
    expect(inside("b", "ipadm show-if -p -o ifname,state | grep b0")).toBe("b0:down\n");
    expect(inside("b", "ifconfig b0 up; ping 10.9.0.1")).toBe("10.9.0.1 is alive\n");
    expect(inside("b", "ipadm show-if -p -o ifname,state | grep b0")).toBe("b0:ok\n");
  });

  test("leaves the others of its interface alone, but for gateways in its network", () => {
    const { inside } = pair();
    inside("b", "ifconfig b0 addif 10.8.0.2/24; ifconfig b0:1 up; route add default 10.9.0.1");
    expect(inside("b", "ifconfig b0 down; ping 198.51.100.1 2")).toMatch(/unreachable/);
    expect(inside("b", "ifconfig b0:1 | head -1")).toMatch(/<UP,/);
    inside("a", "ifconfig a0 addif 10.8.0.1/24");
    expect(inside("b", "ping 10.8.0.1")).toBe("10.8.0.1 is alive\n");
  });

  test("may be had by another machine in the meantime, and stays down then", () => {
    const { host, inside } = pair();
    inside("b", "ipadm down-addr -t b0/lan");
    expect(inside("a", "ifconfig a0 addif 10.9.0.2/24")).toBe("");
    inside("b", "ipadm up-addr -t b0/lan");
    expect(inside("b", states)).toBe("b0/lan:down:-----:U--\n");
    expect(host.events.findLast(({ kind }) => kind === "network.duplicate")).toMatchObject({
      container: "b",
    });
    // On one stack it is told at once.
    expect(
      inside("a", "ifconfig a0 addif 10.9.0.7/24; ifconfig a0:2 down; ifconfig a0 addif 10.9.0.7/24"),
    ).toBe("");
    expect(inside("a", "ifconfig a0:2 up")).toBe(
      "ifconfig: setifflags: SIOCSLIFFLAGS: a0:2: Cannot assign requested address\n",
    );
  });

  test("keeps its number, and goes with its interface", () => {
    const { host, inside } = pair();
    inside("b", "ifconfig b0 addif 10.9.0.8/24; ifconfig b0:1 down; ifconfig b0 addif 10.9.0.9/24");
    expect(inside("b", "ifconfig b0:1 | grep inet; ifconfig b0:2 | grep inet")).toMatch(
      /10\.9\.0\.8.*\n.*10\.9\.0\.9/,
    );
    inside("b", "ifconfig b0 removeif 10.9.0.8");
    expect(inside("b", "ifconfig b0:1")).toMatch(/no such interface/);
    inside("b", "ifconfig b0 down; ifconfig b0 unplumb; ifconfig b0 plumb");
    expect(inside("b", "ifconfig b0 | grep inet")).toBe("\tinet 0.0.0.0 netmask 0 \n");
    expect(JSON.stringify(host.state)).not.toContain('"down":[');
  });
});

describe("ipadm", () => {
  test("keeps what it was told without -t for the next boot", () => {
    const { inside } = pair();
    inside("b", "ipadm create-addr -T static -d -a 10.9.0.20/24 b0/lan2");
    expect(inside("b", `ipadm down-addr b0/lan; ${states}`)).toBe(
      "b0/lan:down:-----:---\nb0/lan2:down:-----:---\n",
    );
    inside("b", "reboot");
    expect(inside("b", states)).toBe("b0/lan:down:-----:---\nb0/lan2:down:-----:---\n");
    inside("b", "ipadm up-addr b0/lan; ipadm up-addr -t b0/lan2; reboot");
    expect(inside("b", states)).toBe("b0/lan:ok:U----:U--\nb0/lan2:down:-----:---\n");
  });

  test("disables an address until it is enabled, or the zone boots", () => {
    const { inside } = pair();
    expect(inside("b", `ipadm disable-addr -t b0/lan; ${states}`)).toBe("b0/lan:disabled:-----:U--\n");
    expect(inside("a", "ping 10.9.0.2 2")).toBe("no answer from 10.9.0.2\n");
    expect(inside("b", "ifconfig b0 | grep inet")).toBe("\tinet 0.0.0.0 netmask 0 \n");
    expect(inside("b", `ipadm enable-addr -t b0/lan; ${states}`)).toBe("b0/lan:ok:U----:U--\n");
    expect(inside("a", "ping 10.9.0.2")).toBe("10.9.0.2 is alive\n");
    inside("b", "ipadm disable-addr -t b0/lan; reboot");
    expect(inside("b", states)).toBe("b0/lan:ok:U----:U--\n");
    const { type } = machine();
    type("ipadm disable-addr -t e1000g0/v4");
    expect(type("ipadm show-addr -p -o addrobj,state e1000g0/v4")).toBe("e1000g0/v4:disabled\n");
    type("ipadm enable-addr -t e1000g0/v4");
    expect(type("ipadm show-addr -p -o addrobj,state e1000g0/v4")).toBe("e1000g0/v4:ok\n");
  });

  test.each([
    ["ipadm disable-addr b0/lan", "persistent operation not supported for disable-addr"],
    ["ipadm enable-addr b0/lan", "persistent operation not supported for enable-addr"],
    ["ipadm enable-addr -t b0/lan", "could not enable address: Address object already exists"],
    ["ipadm enable-addr -t b0/no", "could not enable address: Object not found"],
    ["ipadm up-addr b0/no", "Could not mark the address up: Object not found"],
    ["ipadm down-addr b0/tmp", "Could not mark the address down: Persistent operation on temporary object"],
    [
      "ipadm disable-addr -t b0/lan; ipadm down-addr b0/lan",
      "Could not mark the address down: Operation not supported on disabled object",
    ],
    ["ipadm down-addr", "Usage: \tdown-addr\t[-t] <addrobj>"],
  ])("refuses `%s`", (line, text) => {
    const { inside } = pair();
    inside("b", "ipadm create-addr -t -T static -a 10.9.0.30/24 b0/tmp");
    expect(inside("b", line)).toBe(`ipadm: ${text}\n`);
  });

  test("in a zone on the shared stack changes nothing", () => {
    const { inside } = machine("omnios", shared);
    expect(inside("web", "ifconfig e1000g0:1 down")).toBe(
      "ifconfig: setifflags: SIOCSLIFFLAGS: e1000g0:1: Not owner\n",
    );
  });
});

describe("addresses of zones on the shared stack", () => {
  test("are taken down and up by the global zone", () => {
    const { type, inside } = machine("omnios", shared);
    type("ifconfig e1000g0:1 down");
    expect(inside("web", "ping 192.0.2.2 2")).toBe("ping: sendto Network is unreachable\n");
    expect(inside("web", "nc -l 192.0.2.10 8080")).toBe("nc: Cannot assign requested address\n");
    expect(inside("web", "ifconfig e1000g0:1 | head -1")).toMatch(/<BROADCAST,RUNNING,/);
    type("ifconfig e1000g0:1 up");
    expect(inside("web", "ping 192.0.2.2")).toBe("192.0.2.2 is alive\n");
  });

  test("stay up when the address of the global zone goes down", () => {
    const { type, inside } = machine("omnios", shared);
    type("ifconfig e1000g0 down");
    expect(type("ping 192.0.2.1 2")).toMatch(/unreachable/);
    expect(inside("web", "ifconfig e1000g0:1 | head -1")).toMatch(/<UP,/);
    expect(inside("web", "nc -l 192.0.2.10 8080 & echo yes")).toMatch(/yes/);
  });

  test("go from zone to zone with `zone` and -zone", () => {
    const { type, inside } = machine("omnios", shared);
    expect(type("ifconfig e1000g0:1 zone db; ifconfig e1000g0:1 | grep zone")).toBe("\tzone db\n");
    expect(inside("db", "ping 192.0.2.2")).toBe("192.0.2.2 is alive\n");
    expect(inside("web", "ping 192.0.2.2 2")).toMatch(/unreachable/);
    type("ifconfig e1000g0:1 down; ifconfig e1000g0:1 zone web");
    expect(inside("web", "ping 192.0.2.2 2")).toMatch(/unreachable/);
    type("ifconfig e1000g0:1 up");
    expect(inside("web", "ping 192.0.2.2")).toBe("192.0.2.2 is alive\n");
    type("ifconfig e1000g0:1 -zone");
    expect(type("ifconfig e1000g0:1 | grep -c zone")).toBe("0\n");
    expect(inside("web", "ping 192.0.2.2 2")).toMatch(/unreachable/);
  });

  test("go with the zone that has them, up or down", () => {
    const { host, type } = machine("omnios", shared);
    type("ifconfig e1000g0:1 down; zoneadm -z web halt");
    expect(type("ifconfig e1000g0:1")).toMatch(/no such interface/);
    expect(vnet(host, 0).interfaces.some(({ down }) => down !== undefined)).toBe(false);
    type("ifconfig e1000g0 addif 192.0.2.30/24; ifconfig e1000g0:1 zone db; zoneadm -z db halt");
    expect(type("ifconfig e1000g0:1")).toMatch(/no such interface/);
    expect(type("zoneadm -z web boot; ifconfig e1000g0:1 | grep zone")).toBe("\tzone web\n");
  });

  test.each([
    ["ifconfig e1000g0:1 zone nosuch", "ifconfig: unknown zone 'nosuch'\n"],
    ["ifconfig e1000g0:1 zone own", "ifconfig: SIOCSLIFZONE: e1000g0:1: Invalid argument\n"],
    ["ifconfig e1000g0:7 zone db", "ifconfig: SIOCSLIFZONE: e1000g0:7: no such interface\n"],
    ["ifconfig e1000g0:7 down", "ifconfig: setifflags: SIOCSLIFFLAGS: e1000g0:7: no such interface\n"],
  ])("%s", (line, text) => {
    expect(machine("omnios", { ...shared, own: {} }).type(line)).toBe(text);
  });
});
