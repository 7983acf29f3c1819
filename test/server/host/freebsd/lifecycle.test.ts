import type { Outcome } from "@zonewarden/server/host/decision";
import { giveDataset } from "@zonewarden/server/host/filesystem/datasetIndex";
import { close } from "@zonewarden/server/host/filesystem/files";
import { changeOwner } from "@zonewarden/server/host/filesystem/mountIndex";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { removeMount } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { openJailDescriptor } from "@zonewarden/server/host/freebsd/jailDescriptors";
import { jailGet } from "@zonewarden/server/host/freebsd/jailGet";
import { prisonHolds } from "@zonewarden/server/host/freebsd/lifecycle";
import { findPrison, prison } from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import { addSocket } from "@zonewarden/server/host/network/socketIndex";
import { exec, exit, fork, reap } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { freebsd, jail, set, shellIn } from "./jails.ts";

const verdict = (outcome: Outcome<unknown>) => (outcome.ok ? "ok" : [outcome.errno, outcome.decision.rule]);

describe("jail_attach (3.1)", () => {
  test("row 1: only root attaches", () => {
    const { host, root } = freebsd();
    const user = shellIn(host, prison(host, 0), 1001);
    expect(verdict(jailAttach(host, user, jail(host, root, {}).jid))).toEqual(["EPERM", "jail_attach/1"]);
  });

  test("row 2: only to jails below its own, not to its own, a sibling or the parent", () => {
    const { host, root } = freebsd();
    const a = jail(host, root, { name: "a", "children.max": 1 });
    const below = jail(host, root, { name: "a.b" });
    const sibling = jail(host, root, { name: "c" });
    const inside = shellIn(host, a);
    for (const jid of [a.jid, sibling.jid, 0, 99])
      expect(verdict(jailAttach(host, inside, jid))).toEqual(["EINVAL", "jail_attach/2"]);
    expect(verdict(jailAttach(host, inside, below.jid))).toBe("ok");
    expect(verdict(jailAttach(host, inside, a.jid))).toEqual(["EINVAL", "jail_attach/2"]);
  });

  test("row 3: not to a dying one", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    made.extraRefs = 1;
    jailRemove(host, root, made.jid);
    expect(verdict(jailAttach(host, root, made.jid))).toEqual(["EINVAL", "jail_attach/3"]);
  });

  test("row 5: not without a CPU in common", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    const set = freebsdOf(host).resources.cpusets[made.cpuset];
    if (set) set.cpus = [0];
    const process = shellIn(host, prison(host, 0));
    process.affinity = [1];
    expect(verdict(jailAttach(host, process, made.jid))).toEqual(["EDEADLK", "jail_attach/5"]);
    expect(process).toMatchObject({ affinity: [1], cpuset: 1 });
    process.affinity = [0, 1];
    expect(verdict(jailAttach(host, process, made.jid))).toBe("ok");
    expect(process).toMatchObject({ affinity: [0], cpuset: made.cpuset });
  });

  test("row 8: not with an open directory; files and sockets stay open", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    const process = shellIn(host, prison(host, 0));
    process.descriptors.push(
      { fd: 3, kind: "file", write: true },
      { fd: 4, kind: "directory", write: false },
    );
    expect(verdict(jailAttach(host, process, made.jid))).toEqual(["EPERM", "jail_attach/8"]);
    process.descriptors.pop();
    expect(verdict(jailAttach(host, process, made.jid))).toBe("ok");
    expect(process.descriptors).toHaveLength(1);
  });

  test.each([
    [0, "EPERM"],
    [1, "ok"],
    [2, "ok"],
  ])("row 8: in 12 kern.chroot_allow_open_directories=%i decides: %s", (policy, expected) => {
    const { host, root } = freebsd("12.4");
    host.state.machine.sysctls["kern.chroot_allow_open_directories"] = policy;
    const made = jail(host, root, { path: "/usr" });
    const process = shellIn(host, prison(host, 0));
    process.descriptors.push({ fd: 4, kind: "directory", write: false });
    expect([verdict(jailAttach(host, process, made.jid))].flat()[0]).toBe(expected);
  });

  test("moves the process alone, with its root, and for good", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { path: "/usr" });
    const process = shellIn(host, prison(host, 0));
    const child = fork(host, process);
    expect(verdict(jailAttach(host, process, made.jid))).toBe("ok");
    expect(process).toMatchObject({
      root: made.root,
      directory: made.root,
      jailDirectory: made.root,
      changedCredential: true,
      cpuset: made.cpuset,
      credential: { container: made.jid },
    });
    expect(child.ok && child.value.credential.container).toBe(0);
  });
});

