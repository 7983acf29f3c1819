import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { sysctlNames, sysctlRead, sysctlWrite } from "@zonewarden/server/host/freebsd/sysctl";
import { SYSCTLS } from "@zonewarden/server/host/freebsd/sysctlTable";
import type { Host } from "@zonewarden/server/host/host";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

function read(host: Host, process: Process, name: string): string | number {
  const outcome = sysctlRead(host, process, name);
  return outcome.ok ? outcome.value : outcome.errno;
}

describe("the order of the rules for writing", () => {
  interface Row {
    title: string;
    name: string;
    value?: string | number;
    uid?: number;
    inJail?: boolean;
    values?: Record<string, string | number | boolean>;
    expected: string;
    rule: string;
  }

  const rows: Row[] = [
    { title: "unknown", name: "kern.nothing", expected: "ENOENT", rule: "sysctl/unknown" },
    { title: "a node", name: "security.bsd", expected: "EISDIR", rule: "sysctl/node" },
    { title: "not writable", name: "kern.ostype", expected: "EPERM", rule: "sysctl/read-only" },
    {
      title: "not writable before the privilege",
      name: "kern.maxproc",
      inJail: true,
      expected: "EPERM",
      rule: "sysctl/read-only",
    },
    {
      title: "the securelevel before the privilege",
      name: "security.bsd.unprivileged_proc_debug",
      inJail: true,
      uid: 1001,
      values: { securelevel: 1 },
      expected: "EPERM",
      rule: "securelevel",
    },
    {
      title: "an ordinary one in a jail",
      name: "kern.coredump",
      inJail: true,
      expected: "EPERM",
      rule: "priv/SYSCTL_WRITE",
    },
    { title: "an ordinary one on the host", name: "kern.coredump", expected: "ok", rule: "sysctl/write" },
    {
      title: "an ordinary one by a user",
      name: "kern.coredump",
      uid: 1001,
      expected: "EPERM",
      rule: "priv/SYSCTL_WRITE",
    },
    {
      title: "one for prisons in a jail",
      name: "kern.hostid",
      inJail: true,
      expected: "ok",
      rule: "sysctl/write",
    },
    {
      title: "one for prisons by a user in a jail",
      name: "kern.hostid",
      inJail: true,
      uid: 1001,
      expected: "EPERM",
      rule: "priv/SYSCTL_WRITEJAIL",
    },
    {
      title: "one for prisons by root without power",
      name: "kern.hostid",
      inJail: true,
      values: { "allow.suser": false },
      expected: "EPERM",
      rule: "priv/SYSCTL_WRITEJAIL",
    },
    {
      title: "one of a shared stack",
      name: "net.inet.ip.forwarding",
      inJail: true,
      expected: "EPERM",
      rule: "priv/SYSCTL_WRITE",
    },
    {
      title: "one of an own stack",
      name: "net.inet.ip.forwarding",
      inJail: true,
      values: { vnet: "new" },
      expected: "ok",
      rule: "sysctl/write",
    },
    { title: "no number", name: "kern.coredump", value: "often", expected: "EINVAL", rule: "sysctl/type" },
    {
      title: "the privilege before the value",
      name: "kern.coredump",
      inJail: true,
      value: "often",
      expected: "EPERM",
      rule: "priv/SYSCTL_WRITE",
    },
    {
      title: "the handler last",
      name: "kern.hostid",
      inJail: true,
      values: { "allow.set_hostname": false },
      expected: "EPERM",
      rule: "sysctl/set_hostname",
    },
  ];

  test.each(rows)("$title", ({ name, value = 1, uid = 0, inJail = false, values, expected, rule }) => {
    const host = hostOf();
    const process = userIn(host, inJail ? jailOf(host, "a", values) : 0, uid);
    const outcome = sysctlWrite(host, process, name, value);
    expect([result(outcome), outcome.decision.rule]).toEqual([expected, rule]);
  });

  test("in a jail without a stack only entries for prisons can be written", () => {
    const host = hostOf();
    const root = userIn(host, jailOf(host, "a"));
    const writable = Object.keys(SYSCTLS).filter((name) => {
      const value = read(host, root, name);
      return sysctlWrite(host, root, name, value).ok;
    });
    expect(writable).toEqual([
      "kern.hostname",
      "kern.domainname",
      "kern.hostuuid",
      "kern.hostid",
      "kern.securelevel",
      "security.bsd.suser_enabled",
      "security.bsd.unprivileged_proc_debug",
    ]);
  });
});

