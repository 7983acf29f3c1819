import { groups, users } from "../../machine/freebsd/accounts.ts";
import { growTree, type StockNode } from "./tree.ts";

/**
 * The base system of FreeBSD as far as a reader meets it: what an extracted base.txz puts below a root directory.
 * Source: hier(7), etc/mtree/BSD.root.dist, BSD.usr.dist, BSD.var.dist, the Makefiles that set modes and flags.
 */

/** Programs with mode 555 by directory. */
const PROGRAMS: Readonly<Record<string, string>> = {
  bin: "[ cat chflags chio chmod cp csh date dd df echo ed expr freebsd-version hostname kenv kill link ln ls mkdir mv pax pgrep pkill ps pwait pwd realpath rm rmdir setfacl sh sleep stty sync tcsh test timeout unlink",
  sbin: "adjkerntz bectl camcontrol ccdconfig clri devd devfs dhclient disklabel dmesg dump fsck gpart growfs halt ifconfig ipfw kldconfig kldload kldstat kldunload ldconfig md5 mdconfig mknod mount mount_cd9660 mount_fusefs mount_msdosfs mount_nfs mount_nullfs mount_tmpfs mount_unionfs newfs nfsiod nologin pfctl ping ping6 rcorder reboot restore route routed rtsol savecore setkey shutdown swapon sysctl tunefs umount zfs zpool",
  "usr/bin":
    "apply at awk basename bc bzip2 calendar chat cksum cmp col column comm cpuset crontab cut dc diff dirname dtc du env false fetch file find fmt fold fstat ftp getconf getent getfacl getopt grep groups gunzip gzip head hexdump host id install ipcrm ipcs jot kdump killall ktrace last ldd less limits locale lockf logger login logname look lorder m4 mail man mesg minigzip mkfifo mktemp more nc netstat newgrp nice nl nohup nproc objdump openssl passwd paste patch perror pr printenv printf procstat rctl readelf renice rev rup sed seq sockstat sort split ssh ssh-keygen stat strings su systat tail tar tee time top touch tr true truncate truss tty uname uniq unzip uptime users vi vmstat w wait wc whereis which who whoami xargs xz yes zcat",
  "usr/sbin":
    "ac accton adduser arp auditd bhyve bhyvectl bsdconfig bsdinstall certctl chroot chown cron daemon devinfo dtrace edquota fstyp fwcontrol gstat inetd iostat jail jexec jls jps kldxref lpd mountd mtree newsyslog nfsd ngctl nologin nscd ntpd ntpdate pciconf periodic pkg powerd ppp pstat pw quot quotaon repquota rpcbind rtadvd rtprio sendmail service sshd sysrc syslogd tcpdump traceroute traceroute6 tzsetup usbconfig utx vipw watch watchdogd wpa_supplicant zdb zic",
  "usr/share/examples/jails": "jib jng",
  libexec: "ld-elf.so.1",
  "usr/libexec": "atrun bsdinstall getty locate.updatedb save-entropy sftp-server sshd-session",
};

/** Set-user-ID programs of root and the set-group-ID one: what a host user could run out of a reachable jail. */
const PRIVILEGED: Readonly<Record<string, number>> = {
  "sbin/ping": 0o4555,
  "sbin/ping6": 0o4555,
  "sbin/shutdown": 0o4554,
  "usr/bin/at": 0o4555,
  "usr/bin/crontab": 0o4555,
  "usr/bin/login": 0o4555,
  "usr/bin/passwd": 0o4555,
  "usr/bin/su": 0o4555,
  "usr/sbin/ppp": 0o4554,
  "usr/sbin/traceroute": 0o4555,
  "usr/sbin/traceroute6": 0o4555,
};

/** What `make installworld` protects with the system immutable flag. */
const IMMUTABLE: readonly string[] = [
  "lib/libc.so.7",
  "lib/libcrypt.so.5",
  "lib/libthr.so.3",
  "libexec/ld-elf.so.1",
  "sbin/init",
  "usr/bin/crontab",
  "usr/bin/login",
  "usr/bin/passwd",
  "usr/bin/su",
  "usr/lib/librt.so.1",
  "var/empty",
];

