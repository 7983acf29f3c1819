import type { Cause, Outcome, Refused } from "./decision.ts";
import type { Errno } from "./errno.ts";
import type { Want } from "./filesystem/access.ts";
import type { DirectoryEntry } from "./filesystem/entries.ts";
import type { FileNode, FileSystem, Mount, StockName, Vnode } from "./filesystem/types.ts";
import type { Host } from "./host.ts";
import type { Family } from "./network/addresses.ts";
import type { Located } from "./network/interfaceIndex.ts";
import type { Preference } from "./network/pcb.ts";
import type { Interface, Route, Socket, Vnet } from "./network/types.ts";
import type { WirePolicy } from "./network/wires.ts";
import type { Process } from "./process/types.ts";
import type { Command, SystemCall } from "./shell/command.ts";
import type { ShellKind } from "./shell/shellTexts.ts";

/**
 * What the system calls that all kernels share ask of the kernel they run on. `freebsd/kernel.ts` answers with prisons
 * and priv(9), `illumos/kernel.ts` with zones and privileges(7). Nothing outside of the two folders asks which one it is.
 */
export interface Kernel {
  readonly family: "freebsd" | "illumos";
  readonly containers: ContainerPolicy;
  readonly processes: ProcessPolicy;
  readonly files: FilePolicy;
  readonly network: NetworkPolicy;
  readonly shell: ShellPolicy;
  /** Absent where nothing happens by itself. */
  readonly time?: TimePolicy;
  /** Whether a process has a power of the superuser. EPERM if not; other errors belong to whoever asks. */
  power(host: Host, process: Process, power: Power): Outcome;
}

/** Powers of the superuser that shared calls need, by the names of priv(9). Each kernel has its own privilege for it. */
export type Power =
  | "CRED_SETEGID"
  | "CRED_SETEUID"
  | "CRED_SETGID"
  | "CRED_SETGROUPS"
  | "CRED_SETRESUID"
  | "CRED_SETREUID"
  | "CRED_SETUID"
  | "IPC_ADMIN"
  | "IPC_READ"
  | "IPC_WRITE"
  | "NET_ROUTE"
  | "PROC_SETLOGINCLASS"
  | "VFS_ADMIN"
  | "VFS_BLOCKRESERVE"
  | "VFS_CHOWN"
  | "VFS_CHROOT"
  | "VFS_EXCEEDQUOTA"
  | "VFS_EXEC"
  | "VFS_LOOKUP"
  | "VFS_MKNOD_BAD"
  | "VFS_MKNOD_DEV"
  | "VFS_MKNOD_WHT"
  | "VFS_MOUNT"
  | "VFS_READ"
  | "VFS_RETAINSUGID"
  | "VFS_SETGID"
  | "VFS_STICKYFILE"
  | "VFS_WRITE"
  | "ZFS_POOL_CONFIG";

/** Jails or zones. 0 is the host itself, or the global zone. */
export interface ContainerPolicy {
  /** Its name, as events have it: empty for the host. */
  nameOf(host: Host, container: number): string;
  /** What sentences call it: `jail web`, `the host`, `the global zone`. */
  called(host: Host, container: number): string;
  /** A running one by its name. */
  find(host: Host, name: string): number | undefined;
  hostnameOf(host: Host, container: number): string;
  rootOf(host: Host, container: number): Vnode;
  /** Whether a process may reach what belongs to a container. */
  inScope(host: Host, subject: Process, container: number): boolean;
  /** The refusal of what it may not reach. */
  outOfScope(host: Host, subject: Process, errno: Errno): Refused;
  /** Something that it had is gone: a process, a socket, a mount. */
  released(host: Host, container: number): void;
}

export interface ProcessPolicy {
  canSee(host: Host, subject: Process, object: Process): Outcome;
  /** The pid that a number means to a process. */
  meant(host: Host, subject: Process, pid: number): number;
  canSignal(host: Host, subject: Process, object: Process, signal: string): Outcome;
  /** Processes that exist for another one, by pid: what a signal to all or to a group is tried on. */
  known(host: Host, subject: Process): Process[];
  /** A new process that was not forked is put into its container: what only this kernel keeps of processes. */
  placed(host: Host, process: Process, parent: Process | undefined): void;
  /** Limits at fork(2). */
  mayFork(host: Host, process: Process): Refused | undefined;
  /** Limits at the opening of a descriptor that would get this number. */
  mayOpen(host: Host, process: Process, fd: number): Refused | undefined;
  /** Beside the power to change its user: whether a process may become a certain one. */
  maySetUser(host: Host, process: Process, uid: number): Refused | undefined;
  credentialChanged(host: Host, process: Process): void;
  /** The last descriptor of what is no socket is closed. */
  closed(host: Host, kind: string, id: number): void;
  /** Whose children those of a process become when it ends. */
  reaper(host: Host, process: Process): number;
  /** A process has ended; its record is still there. */
  ended(host: Host, process: Process): void;
}

/** An entry of a file system of devices. */
export interface DeviceEntry {
  readonly name: string;
  readonly node: number;
  /** The container whose credential made it; null for a driver by itself. */
  readonly container: number | null;
}

