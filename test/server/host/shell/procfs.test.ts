import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

/** procfs(5) as somebody at a terminal finds it. */
function typing() {
  const { host } = world();
  const session = new ShellSession(host);
  const type = (line: string): string => {
    const { stdout, stderr } = session.run(line).result;
    return stdout + stderr;
  };
  type("kldload procfs; mount -t procfs proc /proc");
  return { type, pid: session.pid };
}

describe("procfs", () => {
  test("tells what a process is", () => {
    const { type, pid } = typing();
    expect(type("cat /proc/$$/cmdline")).toBe("sh\0");
    expect(type("cat /proc/curproc/cmdline")).toBe("cat\0/proc/curproc/cmdline\0");
    expect(type("cat /proc/$$/status")).toMatch(new RegExp(`^sh ${pid} .* nochan 0 0 0,.* -\\n$`));
    expect(type("cat /proc/curproc/etype")).toBe("FreeBSD ELF64\n");
    expect(type("ls /proc/$$")).toBe(
      "cmdline\ndbregs\netype\nfpregs\nmap\nmem\nnote\nnotepg\nregs\nrlimit\nstatus\n",
    );
  });

  test("shows the processes and the own one", () => {
    const { type, pid } = typing();
    const names = type("ls /proc").trim().split("\n");
    expect(names).toContain(String(pid));
    expect(names).toContain("curproc");
    expect(type("ls -ld /proc/$$")).toMatch(/^dr-xr-xr-x /);
  });

  test("goes with the process, and with its mount", () => {
    const { type } = typing();
    type("sleep 100 &");
    expect(type("kill -9 $!; ls /proc/$!")).toMatch(/No such file or directory/);
    expect(type("umount /proc && ls /proc")).toBe("");
  });

  test("nobody changes what is in it", () => {
    const { type } = typing();
    expect(type("rm /proc/$$/status")).toMatch(/Operation not supported\n$/);
    expect(type("mkdir /proc/a; touch /proc/b; mv /proc/$$/map /proc/$$/x; ln -s a /proc/c")).not.toContain(
      "a\n",
    );
    const before = type("ls /proc/$$");
    expect(type("rm -rf /proc")).toMatch(/Operation not supported/);
    expect(type("ls /proc/$$")).toBe(before);
  });
});
