import { ShellSession } from "@zonewarden/server/host/shell/session";
import { expect, test } from "vitest";
import { world } from "./world.ts";

/** Devices of tunnels, which make their interface when they are opened: tun(4), tap(4). */
function typing() {
  const { host, web } = world();
  const sessions = { host: new ShellSession(host), web: new ShellSession(host, web.credential.container) };
  return (who: keyof typeof sessions, line: string) => {
    const { stdout, stderr } = sessions[who].run(line).result;
    return (stdout + stderr).trimEnd();
  };
}

test("whoever opens the device makes the interface", () => {
  const type = typing();
  expect(type("host", "ifconfig -l")).not.toContain("tun0");
  expect(type("host", "syscall open /dev/tun0")).toMatch(/= 3 \(0x3\)$/);
  expect(type("host", "ifconfig -l")).toContain("tun0");
});

test("a jail without a stack of its own makes none, and opens tap(4) only where users may", () => {
  const type = typing();
  type("host", "mount -t devfs devfs /jails/web/dev");
  expect(type("web", "syscall open /dev/tap0")).toContain("ERR#1 ");
  type("host", "ifconfig tap0 create");
  expect(type("web", "syscall open /dev/tap0")).toContain("ERR#1 ");
  type("host", "sysctl net.link.tap.user_open=1");
  expect(type("web", "syscall open /dev/tap0")).toMatch(/= 3 \(0x3\)$/);
});