describe("jail_remove (3.2)", () => {
  test("only root, only below", () => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a" });
    const other = shellIn(host, jail(host, root, { name: "b" }));
    expect(verdict(jailRemove(host, shellIn(host, prison(host, 0), 1001), jid))).toEqual([
      "EPERM",
      "jail_remove/1",
    ]);
    for (const target of [jid, other.credential.container, 0, 99])
      expect(verdict(jailRemove(host, other, target))).toEqual(["EINVAL", "jail_remove/2"]);
  });

  test("kills all in it and in jails below, and nobody else", () => {
    const { host, root } = freebsd();
    const a = jail(host, root, { name: "a", "children.max": 2 });
    const b = jail(host, root, { name: "a.b" });
    const c = jail(host, root, { name: "c" });
    const [one, two, other] = [shellIn(host, a), shellIn(host, b, 1001), shellIn(host, c)];
    expect(verdict(jailRemove(host, root, a.jid))).toBe("ok");
    const { byPid } = host.state.processes;
    expect([byPid[one.pid], byPid[two.pid], byPid[other.pid]?.pid]).toEqual([
      undefined,
      undefined,
      other.pid,
    ]);
    expect([findPrison(host, a.jid), findPrison(host, b.jid)]).toEqual([undefined, undefined]);
    expect(prison(host, 0)).toMatchObject({ children: [c.jid], childrenCur: 1 });
  });

  test("removing a dying jail is silently fine", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    made.extraRefs = 1;
    jailRemove(host, root, made.jid);
    expect(verdict(jailRemove(host, root, made.jid))).toBe("ok");
  });

  test("takes System V objects of its own key space, shared memory below its path, and its queues", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { path: "/usr", sysvshm: "new" });
    const { ipc } = host.state;
    const owner = { uid: 0, gid: 0, mode: 0o600 };
    const shm = { kind: "shm", key: 1, size: 1, created: 0, ...owner } as const;
    ipc.sysv.push(
      { ...shm, id: 1, container: made.jid, space: made.jid },
      { ...shm, id: 2, container: 0, space: 0 },
    );
    ipc.posix.push(
      { kind: "shm", name: "/usr/x", container: made.jid, ...owner },
      { kind: "shm", name: "/usr2/x", container: 0, ...owner },
      { kind: "mq", name: "/q", root: made.root, container: made.jid, ...owner },
    );
    jailRemove(host, root, made.jid);
    expect(ipc.sysv.map(({ id }) => id)).toEqual([2]);
    expect(ipc.posix.map(({ name }) => name)).toEqual(["/usr2/x"]);
    expect(findPrison(host, made.jid)).toBeUndefined();
  });

  test("an object in the key space of another jail keeps the jail dying", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { sysvshm: "inherit" });
    const object = {
      kind: "shm",
      id: 1,
      key: 1,
      container: made.jid,
      space: 0,
      size: 1,
      created: 0,
    } as const;
    host.state.ipc.sysv.push({ ...object, uid: 0, gid: 0, mode: 0o600 });
    jailRemove(host, root, made.jid);
    expect(findPrison(host, made.jid)?.state).toBe("dying");
    expect(prisonHolds(host, made.jid).records.ipc).toBe(1);
  });
});

