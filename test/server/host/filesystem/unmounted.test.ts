import { ensureDirectory, makeRoot } from "@zonewarden/server/host/filesystem/build";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { open, read, readFile, write } from "@zonewarden/server/host/filesystem/files";
import { lookup, pathOf } from "@zonewarden/server/host/filesystem/lookup";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { mountFs, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import type { Host } from "@zonewarden/server/host/host";
import {
  mountFs as mountOnIllumos,
  unmountFs as unmountOnIllumos,
} from "@zonewarden/server/host/illumos/filesystem/mounts";
import { exec, fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { runShell } from "@zonewarden/server/host/shell/run";
import { describe, expect, it, test } from "vitest";
import { hostRoot, ok, testHost } from "../harness.ts";
import { globalRoot, zoneHost } from "../illumos/harness.ts";

/** What is left of a mount that was forced away: processes and jails that still refer to it. */

interface Left {
  readonly host: Host;
  readonly root: Process;
  /** Has its directory and an open file on the mount. */
  readonly inside: Process;
}

/** A jail whose root is a tmpfs, with a shell in it, and a shell of the host that has its directory there. */
function freebsd(): Left & { jid: number; jailed: Process } {
  const host = testHost();
  const root = hostRoot(host);
  ensureDirectory(host, "/jails/web");
  ok(mountFs(host, root, { type: "tmpfs", from: "tmpfs", on: "/jails/web" }));
  makeRoot(host, "/jails/web");
  const given = { name: { value: "web" }, path: { value: "/jails/web" }, persist: { value: true } };
  const jid = ok(jailSet(host, root, given, { create: true }));
  const jailed = ok(fork(host, root));
  ok(jailAttach(host, jailed, jid));
  ok(exec(host, jailed, "sh", ["-sh"]));
  const inside = ok(fork(host, root));
  ok(chdir(host, inside, "/jails/web/tmp"));
  ok(open(host, inside, "f", { write: true, create: true }));
  ok(unmountFs(host, root, "/jails/web", { force: true }));
  return { host, root, inside, jid, jailed };
}

function illumos(): Left {
  const host = zoneHost();
  const root = globalRoot(host);
  ok(mountOnIllumos(host, root, { type: "tmpfs", from: "swap", on: "/mnt" }));
  const inside = ok(fork(host, root));
  ok(chdir(host, inside, "/mnt"));
  ok(open(host, inside, "f", { write: true, create: true }));
  ok(unmountOnIllumos(host, root, "/mnt", { force: true }));
  return { host, root, inside };
}

const HERE = ["/", ".", "..", "x", "/etc/passwd", "//", "./"];

describe("FreeBSD", () => {
  test.each(HERE)("a lookup of %s from a root that is gone gives ENOTDIR", (path) => {
    const { host, jailed } = freebsd();
    expect(lookup(host, jailed, path)).toMatchObject({ errno: "ENOTDIR" });
  });

  it("lets nobody into a jail without a root", () => {
    const { host, root, jid } = freebsd();
    expect(jailAttach(host, ok(fork(host, root)), jid)).toMatchObject({ errno: "ENOTDIR" });
  });
});

describe.each([
  ["FreeBSD", freebsd, "ENOTDIR"],
  ["illumos", illumos, "EIO"],
])("%s", (_, left, errno) => {
  it("refuses names from a directory that is gone, and goes on from the root", () => {
    const { host, inside } = left();
    expect(readFile(host, inside, "f")).toMatchObject({ errno });
    expect(chdir(host, inside, ".")).toMatchObject({ errno });
    expect(pathOf(host, inside.directory)).toBe("?");
    ok(readFile(host, inside, "/etc/passwd"));
    ok(chdir(host, inside, "/"));
  });

  it("gives EIO for what is open there", () => {
    const { host, inside } = left();
    const fd = inside.descriptors.find(({ vnode }) => vnode)?.fd ?? -1;
    expect(read(host, inside, fd)).toMatchObject({ errno: "EIO" });
    expect(write(host, inside, fd, "x")).toMatchObject({ errno: "EIO" });
  });

  describe("every program still works", () => {
    const programs = left()
      .host.kernel.shell.programs()
      .flatMap(([, commands]) => commands.map(({ name }) => name));
    test.each(programs)("%s", (name) => {
      const { host, root, inside } = left();
      for (const process of [root, inside])
        for (const words of ["", " -a", " /", " .", ` ${inside.pid}`, ` -p ${inside.pid}`])
          expect(() =>
            runShell(host, ok(fork(host, process)), `${name}${words}`, { unknown: "refuse" }),
          ).not.toThrow();
    });
  });
});
