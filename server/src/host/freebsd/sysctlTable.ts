/** What the kernel knows of one sysctl, apart from its value. Source: sys/sys/sysctl.h. */
export interface SysctlEntry {
  readonly type: "int" | "uint" | "long" | "string" | "opaque";
  /** Can be written at all (CTLFLAG_RW); the others are read-only or set by the loader. */
  readonly writable?: true;
  /** Root in a jail may write it (CTLFLAG_PRISON). */
  readonly prison?: true;
  /** Each network stack has its own value (CTLFLAG_VNET). */
  readonly vnet?: true;
  /** The first release that has a value for each jail; before, one for all that only the host writes. */
  readonly prisonSince?: number;
  /** Not to be written with a securelevel above this one (CTLFLAG_SECURE). */
  readonly secure?: number;
  /** The value of a fresh installation; none for those that are computed. */
  readonly value?: number | string;
  readonly since?: number;
  /** The last major release that has it. */
  readonly until?: number;
  readonly doc: string;
}

const rw = { writable: true } as const;
const jail = { writable: true, prison: true } as const;
const stack = { writable: true, vnet: true } as const;

const kern = {
  "kern.ostype": { type: "string", value: "FreeBSD", doc: "Operating system type" },
  "kern.osrelease": { type: "string", doc: "Operating system release, of a jail its own" },
  "kern.osreldate": { type: "int", doc: "Kernel release date, of a jail its own" },
  "kern.version": { type: "string", doc: "Kernel version" },
  "kern.hostname": { type: "string", ...jail, doc: "Hostname" },
  "kern.domainname": { type: "string", ...jail, doc: "Name of the current YP/NIS domain" },
  "kern.hostuuid": { type: "string", ...jail, doc: "Host UUID" },
  "kern.hostid": { type: "long", ...jail, doc: "Host ID" },
  "kern.securelevel": { type: "int", ...jail, doc: "Current secure level" },
  "kern.boottime": { type: "opaque", doc: "System boottime" },
  "kern.maxproc": { type: "int", value: 13_244, doc: "Maximum number of processes" },
  "kern.maxprocperuid": { type: "int", ...rw, value: 11_919, doc: "Maximum processes allowed per userid" },
  "kern.maxfiles": { type: "int", ...rw, value: 261_000, doc: "Maximum number of files" },
  "kern.maxfilesperproc": {
    ...{ type: "int", ...rw, value: 234_900 },
    doc: "Maximum files allowed open per process",
  },
  "kern.openfiles": { type: "int", doc: "System-wide number of open files" },
  "kern.msgbuf": { type: "string", doc: "Contents of kernel message buffer" },
  "kern.msgbuf_clear": { type: "int", ...rw, secure: 0, value: 0, doc: "Clear kernel message buffer" },
  "kern.racct.enable": { type: "int", value: 0, doc: "Enable RACCT/RCTL; set by the loader" },
  "kern.randompid": { type: "int", ...rw, value: 0, doc: "Random PID modulus" },
  "kern.coredump": { type: "int", ...rw, value: 1, doc: "Enable/Disable coredumps" },
  "kern.corefile": { type: "string", ...rw, value: "%N.core", doc: "Process corefile name format string" },
  "kern.sugid_coredump": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Allow setuid and setgid processes to dump core",
  },
  "kern.chroot_allow_open_directories": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Allow a process to chroot(2) if it has a directory open",
  },
  "kern.kill_on_debugger_exit": {
    ...{ type: "int", ...rw, value: 1, since: 13 },
    doc: "Kill ptraced processes when debugger exits",
  },
  "kern.module_path": { type: "string", ...rw, value: "/boot/kernel;/boot/modules", doc: "Module load path" },
  "kern.ps_arg_cache_limit": {
    type: "long",
    ...rw,
    value: 256,
    doc: "Process' command line characters cache limit",
  },
  "kern.ipc.shmmax": { type: "long", ...rw, value: 536_870_912, doc: "Maximum shared memory segment size" },
  "kern.ipc.shmmin": { type: "long", ...rw, value: 1, doc: "Minimum shared memory segment size" },
  "kern.ipc.shmmni": { type: "long", value: 192, doc: "Number of shared memory identifiers" },
  "kern.ipc.shmall": {
    type: "long",
    ...rw,
    value: 131_072,
    doc: "Maximum number of pages for shared memory",
  },
  "kern.ipc.semmni": { type: "int", value: 50, doc: "Number of semaphore identifiers" },
  "kern.ipc.semmns": { type: "int", value: 340, doc: "Maximum number of semaphores in the system" },
  "kern.ipc.semmsl": { type: "int", ...rw, value: 340, doc: "Max semaphores per id" },
  "kern.ipc.semopm": { type: "int", value: 100, doc: "Max operations per semop call" },
  "kern.ipc.msgmni": { type: "int", value: 40, doc: "Number of message queue identifiers" },
  "kern.ipc.msgmnb": { type: "int", value: 2048, doc: "Maximum number of bytes in a queue" },
  "kern.ipc.msgmax": { type: "int", value: 16_384, doc: "Maximum message size" },
  "kern.ipc.somaxconn": {
    type: "int",
    ...stack,
    value: 128,
    doc: "Maximum listen socket pending connection queue",
  },
} as const satisfies Readonly<Record<string, SysctlEntry>>;

