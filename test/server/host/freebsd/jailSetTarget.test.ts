import { openJailDescriptor } from "@zonewarden/server/host/freebsd/jailDescriptors";
import { findPrison, prison } from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Prison } from "@zonewarden/server/host/freebsd/types";
import type { Host } from "@zonewarden/server/host/host";
import { describe, expect, test } from "vitest";
import { freebsd, jail, set, shellIn } from "./jails.ts";

/** Rows of the kernel's checks from the search for the jail on. */

const update = { update: true };
const both = { create: true, update: true };

/** A jail that stays in memory after its removal, as a connection that closes slowly keeps it. */
function dying(host: Host, root: Parameters<typeof jailRemove>[1], name: string): Prison {
  const made = jail(host, root, { name });
  made.extraRefs = 1;
  jailRemove(host, root, made.jid);
  return made;
}

describe("the jail that is meant", () => {
  test("row 28: a dying jail sets none", () => {
    const { host, root } = freebsd();
    const outer = jail(host, root, { name: "a", "children.max": 1 });
    const inside = shellIn(host, outer);
    outer.state = "dying";
    expect(set(host, inside, { name: "b", persist: true })).toMatchObject({
      errno: "EAGAIN",
      rule: "jail_set/28",
    });
  });

  test("row 29: a descriptor means a jail that exists, and no other jid", () => {
    const { host, root } = freebsd();
    const desc = openJailDescriptor(host, root, jail(host, root, { name: "a" }).jid, false);
    expect(set(host, root, { desc, persist: true }, { create: true, useDescriptor: true })).toMatchObject({
      errno: "EEXIST",
      rule: "jail_set/29",
      message: "jail 1 already exists",
    });
    expect(set(host, root, { desc, jid: 9 }, { update: true, useDescriptor: true })).toMatchObject({
      errno: "EINVAL",
      rule: "jail_set/29",
    });
    expect(set(host, root, { desc, securelevel: 1 }, { update: true, useDescriptor: true })).toEqual({
      jid: 1,
    });
  });

  test("row 30: a jid is not negative", () => {
    const { host, root } = freebsd();
    expect(set(host, root, { jid: -1, persist: true })).toEqual({
      errno: "EINVAL",
      rule: "jail_set/30",
      message: "negative jid",
    });
  });

  test("row 31: the jid of a living jail is taken, also for a caller that cannot see it", () => {
    const { host, root } = freebsd();
    jail(host, root, { jid: 7, name: "a" });
    const other = shellIn(host, jail(host, root, { name: "b", "children.max": 1 }));
    const taken = { errno: "EEXIST", rule: "jail_set/31", message: "jail 7 already exists" };
    expect(set(host, root, { jid: 7, name: "c", persist: true })).toEqual(taken);
    expect(set(host, other, { jid: 7, name: "c", persist: true })).toEqual(taken);
  });

  test("row 32: a jail that is to be changed exists", () => {
    const { host, root } = freebsd();
    expect(set(host, root, { jid: 7 }, update)).toEqual({
      errno: "ENOENT",
      rule: "jail_set/32",
      message: "jail 7 not found",
    });
  });

  test("row 33: a jail that is not below the caller's does not exist for it", () => {
    const { host, root } = freebsd();
    jail(host, root, { jid: 7, name: "a" });
    const other = shellIn(host, jail(host, root, { name: "b", "children.max": 1 }));
    const hidden = { errno: "ENOENT", rule: "jail_set/33", message: "jail 7 not found" };
    expect(set(host, other, { jid: 7 }, update)).toEqual(hidden);
    expect(set(host, other, { jid: 7, persist: true }, both)).toEqual(hidden);
  });

  test("row 34: a name does not move a jail below another one", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 1 });
    const b = jail(host, root, { name: "b" });
    expect(set(host, root, { jid: b.jid, name: "a.b" }, update)).toEqual({
      errno: "EINVAL",
      rule: "jail_set/34",
      message: "cannot change jail's parent",
    });
  });

  test("row 35: the parent in a name exists and is not dying", () => {
    const { host, root } = freebsd();
    dying(host, root, "old");
    expect(set(host, root, { name: "a.b", persist: true })).toEqual({
      errno: "ENOENT",
      rule: "jail_set/35",
      message: 'jail "a" not found',
    });
    expect(set(host, root, { name: "old.b", persist: true })).toEqual({
      errno: "ENOENT",
      rule: "jail_set/35",
      message: 'jail "old" is dying',
    });
  });

  test("row 36: the name of a living sibling is taken", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a" });
    const b = jail(host, root, { name: "b" });
    const taken = { errno: "EEXIST", rule: "jail_set/36", message: 'jail "a" already exists' };
    expect(set(host, root, { name: "a", persist: true })).toEqual(taken);
    expect(set(host, root, { jid: b.jid, name: "a" }, update)).toEqual(taken);
    expect(set(host, root, { name: "a", persist: true }, both)).toEqual({ jid: 1 });
  });

  test("row 37: a name that is to be changed exists", () => {
    const { host, root } = freebsd();
    dying(host, root, "old");
    for (const name of ["a", "old"])
      expect(set(host, root, { name }, update)).toEqual({
        errno: "ENOENT",
        rule: "jail_set/37",
        message: `jail "${name}" not found`,
      });
  });

  test("row 38: a change says of which jail", () => {
    const { host, root } = freebsd();
    expect(set(host, root, { securelevel: 1 }, update)).toEqual({
      errno: "ENOENT",
      rule: "jail_set/38",
      message: "update specified no jail",
    });
  });

  test("a name that is a number asks for that jid", () => {
    const { host, root } = freebsd();
    expect(jail(host, root, { name: "12" })).toMatchObject({ jid: 12, name: "12" });
  });
});

