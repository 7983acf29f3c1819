/** What a jail must have for a privilege. Structured, so that each term can name the parameter that decided. */
export type Condition =
  /** A permission bit without `allow.`: `raw_sockets`, `mount.zfs`. */
  | { readonly allow: string }
  /** The jail itself was created with `vnet=new`; sharing the stack of a parent does not count. */
  | { readonly ownVnet: true }
  | { readonly enforceStatfs: { readonly below: number } | { readonly not: number } }
  /** The jail's root directory is the root of a mount. */
  | { readonly rootIsMountPoint: true }
  /** Effective uid 0. */
  | { readonly root: true }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

/** Privileges that are decided alike. Source: sys/kern/kern_jail.c (prison_priv_check), sys/kern/kern_priv.c. */
export interface PrivilegeGroup {
  readonly area:
    | "system"
    | "time"
    | "audit"
    | "cred"
    | "debug"
    | "jail"
    | "mac"
    | "process"
    | "ipc"
    | "sysctl"
    | "tty"
    | "filesystem"
    | "vm"
    | "device"
    | "network"
    | "misc"
    | "resource";
  /** What root in a jail with default parameters may, or what `condition` decides. */
  readonly verdict: "allow" | "deny" | "conditional";
  readonly condition?: Condition;
  /** The first release that has the privilege, where it is not older than 12. */
  readonly since?: number;
  /** `allow`: before that release, nothing was asked. Otherwise the action was refused or did not exist. */
  readonly before?: "allow";
  /** Sources differ on it. */
  readonly unsure?: true;
  readonly note?: string;
  /** Names without `PRIV_`, and their numbers. */
  readonly members: Readonly<Record<string, number>>;
}

/** What a network stack of its own brings. */
export const OWN_VNET = { ownVnet: true } as const satisfies Condition;

export const MOUNTING = {
  all: [{ allow: "mount" }, { enforceStatfs: { below: 2 } }],
} as const satisfies Condition;

export const NFS_SERVER = {
  all: [{ ownVnet: true }, { allow: "nfsd" }, { rootIsMountPoint: true }, { enforceStatfs: { not: 0 } }],
} as const satisfies Condition;
