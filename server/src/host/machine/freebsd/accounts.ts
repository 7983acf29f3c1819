import type { Group, User } from "../types.ts";

/** The accounts of a fresh FreeBSD. Source: etc/master.passwd and etc/group of the base system. */

const NOLOGIN = "/usr/sbin/nologin";
const NOWHERE = "/nonexistent";

const user = (name: string, uid: number, gid: number, home = NOWHERE, shell = NOLOGIN): User => ({
  name,
  uid,
  gid,
  home,
  shell,
});

export const users: readonly User[] = [
  user("root", 0, 0, "/root", "/bin/sh"),
  user("toor", 0, 0, "/root", "/bin/sh"),
  user("daemon", 1, 1, "/root"),
  user("operator", 2, 5, "/"),
  user("bin", 3, 7, "/"),
  user("tty", 4, 65533, "/"),
  user("kmem", 5, 65533, "/"),
  user("games", 7, 13, "/"),
  user("news", 8, 8, "/"),
  user("man", 9, 9, "/usr/share/man"),
  user("sshd", 22, 22, "/var/empty"),
  user("smmsp", 25, 25, "/var/spool/clientmqueue"),
  user("mailnull", 26, 26, "/var/spool/mqueue"),
  user("bind", 53, 53, "/"),
  user("unbound", 59, 59, "/var/unbound"),
  user("proxy", 62, 62),
  user("_pflogd", 64, 64, "/var/empty"),
  user("_dhcp", 65, 65, "/var/empty"),
  user("uucp", 66, 66, "/var/spool/uucppublic", "/usr/local/libexec/uucp/uucico"),
  user("pop", 68, 6),
  user("auditdistd", 78, 77, "/var/empty"),
  user("www", 80, 80),
  user("ntpd", 123, 123, "/var/db/ntp"),
  user("_ypldap", 160, 160, "/var/empty"),
  user("hast", 845, 845, "/var/empty"),
  user("nobody", 65534, 65534),
];

const group = (name: string, gid: number, members: string[] = []): Group => ({ name, gid, members });

export const groups: readonly Group[] = [
  group("wheel", 0, ["root"]),
  group("daemon", 1),
  group("kmem", 2),
  group("sys", 3),
  group("tty", 4),
  group("operator", 5, ["root"]),
  group("mail", 6),
  group("bin", 7),
  group("news", 8),
  group("man", 9),
  group("games", 13),
  group("ftp", 14),
  group("staff", 20),
  group("sshd", 22),
  group("smmsp", 25),
  group("mailnull", 26),
  group("guest", 31),
  group("video", 44),
  group("realtime", 47),
  group("idletime", 48),
  group("bind", 53),
  group("unbound", 59),
  group("proxy", 62),
  group("authpf", 63),
  group("_pflogd", 64),
  group("_dhcp", 65),
  group("uucp", 66),
  group("dialer", 68),
  group("network", 69),
  group("audit", 77),
  group("www", 80),
  group("u2f", 116),
  group("ntpd", 123),
  group("_ypldap", 160),
  group("hast", 845),
  group("nogroup", 65533),
  group("nobody", 65534),
];
