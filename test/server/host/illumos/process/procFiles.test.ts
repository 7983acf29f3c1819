import { chdir } from "@zonewarden/server/host/filesystem/directories";
import { readdirectory, readFile, stat } from "@zonewarden/server/host/filesystem/files";
import { pathFrom } from "@zonewarden/server/host/filesystem/paths";
import type { Host } from "@zonewarden/server/host/host";
import { procList } from "@zonewarden/server/host/illumos/process/proc";
import { exit, reap } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { machine } from "../commands/world.ts";
import { ok } from "../harness.ts";
import { result, twoZones, userIn, without } from "./world.ts";

const names = (host: Host, process: Process, path = "/proc") =>
  ok(readdirectory(host, process, path)).map(({ name }) => name);
const pids = (processes: readonly Process[]) => processes.map(({ pid }) => String(pid));

describe("/proc as files", () => {
  test("has a directory for each process of the zone, and for no other", () => {
    const { host, a, b } = twoZones();
    expect(names(host, a.root)).toEqual(pids(procList(host, a.root)));
    expect(result(stat(host, a.root, `/proc/${b.root.pid}`))).toBe("ENOENT");
    expect(result(stat(host, a.root, `/proc/${a.root.pid}`))).toBe("ok");
    expect(result(stat(host, a.root, "/proc/31000"))).toBe("ENOENT");
  });

  test("of a zone has the processes of the zone also for who looks from outside", () => {
    const { host, a, b, global } = twoZones();
    expect(names(host, global, `${a.zone.path}/proc`)).toEqual(pids(procList(host, a.root)));
    expect(result(stat(host, global, `${a.zone.path}/proc/${b.root.pid}`))).toBe("ENOENT");
  });

  test("without proc_info a user finds his own alone", () => {
    const { host, a } = twoZones();
    const user = without(host, userIn(host, a.zone.id, 1000), "proc_info");
    expect(names(host, user)).toEqual([String(user.pid)]);
    expect(result(stat(host, user, `/proc/${a.root.pid}`))).toBe("ENOENT");
  });

  test("directories belong to the user; what everybody may see can be read, the rest not", () => {
    const { host, a } = twoZones();
    const user = userIn(host, a.zone.id, 1000);
    const other = userIn(host, a.zone.id, 1001);
    const { node } = ok(stat(host, other, `/proc/${user.pid}`));
    expect(node).toMatchObject({ kind: "directory", mode: 0o511, uid: 1000, gid: 1000 });
    expect(result(readdirectory(host, other, `/proc/${user.pid}`))).toBe("EACCES");
    expect(result(readFile(host, other, `/proc/${user.pid}/psinfo`))).toBe("ok");
    expect(result(readFile(host, other, `/proc/${user.pid}/as`))).toBe("EACCES");
    expect(result(readFile(host, a.root, `/proc/${user.pid}/as`))).toBe("ok");
  });

  test("files are binary, and the decision says so", () => {
    const { host, a } = twoZones();
    const read = readFile(host, a.root, `/proc/${a.root.pid}/psinfo`);
    expect(ok(read)).toBe("");
    expect(read.decision).toMatchObject({ verdict: "assumed", reason: expect.stringContaining("binary") });
  });

  test("self is the caller, and in no list", () => {
    const { host, a } = twoZones();
    expect(names(host, a.root)).not.toContain("self");
    ok(chdir(host, a.root, "/proc/self"));
    expect(pathFrom(host, a.root, a.root.directory)).toBe(`/proc/${a.root.pid}`);
    expect(names(host, a.root, ".")).toContain("psinfo");
  });

  test("cwd and root lead where the process is", () => {
    const { host, a } = twoZones();
    ok(chdir(host, a.root, "/etc"));
    expect(names(host, a.root, "/proc/self/cwd")).toEqual(names(host, a.root, "/etc"));
    expect(names(host, a.root, "/proc/self/root")).toEqual(names(host, a.root, "/"));
  });

  test("cwd and root lead on, and are links themselves", () => {
    const { host, a } = twoZones();
    for (const name of ["cwd", "root"]) {
      const path = `/proc/self/${name}`;
      expect(ok(stat(host, a.root, path, { follow: false })).node.kind).toBe("link");
      expect(ok(stat(host, a.root, path)).node.kind).toBe("directory");
      expect(ok(stat(host, a.root, `${path}/`, { follow: false })).node.kind).toBe("directory");
      expect(ok(stat(host, a.root, `${path}/etc/passwd`)).node.kind).toBe("file");
    }
  });

  test("so what goes through a whole tree comes to an end", () => {
    for (const line of ["rm -rf /*", "rm -r /proc", "du -s /", "ls -R / >/dev/null", "chmod -R 700 /"]) {
      const { inside } = machine("omnios", { web: {} });
      expect(inside("web", line)).not.toContain("cwd/");
    }
  });

  test("a directory is gone with its process", () => {
    const { host, a } = twoZones();
    const user = userIn(host, a.zone.id, 1000);
    const path = `/proc/${user.pid}`;
    ok(chdir(host, a.root, path));
    exit(host, user, 0);
    reap(host, user);
    expect(result(stat(host, a.root, path))).toBe("ENOENT");
    expect(result(readdirectory(host, a.root, "."))).toBe("ENOENT");
  });

  test("nothing can be made or changed in it", () => {
    const { inside } = machine("omnios", { web: {} });
    for (const line of ["touch /proc/1/x", "mkdir /proc/x", "rm /proc/self/psinfo", "chmod 777 /proc/self"])
      expect(inside("web", line)).not.toBe("");
    expect(inside("web", "ls -ld /proc/self")).toMatch(/^dr-x--x--x +\d+ root +root /);
    expect(inside("web", "ls -l /proc/self")).toMatch(/^-r--r--r-- .* psinfo$/m);
  });
});
