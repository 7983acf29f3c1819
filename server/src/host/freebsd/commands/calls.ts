import type { SystemCall } from "../../shell/command.ts";
import { commonCalls, number, quoted } from "../../shell/commonCalls.ts";
import { posixOpenCall, posixUnlinkCall } from "../../shell/posixCalls.ts";
import { jailAttach } from "../attach.ts";
import { chroot, fchroot } from "../filesystem/chroot.ts";
import { posixOpen, posixUnlink } from "../ipc/posix.ts";
import { msgget, semget, shmget, sysvUse } from "../ipc/sysv.ts";
import { jail2 } from "../oldJail.ts";
import { ptrace } from "../process/debug.ts";
import { allocate, mlock } from "../resources/memory.ts";
import { adjtime, reboot, settimeofday } from "../system.ts";
import { settingCalls } from "./settingCalls.ts";

/** System calls of FreeBSD, for the builtin `syscall`. */

const get = (call: typeof shmget | typeof semget, usage: string): SystemCall => ({
  usage,
  words: [2, 2],
  run: (host, process, [key, size]) =>
    call(host, process, number(key), number(size), { create: true, mode: 0o600 }),
  shown: (words) => [...words, "IPC_CREAT|0600"],
});

/** jail(2) of the words; addresses with a colon are of IPv6. */
const oldJail: SystemCall["run"] = (host, process, [version, path = "", hostname = "", name, ...addresses]) =>
  jail2(host, process, {
    version: number(version),
    path,
    hostname,
    ...(name !== undefined && name !== "-" && { jailname: name }),
    ip4: addresses.filter((address) => !address.includes(":")),
    ip6: addresses.filter((address) => address.includes(":")),
  });

export const systemCalls: Readonly<Record<string, SystemCall>> = {
  ...commonCalls,
  ...settingCalls,
  adjtime: {
    usage: "SECONDS",
    words: [1, 1],
    run: (host, process, [by]) => adjtime(host, process, number(by)),
  },
  chroot: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => chroot(host, process, path),
    shown: quoted,
  },
  fchroot: { usage: "FD", words: [1, 1], run: (host, process, [fd]) => fchroot(host, process, number(fd)) },
  jail: {
    usage: "VERSION PATH HOSTNAME [NAME|- [ADDRESS…]]",
    words: [3, 24],
    run: oldJail,
    shown: ([version, ...texts]) => [`{ version=${version}, ${quoted(texts).join(", ")} }`],
  },
  jail_attach: {
    usage: "JID",
    words: [1, 1],
    run: (host, process, [jid]) => jailAttach(host, process, number(jid)),
  },
  kmq_open: posixOpenCall((host, process, name, flags) => posixOpen(host, process, "mq", name, flags)),
  kmq_unlink: posixUnlinkCall((host, process, name) => posixUnlink(host, process, "mq", name)),
  ksem_open: posixOpenCall((host, process, name, flags) => posixOpen(host, process, "sem", name, flags)),
  ksem_unlink: posixUnlinkCall((host, process, name) => posixUnlink(host, process, "sem", name)),
  mlock: {
    usage: "BYTES",
    words: [1, 1],
    run: (host, process, [bytes]) => mlock(host, process, number(bytes)),
  },
  mmap: {
    usage: "BYTES",
    words: [1, 1],
    run: (host, process, [bytes]) => allocate(host, process, number(bytes)),
    shown: (words) => ["0x0", ...words, "PROT_READ|PROT_WRITE", "MAP_PRIVATE|MAP_ANON", -1, "0x0"],
  },
  msgget: {
    usage: "KEY",
    words: [1, 1],
    run: (host, process, [key]) => msgget(host, process, number(key), { create: true, mode: 0o600 }),
    shown: (words) => [...words, "IPC_CREAT|0600"],
  },
  ptrace: {
    usage: "PID",
    words: [1, 1],
    run: (host, process, [pid]) => ptrace(host, process, "attach", number(pid)),
    shown: (words) => ["PT_ATTACH", ...words],
  },
  reboot: {
    usage: "",
    words: [0, 0],
    run: (host, process) => reboot(host, process),
    shown: () => ["RB_AUTOBOOT"],
  },
  semget: get(semget, "KEY COUNT"),
  settimeofday: {
    usage: "SECONDS",
    words: [1, 1],
    run: (host, process, [to]) => settimeofday(host, process, number(to)),
  },
  shmat: {
    usage: "ID",
    words: [1, 1],
    run: (host, process, [id]) => sysvUse(host, process, "shm", number(id), ["read", "write"]),
  },
  shm_open: posixOpenCall((host, process, name, flags) => posixOpen(host, process, "shm", name, flags)),
  shm_unlink: posixUnlinkCall((host, process, name) => posixUnlink(host, process, "shm", name)),
  shmget: get(shmget, "KEY BYTES"),
};
