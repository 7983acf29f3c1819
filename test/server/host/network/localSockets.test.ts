import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { chmod, stat, unlink } from "@zonewarden/server/host/filesystem/files";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import type { Host } from "@zonewarden/server/host/host";
import { bind, close, connect, listen, socket } from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

const PATH = "/shared/socket";

function serve(host: Host, process: Process, path = PATH): number {
  const { id } = ok(socket(host, process, { family: "local", type: "stream" }));
  ok(bind(host, process, id, { address: path, port: 0 }));
  ok(listen(host, process, id));
  return id;
}

function reach(host: Host, process: Process, path = PATH) {
  const { id } = ok(socket(host, process, { family: "local", type: "stream" }));
  const outcome = connect(host, process, id, { address: path, port: 0 });
  return outcome.ok ? "reached" : outcome.errno;
}

/** Two jails that see one directory of the host. */
function sharing() {
  const host = testHost();
  const [one, two] = ["one", "two"].map((name) => makeJail(host, { name }).root) as [Process, Process];
  ensureDirectory(host, "/common");
  for (const name of ["one", "two"]) {
    ensureDirectory(host, `/jails/${name}/shared`);
    ok(mountFs(host, hostRoot(host), { type: "nullfs", from: "/common", on: `/jails/${name}/shared` }));
  }
  return { host, one, two };
}

describe("a local socket", () => {
  it("is reached from every jail that shares its directory", () => {
    const { host, one, two } = sharing();
    serve(host, one);
    expect([reach(host, two), reach(host, hostRoot(host), "/common/socket")]).toEqual(["reached", "reached"]);
  });

  it("is not found under the same name in another directory", () => {
    const { host, one, two } = sharing();
    serve(host, one, "/tmp/socket");
    expect(reach(host, two, "/tmp/socket")).toBe("ENOENT");
  });

  it("is closed to those who may not write to its node", () => {
    const { host, one, two } = sharing();
    serve(host, one);
    ok(chmod(host, one, PATH, 0o700));
    expect(
      reach(host, spawn(host, { parent: two, command: "sh", credential: { uid: 1001, groups: [] } })),
    ).toBe("EACCES");
  });

  it("has a node with the mode that the umask leaves", () => {
    const { host, one, two } = sharing();
    one.umask = 0o077;
    serve(host, one);
    expect(ok(stat(host, two, PATH)).node).toMatchObject({ kind: "socket", mode: 0o700 });
  });

  it("leaves its node behind, where nobody answers any more", () => {
    const { host, one, two } = sharing();
    ok(close(host, one, serve(host, one)));
    expect(reach(host, two)).toBe("ECONNREFUSED");
    ok(unlink(host, one, PATH));
    expect(reach(host, two)).toBe("ENOENT");
  });

  it("does not take a name that is taken", () => {
    const { host, one, two } = sharing();
    serve(host, one);
    const { id } = ok(socket(host, two, { family: "local", type: "stream" }));
    expect(bind(host, two, id, { address: PATH, port: 0 })).toMatchObject({ errno: "EADDRINUSE" });
  });

  it("is not made out of another file", () => {
    const { host, one } = sharing();
    expect(reach(host, one, "/etc/passwd")).toBe("ENOTSOCK");
  });
});
