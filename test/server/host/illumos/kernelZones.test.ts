import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import type { Host } from "@zonewarden/server/host/host";
import {
  type ZoneCreation,
  zoneBoot,
  zoneCreate,
  zoneDestroy,
  zoneShutdown,
} from "@zonewarden/server/host/illumos/kernelZones";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { findZone, zone } from "@zonewarden/server/host/illumos/zones";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { findProcess, fork } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { define, enter, globalRoot, ok, running, zoneHost } from "./harness.ts";
import { booted, created, creation } from "./kernelZoneHelpers.ts";

describe("zone_create", () => {
  it("makes a ready zone with zsched as its only process", () => {
    const host = zoneHost();
    const { id, status, zsched } = created(host, "web");
    expect(status).toBe("ready");
    expect(processesOfContainer(host, id).map(({ pid, command }) => [pid, command])).toEqual([
      [zsched, "zsched"],
    ]);
    expect(findProcess(host, zsched)).toMatchObject({ parent: 1, illumos: { kernel: true, project: 0 } });
  });

  const refused: readonly [
    text: string,
    errno: string,
    rule: string,
    what: (host: Host) => { process?: Process; creation: ZoneCreation },
  ][] = [
    [
      "without every privilege",
      "EPERM",
      "priv/all",
      (host) => {
        const user = ok(fork(host, globalRoot(host)));
        setCredential(host, user, { uid: 100, ruid: 100, svuid: 100 });
        return { process: user, creation: creation(host, "web") };
      },
    ],
    [
      "in a chroot",
      "ENOTSUP",
      "zone_create/chroot",
      (host) => {
        const process = ok(fork(host, globalRoot(host)));
        process.root = makeRoot(host, "/zones/other");
        return { process, creation: creation(host, "web") };
      },
    ],
    ["named global", "EINVAL", "zone_create/name", (host) => ({ creation: creation(host, "global") })],
    ["named badly", "EINVAL", "zone_create/name", (host) => ({ creation: creation(host, "-web") })],
    [
      "for a root that is not there",
      "ENOENT",
      "lookup/missing",
      (host) => ({ creation: { ...creation(host, "web"), path: "/zones/none/root" } }),
    ],
    [
      "for a root that is a file",
      "ENOTDIR",
      "zone_create/root",
      (host) => ({ creation: { ...creation(host, "web"), path: "/zones/web/root/etc/passwd" } }),
    ],
    [
      "for a name that a ready zone has",
      "EEXIST",
      "zone_create/name",
      (host) => {
        created(host, "web");
        return { creation: creation(host, "web", { path: "/zones/again/root" }) };
      },
    ],
    [
      "for a name that a dying zone has",
      "EBUSY",
      "zone_create/name",
      (host) => {
        const web = booted(host, "web");
        web.threads = ["an NFS client flushes its pages"];
        zoneShutdown(host, globalRoot(host), web.id);
        return { creation: creation(host, "web", { path: "/zones/again/root" }) };
      },
    ],
    [
      "within the root of another zone",
      "EBUSY",
      "zone_create/nested",
      (host) => {
        created(host, "web");
        return { creation: creation(host, "inner", { path: "/zones/web/root/export/inner" }) };
      },
    ],
    [
      "around the root of another zone",
      "EBUSY",
      "zone_create/nested",
      (host) => {
        created(host, "web");
        return { creation: creation(host, "outer", { path: "/zones/web" }) };
      },
    ],
    [
      "with something mounted below the root",
      "EBUSY",
      "zone_create/mounts",
      (host) => {
        const what = creation(host, "web");
        const request = { type: "tmpfs", from: "swap", on: "/zones/web/root/mnt" };
        ok(host.kernel.files.mount(host, globalRoot(host), request));
        return { creation: what };
      },
    ],
  ];
  it.each(refused)("refuses a zone %s", (_, errno, rule, what) => {
    const host = zoneHost();
    const { process = globalRoot(host), creation: wanted } = what(host);
    expect(zoneCreate(host, process, wanted)).toMatchObject({ ok: false, errno, decision: { rule } });
  });

  it("refuses a zone from within a zone", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    expect(zoneCreate(host, root, creation(host, "db"))).toMatchObject({ errno: "EPERM" });
  });

  it("gives ids next to the last one, also when lower ones are free", () => {
    const host = zoneHost();
    const first = created(host, "web");
    created(host, "db");
    ok(zoneShutdown(host, globalRoot(host), first.id));
    ok(zoneDestroy(host, globalRoot(host), first.id));
    expect(created(host, "web").id).toBe(3);
  });

  it("goes on with the lowest free id behind 9999", () => {
    const host = zoneHost();
    created(host, "web");
    illumosOf(host).lastZone = 9998;
    expect([created(host, "a").id, created(host, "b").id]).toEqual([9999, 2]);
  });

  it("counts generations, whatever the ids are", () => {
    const host = zoneHost();
    illumosOf(host).lastZone = 500;
    expect(created(host, "web")).toMatchObject({ id: 501, generation: 1 });
    expect(created(host, "db")).toMatchObject({ id: 502, generation: 2 });
  });
});