/** Directories beside those that other tables imply: mode, and group where it is not wheel (0). */
const DIRECTORIES: Readonly<Record<string, readonly [mode: number, gid?: number]>> = {
  bin: [0o755],
  boot: [0o755],
  "boot/kernel": [0o755],
  dev: [0o555],
  etc: [0o755],
  "etc/cron.d": [0o755],
  "etc/defaults": [0o755],
  "etc/devfs.rules.d": [0o755],
  "etc/jail.conf.d": [0o755],
  "etc/mtree": [0o755],
  "etc/newsyslog.conf.d": [0o755],
  "etc/pam.d": [0o755],
  "etc/periodic": [0o755],
  "etc/pkg": [0o755],
  "etc/rc.conf.d": [0o755],
  "etc/rc.d": [0o755],
  "etc/security": [0o700],
  "etc/ssh": [0o755],
  "etc/ssl": [0o755],
  "etc/syslog.d": [0o755],
  "etc/zfs": [0o755],
  home: [0o755],
  lib: [0o755],
  "lib/geom": [0o755],
  libexec: [0o755],
  media: [0o755],
  mnt: [0o755],
  net: [0o755],
  proc: [0o555],
  rescue: [0o755],
  root: [0o750],
  sbin: [0o755],
  tmp: [0o1777],
  usr: [0o755],
  "usr/bin": [0o755],
  "usr/include": [0o755],
  "usr/lib": [0o755],
  "usr/libdata": [0o755],
  "usr/libexec": [0o755],
  "usr/local": [0o755],
  "usr/local/bin": [0o755],
  "usr/local/etc": [0o755],
  "usr/local/etc/rc.d": [0o755],
  "usr/local/sbin": [0o755],
  "usr/obj": [0o755],
  "usr/sbin": [0o755],
  "usr/share": [0o755],
  "usr/share/examples": [0o755],
  "usr/share/examples/jails": [0o755],
  "usr/share/man": [0o755],
  "usr/share/misc": [0o755],
  "usr/share/zoneinfo": [0o755],
  "usr/src": [0o755],
  "usr/tests": [0o755],
  var: [0o755],
  "var/account": [0o755],
  "var/at": [0o755],
  "var/audit": [0o770, 77],
  "var/backups": [0o750],
  "var/cache": [0o755],
  "var/crash": [0o750],
  "var/cron": [0o750],
  "var/cron/tabs": [0o700],
  "var/db": [0o755],
  "var/db/etcupdate": [0o755],
  "var/db/freebsd-update": [0o700],
  "var/db/pkg": [0o755],
  "var/empty": [0o555],
  "var/log": [0o755],
  "var/mail": [0o775, 6],
  "var/msgs": [0o755],
  "var/preserve": [0o755],
  "var/quotas": [0o755],
  "var/run": [0o755],
  "var/spool": [0o755],
  "var/spool/mqueue": [0o755],
  "var/tmp": [0o1777],
  "var/unbound": [0o755],
  "var/yp": [0o755],
};

const userLines = (fields: string): string =>
  users
    .map(({ name, uid, gid, home, shell }) => `${name}:*:${uid}:${gid}${fields}:${name}:${home}:${shell}\n`)
    .join("");

