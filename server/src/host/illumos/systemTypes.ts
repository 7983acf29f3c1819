/** What system administration has set, for the machine or for one zone. */
export interface SystemSettings {
  /** CPUs that are offline, in their order. */
  offline: number[];
  /** Devices that were added as swap since boot, and their bytes. */
  swap: { device: string; bytes: number }[];
  /** Bytes of swap that are reserved beside what every program takes: no less than it really is. */
  reservedAtMost?: number;
  /** Global actions of rctladm(8): the syslog level by resource control. */
  syslog?: Record<string, string>;
  /** Global flags of the audit policy. */
  auditPolicy?: string[];
  /** Virtual milliseconds up to which rcapd(8) has taken its samples. */
  sampled?: number;
  /** By zone id: what each zone sets for itself. */
  zones: Record<string, ZoneSettings>;
}

export interface ZoneSettings {
  /** Patterns of coreadm(8), and what is enabled. */
  core?: { global: string; process: string; enabled: string[] };
  /** The file of acct(2). */
  accounting?: string;
  /** Local flags of the audit policy. */
  auditPolicy?: string[];
}
