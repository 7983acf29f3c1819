import { existsSync, readFileSync } from "node:fs";
import {
  type Alternative,
  alternativeText,
  type ProbeCondition,
} from "@zonewarden/server/catalog/freebsd/probe";
import { PROBES, type ProbeId } from "@zonewarden/server/catalog/freebsd/probes";
import { Copies } from "@zonewarden/server/host/copies";
import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { mountFs, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { kldload } from "@zonewarden/server/host/freebsd/modules";
import { ifAddAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import { jails, prison } from "@zonewarden/server/host/freebsd/prisons";
import { type Prober, proberOf } from "@zonewarden/server/host/freebsd/probes";
import { removeOthers } from "@zonewarden/server/host/freebsd/probes/others";
import { rctlAddRule } from "@zonewarden/server/host/freebsd/resources/rctl";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import { sysctlWrite } from "@zonewarden/server/host/freebsd/sysctl";
import type { Host } from "@zonewarden/server/host/host";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";
import { broken } from "./broken.ts";

/** One action in one jail, each on a copy of its own. */
const runProbe = (host: Host, ...of: Parameters<Prober>) => proberOf(host)(...of);

/** All of them in several jails. */
function probeMatrix(host: Host, jids: readonly number[]) {
  const probe = proberOf(host);
  return jids.map((jid) => ({ jid, decisions: new Map(PROBES.map(({ id }) => [id, probe(jid, id)])) }));
}

type Values = Record<string, string | number | boolean | string[]>;

const ADDRESS = "192.0.2.10";

/** What "any address", "that address" and so on are here. */
const ADDRESSES: Readonly<Record<string, string[]>> = {
  "any address": ["2001:db8::10"],
  "that address too": [ADDRESS, "192.0.2.2"],
  "127.0.0.1 too": [ADDRESS, "127.0.0.1"],
};

const MODULES = [
  "fdescfs",
  "fusefs",
  "if_bridge",
  "if_epair",
  "ipfw",
  "linprocfs",
  "linsysfs",
  "nullfs",
  "pf",
  "vmm",
];

/** A host with everything loaded that conditions speak of, and accounting of resources. */
function world(release = "15.0"): Host {
  const host = testHost({ release, sysctls: { "kern.racct.enable": 1 } });
  for (const module of MODULES) ok(kldload(host, hostRoot(host), module));
  host.state.machine.modules.push("ip_mroute");
  return host;
}

/** The jail of the table: one address, the rest defaults, devfs with ruleset 4. Then what conditions say. */
function baseline(conditions: readonly ProbeCondition[] = [], host = world()): { host: Host; jid: number } {
  const values: Values = { "ip4.addr": [ADDRESS] };
  const alone = conditions.flatMap((condition) => ("parameter" in condition ? [condition] : []));
  // A stack of one's own, and the mode of a family, take the place of the list of addresses.
  if (alone.some(({ parameter }) => parameter === "vnet" || parameter === "ip4")) delete values["ip4.addr"];
  for (const { parameter, value, compare } of alone)
    values[parameter] =
      compare === "includes"
        ? (ADDRESSES[value] as string[])
        : value === "true" || value === "false"
          ? value === "true"
          : value;
  const root = hostRoot(host);
  const path = "/jails/web";
  if (conditions.some((condition) => "given" in condition && condition.given.includes("mount point"))) {
    ensureDirectory(host, path);
    ok(mountFs(host, root, { type: "tmpfs", from: "tmpfs", on: path }));
  }
  ok(ifAddAddress(host, root, "em0", { address: ADDRESS }));
  const { jid, root: inside } = makeJail(host, values);
  let ruleset = String(values["devfs_ruleset"] ?? 4);
  for (const condition of conditions) {
    if ("sysctl" in condition)
      ok(sysctlWrite(host, condition.inside ? inside : root, condition.sysctl, condition.value));
    if ("rule" in condition)
      ok(rctlAddRule(host, root, condition.rule.replace("NAME", "web").replace("=N", "=50")));
    if ("devices" in condition) ruleset = unhiding(host, condition.devices);
  }
  ok(
    mountFs(host, root, { type: "devfs", from: "devfs", on: `${path}/dev`, options: [`ruleset=${ruleset}`] }),
  );
  if (conditions.some((condition) => "devices" in condition && condition.devices.length === 0))
    ok(unmountFs(host, root, `${path}/dev`));
  return { host, jid };
}

/** A ruleset of one's own: that of jails, and more. */
function unhiding(host: Host, devices: readonly string[]): string {
  const number = 100;
  const { devfsRulesets } = freebsdOf(host);
  devfsRulesets[number] = [
    ...[1, 2, 3, 4].map((set) => ({ number: set, action: "include" as const, argument: String(set) })),
    ...devices.map((path, at) => ({ number: 10 + at, path, action: "unhide" as const })),
  ];
  return String(number);
}

function variationsOf(conditions: readonly ProbeCondition[]) {
  return conditions.flatMap((condition) => ("attempt" in condition ? [condition.attempt] : []));
}

function probed(id: ProbeId, alternative: Alternative) {
  const { host, jid } = baseline(alternative.all);
  return runProbe(host, jid, id, variationsOf(alternative.all));
}

const alternatives = (list: "enabledBy" | "restrictedBy") =>
  PROBES.flatMap((probe) =>
    probe[list].map((alternative: Alternative) => ({
      ...probe,
      alternative,
      by: alternativeText(alternative),
    })),
  );

describe("in a jail with defaults", () => {
  const { host, jid } = baseline();
  const [matrix] = probeMatrix(host, [jid]);

  it.each([...PROBES])("$id: $verdict $errno", ({ id, verdict, errno }) => {
    const decision = matrix?.decisions.get(id);
    expect({ verdict: decision?.verdict, errno: decision?.errno, why: decision }).toEqual({
      verdict,
      errno,
      why: decision,
    });
  });
});

describe("on older releases", () => {
  it.each([
    ["14.3", "sys.adjtime", "allow.adjtime", "EPERM"],
    ["14.3", "sys.audit", "allow.setaudit", "ENOSYS"],
    ["14.3", "fs.extattr-system", "allow.extattr", "EPERM"],
    ["14.3", "proc.host-user-tamper", "allow.unprivileged_parent_tampering", undefined],
    ["12.4", "fs.attach-open-dir", "allow.suser", undefined],
    ["12.4", "fs.read-directory", "allow.suser", undefined],
  ] as const)("%s: %s, %s or not: %s", (release, id, _, errno) => {
    const { host, jid } = baseline([], world(release));
    expect(runProbe(host, jid, id).errno).toBe(errno);
  });
});

describe("a probe", () => {
  it("leaves the host as it is", () => {
    const { host, jid } = baseline();
    const before = JSON.stringify(host.snapshot());
    probeMatrix(host, [jid]);
    expect(JSON.stringify(host.snapshot())).toBe(before);
  });

  it("says the same each time", () => {
    const { host, jid } = baseline();
    expect(probeMatrix(host, [jid])).toEqual(probeMatrix(host, [jid]));
  });

  it.each([...PROBES])("$id says why", ({ id }) => {
    const { host, jid } = baseline();
    const { rule, reason } = runProbe(host, jid, id);
    expect(rule).not.toBe("");
    expect(reason).toMatch(/\.$/);
  });

  it("blames what was written where a parameter decides", () => {
    const host = world();
    const place = { path: "jail.conf", start: 3, end: 9 };
    const cause = { what: "allow.raw_sockets=false", from: "configuration", place } as const;
    const { jid } = makeJail(host, { "ip4.addr": [ADDRESS] });
    prison(host, jid).causes["allow.raw_sockets"] = cause;
    expect(runProbe(host, jid, "net.raw-ping").causes).toContainEqual(cause);
  });

  it("needs the module of a file system loaded by the host", () => {
    const { host, jid } = baseline(
      [
        { parameter: "allow.mount", value: "true" },
        { parameter: "enforce_statfs", value: "1" },
      ],
      testHost(),
    );
    expect(runProbe(host, jid, "fs.mount-nullfs")).toMatchObject({
      verdict: "deny",
      errno: "EPERM",
      rule: "mount/4",
    });
  });

  it("tells that it could not be tried", () => {
    const { host, jid } = baseline();
    ok(sysctlWrite(host, hostRoot(host), "kern.maxfilesperproc", 0));
    expect(runProbe(host, jid, "fs.attach-open-dir")).toMatchObject({
      verdict: "assumed",
      rule: "probe/setup",
    });
  });

  it("knows that raw sockets do not forge senders", () => {
    const { host, jid } = baseline([{ parameter: "allow.raw_sockets", value: "true" }]);
    expect(runProbe(host, jid, "net.raw-spoof")).toMatchObject({ verdict: "deny", errno: "EADDRNOTAVAIL" });
  });
});

describe("other jails of the host", () => {
  /** Neighbours that share an address, a directory or a mount with the jail, and one with jails in it. */
  function crowded(): { host: Host; jid: number } {
    const { host, jid } = baseline();
    const root = hostRoot(host);
    for (const name of ["a", "b", "c"]) {
      makeJail(host, { name, "ip4.addr": [ADDRESS] });
      ok(mountFs(host, root, { type: "devfs", from: "devfs", on: `/jails/${name}/dev` }));
    }
    ensureDirectory(host, "/jails/a/shared");
    ensureDirectory(host, "/jails/web/shared");
    ok(mountFs(host, root, { type: "nullfs", from: "/jails/a/shared", on: "/jails/web/shared" }));
    makeJail(host, { name: "same", path: "/jails/web" });
    const above = makeJail(host, { name: "above", "children.max": 5 });
    makeJail(host, { name: "below" }, above.root);
    return { host, jid };
  }

  it("change nothing of what is said", () => {
    const said = ({ host, jid }: { host: Host; jid: number }) =>
      probeMatrix(host, [jid]).flatMap(({ decisions }) =>
        // The numbers of jails and processes that a probe makes depend on those before.
        [...decisions].map(([id, { reason, ...rest }]) => ({
          id,
          ...rest,
          reason: reason.replace(/\d+/g, "N"),
        })),
      );
    expect(said(crowded())).toEqual(said(baseline()));
  });

  it("are taken away so that the host is sound without them", () => {
    const { host, jid } = crowded();
    const copies = new Copies(host, prison(host, 0).children, removeOthers);
    const copy = copies.of(jid);
    expect(jails(copy).map(({ name }) => name)).toEqual(["web"]);
    expect(broken(copy)).toEqual([]);
    const below = (path: string) =>
      Object.values(copy.state.files.mounts).some((mount) => mount.path.startsWith(path));
    expect([below("/jails/web/"), below("/jails/a/"), below("/jails/b/")]).toEqual([true, true, false]);
  });

  it("are probed whatever the order", () => {
    const { host } = crowded();
    const jids = jails(host).map((jail) => jail.jid);
    const verdicts = (order: readonly number[]) =>
      new Map(probeMatrix(host, order).map((jail) => [jail.jid, jail.decisions]));
    expect(verdicts([...jids].reverse())).toEqual(verdicts(jids));
  });
});

describe("what enables it", () => {
  it.each(alternatives("enabledBy"))("$id: $by", ({ id, alternative }) => {
    const decision = probed(id, alternative);
    expect([decision.verdict, decision]).toEqual([alternative.verdict ?? "allow", decision]);
  });
});

describe("what restricts it", () => {
  it.each(alternatives("restrictedBy"))("$id: $by", ({ id, alternative }) => {
    const decision = probed(id, alternative);
    expect([decision.verdict, decision]).toEqual([alternative.verdict ?? "deny", decision]);
  });
});

/** Where the reference is about another step than the first that is refused. */
const OTHER_STEP: Readonly<Record<string, string>> = {
  "net.raw-spoof":
    "the errno is that of a packet, but without allow.raw_sockets there is no socket to send it",
};

interface Row {
  readonly id: string;
  readonly area: string;
  readonly defaultVerdict: string;
  readonly errno: string | null;
  readonly enabledBy: readonly string[];
  readonly restrictedBy: readonly string[];
  readonly privs: readonly string[];
}

const FILE = "/work/shared/reference/jail-probes.json";

describe.skipIf(!existsSync(FILE))("the table", () => {
  const rows: Row[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : [];

  it("has every probe of the reference, and no other", () => {
    expect(PROBES.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  });

  it.each(rows.filter(({ id }) => !OTHER_STEP[id]))("agrees with it about $id", (row) => {
    const probe = PROBES.find(({ id }) => id === row.id);
    expect({
      verdict: probe?.verdict,
      errno: probe?.errno ?? null,
      area: probe?.area,
      privileges: probe?.privileges.map((name) => `PRIV_${name}`),
      enabled: (probe?.enabledBy.length ?? 0) > 0,
      restricted: (probe?.restrictedBy.length ?? 0) > 0,
    }).toEqual({
      verdict: row.defaultVerdict,
      errno: row.errno,
      area: row.area,
      privileges: row.privs,
      enabled: row.enabledBy.length > 0,
      restricted: row.restrictedBy.length > 0,
    });
  });
});
