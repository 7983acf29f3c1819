import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

/** What `syscall` prints in the jail web, or on the host. */
function made(lines: readonly string[], where: "host" | "web" = "web"): string[] {
  const { host, web } = world();
  const session = new ShellSession(host, where === "web" ? web.credential.container : 0);
  return lines.map((line) => session.run(line).result.stdout.trimEnd());
}

describe("syscall", () => {
  test("is made in the shell itself, and prints what truss would", () => {
    expect(
      made(["syscall mkdir /tmp/x", "syscall chdir /tmp/x", "pwd", "syscall open .", "syscall close 3"]),
    ).toEqual([
      'mkdir("/tmp/x",0755) = 0 (0x0)',
      'chdir("/tmp/x") = 0 (0x0)',
      "/tmp/x",
      'open(".",O_RDONLY) = 3 (0x3)',
      "close(3) = 0 (0x0)",
    ]);
  });

  test.each([
    ["syscall open /none", `open("/none",O_RDONLY) ERR#2 'No such file or directory'`],
    ["syscall reboot", `reboot(RB_AUTOBOOT) ERR#1 'Operation not permitted'`],
    ["syscall settimeofday 0", `settimeofday(0) ERR#1 'Operation not permitted'`],
    ["syscall ptrace 1", `ptrace(PT_ATTACH,1) ERR#3 'No such process'`],
    ["syscall shmget 0x10 4096", `shmget(0x10,4096,IPC_CREAT|0600) ERR#78 'Function not implemented'`],
    ["syscall socket PF_INET SOCK_RAW", `socket(PF_INET,SOCK_RAW) ERR#1 'Operation not permitted'`],
    ["syscall close 9", `close(9) ERR#9 'Bad file descriptor'`],
    ["syscall connect 9 192.0.2.2 22", `connect(9,192.0.2.2,22) ERR#9 'Bad file descriptor'`],
  ])("%s", (line, expected) => {
    expect(made([line])).toEqual([expected]);
  });

  test("fails where the call fails, with the decision behind it", () => {
    const { host, web } = world();
    const { result } = new ShellSession(host, web.credential.container).run("syscall reboot");
    expect(result).toMatchObject({ status: 1, decisions: [{ verdict: "deny", errno: "EPERM" }] });
  });

  test.each(["syscall", "syscall frob", "syscall open", "syscall open a b"])("%j: how it is used", (line) => {
    const { host } = world();
    const { status, stderr } = new ShellSession(host).run(line).result;
    expect(status).toBe(2);
    expect(stderr).toMatch(/^usage:\n {2}syscall adjtime SECONDS\n/);
  });
});

describe("programs", () => {
  test("are the same under every name: as a copy, a hard link, or in a jail seen from outside", () => {
    const { host } = world();
    const session = new ShellSession(host);
    const out = (line: string) => session.run(line).result.stdout;
    expect(out("cp /bin/echo /tmp/copy && /tmp/copy a")).toBe("a\n");
    expect(out("ln /bin/echo /root/linked && /root/linked b")).toBe("b\n");
    expect(out("/jails/web/bin/echo c")).toBe("c\n");
  });

  test("with set-uid run as their owner, in a jail and on the host", () => {
    const { host, web } = world();
    new ShellSession(host, web.credential.container).run("cp /usr/bin/id /tmp/who && chmod 4755 /tmp/who");
    expect(new ShellSession(host, 0, "www").run("/jails/web/tmp/who -u").result.stdout).toBe("0\n");
  });
});

describe("a shell at a terminal", () => {
  test("is not ended by SIGTERM", () => {
    const { host } = world();
    const session = new ShellSession(host);
    session.run("kill $$");
    expect(session.process).toBeDefined();
  });
});