const securityBsd = {
  "security.bsd.suser_enabled": {
    type: "int",
    ...jail,
    prisonSince: 13,
    doc: "Processes with uid 0 have privilege",
  },
  "security.bsd.unprivileged_proc_debug": {
    ...{ type: "int", ...jail, prisonSince: 13, secure: 0 },
    doc: "Unprivileged processes may use process debugging facilities",
  },
  "security.bsd.see_other_uids": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Unprivileged processes may see subjects/objects with different real uid",
  },
  "security.bsd.see_other_gids": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Unprivileged processes may see subjects/objects with different groups",
  },
  "security.bsd.see_jail_proc": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Unprivileged processes may see subjects/objects with different jail ids",
  },
  "security.bsd.unprivileged_mlock": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Allow non-root users to call mlock(2)",
  },
  "security.bsd.unprivileged_read_msgbuf": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Unprivileged processes may read the kernel message buffer",
  },
  "security.bsd.unprivileged_idprio": {
    ...{ type: "int", ...rw, value: 0 },
    doc: "Allow non-root users to set an idle priority",
  },
  "security.bsd.unprivileged_chroot": {
    ...{ type: "int", ...rw, value: 0, since: 14 },
    doc: "Unprivileged processes can use chroot(2)",
  },
  "security.bsd.hardlink_check_uid": {
    ...{ type: "int", ...rw, value: 0 },
    doc: "Unprivileged processes cannot create hard links to files owned by other users",
  },
  "security.bsd.hardlink_check_gid": {
    ...{ type: "int", ...rw, value: 0 },
    doc: "Unprivileged processes cannot create hard links to files owned by other groups",
  },
  "security.bsd.stack_guard_page": { type: "int", ...rw, value: 1, doc: "Stack guard pages" },
} as const satisfies Readonly<Record<string, SysctlEntry>>;

/** Of these the host's value is the default of jail(2), and a jail reads what it was given. */
const securityJail = {
  "security.jail.jailed": { type: "int", doc: "Process in jail?" },
  "security.jail.vnet": { type: "int", doc: "Jail owns vnet?" },
  "security.jail.list": { type: "opaque", doc: "List of active jails" },
  "security.jail.children.max": { type: "int", since: 14, doc: "Maximum number of child jails" },
  "security.jail.children.cur": { type: "int", since: 14, doc: "Current number of child jails" },
  "security.jail.jail_max_af_ips": {
    ...{ type: "uint", ...rw, value: 255 },
    doc: "Number of IP addresses a jail may have at most per address family",
  },
  "security.jail.set_hostname_allowed": {
    type: "int",
    ...rw,
    value: 1,
    doc: "Processes in jail can set their hostnames",
  },
  "security.jail.socket_unixiproute_only": {
    ...{ type: "int", ...rw, value: 1 },
    doc: "Processes in jail are limited to creating UNIX/IP/route sockets only",
  },
  "security.jail.sysvipc_allowed": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Processes in jail can use System V IPC primitives",
  },
  "security.jail.allow_raw_sockets": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Prison root can create raw sockets",
  },
  "security.jail.chflags_allowed": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Processes in jail can alter system file flags",
  },
  "security.jail.mount_allowed": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Jail may mount/unmount jail-friendly file systems",
  },
  "security.jail.mlock_allowed": {
    type: "int",
    ...rw,
    value: 0,
    since: 14,
    doc: "Processes in jail can lock/unlock physical pages",
  },
  "security.jail.vmm_allowed": { type: "int", ...rw, value: 0, doc: "Jail may use vmm(4)" },
  "security.jail.enforce_statfs": {
    type: "int",
    ...rw,
    value: 2,
    doc: "Processes in jail cannot see all mounted file systems",
  },
  "security.jail.devfs_ruleset": { type: "int", value: 0, doc: "Ruleset for the devfs filesystem in jail" },
  "security.jail.meta_maxbufsize": {
    ...{ type: "uint", ...rw, value: 4096, since: 15 },
    doc: "Maximum buffer size of each meta and env",
  },
  "security.jail.env": { type: "string", since: 15, doc: "Meta information provided by parent jail" },
} as const satisfies Readonly<Record<string, SysctlEntry>>;

