import { describe, expect, test } from "vitest";
import { shows, text } from "./world.ts";

describe("ps", () => {
  test("on the host shows all, those of jails with a J", () => {
    expect(shows("root", "ps -ax -o pid,jid,jail,user,stat,command")).toBe(
      text(
        "PID JID JAIL      USER STAT COMMAND",
        "  1   0 -         root Ss   /sbin/init",
        "600   0 -         root Ss   devd",
        "601   0 -         root Ss   syslogd",
        "602   0 -         ntpd Ss   ntpd",
        "603   0 -         root Ss   sshd",
        "604   0 -         root Ss   cron",
        "605   0 -         root Ss   -sh (sh)",
        "606   1 web       root SsJ  sh",
        "607   2 lab       root SsJ  sh",
        "608   3 lab.inner root SsJ  sh",
        "609   1 web       root SsJ  nginx",
        "610   0 -         root R    ps -ax -o pid,jid,jail,user,stat,command",
      ),
    );
  });

  test("in a jail shows its own, with the jails below", () => {
    expect(shows("web", "ps aux")).toBe(
      text(
        "USER PID %CPU %MEM   VSZ  RSS TT  STAT STARTED    TIME COMMAND",
        "root 606  0.0  0.0 14336 3072  1  SsJ  00:00   0:00.00 sh",
        "root 609  0.0  0.0 14336 3072  -  SsJ  00:00   0:00.00 nginx",
        "root 610  0.0  0.0 14336 3072  1  RJ   00:00   0:00.00 ps aux",
      ),
    );
    expect(shows("lab", "ps ax -o pid,jid,jail,comm")).toBe(
      text("PID JID JAIL  COMMAND", "607   0 -     sh", "608   3 inner sh", "610   0 -     ps"),
    );
    expect(shows("inner", "ps ax -o pid=")).toBe(text("608", "610"));
  });

  test("without options shows what has a terminal", () => {
    expect(shows("web", "ps")).toBe(
      text("PID TT  STAT    TIME COMMAND", "606  1  SsJ  0:00.00 sh", "610  1  RJ   0:00.00 ps"),
    );
  });

  test.each([
    ["root", "ps -J web -o pid,comm", text("PID COMMAND", "606 sh", "609 nginx")],
    ["root", "ps -J nope", "ps: jail nope not found\n"],
    ["web", "ps -J 2", "ps: jail 2 not found\n"],
    ["root", "ps -o pidd", "ps: pidd: keyword not found\n"],
    ["root", "ps -p 603 -o user=NAME", text("NAME", "root")],
  ] as const)("%s: %s", (who, line, expected) => {
    expect(shows(who, line)).toBe(expected);
  });
});

