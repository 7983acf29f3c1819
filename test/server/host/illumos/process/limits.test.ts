import { open, writeFile } from "@zonewarden/server/host/filesystem/open";
import { limitOf, setLimit, UNLIMITED } from "@zonewarden/server/host/illumos/process/limits";
import { newtask } from "@zonewarden/server/host/illumos/process/projects";
import { setProjectControl } from "@zonewarden/server/host/illumos/resources/controls";
import { mlock } from "@zonewarden/server/host/illumos/resources/memory";
import { exit, fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { globalRoot, ok, zoneHost } from "../harness.ts";
import { result, twoZones, userIn } from "./world.ts";

const deny = (limit: number) => ({ limit, action: "deny" as const });

describe("projects", () => {
  test("bound their processes, not those of others", () => {
    const { host, a } = twoZones();
    ok(newtask(host, a.root, "default"));
    ok(setProjectControl(host, a.root, "project.max-processes", deny(2)));
    const child = ok(fork(host, a.root));
    expect(fork(host, a.root)).toMatchObject({
      errno: "EAGAIN",
      decision: { rule: "rctl/project.max-processes" },
    });
    ok(newtask(host, child, "user.root"));
    expect(result(fork(host, a.root))).toBe("ok");
  });

  test("bound their threads and locked memory", () => {
    const { host, a } = twoZones();
    ok(newtask(host, a.root, "default"));
    ok(setProjectControl(host, a.root, "project.max-lwps", deny(1)));
    expect(fork(host, a.root).decision.rule).toBe("rctl/project.max-lwps");
    ok(setProjectControl(host, a.root, "project.max-locked-memory", deny(4096)));
    expect(mlock(host, a.root, 8192)).toMatchObject({
      errno: "EAGAIN",
      decision: { rule: "rctl/project.max-locked-memory" },
    });
  });

  test("of the same number are two in two zones", () => {
    const { host, a, b } = twoZones();
    for (const { root } of [a, b]) ok(newtask(host, root, "default"));
    ok(setProjectControl(host, a.root, "project.max-processes", deny(1)));
    expect(result(fork(host, b.root))).toBe("ok");
  });

  test("with controls in the zone's database have them after newtask", () => {
    const { host, a } = twoZones();
    const line = "batch:100::::project.max-lwps=(privileged,1,deny);zone.cpu-shares=(privileged,9,none)\n";
    ok(writeFile(host, a.root, "/etc/project", line));
    ok(newtask(host, a.root, "batch"));
    expect(fork(host, a.root).decision.rule).toBe("rctl/project.max-lwps");
    // Controls of zones in the file of projects are nothing.
    expect(a.zone.rctls["zone.cpu-shares"]).toBeUndefined();
  });
});

describe("processes", () => {
  test("have as many descriptors as their limit, and EMFILE beyond", () => {
    const { host, a } = twoZones();
    ok(setLimit(host, a.root, "process.max-file-descriptor", { soft: 6, hard: 65_536 }));
    const results = [0, 1, 2, 3].map(() => result(open(host, a.root, "/etc/passwd")));
    expect(results).toEqual(["ok", "ok", "ok", "EMFILE"]);
  });

  test("of users lower their limits and raise them up to the privileged value", () => {
    const { host, a } = twoZones();
    const user = userIn(host, a.zone.id, 1000);
    const name = "process.max-file-descriptor";
    expect(limitOf(user, name).soft).toBe(256);
    expect(result(setLimit(host, user, name, { soft: 65_536, hard: 65_536 }))).toBe("ok");
    expect(setLimit(host, user, name, { soft: 10, hard: 65_537 }).decision.rule).toBe("priv/sys_resource");
    expect(result(setLimit(host, user, name, { soft: 20, hard: 10 }))).toBe("EINVAL");
    expect(result(setLimit(host, user, "zone.max-lwps", { soft: 1, hard: 1 }))).toBe("EINVAL");
  });

  test("without a limit have none", () => {
    const host = zoneHost();
    expect(limitOf(globalRoot(host), "process.max-address-space").soft).toBe(UNLIMITED);
  });
});

test("the table of processes is full for everybody, the global zone too", () => {
  const host = zoneHost();
  const global = globalRoot(host);
  host.state.machine.sysctls["max_nprocs"] = Object.keys(host.state.processes.byPid).length + 1;
  const child = ok(fork(host, global));
  expect(fork(host, global)).toMatchObject({ errno: "EAGAIN", decision: { rule: "fork/max_nprocs" } });
  exit(host, child, 0);
});
