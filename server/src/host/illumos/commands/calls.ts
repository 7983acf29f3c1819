import type { SystemCall } from "../../shell/command.ts";

/** Single system calls, for the builtin `syscall`. */
export const systemCalls: Readonly<Record<string, SystemCall>> = {};
