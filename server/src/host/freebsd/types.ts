import type { Cause } from "../decision.ts";
import type { DevfsRule, Vnode } from "../filesystem/types.ts";
import type { ResourceState } from "./resources/types.ts";

export interface FreeBsdState {
  /** Rules of rctl(8) and CPU sets. */
  resources: ResourceState;
  /** Prisons by jid in decimal, dying ones included; 0 is the host and always there. */
  prisons: Record<string, Prison>;
  /** The last jid that was given out by itself. */
  lastJid: number;
  /** Rulesets of devfs(8) by number: rule lines in order, as `devfs rule -s N show` prints them. */
  devfsRulesets: Record<string, DevfsRule[]>;
  /** Dynamic permissions that modules have registered (`allow.mount.zfs`, `allow.vmm`), which stay until reboot. */
  registered: string[];
  /** Jail descriptors by the id that descriptors of processes have. */
  jailDescriptors: Record<string, { jid: number; owning: boolean }>;
  /** What system calls have changed of the machine as a whole. */
  system?: SystemState;
}

export interface SystemState {
  /** Variables of the kernel environment. Source: kenv(2). */
  kernelEnvironment: Record<string, string>;
  /** The file of process accounting; null while it is off. */
  accounting: string | null;
  /** Devices that were added as swap. */
  swap: string[];
  /** Names of the virtual machines of bhyve(8) made through hw.vmm.create, with the jail that made them. */
  machines: { name: string; jid: number }[];
  /** Second of the last step forward of the clock, which a securelevel above 1 allows once each. */
  lastStep: number | null;
  /** Audit user of processes, by pid. */
  auditUsers: Record<string, number>;
}

/** How a family, or the host group, or the stack is given to a jail. Source: sys/sys/jail.h (JAIL_SYS_*). */
export type JailSys = "disable" | "new" | "inherit";

/** One jail. Source: struct prison in sys/sys/jail.h; section numbers are those of the kernel reference. */
export interface Prison {
  jid: number;
  /** Full dotted name from the top. Empty for the host. */
  name: string;
  /** jid of the containing one; 0 also for the host itself. */
  parent: number;
  /** The direct children in the order of creation, dying ones included. */
  children: number[];
  /** All descendants together, dying ones included (`children.cur`). */
  childrenCur: number;
  state: "alive" | "dying";
  /** As seen from the host. */
  path: string;
  root: Vnode;
  /** Whether it has names of its own (PR_HOST). */
  ownHost: boolean;
  hostname: string;
  domainname: string;
  hostuuid: string;
  hostid: number;
  ip4: AddressList;
  ip6: AddressList;
  /** The stack of its sockets; `ownVnet` if the jail was created with it. */
  vnet: number;
  ownVnet: boolean;
  persist: boolean;
  /** Every `allow.*` that holds, without the prefix: `raw_sockets`, `mount.zfs`. */
  allow: string[];
  securelevel: number;
  enforceStatfs: number;
  devfsRuleset: number;
  childrenMax: number;
  osrelease: string;
  osreldate: number;
  cpuset: number;
  /** The jid whose key space it uses; null where the module is disabled. */
  sysv: { shm: number | null; sem: number | null; msg: number | null };
  /**
   * Values of module parameters: `linux.osname`, `zfs.mount_snapshot`; `meta` and `env` as one text each with a line
   * `key=value` for each key.
   */
  parameters: Record<string, string>;
  /** References beside those of its processes, children and persist: closing sockets, descriptors. */
  extraRefs: number;
  /** Where a parameter's value comes from, by the parameter's name; absent for a default of the kernel. */
  causes: Record<string, Cause>;
  created: number;
}

export interface AddressList {
  /** Restricted here or by an ancestor (PR_IP4); then `addresses` is all there is, and may be empty. */
  restricted: boolean;
  /** The jail set the restriction itself (PR_IP4_USER). */
  own: boolean;
  /** The first is the primary one, the rest is sorted. */
  addresses: string[];
  sourceSelection: boolean;
}
