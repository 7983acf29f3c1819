import { ensureDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { chdir, fchdir } from "@zonewarden/server/host/filesystem/directories";
import { close, link, mkdir, open, rename, rmdir, symlink } from "@zonewarden/server/host/filesystem/files";
import { lookup, pathOf } from "@zonewarden/server/host/filesystem/lookup";
import { fileSystem, mountOf, nodeIn } from "@zonewarden/server/host/filesystem/nodes";
import type { Vnode } from "@zonewarden/server/host/filesystem/types";
import { chroot, passDescriptor } from "@zonewarden/server/host/freebsd/filesystem/chroot";
import { mountFs, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import { kldload } from "@zonewarden/server/host/freebsd/modules";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { Host } from "@zonewarden/server/host/host";
import { fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../properties.ts";
import { enter, hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** Whatever jailed processes do, they stay in the tree of their jail, unless they hold a directory from outside. */

const MOUNTING = {
  "allow.mount": true,
  "allow.mount.tmpfs": true,
  "allow.mount.nullfs": true,
  enforce_statfs: 1,
};

/** A jail that may mount, with two processes in it and one in a jail below. Nobody refuses open directories. */
function prepare() {
  const host = testHost();
  const shell = hostRoot(host);
  ok(kldload(host, shell, "nullfs"));
  host.state.machine.sysctls["kern.chroot_allow_open_directories"] = 2;
  putFile(host, "/secret", "of the host");
  putFile(host, "/jails/secret", "of the host");
  ensureDirectory(host, "/shared/in");
  const { jid, root } = makeJail(host, { ...MOUNTING, "children.max": 2 });
  for (const path of ["/a", "/a/b", "/a/b/c", "/d"]) ok(mkdir(host, root, path));
  ok(mountFs(host, shell, { type: "nullfs", from: "/shared", on: "/jails/web/d" }));
  const second = ok(fork(host, root));
  const { jid: below } = makeJail(host, { ...MOUNTING, name: "below", path: "/a" }, root);
  const third = enter(host, below, root);
  return { snapshot: host.snapshot(), jid, pids: [root.pid, second.pid, third.pid] };
}

/** Whether a node belongs to the tree of the jail, or to what the host mounted into it. */
function isInside(host: Host, jid: number, vnode: Vnode): boolean {
  const { root } = prison(host, jid);
  const top = { fs: mountOf(host, root).filesystem, node: root.node };
  let at = { fs: mountOf(host, vnode).filesystem, node: vnode.node };
  for (;;) {
    if (at.fs === top.fs && at.node === top.node) return true;
    const fs = fileSystem(host, at.fs);
    const parent = nodeIn(fs, at.node).parent;
    if (at.fs === "1" && pathOf(host, { mount: "1", node: at.node }) === "/shared") return true;
    if (parent !== at.node) {
      at = { fs: at.fs, node: parent };
      continue;
    }
    const own = Object.values(host.state.files.mounts).find(
      ({ type, filesystem }) => type !== "nullfs" && filesystem === at.fs,
    );
    if (!own?.covers) return false;
    at = { fs: mountOf(host, own.covers).filesystem, node: own.covers.node };
  }
}

/** Names that mostly exist, so that most steps succeed. */
const name = fc.constantFrom("a", "a/b", "a/b/c", "d", "d/in", "x", "jails/secret");
const up = fc.constantFrom("..", "../..", "../../..", "../../../..");
const path = fc.oneof(
  { weight: 4, arbitrary: name.map((to) => `/${to}`) },
  { weight: 2, arbitrary: name },
  { weight: 2, arbitrary: up },
  { weight: 1, arbitrary: fc.tuple(name, up).map((parts) => parts.join("/")) },
  { weight: 1, arbitrary: fc.tuple(up, name).map((parts) => parts.join("/")) },
  { weight: 1, arbitrary: fc.constant("/") },
);

interface Scene {
  host: Host;
  process: Process;
  other: Process;
  reached: Vnode[];
}
type Step = (scene: Scene) => unknown;

/** The n-th open directory of a process. */
function directoryOf(process: Process, n: number): number {
  const open = process.descriptors.filter(({ kind }) => kind === "directory");
  return open[n % Math.max(1, open.length)]?.fd ?? -1;
}

const look = (p: string): Step => {
  return ({ host, process, reached }) => {
    const found = lookup(host, process, p);
    if (found.ok) reached.push(found.value);
  };
};
const enterDirectory =
  (p: string): Step =>
  ({ host, process }) =>
    chdir(host, process, p);
const confine =
  (p: string): Step =>
  ({ host, process }) =>
    chroot(host, process, p);
const openDirectory =
  (p: string): Step =>
  ({ host, process }) =>
    open(host, process, p, { directory: true });
const goBack =
  (n: number): Step =>
  ({ host, process }) =>
    fchdir(host, process, directoryOf(process, n));
const move =
  (p: string, q: string): Step =>
  ({ host, process }) =>
    rename(host, process, p, q);
const make =
  (p: string): Step =>
  ({ host, process }) =>
    mkdir(host, process, p);
const cover = (type: string, from: string, on: string): Step => {
  return ({ host, process }) => mountFs(host, process, { type, from, on });
};

const single: fc.Arbitrary<Step> = fc.oneof(
  path.map(look),
  path.map(enterDirectory),
  path.map(confine),
  path.map(make),
  path.map(openDirectory),
  fc.nat(3).map(goBack),
  fc.tuple(path, path).map(([p, q]) => move(p, q)),
  fc.tuple(fc.constantFrom("nullfs", "tmpfs"), path, path).map(([type, from, on]) => cover(type, from, on)),
  path.map(
    (p): Step =>
      ({ host, process }) =>
        rmdir(host, process, p),
  ),
  fc.nat(3).map(
    (n): Step =>
      ({ host, process }) =>
        close(host, process, directoryOf(process, n)),
  ),
  fc.nat(3).map(
    (n): Step =>
      ({ host, process, other }) => {
        return passDescriptor(host, process, directoryOf(process, n), other);
      },
  ),
  fc.tuple(fc.nat(3), path).map(
    ([n, p]): Step =>
      ({ host, process }) => {
        return open(host, process, p, { at: directoryOf(process, n) });
      },
  ),
  fc.tuple(path, path).map(
    ([p, q]): Step =>
      ({ host, process }) =>
        symlink(host, process, p, q),
  ),
  fc.tuple(path, path).map(
    ([p, q]): Step =>
      ({ host, process }) =>
        link(host, process, p, q),
  ),
  fc.tuple(path, fc.boolean()).map(
    ([p, force]): Step =>
      ({ host, process }) => {
        return unmountFs(host, process, p, { force });
      },
  ),
);

/** The same by another process. */
const elsewhere = (act: Step): Step => {
  return ({ host, process, other, reached }) => act({ host, process: other, other: process, reached });
};

/** Known ways out of a chroot, whose parts random steps come between. */
const trick: fc.Arbitrary<Step[]> = fc.oneof(
  // A saved directory and a deeper root.
  fc
    .tuple(path, path, fc.nat(3), up)
    .map(([saved, deeper, n, above]) => [
      openDirectory(saved),
      confine(deeper),
      goBack(n),
      enterDirectory(above),
    ]),
  // The current directory stays behind a deeper root.
  fc.tuple(path, up).map(([deeper, above]) => [confine(deeper), look(above), enterDirectory(above)]),
  // A directory leaves the root of the process in it.
  fc
    .tuple(fc.constantFrom("/b", "/a/b", "/d/in"), up)
    .map(([inside, above]) => [
      elsewhere(enterDirectory(inside)),
      move("/a/b", "/moved"),
      elsewhere(look(above)),
      elsewhere(enterDirectory(above)),
    ]),
  // A directory leaves what a nullfs mount shows.
  fc
    .tuple(name, fc.constantFrom("/x", "/d", "/a"), up)
    .map(([shown, on, above]) => [
      make("/x"),
      make(`/${shown}/m`),
      cover("nullfs", `/${shown}`, on),
      enterDirectory(`${on}/m`),
      move(`/${shown}/m`, "/moved"),
      look(above),
      enterDirectory(above),
    ]),
);

describe("confinement", { timeout: 60_000 }, () => {
  const { snapshot, jid, pids } = prepare();

  it("keeps every vnode that jailed processes reach in the tree of their jail", () => {
    const actor = fc.constantFrom(0, 0, 0, 1, 2);
    const part = fc.oneof(
      single.map((step) => [step]),
      trick,
    );
    const parts = fc.array(fc.tuple(actor, actor, part), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(parts, (sequence) => {
        const host = Host.restore(snapshot, freebsdKernel);
        const processes = pids.map((pid) => host.state.processes.byPid[pid] as Process);
        const steps = sequence.flatMap(([who, whom, list]) => list.map((act) => ({ who, whom, act })));
        for (const { who, whom, act } of steps) {
          const reached: Vnode[] = [];
          act({ host, process: processes[who] as Process, other: processes[whom] as Process, reached });
          const kept = processes.flatMap(({ root, directory, descriptors }) => [
            root,
            directory,
            ...descriptors.flatMap(({ vnode }) => (vnode ? [vnode] : [])),
          ]);
          const present = Object.values(host.state.files.mounts).map(({ id }) => id);
          for (const vnode of [...reached, ...kept])
            if (present.includes(vnode.mount)) expect(isInside(host, jid, vnode)).toBe(true);
        }
      }),
      { numRuns: runs(1500) },
    );
  });

  it("is not a matter of the steps alone: with a directory from outside they lead out", () => {
    const host = Host.restore(snapshot, freebsdKernel);
    const process = host.state.processes.byPid[pids[0] ?? 0] as Process;
    const shell = hostRoot(host);
    const given = ok(open(host, shell, "/jails", { directory: true }));
    const fd = ok(passDescriptor(host, shell, given, process));
    ok(fchdir(host, process, fd));
    expect(isInside(host, jid, ok(lookup(host, process, "secret")))).toBe(false);
  });
});
