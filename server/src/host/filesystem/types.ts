/** All file systems and where they are mounted. */
export interface FileSystems {
  byId: Record<string, FileSystem>;
  /** In the order of mounting; the root first. */
  mounts: Mount[];
  nextId: number;
  /** ZFS datasets by name. */
  datasets: Record<string, Dataset>;
}

/** A node as name lookup meets it: the mount through which it was reached, and the node. Two are equal if both are. */
export interface Vnode {
  mount: string;
  node: number;
}

export interface FileSystem {
  id: string;
  /** `ufs`, `zfs`, `tmpfs`, `devfs`, `nullfs` … */
  type: string;
  /** Nodes by number; 1 is the root. Empty for nullfs, which shows the nodes of another one. */
  nodes: Record<string, FileNode>;
  nextNode: number;
  /** Of tmpfs and quotas, in bytes; 0 for none. */
  size: number;
}

export interface Mount {
  id: string;
  /** The file system; for nullfs the one that is shown. */
  filesystem: string;
  type: string;
  /** What df and mount show: device, dataset, directory, or `tmpfs`. */
  from: string;
  /** The directory that is covered; null for the root. */
  covers: Vnode | null;
  /** The node that appears there: 1, but for nullfs the directory that is shown. */
  root: number;
  /** Path as seen from the host. */
  path: string;
  options: string[];
  readOnly: boolean;
  /** The credential that mounted it. */
  jid: number;
  uid: number;
  /** Of devfs: the ruleset; 0 for none. */
  ruleset: number;
  /** Whether the machine was not described, so that nobody knows if this is there. */
  assumed: boolean;
}

export interface FileNode {
  kind: "directory" | "file" | "link" | "device" | "fifo" | "socket";
  mode: number;
  uid: number;
  gid: number;
  /** `schg`, `sunlnk`, `uchg` … */
  flags: string[];
  /** Of directories: node numbers by name. `..` is not stored. */
  entries?: Record<string, number>;
  /** The directory that holds it; its own number for a root. */
  parent: number;
  /** Of files: the text. */
  content?: string;
  /** Of links: the target. */
  target?: string;
  /** Of devices: the name below /dev, and the jid that created it (0: the host). */
  device?: string;
  links: number;
  /** Of directories: a stock tree that is underneath, looked up only when asked for, so that a jail costs little. */
  stock?: "base" | "etc" | "dev";
}

export interface Dataset {
  name: string;
  mountpoint: string;
  mounted: boolean;
  /** The property of that name. */
  jailed: boolean;
  /** The jail that it is attached to; 0 for none. */
  jid: number;
  /** In bytes; 0 for none. */
  quota: number;
  used: number;
  properties: Record<string, string>;
}
