import { describe, expect, test } from "vitest";
import { run, type World, world } from "./world.ts";

type Who = Exclude<keyof World, "host">;

/** What the kernel refuses, in the words of the tools. */
describe("root in a jail", () => {
  test.each([
    ["web", "mknod /dev/x c 1 2", 1, "mknod: /dev/x: Operation not permitted"],
    ["web", "kldload pf", 1, "kldload: can't load pf: Operation not permitted"],
    ["web", "kldunload zfs", 1, "kldunload: can't unload file: Operation not permitted"],
    ["web", "ping -c 1 192.0.2.2", 71, "ping: ssend socket: Operation not permitted"],
    ["web", "sysctl kern.maxfiles=3", 1, "sysctl: kern.maxfiles=3: Operation not permitted"],
    ["web", "date 01010000", 1, "date: settimeofday (timeval): Operation not permitted"],
    ["web", "kill 603", 1, "kill: 603: No such process"],
    ["web", "kill 607", 1, "kill: 607: No such process"],
    ["web", "devfs rule -s 4 show", 1, "devfs: ioctl DEVFSIO_RGETNEXT: Operation not permitted"],
    ["web", "jexec 2 id", 1, "jexec: jail 2 not found"],
    ["web", "jexec lab id", 1, 'jexec: jail "lab" not found'],
    ["web", "dmesg", 1, "dmesg: sysctl kern.msgbuf: Operation not permitted"],
    ["web", "touch /a; chflags schg /a", 1, "chflags: /a: Operation not permitted"],
    ["web", "rm /var/empty/../../etc/none", 1, "rm: /var/empty/../../etc/none: No such file or directory"],
    ["web", "rm /lib/libc.so.7", 1, "rm: /lib/libc.so.7: Operation not permitted"],
    ["web", "cat /../../etc/none", 1, "cat: /../../etc/none: No such file or directory"],
    ["web", "ls /jails", 1, "ls: /jails: No such file or directory"],
    ["web", "nc -l 192.0.2.2 80", 1, "nc: Can't assign requested address"],
    ["web", "nc -l 80", 1, "nc: Address already in use"],
    ["lab", "nc -z 192.0.2.2 22", 1, ""],
    [
      "lab",
      "nc -vz 192.0.2.2 22",
      1,
      "nc: connect to 192.0.2.2 port 22 (tcp) failed: Network is unreachable",
    ],
    ["lab", "kldload pf", 1, "kldload: can't load pf: Operation not permitted"],
    ["inner", "jexec lab id", 1, 'jexec: jail "lab" not found'],
    ["inner", "pkill -9 nginx", 1, ""],
    ["web", "ipcs -m | tail -n +3", 0, ""],
    ["root", "kldload nope", 1, "kldload: can't load nope: No such file or directory"],
    ["root", "kldload zfs", 1, "kldload: can't load zfs: module already loaded or in kernel"],
    ["root", "kldload -n zfs", 0, ""],
    ["root", "kill x", 1, "kill: illegal process id: x"],
    ["root", "kill -FOO 1", 1, "kill: unknown signal FOO; valid signals:"],
    ["root", "ping nowhere", 68, "ping: cannot resolve nowhere: Host name lookup failure"],
  ] as const)("%s: %s", (who: Who, line, status, message) => {
    const w = world();
    const result = run(w, w[who], line);
    expect({ status: result.status, message: result.stderr.split("\n")[0] }).toEqual({ status, message });
  });

  test("the decision behind a refusal names the rule and the reason", () => {
    const w = world();
    const { decisions } = run(w, w.web, "ping -c 1 192.0.2.2");
    expect(decisions.at(-1)).toMatchObject({
      verdict: "deny",
      errno: "EPERM",
      causes: expect.arrayContaining([{ what: "allow.raw_sockets=false (default)", from: "default" }]),
    });
  });

  test("a `..` above the root stays in the jail", () => {
    const w = world();
    run(w, w.root, "echo outside > /jails/mark");
    expect(run(w, w.web, "cd /; cd ../../..; pwd; ls -d mark").stdout).toBe("/\n");
  });

  test("from the host jexec gets everywhere, and pkill with -j too", () => {
    const w = world();
    expect(run(w, w.root, "jexec lab jexec inner hostname").stdout).toBe("inner\n");
    run(w, w.root, "pkill -9 -j web nginx");
    expect(run(w, w.web, "pgrep nginx").status).toBe(1);
  });
});

test("ping is refused rather than cut short", () => {
  const w = world();
  const { status, stderr } = run(w, w.root, "ping -c 1001 192.0.2.2");
  expect([status, stderr]).toEqual([126, "ping: not modelled: more than 1000 packets\n"]);
});
