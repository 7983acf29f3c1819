import { expect, it } from "vitest";
import { boot, describedHost, stop } from "./boot.ts";

/** What jail(8) lets ifconfig(8) say about addresses and interfaces. */

const started = (parameters: string) =>
  boot(`web { path = /jails/web; persist; ${parameters} }`, describedHost(["/jails/web"]));

it("an interface that is not there", () => {
  expect(started("ip4.addr = 'em9|192.0.2.9/24';").report.stderr).toBe(
    "ifconfig: interface em9 does not exist\njail: web: /sbin/ifconfig em9 inet 192.0.2.9/24 alias: failed\n",
  );
  expect(started("vnet; vnet.interface = em9;").report.stderr).toContain(
    "ifconfig: interface em9 does not exist\n",
  );
});

it("an address that somebody has taken away before the jail stops", () => {
  const booted = started("ip4.addr = 'em0|192.0.2.9/24'; exec.poststop = 'ifconfig em0 -alias 192.0.2.9';");
  expect(stop(booted).stderr).toBe(
    "ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address\n" +
      "jail: web: /sbin/ifconfig em0 inet 192.0.2.9/24 -alias: failed\n",
  );
});

it("an empty text is no interface and no mount: jail(8) passes over it", () => {
  const { report } = started('vnet; vnet.interface = "", "em1"; mount = "", " ";');
  expect(report.stderr).toBe(
    "ifconfig: interface em1 does not exist\njail: web: /sbin/ifconfig em1 vnet 1: failed\n",
  );
  expect(started('vnet; vnet.interface = ""; mount = "";').report.stderr).toBe("");
});