describe("states (3.3)", () => {
  test("a connection that closes slowly keeps the record, which is seen with the flag alone", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a" });
    const { network } = host.state;
    const socket = Object.values(network.sockets).find(({ family }) => family === "inet");
    if (!socket) throw new Error("the host has no socket");
    addSocket(host, { ...socket, id: 900, container: made.jid, lingersUntil: 60_000 });
    jailRemove(host, root, made.jid);
    expect(jailGet(host, root, { jid: made.jid })).toMatchObject({ ok: false, message: "jail 1 is dying" });
    expect(jailGet(host, root, { jid: made.jid }, ["dying"], { dying: true })).toMatchObject({
      value: { dying: true },
    });
    host.advance(60_000);
    expect(jailGet(host, root, { jid: made.jid })).toMatchObject({ message: "jail 1 not found" });
    expect(network.sockets[900]).toBeUndefined();
  });

  test("a mount that was made inside keeps the record, one of the host does not", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    const mount = Object.values(host.state.files.mounts).at(-1);
    if (!mount) throw new Error("the host has no mount");
    changeOwner(host, mount, made.jid);
    jailRemove(host, root, made.jid);
    expect(findPrison(host, made.jid)?.state).toBe("dying");
    removeMount(host, mount);
    expect(findPrison(host, made.jid)).toBeUndefined();
  });

  test("a child keeps a jail alive that has nothing else", () => {
    const { host, root } = freebsd();
    const outer = jail(host, root, { name: "a", "children.max": 1 });
    const inner = jail(host, root, { name: "a.b" });
    set(host, root, { name: "a", nopersist: true }, { update: true });
    expect(outer.state).toBe("alive");
    jailRemove(host, root, inner.jid);
    expect(findPrison(host, outer.jid)).toBeUndefined();
  });

  test("what a jail had alone goes with it: stack, CPU set, its place in the tree", () => {
    const { host, root } = freebsd();
    const before = structuredClone(host.state);
    const outer = jail(host, root, { name: "a", vnet: "new", "children.max": 1, sysvshm: "new" });
    jail(host, root, { name: "a.b", vnet: "new" });
    shellIn(host, outer);
    jailRemove(host, root, outer.jid);
    const kept = before.freebsd;
    if (!kept) throw new Error("no state");
    for (const counter of [kept, freebsdOf(host)]) counter.lastJid = 0;
    before.network.nextVnet = host.state.network.nextVnet;
    kept.resources.nextCpuset = freebsdOf(host).resources.nextCpuset;
    before.processes.last = host.state.processes.last;
    expect(host.state).toEqual(before);
  });

  test("datasets are given back to the host", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    const [dataset] = Object.values(host.state.files.datasets);
    if (!dataset) throw new Error("the host has no dataset");
    giveDataset(host, dataset, made.jid);
    jailRemove(host, root, made.jid);
    expect(dataset.container).toBe(0);
  });
});

describe("fork, exec, exit (3.4)", () => {
  test("a child is in the jail of its parent, and exec stays there", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, {});
    const parent = shellIn(host, made);
    const child = fork(host, parent);
    if (!child.ok) throw new Error(child.errno);
    expect(exec(host, child.value, "sleep", ["60"]).ok).toBe(true);
    expect(child.value.credential.container).toBe(made.jid);
    expect(prisonHolds(host, made.jid).users.processes).toBe(2);
  });

  test("the last process of a jail without persist takes it along", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a" });
    const [one, two] = [shellIn(host, made), shellIn(host, made)];
    set(host, root, { name: "a", nopersist: true }, { update: true });
    exit(host, one, 0);
    expect(made.state).toBe("alive");
    exit(host, two, 0);
    expect(findPrison(host, made.jid)).toBeUndefined();
  });

  test("a process that nobody has waited for keeps the record, but no life", () => {
    const { host, root } = freebsd();
    const made = jail(host, root, { name: "a" });
    const child = fork(host, root);
    if (!child.ok) throw new Error(child.errno);
    jailAttach(host, child.value, made.jid);
    set(host, root, { name: "a", nopersist: true }, { update: true });
    exit(host, child.value, 0);
    expect(findPrison(host, made.jid)?.state).toBe("dying");
    reap(host, child.value);
    expect(findPrison(host, made.jid)).toBeUndefined();
  });
});

describe("descriptors (3.5)", () => {
  test("one that owns its jail removes it when nobody has it open any more", () => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a" }, { ownDescriptor: true });
    const child = fork(host, root);
    if (!child.ok) throw new Error(child.errno);
    const fd = root.descriptors.at(-1)?.fd ?? 0;
    expect(close(host, root, fd).ok).toBe(true);
    expect(findPrison(host, jid)?.state).toBe("alive");
    expect(close(host, child.value, fd).ok).toBe(true);
    expect(findPrison(host, jid)).toBeUndefined();
  });

  test("one that owns its jail removes it as its last process exits", () => {
    const { host, root } = freebsd();
    const holder = shellIn(host, prison(host, 0));
    const { jid } = jail(host, holder, { name: "a" }, { ownDescriptor: true });
    const inside = shellIn(host, prison(host, jid));
    const child = fork(host, holder);
    exit(host, holder, 0);
    expect(findPrison(host, jid)?.state).toBe("alive");
    if (child.ok) exit(host, child.value, 0);
    expect([findPrison(host, jid), host.state.processes.byPid[inside.pid]]).toEqual([undefined, undefined]);
    expect(root.credential.container).toBe(0);
  });

  test("another one keeps the record of a removed jail until it is closed", () => {
    const { host, root } = freebsd();
    const { jid } = jail(host, root, { name: "a" });
    const fd = openJailDescriptor(host, root, jid, false);
    jailRemove(host, root, jid);
    expect(findPrison(host, jid)?.state).toBe("dying");
    close(host, root, fd);
    expect(findPrison(host, jid)).toBeUndefined();
  });
});