describe("names of the host group", () => {
  test.each([
    ["kern.hostname", "new.example.org"],
    ["kern.domainname", "example"],
    ["kern.hostuuid", "11111111-2222-3333-4444-555555555555"],
    ["kern.hostid", 42],
  ])(
    "%s belongs to the nearest jail with names of its own, and reaches those that share it",
    (name, value) => {
      const host = hostOf();
      const a = jailOf(host, "a", { "children.max": 2 });
      const sharing = userIn(host, jailOf(host, "a.b", { host: "inherit" }));
      const own = userIn(host, jailOf(host, "a.c"));
      sysctlWrite(host, sharing, name, value);
      const values = [userIn(host, a), sharing, own, hostRoot(host)].map(
        (one) => read(host, one, name) === value,
      );
      expect(values).toEqual([true, true, false, false]);
    },
  );

  test("with host=inherit at the top the host itself is renamed", () => {
    const host = hostOf();
    const root = userIn(host, jailOf(host, "a", { host: "inherit" }));
    sysctlWrite(host, root, "kern.hostname", "taken");
    expect(read(host, hostRoot(host), "kern.hostname")).toBe("taken");
  });

  test("a name of 256 bytes is too long: EINVAL", () => {
    const host = hostOf();
    expect(result(sysctlWrite(host, hostRoot(host), "kern.hostname", "x".repeat(256)))).toBe("EINVAL");
  });
});

describe("kern.securelevel", () => {
  const write = (host: Host, process: Process, level: number) =>
    result(sysctlWrite(host, process, "kern.securelevel", level));

  test("goes up only, and lifts those below", () => {
    const host = hostOf();
    const a = jailOf(host, "a", { "children.max": 1 });
    const b = jailOf(host, "a.b");
    const c = jailOf(host, "c");
    expect([2, 1, 2].map((level) => write(host, userIn(host, a), level))).toEqual(["ok", "EPERM", "ok"]);
    expect([a, b, c].map((jid) => prison(host, jid).securelevel)).toEqual([2, 2, -1]);
  });

  test("the parent may lower it again, down to its own", () => {
    const host = hostOf();
    const a = jailOf(host, "a");
    write(host, userIn(host, a), 2);
    const outcome = jailSet(
      host,
      hostRoot(host),
      { jid: { value: a }, securelevel: { value: -1 } },
      { update: true },
    );
    expect([result(outcome), prison(host, a).securelevel]).toEqual(["ok", -1]);
  });
});

describe("security.bsd.suser_enabled", () => {
  test("takes the superuser's power from the jail and those below, for good", () => {
    const host = hostOf();
    const a = jailOf(host, "a", { "children.max": 1 });
    const b = jailOf(host, "a.b");
    const root = userIn(host, a);
    const outcomes = [0, 1].map((value) =>
      result(sysctlWrite(host, root, "security.bsd.suser_enabled", value)),
    );
    expect(outcomes).toEqual(["ok", "EPERM"]);
    expect([a, b].map((jid) => prison(host, jid).allow.includes("suser"))).toEqual([false, false]);
  });

  test("of the host takes it from all jails", () => {
    const host = hostOf();
    const a = jailOf(host, "a");
    sysctlWrite(host, hostRoot(host), "security.bsd.suser_enabled", 0);
    expect(prison(host, a).allow).not.toContain("suser");
  });

  test("in a jail of 12 there is no value of its own", () => {
    const host = hostOf("12.4");
    const root = userIn(host, jailOf(host, "a"));
    expect(result(sysctlWrite(host, root, "security.bsd.suser_enabled", 0))).toBe("EPERM");
  });
});