describe("jls", () => {
  test("its table", () => {
    expect(shows("root", "jls")).toBe(
      text(
        "   JID  IP Address      Hostname                      Path",
        "     1  192.0.2.10      web.example.org               /jails/web",
        "     2                  lab.example.org               /jails/lab",
        "     3                  inner                         /jails/lab/jails/inner",
      ),
    );
    expect(shows("lab", "jls")).toBe(
      text(
        "   JID  IP Address      Hostname                      Path",
        "     3                  inner                         /jails/inner",
      ),
    );
    expect(shows("web", "jls")).toBe(text("   JID  IP Address      Hostname                      Path"));
  });

  test("-v", () => {
    expect(shows("root", "jls -v -j web")).toBe(
      text(
        "   JID  Hostname                      Path",
        "        Name                          State",
        "        CPUSetID",
        "        IP Address(es)",
        "     1  web.example.org               /jails/web",
        "        web                           ACTIVE",
        "        2",
        "        192.0.2.10",
      ),
    );
  });

  test.each([
    ["jls jid name", text("1 web", "2 lab", "3 lab.inner")],
    ["jls -h jid ip4.addr", text("jid ip4.addr", "1 192.0.2.10", "2 -", "3 -")],
    ["jls -n -j 1 name persist allow.mount", text("name=web persist allow.nomount")],
    ["jls -q -j 1 name host.domainname", text('web ""')],
    [
      "jls -q -j 1",
      text(
        "   JID  IP Address      Hostname                      Path",
        "     1  192.0.2.10      web.example.org               /jails/web",
      ),
    ],
    ["jls -j nope", 'jls: jail "nope" not found\n'],
    ["jls -j 9", "jls: jail 9 not found\n"],
    ["jls nope", "jls: unknown parameter: nope\n"],
    ["jls -z", "jls: illegal option -- z\nusage: jls [-dhNnqsv] [-j jail] [param ...]\n"],
    [
      "jls --libxo json -j 1",
      '{"__version": "2", "jail-information": {"jail": [{"jid":1,"ipv4":"192.0.2.10","hostname":"web.example.org","path":"/jails/web"}]}}\n',
    ],
    [
      "jls --libxo json jid name",
      '{"__version": "2", "jail-information": {"jail": [{"jid":"1","name":"web"}, {"jid":"2","name":"lab"}, {"jid":"3","name":"lab.inner"}]}}\n',
    ],
  ])("%s", (line, expected) => {
    expect(shows("root", line)).toBe(expected);
  });

  test("-s gives what jail(8) takes", () => {
    const line = shows("root", "jls -s -j web");
    expect(line).toContain(" path=/jails/web persist ");
    expect(line).toContain(" ip4.addr=192.0.2.10 ");
    expect(line).toContain(' host.domainname="" ');
    for (const readOnly of ["dying", "parent=", "children.cur", "cpuset.id"])
      expect(line).not.toContain(readOnly);
  });
});

describe("the machine", () => {
  test.each([
    ["root", "uname -srm", "FreeBSD 15.0-RELEASE amd64\n"],
    ["web", "hostname; hostname -s", "web.example.org\nweb\n"],
    ["root", "sysctl kern.ostype; sysctl -n hw.ncpu", "kern.ostype: FreeBSD\n4\n"],
    ["web", "sysctl -n security.jail.jailed", "1\n"],
    ["root", "sysctl -d kern.hostname", "kern.hostname: Hostname\n"],
    ["root", "sysctl nope", "sysctl: unknown oid 'nope'\n"],
    ["root", "sysctl net.inet.ip.ttl=3", "net.inet.ip.ttl: 64 -> 3\n"],
    ["root", "sysctl kern.ostype=x", "sysctl: oid 'kern.ostype' is read only\n"],
    ["root", "date; date -u +%Y-%m-%dT%H:%M:%S", "Thu Jan  1 00:00:00 UTC 2026\n2026-01-01T00:00:00\n"],
    ["root", "date -r 951782400 +%F", "2000-02-29\n"],
    ["root", "uptime", "12:00AM  up 30 secs, 0 users, load averages: 0.00, 0.00, 0.00\n"],
    ["root", "id", "uid=0(root) gid=0(wheel) groups=0(wheel),5(operator)\n"],
    ["root", "id -u www; id -gn www; id nobody2", "80\nwww\nid: nobody2: no such user\n"],
    ["web", "whoami; groups", "root\nwheel operator\n"],
    ["root", "kldstat -n zfs | tail -1 | awk '{print $NF}'", "zfs.ko\n"],
    ["root", "who", ""],
    ["root", "env -i A=1 env", "A=1\n"],
    ["root", "jexec -U www web id -un", "www\n"],
    ["root", "chroot /jails/web pwd_is_not_there", "chroot: pwd_is_not_there: No such file or directory\n"],
    ["root", "chroot /jails/web sh -c 'cd ..; pwd'", "/\n"],
    ["root", "cpuset -g -j web | head -1", "jail 1 mask: 0, 1, 2, 3\n"],
    [
      "root",
      "help | head -3",
      "Jails:\n  jexec        run a command in a jail\n  jls          list jails (-v -n -s -h -d -q --libxo json)\n",
    ],
  ] as const)("%s: %s", (who, line, expected) => {
    expect(shows(who, line)).toBe(expected);
  });

  test("top counts what the viewer sees, but the memory of all", () => {
    expect(shows("web", "top -b")).toBe(
      text(
        "last pid:   610;  load averages:  0.00,  0.00,  0.00  up 0+00:00:00    00:00:00",
        "3 processes:  1 running, 2 sleeping",
        "CPU:  0.0% user,  0.0% nice,  0.0% system,  0.0% interrupt,  100% idle",
        "Mem: 36M Active, 8156M Free",
        "Swap: 2048M Total, 2048M Free",
        "",
        "  PID USERNAME    THR PRI NICE   SIZE    RES STATE    C   TIME    WCPU COMMAND",
        "  606 root          1  20    0    14M     3M select   0   0:00   0.00% sh",
        "  609 root          1  20    0    14M     3M select   0   0:00   0.00% nginx",
        "  610 root          1  20    0    14M     3M CPU0     0   0:00   0.00% top",
      ),
    );
  });
});

