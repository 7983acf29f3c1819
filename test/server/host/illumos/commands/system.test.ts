import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const zones = { web: { properties: { "ip-type": "shared" } }, db: {} };

describe("what a zone may not do", () => {
  test.each([
    ["modload vmm", "modload: This operation can only be performed in the global zone\n"],
    ["modunload -i 1", "modunload: This operation can only be performed in the global zone\n"],
    ["add_drv foo", "add_drv: must be run in the global zone\n"],
    ["devfsadm", "devfsadm: must be run from the global zone\n"],
    ["dumpadm", "dumpadm: could not open /dev/dump: No such file or directory\n"],
    ["swap -a /dev/x", '"/dev/x": Not owner\n'],
    ["mknod /tmp/x c 1 1", "mknod: /tmp/x: Not owner\n"],
    ["reboot -d", "reboot: -d only valid from global zone\n"],
    ["reboot -f", "reboot: -f only valid from global zone\n"],
    ["uadmin 5 0", "uadmin: Operation not supported\n"],
    ["mount -F ufs /dev/dsk/c0t0d0s0 /mnt", "mount: /dev/dsk/c0t0d0s0: No such file or directory\n"],
    ["umount /proc", "umount: permission denied\n"],
    ["zpool create tank c0t0d0", "cannot create 'tank': permission denied\n"],
    [
      "dtrace -n 'syscall:::entry'",
      "dtrace: failed to initialize dtrace: DTrace requires additional privileges\n",
    ],
    ["svcs -z db", "svcs: invalid zone 'db'\n"],
    ["newtask -p nosuch id", 'newtask: project "nosuch" does not exist\n'],
  ])("%s", (line, text) => {
    expect(machine("omnios", zones).inside("web", line)).toBe(text);
  });

  test("prtconf shows no devices, and succeeds", () => {
    expect(machine("omnios", zones).inside("web", "prtconf | tail -2; echo $?")).toMatch(
      /0\n.*not available\n$/s,
    );
  });
});

describe("words of programs", () => {
  test.each([
    ["cat /nosuch", "cat: cannot open /nosuch: No such file or directory\n"],
    ["ls /nosuch", "/nosuch: No such file or directory\n"],
    ["mkdir /nosuch/x", 'mkdir: Failed to make directory "/nosuch/x"; No such file or directory\n'],
    ["rmdir /usr", /^rmdir: directory "\/usr": /],
    ["nosuch", "-bash: nosuch: command not found\n"],
    ["cd /nosuch", "-bash: cd: /nosuch: No such file or directory\n"],
    ["cat </nosuch", "-bash: /nosuch: No such file or directory\n"],
  ])("%s", (line, text) => {
    const said = machine().type(line);
    if (typeof text === "string") expect(said).toBe(text);
    else expect(said).toMatch(text);
  });
});

describe("what a zone may do to itself", () => {
  test.each([
    ["reboot", "running"],
    ["init 6", "running"],
    ["halt", "installed"],
    ["init 5", "installed"],
    ["shutdown -y -g0 -i5", "installed"],
  ])("%s: afterwards it is %s", (line, state) => {
    const { type } = machine("omnios", zones);
    const before = type("zonename 1");
    type(`zlogin web '${line}'`);
    expect(type("zoneadm -z web list -p").split(":")[2]).toBe(state);
    expect(before).toBe("web\n");
    expect(type("zonename 1")).toMatch(/could not find/);
  });

  test("core files are its own business", () => {
    const { type, inside } = machine("omnios", zones);
    inside("web", "coreadm -g /var/cores/core.%z.%p -e global");
    expect(inside("web", "coreadm | head -1")).toBe(
      "          global core file pattern: /var/cores/core.%z.%p\n",
    );
    expect(type("coreadm | head -1")).toBe("          global core file pattern:\n");
  });
});

