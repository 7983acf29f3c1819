import { jailGet } from "@zonewarden/server/host/freebsd/jailGet";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import { describe, expect, test } from "vitest";
import { freebsd, jail, params, set, shellIn } from "./jails.ts";

/** Rows of the kernel's last checks, and what a change does. */

const update = { update: true };

describe("an existing jail", () => {
  test("row 43: one with a stack of its own takes no addresses", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", vnet: "new" });
    expect(set(host, root, { name: "a", "ip4.addr": ["10.0.0.1"] }, update)).toEqual({
      errno: "EINVAL",
      rule: "jail_set/43",
      message: "vnet jails cannot have IP address restrictions",
    });
  });

  test("row 44: one that inherits its addresses takes none of its own", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", ip6: "inherit" });
    expect(set(host, root, { name: "a", "ip6.addr": ["2001:db8::9"] }, update)).toEqual({
      errno: "EINVAL",
      rule: "jail_set/44",
      message: "ip6 cannot be changed after creation",
    });
  });

  test("takes another list of addresses where it has one", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a", "ip4.addr": ["10.0.0.1"] });
    expect(set(host, root, { name: "a", "ip4.addr": ["10.0.0.2", "10.0.0.3"] }, update)).toEqual({ jid: 1 });
    expect(made.ip4.addresses).toEqual(["10.0.0.2", "10.0.0.3"]);
  });

  test("is renamed with all below it", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 2 });
    const below = jail(host, root, { name: "a.b" });
    set(host, root, { jid: 1, name: "long" }, update);
    expect([prison(host, 1).name, below.name]).toEqual(["long", "long.b"]);
    expect(set(host, root, { name: "long.b" }, update)).toEqual({ jid: below.jid });
  });

  test("ends when persist goes and no process is left", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a" });
    set(host, root, { name: "a", nopersist: true }, update);
    expect(freebsdOf(host).prisons[1]).toBeUndefined();
  });
});

describe("limits of the parent", () => {
  /** A jail with values, and what its root is told when it creates one inside. */
  function inside(outer: Parameters<typeof jail>[2], inner: Parameters<typeof set>[2]) {
    const { host, root } = freebsd();
    const parent = jail(host, root, { name: "a", "children.max": 5, ...outer });
    return set(host, shellIn(host, parent), { persist: true, name: "b", ...inner });
  }

  test.each([
    ["45", { securelevel: 2 }, { securelevel: 1 }, "EPERM"],
    ["46", { "children.max": 5 }, { "children.max": 5 }, "EPERM"],
    ["47", { enforce_statfs: 1 }, { enforce_statfs: 0 }, "EPERM"],
    ["48", {}, { devfs_ruleset: -1 }, "EINVAL"],
    ["48", {}, { devfs_ruleset: 65536 }, "EINVAL"],
    ["48a", { devfs_ruleset: 4 }, { devfs_ruleset: 5 }, "EPERM"],
    ["49", { "ip4.addr": ["10.0.0.1"] }, { "ip4.addr": ["10.0.0.2"] }, "EPERM"],
    ["49", { ip6: "disable" }, { "ip6.addr": ["2001:db8::9"] }, "EPERM"],
    ["51", {}, { "allow.raw_sockets": true }, "EPERM"],
    ["51", { "allow.noset_hostname": true }, { "allow.set_hostname": true }, "EPERM"],
    ["51a", {}, { sysvshm: "new" }, "EPERM"],
    ["51a", {}, { sysvmsg: "inherit" }, "EPERM"],
    ["51a", {}, { sysvsem: "sometimes" }, "EINVAL"],
  ] as const)("row %s: %j does not let %j pass", (row, outer, inner, errno) => {
    expect(inside(outer, inner)).toMatchObject({ errno, rule: `jail_set/${row}` });
  });

  test.each([
    [{ securelevel: 2 }, { securelevel: 2 }],
    [{ "children.max": 5 }, { "children.max": 4 }],
    [{ enforce_statfs: 1 }, { enforce_statfs: 1 }],
    [{ devfs_ruleset: 4 }, { devfs_ruleset: 4 }],
    [{ "ip4.addr": ["10.0.0.1"] }, { "ip4.addr": ["10.0.0.1"] }],
    [{ "allow.raw_sockets": true }, { "allow.raw_sockets": true }],
    [{ "allow.nounprivileged_proc_debug": true }, { "allow.unprivileged_proc_debug": true }],
    [{}, { "allow.unprivileged_parent_tampering": true }],
    [{ sysvshm: "new" }, { sysvshm: "new" }],
  ] as const)("%j lets %j pass", (outer, inner) => {
    expect(inside(outer, inner)).toEqual({ jid: 2 });
  });

  test("row 48a: in a jail, ruleset 0 is the parent's", () => {
    const { host, root } = freebsd();
    const parent = jail(host, root, { name: "a", "children.max": 1, devfs_ruleset: 4 });
    expect(jail(host, shellIn(host, parent), { devfs_ruleset: 0 }).devfsRuleset).toBe(4);
  });

  test("a refusal names both lines", () => {
    const { host, root } = freebsd();
    const at = (start: number) => ({ path: "/etc/jail.conf", start, end: start + 1 });
    const outer = {
      value: 2,
      cause: { what: "securelevel=2", from: "configuration", place: at(1) },
    } as const;
    const inner = {
      value: 1,
      cause: { what: "securelevel=1", from: "configuration", place: at(9) },
    } as const;
    jailSet(
      host,
      root,
      { ...params({ name: "a", persist: true, "children.max": 1 }), securelevel: outer },
      { create: true },
    );
    const outcome = jailSet(
      host,
      root,
      { ...params({ name: "a.b", persist: true }), securelevel: inner },
      { create: true },
    );
    expect(outcome.decision.causes.map(({ place }) => place?.start)).toEqual([9, 1]);
  });
});

