import { groups, users } from "../../machine/illumos/accounts.ts";
import { ILLUMOS_MODES, ILLUMOS_PROGRAMS } from "./illumosPrograms.ts";
import { growTree, type StockNode } from "./tree.ts";

/** The base system of illumos as far as a reader meets it. Source: filesystem(7), usr/src/pkg/manifests. */

/** Directories: mode, and group where it is not sys (3). */
const DIRECTORIES: Readonly<Record<string, readonly [mode: number, gid?: number]>> = {
  dev: [0o755],
  devices: [0o755],
  etc: [0o755],
  "etc/brand": [0o755],
  "etc/cron.d": [0o755],
  "etc/default": [0o755],
  "etc/dfs": [0o755, 0],
  "etc/dladm": [0o755],
  "etc/inet": [0o755],
  "etc/init.d": [0o755],
  "etc/ipadm": [0o755],
  "etc/ipf": [0o755],
  "etc/lib": [0o755, 2],
  "etc/net": [0o755],
  "etc/pam.d": [0o755],
  "etc/rc2.d": [0o755],
  "etc/rc3.d": [0o755],
  "etc/security": [0o755],
  "etc/skel": [0o755],
  "etc/ssh": [0o755],
  "etc/svc": [0o755],
  "etc/svc/profile": [0o755],
  "etc/svc/volatile": [0o755],
  "etc/zones": [0o755],
  export: [0o755],
  "export/home": [0o755, 0],
  home: [0o555, 0],
  lib: [0o755, 2],
  "lib/svc/manifest": [0o755],
  "lib/svc/seed": [0o755],
  mnt: [0o755],
  net: [0o555, 0],
  opt: [0o755],
  platform: [0o755],
  proc: [0o555, 0],
  root: [0o700, 0],
  sbin: [0o755],
  system: [0o755, 0],
  "system/contract": [0o555, 0],
  "system/object": [0o555, 0],
  tmp: [0o1777],
  usr: [0o755],
  "usr/bin": [0o755, 2],
  "usr/ccs": [0o755, 2],
  "usr/include": [0o755, 2],
  "usr/lib": [0o755, 2],
  "usr/local": [0o755, 2],
  "usr/lib/zones": [0o755, 2],
  "usr/sbin": [0o755, 2],
  "usr/share": [0o755],
  "usr/share/lib": [0o755],
  "usr/share/man": [0o755],
  var: [0o755],
  "var/adm": [0o775],
  "var/adm/exacct": [0o755, 4],
  "var/audit": [0o750, 0],
  "var/cores": [0o700, 0],
  "var/cron": [0o755],
  "var/ld": [0o755, 2],
  "var/log": [0o755],
  "var/log/zones": [0o755, 0],
  "var/mail": [0o1777, 6],
  "var/nfs": [0o755, 12],
  "var/opt": [0o755],
  "var/pkg": [0o755],
  "var/run": [0o755],
  "var/run/zones": [0o700, 0],
  "var/spool": [0o755, 2],
  "var/spool/cron": [0o755],
  "var/spool/cron/crontabs": [0o700],
  "var/svc": [0o755],
  "var/svc/log": [0o755],
  "var/tmp": [0o1777],
};

const PASSWD = users
  .map(({ name, uid, gid, home, shell }) => `${name}:x:${uid}:${gid}::${home}:${shell}\n`)
  .join("");

