/** All file systems and where they are mounted. */
export interface FileSystems {
  byId: Record<string, FileSystem>;
  /** By id, a number in decimal: so they are in the order of mounting, the root first. */
  mounts: Record<string, Mount>;
  nextId: number;
  /** ZFS datasets by name. */
  datasets: Record<string, Dataset>;
  /** Device nodes that drivers have made, in the order of creation; each devfs mount shows those it does not hide. */
  devices: Device[];
  /** Of illumos: file systems that show what the kernel knows and hold nothing themselves, by type: all mounts share one. */
  views?: Record<string, string>;
  /** Trees that snapshots hold, each once: nodes as text, and how many snapshots have it. */
  frozen?: Record<string, { text: string; uses: number }>;
}

/** A node that a driver made. Source: struct cdev in sys/sys/conf.h. */
export interface Device {
  /** Below /dev: `null`, `pts/0`. */
  name: string;
  /** The container of the credential it was made with (terminals, guests), 0 for the host; null for one made without. */
  container: number | null;
  uid: number;
  gid: number;
  /** Counted from 1 over the life of the host. */
  serial: number;
}

/** A node as name lookup meets it: the mount through which it was reached, and the node. Two are equal if both are. */
export interface Vnode {
  readonly mount: string;
  readonly node: number;
}

export interface FileSystem {
  id: string;
  /** `ufs`, `zfs`, `tmpfs`, `devfs`, `nullfs` … */
  type: string;
  /** Nodes by number; 1 is the root. Empty for nullfs, which shows the nodes of another one. */
  nodes: Record<string, FileNode>;
  nextNode: number;
  /** Of tmpfs, quotas, and a UFS of which it is known, in bytes; 0 for none. */
  size: number;
  /** Of devfs: its mount, whose rules hold also where nullfs shows it. */
  mount?: string;
  /** The disk or dataset that it is on, so that it is found again when it is mounted again. */
  source?: string;
  /** The tree that the last snapshot holds, as long as nothing has changed since. */
  frozen?: string | undefined;
  /** Of ufs and zfs: user quotas. Bytes by uid, and whether they are enforced. */
  quotas?: { on: boolean; limits: Record<string, number> };
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
  /** One list may be that of many mounts. */
  options: readonly string[];
  readOnly: boolean;
  /** The credential that mounted it. */
  container: number;
  /** Of illumos: the zone in whose tree it is, whoever mounted it; absent for the global zone. */
  zone?: number;
  uid: number;
  /** Of devfs: the ruleset; 0 for none. */
  ruleset: number;
  /**
   * Of devfs: the rules that nodes have met, by the serial number up to which they had been made then. Later nodes, or
   * all where it is absent, have met the ruleset as it is now.
   */
  applied?: { upTo: number; rules: DevfsRule[] }[];
  /** Whether the machine was not described, so that nobody knows if this is there. */
  assumed: boolean;
}

/** Installations whose trees are kept once; `linux` is the image of a distribution, for zones of brand lx. */
export type StockName = "freebsd" | "illumos" | "linux" | "linuxProc";

export interface FileNode {
  kind: "directory" | "file" | "link" | "device" | "fifo" | "socket" | "door";
  mode: number;
  uid: number;
  gid: number;
  /** `schg`, `sunlnk`, `uchg` … */
  flags: readonly string[];
  /** Of directories: node numbers by name. `..` is not stored. */
  entries?: Record<string, number>;
  /** The directory that holds it; its own number for a root. */
  parent: number;
  /** A name that it got there, to be found fast; it counts only while the directory has it. */
  name?: string;
  /** Of files: the text. */
  content?: string;
  /** Of files that show what the system knows as long as they hold nothing else: what that is, in words of its kernel. */
  view?: string;
  /** Of copies of a program of the base system: where that is, such as `/bin/sh`. Programs have no content here. */
  program?: string;
  /** Of links: the target. */
  target?: string;
  /** Of devices: the name below /dev. */
  device?: string;
  links: number;
  /**
   * Of directories: the root of a stock tree that is underneath. Its nodes have negative numbers and take memory only
   * once they are changed, so that a jail costs little. While `entries` is absent, the directory has those of the tree.
   */
  stock?: StockName;
  /** Extended attributes by namespace and name: `user.comment`. */
  attributes?: Record<string, string>;
  /** Made because something asked for it on a machine that nobody described. */
  assumed?: true;
}

export interface Dataset {
  name: string;
  mountpoint: string;
  mounted: boolean;
  /** Whether a container administers it: the property `jailed` of FreeBSD, `zoned` of illumos. */
  zoned: boolean;
  /** The container that it is delegated to; 0 for none. */
  container: number;
  /** In bytes; 0 for none. */
  quota: number;
  used: number;
  /** Of a clone: the bytes that it has in common with its snapshot, which do not count for it. */
  shared?: number;
  /** Its file system, once it has been mounted. */
  filesystem?: string;
  /** Names behind the `@`. */
  snapshots?: string[];
  /** By snapshot: its tree, and the bytes that it refers to. */
  kept?: Record<string, { tree: string; refers: number }>;
  properties: Record<string, string>;
}

/** A rule of devfs(8), which only FreeBSD has. */
export interface DevfsRule {
  number: number;
  path?: string;
  type?: "disk" | "mem" | "tape" | "tty";
  action: "hide" | "unhide" | "mode" | "user" | "group" | "include";
  /** Of mode, user, group and include. */
  argument?: string;
}
