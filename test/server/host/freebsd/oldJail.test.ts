import { jail2 } from "@zonewarden/server/host/freebsd/oldJail";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { describe, expect, test } from "vitest";
import { freebsd, jail, shellIn } from "./jails.ts";

/** jail(2), section 2.10 of the reference. */

const OLD = { path: "/usr", hostname: "www.example.org" };

describe("jail(2)", () => {
  test("of the paper: one address, and the caller is inside", () => {
    const { host, root } = freebsd();
    expect(jail2(host, root, { version: 0, ...OLD, ip4: ["192.0.2.10"] })).toMatchObject({
      ok: true,
      value: 1,
    });
    expect(root.credential.container).toBe(1);
    expect(prison(host, 1)).toMatchObject({
      name: "1",
      path: "/usr",
      hostname: "www.example.org",
      persist: false,
      ip4: { restricted: true, addresses: ["192.0.2.10"] },
      ip6: { restricted: true, addresses: [] },
    });
  });

  test("version 0 without an address means 0.0.0.0, which no jail can have", () => {
    const { host, root } = freebsd();
    expect(jail2(host, root, { version: 0, ...OLD })).toMatchObject({
      errno: "EINVAL",
      decision: { rule: "jail_set/21" },
    });
  });

  test("version 2 has a name and lists", () => {
    const { host, root } = freebsd();
    const lists = { ip4: ["192.0.2.10", "192.0.2.11"], ip6: ["2001:db8::10"] };
    jail2(host, root, { version: 2, ...OLD, jailname: "web", ...lists });
    expect(prison(host, 1)).toMatchObject({ name: "web", ip4: { addresses: lists.ip4 } });
  });

  test.each([1, 3])("version %i never was", (version) => {
    const { host, root } = freebsd();
    expect(jail2(host, root, { version, ...OLD })).toMatchObject({ errno: "EINVAL" });
  });

  test("sysctls of the host say what it may", () => {
    const { host, root } = freebsd();
    const { sysctls } = host.state.machine;
    sysctls["security.jail.allow_raw_sockets"] = 1;
    sysctls["security.jail.set_hostname_allowed"] = 0;
    sysctls["security.jail.socket_unixiproute_only"] = 0;
    sysctls["security.jail.enforce_statfs"] = 1;
    jail2(host, root, { version: 2, ...OLD });
    const made = prison(host, 1);
    expect(made.allow).toEqual([
      "raw_sockets",
      "socket_af",
      "reserved_ports",
      "unprivileged_proc_debug",
      "suser",
    ]);
    expect(made.enforceStatfs).toBe(1);
    expect(made.causes["allow.raw_sockets"]).toEqual({
      what: "security.jail.allow_raw_sockets=1",
      from: "host",
    });
  });

  test("in a jail the sysctls do not count", () => {
    const { host, root } = freebsd();
    host.state.machine.sysctls["security.jail.allow_raw_sockets"] = 1;
    const inside = shellIn(host, jail(host, root, { name: "a", "children.max": 1 }));
    expect(jail2(host, inside, { version: 2, path: "/", hostname: "x" })).toMatchObject({ ok: true });
    expect(prison(host, 2).allow).not.toContain("raw_sockets");
  });

  test("too many addresses and too long texts are refused before anything else", () => {
    const { host, root } = freebsd();
    const ip4 = Array.from({ length: 256 }, (_, i) => `10.0.1.${i}`);
    expect(jail2(host, root, { version: 2, ...OLD, ip4 })).toMatchObject({ errno: "EINVAL" });
    expect(jail2(host, root, { version: 2, path: "p".repeat(1024), hostname: "" })).toMatchObject({
      errno: "ENAMETOOLONG",
    });
  });
});
