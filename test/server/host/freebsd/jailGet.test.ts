import { openJailDescriptor } from "@zonewarden/server/host/freebsd/jailDescriptors";
import { jailGet, parameterNames } from "@zonewarden/server/host/freebsd/jailGet";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { describe, expect, test } from "vitest";
import { freebsd, jail, set, shellIn } from "./jails.ts";

/** jail_get(2): sections 2.8 and 2.9 of the reference. */

function nested() {
  const { host, root } = freebsd();
  const a = jail(host, root, { name: "a", path: "/usr", "children.max": 2 });
  const b = jail(host, root, { name: "a.b", path: "/usr/share" });
  const c = jail(host, root, { name: "c" });
  return { host, root, a, b, c, inside: shellIn(host, a) };
}

describe("which jail", () => {
  test("keys count in the order lastjid, jid, name", () => {
    const { host, root } = nested();
    const jid = (key: Parameters<typeof jailGet>[2]) => {
      const outcome = jailGet(host, root, key, ["jid"]);
      return outcome.ok ? outcome.value["jid"] : outcome.message;
    };
    expect(jid({ lastjid: 1, jid: 1, name: "c" })).toBe(2);
    expect(jid({ jid: 1, name: "c" })).toBe(1);
    expect(jid({ jid: 0, name: "c" })).toBe(3);
    expect(jid({ name: "a.b" })).toBe(2);
    expect(jid({ desc: openJailDescriptor(host, root, 3, false), jid: 1 })).toBe(3);
    expect(jid({ lastjid: 3 })).toBe("no jail after 3");
    expect(jid({ jid: 9 })).toBe("jail 9 not found");
    expect(jid({ name: "x" })).toBe('jail "x" not found');
    expect(jid({})).toBe("no jail specified");
  });

  test("only jails below the caller's are found", () => {
    const { host, inside, a, b, c } = nested();
    const found = [a, b, c].map(({ jid }) => jailGet(host, inside, { jid }, []).ok);
    expect(found).toEqual([false, true, false]);
    expect(jailGet(host, inside, { lastjid: 2 }, [])).toMatchObject({ errno: "ENOENT" });
  });

  test("needs no privilege", () => {
    const { host, a, b } = nested();
    expect(jailGet(host, shellIn(host, a, 1001), { jid: b.jid }, []).ok).toBe(true);
  });

  test("a dying one needs the flag", () => {
    const { host, root, c } = nested();
    c.extraRefs = 1;
    jailRemove(host, root, c.jid);
    expect(jailGet(host, root, { name: "c" }, [])).toMatchObject({ message: 'jail "c" is dying' });
    expect(jailGet(host, root, { name: "c" }, ["dying"], { dying: true })).toMatchObject({ ok: true });
    expect(jailGet(host, root, { lastjid: 2 }, [])).toMatchObject({ errno: "ENOENT" });
  });
});

describe("values", () => {
  test("are as the caller sees them", () => {
    const { host, root, inside, b } = nested();
    const names = ["name", "path", "parent"];
    expect(jailGet(host, root, { jid: b.jid }, names)).toMatchObject({
      value: { name: "a.b", path: "/usr/share", parent: 1 },
    });
    expect(jailGet(host, inside, { jid: b.jid }, names)).toMatchObject({
      value: { name: "b", path: "/share", parent: 0 },
    });
  });

  test("an unknown parameter is invalid, but a key that is not there is empty", () => {
    const { host, root } = nested();
    expect(jailGet(host, root, { jid: 1 }, ["bogus"])).toMatchObject({
      errno: "EINVAL",
      message: "unknown parameter: bogus",
    });
    set(host, root, { name: "a", "meta.x": "1" }, { update: true });
    expect(jailGet(host, root, { jid: 1 }, ["meta.x", "meta.y", "meta"])).toMatchObject({
      value: { "meta.x": "1", "meta.y": "", meta: "x=1\n" },
    });
  });

  test("all that the kernel has can be read, and its negations", () => {
    const { host, root } = nested();
    const all = jailGet(host, root, { jid: 1 });
    expect(all.ok && Object.keys(all.value)).toEqual(parameterNames(host));
    expect(jailGet(host, root, { jid: 1 }, ["nopersist", "allow.nochflags", "nodying"])).toMatchObject({
      value: { nopersist: false, "allow.nochflags": true, nodying: true },
    });
  });

  test("what is set is what is read", () => {
    const { host, root } = freebsd();
    const values = {
      "allow.raw_sockets": true,
      "children.max": 3,
      "host.hostname": "www",
      "ip4.addr": ["10.0.0.2", "10.0.0.1"],
      "ip4.saddrsel": false,
      devfs_ruleset: 4,
      enforce_statfs: 1,
      name: "web",
      path: "/usr",
      persist: true,
      securelevel: 2,
      sysvshm: "new",
      vnet: "inherit",
    };
    const { vnet: _, ...given } = values;
    const { jid } = jail(host, root, given);
    expect(jailGet(host, root, { jid }, Object.keys(values))).toMatchObject({ value: values });
  });

  test.each([
    ["15.0", ["meta", "env", "allow.routing"], true],
    ["14.3", ["meta", "env", "allow.routing"], false],
    ["14.3", ["allow.nfsd", "zfs.mount_snapshot"], true],
    ["13.5", ["allow.nfsd", "zfs.mount_snapshot"], false],
  ])("%s: whether it has %j is %s", (release, names, expected) => {
    const { host, root } = freebsd(release);
    jail(host, root, {});
    for (const name of names) expect(jailGet(host, root, { jid: 1 }, [name]).ok).toBe(expected);
  });
});
