import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { machine } from "../illumos/commands/world.ts";
import { world } from "./world.ts";

/** Calls that read or set one thing, typed on the host and in a jail, and their like in zones. */

describe("in FreeBSD", () => {
  function typing() {
    const { host, web } = world();
    const sessions = { host: new ShellSession(host), web: new ShellSession(host, web.credential.container) };
    return (who: keyof typeof sessions, line: string) => sessions[who].run(line).result.stdout.trimEnd();
  }

  test("the kernel environment is read by everybody, and set on the host", () => {
    const type = typing();
    expect(type("web", "syscall kenv KENV_SET lab.key 12")).toBe(
      `kenv(KENV_SET,"lab.key","12") ERR#1 'Operation not permitted'`,
    );
    expect(type("host", "syscall kenv KENV_SET lab.key 12")).toContain("= 0");
    expect(type("web", "syscall kenv KENV_GET lab.key")).toBe('kenv(KENV_GET,"lab.key") = 3 (0x3)');
    expect(type("host", "syscall kenv KENV_UNSET lab.key")).toContain("= 0");
    expect(type("web", "syscall kenv KENV_GET lab.key")).toContain("ERR#2 ");
  });

  test("an interface has the address of the jail for the jail", () => {
    const type = typing();
    expect(type("web", "syscall ioctl SIOCGIFADDR em0")).toBe('ioctl(SIOCGIFADDR,"em0") = 0 (0x0)');
    expect(type("web", "syscall ioctl SIOCGIFADDR lo0")).toContain("ERR#49 ");
    expect(type("web", "syscall ioctl SIOCGIFADDR em9")).toContain("ERR#6 ");
  });

  test("groups are joined and left without a privilege", () => {
    const type = typing();
    type("web", "syscall socket PF_INET SOCK_DGRAM");
    expect(type("web", "syscall setsockopt 3 IP_DROP_MEMBERSHIP 224.0.0.5")).toContain("ERR#49 ");
    expect(type("web", "syscall setsockopt 3 IP_ADD_MEMBERSHIP 224.0.0.5")).toBe(
      "setsockopt(3,IPPROTO_IP,IP_ADD_MEMBERSHIP,224.0.0.5) = 0 (0x0)",
    );
    expect(type("web", "syscall setsockopt 3 IP_DROP_MEMBERSHIP 224.0.0.5")).toContain("= 0");
  });

  test("jail_set(2) with names and values in turn", () => {
    const type = typing();
    expect(type("host", "syscall jail_set 1 name made path /usr persist NULL")).toMatch(
      /^jail_set\(\{ "name", "made", "path", "\/usr", "persist", "NULL" \},6,1\) = \d+ /,
    );
    expect(type("host", "jls -j made name")).toBe("made");
    expect(type("web", "syscall jail_set 1 name made persist NULL")).toContain("ERR#1 ");
    expect(type("host", "syscall jail_set 1 name made persist")).toContain("ERR#22 ");
  });

  test.each([
    ["web", "syscall extattr_get_file /etc/passwd system acl", "ERR#1 "],
    ["web", "syscall extattr_get_file /etc/passwd user acl", "ERR#87 "],
    ["web", "syscall procctl PROC_TRACE_CTL", "= 0"],
    ["web", "syscall sched_setscheduler 0 SCHED_FIFO", "ERR#1 "],
    ["host", "syscall sched_setscheduler 0 SCHED_FIFO", "= 0"],
    ["web", "syscall sched_setparam 0", "= 0"],
    ["host", "syscall getaudit_addr", "= 0"],
  ] as const)("%s: %s", (who, line, expected) => {
    expect(typing()(who, line)).toContain(expected);
  });
});

describe("in zones", () => {
  test("an event channel is one of its zone", () => {
    const { type, inside } = machine("omnios", { a: {}, b: {} });
    expect(inside("a", "syscall sysevent_evc_bind lab EVCH_CREAT")).toContain("= 0");
    expect(inside("a", "syscall sysevent_evc_subscribe lab")).toContain("= 0");
    expect(inside("b", "syscall sysevent_evc_bind lab")).toContain("Err#2 ENOENT");
    expect(type("syscall sysevent_evc_publish lab class sub")).toContain("Err#22 EINVAL");
    type("syscall sysevent_evc_bind lab EVCH_CREAT; syscall sysevent_evc_publish lab class sub");
    expect(inside("a", "syscall sysevent_received lab")).toContain("= 0");
    inside("a", "syscall sysevent_evc_publish lab class sub");
    expect(inside("a", "syscall sysevent_received lab")).toContain("= 1");
    expect(inside("a", "syscall sysevent_evc_unbind lab")).toContain("= 0");
    expect(inside("a", "syscall sysevent_evc_bind lab")).toContain("Err#2 ENOENT");
  });

  test("threads count for zone.max-lwps", () => {
    const { type, inside } = machine("omnios", { a: {} });
    expect(inside("a", "syscall lwp_create")).toContain("= 2");
    type("prctl -n zone.max-lwps -r -v 5 -e deny -i zone a");
    expect(inside("a", "syscall lwp_create")).toContain("Err#11 EAGAIN");
  });

  test("memory that is given back can be had again", () => {
    const { type, inside } = machine("omnios", { a: {} });
    type("prctl -n zone.max-swap -r -v 64m -e deny -i zone a");
    expect(inside("a", "syscall mmap 40000000")).toContain("= 0");
    expect(inside("a", "syscall mmap 40000000")).toContain("Err#11 EAGAIN");
    inside("a", "syscall munmap 40000000");
    expect(inside("a", "syscall mmap 40000000")).toContain("= 0");
  });
});
