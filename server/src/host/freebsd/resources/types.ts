/** rctl(8) and cpuset(1). Source: sys/kern/kern_rctl.c, kern_racct.c, kern_cpuset.c. */
export interface ResourceState {
  rules: RctlRule[];
  /** CPU sets by number; 1 is the default one of the host. */
  cpusets: Record<string, CpuSet>;
  nextCpuset: number;
  /** The serial of the last rule that was added. */
  lastRule?: number;
}

export interface RctlRule {
  subject: "process" | "user" | "loginclass" | "jail";
  /** Pid, user name, class or full jail name. */
  id: string;
  resource: string;
  /** `deny`, `log`, `devctl`, `throttle` or `sigterm` … */
  action: string;
  amount: number;
  per: "process" | "user" | "loginclass" | "jail";
  /** Whether the amount was reached, so that it does not fire again. */
  fired: boolean;
  /** Counts rules in the order of adding. */
  serial: number;
}

export interface CpuSet {
  id: number;
  /** The set that bounds it; its own number for a root set. */
  root: number;
  cpus: number[];
  /** The jail whose root set it is; null for others. */
  container: number | null;
}
