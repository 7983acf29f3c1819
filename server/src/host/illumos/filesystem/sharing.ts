import { denied, type Outcome } from "../../decision.ts";
import type { Dataset } from "../../filesystem/types.ts";
import { zfsSet } from "../../filesystem/zfs.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { platformOf } from "../platform.ts";
import { privilege } from "../privileges.ts";
import { GLOBAL } from "../zones.ts";

/**
 * `zfs set sharenfs=on`: the property is stored, and the kernel is asked to serve the dataset. Zones can serve what they
 * administer themselves; those of Solaris 10 cannot serve at all. Source: secpolicy_nfs() in
 * usr/src/uts/common/os/policy.c, usr/src/uts/common/fs/sharefs.
 * @returns what `zfs set` says; EPERM without sys_nfs, and in zones of Solaris 10
 */
export function shareNfs(host: Host, process: Process, name: string): Outcome<Dataset> {
  const set = zfsSet(host, process, name, "sharenfs", "on");
  if (!set.ok) return set;
  if (process.credential.container !== GLOBAL && platformOf(host) === "solaris10")
    return denied("EPERM", "nfs/zone", "Only the global zone of Solaris 10 serves NFS.", {
      causes: [{ what: "NFS service belongs to the global zone", from: "kernel" }],
    });
  const may = privilege(host, process, "sys_nfs");
  return may.ok ? { ...set, decision: { ...set.decision, causes: may.decision.causes } } : may;
}