describe("services", () => {
  test("are each zone's own", () => {
    const { type, inside } = machine("omnios", zones);
    expect(inside("web", "svcs -l ssh")).toContain("svc:/network/service:default (online)\n");
    // A milestone that only Solaris 10 has.
    expect(inside("web", "svcs -l ssh")).not.toContain("sysconfig");
    expect(inside("web", "svcs -v ssh")).toMatch(
      /^STATE {10}NSTATE {9}STIME {4}CTID {5}FMRI\nonline {9}- {14}\S{8} \d{3} {6}svc:\/network\/ssh:default\n$/,
    );
    expect(inside("web", "svcs -L ssh")).toBe("/var/svc/log/network-ssh:default.log\n");
    expect(type("svcs -z web -L ssh")).toMatch(/\/root\/var\/svc\/log\/network-ssh:default.log\n$/);
    expect(type("svcs -H -s fmri -o svc ssh cron; svcs -H -S fmri -o svc ssh cron")).toMatch(
      /^network\/ssh *\nsystem\/cron *\nsystem\/cron *\nnetwork\/ssh *\n$/,
    );
    expect(type("svcprop -p restarter/state ssh; svcprop -z web -p general/enabled ssh")).toBe(
      "online\ntrue\n",
    );
    expect(type("svcprop -p restarter ssh")).toMatch(
      /^restarter\/logfile astring .*\nrestarter\/contract count \d+\n/,
    );
    expect(inside("web", "svcadm disable ssh; svcs -H -o state ssh")).toBe("disabled\n");
    expect(type("svcs -H -o state ssh; svcs -H -o state -z web ssh")).toBe("online\ndisabled\n");
    expect(type("svcadm -z web enable ssh; svcs -H -o state -z web ssh")).toBe("online\n");
  });

  test("-x tells why one does not run", () => {
    const { inside } = machine("omnios", zones);
    inside("web", "svcadm mark maintenance ssh");
    expect(inside("web", "svcs -x")).toMatch(
      /^svc:\/network\/ssh:default \(SSH server\)\n State: maintenance since /,
    );
    inside("web", "svcadm clear ssh");
    expect(inside("web", "svcs -x")).toBe("");
  });

  test.each([
    ["svcs nosuch", "svcs: Pattern 'nosuch' doesn't match any instances\n"],
    ["svcadm restart nosuch", "svcadm: Pattern 'nosuch' doesn't match any instances\n"],
    ["svcadm frob ssh", /^svcadm: Unknown command 'frob'\n/],
  ])("%s", (line, text) => {
    const said = machine().type(line);
    if (typeof text === "string") expect(said).toBe(text);
    else expect(said).toMatch(text);
  });
});

describe("dtrace", () => {
  test("filters events by zonename", () => {
    const { type } = machine("omnios", zones);
    const seen = type(
      `dtrace -qn 'syscall:::entry /zonename == "web"/ { trace(1); }' -c 'zoneadm -z web reboot; zoneadm -z db halt'`,
    );
    expect(seen).toMatch(/zone\.state:web/);
    expect(seen).not.toMatch(/:db/);
  });

  test("counts by zone", () => {
    const { type } = machine("omnios", zones);
    expect(type("dtrace -qn 'syscall:::entry { @[zonename] = count(); }' -c 'zoneadm -z db halt'")).toMatch(
      /^\n.* db {51} {2,}\d+\n/s,
    );
  });

  test("counts by what stands in the brackets, and says which of it is not there", () => {
    const { type } = machine("omnios", zones);
    const counted = (keys: string) =>
      type(
        `dtrace -qn 'syscall:::entry /zonename == "web"/ { @n${keys} = count(); }' -c 'zoneadm -z web reboot'`,
      );
    expect(counted("[probefunc]")).toMatch(/^ {2}zone\.state {56}\d$/m);
    expect(counted("[zonename, probefunc]")).toMatch(/^ {2}web {49}zone\.state /m);
    expect(counted("")).toMatch(/^\n +\d+\n$/);
    expect(counted("[execname]")).toBe("dtrace: not modelled: counting by execname\n");
  });

  test("a zone with dtrace_user sees itself", () => {
    const { type, inside } = machine("omnios", {
      web: { properties: { limitpriv: "default,dtrace_user" } },
      db: {},
    });
    type("zoneadm -z db reboot");
    const seen = inside("web", "dtrace -qn 'syscall:::entry'");
    expect(seen).toMatch(/:web/);
    expect(seen).not.toMatch(/:db|:global/);
  });
});

