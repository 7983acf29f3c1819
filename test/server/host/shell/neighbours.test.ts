import { describe, expect, it } from "vitest";
import { boot, describedHost, shell } from "../jail8/boot.ts";

/** arp(8), dhclient(8) and zpool(8), as far as the model knows what is around. */

const VNET =
  'web { path = /jails/web; persist; vnet; vnet.interface = e0b_web; mount.devfs; devfs_ruleset = 11; exec.prestart = "jib addm web em0"; }';
const RULESETS = { "11": ["include 1", "include 2", "include 3", "path bpf* unhide"] };

const vnet = (rulesets = RULESETS) =>
  boot(VNET, describedHost(["/jails/web"], { devfsRulesets: { ...base(), ...rulesets } })).host;
const base = () => ({ "1": ["hide"], "2": ["path null unhide"], "3": ["path fd unhide"] });

describe("dhclient", () => {
  it("is taken to get an address of the network behind the bridge, and its router", () => {
    const machine = vnet();
    expect(shell(machine, "jexec web dhclient e0b_web")).toMatch(
      /^DHCPDISCOVER on e0b_web[\s\S]*bound to 192\.0\.2\.128 -- renewal/,
    );
    expect(shell(machine, "jexec web ifconfig e0b_web inet")).toContain(
      "inet 192.0.2.128 netmask 0xffffff00",
    );
    expect(shell(machine, "jexec web route -n get default")).toContain("gateway: 192.0.2.1");
    expect(shell(machine, "jexec web ping -c1 192.0.2.2")).toContain("1 packets received");
    expect(
      machine.events.some(({ kind, outcome }) => kind === "assume.address" && outcome === "assumed"),
    ).toBe(true);
  });

  it("starts with what rc.conf says of the interface", () => {
    const machine = vnet();
    shell(machine, "jexec web sysrc ifconfig_e0b_web=DHCP; jexec web sh /etc/rc");
    expect(shell(machine, "jexec web ifconfig e0b_web inet")).toContain("inet 192.0.2.128");
  });

  it("needs bpf, which the usual rulesets hide", () => {
    expect(shell(vnet({ "11": ["include 1", "include 2"] }), "jexec web dhclient e0b_web")).toBe(
      "1: Can't find free bpf: No such file or directory\nexiting.\n",
    );
  });

  it("gets nothing where nobody is known to be", () => {
    const machine = vnet();
    shell(machine, "jexec web ifconfig epair create");
    expect(shell(machine, "jexec web dhclient epair0a")).toContain("No DHCPOFFERS received.\n");
    expect(shell(machine, "jexec web dhclient em7")).toBe("1: em7: not found\nexiting.\n");
  });
});

describe("arp", () => {
  it("shows own addresses, and who would answer on the wire", () => {
    const machine = vnet();
    expect(shell(machine, "arp -an")).toMatch(
      /^\? \(192\.0\.2\.2\) at 02:00:00:00:00:01 on em0 permanent \[ethernet\]\n$/,
    );
    shell(machine, "jexec web dhclient e0b_web; echo '192.0.2.128 web.example.org web' >> /etc/hosts");
    expect(shell(machine, "arp -a")).toMatch(
      /\nweb\.example\.org \(192\.0\.2\.128\) at [\da-f:]+ on em0 expires in 1200 seconds \[ethernet\]\n$/,
    );
  });

  it("changes nothing", () => {
    expect(shell(vnet(), "arp -d 192.0.2.1")).toBe("126: arp: not modelled: -d 192.0.2.1\n");
  });
});

describe("zpool", () => {
  it.each([
    ["zpool status", / {2}pool: zroot\n state: ONLINE\n[\s\S]*errors: No known data errors\n$/],
    ["zpool status -x zroot", /^pool 'zroot' is healthy\n$/],
    ["zpool status -x", /^all pools are healthy\n$/],
    ["zpool status tank", /^1: cannot open 'tank': no such pool\n$/],
    ["zpool list zroot", /^NAME[^\n]*\nzroot/],
  ])("%s", (line, says) => {
    expect(shell(describedHost([]), line)).toMatch(says);
  });
});
