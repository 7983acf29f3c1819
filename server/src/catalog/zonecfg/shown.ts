import type { Platform } from "./property.ts";

/**
 * The properties of a zone that `info` of zonecfg(8) shows whether they are set or not, in its order, each with what it
 * shows where nothing is set. Source: usr/src/cmd/zonecfg/zonecfg.c (info_func); zonecfg(1M) of Solaris 10, which has no
 * fs-allowed; examples of the Solaris 11 zones guides.
 */
export function shownProperties(
  platforms: readonly Platform[],
): readonly (readonly [name: string, value: string])[] {
  const solaris11 = platforms.every((platform) => platform === "solaris11");
  const solaris10 = platforms.every((platform) => platform === "solaris10");
  return [
    ["zonepath", ""],
    ["brand", ""],
    ["autoboot", "false"],
    ...(solaris11 ? SHUTDOWN : []),
    ["bootargs", ""],
    ...(solaris11 ? PROFILE : []),
    ["pool", ""],
    ["limitpriv", ""],
    ["scheduling-class", ""],
    ["ip-type", solaris11 ? "exclusive" : "shared"],
    ["hostid", ""],
    ...(solaris11 ? TENANT : []),
    ...(solaris10 ? [] : FS_ALLOWED),
  ];
}

const SHUTDOWN = [["autoshutdown", "shutdown"]] as const;
const PROFILE = [["file-mac-profile", ""]] as const;
const TENANT = [["tenant", ""]] as const;
const FS_ALLOWED = [["fs-allowed", ""]] as const;

/** The shorthands that `info` shows in brackets, in its order. */
export const shownAliases: readonly string[] = [
  ...["max-lwps", "max-processes", "max-shm-memory", "max-shm-ids", "max-msg-ids", "max-sem-ids"],
  ...["cpu-shares", "zfs-io-priority"],
];

/** The types of resources in the order of `info`. */
export const shownTypes: readonly string[] = [
  ...["fs", "inherit-pkg-dir", "net", "anet", "device", "dedicated-cpu", "capped-cpu", "capped-memory"],
  ...["attr", "dataset", "admin", "rctl", "security-flags"],
];

/** The properties of a resource that are shown whether they are set or not, in their order. */
export function shownOfResource(type: string, platforms: readonly Platform[]): readonly string[] {
  const fork = platforms.every((platform) => platform === "omnios" || platform === "smartos");
  return type === "net" && fork ? FORK_NET : (OF_RESOURCES[type] ?? []);
}

const OF_RESOURCES: Readonly<Record<string, readonly string[]>> = {
  fs: ["dir", "special", "raw", "type"],
  net: ["address", "allowed-address", "physical", "defrouter"],
  device: ["match"],
  "dedicated-cpu": ["ncpus"],
  attr: ["name", "type", "value"],
  dataset: ["name"],
  admin: ["user", "auths"],
  rctl: ["name"],
  "security-flags": ["default", "lower", "upper"],
};

const FORK_NET = ["address", "allowed-address", "defrouter", "global-nic", "mac-addr", "physical", "vlan-id"];

/** The limits of `capped-cpu` and `capped-memory`, in the order in which they are shown. */
export const shownLimits: readonly string[] = ["physical", "swap", "locked", "ncpus"];

/** A size as `info` and `export` show it: one letter, and one decimal where that is needed below 10. */
export function memoryText(bytes: bigint): string {
  let value = Number(bytes);
  let unit = -1;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit++;
  }
  if (unit < 0) return String(bytes);
  const short = value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return `${short}${"KMGT"[unit]}`;
}
