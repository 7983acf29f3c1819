import { denied } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { type JailOutcome, jailSet, type ParamValue } from "./jailSet.ts";
import { DEFAULT_BITS, knownBits } from "./permissions.ts";
import { PERMISSIONS } from "./sysctlJail.ts";
import { hostNumber } from "./sysctlValues.ts";

/** What jail(2) is given. Version 0 is that of the paper: one IPv4 address, and no name. Source: struct jail. */
export interface OldJail {
  readonly version: number;
  readonly path: string;
  readonly hostname: string;
  readonly jailname?: string;
  readonly ip4?: readonly string[];
  readonly ip6?: readonly string[];
}

/** Source: MAXPATHLEN, MAXHOSTNAMELEN in sys/sys/param.h. */
const MAXPATHLEN = 1024;
const MAXHOSTNAMELEN = 256;

/**
 * jail(2): creates a jail and moves the caller into it, as jail_set(2) with JAIL_CREATE and JAIL_ATTACH. On the host,
 * the security.jail.* sysctls say what the jail may do. Source: sys_jail(), kern_jail() in sys/kern/kern_jail.c.
 * @returns the jid; EINVAL for another version or too many addresses, ENAMETOOLONG, and what jail_set(2) returns
 */
export function jail2(host: Host, caller: Process, jail: OldJail): JailOutcome<number> {
  const { version, path, hostname, jailname, ip4 = [], ip6 = [] } = jail;
  if (version !== 0 && version !== 2)
    return denied("EINVAL", "jail/version", `Version ${version} of struct jail never was in a release.`);
  const addresses4 = version === 0 ? (ip4.length > 0 ? ip4.slice(0, 1) : ["0.0.0.0"]) : ip4;
  const addresses6 = version === 0 ? [] : ip6;
  const most = hostNumber(host, "security.jail.jail_max_af_ips");
  if (addresses4.length > most || addresses6.length > most)
    return denied("EINVAL", "jail/addresses", `More than ${most} addresses of one family.`, {
      causes: [{ what: `security.jail.jail_max_af_ips=${most}`, from: "host" }],
    });
  if (path.length >= MAXPATHLEN || Math.max(hostname.length, jailname?.length ?? 0) >= MAXHOSTNAMELEN)
    return denied("ENAMETOOLONG", "jail/text", "The path, the host name or the name is too long.");

  const parameters: Record<string, ParamValue> = {
    ...(caller.credential.container === 0 && hostDefaults(host)),
    path: { value: path },
    "host.hostname": { value: hostname },
    ...(version === 2 && jailname !== undefined && { name: { value: jailname } }),
    "ip4.addr": { value: addresses4 },
    "ip6.addr": { value: addresses6 },
  };
  return jailSet(host, caller, parameters, { create: true, attach: true });
}

/** What sysctls of the host give to a jail of jail(2); bits without a sysctl are as in any new jail. */
function hostDefaults(host: Host): Record<string, ParamValue> {
  const sysctls = new Map(
    Object.entries(PERMISSIONS).map(([sysctl, bit]) => [
      bit.replace(/^-/, ""),
      { sysctl, not: bit[0] === "-" },
    ]),
  );
  const values: Record<string, ParamValue> = {};
  for (const bit of knownBits(host)) {
    const mount = /^mount\.(.+)$/.exec(bit)?.[1];
    const entry = mount ? { sysctl: `mount_${mount}_allowed`, not: false } : sysctls.get(bit);
    const number = entry && hostNumber(host, `security.jail.${entry.sysctl}`);
    const value = number === undefined ? DEFAULT_BITS.includes(bit) : (number !== 0) !== entry?.not;
    values[`allow.${bit}`] =
      entry && number !== undefined
        ? { value, cause: { what: `security.jail.${entry.sysctl}=${number}`, from: "host" } }
        : { value, cause: { what: `allow.${bit}=${value} (default)`, from: "default" } };
  }
  const statfs = hostNumber(host, "security.jail.enforce_statfs");
  values["enforce_statfs"] = {
    value: statfs,
    cause: { what: `security.jail.enforce_statfs=${statfs}`, from: "host" },
  };
  return values;
}
