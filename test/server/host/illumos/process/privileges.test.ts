import { holds, privilegeSet } from "@zonewarden/server/host/illumos/privileges";
import { setPrivileges, setSecurityFlags } from "@zonewarden/server/host/illumos/process/ownPrivileges";
import { highResolutionTimer } from "@zonewarden/server/host/illumos/process/priocntl";
import { newtask, projectOf } from "@zonewarden/server/host/illumos/process/projects";
import { setuid } from "@zonewarden/server/host/process/credentials";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../properties.ts";
import { ok } from "../harness.ts";
import { result, twoZones, userIn } from "./world.ts";

describe("setppriv", () => {
  test("what is taken off can come back while it is permitted", () => {
    const { host, a } = twoZones();
    ok(setPrivileges(host, a.root, "effective", "off", ["proc_fork"]));
    expect(holds(host, a.root, "proc_fork")).toBe(false);
    expect(result(setPrivileges(host, a.root, "effective", "on", ["proc_fork"]))).toBe("ok");
  });

  test("what is not permitted any more has no effect and never comes back", () => {
    const { host, a } = twoZones();
    ok(setPrivileges(host, a.root, "permitted", "off", ["file_chown"]));
    expect(holds(host, a.root, "file_chown")).toBe(false);
    for (const set of ["effective", "permitted"] as const)
      expect(setPrivileges(host, a.root, set, "on", ["file_chown"])).toMatchObject({
        errno: "EPERM",
        decision: { rule: "ppriv/gain" },
      });
  });

  test("a zone cannot give itself what its limit has not", () => {
    const { host, a } = twoZones();
    expect(result(setPrivileges(host, a.root, "effective", "on", ["sys_time"]))).toBe("EPERM");
    expect(result(setPrivileges(host, a.root, "limit", "on", ["sys_time"]))).toBe("EPERM");
  });

  test("names that do not exist", () => {
    const { host, a } = twoZones();
    expect(result(setPrivileges(host, a.root, "effective", "off", ["proc_fly"]))).toBe("EINVAL");
  });

  test("no order of changes ever wins a privilege", () => {
    const names = ["proc_fork", "file_chown", "sys_time", "net_access", "proc_zone"];
    const sets = ["effective", "permitted", "inheritable", "limit"] as const;
    const step = fc.tuple(
      fc.constantFrom(...sets),
      fc.constantFrom("on", "off", "set"),
      fc.subarray(names, { minLength: 1 }),
    );
    const { host, a } = twoZones();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const user = userIn(host, a.zone.id, 0);
        let before = new Set(privilegeSet(host, user, "permitted"));
        for (const [set, how, some] of steps) {
          setPrivileges(host, user, set, how, some);
          const after = privilegeSet(host, user, "permitted");
          expect(after.every((name) => before.has(name))).toBe(true);
          const effective = privilegeSet(host, user, "effective");
          expect(effective.every((name) => after.includes(name))).toBe(true);
          before = new Set(after);
        }
      }),
      { numRuns: runs(50) },
    );
  });
});

describe("becoming root", () => {
  test("is nothing for users", () => {
    const { host, a } = twoZones();
    expect(setuid(host, userIn(host, a.zone.id, 1000), 0).ok).toBe(false);
  });

  test("root of a zone may become anybody and come back", () => {
    const { host, a } = twoZones();
    expect(result(setuid(host, a.root, 1000))).toBe("ok");
  });

  test("proc_setid without the rest of the zone's privileges does not make root", () => {
    const { host, a } = twoZones();
    const user = userIn(host, a.zone.id, 1000);
    const root = userIn(host, a.zone.id, 0);
    const all = privilegeSet(host, root, "permitted");
    ok(setPrivileges(host, root, "permitted", "set", ["proc_setid", "proc_fork"]));
    user.illumos = { ...user.illumos, ...root.illumos };
    expect(all.length).toBeGreaterThan(2);
    expect(setuid(host, user, 1001).ok).toBe(true);
    user.credential = { ...user.credential, uid: 1000, ruid: 1000, svuid: 1000 };
    expect(setuid(host, user, 0)).toMatchObject({ errno: "EPERM", decision: { rule: "setuid/root" } });
  });
});

describe("newtask", () => {
  test("projects are of the zone", () => {
    const { host, a } = twoZones();
    const first = ok(newtask(host, a.root, "default"));
    expect(projectOf(a.root)).toBe(3);
    expect(ok(newtask(host, a.root, "user.root"))).toBeGreaterThan(first);
    expect(result(newtask(host, a.root, "oracle"))).toBe("ESRCH");
  });

  test("takes proc_taskid", () => {
    const { host, a } = twoZones();
    expect(newtask(host, userIn(host, a.zone.id, 1000), "default").decision.rule).toBe("priv/proc_taskid");
  });
});

test("security flags go to whom one may signal", () => {
  const { host, a, b } = twoZones();
  expect(result(setSecurityFlags(host, a.root, a.root, ["aslr"]))).toBe("ok");
  expect(result(setSecurityFlags(host, a.root, b.root, ["aslr"]))).toBe("ESRCH");
  expect(result(setSecurityFlags(host, a.root, a.root, ["wings"]))).toBe("EINVAL");
});

test.each([
  ["default", "EPERM"],
  ["default,proc_clock_highres", "ok"],
])("a timer of high resolution with limitpriv %s: %s", (limitpriv, expected) => {
  const { host, b } = twoZones(limitpriv);
  expect(result(highResolutionTimer(host, b.root))).toBe(expected);
});