describe("row 49a: addresses of two jails", () => {
  const clash = { errno: "EADDRINUSE", rule: "jail_set/49a", message: "IPv4 addresses clash" };

  test("one and the same address alone is shared", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "ip4.addr": ["10.0.0.1"] });
    expect(set(host, root, { name: "b", persist: true, "ip4.addr": ["10.0.0.1"] })).toEqual({ jid: 2 });
  });

  test.each([
    [["10.0.0.1"], ["10.0.0.1", "10.0.0.2"]],
    [["10.0.0.1", "10.0.0.2"], ["10.0.0.2"]],
    [
      ["10.0.0.1", "10.0.0.2"],
      ["10.0.0.3", "10.0.0.2"],
    ],
  ])("%j and %j clash", (first, second) => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "ip4.addr": first });
    expect(set(host, root, { name: "b", persist: true, "ip4.addr": second })).toEqual(clash);
  });

  test("IPv6 addresses clash in every spelling", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "ip6.addr": ["2001:db8::1", "2001:db8::2"] });
    expect(set(host, root, { name: "b", persist: true, "ip6.addr": ["2001:DB8:0::2"] })).toMatchObject({
      message: "IPv6 addresses clash",
    });
  });

  test("a change is compared with the others, but not with the jail itself", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "ip4.addr": ["10.0.0.1", "10.0.0.2"] });
    jail(host, root, { name: "b", "ip4.addr": ["10.0.0.3"] });
    expect(set(host, root, { name: "a", "ip4.addr": ["10.0.0.2", "10.0.0.1"] }, update)).toEqual({ jid: 1 });
    expect(set(host, root, { name: "b", "ip4.addr": ["10.0.0.2"] }, update)).toEqual(clash);
  });

  test("dying jails, inherited lists and other stacks do not count", () => {
    const { host, root } = freebsd();
    const addresses = ["10.0.0.1", "10.0.0.2"];
    const old = jail(host, root, { name: "a", "ip4.addr": addresses });
    old.extraRefs = 1;
    set(host, root, { name: "a", nopersist: true }, update);
    jail(host, root, { name: "b", ip4: "inherit" });
    const stack = jail(host, root, { name: "c", vnet: "new", "children.max": 1 });
    jail(host, shellIn(host, stack), { name: "d", "ip4.addr": addresses });
    expect(set(host, root, { name: "e", persist: true, "ip4.addr": addresses })).toEqual({ jid: 5 });
  });

  test("a child of a jail with two addresses clashes with its parent, which is marked as unsure", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 1, "ip4.addr": ["10.0.0.1", "10.0.0.2"] });
    const outcome = jailSet(host, root, params({ name: "a.b", persist: true, "ip4.addr": ["10.0.0.1"] }), {
      create: true,
    });
    expect(outcome.decision).toMatchObject({ rule: "jail_set/49a", unsure: true });
  });
});

