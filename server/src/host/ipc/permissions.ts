import { denied } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import type { SysvObject } from "./types.ts";

/** What one wants of a System V object: use it, or change and remove it. */
export type Want = "read" | "write" | "admin";

const BIT: Readonly<Record<"read" | "write", number>> = { read: 4, write: 2 };

/**
 * The mode bits of an object. Root in a container overrides them.
 * @returns EACCES for use, EPERM for changes. Source: ipcperm() in sys/kern/sysv_ipc.c.
 */
export function sysvRefusal(host: Host, process: Process, object: SysvObject, wants: readonly Want[]) {
  const { uid, gid, groups } = process.credential;
  const owner = uid === object.uid;
  const member = gid === object.gid || groups.includes(object.gid);
  const bits = owner ? object.mode >> 6 : member ? object.mode >> 3 : object.mode;
  for (const want of wants) {
    if (want === "admin" ? owner : (bits & BIT[want]) !== 0) continue;
    const privilege = want === "admin" ? "IPC_ADMIN" : want === "read" ? "IPC_READ" : "IPC_WRITE";
    const verdict = host.kernel.power(host, process, privilege);
    if (verdict.ok) continue;
    const mode = object.mode.toString(8).padStart(3, "0");
    return denied(
      want === "admin" ? "EPERM" : "EACCES",
      `ipc/${want}`,
      `The object belongs to user ${object.uid} and has mode ${mode}.`,
      { causes: verdict.decision.causes },
    );
  }
  return undefined;
}
