import { writeFile } from "@zonewarden/server/host/filesystem/open";
import {
  acct,
  auditPolicy,
  auditRecord,
  coreSettings,
  cpcOpen,
  setAuditPolicy,
  setCore,
} from "@zonewarden/server/host/illumos/administration";
import {
  addDriver,
  adjtime,
  hostid,
  modinfo,
  modload,
  modunload,
  setDomainname,
  setNodename,
  stime,
  wallClock,
} from "@zonewarden/server/host/illumos/system";
import { type UadminCommand, type UadminFunction, uadmin } from "@zonewarden/server/host/illumos/uadmin";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { result, twoZones } from "../process/world.ts";

describe("what belongs to the whole machine", () => {
  type World = ReturnType<typeof twoZones>;
  type Call = (about: World, process: World["global"]) => { ok: boolean; errno?: string };
  const calls: [string, Call, string, string][] = [
    ["stime", ({ host }, process) => stime(host, process, 1_000_000), "EPERM", "default,sys_time"],
    ["adjtime", ({ host }, process) => adjtime(host, process, 5), "EPERM", "default,sys_time"],
    ["cpc", ({ host }, process) => cpcOpen(host, process), "EACCES", "default,cpc_cpu"],
    ["modload", ({ host }, process) => modload(host, process, "vmm"), "EACCES", ""],
    ["modunload", ({ host }, process) => modunload(host, process, "vmm"), "EPERM", ""],
    ["add_drv", ({ host }, process) => addDriver(host, process, "foo"), "EPERM", ""],
  ];
  test.each(calls)("%s is refused in a zone", (_, call, expected) => {
    const about = twoZones();
    expect(result(call(about, about.a.root))).toBe(expected);
  });

  test.each(calls.filter(([, , , limitpriv]) => limitpriv !== ""))(
    "%s passes with limitpriv",
    (_, call, __, limitpriv) => {
      const about = twoZones(limitpriv);
      expect(result(call(about, about.b.root))).toBe("ok");
    },
  );

  test("the clock is one for all", () => {
    const { host, b } = twoZones("default,sys_time");
    ok(stime(host, b.root, 1_000_000));
    expect(wallClock(host)).toBe(1_000_000);
    ok(adjtime(host, b.root, -10));
    expect(wallClock(host)).toBe(999_990);
  });

  test("modules are loaded and unloaded in the global zone, and seen everywhere", () => {
    const { host, global } = twoZones();
    ok(modload(host, global, "vmm"));
    expect(modinfo(host)).toContain("vmm");
    expect(result(modload(host, global, "nothing"))).toBe("ENOENT");
    ok(modunload(host, global, "vmm"));
    expect(result(modunload(host, global, "genunix"))).toBe("EBUSY");
    expect(result(modunload(host, global, "vmm"))).toBe("EINVAL");
  });
});

describe("what each zone has for itself", () => {
  test("node name and domain", () => {
    const { host, a, b } = twoZones();
    ok(setNodename(host, a.root, "www"));
    ok(setDomainname(host, a.root, "example.org"));
    expect([a.zone.nodename, a.zone.domain]).toEqual(["www", "example.org"]);
    expect(b.zone.nodename).toBe("b");
  });

  test("which take sys_admin", () => {
    const { host, b } = twoZones("default,!sys_admin");
    for (const outcome of [
      setNodename(host, b.root, "www"),
      setDomainname(host, b.root, "example.org"),
      setCore(host, b.root, { process: "core.%p" }),
      uadmin(host, b.root, "reboot", "boot"),
    ])
      expect(outcome.decision.rule).toBe("priv/sys_admin");
  });

  test("a host id, where it is configured", () => {
    const host = zoneHost();
    const own = running(host, define("a", { properties: { hostid: "1a2b3c4d" } }));
    const other = running(host, define("b"));
    expect(hostid(host, own.root)).toBe("1a2b3c4d");
    expect(hostid(host, other.root)).toBe(hostid(host, globalRoot(host)));
  });

  test("core files", () => {
    const { host, a, b } = twoZones();
    ok(setCore(host, a.root, { global: "/cores/%z.%f.%p.%%", enabled: ["global"] }));
    expect(coreSettings(host, a.root)).toMatchObject({ global: "/cores/%z.%f.%p.%%", process: "core" });
    expect(coreSettings(host, b.root).global).toBe("");
    expect(result(setCore(host, a.root, { global: "cores" }))).toBe("EINVAL");
  });

  test("accounting into a file of its own", () => {
    const { host, a, b } = twoZones();
    ok(writeFile(host, a.root, "/var/adm/pacct", ""));
    ok(acct(host, a.root, "/var/adm/pacct"));
    expect(result(acct(host, a.root, "/var/adm/none"))).toBe("ENOENT");
    expect(result(acct(host, b.root, "/var/adm"))).toBe("EACCES");
    ok(acct(host, a.root, null));
  });
});

describe("auditing", () => {
  test("is the machine's without perzone", () => {
    const { host, a } = twoZones();
    expect(setAuditPolicy(host, a.root, ["arge"])).toMatchObject({
      errno: "EINVAL",
      decision: { rule: "audit/perzone" },
    });
    expect(auditRecord(host, a.root).decision.reason).toContain("global zone");
  });

  test("with perzone zones have local flags of their own, and no others", () => {
    const { host, a, b, global } = twoZones();
    ok(setAuditPolicy(host, global, ["perzone"]));
    ok(setAuditPolicy(host, a.root, ["arge"]));
    expect(auditPolicy(host, a.root)).toEqual(["arge", "perzone"]);
    expect(auditPolicy(host, b.root)).toEqual(["perzone"]);
    expect(setAuditPolicy(host, a.root, ["ahlt"]).decision.rule).toBe("audit/global");
  });

  test("takes its privileges", () => {
    const { host, b } = twoZones("default,!sys_audit,!proc_audit");
    expect(result(setAuditPolicy(host, b.root, ["arge"]))).toBe("EPERM");
    expect(result(auditRecord(host, b.root))).toBe("EPERM");
  });
});

describe("uadmin", () => {
  test("halts the own zone, and nothing else", () => {
    const { host, a } = twoZones();
    ok(uadmin(host, a.root, "shutdown", "halt"));
    expect([stateOf(host, "a"), stateOf(host, "b")]).toEqual(["installed", "running"]);
  });

  test("reboots it, with another id", () => {
    const { host, a } = twoZones();
    ok(uadmin(host, a.root, "reboot", "boot"));
    expect(stateOf(host, "a")).toBe("running");
    expect(zoneNamed(host, "a")?.id).not.toBe(a.zone.id);
  });

  test.each<[UadminCommand, UadminFunction, string]>([
    ["dump", "halt", "ENOTSUP"],
    ["freeze", "halt", "ENOTSUP"],
    ["remount", "halt", "ENOTSUP"],
    ["ftrace", "halt", "ENOTSUP"],
    ["config", "halt", "ENOTSUP"],
    ["reboot", "iboot", "ENOTSUP"],
    ["reboot", "sboot", "ENOTSUP"],
    ["reboot", "fastreboot", "EINVAL"],
  ])("in a zone %s %s is %s", (command, what, expected) => {
    const { host, a } = twoZones();
    expect(result(uadmin(host, a.root, command, what))).toBe(expected);
    expect(stateOf(host, "a")).toBe("running");
  });

  test("in the global zone it is the machine", () => {
    const { host, global } = twoZones();
    ok(uadmin(host, global, "reboot", "boot"));
    expect(host.events).toContainEqual(expect.objectContaining({ kind: "host.reboot", container: "" }));
  });
});