describe("names and unknown parameters", () => {
  test.each(["012", "+5", "0"])("row 50: the name %s is a number, but not the jid", (name) => {
    const { host, root } = freebsd();
    expect(set(host, root, { jid: 5, name, persist: true })).toEqual({
      errno: "EINVAL",
      rule: "jail_set/50",
      message: "name cannot be numeric (unless it is the jid)",
    });
  });

  test.each(["9lives", "a-b", "web", "5"])("row 50: jail 5 can be called %s", (name) => {
    const { host, root } = freebsd();
    expect(jail(host, root, { jid: 5, name }).name).toBe(name);
  });

  test("row 50a: a full name has at most 255 bytes, also below a jail that is renamed", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 2 });
    const long = { errno: "ENAMETOOLONG", rule: "jail_set/50a", message: undefined };
    expect(set(host, root, { name: `a.${"b".repeat(253)}`, persist: true })).toMatchObject({ jid: 2 });
    const inside = shellIn(host, prison(host, 1));
    expect(set(host, inside, { name: "c".repeat(254), persist: true })).toEqual(long);
    expect(set(host, root, { jid: 1, name: "aa" }, update)).toEqual(long);
  });

  test.each([
    ["exec.start", "15.0"],
    ["parent", "15.0"],
    ["dying", "15.0"],
    ["children.cur", "15.0"],
    ["cpuset.id", "15.0"],
    ["allow.mount.nullfs", "15.0"],
    ["linux", "15.0"],
    ["allow.adjtime", "14.3"],
    ["allow.nfsd", "13.5"],
    ["allow.suser", "12.4"],
    ["meta", "14.3"],
    ["zfs.mount_snapshot", "13.5"],
  ])("row 52: %s is unknown on %s", (name, release) => {
    const { host, root } = freebsd(release);
    expect(set(host, root, { persist: true, [name]: "1" })).toEqual({
      errno: "EINVAL",
      rule: "jail_set/52",
      message: `unknown parameter: ${name}`,
    });
  });

  test("row 52: without VIMAGE there is no vnet", () => {
    const { host, root } = freebsd();
    host.state.machine.options = host.state.machine.options.filter((option) => option !== "VIMAGE");
    expect(set(host, root, { persist: true, vnet: "new" })).toMatchObject({
      message: "unknown parameter: vnet",
    });
  });

  test("row 52: a permission is known once its module is there", () => {
    const { host, root } = freebsd();
    freebsdOf(host).registered.push("allow.mount.nullfs");
    expect(jail(host, root, { "allow.mount.nullfs": true }).allow).toContain("mount.nullfs");
  });
});

describe("row 53: texts", () => {
  test("one that is too long undoes a creation, but not what a change has set before", () => {
    const { host, root } = freebsd();
    const long = { meta: "m".repeat(5000) };
    const tooLong = { errno: "EFBIG", rule: "jail_set/53", message: undefined };
    expect(set(host, root, { name: "a", persist: true, ...long })).toEqual(tooLong);
    expect(Object.keys(freebsdOf(host).prisons)).toEqual(["0"]);
    const made = jail(host, root, { name: "a" });
    expect(set(host, root, { name: "a", securelevel: 1, ...long }, update)).toEqual(tooLong);
    expect(made.securelevel).toBe(1);
  });

  test("one with a NUL is invalid", () => {
    const { host, root } = freebsd();
    expect(set(host, root, { persist: true, env: "a\0b" })).toMatchObject({
      errno: "EINVAL",
      rule: "jail_set/53",
    });
  });

  test("keys are lines that can be changed and taken out", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a", meta: "x=1\ny=2\n" });
    set(host, root, { name: "a", "meta.x": "3", "meta.y": true, "env.z": "4" }, update);
    expect(made.parameters).toEqual({ meta: "x=3\n", env: "z=4\n" });
  });
});