describe("system calls by hand", () => {
  test.each([
    ["syscall zone_create foo /", 'zone_create("foo", "/")                         Err#1 EPERM [all]\n'],
    ["syscall zone_enter 2", "zone_enter(2)                                   Err#1 EPERM [all]\n"],
    ["syscall modload vmm", 'modload(MODLOAD, "vmm")                         Err#13 EACCES [all]\n'],
    ["syscall uadmin dump halt", "uadmin(A_DUMP, AD_HALT)                         Err#48 ENOTSUP\n"],
    ["syscall kill 600 KILL", "kill(600, KILL)                                 Err#3 ESRCH\n"],
    ["syscall proc_open 600 as", 'proc_open("/proc/600/as", O_RDONLY)             Err#2 ENOENT\n'],
    ["syscall stime 5", "stime(5)                                        Err#1 EPERM [sys_time]\n"],
    [
      "syscall send_forged 192.0.2.66 192.0.2.1",
      "send_forged(192.0.2.66, 192.0.2.1)              Err#13 EACCES [net_rawaccess]\n",
    ],
    ["syscall pset_create", "pset_create()                                   Err#1 EPERM [sys_res_config]\n"],
    [
      "syscall timer_create",
      "timer_create(CLOCK_HIGHRES)                     Err#1 EPERM [proc_clock_highres]\n",
    ],
  ])("%s", (line, text) => {
    expect(machine("omnios", zones).inside("web", line)).toBe(text);
  });
});

describe("datasets", () => {
  test("a delegated one is the zone's to change, and its quota is not", () => {
    const { type, inside } = machine("omnios", zones);
    type("zfs create rpool/data");
    type(
      "zonecfg -z new 'create; set zonepath=/zones/new; add dataset; set name=rpool/data; end'; zoneadm -z new install; zoneadm -z new boot",
    );
    expect(inside("new", "zfs list -H -o name")).toBe("rpool\nrpool/data\n");
    expect(
      inside("new", "zfs create rpool/data/x; zfs snapshot rpool/data/x@a; zfs list -H -o name -t snapshot"),
    ).toBe("rpool/data/x@a\n");
    expect(inside("new", "zfs set quota=1G rpool/data")).toBe(
      "cannot set property for 'rpool/data': permission denied\n",
    );
    expect(inside("new", "zfs create rpool/y")).toBe("cannot create 'rpool/y': permission denied\n");
    expect(inside("new", "zfs list rpool/zones")).toBe("cannot open 'rpool/zones': dataset does not exist\n");
  });
});

describe("mounts", () => {
  test("df shows those of the own zone, with -Z all", () => {
    const { type } = machine("omnios", zones);
    expect(type("df -h | grep zones/web")).toBe("");
    expect(type("df -hZ | grep zones/web/root/proc")).toMatch(/^\/proc/);
  });

  test("mount says in which zone", () => {
    const { type, inside } = machine("omnios", zones);
    expect(type("mount | grep zones/web/root/proc")).toMatch(/^\/zones\/web\/root\/proc on \S+ .*zone=web/);
    expect(inside("web", "mount -p | grep ' /proc '")).toMatch(/ - \/proc proc - no rw/);
  });
});