/** The file system that shows devices: devfs on FreeBSD, dev on illumos. Its nodes are made by drivers. */
export interface DevicePolicy {
  readonly type: string;
  child(host: Host, fs: FileSystem, directory: number, name: string): DeviceEntry | undefined;
  entries(host: Host, fs: FileSystem, directory: number): readonly DeviceEntry[];
  node(host: Host, fs: FileSystem, number: number): FileNode;
  has(host: Host, fs: FileSystem, number: number): boolean;
  /** The name below /dev. */
  nameOf(host: Host, number: number): string | undefined;
  /** Whether a node that a container made is there for a process. */
  mayFind(host: Host, process: Process, maker: number | null): boolean;
  /** What the driver says when a node is opened. */
  open(host: Host, process: Process, name: string, write: boolean): Outcome;
  mayLink(host: Host, process: Process): Outcome;
  /** Takes an entry out of a mount, and brings it back. */
  show(host: Host, mount: Mount, name: string, shown: boolean): void;
}

/** The file system that shows processes as directories. Nothing of it is stored. */
export interface ProcessTree {
  readonly type: string;
  /** A node by its number. */
  child(host: Host, process: Process, directory: Vnode, name: string): number | undefined;
  /** Where a link leads that has no text: to the root of a process, or its current directory. */
  leadsTo?(host: Host, process: Process, number: number): Vnode | undefined;
  /** What a process finds in a directory. */
  list(host: Host, process: Process, directory: Vnode): Outcome<DirectoryEntry[]>;
  node(host: Host, number: number): FileNode;
  /** The name below the root. */
  nameOf(number: number): string;
  /** What a process reads from a file. */
  read(host: Host, process: Process, number: number): Outcome<string>;
}

export interface MountRequest {
  readonly type: string;
  /** A device, a directory, a dataset, or any word. */
  readonly from: string;
  readonly on: string;
  /** As in fstab(5): `ro`, `nosuid`, `size=10m`, `update`. */
  readonly options?: readonly string[];
}

/** ZFS and containers. */
export interface DatasetPolicy {
  /** The property of a dataset that belongs to a container: `jailed`, `zoned`. */
  readonly property: string;
  /** Why a dataset is not there for a process. */
  readonly notDelegated: Cause;
  /** What a process may do with a dataset. */
  access(host: Host, process: Process, name: string): "none" | "read" | "write";
  /** The node that all commands of zfs(8) go through. */
  control(host: Host, process: Process): Outcome;
  /** Beside the access: who may change a delegated dataset. */
  mayAdminister(host: Host, process: Process): Outcome;
}

/** Rules on files that no privilege alone expresses. */
export interface FileRules {
  /** What stands against a use of a node before its mode is asked. */
  against(host: Host, process: Process, vnode: Vnode, node: FileNode, want: Want): Refused | undefined;
  /** Whether a power of the superuser reaches a node. */
  power(host: Host, process: Process, node: FileNode, power: Power): Outcome;
  /** What chmod(2) makes of a mode. The caller is the owner, or may act as one. */
  mode(host: Host, process: Process, node: FileNode, mode: number): Outcome<number>;
  /** Whether a process may give a node to a user and a group. */
  owner(host: Host, process: Process, vnode: Vnode, uid: number, gid: number): Outcome;
  /** What has mounted a file system with its options: a line of a configuration, where one did. */
  mountCause(host: Host, mount: Mount): Cause;
  /** The text of a file that shows what the kernel knows; `undefined` for all others. */
  shown(host: Host, process: Process, vnode: Vnode): string | undefined;
  /** Takes memory for files that are in memory, or gives it back where negative. The refusal of a limit on that. */
  inMemory(host: Host, fs: FileSystem, bytes: number): Refused | undefined;
}

export interface FilePolicy {
  /** What an installation of the system is. */
  readonly stock: StockName;
  readonly rules: FileRules;
  readonly devices: DevicePolicy;
  /** Where the model has such a file system. */
  readonly processes?: ProcessTree;
  readonly datasets: DatasetPolicy;
  /** Directories above which `..` does not lead for what is in the container. */
  rootsOf(host: Host, container: number): readonly Vnode[];
  /** Whether a container has its root in a node, so that it is still used. */
  isRoot(host: Host, vnode: Vnode): boolean;
  /** What calls on vnodes give whose mount was forced away: for a lookup in a directory, and for reading or writing. */
  readonly unmounted: { readonly directory: Errno; readonly file: Errno };
  /** The group of a new file: of its directory, or of its maker. */
  newGroup(process: Process, directory: FileNode): number;
  /** Whether a process may give one more name to a file or directory, as far as policies of the host go. */
  mayLink(host: Host, process: Process, node: FileNode): Outcome;
  chroot(host: Host, process: Process, path: string): Outcome;
  /** read(2) of a directory. */
  readDirectory(host: Host, process: Process, path: string): Outcome<string>;
  mount(host: Host, process: Process, request: MountRequest): Outcome<Mount>;
  unmount(host: Host, process: Process, path: string, options?: { force?: boolean }): Outcome;
  /** The path of the host as a process names it. */
  pathInside(host: Host, process: Process, path: string): string;
}

