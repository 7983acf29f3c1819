/**
 * Values of a fresh FreeBSD that hold for the whole host; those of a jail or a network stack live with it.
 * Source: sysctl(8) descriptions in sys/kern, sys/security and sys/netinet, share/man/man7/security.7.
 */
export function sysctlsOf(major: number): Record<string, number | string> {
  return {
    "kern.chroot_allow_open_directories": 1,
    "kern.ipc.shmall": 131_072,
    "kern.ipc.shmmax": 536_870_912,
    "kern.ipc.somaxconn": 128,
    "kern.maxfiles": 261_000,
    "kern.maxproc": 13_244,
    "kern.ostype": "FreeBSD",
    "kern.racct.enable": 0,
    "kern.randompid": 0,
    "kern.securelevel": -1,
    "security.bsd.hardlink_check_gid": 0,
    "security.bsd.hardlink_check_uid": 0,
    "security.bsd.see_jail_proc": 1,
    "security.bsd.see_other_gids": 1,
    "security.bsd.see_other_uids": 1,
    "security.bsd.stack_guard_page": 1,
    "security.bsd.suser_enabled": 1,
    ...(major >= 14 && { "security.bsd.unprivileged_chroot": 0 }),
    "security.bsd.unprivileged_mlock": 1,
    "security.bsd.unprivileged_proc_debug": 1,
    "security.bsd.unprivileged_read_msgbuf": 1,
    "security.jail.allow_raw_sockets": 0,
    "security.jail.chflags_allowed": 0,
    "security.jail.devfs_ruleset": 0,
    "security.jail.enforce_statfs": 2,
    "security.jail.jail_max_af_ips": 255,
    ...(major >= 15 && { "security.jail.meta_maxbufsize": 4096 }),
    ...(major >= 14 && { "security.jail.mlock_allowed": 0 }),
    "security.jail.mount_allowed": 0,
    "security.jail.set_hostname_allowed": 1,
    "security.jail.socket_unixiproute_only": 1,
    "security.jail.sysvipc_allowed": 0,
    "vfs.devfs.rule_depth": 1,
    "vfs.usermount": 0,
  };
}
