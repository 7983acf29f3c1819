import { openJailDescriptor } from "@zonewarden/server/host/freebsd/jailDescriptors";
import { jailSetVector } from "@zonewarden/server/host/freebsd/jailSet";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { freebsd, jail, set, shellIn } from "./jails.ts";

/** Rows of the kernel's checks that come before it looks for the jail: values, flags and descriptors. */

const create = { create: true };
const update = { update: true };

function vector(host: Host, caller: Process, entries: Parameters<typeof jailSetVector>[2], flags = 1) {
  const outcome = jailSetVector(host, caller, entries, flags);
  return outcome.ok
    ? { jid: outcome.value }
    : { errno: outcome.errno, rule: outcome.decision.rule, message: outcome.message };
}

describe("the vector of the system call", () => {
  test("row 1: an odd number of entries is invalid", () => {
    const { host, root } = freebsd();
    expect(vector(host, root, ["name", "a", "persist"])).toMatchObject({
      errno: "EINVAL",
      rule: "jail_set/1",
    });
  });

  test("row 2: too many entries are invalid, and one that cannot be read is a fault", () => {
    const { host, root } = freebsd();
    const many = Array.from({ length: 1026 }, () => "name");
    expect(vector(host, root, many)).toMatchObject({ errno: "EINVAL", rule: "jail_set/2" });
    expect(vector(host, root, [null, "a"])).toMatchObject({ errno: "EFAULT", rule: "jail_set/2" });
  });

  test("row 4: unknown flags and two uses of a descriptor are invalid", () => {
    const { host, root } = freebsd();
    expect(vector(host, root, [], 0x101)).toMatchObject({ errno: "EINVAL", rule: "jail_set/4" });
    expect(vector(host, root, [], 0x31)).toMatchObject({ errno: "EINVAL", rule: "jail_set/4" });
  });

  test("row 4: before 15 no flag is about descriptors", () => {
    const { host, root } = freebsd("14.3");
    expect(vector(host, root, [], 0x41)).toMatchObject({ errno: "EINVAL", rule: "jail_set/4" });
  });

  test("row 5: a parameter without a name is malformed", () => {
    const { host, root } = freebsd();
    expect(vector(host, root, ["", "a"])).toMatchObject({ errno: "EINVAL", rule: "jail_set/5" });
  });

  test("a good vector creates a jail", () => {
    const { host, root } = freebsd();
    expect(vector(host, root, ["name", "a", "persist", null])).toEqual({ jid: 1 });
  });
});