/** Files that are no programs: mode and text. An empty text stands for one that nobody reads in the model. */
const FILES: Readonly<Record<string, readonly [mode: number, content: string]>> = {
  ".cshrc": [0o644, ""],
  ".profile": [0o644, ""],
  COPYRIGHT: [0o444, ""],
  "boot/kernel/kernel": [0o555, ""],
  "boot/loader.conf": [0o644, ""],
  "etc/crontab": [0o644, ""],
  "etc/defaults/devfs.rules": [0o444, ""],
  "etc/defaults/periodic.conf": [0o644, ""],
  "etc/defaults/rc.conf": [0o644, ""],
  "etc/devd.conf": [0o644, ""],
  "etc/devfs.conf": [0o644, ""],
  "etc/freebsd-update.conf": [0o644, ""],
  "etc/fstab": [0o644, ""],
  "etc/group": [
    0o644,
    groups.map(({ name, gid, members }) => `${name}:*:${gid}:${members.join(",")}\n`).join(""),
  ],
  "etc/hosts": [
    0o644,
    "::1\t\t\tlocalhost localhost.my.domain\n127.0.0.1\t\tlocalhost localhost.my.domain\n",
  ],
  "etc/inetd.conf": [0o644, ""],
  "etc/login.conf": [0o644, ""],
  "etc/mac.conf": [0o644, ""],
  "etc/master.passwd": [0o600, userLines("::0:0")],
  "etc/motd.template": [0o644, "Welcome to FreeBSD!\n"],
  "etc/netconfig": [0o644, ""],
  "etc/newsyslog.conf": [0o644, ""],
  "etc/nsswitch.conf": [0o644, "group: compat\nhosts: files dns\npasswd: compat\n"],
  "etc/passwd": [0o644, userLines("")],
  "etc/profile": [0o644, ""],
  "etc/protocols": [0o644, ""],
  "etc/pwd.db": [0o644, ""],
  "etc/rc": [0o644, ""],
  "etc/rc.bsdextended": [0o600, ""],
  "etc/rc.conf": [0o644, ""],
  "etc/rc.firewall": [0o644, ""],
  "etc/rc.shutdown": [0o644, ""],
  "etc/rc.subr": [0o644, ""],
  "etc/resolv.conf": [0o644, ""],
  "etc/services": [0o644, ""],
  "etc/shells": [0o644, "/bin/sh\n/bin/csh\n/bin/tcsh\n"],
  "etc/spwd.db": [0o600, ""],
  "etc/ssh/sshd_config": [0o644, ""],
  "etc/sysctl.conf": [0o644, ""],
  "etc/syslog.conf": [0o644, ""],
  "etc/ttys": [0o644, ""],
  "lib/libc.so.7": [0o444, ""],
  "lib/libcrypt.so.5": [0o444, ""],
  "lib/libjail.so.1": [0o444, ""],
  "lib/libm.so.5": [0o444, ""],
  "lib/libthr.so.3": [0o444, ""],
  "lib/libutil.so.10": [0o444, ""],
  "root/.cshrc": [0o644, ""],
  "root/.profile": [0o644, ""],
  "sbin/init": [0o500, ""],
  "usr/lib/librt.so.1": [0o444, ""],
  "usr/share/misc/magic": [0o444, ""],
  "usr/share/zoneinfo/UTC": [0o444, ""],
  "var/log/messages": [0o644, ""],
  "var/log/utx.log": [0o644, ""],
};

const RC_SCRIPTS =
  "NETWORKING accounting auditd bgfsck bridge cleanvar cleartmp cron devd devfs dhclient dmesg fsck ftpd hostid hostname inetd ipfw ip6addrctl jail kld ldconfig local lockd mountd motd mountcritlocal mountcritremote netif netwait newsyslog nfsd nfsclient nscd ntpd ntpdate pf pflog powerd random rctl resolv root routing rpcbind savecore securelevel sendmail sshd statd static_arp swap sysctl syslogd tmp utx var virecover watchdogd zfs";

const LINKS: Readonly<Record<string, string>> = {
  "etc/localtime": "/usr/share/zoneinfo/UTC",
  sys: "usr/src/sys",
  "usr/lib/libc.so": "../../lib/libc.so.7",
};

export const freebsdTree: readonly StockNode[] = growTree((add) => {
  for (const [path, [mode, gid = 0]] of Object.entries(DIRECTORIES))
    add(path, { kind: "directory", mode, gid });
  for (const [directory, names] of Object.entries(PROGRAMS))
    for (const name of names.split(" ")) {
      const path = `${directory}/${name}`;
      const mode = PRIVILEGED[path] ?? 0o555;
      add(path, { kind: "file", mode, gid: path === "sbin/shutdown" ? 5 : 0, content: "" });
    }
  for (const name of RC_SCRIPTS.split(" "))
    add(`etc/rc.d/${name}`, { kind: "file", mode: 0o555, gid: 0, content: "" });
  for (const [path, [mode, content]] of Object.entries(FILES))
    add(path, { kind: "file", mode, gid: 0, content });
  for (const [path, target] of Object.entries(LINKS))
    add(path, { kind: "link", mode: 0o755, gid: 0, target });
}, IMMUTABLE);
