import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { define, ok } from "../harness.ts";

const definition = define("debian", {
  properties: { brand: "lx" },
  resources: [
    { type: "net", physical: "debian0", "global-nic": "e1000g0", "allowed-address": "192.0.2.40/24" },
    { type: "attr", name: "kernel-version", fieldtype: "string", value: "4.4" },
    { type: "capped-memory", physical: "512m" },
    { type: "rctl", name: "zone.max-swap", value: "(priv=privileged,limit=1073741824,action=deny)" },
  ],
});

/** A zone with a distribution of Linux, root at its terminal, and root on the host. */
function linux() {
  const host = buildHost(freshInstallation("omnios"));
  ok(configureZone(host, definition));
  const global = new ShellSession(host);
  const said = (session: ShellSession, line: string): string => {
    const { stdout, stderr } = session.run(line).result;
    return stdout + stderr;
  };
  said(global, "zoneadm -z debian install -s /image.tar && zoneadm -z debian boot");
  const id = host.kernel.containers.find(host, "debian");
  if (id === undefined) throw new Error("debian does not run");
  const inside = new ShellSession(host, id);
  return { type: (line: string) => said(global, line), inside: (line: string) => said(inside, line) };
}

describe("pids", () => {
  test("init is 1, zsched and init have no parent, and all others keep their numbers", () => {
    const { type, inside } = linux();
    const rows = inside("ps -e -o pid=,ppid=,comm=")
      .trim()
      .split("\n")
      .map((row) => row.trim().split(/\s+/));
    const [init, zsched, daemon] = rows;
    expect(init).toEqual(["1", "0", "init"]);
    expect(zsched?.slice(1)).toEqual(["0", "zsched"]);
    expect(daemon?.[1]).toBe("1");
    expect(type(`ps -o zone= -p ${daemon?.[0]}`).trim()).toBe("debian");
    // Whoever has come in from outside is a child of zsched.
    expect(inside("ps -o ppid= -p $$").trim()).toBe(zsched?.[0]);
  });

  test("1 means init of the zone to calls, too, and not that of the machine", () => {
    const { type, inside } = linux();
    expect(inside("kill -0 1; echo $?")).toBe("0\n");
    const init = type("pgrep -z debian init").trim();
    expect(inside("kill -STOP 1; ps -o stat= -p 1").trim()).toMatch(/^T/);
    expect(type(`ps -o s= -p ${init},1`).replace(/\s+/g, " ").trim()).toBe("S T");
  });

  test("native programs see the numbers of the machine", () => {
    const { type, inside } = linux();
    const init = type("pgrep -z debian init").trim();
    expect(inside(`/native/usr/bin/ps -o args= -p ${init}`)).toBe("/sbin/init\n");
  });
});