describe("flags and privileges", () => {
  test("row 3: a jail that may have none below it does not create any", () => {
    const { host, root } = freebsd();
    const inside = shellIn(host, jail(host, root, { name: "a" }));
    expect(set(host, inside, { name: "b", persist: true })).toMatchObject({
      errno: "EPERM",
      rule: "jail_set/3",
    });
  });

  test("row 3: before 15 the privilege is asked for first", () => {
    const { host, root } = freebsd("14.3");
    const user = shellIn(host, jail(host, root, { name: "a" }), 1001);
    expect(set(host, user, { name: "b", persist: true })).toMatchObject({ rule: "jail_set/10" });
  });

  test("row 6: either a creation or a change is wanted", () => {
    const { host, root } = freebsd();
    expect(set(host, root, { name: "a" }, {})).toEqual({
      errno: "EINVAL",
      rule: "jail_set/6",
      message: "no valid operation (create or update)",
    });
  });

  test("row 7: a descriptor is missing, not expected, none of a jail, or of a dead one", () => {
    const { host, root } = freebsd();
    const dead = jail(host, root, { name: "dead" });
    const fd = openJailDescriptor(host, root, dead.jid, false);
    jailRemove(host, root, dead.jid);
    root.descriptors.push({ fd: 77, kind: "pipe", write: false });
    const use = { update: true, useDescriptor: true };
    const cases = [
      [{}, use, "ENOENT", "missing desc"],
      [{ desc: 3 }, update, "EINVAL", "unexpected desc"],
      [{ desc: 99 }, use, "EBADF", "not a jail descriptor"],
      [{ desc: 77 }, use, "EINVAL", "not a jail descriptor"],
      [{ desc: fd }, use, "ENOENT", "descriptor to dead jail"],
    ] as const;
    for (const [values, flags, errno, message] of cases)
      expect(set(host, root, values, flags)).toEqual({ errno, rule: "jail_set/7", message });
  });

  test("row 8: a jail of a descriptor that may have none below it does not get any", () => {
    const { host, root } = freebsd();
    const fd = openJailDescriptor(host, root, jail(host, root, { name: "a" }).jid, false);
    expect(
      set(host, root, { desc: fd, name: "b", persist: true }, { create: true, atDescriptor: true }),
    ).toMatchObject({ errno: "EPERM", rule: "jail_set/8" });
  });

  test("row 9: a descriptor that owns its jail needs the privilege to remove", () => {
    const { host, root } = freebsd();
    const user = { ...root, credential: { ...root.credential, uid: 1001 } };
    expect(
      set(host, user, { name: "a", persist: true }, { create: true, ownDescriptor: true }),
    ).toMatchObject({ errno: "EPERM", rule: "jail_set/9" });
  });

  test("row 10: only root sets jails", () => {
    const { host, root } = freebsd();
    const user = { ...root, credential: { ...root.credential, uid: 1001 } };
    expect(set(host, user, { name: "a", persist: true })).toMatchObject({
      errno: "EPERM",
      rule: "jail_set/10",
    });
  });

  test("names are relative to the jail of a descriptor", () => {
    const { host, root } = freebsd();
    const parent = jail(host, root, { name: "a", "children.max": 1 });
    const fd = openJailDescriptor(host, root, parent.jid, false);
    const child = jail(host, root, { desc: fd, name: "b" }, { atDescriptor: true });
    expect(child).toMatchObject({ name: "a.b", parent: parent.jid });
  });
});

/** Values that are refused on a creation: row, errno, parameters, errmsg. */
const VALUES = [
  ["11", "EINVAL", { jid: "one" }],
  ["11", "EINVAL", { securelevel: 1.5 }],
  ["11", "EINVAL", { "children.max": "many" }],
  ["11", "EINVAL", { enforce_statfs: [] }],
  ["11", "EINVAL", { devfs_ruleset: true }],
  ["12", "EINVAL", { enforce_statfs: 3 }],
  ["12", "EINVAL", { enforce_statfs: -1 }],
  ["13", "EINVAL", { ip4: "maybe" }],
  ["13", "EINVAL", { host: "disable" }],
  ["13", "EINVAL", { vnet: 0 }],
  ["14", "EINVAL", { persist: false }, "new jail must persist or attach"],
  ["16", "EINVAL", { name: true }],
  ["16", "EINVAL", { name: "a\0b" }],
  ["17", "ENAMETOOLONG", { name: "n".repeat(256) }],
  ["18", "EINVAL", { "host.hostname": true }],
  ["18", "ENAMETOOLONG", { "host.hostname": "h".repeat(256) }],
  ["18", "ENAMETOOLONG", { "host.domainname": "d".repeat(256) }],
  ["18", "ENAMETOOLONG", { "host.hostuuid": "u".repeat(64) }],
  ["18", "EINVAL", { "host.hostid": -1 }],
  ["19", "EINVAL", { "ip4.addr": ["10.0.0"] }],
  ["19", "EINVAL", { "ip6.addr": ["10.0.0.1"] }],
  ["21", "EINVAL", { "ip4.addr": ["0.0.0.0"] }],
  ["21", "EINVAL", { "ip4.addr": ["10.0.0.1", "255.255.255.255"] }],
  ["21", "EINVAL", { "ip4.addr": ["10.0.0.1", "10.0.0.2", "10.0.0.1"] }],
  ["21", "EINVAL", { "ip4.addr": ["10.0.0.1", "10.0.0.2", "10.0.0.2"] }],
  ["21", "EINVAL", { "ip6.addr": ["::"] }],
  ["21", "EINVAL", { "ip6.addr": ["2001:db8::1", "2001:db8:0::1"] }],
  ["22", "EINVAL", { vnet: "new", ip4: "new" }, "vnet jails cannot have IP address restrictions"],
  [
    "22",
    "EINVAL",
    { vnet: "inherit", "ip4.addr": ["10.0.0.1"] },
    "vnet jails cannot have IP address restrictions",
  ],
  ["23", "EINVAL", { osrelease: true }],
  ["23", "ENAMETOOLONG", { osrelease: "r".repeat(31) }, "osrelease string must be 1-31 bytes long"],
  ["24", "EINVAL", { osreldate: 0 }, "osreldate cannot be 0"],
  ["25", "EINVAL", { path: true }],
  ["26", "ENOENT", { path: "/nowhere/at/all" }],
  ["26", "ENAMETOOLONG", { path: `/${"p".repeat(1030)}` }],
  ["27", "ENOTDIR", { path: "/etc/passwd" }],
] as const;

