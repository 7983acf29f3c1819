import type { Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { PosixFlags } from "../ipc/types.ts";
import type { Process } from "../process/types.ts";
import type { SystemCall } from "./command.ts";

/** Opening and unlinking of named POSIX objects, for the builtin `syscall`: the same words on every kernel. */

type Open = (host: Host, process: Process, name: string, flags: PosixFlags) => Outcome<number>;

const isMode = (word: string): boolean => /^[0-7]+$/.test(word);

/** Flags of open(2) and a mode in octal, as a program would write them; other words do nothing. */
function flagsOf(words: readonly string[]): PosixFlags {
  const mode = words.find(isMode);
  return {
    create: words.includes("O_CREAT"),
    exclusive: words.includes("O_EXCL"),
    write: words.includes("O_RDWR"),
    ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }),
  };
}

/** `shm_open NAME O_RDWR O_CREAT 0600` and the like; it returns the descriptor. */
export function posixOpenCall(open: Open): SystemCall {
  return {
    usage: "NAME [O_RDONLY|O_RDWR|O_CREAT|O_EXCL… [MODE]]",
    words: [1, 5],
    run: (host, process, [name = "", ...words]) => open(host, process, name, flagsOf(words)),
    shown([name = "", ...words]) {
      const flags = words.filter((word) => !isMode(word)).join("|");
      return [JSON.stringify(name), flags || "O_RDONLY", ...words.filter(isMode)];
    },
  };
}

export function posixUnlinkCall(
  unlink: (host: Host, process: Process, name: string) => Outcome<unknown>,
): SystemCall {
  return {
    usage: "NAME",
    words: [1, 1],
    run: (host, process, [name = ""]) => unlink(host, process, name),
    shown: ([name = ""]) => [JSON.stringify(name)],
  };
}
