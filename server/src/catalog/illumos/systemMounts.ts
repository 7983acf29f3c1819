import type { Platform } from "../zonecfg/property.ts";

/** A file system that the system mounts by itself as it boots, beside its root and the datasets. */
export interface SystemMount {
  readonly type: string;
  readonly special: string;
  readonly on: string;
  /** Beside those of all mounts. */
  readonly options: readonly string[];
}

const mount = (type: string, special: string, on: string, ...options: string[]): SystemMount => ({
  ...{ type, special, on, options },
});
const swap = (on: string): SystemMount => mount("tmpfs", "swap", on, "xattr");

/**
 * In the order of /etc/mnttab: what the kernel mounts, and what svc.startd and fs-minimal do. On Solaris 11 /var/run and
 * /etc/svc/volatile are links to /system/volatile. Source: vfs_mountroot() in usr/src/uts/common/fs/vfs.c,
 * usr/src/cmd/svc/milestone/{fs-root,fs-minimal}, mnttab(5), tables of machines that run.
 */
export function systemMounts(platform: Platform): readonly SystemMount[] {
  const oracle = platform === "solaris10" || platform === "solaris11";
  return [
    mount("devfs", "/devices", "/devices"),
    mount("dev", "/dev", "/dev"),
    mount("ctfs", "ctfs", "/system/contract"),
    mount("proc", "proc", "/proc"),
    mount("mntfs", "mnttab", "/etc/mnttab"),
    swap(platform === "solaris11" ? "/system/volatile" : "/etc/svc/volatile"),
    mount("objfs", "objfs", "/system/object"),
    ...(oracle ? [] : [mount("bootfs", "bootfs", "/system/boot")]),
    mount("sharefs", "sharefs", "/etc/dfs/sharetab"),
    mount("fd", "fd", "/dev/fd"),
    swap("/tmp"),
    ...(platform === "solaris11" ? [] : [swap("/var/run")]),
  ];
}
