import type { Outcome } from "../decision.ts";
import { chdir, fchdir } from "../filesystem/directories.ts";
import { close, mkdir, open } from "../filesystem/files.ts";
import { bind, connect, listen, socket } from "../network/sockets.ts";
import type { Socket } from "../network/types.ts";
import { setuid } from "../process/credentials.ts";
import type { Process } from "../process/types.ts";
import type { SystemCall } from "./command.ts";

/** System calls that all kernels have, for the builtin `syscall`. */

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
export function number(word: string | undefined): number {
  const value = Number(word);
  return Number.isInteger(value) ? value : -1;
}

/** The socket of a descriptor; -1 where it is none. */
export function socketOf({ descriptors }: Process, word: string | undefined): number {
  return descriptors.find(({ fd, kind }) => kind === "socket" && fd === number(word))?.id ?? -1;
}

function named<T>(table: Readonly<Record<string, T>>, word: string | undefined, otherwise: T): T {
  return word !== undefined && Object.hasOwn(table, word) ? (table[word] as T) : otherwise;
}

/** The same outcome with a number in the place of an object: what the real call returns. */
export function mapped<T>(outcome: Outcome<T>, value: (of: T) => number): Outcome<number> {
  return outcome.ok ? { ...outcome, value: value(outcome.value) } : outcome;
}

export const quoted = (words: readonly string[]): readonly (string | number)[] =>
  words.map((word) => JSON.stringify(word));

export const commonCalls: Readonly<Record<string, SystemCall>> = {
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
  close: { usage: "FD", words: [1, 1], run: (host, process, [fd]) => close(host, process, number(fd)) },
  connect: {
    usage: "FD ADDRESS PORT",
    words: [3, 3],
    run: (host, process, [fd, address = "", port]) =>
      connect(host, process, socketOf(process, fd), { address, port: number(port) }),
  },
  fchdir: { usage: "FD", words: [1, 1], run: (host, process, [fd]) => fchdir(host, process, number(fd)) },
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
  open: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => open(host, process, path),
    shown: (words) => [...quoted(words), "O_RDONLY"],
  },
  setuid: { usage: "UID", words: [1, 1], run: (host, process, [uid]) => setuid(host, process, number(uid)) },
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