describe("what programs print", () => {
  test.each<[line: string, text: string | RegExp]>([
    ["ps", /^ {2}PID TTY {10}TIME CMD\n +\d+ pts\/1 {4}00:00:00 bash\n +\d+ pts\/1 {4}00:00:00 ps\n$/],
    [
      "ps -ef | head -2",
      /^UID {8}PID {2}PPID {2}C STIME TTY {10}TIME CMD\nroot {9}1 {5}0 {2}0 \d\d:\d\d \? {8}00:00:00 \/sbin\/init\n$/,
    ],
    ["ps aux | head -1", "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"],
    ["ps -o nosuch", 'error: unknown user-defined format specifier "nosuch"\n'],
    ["mount | grep ' /proc '", "lxproc on /proc type lx_proc (rw)\n"],
    ["grep native/usr /proc/mounts", "/native/usr /native/usr lofs ro 0 0\n"],
    ["df -h / | head -1", "Filesystem      Size  Used Avail Use% Mounted on\n"],
    ["free -m | grep Mem", /^Mem: {13}512 +\d+ +\d+ +0 +0 +\d+\n$/],
    ["free -m | grep Swap", /^Swap: {11}1024 +\d+ +\d+\n$/],
    ["grep MemTotal /proc/meminfo", "MemTotal:    524288 kB\n"],
    ["ip -4 addr show lo | grep inet", "    inet 127.0.0.1/8 scope host lo\n"],
    ["ip addr show debian0 | grep 'inet '", "    inet 192.0.2.40/24 brd 192.0.2.255 scope global debian0\n"],
    ["ip route", "192.0.2.0/24 dev debian0 scope link src 192.0.2.40 \n"],
    ["ip link show nosuch", 'Device "nosuch" does not exist.\n'],
    ["uname -r; cat /proc/sys/kernel/osrelease", "4.4\n4.4\n"],
    [
      "ping -c 2 127.0.0.1",
      "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n64 bytes from 127.0.0.1: icmp_seq=1 ttl=255 time=0.200 ms\n64 bytes from 127.0.0.1: icmp_seq=2 ttl=255 time=0.200 ms\n\n--- 127.0.0.1 ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 1000ms\nrtt min/avg/max/mdev = 0.200/0.200/0.200/0.000 ms\n",
    ],
    ["ping -c 1 10.9.9.9", "ping: connect: Network is unreachable\n"],
    ["touch /tmp/a; ls -l /tmp/a", "-rw-r--r--  1 root  root  0 Jan  1 00:00 /tmp/a\n"],
    [
      "netstat -tln",
      [
        "Active Internet connections (only servers)",
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State      ",
        "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN     ",
        "tcp6       0      0 :::22                   :::*                    LISTEN     ",
        "",
      ].join("\n"),
    ],
    ["netstat -tlnp | tail -1", /LISTEN {6}\d+\/sshd +\n$/],
    ["echo a > /dev/null; cat /dev/null; echo $?", "0\n"],
    ["netstat -uan | wc -l", /^ *2\n$/],
    ["netstat -rn", "netstat: not modelled: -r\n"],
    [
      "ss -tln",
      [
        "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
        "LISTEN 0      0            0.0.0.0:22        0.0.0.0:*",
        "LISTEN 0      0               [::]:22           [::]:*",
        "Cannot open netlink socket: Protocol not supported",
        "",
      ].join("\n"),
    ],
    [
      "ss -4Htlnp 2> /dev/null",
      /^LISTEN 0 0 0\.0\.0\.0:22 0\.0\.0\.0:\*users:\(\("sshd",pid=\d+,fd=\d+\)\)\n$/,
    ],
    [
      "systemctl list-units --type=service | head -4",
      [
        "  UNIT            LOAD   ACTIVE SUB     DESCRIPTION",
        "  cron.service    loaded active running Regular background program processing",
        "  rsyslog.service loaded active running System Logging Service",
        "  ssh.service     loaded active running OpenBSD Secure Shell server",
        "",
      ].join("\n"),
    ],
    [
      "systemctl | tail -2 | head -1",
      /^3 loaded units listed\. Pass --all .*\n\(of all units the model knows/,
    ],
    [
      "systemctl status ssh",
      /^● ssh\.service - OpenBSD Secure Shell server\n {5}Loaded: loaded \(.*\)\n {5}Active: active \(running\) since \w{3} \d{4}-01-01 00:00:\d\d UTC; \d+s ago\n {3}Main PID: \d+ \(sshd\)\n$/,
    ],
    [
      "kill $(ps -e -o pid=,comm= | grep sshd | sed s/sshd//); systemctl is-active ssh; echo $?",
      "inactive\n3\n",
    ],
    ["systemctl status nosuch; echo $?", "4\nUnit nosuch.service could not be found.\n"],
    ["systemctl stop ssh", "systemctl: not modelled: stop\n"],
    ["id", /^uid=0\(root\) gid=0\(root\) groups=0\(root\)/],
  ])("%s", (line, text) => {
    const said = linux().inside(line);
    if (typeof text === "string") expect(said).toBe(text);
    else expect(said).toMatch(text);
  });

  test("files of /proc cannot be written", () => {
    expect(linux().inside("echo 1 > /proc/sys/kernel/hostname")).toMatch(/Permission denied/);
  });
});

test("other zones have neither", () => {
  const { type } = linux();
  expect(type("ps -p 1 -o args=")).toBe("/sbin/init\n");
  expect(type("mount | head -1")).toMatch(/^\/ on rpool/);
});

describe("the shells", () => {
  const NONE = "No such file or directory";

  test.each([
    ["nosuch", "-bash: nosuch: command not found\n"],
    ["sh -c nosuch", "sh: 1: nosuch: not found\n"],
    ["sh -c 'true\n/etc/passwd'", "sh: 2: /etc/passwd: Permission denied\n"],
    ["sh -c 'echo )'; echo $?", '2\nsh: 1: Syntax error: ")" unexpected\n'],
    ["sh -c 'echo a > /none/x'", "sh: 1: cannot create /none/x: Directory nonexistent\n"],
    ["sh -c 'cat < /none'", "sh: 1: cannot open /none: No such file\n"],
    ["sh -c 'cd /none'", "sh: 1: cd: can't cd to /none\n"],
    ["sh -c 'local X'", "sh: 1: local: not in a function\n"],
    ["sh /none", "sh: 0: cannot open /none: No such file\n"],
    ["bash -c 'cd /none'", `bash: line 1: cd: /none: ${NONE}\n`],
  ])("%s", (line, text) => {
    expect(linux().inside(line)).toBe(text);
  });
});
