import { existsSync, readFileSync } from "node:fs";
import { mkdir, mknod, readdirectory, stat, symlink, unlink } from "@zonewarden/server/host/filesystem/files";
import { lookup } from "@zonewarden/server/host/filesystem/lookup";
import type { DevfsRule } from "@zonewarden/server/host/filesystem/types";
import { devfsVisible, makeDevice } from "@zonewarden/server/host/freebsd/filesystem/devfs";
import {
  addRule,
  applyRuleTo,
  deleteRules,
  setRuleset,
  showRules,
} from "@zonewarden/server/host/freebsd/filesystem/devfsRules";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import type { Host } from "@zonewarden/server/host/host";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** devfs(5), devfs(8): what a ruleset leaves visible in a mount. */

interface Reference {
  rulesets: {
    number: number;
    rules: { condition: { path?: string; type?: string }; action: string; ruleset?: number }[];
  }[];
  nodeCatalog: { path: string; visible: Record<string, boolean> }[];
}

const FILE = "/work/shared/reference/devfs-rulesets.json";
const reference: Reference = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, "utf8")) as Reference)
  : { rulesets: [], nodeCatalog: [] };

function mountDevfs(host: Host, ruleset: number, on = "/mnt") {
  const shell = hostRoot(host);
  return ok(mountFs(host, shell, { type: "devfs", from: "devfs", on, options: [`ruleset=${ruleset}`] }));
}

describe.skipIf(reference.rulesets.length === 0)("the stock rulesets", () => {
  const rows = reference.rulesets.filter(({ number }) => number !== 0);

  it.each(rows.map((set) => [set.number, set] as const))("%i has the rules as shipped", (number, set) => {
    const rules = testHost().state.freebsd?.devfsRulesets[number] ?? [];
    const shipped = set.rules.map(({ condition, action, ruleset }, index) => ({
      number: (index + 1) * 100,
      ...condition,
      action,
      ...(ruleset !== undefined && { argument: String(ruleset) }),
    }));
    expect(rules).toEqual(shipped);
  });

  const visibility = reference.nodeCatalog.flatMap(({ path, visible }) =>
    Object.entries(visible).map(([ruleset, shown]) => [path, Number(ruleset), shown] as const),
  );

  it.each(visibility)("%s under ruleset %i: visible %s", (path, ruleset, shown) => {
    const host = testHost();
    makeDevice(host, path);
    const mount = mountDevfs(host, ruleset);
    expect(devfsVisible(host, mount, path)).toBe(shown);
    expect(lookup(host, hostRoot(host), `/mnt/${path}`, { follow: false }).ok).toBe(shown);
  });
});

describe("5.6: rules", () => {
  const visible = (rules: Omit<DevfsRule, "number">[], name: string, depth = 1): boolean => {
    const host = testHost();
    host.state.machine.sysctls["vfs.devfs.rule_depth"] = depth;
    for (const rule of rules) ok(addRule(host, hostRoot(host), 10, rule));
    return devfsVisible(host, mountDevfs(host, 10), name);
  };

  it("hides nothing with a ruleset that has no rules", () => {
    const host = testHost();
    expect(devfsVisible(host, mountDevfs(host, 77), "mem")).toBe(true);
  });

  it("expands includes one level: a set that only includes ruleset 4 hides nothing", () => {
    expect(visible([{ action: "include", argument: "4" }], "mem")).toBe(true);
    expect(visible([{ action: "include", argument: "4" }], "mem", 2)).toBe(false);
  });

  it("lets later rules win", () => {
    expect(visible([{ action: "hide" }, { path: "mem", action: "unhide" }], "mem")).toBe(true);
    expect(visible([{ path: "mem", action: "unhide" }, { action: "hide" }], "mem")).toBe(false);
  });

  it("asks for all conditions of a rule", () => {
    expect(visible([{ path: "ada*", type: "tty", action: "hide" }], "ada0")).toBe(true);
    expect(visible([{ path: "ada*", type: "disk", action: "hide" }], "ada0")).toBe(false);
  });

  it("gives links and directories no type", () => {
    expect(visible([{ path: "bpf0", type: "mem", action: "hide" }], "bpf0")).toBe(true);
  });

  it("hides what is below a hidden directory", () => {
    expect(visible([{ action: "hide" }, { path: "dri/*", action: "unhide" }], "dri/card0")).toBe(false);
    expect(
      visible(
        [{ action: "hide" }, { path: "dri", action: "unhide" }, { path: "dri/*", action: "unhide" }],
        "dri/card0",
      ),
    ).toBe(true);
  });

  it("sets mode and owner", () => {
    const host = testHost();
    const shell = hostRoot(host);
    ok(addRule(host, shell, 10, { path: "pf", action: "mode", argument: "0666" }));
    ok(addRule(host, shell, 10, { path: "pf", action: "group", argument: "operator" }));
    mountDevfs(host, 10);
    expect(ok(stat(host, shell, "/mnt/pf")).node).toMatchObject({ mode: 0o666, uid: 0, gid: 5 });
  });

  it("changes nothing in a mount until a new rule is applied", () => {
    const host = testHost();
    const shell = hostRoot(host);
    const mount = mountDevfs(host, 4);
    ok(addRule(host, shell, 4, { path: "bpf", action: "unhide" }));
    expect(devfsVisible(host, mount, "bpf")).toBe(false);
    ok(setRuleset(host, shell, "/mnt", 4, { apply: true }));
    expect(devfsVisible(host, mount, "bpf")).toBe(true);
  });

  it("shows a node that a driver makes later by the rules as they are then", () => {
    const host = testHost();
    const mount = mountDevfs(host, 4);
    ok(addRule(host, hostRoot(host), 4, { path: "usb9", action: "unhide" }));
    makeDevice(host, "usb9");
    expect(devfsVisible(host, mount, "usb9")).toBe(true);
  });

  it("applies one rule to one mount", () => {
    const host = testHost();
    const one = mountDevfs(host, 4);
    const two = mountDevfs(host, 4, "/media");
    ok(applyRuleTo(host, hostRoot(host), "/mnt", { path: "bpf", action: "unhide" }));
    expect([one, two].map((mount) => devfsVisible(host, mount, "bpf"))).toEqual([true, false]);
  });

  it("forgets a deleted ruleset, but not what it did", () => {
    const host = testHost();
    const shell = hostRoot(host);
    const mount = mountDevfs(host, 4);
    ok(deleteRules(host, shell, 4));
    expect(devfsVisible(host, mount, "mem")).toBe(false);
    expect(devfsVisible(host, mountDevfs(host, 4, "/media"), "mem")).toBe(true);
  });
});

