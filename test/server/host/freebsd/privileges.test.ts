import { existsSync, readFileSync } from "node:fs";
import type { Condition } from "@zonewarden/server/catalog/freebsd/privilege";
import { type PrivilegeName, privilege, privileges } from "@zonewarden/server/catalog/freebsd/privileges";
import { privCheck, privilegeVerdict } from "@zonewarden/server/host/freebsd/privileges";
import type { Prison } from "@zonewarden/server/host/freebsd/types";
import type { Host } from "@zonewarden/server/host/host";
import { describe, expect, test } from "vitest";
import { freebsd, jail, shellIn } from "./jails.ts";

const REFERENCE = new URL("../../../../../shared/reference/jail-privileges.json", import.meta.url);

interface Row {
  readonly priv: `PRIV_${PrivilegeName}`;
  readonly number: number;
  readonly verdict: "allow" | "deny" | "conditional";
  readonly condition: string;
}

const rows: readonly Row[] = existsSync(REFERENCE) ? JSON.parse(readFileSync(REFERENCE, "utf8")) : [];
const name = ({ priv }: Row) => priv.slice("PRIV_".length) as PrivilegeName;

/** Rows whose default is more than the condition says: a bit that is on, or a sysctl that gives it to everybody. */
const ALLOWED_BY_DEFAULT: ReadonlySet<string> = new Set(["NETINET_RESERVEDPORT"]);
/** The switch says nothing to it, but the rule of the superuser leaves it out. */
const may = (host: Host, jid: number, priv: PrivilegeName, uid = 0) =>
  privilegeVerdict(host, { container: jid, uid, ruid: uid }, priv).ok;

/** Gives a jail what one term of a condition asks for. */
function satisfy(host: Host, made: Prison, condition: Condition): void {
  if ("all" in condition) for (const part of condition.all) satisfy(host, made, part);
  else if ("allow" in condition) made.allow.push(condition.allow);
  else if ("ownVnet" in condition) made.ownVnet = true;
  else if ("enforceStatfs" in condition) made.enforceStatfs = 1;
  else if ("rootIsMountPoint" in condition) {
    const mount = Object.values(host.state.files.mounts)[0];
    made.root = { mount: mount?.id ?? "", node: mount?.root ?? 0 };
  }
}

/** Conditions that are each enough. */
function alternatives(condition: Condition): readonly Condition[] {
  return "any" in condition ? condition.any : [condition];
}

/** Terms that are all needed. */
function terms(condition: Condition): readonly Condition[] {
  return "all" in condition ? condition.all : [condition];
}

/** A jail that has nothing of what privileges may ask for. */
function bare(release?: string) {
  const { host, root } = freebsd(release);
  const made = jail(host, root, { name: "a", path: "/usr/share", "allow.noreserved_ports": true });
  return { host, made };
}

describe.skipIf(rows.length === 0)("the reference", () => {
  test("is what the catalog says, name for name and number for number", () => {
    const ours = privileges.map((each) => `${each.number} ${each.name} ${each.verdict}`);
    const theirs = rows.map((row) => `${row.number} ${name(row)} ${row.verdict}`);
    expect(ours.sort()).toEqual(theirs.sort());
  });

  test.each(rows.map((row) => [name(row), row] as const))("%s: root in a default jail", (priv, row) => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a" });
    const byDefault = row.verdict === "allow" || ALLOWED_BY_DEFAULT.has(priv);
    expect(may(host, jid, priv)).toBe(byDefault);
    const outcome = privilegeVerdict(host, { container: jid, uid: 0, ruid: 0 }, priv);
    if (!outcome.ok) expect(outcome).toMatchObject({ errno: "EPERM", decision: { rule: `priv/${priv}` } });
  });

  test.each(rows.map((row) => [name(row)] as const))("%s: root on the host has it", (priv) => {
    const { host } = freebsd();
    expect(may(host, 0, priv)).toBe(true);
  });
});

describe("conditions", () => {
  const conditional = privileges.filter(({ verdict }) => verdict === "conditional");

  test.each(conditional.map((each) => [each.name, each] as const))("%s: each one is enough", (priv, each) => {
    for (const condition of alternatives(each.condition as Condition)) {
      const { host, made } = bare();
      expect(may(host, made.jid, priv)).toBe(false);
      satisfy(host, made, condition);
      expect(may(host, made.jid, priv)).toBe(true);
      expect(may(host, made.jid, priv, 1001)).toBe(["VM_MLOCK", "VM_MUNLOCK", "MSGBUF"].includes(priv));
    }
  });

  test.each(
    conditional
      .filter(({ condition }) => condition && "all" in condition)
      .map((each) => [each.name, each] as const),
  )("%s: every term is needed, and the missing one is named", (priv, each) => {
    const needed = terms(each.condition as Condition);
    for (const missing of needed) {
      const { host, made } = bare();
      // A level of 0 serves mounting, but not the server of NFS: it is the one term with two sides.
      if ("enforceStatfs" in missing) made.enforceStatfs = "below" in missing.enforceStatfs ? 2 : 0;
      for (const term of needed) if (term !== missing) satisfy(host, made, term);
      const outcome = privilegeVerdict(host, { container: made.jid, uid: 0, ruid: 0 }, priv);
      expect(outcome.ok).toBe(false);
      expect(outcome.decision.causes).toHaveLength(1);
    }
  });

  test("all that is missing is named", () => {
    const { host, made } = bare();
    const { decision } = privilegeVerdict(host, { container: made.jid, uid: 0, ruid: 0 }, "VFS_MOUNT");
    expect(decision.causes.map(({ what }) => what)).toEqual([
      "allow.mount=false (default)",
      "enforce_statfs=2 (default)",
    ]);
  });

  test("the line that gave a permission is the cause", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a", "allow.raw_sockets": true });
    const { decision } = privCheck(host, shellIn(host, made), "NETINET_RAW");
    expect(decision.causes).toEqual([{ what: "allow.raw_sockets", from: "configuration" }]);
  });
});

