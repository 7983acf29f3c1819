/** Kinds of file systems that a kernel can mount. Source: VFS_SET() in each, vfsconf flags in sys/sys/mount.h. */
export interface FileSystemType {
  readonly name: string;
  /** What has to be loaded; null for a kind that every kernel has. */
  readonly module: string | null;
  /** Flagged VFCF_JAIL, so that `allow.mount.NAME` exists once it is loaded. */
  readonly jail: boolean;
  /** What is mounted: a disk, a directory, a dataset, a server's directory, or nothing that is stored. */
  readonly source: "disk" | "directory" | "dataset" | "remote" | "none";
  /** The file system asks itself who may administer it (VFCF_DELEGADMIN). */
  readonly delegated?: true;
  /** First release. */
  readonly since?: number;
  /** A mount over a file is possible (VFCF_FILEMOUNT). */
  readonly overFile?: true;
}

export const fileSystemTypes: readonly FileSystemType[] = [
  { name: "devfs", module: null, jail: true, source: "none" },
  { name: "fdescfs", module: "fdescfs", jail: true, source: "none" },
  { name: "fusefs", module: "fusefs", jail: true, source: "none" },
  { name: "linprocfs", module: "linprocfs", jail: true, source: "none" },
  { name: "linsysfs", module: "linsysfs", jail: true, source: "none" },
  { name: "nullfs", module: "nullfs", jail: true, source: "directory", overFile: true },
  { name: "procfs", module: "procfs", jail: true, source: "none" },
  { name: "tmpfs", module: "tmpfs", jail: true, source: "none" },
  { name: "zfs", module: "zfs", jail: true, source: "dataset", delegated: true },
  { name: "p9fs", module: "p9fs", jail: true, source: "remote", since: 15 },
  { name: "ufs", module: "ufs", jail: false, source: "disk" },
  { name: "msdosfs", module: "msdosfs", jail: false, source: "disk" },
  { name: "cd9660", module: "cd9660", jail: false, source: "disk" },
  { name: "ext2fs", module: "ext2fs", jail: false, source: "disk" },
  { name: "nfs", module: "nfscl", jail: false, source: "remote" },
  { name: "smbfs", module: "smbfs", jail: false, source: "remote" },
  { name: "unionfs", module: "unionfs", jail: false, source: "directory" },
  { name: "mqueuefs", module: "mqueuefs", jail: false, source: "none" },
  { name: "autofs", module: "autofs", jail: false, source: "none" },
];