describe("5.6: devfs in a jail", () => {
  const jailWithDev = (ruleset = 4) => {
    const host = testHost();
    const { jid, root } = makeJail(host);
    mountDevfs(host, ruleset, "/jails/web/dev");
    return { host, jid, root };
  };

  it("lists what the ruleset leaves", () => {
    const { host, root } = jailWithDev();
    const names = ok(readdirectory(host, root, "/dev")).map(({ name }) => name);
    expect(names.toSorted()).toEqual(
      "crypto fd fuse null ptmx pts random stderr stdin stdout urandom zero zfs".split(" "),
    );
  });

  it("follows the links of devfs", () => {
    const { host, root } = jailWithDev();
    expect(ok(stat(host, root, "/dev/urandom")).node.device).toBe("random");
  });

  it("hides terminals that the host or another jail made, and shows those of jails below", () => {
    const { host, jid, root } = jailWithDev();
    const { jid: other } = makeJail(host, { name: "other" });
    makeDevice(host, "pts/0", 0);
    makeDevice(host, "pts/1", other);
    makeDevice(host, "pts/2", jid);
    const found = ["pts/0", "pts/1", "pts/2"].map((name) => lookup(host, root, `/dev/${name}`).ok);
    expect(found).toEqual([false, false, true]);
    expect(lookup(host, hostRoot(host), "/jails/web/dev/pts/1").ok).toBe(true);
  });

  it("lets the jail's root delete a node, but not bring it back", () => {
    const { host, root } = jailWithDev();
    ok(unlink(host, root, "/dev/null"));
    expect(lookup(host, root, "/dev/null")).toMatchObject({ errno: "ENOENT" });
    expect(lookup(host, hostRoot(host), "/dev/null").ok).toBe(true);
    expect(mknod(host, root, "/dev/null")).toMatchObject({ errno: "EPERM" });
    ok(mknod(host, hostRoot(host), "/jails/web/dev/null"));
    expect(lookup(host, root, "/dev/null").ok).toBe(true);
  });

  it("takes links from the host, not from a jail", () => {
    const { host, root } = jailWithDev();
    expect(symlink(host, root, "null", "/dev/void")).toMatchObject({ errno: "EPERM" });
    ok(symlink(host, hostRoot(host), "null", "/jails/web/dev/void"));
    expect(ok(stat(host, root, "/dev/void")).node.device).toBe("null");
    expect(mkdir(host, hostRoot(host), "/dev/x")).toMatchObject({ errno: "EOPNOTSUPP" });
  });

  it.each(["show", "add", "apply"])("refuses to %s rules", (what) => {
    const { host, root } = jailWithDev();
    const calls = {
      show: () => showRules(host, root, 4),
      add: () => addRule(host, root, 4, { action: "unhide" }),
      apply: () => applyRuleTo(host, root, "/dev", { action: "unhide" }),
    };
    expect(calls[what as keyof typeof calls]()).toMatchObject({ errno: "EPERM" });
  });

  it("shows every device in a devfs that a jail with ruleset 0 mounts", () => {
    const host = testHost();
    const { root } = makeJail(host, {
      "allow.mount": true,
      "allow.mount.devfs": true,
      enforce_statfs: 1,
      devfs_ruleset: 0,
    });
    ok(mountFs(host, root, { type: "devfs", from: "devfs", on: "/dev" }));
    expect(lookup(host, root, "/dev/mem").ok).toBe(true);
  });
});
