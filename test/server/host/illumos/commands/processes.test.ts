import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const zones = { web: { properties: { "ip-type": "shared" } }, "a-long-name": {} };

/** One machine for tests that only look. */
const looked = machine("omnios", zones);

describe("ps", () => {
  test("shows the processes of all zones in the global one, and of the own one elsewhere", () => {
    expect(looked.type("ps -ef")).toMatch(/zoneadmd -z web/);
    const own = looked.inside("web", "ps -ef");
    expect(own).toMatch(/zsched\n/);
    expect(own).not.toMatch(/zoneadmd|dlmgmtd/);
  });

  test("-Z puts the zone in front, cut to eight characters", () => {
    const lines = looked.type("ps -eZ").split("\n");
    expect(lines[0]).toBe("    ZONE    PID TTY         TIME CMD");
    expect(lines.some((line) => line.startsWith("  global      1 "))).toBe(true);
    expect(lines.some((line) => line.startsWith("a-long-*"))).toBe(true);
  });

  test("-o takes the fields of the real one", () => {
    expect(looked.type("ps -z web -o zone,comm | head -2")).toMatch(/^ +ZONE|^ZONE/);
    expect(looked.type("ps -o nosuch")).toMatch(/^ps: unknown output format: -o nosuch\n/);
  });

  test("-o has columns of the real widths, names to the right", () => {
    const shown = looked.type("ps -z web -o zone,zoneid,pset,nlwp,rss,project,comm,pid -p 1 | head -2");
    expect(shown.split("\n").slice(0, 2)).toEqual([
      `    ZONE ZONEID PSET NLWP  RSS  PROJECT ${"COMMAND".padEnd(80)}    PID`,
      `  global     0   -    1 3072   system ${"/sbin/init".padEnd(80)}      1`,
    ]);
    expect(looked.type("ps -p 1 -o pid=PROCESS -o zone=Z")).toBe("PROCESS        Z\n      1   global\n");
  });

  test("has the columns of threads, processors, sizes and groups", () => {
    expect(looked.type("ps -fLP -p 1")).toBe(
      "     UID    PID   PPID   LWP PSR  NLWP   C    STIME TTY        LTIME CMD\n" +
        "    root      1      0     1   -     1   0 00:00:00 ?           0:00 /sbin/init\n",
    );
    expect(looked.type("ps -ly -p 1")).toBe(
      "S    UID    PID   PPID   C PRI NI   RSS     SZ    WCHAN TTY         TIME CMD\n" +
        "S      0      1      0   0  59 20  3072  14336        ? ?           0:00 init\n",
    );
    expect(looked.type("ps -ZlcH -p 1")).toBe(
      " F S     ZONE    UID    PID   PPID  CLS PRI     ADDR     SZ    WCHAN LGRP TTY         TIME CMD\n" +
        " 0 S   global      0      1      0   TS  59        ?   3584        ?    1 ?           0:00 init\n",
    );
  });

  test("has the form of BSD without a hyphen", () => {
    expect(looked.type("ps aux | head -1")).toBe(
      "USER        PID %CPU %MEM   SZ  RSS TT       S    START  TIME COMMAND\n",
    );
    expect(looked.type("ps aux | grep '/sbin/init$' | head -1")).toBe(
      "root          1  0.0  0.0 14336 3072 ?        S 00:00:00  0:00 /sbin/init\n",
    );
    expect(looked.type("ps a")).toMatch(
      /^ {4}PID TT {7}S {2}TIME COMMAND\n {4}\d{3} pts\/1 {4}S {2}0:00 -bash\n/,
    );
  });

  test("an unknown zone or user is refused", () => {
    expect(looked.type("ps -u nosuch")).toBe("ps: unknown user nosuch\n");
    expect(looked.type("ps -z nosuch")).toBe("ps: unknown zone nosuch\n");
  });

  test("the parent of what came from outside is zsched for those inside", () => {
    const zsched = looked.inside("web", "pgrep zsched").trim();
    expect(looked.inside("web", "ps -o ppid= -p $$").trim()).toBe(zsched);
  });
});