describe("files", () => {
  test("ls -l", () => {
    expect(shows("web", "cd /tmp; mkdir d; echo abc > file; ln -s file l; chown www file; ls -l")).toBe(
      text(
        "total 3",
        "drwxr-xr-x  2 root  wheel  2 Jan  1 00:00 d",
        "-rw-r--r--  1 www   wheel  4 Jan  1 00:00 file",
        "lrwxr-xr-x  1 root  wheel  4 Jan  1 00:00 l -> file",
      ),
    );
  });

  test.each([
    ["ls -d /etc /none", "/etc\nls: /none: No such file or directory\n"],
    ["ls -a /tmp", ".\n..\n"],
    ["ls -ln /etc/rc.conf | cut -c 1-24", "-rw-r--r--  1 0  0  0 Ja\n"],
    ["ls -ldo /var/empty | awk '{print $5}'", "schg\n"],
    ["ls -l /dev/null /dev/zero | awk '{print $5}'", "0x1\n0x2\n"],
    ["ls -ld /sbin/ping | cut -c 1-10", "-r-sr-xr-x\n"],
    ["cat /etc/shells | head -n 1", "/bin/sh\n"],
    ["cat /none", "cat: /none: No such file or directory\n"],
    ["wc -l /etc/shells", "       3 /etc/shells\n"],
    ["grep -c csh /etc/shells; grep -n tcsh /etc/shells; grep -v sh /etc/shells", "2\n3:/bin/tcsh\n"],
    ["printf 'b 2\\na 10\\na 10\\n' | sort | uniq -c", "   2 a 10\n   1 b 2\n"],
    ["printf 'b 2\\na 10\\n' | sort -rn -k 2", "a 10\nb 2\n"],
    ["echo a:b:c | cut -d : -f 1,3", "a:c\n"],
    ["echo a b c | awk '{print $2, $NF}'", "b c\n"],
    ["echo a:b | awk -F: '/a/ {print $2 \"!\"}'", "b!\n"],
    ["echo a b | awk '{ n += 1 } END { print n }'", "awk: not modelled: more than a pattern and {print …}\n"],
    ["echo aXbX | sed 's/X/-/'; echo aXbX | sed 's|X|-|g'", "a-bX\na-b-\n"],
    ["echo ab12 | sed -E 's/([a-z]+)([0-9]+)/\\2\\1&/'", "12abab12\n"],
    ["printf 'a\\nb\\n' | sed -n 2p; printf 'a\\nb\\n' | sed /a/d", "b\nb\n"],
    ["echo a | sed y/a/b/", 'sed: not modelled: the script "y/a/b/"\n'],
    ["echo abc | tr a-c A-C; echo aabb | tr -s ab; echo abc | tr -d b", "ABC\nab\nac\n"],
    ["echo x | tee /tmp/x; cat /tmp/x", "x\nx\n"],
    ["printf '1\\n2\\n3\\n' | tail -n 1; printf '1\\n2\\n3\\n' | tail -n +2", "3\n2\n3\n"],
  ] as const)("%s", (line, expected) => {
    expect(shows("root", line)).toBe(expected);
  });
});