describe("the order of the kernel", () => {
  test("a stack that is shared with a vnet jail gives nothing", () => {
    const { host, root } = freebsd();
    const outer = jail(host, root, { name: "a", vnet: "new", "children.max": 1 });
    const inner = jail(host, root, { name: "a.b" });
    expect(inner.vnet).toBe(outer.vnet);
    expect([may(host, outer.jid, "NET_IFCREATE"), may(host, inner.jid, "NET_IFCREATE")]).toEqual([
      true,
      false,
    ]);
  });

  test("the jail's bit for mlock binds users, too, and then the sysctl gives it to them", () => {
    const { host, made } = bare();
    expect(may(host, made.jid, "VM_MLOCK", 1001)).toBe(false);
    made.allow.push("mlock");
    expect(may(host, made.jid, "VM_MLOCK", 1001)).toBe(true);
    host.state.machine.sysctls["security.bsd.unprivileged_mlock"] = 0;
    expect([may(host, made.jid, "VM_MLOCK", 1001), may(host, made.jid, "VM_MLOCK")]).toEqual([false, true]);
  });

  test("with allow.nosuser root keeps only what everybody has", () => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a", "allow.nosuser": true });
    const kept = privileges.filter(({ name }) => may(host, jid, name)).map(({ name }) => name);
    expect(kept).toEqual(["DEBUG_UNPRIV", "KMEM_READ"]);
    expect(privilegeVerdict(host, { container: jid, uid: 0, ruid: 0 }, "VFS_CHOWN").decision.causes).toEqual([
      { what: "allow.nosuser", from: "configuration" },
    ]);
  });

  test("users debug their own processes while the jail allows it, and root always", () => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a", "allow.nounprivileged_proc_debug": true });
    expect([may(host, jid, "DEBUG_UNPRIV", 1001), may(host, jid, "DEBUG_UNPRIV")]).toEqual([false, true]);
    expect(may(host, jail(host, root, { name: "b" }).jid, "DEBUG_UNPRIV", 1001)).toBe(true);
  });

  test("everybody reads memory, as far as devices show it", () => {
    const { host, made } = bare();
    expect(may(host, made.jid, "KMEM_READ", 1001)).toBe(true);
  });

  test("limits look at the real user, all else at the effective one", () => {
    const { host, made } = bare();
    const asker = { container: made.jid, uid: 1001, ruid: 0 };
    expect(privilegeVerdict(host, asker, "PROC_LIMIT").ok).toBe(true);
    expect(privilegeVerdict(host, asker, "PROC_SETRLIMIT").ok).toBe(false);
  });

  test("names are looked up by root only while the superuser is on", () => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a", "allow.nosuser": true });
    expect(may(host, jid, "VFS_LOOKUP")).toBe(false);
    expect(may(host, jail(host, root, { name: "b" }).jid, "VFS_LOOKUP")).toBe(true);
  });
});

describe("releases", () => {
  test.each([
    ["DEBUG_DIFFJAIL", "14.3", true],
    ["SIGNAL_DIFFJAIL", "14.3", true],
    ["SCHED_DIFFJAIL", "14.3", true],
    ["SIGNAL_DIFFJAIL", "15.0", false],
    ["SEEJAILPROC", "13.5", false],
    ["VFS_READ_DIR", "12.4", true],
    ["VFS_READ_DIR", "13.5", false],
  ] as const)("%s on %s: whether a user in a jail is let through is %s", (priv, release, expected) => {
    const { host, made } = bare(release);
    expect(may(host, made.jid, priv, 1001)).toBe(expected);
  });

  test("before 14 not even root of the host is exempt from see_jail_proc", () => {
    expect(may(freebsd("13.5").host, 0, "SEEJAILPROC")).toBe(false);
    expect(may(freebsd("14.3").host, 0, "SEEJAILPROC")).toBe(true);
  });

  test("in 12 the superuser is no matter of jails", () => {
    const { host, made } = bare("12.4");
    expect(may(host, made.jid, "VFS_CHOWN")).toBe(true);
    host.state.machine.sysctls["security.bsd.suser_enabled"] = 0;
    expect(may(host, made.jid, "VFS_CHOWN")).toBe(false);
  });

  test("what sources differ on is marked", () => {
    const { host, made } = bare();
    made.allow.push("settime");
    expect(
      privilegeVerdict(host, { container: made.jid, uid: 0, ruid: 0 }, "SETTIMEOFDAY").decision.unsure,
    ).toBe(true);
    expect(privilege("SETTIMEOFDAY").unsure).toBe(true);
  });
});
