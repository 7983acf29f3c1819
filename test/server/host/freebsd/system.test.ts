import { putFile } from "@zonewarden/server/host/filesystem/build";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { mlock } from "@zonewarden/server/host/freebsd/resources/memory";
import {
  acct,
  adjtime,
  audit,
  auditon,
  clockSettime,
  getaudit,
  kenvGet,
  kenvSet,
  kenvUnset,
  kldload,
  kldunload,
  ntpAdjtime,
  readMessageBuffer,
  reboot,
  setaudit,
  sethostname,
  settimeofday,
  swapoff,
  swapon,
  wallClock,
} from "@zonewarden/server/host/freebsd/system";
import type { Host } from "@zonewarden/server/host/host";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

type Call = (host: Host, process: Process) => { ok: boolean };

const NEXT_HOUR = 3600;

const calls: Record<string, Call> = {
  kldload: (host, process) => kldload(host, process, "nullfs"),
  kldunload: (host, process) => kldunload(host, process, "zfs.ko"),
  reboot,
  settimeofday: (host, process) => settimeofday(host, process, wallClock(host) + NEXT_HOUR),
  clock_settime: (host, process) => clockSettime(host, process, wallClock(host) + NEXT_HOUR),
  adjtime: (host, process) => adjtime(host, process, 1),
  ntp_adjtime: (host, process) => ntpAdjtime(host, process, 1),
  swapon: (host, process) => swapon(host, process, "/none", 1),
  swapoff: (host, process) => swapoff(host, process, "/none", 1),
  acct: (host, process) => acct(host, process, null),
  "kenv set": (host, process) => kenvSet(host, process, "name", "value"),
  "kenv unset": (host, process) => kenvUnset(host, process, "name"),
  mlock: (host, process) => mlock(host, process, 4096),
  "the message buffer": readMessageBuffer,
  setaudit: (host, process) => setaudit(host, process, 1001),
  getaudit,
  auditon,
  audit,
  sethostname: (host, process) => sethostname(host, process, "name"),
};

describe("in a jail, by default and with each permission", () => {
  const TIME = { "allow.settime": true };
  const SLEW = { "allow.adjtime": true };
  const AUDIT = { "allow.setaudit": true };
  const rows: [keyof typeof calls & string, string, Record<string, boolean>, string][] = [
    ["kldload", "15.0", {}, "EPERM"],
    ["kldunload", "15.0", {}, "EPERM"],
    ["reboot", "15.0", {}, "EPERM"],
    ["clock_settime", "15.0", {}, "EPERM"],
    ["clock_settime", "15.0", SLEW, "EPERM"],
    ["clock_settime", "15.0", TIME, "ok"],
    ["settimeofday", "15.0", {}, "EPERM"],
    ["adjtime", "15.0", {}, "EPERM"],
    ["adjtime", "15.0", SLEW, "ok"],
    ["adjtime", "15.0", TIME, "ok"],
    ["ntp_adjtime", "15.0", SLEW, "ok"],
    ["ntp_adjtime", "14.3", {}, "EPERM"],
    ["swapon", "15.0", {}, "EPERM"],
    ["swapoff", "15.0", {}, "EPERM"],
    ["acct", "15.0", {}, "EPERM"],
    ["kenv set", "15.0", {}, "EPERM"],
    ["kenv unset", "15.0", {}, "EPERM"],
    ["mlock", "15.0", {}, "EPERM"],
    ["mlock", "15.0", { "allow.mlock": true }, "ok"],
    ["the message buffer", "15.0", {}, "EPERM"],
    ["the message buffer", "15.0", { "allow.read_msgbuf": true }, "ok"],
    ["setaudit", "14.3", {}, "ENOSYS"],
    ["setaudit", "15.0", {}, "EPERM"],
    ["setaudit", "15.0", AUDIT, "ok"],
    ["getaudit", "15.0", {}, "EPERM"],
    ["getaudit", "15.0", AUDIT, "ok"],
    ["auditon", "14.3", {}, "ENOSYS"],
    ["auditon", "15.0", AUDIT, "EPERM"],
    ["audit", "15.0", AUDIT, "EPERM"],
    ["sethostname", "15.0", {}, "ok"],
    ["sethostname", "15.0", { "allow.set_hostname": false }, "EPERM"],
  ];
  test.each(rows)("%s on %s with %o: %s", (name, release, values, expected) => {
    const host = hostOf(release);
    expect(result((calls[name] as Call)(host, userIn(host, jailOf(host, "a", values))))).toBe(expected);
  });
});

describe("on the host", () => {
  test.each([
    ["kldload", 0, "ok"],
    ["kldload", 1001, "EPERM"],
    ["reboot", 0, "ok"],
    ["settimeofday", 0, "ok"],
    ["settimeofday", 1001, "EPERM"],
    ["adjtime", 0, "ok"],
    ["swapon", 0, "ENOENT"],
    ["acct", 0, "ok"],
    ["kenv set", 0, "ok"],
    ["kenv unset", 0, "ENOENT"],
    ["mlock", 1001, "ok"],
    ["the message buffer", 1001, "ok"],
    ["setaudit", 0, "ok"],
  ])("%s by user %d: %s", (name, uid, expected) => {
    const host = hostOf();
    expect(result((calls[name] as Call)(host, userIn(host, 0, uid)))).toBe(expected);
  });

  test.each([
    ["mlock", "security.bsd.unprivileged_mlock"],
    ["the message buffer", "security.bsd.unprivileged_read_msgbuf"],
  ])("%s without %s: EPERM", (name, sysctl) => {
    const host = hostOf("15.0", { [sysctl]: 0 });
    expect(result((calls[name] as Call)(host, userIn(host, 0, 1001)))).toBe("EPERM");
  });
});