/** Files that are no programs: mode, and text; an empty text stands for one that nobody reads in the model. */
const FILES: Readonly<Record<string, readonly [mode: number, content: string]>> = {
  "etc/.login": [0o644, ""],
  "etc/auto_home": [0o644, ""],
  "etc/auto_master": [0o644, "/net\t\t-hosts\t\t-nosuid,nobrowse\n/home\t\tauto_home\t-nobrowse\n"],
  "etc/coreadm.conf": [0o644, ""],
  "etc/cron.d/cron.deny": [0o644, ""],
  "etc/default/cron": [0o644, "CRONLOG=YES\n"],
  "etc/default/dhcpagent": [0o444, ""],
  "etc/default/init": [0o644, "TZ=UTC\nCMASK=022\n"],
  "etc/default/login": [0o644, "CONSOLE=/dev/console\nPASSREQ=YES\n"],
  "etc/default/passwd": [0o644, ""],
  "etc/default/su": [0o644, ""],
  "etc/dfs/dfstab": [0o644, ""],
  "etc/dfs/fstypes": [0o644, "nfs NFS Utilities\nautofs AUTOFS Utilities\nsmbfs SMBFS Utilities\n"],
  "etc/dfs/sharetab": [0o444, ""],
  "etc/group": [
    0o644,
    groups.map(({ name, gid, members }) => `${name}::${gid}:${members.join(",")}\n`).join(""),
  ],
  "etc/inet/hosts": [0o444, "::1\t\tlocalhost\n127.0.0.1\tlocalhost loghost\n"],
  "etc/inet/ipnodes": [0o444, ""],
  "etc/inet/netmasks": [0o444, ""],
  "etc/inet/services": [0o444, ""],
  "etc/inittab": [
    0o644,
    "ap::sysinit:/usr/sbin/autopush -f /etc/iu.ap\nsmf::sysinit:/lib/svc/bin/svc.startd\n",
  ],
  "etc/ipf/ipf.conf": [0o644, ""],
  "etc/magic": [0o444, ""],
  "etc/mnttab": [0o444, ""],
  "etc/motd": [0o644, ""],
  "etc/netconfig": [0o644, ""],
  "etc/nfssec.conf": [0o644, ""],
  "etc/nsswitch.conf": [0o644, "passwd: files\ngroup: files\nhosts: files dns\nipnodes: files dns\n"],
  "etc/pam.conf": [0o644, ""],
  "etc/passwd": [0o644, PASSWD],
  "etc/path_to_inst": [0o444, ""],
  "etc/profile": [0o644, ""],
  "etc/project": [
    0o644,
    "system:0::::\nuser.root:1::::\nnoproject:2::::\ndefault:3::::\ngroup.staff:10::::\n",
  ],
  "etc/release": [0o444, "  illumos\n"],
  "etc/security/policy.conf": [
    0o644,
    "AUTHS_GRANTED=solaris.device.cdrw\nPROFS_GRANTED=Basic Solaris User\n",
  ],
  "etc/shadow": [0o400, users.map(({ name }) => `${name}:*LK*:::::::\n`).join("")],
  "etc/ssh/sshd_config": [0o644, ""],
  "etc/svc/repository.db": [0o600, ""],
  "etc/syslog.conf": [0o644, ""],
  "etc/system": [0o644, ""],
  "etc/user_attr": [0o644, "root::::auths=solaris.*,solaris.grant;profiles=All;clearance=admin_high\n"],
  "etc/vfstab": [
    0o644,
    "/proc\t-\t/proc\tproc\t-\tno\t-\nctfs\t-\t/system/contract\tctfs\t-\tno\t-\nobjfs\t-\t/system/object\tobjfs\t-\tno\t-\nsharefs\t-\t/etc/dfs/sharetab\tsharefs\t-\tno\t-\nfd\t-\t/dev/fd\tfd\t-\tno\t-\nswap\t-\t/tmp\ttmpfs\t-\tyes\t-\n",
  ],
  "lib/ld.so.1": [0o755, ""],
  "lib/libc.so.1": [0o755, ""],
  "lib/libcmdutils.so.1": [0o755, ""],
  "lib/libnsl.so.1": [0o755, ""],
  "lib/libpthread.so.1": [0o755, ""],
  "lib/libsocket.so.1": [0o755, ""],
  "lib/svc/seed/global.db": [0o444, ""],
  "lib/svc/seed/nonglobal.db": [0o444, ""],
  "root/.bashrc": [0o644, ""],
  "root/.profile": [0o644, ""],
  "usr/lib/libzonecfg.so.1": [0o755, ""],
  "var/adm/lastlog": [0o444, ""],
  "var/adm/messages": [0o644, ""],
  "var/adm/sulog": [0o600, ""],
  "var/adm/utmpx": [0o644, ""],
  "var/adm/wtmpx": [0o644, ""],
  "var/cron/log": [0o600, ""],
  "var/log/authlog": [0o600, ""],
  "var/log/syslog": [0o644, ""],
  "var/svc/log/svc.startd.log": [0o644, ""],
};

/** /bin, and names that programs of the past look under. */
const LINKS: Readonly<Record<string, string>> = {
  bin: "./usr/bin",
  "etc/hosts": "./inet/hosts",
  "etc/ipnodes": "./inet/ipnodes",
  "etc/netmasks": "./inet/netmasks",
  "etc/services": "./inet/services",
  "usr/adm": "../var/adm",
  "usr/mail": "../var/mail",
  "usr/tmp": "../var/tmp",
};

export const illumosTree: readonly StockNode[] = growTree((add) => {
  for (const [path, [mode, gid = 3]] of Object.entries(DIRECTORIES))
    add(path, { kind: "directory", mode, gid });
  for (const [directory, names] of Object.entries(ILLUMOS_PROGRAMS)) {
    const parts = directory.split("/");
    parts.forEach((_, i) => {
      add(parts.slice(0, i + 1).join("/"), { kind: "directory", mode: 0o755, gid: 2 });
    });
    for (const name of names.split(" ")) {
      const path = `${directory}/${name}`;
      const [mode, gid = 2] = ILLUMOS_MODES[path] ?? [0o555];
      add(path, { kind: "file", mode, gid, content: "" });
    }
  }
  for (const [path, [mode, content]] of Object.entries(FILES))
    add(path, { kind: "file", mode, gid: 3, content });
  for (const [path, target] of Object.entries(LINKS))
    add(path, { kind: "link", mode: 0o777, gid: 0, target });
});