const others = {
  "compat.linux.osname": { type: "string", ...jail, doc: "Linux kernel OS name" },
  "compat.linux.osrelease": { type: "string", ...jail, doc: "Linux kernel OS release" },
  "compat.linux.oss_version": { type: "int", ...jail, doc: "Linux OSS version" },
  "hw.vmm.create": { type: "string", ...jail, until: 14, doc: "Create a virtual machine" },
  "hw.vmm.destroy": { type: "string", ...jail, until: 14, doc: "Destroy a virtual machine" },
  "hw.machine": { type: "string", value: "amd64", doc: "Machine class" },
  "hw.machine_arch": { type: "string", value: "amd64", doc: "System architecture" },
  "hw.model": { type: "string", value: "Simulated processor", doc: "Machine model" },
  "hw.ncpu": { type: "int", doc: "Number of active CPUs" },
  "hw.pagesize": { type: "int", value: 4096, doc: "System memory page size" },
  "hw.physmem": { type: "long", doc: "Amount of physical memory (in bytes)" },
  "hw.usermem": { type: "long", doc: "Amount of memory (in bytes) which is not wired" },
  "vm.swap_total": { type: "long", doc: "Total amount of available swap storage" },
  "vm.overcommit": { type: "int", ...rw, value: 0, doc: "Configure virtual memory overcommit behavior" },
  "vfs.usermount": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Unprivileged users may mount and unmount file systems",
  },
  "vfs.devfs.rule_depth": { type: "uint", ...rw, value: 1, doc: "Max depth of ruleset include" },
  "net.inet.ip.forwarding": {
    type: "int",
    ...stack,
    value: 0,
    doc: "Enable IP forwarding between interfaces",
  },
  "net.inet.ip.ttl": { type: "int", ...stack, value: 64, doc: "Maximum TTL on IP packets" },
  "net.inet.ip.portrange.first": {
    type: "int",
    ...stack,
    value: 10_000,
    doc: "First port of automatic ones",
  },
  "net.inet.ip.portrange.last": { type: "int", ...stack, value: 65_535, doc: "Last port of automatic ones" },
  "net.inet.ip.portrange.reservedhigh": {
    ...{ type: "int", ...stack, secure: 0, value: 1023 },
    doc: "Highest port that only root may bind",
  },
  "net.inet.icmp.drop_redirect": { type: "int", ...stack, value: 0, doc: "Ignore ICMP redirects" },
  "net.inet.tcp.blackhole": {
    type: "int",
    ...stack,
    value: 0,
    doc: "Do not send RST on segments to closed ports",
  },
  "net.inet.tcp.msl": { type: "int", ...stack, value: 30_000, doc: "Maximum segment lifetime" },
  "net.inet.udp.blackhole": {
    type: "int",
    ...stack,
    value: 0,
    doc: "Do not send port unreachables for refused connects",
  },
  "net.inet6.ip6.forwarding": { type: "int", ...stack, value: 0, doc: "Enable forwarding of IPv6 packets" },
  "net.inet6.ip6.v6only": {
    type: "int",
    ...stack,
    value: 1,
    doc: "Restrict AF_INET6 sockets to IPv6 addresses only",
  },
  "net.fibs": { type: "uint", value: 1, doc: "Set number of fibs" },
  "net.link.tap.user_open": {
    type: "int",
    ...rw,
    value: 0,
    doc: "Enable legacy devfs interface creation for all users",
  },
} as const satisfies Readonly<Record<string, SysctlEntry>>;

export const SYSCTLS: Readonly<Record<string, SysctlEntry>> = {
  ...kern,
  ...securityBsd,
  ...securityJail,
  ...others,
};
