import { denied, type Outcome } from "../../decision.ts";
import type { Mount } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { MountRequest } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";

/** mount(2) and umount2(2). Source: usr/src/uts/common/fs/vfs.c. */

export function mountFs(host: Host, process: Process, request: MountRequest): Outcome<Mount> {
  const may = privilege(host, process, "sys_mount");
  if (!may.ok) return may;
  return denied("EOPNOTSUPP", "mount/type", `${request.type} cannot be mounted yet.`);
}

export function unmountFs(host: Host, process: Process, path: string): Outcome {
  const may = privilege(host, process, "sys_mount");
  if (!may.ok) return may;
  return denied("EINVAL", "unmount/2", `${path} is not a mount point.`);
}
