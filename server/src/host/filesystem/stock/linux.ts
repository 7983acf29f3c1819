import { growTree, type StockNode } from "./tree.ts";

/** An image of a Linux distribution, for zones of brand lx. Source: hier(7), the Filesystem Hierarchy Standard. */

const DIRECTORIES: Readonly<Record<string, number>> = {
  boot: 0o755,
  dev: 0o755,
  etc: 0o755,
  "etc/default": 0o755,
  "etc/init.d": 0o755,
  "etc/network": 0o755,
  "etc/ssh": 0o755,
  "etc/systemd": 0o755,
  home: 0o755,
  media: 0o755,
  mnt: 0o755,
  native: 0o755,
  opt: 0o755,
  proc: 0o555,
  root: 0o700,
  run: 0o755,
  srv: 0o755,
  sys: 0o555,
  system: 0o755,
  tmp: 0o1777,
  usr: 0o755,
  "usr/bin": 0o755,
  "usr/lib": 0o755,
  "usr/lib/systemd": 0o755,
  "usr/local": 0o755,
  "usr/local/bin": 0o755,
  "usr/sbin": 0o755,
  "usr/share": 0o755,
  var: 0o755,
  "var/cache": 0o755,
  "var/lib": 0o755,
  "var/lib/dpkg": 0o755,
  "var/log": 0o755,
  "var/mail": 0o2775,
  "var/spool": 0o755,
  "var/tmp": 0o1777,
};

const PROGRAMS: Readonly<Record<string, string>> = {
  "usr/bin":
    "apt-get awk bash cat chgrp chmod chown cp cut date dash dd df dmesg dpkg du echo env false find free getent grep gzip head hostname id ip journalctl kill less ln login ls mkdir mknod more mount mv nano netstat passwd perl ping printf ps pwd python3 rm rmdir sed sh sleep sort ss ssh strace su sudo systemctl tail tar tee top touch tr true umount uname uptime vi w wc which who whoami xargs",
  "usr/lib/systemd": "systemd systemd-journald systemd-logind",
  "usr/sbin":
    "chroot cron halt ifconfig init iptables modprobe reboot route rsyslogd shutdown sshd sysctl useradd",
};

const SET_UID: ReadonlySet<string> = new Set([
  "usr/bin/mount",
  "usr/bin/passwd",
  "usr/bin/ping",
  "usr/bin/su",
  "usr/bin/sudo",
  "usr/bin/umount",
]);

const FILES: Readonly<Record<string, readonly [mode: number, content: string]>> = {
  "etc/fstab": [0o644, ""],
  "etc/group": [0o644, "root:x:0:\ndaemon:x:1:\nadm:x:4:\ntty:x:5:\nsudo:x:27:\nnogroup:x:65534:\n"],
  "etc/hosts": [0o644, "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"],
  "etc/mtab": [0o444, ""],
  "etc/mnttab": [0o444, ""],
  "etc/nsswitch.conf": [0o644, "passwd: files\ngroup: files\nhosts: files dns\n"],
  "etc/os-release": [0o644, 'NAME="Linux"\nID=linux\n'],
  "etc/passwd": [
    0o644,
    "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nsshd:x:101:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  ],
  "etc/shadow": [0o640, "root:*:::::::\n"],
  "etc/ssh/sshd_config": [0o644, ""],
  "root/.bashrc": [0o644, ""],
  "usr/lib/libc.so.6": [0o755, ""],
  "var/log/syslog": [0o640, ""],
};

const LINKS: Readonly<Record<string, string>> = {
  bin: "usr/bin",
  lib: "usr/lib",
  sbin: "usr/sbin",
  "var/run": "/run",
};

export const linuxTree: readonly StockNode[] = growTree((add) => {
  for (const [path, mode] of Object.entries(DIRECTORIES)) add(path, { kind: "directory", mode, gid: 0 });
  for (const [directory, names] of Object.entries(PROGRAMS))
    for (const name of names.split(" ")) {
      const path = `${directory}/${name}`;
      add(path, { kind: "file", mode: SET_UID.has(path) ? 0o4755 : 0o755, gid: 0, content: "" });
    }
  for (const [path, [mode, content]] of Object.entries(FILES))
    add(path, { kind: "file", mode, gid: 0, content });
  for (const [path, target] of Object.entries(LINKS))
    add(path, { kind: "link", mode: 0o777, gid: 0, target });
});