describe("a new jail", () => {
  test("row 39: the caller's jail and all above have room", () => {
    const { host, root } = freebsd();
    const outer = jail(host, root, { name: "a", "children.max": 2 });
    const middle = jail(host, shellIn(host, outer), { name: "b", "children.max": 1 });
    jail(host, shellIn(host, middle), { name: "c" });
    const full = { errno: "EPERM", rule: "jail_set/39", message: "prison limit exceeded" };
    expect(set(host, shellIn(host, middle), { name: "d", persist: true })).toEqual(full);
    expect(set(host, shellIn(host, outer), { name: "d", persist: true })).toEqual(full);
    expect(jail(host, root, { name: "d" })).toMatchObject({ parent: 0 });
  });

  test("row 40: a dying jail gives its jid to a new one, and takes the highest free one", () => {
    const { host, root } = freebsd();
    const old = dying(host, root, "a");
    expect(jail(host, root, { jid: 1, name: "b" })).toMatchObject({ jid: 1, name: "b" });
    expect(old).toMatchObject({ jid: 999_999, state: "dying" });
    expect(prison(host, 0).children).toEqual([999_999, 1]);
  });

  test("row 40: before 14 the jid of a dying jail is taken", () => {
    const { host, root } = freebsd("13.5");
    dying(host, root, "a");
    expect(set(host, root, { jid: 1, name: "b", persist: true })).toMatchObject({ rule: "jail_set/31" });
  });

  test("rows 40 and 41: no jid is free", () => {
    const { host, root } = freebsd();
    const old = dying(host, root, "a");
    const { prisons } = freebsdOf(host);
    for (let jid = 2; jid <= 999_999; jid++) prisons[jid] = old;
    const none = { errno: "EAGAIN", message: "no available jail IDs" };
    expect(set(host, root, { jid: 1, name: "b", persist: true })).toEqual({ ...none, rule: "jail_set/40" });
    expect(set(host, root, { name: "b", persist: true })).toEqual({ ...none, rule: "jail_set/41" });
  });

  test("row 42: a CPU set can be made", () => {
    const { host, root } = freebsd();
    freebsdOf(host).resources.nextCpuset = 2 ** 31;
    expect(set(host, root, { name: "a", persist: true })).toMatchObject({
      errno: "ENFILE",
      rule: "jail_set/42",
    });
  });

  test("jids go up, and those of removed jails are not used again soon", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a" });
    jailRemove(host, root, 1);
    expect(jail(host, root, { name: "b" }).jid).toBe(2);
    freebsdOf(host).lastJid = 999_999;
    expect(jail(host, root, { name: "c" }).jid).toBe(1);
    expect(jail(host, root, { name: "d" }).jid).toBe(3);
  });

  test("the name of a dying sibling can be used", () => {
    const { host, root } = freebsd();
    dying(host, root, "a");
    expect(jail(host, root, { name: "a" })).toMatchObject({ jid: 2, name: "a" });
  });

  test("has the defaults of the kernel", () => {
    const { host, root } = freebsd();
    expect(jail(host, root, {})).toMatchObject({
      name: "1",
      path: "/",
      hostname: "",
      hostuuid: "00000000-0000-0000-0000-000000000000",
      hostid: 0,
      ip4: { restricted: true, own: true, addresses: [], sourceSelection: true },
      ip6: { restricted: true, own: true, addresses: [], sourceSelection: true },
      ownVnet: false,
      vnet: 0,
      allow: ["set_hostname", "reserved_ports", "unprivileged_proc_debug", "suser"],
      securelevel: -1,
      enforceStatfs: 2,
      devfsRuleset: 0,
      childrenMax: 0,
      sysv: { shm: null, sem: null, msg: null },
      osrelease: "15.0-RELEASE",
    });
  });

  test("has no bits in 12 that came with 13", () => {
    const { host, root } = freebsd("12.4");
    expect(jail(host, root, {}).allow).toEqual(["set_hostname", "reserved_ports"]);
  });

  test("takes enforce_statfs from the sysctl of the host", () => {
    const { host, root } = freebsd();
    host.state.machine.sysctls["security.jail.enforce_statfs"] = 1;
    const made = jail(host, root, {});
    expect(made.enforceStatfs).toBe(1);
    expect(made.causes["enforce_statfs"]).toEqual({ what: "security.jail.enforce_statfs=1", from: "host" });
  });

  test("with vnet has a stack of its own and no restriction", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { vnet: true });
    expect(made).toMatchObject({ ownVnet: true, ip4: { restricted: false }, ip6: { restricted: false } });
    expect(host.state.network.vnets[made.vnet]?.container).toBe(made.jid);
  });

  test("keeps the first address in front and sorts the others", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { "ip4.addr": ["10.0.0.9", "10.0.0.10", "10.0.0.2"] });
    expect(made.ip4.addresses).toEqual(["10.0.0.9", "10.0.0.2", "10.0.0.10"]);
  });

  test("row 22 aside, an address list wins over the mode", () => {
    const { host, root } = freebsd();
    expect(jail(host, root, { ip4: "inherit", "ip4.addr": ["10.0.0.9"] }).ip4).toMatchObject({
      own: true,
      addresses: ["10.0.0.9"],
    });
  });
});

describe("revival", () => {
  test("before 14 a dying jail can be made to live again", () => {
    const { host, root } = freebsd("13.5");
    const old = dying(host, root, "a");
    expect(set(host, root, { jid: 1, persist: true }, { update: true, dying: true })).toEqual({ jid: 1 });
    expect(old.state).toBe("alive");
  });

  test("before 14 a dying jail is said to be dying", () => {
    const { host, root } = freebsd("13.5");
    dying(host, root, "a");
    expect(set(host, root, { jid: 1 }, update)).toMatchObject({
      errno: "ENOENT",
      message: "jail 1 is dying",
    });
    expect(set(host, root, { name: "a" }, update)).toMatchObject({ message: 'jail "a" is dying' });
  });

  test("from 14 on the flag does nothing", () => {
    const { host, root } = freebsd("14.3");
    dying(host, root, "a");
    expect(set(host, root, { jid: 1, persist: true }, { update: true, dying: true })).toMatchObject({
      rule: "jail_set/32",
    });
    expect(findPrison(host, 1)?.state).toBe("dying");
  });
});