describe("row 54: attaching", () => {
  test("a creation without persist lives by the caller, who is in it", () => {
    const { host, root } = freebsd();
    expect(set(host, root, { name: "a", path: "/usr" }, { create: true, attach: true })).toEqual({ jid: 1 });
    expect(root.credential.container).toBe(1);
    expect(root.root).toEqual(prison(host, 1).root);
  });

  test("a caller with an open directory is refused, and the creation undone", () => {
    const { host, root } = freebsd();
    root.descriptors.push({ fd: 9, kind: "directory", vnode: { ...root.root }, write: false });
    const { cpuset } = root;
    expect(set(host, root, { name: "a" }, { create: true, attach: true })).toEqual({
      errno: "EPERM",
      rule: "jail_set/54",
      message: "attach failed",
    });
    expect(root).toMatchObject({ cpuset, credential: { container: 0 } });
    expect(Object.keys(freebsdOf(host).prisons)).toEqual(["0"]);
    expect(prison(host, 0)).toMatchObject({ children: [], childrenCur: 0 });
  });

  test("a change that drops persist and then fails to attach lets the empty jail die", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a", persist: true });
    root.descriptors.push({ fd: 9, kind: "directory", vnode: { ...root.root }, write: false });
    const change = set(host, root, { name: "a", persist: false }, { update: true, attach: true });
    expect(change).toMatchObject({ errno: "EPERM", rule: "jail_set/54" });
    expect(freebsdOf(host).prisons[made.jid]).toBeUndefined();
  });
});

describe("host names and System V modules", () => {
  test("names are passed to jails below without names of their own", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 2, "host.hostname": "one" });
    const shared = jail(host, root, { name: "a.b", host: "inherit" });
    const own = jail(host, root, { name: "a.c", "host.hostname": "three" });
    expect(shared.hostname).toBe("one");
    set(host, root, { name: "a", "host.hostname": "two" }, update);
    expect([shared.hostname, own.hostname]).toEqual(["two", "three"]);
  });

  test("allow.sysvipc stands for all three modules", () => {
    const { host, root } = freebsd();
    expect(jail(host, root, { "allow.sysvipc": true }).sysv).toEqual({ shm: 0, sem: 0, msg: 0 });
  });

  test("a mode of a module wins over allow.sysvipc", () => {
    const { host, root } = freebsd();
    const { sysv } = jail(host, root, { "allow.sysvipc": true, sysvshm: "new", sysvmsg: "disable" });
    expect(sysv).toEqual({ shm: 1, sem: 0, msg: null });
  });

  test("with the Linux module a jail has its own identity, or follows its parent", () => {
    const { host, root } = freebsd();
    host.state.machine.modules.push("linux_common");
    const outer = jail(host, root, { name: "a", "children.max": 2, "linux.osrelease": "4.4.0" });
    const copy = jail(host, root, { name: "a.b" });
    const follows = jail(host, root, { name: "a.c", linux: "inherit" });
    expect([outer, copy, follows].map(({ parameters }) => parameters["linux.osrelease"])).toEqual([
      "4.4.0",
      "4.4.0",
      undefined,
    ]);
    expect(jailGet(host, root, { name: "a.c" }, ["linux", "linux.osrelease"])).toMatchObject({
      value: { linux: "inherit", "linux.osrelease": "4.4.0" },
    });
  });

  test("disabling a module disables it below, and destroys what was in its key space", () => {
    const { host, root } = freebsd();
    jail(host, root, { name: "a", "children.max": 1, sysvshm: "new" });
    const below = jail(host, root, { name: "a.b", sysvshm: "inherit" });
    host.state.ipc.sysv.push({
      ...{
        kind: "shm",
        id: 1,
        key: 1,
        container: 1,
        space: 1,
        uid: 0,
        gid: 0,
        mode: 0o600,
        size: 1,
        created: 0,
      },
    });
    expect(below.sysv.shm).toBe(1);
    set(host, root, { name: "a", sysvshm: "disable" }, update);
    expect([below.sysv.shm, host.state.ipc.sysv]).toEqual([null, []]);
  });
});