describe("zone_boot", () => {
  it("starts init as a child of zsched, with the arguments of the boot", () => {
    const host = zoneHost();
    const web = created(host, "web");
    web.bootArguments = "-s -m verbose";
    ok(zoneBoot(host, globalRoot(host), web.id));
    expect(web.status).toBe("running");
    expect(findProcess(host, web.init ?? 0)).toMatchObject({
      command: "init",
      args: ["/sbin/init", "-s", "-m", "verbose"],
      parent: web.zsched,
    });
  });

  it("refuses a zone that is not ready", () => {
    const host = zoneHost();
    const web = booted(host, "web");
    expect(zoneBoot(host, globalRoot(host), web.id)).toMatchObject({
      errno: "EINVAL",
      decision: { rule: "zone_boot/status" },
    });
  });

  it("lets the zone go down if init cannot be run", () => {
    const host = zoneHost();
    const web = created(host, "web");
    web.initPath = "/sbin/none";
    expect(zoneBoot(host, globalRoot(host), web.id)).toMatchObject({ errno: "ENOENT" });
    expect(web).toMatchObject({ status: "shutting_down", init: null });
    expect(processesOfContainer(host, web.id)).toHaveLength(1);
  });
});

describe("zone_shutdown", () => {
  it("takes a ready zone down at once", () => {
    const host = zoneHost();
    const web = created(host, "web");
    ok(zoneShutdown(host, globalRoot(host), web.id));
    expect(web.status).toBe("down");
  });

  it("kills everything but zsched", () => {
    const host = zoneHost();
    const { zone: web } = running(host, define("web"));
    ok(zoneShutdown(host, globalRoot(host), web.id));
    expect(processesOfContainer(host, web.id).map(({ command }) => command)).toEqual(["zsched"]);
    expect(web).toMatchObject({ status: "down", init: null });
  });

  it("waits for a process that hangs in the kernel, and can be repeated", () => {
    const host = zoneHost();
    const web = booted(host, "web");
    const stuck = enter(host, web);
    stuck.illumos = { ...stuck.illumos, stuck: true };
    expect(zoneShutdown(host, globalRoot(host), web.id)).toMatchObject({
      errno: "EINTR",
      decision: { rule: "zone_shutdown/process" },
    });
    expect(web.status).toBe("shutting_down");
    delete stuck.illumos.stuck;
    ok(zoneShutdown(host, globalRoot(host), web.id));
    expect(web.status).toBe("down");
  });

  it("waits for threads of the kernel when no process is left", () => {
    const host = zoneHost();
    const web = booted(host, "web");
    web.threads = ["an NFS client flushes its pages"];
    expect(zoneShutdown(host, globalRoot(host), web.id)).toMatchObject({
      errno: "EINTR",
      decision: { rule: "zone_shutdown/thread" },
    });
    expect(web.status).toBe("empty");
  });

  it("is not for the global zone", () => {
    const host = zoneHost();
    expect(zoneShutdown(host, globalRoot(host), 0)).toMatchObject({ errno: "EINVAL" });
  });
});

describe("zone_destroy", () => {
  it("refuses a zone that is not down", () => {
    const host = zoneHost();
    const web = booted(host, "web");
    expect(zoneDestroy(host, globalRoot(host), web.id)).toMatchObject({
      errno: "EBUSY",
      decision: { rule: "zone_destroy/status" },
    });
  });

  it("refuses a zone in which something is mounted", () => {
    const host = zoneHost();
    const web = created(host, "web");
    const request = { type: "tmpfs", from: "swap", on: "/zones/web/root/mnt" };
    ok(host.kernel.files.mount(host, globalRoot(host), request));
    ok(zoneShutdown(host, globalRoot(host), web.id));
    expect(zoneDestroy(host, globalRoot(host), web.id)).toMatchObject({
      errno: "EBUSY",
      decision: { rule: "zone_destroy/mounts" },
    });
  });

  it("ends zsched and frees the name", () => {
    const host = zoneHost();
    const web = created(host, "web");
    ok(zoneShutdown(host, globalRoot(host), web.id));
    ok(zoneDestroy(host, globalRoot(host), web.id));
    expect(findProcess(host, web.zsched)).toBeUndefined();
    expect(findZone(host, web.id)).toBeUndefined();
    expect(zoneNamed(host, "web")).toBeUndefined();
  });
});

describe("the number of zones", () => {
  it("is 8,192 with the global one at most", () => {
    const host = zoneHost();
    const { zones } = illumosOf(host);
    // What counts is how many there are, not what they are.
    const other = created(host, "web");
    for (let id = 2; id < 8192; id++)
      zones[id] = { ...zone(host, other.id), id, name: `z${id}`, path: `/z/${id}` };
    const copy = zoneHost();
    copy.state.illumos = structuredClone(illumosOf(host));
    expect(zoneCreate(copy, globalRoot(copy), creation(copy, "more"))).toMatchObject({
      errno: "ENOMEM",
      decision: { rule: "zone_create/maxzones" },
    });
  });
});
