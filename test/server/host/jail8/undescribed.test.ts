import { describe, expect, it } from "vitest";
import { testHost } from "../harness.ts";
import { boot, shell, states } from "./boot.ts";

/** What a machine that nobody described is taken to have, so that valid configurations start. */

const started = (text: string) => boot(text, testHost({ described: false }));

describe("a machine that nobody described", () => {
  it("has the root of another system where linsysfs is mounted on what is a link in FreeBSD", () => {
    const { host, report } = started(
      'ubuntu { path = /compat/ubuntu; persist; mount = "linsysfs $path/sys linsysfs rw 0 0"; }',
    );
    expect(states(report)).toEqual(["ubuntu: running"]);
    expect(shell(host, "mount -t linsysfs")).toContain("linsysfs on /compat/ubuntu/sys (linsysfs");
  });

  it("counts resources for whoever sets limits, as far as anybody knows", () => {
    const { host, report } = started(
      'a { path = /jails/a; persist; exec.prestart = "rctl -a jail:a:memoryuse:deny=1g"; }',
    );
    expect(states(report)).toEqual(["a: running"]);
    expect(host.events.some(({ message, outcome }) => outcome === "assumed" && /rctl -a/.test(message))).toBe(
      true,
    );
  });

  it("has loaded vmm(4) for a jail that may use it", () => {
    expect(states(started("vm { path = /jails/vm; persist; allow.vmm; }").report)).toEqual(["vm: running"]);
  });

  it("has no interface with a name that none can have", () => {
    const text = "a { path = /jails/a; persist; vnet; vnet.interface = e0b_much_too_long; }";
    expect(states(started(text).report)).toEqual(["a: failed"]);
  });

  it("has addresses that no interface is named for, unless a command brings them", () => {
    const { host, report } = started(
      'a { path = /jails/a; ip4.addr = 198.51.100.7; exec.start = "/bin/sh /etc/rc"; }' +
        'b { path = /jails/b; ip4.addr = 10.9.9.9; exec.prestart = "ifconfig lo1 create", "ifconfig lo1 10.9.9.9/24"; exec.start = "/bin/sh /etc/rc"; }',
    );
    expect(states(report)).toEqual(["a: running", "b: running"]);
    const assumed = host.events.filter(({ kind }) => kind === "assume.address");
    expect(assumed.map(({ message }) => message)).toEqual([
      "The machine is taken to have 198.51.100.7 on em0.",
    ]);
    expect(report.stderr).toBe("");
  });

  it("does not make up modules and limits for a described one", () => {
    const host = testHost({ described: true, directories: [{ path: "/jails/vm", base: true }] });
    const { report } = boot("vm { path = /jails/vm; persist; allow.vmm; }", host);
    expect(states(report)).toEqual(["vm: failed"]);
  });
});
