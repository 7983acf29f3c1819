import { kldload } from "@zonewarden/server/host/freebsd/modules";
import { sysctlRead, sysctlWrite } from "@zonewarden/server/host/freebsd/sysctl";
import type { Host } from "@zonewarden/server/host/host";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

function read(host: Host, process: Process, name: string): string | number {
  const outcome = sysctlRead(host, process, name);
  return outcome.ok ? outcome.value : outcome.errno;
}

describe("security.jail.*", () => {
  test.each([
    ["jailed", 0, 1],
    ["vnet", 0, 0],
    ["children.max", 999_999, 3],
    ["children.cur", 2, 1],
    ["jail_max_af_ips", 255, 255],
    ["set_hostname_allowed", 1, 1],
    ["socket_unixiproute_only", 1, 1],
    ["sysvipc_allowed", 0, 0],
    ["allow_raw_sockets", 0, 1],
    ["chflags_allowed", 0, 0],
    ["mount_allowed", 0, 1],
    ["mlock_allowed", 0, 0],
    ["mount_tmpfs_allowed", 0, 1],
    ["enforce_statfs", 2, 1],
    ["devfs_ruleset", 0, 4],
    ["meta_maxbufsize", 4096, 4096],
    ["env", "", "x=1\n"],
  ])("%s: %s on the host, %s in the jail", (name, onHost, inJail) => {
    const host = hostOf();
    const jid = jailOf(host, "a", {
      "children.max": 3,
      "allow.raw_sockets": true,
      "allow.mount": true,
      "allow.mount.tmpfs": true,
      enforce_statfs: 1,
      devfs_ruleset: 4,
      "env.x": "1",
    });
    jailOf(host, "a.b");
    const values = [hostRoot(host), userIn(host, jid)].map((one) => read(host, one, `security.jail.${name}`));
    expect(values).toEqual([onHost, inJail]);
  });

  test("an own stack reads 1", () => {
    const host = hostOf();
    expect(read(host, userIn(host, jailOf(host, "a", { vnet: "new" })), "security.jail.vnet")).toBe(1);
  });

  test("list shows descendants, named as seen from the jail", () => {
    const host = hostOf();
    const a = jailOf(host, "a", { "children.max": 1 });
    const b = jailOf(host, "a.b");
    jailOf(host, "c");
    expect(read(host, userIn(host, a), "security.jail.list")).toMatch(new RegExp(`^${b} \\S+ .*b$`));
  });

  test.each([
    ["children.max", "13.5", "ENOENT"],
    ["children.max", "14.3", 999_999],
    ["mlock_allowed", "13.5", "ENOENT"],
    ["meta_maxbufsize", "14.3", "ENOENT"],
    ["env", "14.3", "ENOENT"],
  ])("%s on %s: %s", (name, release, expected) => {
    const host = hostOf(release);
    expect(read(host, hostRoot(host), `security.jail.${name}`)).toBe(expected);
  });

  test("entries of modules are there once the module has been loaded", () => {
    const host = hostOf();
    const names = ["security.jail.mount_nullfs_allowed", "security.jail.vmm_allowed"];
    const before = names.map((name) => read(host, hostRoot(host), name));
    for (const module of ["nullfs", "vmm"]) {
      if (!host.state.machine.loadable.includes(module)) host.state.machine.loadable.push(module);
      kldload(host, hostRoot(host), module);
    }
    expect([before, names.map((name) => read(host, hostRoot(host), name))]).toEqual([
      ["ENOENT", "ENOENT"],
      [0, 0],
    ]);
  });

  test.each([
    ["path", "set-once"],
    ["jid", "set-once"],
    ["dying", "read-only"],
    ["children.cur", "read-only"],
    ["securelevel", "read-write"],
    ["allow.raw_sockets", "read-write"],
    ["allow.nothing", "ENOENT"],
  ])("param.%s: %s", (name, expected) => {
    const host = hostOf();
    expect(read(host, hostRoot(host), `security.jail.param.${name}`)).toBe(expected);
  });

  test.each(["allow_raw_sockets", "enforce_statfs", "jail_max_af_ips"])(
    "%s is for the host to write",
    (name) => {
      const host = hostOf();
      const root = userIn(host, jailOf(host, "a", { "children.max": 1 }));
      const outcomes = [root, hostRoot(host)].map((one) =>
        result(sysctlWrite(host, one, `security.jail.${name}`, 1)),
      );
      expect(outcomes).toEqual(["EPERM", "ok"]);
    },
  );
});
