import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { machine } from "../illumos/commands/world.ts";
import { world } from "./world.ts";

/** Named objects as somebody types the calls: the same name in two containers is two objects. */

describe("in jails", () => {
  function typing() {
    const { host, web, lab, inner } = world();
    const sessions = {
      host: new ShellSession(host, 0),
      web: new ShellSession(host, web.credential.container),
      lab: new ShellSession(host, lab.credential.container),
      inner: new ShellSession(host, inner.credential.container),
    };
    return (who: keyof typeof sessions, line: string) => sessions[who].run(line).result.stdout.trimEnd();
  }

  test("shared memory of one jail is not that of another, nor of the host", () => {
    const type = typing();
    const create = "syscall shm_open /db O_RDWR O_CREAT O_EXCL 0600";
    const made = 'shm_open("/db",O_RDWR|O_CREAT|O_EXCL,0600) = 3 (0x3)';
    expect(type("web", create)).toBe(made);
    expect(type("lab", "syscall shm_open /db")).toBe(
      `shm_open("/db",O_RDONLY) ERR#2 'No such file or directory'`,
    );
    expect(type("lab", create)).toBe(made);
    expect(type("inner", create)).toBe(made);
    expect(type("host", create)).toBe(made);
    expect(type("web", create)).toBe(`shm_open("/db",O_RDWR|O_CREAT|O_EXCL,0600) ERR#17 'File exists'`);
    expect(type("lab", "syscall shm_unlink /db")).toBe('shm_unlink("/db") = 0 (0x0)');
    expect(type("web", "syscall shm_open /db")).toBe('shm_open("/db",O_RDONLY) = 4 (0x4)');
  });

  test("semaphores and queues of the kernel need their modules, and are apart as well", () => {
    const type = typing();
    expect(type("web", "syscall ksem_open /lock O_CREAT 0600")).toBe(
      `ksem_open("/lock",O_CREAT,0600) ERR#78 'Function not implemented'`,
    );
    expect(type("web", "syscall kmq_open /jobs O_CREAT")).toBe(
      `kmq_open("/jobs",O_CREAT) ERR#78 'Function not implemented'`,
    );
    type("host", "kldload sem mqueuefs");
    for (const [call, name] of [
      ["ksem", "/lock"],
      ["kmq", "/jobs"],
    ]) {
      expect(type("web", `syscall ${call}_open ${name} O_RDWR O_CREAT 0600`)).toContain(" = ");
      expect(type("lab", `syscall ${call}_open ${name} O_RDWR`)).toContain("ERR#2 ");
      expect(type("lab", `syscall ${call}_unlink ${name}`)).toContain("ERR#2 ");
      expect(type("web", `syscall ${call}_unlink ${name}`)).toBe(`${call}_unlink("${name}") = 0 (0x0)`);
      expect(type("web", `syscall ${call}_open ${name} O_RDWR`)).toContain("ERR#2 ");
    }
  });

  test("a name without a slash, and one that is too long", () => {
    const type = typing();
    expect(type("web", "syscall shm_open db O_CREAT")).toBe(
      `shm_open("db",O_CREAT) ERR#22 'Invalid argument'`,
    );
    expect(type("web", `syscall shm_open /${"x".repeat(1020)} O_CREAT`)).toContain(
      "ERR#63 'File name too long'",
    );
  });
});

describe("jail(2)", () => {
  test("makes a jail of the struct and moves the caller into it", () => {
    const { host } = world();
    const session = new ShellSession(host, 0);
    const type = (line: string) => session.run(line).result.stdout.trimEnd();
    expect(type("syscall jail 0 /jails/lab old.example.org - 192.0.2.10")).toMatch(
      /^jail\(\{ version=0, "\/jails\/lab", "old\.example\.org", "-", "192\.0\.2\.10" \}\) = \d+ \(0x[0-9a-f]+\)$/,
    );
    expect(type("hostname")).toBe("old.example.org");
    expect(type("syscall jail 0 / again.example.org")).toContain("ERR#1 'Operation not permitted'");
  });

  test("knows versions 0 and 2 alone", () => {
    const { host } = world();
    const { stdout } = new ShellSession(host, 0).run("syscall jail 1 / x").result;
    expect(stdout).toBe(`jail({ version=1, "/", "x" }) ERR#22 'Invalid argument'\n`);
  });
});

describe("in zones", () => {
  const CALLS = [
    ["shm", "/db"],
    ["sem", "/lock"],
    ["mq", "/jobs"],
  ] as const;

  test.each(CALLS)("%s: the same name in two zones is two objects", (kind, name) => {
    const { type, inside } = machine("omnios", { a: {}, b: {} });
    const create = `syscall ${kind}_open ${name} O_RDWR O_CREAT O_EXCL 0600`;
    const text = (result: string) =>
      `${`${kind}_open("${name}", O_RDWR|O_CREAT|O_EXCL, 0600)`.padEnd(48)}${result}\n`;
    expect(inside("a", create)).toBe(text("= 3"));
    expect(inside("b", `syscall ${kind}_open ${name} O_RDWR`)).toContain("Err#2 ENOENT");
    expect(inside("b", create)).toBe(text("= 3"));
    expect(type(create)).toBe(text("= 3"));
    expect(inside("a", create)).toBe(text("Err#17 EEXIST"));
    expect(inside("b", `syscall ${kind}_unlink ${name}`)).toContain("= 0");
    expect(inside("a", `syscall ${kind}_open ${name} O_RDWR`)).toContain("= 4");
  });

  test("names begin with the only slash that they have", () => {
    const { inside } = machine("omnios", { a: {} });
    expect(inside("a", "syscall shm_open a/b O_CREAT")).toContain("Err#22 EINVAL");
  });

  test("loopback transports: an address is one of its zone alone", () => {
    const { type, inside } = machine("omnios", { a: {}, b: {} });
    expect(inside("a", "syscall t_bind a.rpc")).toBe(`${'t_bind("a.rpc")'.padEnd(48)}= 0\n`);
    expect(inside("a", "syscall t_bind a.rpc")).toBe(`${'t_bind("a.rpc")'.padEnd(48)}Err#125 EADDRINUSE\n`);
    expect(inside("b", "syscall t_connect a.rpc")).toContain("Err#146 ECONNREFUSED");
    expect(type("syscall t_connect a.rpc")).toContain("Err#146 ECONNREFUSED");
    expect(inside("a", "syscall t_connect a.rpc")).toContain("= 0");
    expect(inside("b", "syscall t_bind a.rpc")).toContain("= 0");
  });
});