describe("signals", () => {
  test("a pattern reaches all zones from the global one, unless -z limits it", () => {
    const { type } = machine("omnios", zones);
    const before = ["web", "a-long-name", "global"].map((zone) => type(`pgrep -z ${zone} cron`));
    type("pkill -z web cron");
    const after = ["web", "a-long-name", "global"].map((zone) => type(`pgrep -z ${zone} cron`));
    expect(after[0]).not.toBe(before[0]);
    expect(after.slice(1)).toEqual(before.slice(1));
    type("pkill cron");
    expect(type("pgrep -z a-long-name cron")).not.toBe(before[1]);
  });

  test("a foreign process does not exist", () => {
    const { inside } = machine("omnios", zones);
    expect(inside("web", "kill -9 600")).toBe("-bash: kill: (600) - No such process\n");
  });
});

describe("prstat -Z", () => {
  test("has a line to each zone and a total", () => {
    const lines = looked.type("prstat -Z 1 1").trimEnd().split("\n");
    expect(lines[0]).toBe("   PID USERNAME  SIZE   RSS STATE   PRI NICE      TIME  CPU PROCESS/NLWP       ");
    const at = lines.indexOf(
      "ZONEID    NPROC  SWAP   RSS MEMORY      TIME  CPU ZONE                        ",
    );
    expect(
      lines
        .slice(at + 1, -1)
        .map((line) => line.trim().split(/\s+/).at(-1))
        .sort(),
    ).toEqual(["a-long-name", "global", "web"]);
    expect(lines.at(-1)).toMatch(/^Total: \d+ processes, \d+ lwps, load averages: /);
  });
});

describe("prstat", () => {
  test("-m tells what a process waits for: for a CPU in a capped zone", () => {
    const { type, inside } = machine("omnios", {
      web: { resources: [{ type: "capped-cpu", ncpus: "0.25" }] },
    });
    inside("web", "yes >/dev/null & sleep 5");
    const lines = type("prstat -mL -z web 1 1").split("\n");
    expect(lines[0]).toBe("   PID USERNAME USR SYS TRP TFL DFL LCK SLP LAT VCX ICX SCL SIG PROCESS/LWPID ");
    expect(lines[1]).toMatch(
      /^ {3}\d{3} root {6}25 0\.0 0\.0 0\.0 0\.0 0\.0 0\.0 {2}75 {3}0 {3}0 {3}0 {3}0 yes\/1$/,
    );
    expect(lines[2]).toMatch(/ 100 0\.0 {3}0 {3}0 {3}0 {3}0 \w+\/1$/);
  });

  test("adds up by project, task and user", () => {
    expect(looked.type("prstat -J 1 1")).toMatch(
      /\nPROJID {4}NPROC {2}SWAP {3}RSS MEMORY {6}TIME {2}CPU PROJECT {21}\n {5}0 +\d+ .* system {22}\n/,
    );
    expect(looked.type("prstat -T 1 1")).toContain(
      "\nTASKID    NPROC  SWAP   RSS MEMORY      TIME  CPU PROJECT                     \n",
    );
    expect(looked.type("prstat -t 1 1")).toMatch(
      /^ NPROC USERNAME {2}SWAP {3}RSS MEMORY {6}TIME {2}CPU {29}\n +\d+ root /,
    );
    expect(looked.type("prstat -a 1 1")).toContain("PROCESS/NLWP       \n");
  });
});

