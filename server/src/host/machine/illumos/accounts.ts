import type { Group, User } from "../types.ts";

/** The accounts of a fresh illumos. Source: usr/src/pkg/manifests/SUNWcs (etc/passwd, etc/group). */

const user = (name: string, uid: number, gid: number, home = "/", shell = "/usr/bin/false"): User => ({
  name,
  uid,
  gid,
  home,
  shell,
});

export const users: readonly User[] = [
  user("root", 0, 0, "/root", "/usr/bin/bash"),
  user("daemon", 1, 1),
  user("bin", 2, 2, "/usr/bin"),
  user("sys", 3, 3),
  user("adm", 4, 4, "/var/adm"),
  user("uucp", 5, 5, "/usr/lib/uucp"),
  user("nuucp", 9, 9, "/var/spool/uucppublic"),
  user("dladm", 15, 65),
  user("netadm", 16, 65),
  user("netcfg", 17, 65),
  user("smmsp", 25, 25),
  user("listen", 37, 4, "/usr/net/nls"),
  user("lp", 71, 8),
  user("webservd", 80, 80),
  user("nobody", 60001, 60001),
  user("noaccess", 60002, 60002),
  user("nobody4", 65534, 65534),
];

const group = (name: string, gid: number, members: string[] = []): Group => ({ name, gid, members });

export const groups: readonly Group[] = [
  group("root", 0),
  group("other", 1, ["root"]),
  group("bin", 2, ["root", "daemon"]),
  group("sys", 3, ["root", "bin", "adm"]),
  group("adm", 4, ["root", "daemon"]),
  group("uucp", 5, ["root"]),
  group("mail", 6, ["root"]),
  group("tty", 7, ["root", "adm"]),
  group("lp", 8, ["root", "adm"]),
  group("nuucp", 9, ["root"]),
  group("staff", 10),
  group("daemon", 12, ["root"]),
  group("sysadmin", 14),
  group("smmsp", 25),
  group("netadm", 65),
  group("webservd", 80),
  group("nobody", 60001),
  group("noaccess", 60002),
  group("nogroup", 65534),
];