describe("values", () => {
  test.each(VALUES)("row %s: %s for %j", (row, errno, values, message?: string) => {
    const { host, root } = freebsd();
    expect(set(host, root, { persist: true, ...values })).toEqual({
      errno,
      rule: `jail_set/${row}`,
      message,
    });
    expect(Object.keys(freebsdOf(host).prisons)).toEqual(["0"]);
  });

  test("row 14: up to 13 a call that may also update need not persist", () => {
    const both = { create: true, update: true };
    const old = freebsd("13.5");
    expect(set(old.host, old.root, { name: "a" }, both)).toEqual({ jid: 1 });
    const { host, root } = freebsd("14.3");
    expect(set(host, root, { name: "a" }, both)).toMatchObject({ rule: "jail_set/14" });
  });

  test.each([
    ["15", { vnet: "inherit" }, "vnet"],
    ["15", { ip4: "inherit" }, "ip4"],
    ["15", { ip6: "disable" }, "ip6"],
    ["23", { osrelease: "9.9" }, "osrelease"],
    ["24", { osreldate: 1 }, "osreldate"],
    ["25", { path: "/" }, "path"],
  ] as const)("row %s: %j is for a creation alone", (row, values, name) => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a" });
    expect(set(host, root, { name: "a", ...values }, update)).toEqual({
      errno: "EINVAL",
      rule: `jail_set/${row}`,
      message: `${name} cannot be changed after creation`,
    });
  });

  test("row 20: the number of addresses is limited by a sysctl", () => {
    const { host, root } = freebsd();
    host.state.machine.sysctls["security.jail.jail_max_af_ips"] = 1;
    expect(set(host, root, { persist: true, "ip4.addr": ["10.0.0.1", "10.0.0.2"] })).toEqual({
      errno: "EINVAL",
      rule: "jail_set/20",
      message: "too many IPv4 addresses",
    });
  });

  test("row 26: the path is looked up from the root of the caller", () => {
    const { host, root } = freebsd();
    const outer = jail(host, root, { name: "a", path: "/usr", "children.max": 1 });
    expect(jail(host, shellIn(host, outer), { name: "b", path: "/bin" }).path).toBe("/usr/bin");
  });

  test("without a path, the jail has the root of the caller", () => {
    const { host, root } = freebsd();
    const outer = jail(host, root, { name: "a", path: "/usr", "children.max": 1 });
    const inner = jail(host, shellIn(host, outer), { name: "b" });
    expect(inner).toMatchObject({ path: "/usr", root: outer.root });
  });

  test("the first failing check is the one that is reported", () => {
    const { host, root } = freebsd();
    expect(
      set(host, root, { securelevel: "x", enforce_statfs: 9, path: "/nowhere", bogus: "1" }, create),
    ).toMatchObject({ rule: "jail_set/11" });
  });
});