describe("security.bsd.unprivileged_proc_debug", () => {
  const NAME = "security.bsd.unprivileged_proc_debug";

  test.each([
    [0, "ok"],
    [1, "ok"],
    [2, "EINVAL"],
  ])("%d: %s", (value, expected) => {
    const host = hostOf();
    expect(result(sysctlWrite(host, userIn(host, jailOf(host, "a")), NAME, value))).toBe(expected);
  });

  test("can be on where the parent has it off, and does not reach those below", () => {
    const host = hostOf();
    const a = jailOf(host, "a", { "children.max": 1 });
    const b = jailOf(host, "a.b");
    sysctlWrite(host, userIn(host, a), NAME, 0);
    expect([a, b].map((jid) => read(host, userIn(host, jid), NAME))).toEqual([0, 1]);
    sysctlWrite(host, userIn(host, b), NAME, 0);
    sysctlWrite(host, userIn(host, b), NAME, 1);
    expect(prison(host, b).allow).toContain("unprivileged_proc_debug");
  });
});

describe("entries of modules", () => {
  test("the identity for Linux programs is one of the jail, once it is written there", () => {
    const host = hostOf("15.0", {}, {});
    host.state.machine.modules.push("linux64");
    const root = userIn(host, jailOf(host, "a"));
    sysctlWrite(host, root, "compat.linux.osrelease", "6.1.0");
    const values = [root, hostRoot(host)].map((one) => read(host, one, "compat.linux.osrelease"));
    expect(values).toEqual(["6.1.0", "5.15.0"]);
  });

  test("without the module they are not there", () => {
    const host = hostOf();
    expect(read(host, hostRoot(host), "compat.linux.osname")).toBe("ENOENT");
  });

  test.each([
    ["14.3", {}, "EPERM"],
    ["14.3", { "allow.vmm": true }, "ok"],
    ["15.0", { "allow.vmm": true }, "ENOENT"],
  ])("hw.vmm.create on %s with %o: %s", (release, values, expected) => {
    const host = hostOf(release);
    host.state.machine.modules.push("vmm");
    const root = userIn(host, jailOf(host, "a", values));
    expect(result(sysctlWrite(host, root, "hw.vmm.create", "guest"))).toBe(expected);
  });
});

describe("values of network stacks", () => {
  test("of an own one do not touch the host's", () => {
    const host = hostOf();
    const root = userIn(host, jailOf(host, "a", { vnet: "new" }));
    sysctlWrite(host, root, "net.inet.ip.forwarding", 1);
    const values = [root, hostRoot(host)].map((one) => read(host, one, "net.inet.ip.forwarding"));
    expect(values).toEqual([1, 0]);
  });

  test("of the host are read in jails that share its stack", () => {
    const host = hostOf();
    sysctlWrite(host, hostRoot(host), "net.inet.ip.ttl", 32);
    expect(read(host, userIn(host, jailOf(host, "a")), "net.inet.ip.ttl")).toBe(32);
  });
});

test("a jail reads its own release", () => {
  const host = hostOf();
  const root = userIn(host, jailOf(host, "a", { osrelease: "14.3-RELEASE", osreldate: 1_403_000 }));
  expect(["kern.osrelease", "kern.osreldate"].map((name) => read(host, root, name))).toEqual([
    "14.3-RELEASE",
    1_403_000,
  ]);
});

test("policies of the host are read everywhere and written in no jail", () => {
  const host = hostOf("15.0", { "security.bsd.see_other_uids": 0 });
  const root = userIn(host, jailOf(host, "a"));
  expect(read(host, root, "security.bsd.see_other_uids")).toBe(0);
  expect(result(sysctlWrite(host, root, "security.bsd.see_other_uids", 1))).toBe("EPERM");
});

test("names below a node come in order, and all can be read", () => {
  const host = hostOf();
  const names = sysctlNames(host, "security.jail");
  expect(names).toEqual([...names].sort());
  expect(names).toContain("security.jail.param.allow.raw_sockets");
  expect(names.filter((name) => read(host, hostRoot(host), name) === "ENOENT")).toEqual([]);
});
