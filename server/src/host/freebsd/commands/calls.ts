import type { Outcome } from "../../decision.ts";
import { chdir, fchdir } from "../../filesystem/directories.ts";
import { close, mkdir, open } from "../../filesystem/files.ts";
import { bind, connect, listen, socket } from "../../network/sockets.ts";
import type { Socket } from "../../network/types.ts";
import { setuid } from "../../process/credentials.ts";
import type { Process } from "../../process/types.ts";
import type { SystemCall } from "../../shell/command.ts";
import { jailAttach } from "../attach.ts";
import { chroot, fchroot } from "../filesystem/chroot.ts";
import { msgget, semget, shmget, sysvUse } from "../ipc/sysv.ts";
import { ptrace } from "../process/debug.ts";
import { allocate, mlock } from "../resources/memory.ts";
import { adjtime, reboot, settimeofday } from "../system.ts";

/**
 * Single system calls, for the builtin `syscall`: what programs do that the model does not have, such as the classic
 * ways out of chroot(2). Printed as truss(1) does.
 */

const FAMILIES: Readonly<Record<string, Socket["family"]>> = {
  PF_INET: "inet",
  PF_INET6: "inet6",
  PF_LOCAL: "local",
  PF_ROUTE: "route",
};
const TYPES: Readonly<Record<string, Socket["type"]>> = {
  SOCK_STREAM: "stream",
  SOCK_DGRAM: "datagram",
  SOCK_RAW: "raw",
};

/** A number in decimal, or in hexadecimal with 0x; what is none becomes -1, which no call takes. */
function number(word: string | undefined): number {
  const value = Number(word);
  return Number.isInteger(value) ? value : -1;
}

function socketOf({ descriptors }: Process, word: string | undefined): number {
  return descriptors.find(({ fd, kind }) => kind === "socket" && fd === number(word))?.id ?? -1;
}

function named<T>(table: Readonly<Record<string, T>>, word: string | undefined, otherwise: T): T {
  return word !== undefined && Object.hasOwn(table, word) ? (table[word] as T) : otherwise;
}

/** The same outcome with a number in the place of an object: what the real call returns. */
function mapped<T>(outcome: Outcome<T>, value: (of: T) => number): Outcome<number> {
  return outcome.ok ? { ...outcome, value: value(outcome.value) } : outcome;
}

const quoted = (words: readonly string[]): readonly (string | number)[] =>
  words.map((word) => JSON.stringify(word));

const get = (call: typeof shmget | typeof semget, usage: string): SystemCall => ({
  usage,
  words: [2, 2],
  run: (host, process, [key, size]) =>
    call(host, process, number(key), number(size), { create: true, mode: 0o600 }),
  shown: (words) => [...words, "IPC_CREAT|0600"],
});

export const systemCalls: Readonly<Record<string, SystemCall>> = {
  adjtime: {
    usage: "SECONDS",
    words: [1, 1],
    run: (host, process, [by]) => adjtime(host, process, number(by)),
  },
  bind: {
    usage: "FD ADDRESS PORT",
    words: [3, 3],
    run: (host, process, [fd, address = "*", port]) =>
      bind(host, process, socketOf(process, fd), { address, port: number(port) }),
  },
  chdir: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => chdir(host, process, path),
    shown: quoted,
  },
  chroot: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => chroot(host, process, path),
    shown: quoted,
  },
  close: { usage: "FD", words: [1, 1], run: (host, process, [fd]) => close(host, process, number(fd)) },
  connect: {
    usage: "FD ADDRESS PORT",
    words: [3, 3],
    run: (host, process, [fd, address = "", port]) =>
      connect(host, process, socketOf(process, fd), { address, port: number(port) }),
  },
  fchdir: { usage: "FD", words: [1, 1], run: (host, process, [fd]) => fchdir(host, process, number(fd)) },
  fchroot: { usage: "FD", words: [1, 1], run: (host, process, [fd]) => fchroot(host, process, number(fd)) },
  jail_attach: {
    usage: "JID",
    words: [1, 1],
    run: (host, process, [jid]) => jailAttach(host, process, number(jid)),
  },
  listen: {
    usage: "FD",
    words: [1, 1],
    run: (host, process, [fd]) => listen(host, process, socketOf(process, fd)),
  },
  mkdir: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => mkdir(host, process, path),
    shown: (words) => [...quoted(words), "0755"],
  },
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
  open: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => open(host, process, path),
    shown: (words) => [...quoted(words), "O_RDONLY"],
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
  setuid: { usage: "UID", words: [1, 1], run: (host, process, [uid]) => setuid(host, process, number(uid)) },
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
  shmget: get(shmget, "KEY BYTES"),
  socket: {
    usage: "PF_INET|PF_INET6|PF_LOCAL|PF_ROUTE|… SOCK_STREAM|SOCK_DGRAM|SOCK_RAW",
    words: [2, 2],
    run(host, process, [family, type]) {
      const opened = socket(host, process, {
        family: named(FAMILIES, family, "other"),
        type: named(TYPES, type, "stream"),
      });
      return mapped(
        opened,
        ({ id }) => process.descriptors.find((one) => one.kind === "socket" && one.id === id)?.fd ?? -1,
      );
    },
  },
};
