import { allowed, denied, type Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { fileSystemOf } from "../../filesystem/nodes.ts";
import type { FileSystem } from "../../filesystem/types.ts";
import { usedBytes } from "../../filesystem/usage.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { allows, prisonOf } from "../prisons.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";
import { causeOf } from "../scope.ts";

export type QuotaCommand =
  | { command: "on" | "off" }
  | { command: "get"; uid: number }
  | { command: "set" | "setuse"; uid: number; bytes: number };

export interface Quota {
  limit: number;
  used: number;
}

const PRIVILEGE: Readonly<Record<QuotaCommand["command"], PrivilegeName>> = {
  on: "UFS_QUOTAON",
  off: "UFS_QUOTAOFF",
  get: "VFS_GETQUOTA",
  set: "VFS_SETQUOTA",
  setuse: "UFS_SETUSE",
};

/**
 * quotactl(2). The permission of the jail comes before the path. Quotas belong to a file system, so that a jail which
 * may set them reaches users of all jails on it. Source: sys_quotactl(), ufs_quotactl() in sys/ufs/ufs/ufs_vfsops.c.
 */
export function quotactl(
  host: Host,
  process: Process,
  path: string,
  request: QuotaCommand,
): Outcome<Quota | null> {
  const jail = prisonOf(host, process);
  if (!allows(jail, "quotas"))
    return denied("EPERM", "quotactl/jail", `Jail ${jail.name} lacks allow.quotas.`, {
      causes: [causeOf(jail, "allow.quotas", "false")],
    });
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const fs = fileSystemOf(host, found.value);
  const own = request.command === "get" && request.uid === process.credential.uid;
  if (fs.type !== "ufs" && fs.type !== "zfs")
    return denied("EOPNOTSUPP", "quotactl/type", `${fs.type} has no quotas.`);
  if (!own) {
    const may = privCheck(host, process, PRIVILEGE[request.command]);
    if (!may.ok) return may;
  }
  if (fs.type === "zfs" && (request.command === "on" || request.command === "off"))
    return denied("EOPNOTSUPP", "quotactl/type", "Quotas of zfs cannot be switched.", { unsure: true });
  return run(fs, request);
}

function run(fs: FileSystem, request: QuotaCommand): Outcome<Quota | null> {
  fs.quotas ??= { on: fs.type === "zfs", limits: {} };
  switch (request.command) {
    case "on":
    case "off":
      fs.quotas.on = request.command === "on";
      return allowed(null, "quotactl", `Quotas are ${request.command}.`);
    case "get":
      return allowed(
        { limit: fs.quotas.limits[request.uid] ?? 0, used: usedBytes(fs, request.uid) },
        "quotactl",
        "The quota of the user.",
      );
    case "set":
      if (request.bytes > 0) fs.quotas.limits[request.uid] = request.bytes;
      else delete fs.quotas.limits[request.uid];
      return allowed(null, "quotactl", "The quota is set.");
    case "setuse":
      return allowed(null, "quotactl", "What files take is counted by the model itself.");
  }
}