export interface NetworkPolicy {
  /** The stack that the calls of a container act on. */
  stackOf(host: Host, container: number): number;
  /** Whether a process may have such a socket. */
  mayOpen(host: Host, process: Process, socket: Pick<Socket, "family" | "type" | "protocol">): Outcome;
  /** What a local address becomes at bind(2). */
  localAddress(
    host: Host,
    process: Process,
    family: Family,
    address: string,
    v6only: boolean,
  ): Outcome<string>;
  /** What a destination becomes at connect(2) and sendto(2). */
  remoteAddress(host: Host, process: Process, family: Family, address: string): Outcome<string>;
  /** The sender's address of a socket that is bound to none. */
  source(host: Host, stack: Vnet, container: number, destination: string, fib: number): Outcome<string>;
  /** Whether a process may bind a port that is kept for the superuser. `undefined`: it is not kept. */
  reservedPort(host: Host, process: Process, protocol: string, port: number): Outcome | undefined;
  /** Whether sockets of two containers cannot have the same port. */
  samePorts(host: Host, one: number, other: number, family: Family): boolean;
  /** The container whose sockets alone can have a port that one of it wants; `undefined`: all of the stack. */
  portSpace(container: number): number | undefined;
  /** Ports that it gives out by itself. */
  readonly freePorts: { readonly first: number; readonly last: number };
  /**
   * The container whose sockets alone get what is sent to an address of a stack; `undefined`: all of the stack.
   * `sender` is the container that it comes from, if that is of the same stack.
   */
  owner(host: Host, stack: Vnet, address: string, sender: number | undefined): number | undefined;
  /** How well a socket on the right port fits a packet; `undefined` if it does not get it. */
  preference(
    host: Host,
    socket: Socket,
    family: Family,
    address: string,
    exact: boolean,
  ): Preference | undefined;
  /** The line that gives a container its addresses. */
  addressCause(host: Host, container: number, family: Family): Cause;
  /** Why a container cannot send to another one of the same stack; `undefined` if it can. */
  between(host: Host, from: number, to: number, destination: string): Refused | undefined;
  /** Why a link does not let a packet out; `undefined` if it does. */
  outbound(host: Host, stack: Vnet, link: Interface, source: string): Cause | undefined;
  /** The route of a packet that comes from a stack itself; with a sender's address where one is known, else empty. */
  route(host: Host, stack: Vnet, source: string, destination: string, fib: number): Route | undefined;
  /** Whether a destination may have several routes, by different gateways, beside that of an interface. */
  readonly manyRoutes: boolean;
  /** The interface of another stack that answers for an address on the network of an interface, with no router between. */
  neighbour(host: Host, from: Located, address: string): Located | undefined;
  /** Why nobody beyond an interface has an address, although frames leave: one on this machine has it, out of reach. */
  apart(host: Host, from: Located, address: string): Cause | undefined;
  /** Whether frames of an interface leave the machine. */
  leadsOut(host: Host, from: Located): boolean;
  /** Stacks that hear frames from outside: all that matter for an address. */
  outer(host: Host, address: string): readonly Vnet[];
  /** What passes between machines. */
  readonly wires: WirePolicy;
  /** The setting of a stack that makes it a router, by family. */
  readonly forwarding: Readonly<Record<Family, string>>;
  /** Whether a new socket of IPv6 takes packets of IPv6 alone. */
  v6only(stack: Vnet): boolean;
}

/** What a kernel does by itself as time passes. */
export interface TimePolicy {
  /** The virtual milliseconds at which it has to do something next; `undefined` for nothing. */
  due(host: Host): number | undefined;
  /** Does it. The clock is there; afterwards the next time is later. */
  tick(host: Host): void;
}

export interface ShellPolicy {
  /** Directories of programs where nothing else is said. */
  readonly path: string;
  /** All modelled programs, in the groups in which `help` lists them. */
  programs(): readonly (readonly [title: string, commands: readonly Command[]])[];
  /** The program of another system that a file of its stock tree is, where the kernel runs such programs. */
  foreign?(host: Host, process: Process, stock: StockName, path: string): Command | undefined;
  readonly systemCalls: Readonly<Record<string, SystemCall>>;
  /** Variables of a login beside USER, HOME and so on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Which shell sh(1) is for a process. */
  sh(host: Host, process: Process): ShellKind;
  /** What login(1) starts: the program, the name by which it calls itself, and whether it starts in the home directory. */
  readonly login: { readonly program: string; readonly name: string; readonly home: boolean };
  /** Of somebody at a terminal, up to where he types. `path` is the current directory. */
  prompt(user: string, hostname: string, path: string, root: boolean): string;
  /** The text of an error. */
  strerror(errno: Errno): string;
  /** What a program of the base system says where it fails on a file. */
  complaint(tool: string, path: string, error: string): string;
  /** Whether the columns of `ls -l` have a fixed width, and devices a major and a minor number. */
  fixedListing(host: Host, process: Process): boolean;
  /** A system call as truss(1) shows it. */
  callText(name: string, words: readonly string[], outcome: Outcome<unknown>): string;
}
