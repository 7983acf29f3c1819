import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import { open } from "@zonewarden/server/host/filesystem/open";
import type { Host } from "@zonewarden/server/host/host";
import { zoneEnter, zoneShutdown } from "@zonewarden/server/host/illumos/kernelZones";
import { allOfZone, privilegeSet } from "@zonewarden/server/host/illumos/privileges";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { exec, findProcess, fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "./harness.ts";
import { booted } from "./kernelZoneHelpers.ts";

describe("zone_enter", () => {
  const shell = (host: Host) => ok(fork(host, globalRoot(host)));

  it("puts the process into the root of the zone, in a task of project 0", () => {
    const host = zoneHost();
    const web = booted(host, "web");
    const process = shell(host);
    ok(zoneEnter(host, process, web.id));
    expect(process).toMatchObject({
      credential: { container: web.id },
      root: web.root,
      directory: web.root,
      illumos: { project: 0 },
      session: findProcess(host, web.zsched)?.session,
    });
  });

  it("leaves the process no privilege but those of the zone", () => {
    const host = zoneHost();
    const web = booted(host, "web");
    const process = shell(host);
    ok(zoneEnter(host, process, web.id));
    expect(allOfZone(host, process).ok).toBe(true);
    for (const set of ["effective", "permitted", "limit"] as const)
      expect([...privilegeSet(host, process, set)].sort()).toEqual(["proc_exec", "proc_fork"]);
  });

  const refused: readonly [
    text: string,
    errno: string,
    rule: string,
    prepare: (host: Host) => { process: Process; id: number },
  ][] = [
    [
      "without every privilege",
      "EPERM",
      "priv/all",
      (host) => {
        const process = shell(host);
        setCredential(host, process, { uid: 100, ruid: 100, svuid: 100 });
        return { process, id: booted(host, "web").id };
      },
    ],
    ["into the global zone", "EINVAL", "zone_enter/id", (host) => ({ process: shell(host), id: 0 })],
    [
      "into a zone that is not there",
      "EINVAL",
      "zone_enter/none",
      (host) => ({ process: shell(host), id: 7 }),
    ],
    [
      "into a zone that goes down",
      "EINVAL",
      "zone_enter/status",
      (host) => {
        const web = booted(host, "web");
        web.threads = ["an NFS client flushes its pages"];
        zoneShutdown(host, globalRoot(host), web.id);
        return { process: shell(host), id: web.id };
      },
    ],
    [
      "with a file of an NFS server open",
      "EBADF",
      "zone_enter/files",
      (host) => {
        makeRoot(host, "/net/files");
        const request = { type: "nfs", from: "192.0.2.99:/export", on: "/net/files" };
        ok(host.kernel.files.mount(host, globalRoot(host), request));
        const process = shell(host);
        ok(open(host, process, "/net/files"));
        return { process, id: booted(host, "web").id };
      },
    ],
  ];
  it.each(refused)("refuses to go in %s", (_, errno, rule, prepare) => {
    const host = zoneHost();
    const { process, id } = prepare(host);
    expect(zoneEnter(host, process, id)).toMatchObject({ ok: false, errno, decision: { rule } });
    expect(process.credential.container).toBe(0);
  });

  it("leads nowhere from within a zone, also with all of its privileges", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    const db = booted(host, "db");
    ok(exec(host, root, "bash", ["bash"]));
    expect(zoneEnter(host, root, db.id)).toMatchObject({ errno: "EPERM" });
  });
});