describe("how busy the machine is", () => {
  const capped = { web: { resources: [{ type: "dedicated-cpu", ncpus: "1" }] } };

  test("vmstat shows memory and the part of the time that CPUs compute", () => {
    const { type } = machine("omnios", zones);
    type("yes >/dev/null & sleep 5");
    const lines = type("vmstat 1 2").split("\n");
    expect(lines.slice(0, 2)).toEqual([
      " kthr      memory            page            disk          faults      cpu",
      " r b w   swap  free  re  mf pi po fr de sr -- -- -- --   in   sy   cs us sy id",
    ]);
    expect(lines).toHaveLength(5);
    expect(lines[3]).toMatch(/^ 0 0 0 9\d{6} 7\d{6} 0(?: {2}0){10} {4}0 {4}0 {4}0 25 {2}0 75$/);
  });

  test.each([
    ["omnios", "vmstat 1 1000000000", "reports"],
    ["omnios", "mpstat 1 1001", "reports"],
    ["omnios", "zonestat 1 1001s", "reports"],
    ["smartos", "vfsstat 1 1001", "reports"],
    ["smartos", "ziostat 1 1001", "reports"],
    ["omnios", "ping -s 127.0.0.1 56 1001", "packets"],
  ] as const)("on %s `%s` is refused rather than cut short", (system, line, what) => {
    const tool = line.slice(0, line.indexOf(" "));
    expect(machine(system).type(line)).toBe(`${tool}: not modelled: more than 1000 ${what}\n`);
  });

  test.each([
    ["omnios", "zonestat 1 9s | grep -c Interval:", 9],
    ["smartos", "vfsstat 1 21 | grep -c global", 21],
    ["smartos", "ziostat 1 21 | grep -c global", 21],
  ] as const)("on %s `%s` shows all that was asked for", (system, line, count) => {
    expect(Number(machine(system).type(line))).toBe(count);
  });

  test("mpstat has a line for each CPU that the zone sees", () => {
    const { type, inside } = machine("omnios", capped);
    inside("web", "yes >/dev/null & sleep 5");
    expect(inside("web", "mpstat")).toBe(
      "CPU minf mjf xcal  intr ithr  csw icsw migr smtx  srw syscl  usr sys  wt idl\n" +
        "  3    0   0    0     0    0    0    0    0    0    0     0  100   0   0   0\n",
    );
    expect(type("mpstat | awk '{print $1, $13, $16}'")).toBe(
      "CPU usr idl\n0 0 100\n1 0 100\n2 0 100\n3 100 0\n",
    );
  });
});

describe("what a machine and its files tell", () => {
  test.each([
    ["getent passwd root", "root:x:0:0::/root:/usr/bin/bash\n"],
    ["getent hosts localhost", "::1\t\tlocalhost\n"],
    ["getent project 3", "default:3::::\n"],
    ["getent passwd nosuch; echo $?", "2\n"],
    ["projects", "user.root default\n"],
    ["projects -d root", "user.root\n"],
    [
      "projects -l default",
      'default\n\tprojid : 3\n\tcomment: ""\n\tusers  : (none)\n\tgroups : (none)\n\tattribs: \n',
    ],
    ["isainfo -kv", "64-bit amd64 kernel modules\n"],
    ["isainfo -b", "64\n"],
    ["pagesize; getconf NPROCESSORS_ONLN", "4096\n4\n"],
    ["pcred 1", "1:\te/r/suid=0  e/r/sgid=0\n\tgroups: 0 5\n"],
    ["pstop 99999", "pstop: cannot control 99999: no such process\n"],
    [
      "yes >/dev/null & pstop $!; sleep 3; ps -o s= -o time= -p $!; prun $!; sleep 1; ps -o s= -o time= -p $!",
      "T 00:00\nO 00:01\n",
    ],
  ])("%s", (line, text) => {
    expect(machine().type(line)).toBe(text);
  });

  test("routeadm shows and changes what forwards", () => {
    const { type, inside } = machine("omnios", { web: { properties: { "ip-type": "shared" } } });
    expect(type("routeadm -u -e ipv4-forwarding")).toBe("");
    expect(type("ipadm show-prop -c -o current -p forwarding ipv4")).toBe("on\n");
    expect(type("routeadm | grep forwarding")).toBe(
      "            IPv4 forwarding   enabled              enabled\n            IPv6 forwarding   disabled             disabled\n",
    );
    expect(inside("web", "routeadm -u -e ipv4-forwarding")).toBe("routeadm: ipv4-forwarding: Not owner\n");
  });
});