describe("privileges", () => {
  test("ppriv -l zone lists what the zone has", () => {
    expect(looked.inside("web", "ppriv -l zone | grep -c .").trim()).not.toBe("0");
    expect(looked.inside("web", "ppriv -l zone | grep sys_config")).toBe("");
    expect(looked.inside("a-long-name", "ppriv -l zone | grep sys_ip_config")).toBe("sys_ip_config\n");
  });

  test("ppriv -s takes from processes that run, and gives none that they may not have", () => {
    const { type } = machine();
    expect(type("ppriv -s EP-proc_info,file_chown $$; ppriv $$")).toMatch(
      /\tE: basic,!proc_info,.*\n\tI: basic\n\tP: basic,!proc_info,.*\n\tL: all\n$/,
    );
    expect(type("ppriv -s P+file_chown $$")).toMatch(/^ppriv: cannot change privileges of \d+: Not owner\n$/);
    expect(type("ppriv -s Q-proc_info $$")).toBe("ppriv: bad privilege specification: Q-proc_info\n");
    expect(type("ppriv -s A-nosuch $$")).toBe("ppriv: bad privilege specification: nosuch\n");
  });

  test("ppriv -e runs a program with fewer: of root the limit counts", () => {
    const { inside } = machine("omnios", { web: {} });
    expect(inside("web", "ppriv -e -s A-net_icmpaccess,net_rawaccess ping 127.0.0.1")).toBe(
      "ping: socket Permission denied\n",
    );
    expect(inside("web", "ppriv -e -s I-net_icmpaccess ping 127.0.0.1")).toBe("127.0.0.1 is alive\n");
    expect(inside("web", "ppriv -e -s L=basic ppriv -S $$ >/dev/null; ping 127.0.0.1")).toBe(
      "127.0.0.1 is alive\n",
    );
  });

  test("ppriv -eD tells which privilege was missing", () => {
    const { inside } = machine("omnios", { web: {} });
    expect(inside("web", "ppriv -eD date 010112002030")).toMatch(
      /^date\[\d+\]: missing privilege "sys_time" \(euid = 0\) needed\ndate: Not owner\n$/,
    );
  });

  test("ppriv of a process says zone for the whole set of the own zone", () => {
    expect(looked.inside("web", "ppriv $$")).toMatch(/\tE: zone\n\tI: basic\n\tP: zone\n\tL: zone\n$/);
    expect(looked.type("ppriv $$")).toMatch(/\tE: all\n/);
  });
});

test("uname -a of Solaris does not say what the system is called", () => {
  expect(machine("solaris").type("uname -a")).toMatch(/^SunOS \S+ 5\.11 11\.4\S* i86pc i386 i86pc\n$/);
});

describe("names and versions", () => {
  test.each([
    ["uname -a", "SunOS web 5.11 omnios-r151054 i86pc i386 i86pc illumos\n"],
    ["hostname", "web\n"],
    ["zonename", "web\n"],
    ["id", "uid=0(root) gid=0(root)\n"],
    ["id -p", "uid=0(root) gid=0(root) projid=0(system)\n"],
    ["who -r", /run-level 3/],
    ["date -u 01010000", "date: Not owner\n"],
  ])("%s", (line, text) => {
    if (typeof text === "string") expect(looked.inside("web", line)).toBe(text);
    else expect(looked.inside("web", line)).toMatch(text);
  });

  test.each([
    ["omnios", "  OmniOS v11 r151054\n"],
    ["smartos", "  SmartOS 20250807T000000Z\n"],
    ["solaris", "  Oracle Solaris 11.4\n"],
  ] as const)("/etc/release of %s", (system, text) => {
    const { type } = machine(system);
    expect(type("cat /etc/release")).toBe(text);
    expect(type("echo mine >/etc/release; cat /etc/release")).toBe("mine\n");
  });

  test("a Linux zone answers as its brand says", () => {
    const { inside } = machine("omnios", {
      linux: {
        properties: { brand: "lx" },
        resources: [{ type: "attr", name: "kernel-version", value: "5.10.0" }],
      },
    });
    expect(inside("linux", "uname -sr")).toBe("Linux 5.10.0\n");
  });
});

describe("pfiles", () => {
  test("shows what a process has open", () => {
    const { type } = machine("omnios", { web: {} });
    const sshd = type("pgrep -z global sshd").trim();
    expect(type(`pfiles ${sshd}`)).toMatch(
      /^\d+:\tsshd\n {2}Current rlimit: 256 file descriptors\n {3}3: S_IFSOCK mode:0666 dev:0,0 ino:\d+ uid:0 gid:0 size:0\n {6}O_RDWR\n\tSOCK_STREAM\n\tsockname: AF_INET 0\.0\.0\.0 {2}port: 22\n/,
    );
  });

  test("finds no process of another zone, and looks into no better one", () => {
    const { inside, type } = machine("omnios", { web: {} });
    expect(inside("web", "pfiles 1")).toBe("pfiles: cannot examine 1: no such process\n");
    expect(type("pfiles $(pgrep -z web zsched)")).toMatch(/^\d+:\tzsched\n {2}\[system process\]\n$/);
    expect(type("pfiles")).toContain("usage:\tpfiles");
  });
});
