import { putFile } from "@zonewarden/server/host/filesystem/build";
import { editable } from "@zonewarden/server/host/filesystem/nodes";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { findPrison } from "@zonewarden/server/host/freebsd/prisons";
import { setrlimit } from "@zonewarden/server/host/freebsd/process/limits";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import { exec, exit, findProcess, fork, spawn, wait } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

function child(host: Host, parent: Process): Process {
  const outcome = fork(host, parent);
  if (!outcome.ok) throw new Error(outcome.decision.reason);
  return outcome.value;
}

describe("fork(2)", () => {
  test("gives the child the jail, the root and the credential of its parent", () => {
    const host = hostOf();
    const parent = userIn(host, jailOf(host, "a"), 1001);
    const { credential, root, pid, parent: of } = child(host, parent);
    expect({ credential, root, of }).toEqual({
      credential: parent.credential,
      root: parent.root,
      of: parent.pid,
    });
    expect(pid).toBeGreaterThan(parent.pid);
  });

  test("fails at the limit of the user, which root passes even in a jail", () => {
    const host = hostOf();
    const jid = jailOf(host, "a");
    const user = userIn(host, jid, 1001);
    const root = userIn(host, jid);
    for (const process of [user, root]) setrlimit(host, process, "maxproc", { soft: 1, hard: 1 });
    expect(fork(host, user)).toMatchObject({ errno: "EAGAIN", decision: { rule: "fork/limit" } });
    expect(result(fork(host, root))).toBe("ok");
  });

  test("leaves the last ten places of the table to root outside of jails", () => {
    const host = hostOf("15.0", { "kern.maxproc": 0 });
    const jailed = userIn(host, jailOf(host, "a"));
    const root = userIn(host, 0);
    host.state.machine.sysctls["kern.maxproc"] = Object.keys(host.state.processes.byPid).length + 5;
    expect(fork(host, jailed)).toMatchObject({ errno: "EAGAIN", decision: { rule: "fork/maxproc" } });
    expect(result(fork(host, root))).toBe("ok");
  });

  test("numbers begin anew behind the last one, and none is given twice", () => {
    const host = hostOf();
    const parent = userIn(host, 0);
    host.state.processes.last = 99_999;
    const first = child(host, parent);
    host.state.processes.last = 99_999;
    expect([first.pid, child(host, parent).pid]).toEqual([101, 102]);
  });
});

describe("exec(2)", () => {
  function withFile(mode: number, uid = 0) {
    const host = hostOf();
    const vnode = putFile(host, "/tmp/program", "", mode);
    editable(host, vnode).uid = uid;
    return host;
  }

  test("does not change the jail, and ends the ban on debuggers", () => {
    const host = hostOf();
    const process = userIn(host, jailOf(host, "a"));
    process.changedCredential = true;
    exec(host, process, "nginx", ["nginx", "-g", "daemon off;"]);
    expect([process.command, process.credential.container > 0, process.changedCredential]).toEqual([
      "nginx",
      true,
      false,
    ]);
  });

  test("a set-user-id file of a jail makes a user of the host its owner", () => {
    const host = withFile(0o4755);
    const process = userIn(host, 0, 1001);
    const outcome = exec(host, process, "/tmp/program", ["program"]);
    expect(outcome.decision.rule).toBe("exec/setid");
    expect([process.credential.uid, process.credential.ruid, process.changedCredential]).toEqual([
      0,
      1001,
      true,
    ]);
  });

  test("not for a process without new privileges", () => {
    const host = withFile(0o4755);
    const process = userIn(host, 0, 1001);
    process.noNewPrivileges = true;
    exec(host, process, "/tmp/program", ["program"]);
    expect(process.credential.uid).toBe(1001);
  });

  test.each([
    ["a missing file", "/tmp/none", "ENOENT"],
    ["a directory", "/tmp", "EACCES"],
    ["a file that nobody may execute", "/tmp/program", "EACCES"],
  ])("%s", (_, path, expected) => {
    const host = withFile(0o644);
    expect(result(exec(host, userIn(host, 0), path, []))).toBe(expected);
  });
});

describe("exit(2) and wait(2)", () => {
  test("the dead stay until their parent asks", () => {
    const host = hostOf();
    const parent = userIn(host, 0);
    const dead = child(host, parent);
    exit(host, dead, 3);
    expect(findProcess(host, dead.pid)?.state).toBe("zombie");
    expect(wait(host, parent)).toMatchObject({ value: { pid: dead.pid, status: 3 } });
    expect(findProcess(host, dead.pid)).toBeUndefined();
  });

  test("init asks at once for those whose parent is gone", () => {
    const host = hostOf();
    const parent = userIn(host, 0);
    const [first, second] = [child(host, parent), child(host, parent)];
    exit(host, first, 0);
    exit(host, parent, 0);
    expect([first, second].map(({ pid }) => findProcess(host, pid)?.parent)).toEqual([undefined, 1]);
  });

  test("the last process takes a jail without persist with it", () => {
    const host = hostOf();
    const jid = jailOf(host, "a");
    const only = userIn(host, jid);
    (freebsdOf(host).prisons[jid] as { persist: boolean }).persist = false;
    exit(host, only, 0);
    expect(findPrison(host, jid)).toBeUndefined();
  });

  test("a zombie keeps the record of its jail, but not its life", () => {
    const host = hostOf();
    const jid = jailOf(host, "a");
    const shell = userIn(host, 0);
    const only = spawn(host, { parent: shell, command: "sh", credential: { container: jid } });
    (freebsdOf(host).prisons[jid] as { persist: boolean }).persist = false;
    exit(host, only, 0);
    expect(findPrison(host, jid)?.state).toBe("dying");
    wait(host, shell);
    expect(findPrison(host, jid)).toBeUndefined();
  });

  test.each([
    ["no children", 0, "ECHILD"],
    ["a living child", 1, "ok"],
  ])("wait with %s", (_, children, expected) => {
    const host = hostOf();
    const parent = userIn(host, 0);
    if (children > 0) child(host, parent);
    expect(result(wait(host, parent))).toBe(expected);
  });

  test("after attaching to a jail a process has no children outside", () => {
    const host = hostOf();
    const parent = userIn(host, 0);
    exit(host, child(host, parent), 0);
    jailAttach(host, parent, jailOf(host, "a"));
    expect(wait(host, parent)).toMatchObject({ errno: "ECHILD", decision: { rule: "scope" } });
  });
});