describe("allow.mlock and allow.read_msgbuf bind ordinary users of a jail too", () => {
  test.each([
    ["mlock", "allow.mlock"],
    ["the message buffer", "allow.read_msgbuf"],
  ])("%s", (name, permission) => {
    const outcomes = [false, true].map((value) => {
      const host = hostOf();
      return result(
        (calls[name] as Call)(host, userIn(host, jailOf(host, "a", { [permission]: value }), 1001)),
      );
    });
    expect(outcomes).toEqual(["EPERM", "ok"]);
  });
});

describe("modules", () => {
  test.each([
    ["loaded already", "zfs", "EEXIST"],
    ["no such file", "nothing", "ENOENT"],
    ["by its path", "/boot/kernel/nullfs.ko", "ok"],
  ])("%s", (_, name, expected) => {
    const host = hostOf();
    expect(result(kldload(host, hostRoot(host), name))).toBe(expected);
  });

  test("a file system brings its permission, which stays when it is unloaded", () => {
    const host = hostOf();
    expect(() => jailOf(host, "a", { "allow.mount.nullfs": true })).toThrow("EINVAL");
    kldload(host, hostRoot(host), "nullfs");
    kldunload(host, hostRoot(host), "nullfs");
    expect(() => jailOf(host, "b", { "allow.mount.nullfs": true })).not.toThrow();
  });

  test("what a module needs is loaded with it, and not unloaded before it", () => {
    const host = hostOf();
    kldload(host, hostRoot(host), "linprocfs");
    expect(host.state.machine.modules).toContain("linux_common");
    expect(result(kldunload(host, hostRoot(host), "linux_common"))).toBe("EBUSY");
  });

  test("a mounted file system keeps its module: EBUSY", () => {
    const host = hostOf();
    expect(result(kldunload(host, hostRoot(host), "zfs"))).toBe("EBUSY");
  });

  test("a securelevel above 0 is asked before the privilege", () => {
    const host = hostOf();
    prison(host, 0).securelevel = 1;
    expect(kldload(host, hostRoot(host), "nullfs").decision.rule).toBe("securelevel");
  });
});

describe("the clock", () => {
  test("is one for all: a jail with allow.settime moves that of the host", () => {
    const host = hostOf();
    const before = wallClock(host);
    clockSettime(host, userIn(host, jailOf(host, "a", { "allow.settime": true })), before + NEXT_HOUR);
    expect(wallClock(host) - before).toBe(NEXT_HOUR);
  });

  test.each([
    ["backwards", -NEXT_HOUR, -1],
    ["forwards", NEXT_HOUR, 1],
  ])("with a securelevel above 1 it goes %s by one second at most", (_, wanted, moved) => {
    const host = hostOf();
    prison(host, 0).securelevel = 2;
    const before = wallClock(host);
    const { decision } = settimeofday(host, hostRoot(host), before + wanted);
    expect([decision.verdict, wallClock(host) - before]).toEqual(["contained", moved]);
  });

  test("and forwards once in a second", () => {
    const host = hostOf();
    prison(host, 0).securelevel = 2;
    const steps = [1, 2].map(() => result(settimeofday(host, hostRoot(host), wallClock(host) + NEXT_HOUR)));
    expect(steps).toEqual(["ok", "EPERM"]);
  });
});

describe("swap and accounting", () => {
  test("swap must be a device, and is more swap then", () => {
    const host = hostOf();
    const { swap } = host.state.machine;
    putFile(host, "/tmp/file", "");
    const outcomes = ["/tmp/file", "/dev/null", "/dev/null"].map((path) =>
      result(swapon(host, hostRoot(host), path, 1024)),
    );
    expect(outcomes).toEqual(["EINVAL", "ok", "EBUSY"]);
    expect(host.state.machine.swap).toBe(swap + 1024);
    swapoff(host, hostRoot(host), "/dev/null", 1024);
    expect(host.state.machine.swap).toBe(swap);
  });

  test.each([
    ["a directory", "/tmp", "EACCES"],
    ["nothing", "/tmp/none", "ENOENT"],
    ["a file", "/tmp/file", "ok"],
  ])("accounting into %s", (_, path, expected) => {
    const host = hostOf();
    putFile(host, "/tmp/file", "");
    expect(result(acct(host, hostRoot(host), path))).toBe(expected);
  });
});

test("the kernel environment is read by everybody", () => {
  const host = hostOf();
  kenvSet(host, hostRoot(host), "zone", "warden");
  expect(kenvGet(host, "zone")).toMatchObject({ value: "warden" });
});

test("without the option AUDIT there is no auditing: ENOSYS", () => {
  const host = hostOf();
  host.state.machine.options = host.state.machine.options.filter((option) => option !== "AUDIT");
  expect(result(setaudit(host, hostRoot(host), 0))).toBe("ENOSYS");
});
