import { denied } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { setAllow, setSecurelevel } from "./invariants.ts";
import { allows, descendantsOf, hostOwner, lineageOf, prison, prisonOf } from "./prisons.ts";
import { causeOf } from "./scope.ts";
import { systemOf } from "./systemState.ts";
import type { Prison } from "./types.ts";

type Refusal = ReturnType<typeof denied> | undefined;

/** An entry whose value is not just kept: how it is read, and what a write does beyond the usual rules. */
export interface Handler {
  /** Undefined where the host-wide value is the answer. */
  readonly read?: (host: Host, own: Prison) => string | number | undefined;
  /** The value has the type of the entry already. */
  readonly write?: (host: Host, process: Process, value: string | number) => Refusal;
}

/** Longest host name, NIS domain and uuid. Source: sys/sys/jail.h, sys/sys/param.h (MAXHOSTNAMELEN, HOSTUUIDLEN). */
const NAMES = {
  "kern.hostname": ["hostname", 255],
  "kern.domainname": ["domainname", 255],
  "kern.hostuuid": ["hostuuid", 63],
} as const;

/** Source: LINUX_MAX_UTSNAME in sys/compat/linux/linux_mib.h. */
const LONGEST_LINUX_NAME = 64;

const LINUX_DEFAULTS = {
  "linux.osname": "Linux",
  "linux.osrelease": "5.15.0",
  "linux.oss_version": "198144",
} as const;

function hostName(name: keyof typeof NAMES): Handler {
  const [field, most] = NAMES[name];
  return {
    read: (host, own) => hostOwner(host, own.jid)[field],
    write: (host, process, value) =>
      mayRename(host, process) ??
      (String(value).length > most
        ? denied("EINVAL", "sysctl/length", `More than ${most} bytes are not possible.`)
        : setOwner(host, process, { [field]: String(value) })),
  };
}

/** Source: sysctl_hostname() in sys/kern/kern_mib.c. */
function mayRename(host: Host, process: Process): Refusal {
  const own = prisonOf(host, process);
  if (allows(own, "set_hostname")) return undefined;
  return denied("EPERM", "sysctl/set_hostname", `Jail ${own.name} may not change its names.`, {
    causes: [causeOf(own, "allow.set_hostname", "false")],
  });
}

/** The nearest prison upwards with names of its own is changed, and all below that share them. */
function setOwner(
  host: Host,
  process: Process,
  change: Partial<Pick<Prison, "hostname" | "domainname" | "hostuuid" | "hostid">>,
): undefined {
  const owner = hostOwner(host, process.credential.container);
  Object.assign(owner, change);
  for (const below of descendantsOf(host, owner.jid))
    if (hostOwner(host, below.jid) === owner) Object.assign(below, change);
}

/** Edits a permission of the caller's jail; on the host the value is one of the host. */
function permission(name: string, bit: string, both: boolean): Handler {
  return {
    read: (_, own) => (own.jid === 0 ? undefined : Number(allows(own, bit))),
    write: (host, process, value) => {
      if (value !== 0 && value !== 1) return denied("EINVAL", "sysctl/value", `${name} is 0 or 1.`);
      const own = prisonOf(host, process);
      const bits = new Set([bit]);
      const none = new Set<string>();
      const reach = value === 0 && !both;
      if (own.jid === 0) {
        host.state.machine.sysctls[name] = value;
        if (reach) for (const child of own.children) setAllow(host, prison(host, child), none, bits);
        return undefined;
      }
      // A bit that may differ from the parent's is not taken from those below.
      if (both && value === 0) own.allow = own.allow.filter((one) => one !== bit);
      else setAllow(host, own, value === 1 ? bits : none, reach ? bits : none);
      own.causes[`allow.${bit}`] = { what: `${name}=${value} written in jail ${own.name}`, from: "host" };
      return undefined;
    },
  };
}

/** Identity for Linux programs: of the nearest prison upwards that has one. Source: linux_find_prison(). */
function linux(parameter: keyof typeof LINUX_DEFAULTS): Handler {
  const ownerOf = (host: Host, jid: number) =>
    lineageOf(host, jid).find(({ parameters }) => parameters[parameter] !== undefined);
  return {
    read: (host, own) => {
      const value = ownerOf(host, own.jid)?.parameters[parameter] ?? LINUX_DEFAULTS[parameter];
      return parameter === "linux.oss_version" ? Number(value) : value;
    },
    write: (host, process, value) => {
      if (String(value).length > LONGEST_LINUX_NAME)
        return denied("EINVAL", "sysctl/length", `More than ${LONGEST_LINUX_NAME} bytes are not possible.`);
      (ownerOf(host, process.credential.container) ?? prisonOf(host, process)).parameters[parameter] =
        String(value);
      return undefined;
    },
  };
}

/** Making and ending virtual machines up to release 14. Source: sys/amd64/vmm/vmm_dev.c. */
function machines(create: boolean): Handler {
  return {
    read: () => "beavis",
    write: (host, process, value) => {
      const own = prisonOf(host, process);
      if (!allows(own, "vmm"))
        return denied("EPERM", "sysctl/vmm", `Jail ${own.name} may not use vmm(4).`, {
          causes: [causeOf(own, "allow.vmm", "false")],
        });
      const system = systemOf(host);
      const name = String(value);
      const known = system.machines.find((one) => one.name === name);
      if (create) {
        if (known) return denied("EEXIST", "sysctl/vmm-name", `There is a virtual machine ${name}.`);
        system.machines.push({ name, jid: own.jid });
      } else {
        if (!known) return denied("EINVAL", "sysctl/vmm-name", `There is no virtual machine ${name}.`);
        system.machines = system.machines.filter((one) => one !== known);
      }
      return undefined;
    },
  };
}

export const HANDLERS: Readonly<Record<string, Handler>> = {
  "kern.hostname": hostName("kern.hostname"),
  "kern.domainname": hostName("kern.domainname"),
  "kern.hostuuid": hostName("kern.hostuuid"),
  "kern.hostid": {
    read: (host, own) => hostOwner(host, own.jid).hostid,
    write: (host, process, value) =>
      mayRename(host, process) ?? setOwner(host, process, { hostid: Number(value) }),
  },
  "kern.securelevel": {
    read: (_, own) => own.securelevel,
    write: (host, process, value) => {
      const own = prisonOf(host, process);
      if (Number(value) < own.securelevel)
        return denied("EPERM", "sysctl/securelevel", `It is ${own.securelevel} and can only be raised.`, {
          causes: [causeOf(own, "securelevel", String(own.securelevel))],
        });
      setSecurelevel(host, own, Number(value));
      own.causes["securelevel"] = { what: `kern.securelevel=${value} was written`, from: "host" };
      return undefined;
    },
  },
  "kern.osrelease": { read: (_, own) => own.osrelease },
  "kern.osreldate": { read: (_, own) => own.osreldate },
  // That of the kernel, also in a jail with an `osrelease` of its own. Source: sys/conf/newvers.sh.
  "kern.version": { read: (host) => `FreeBSD ${prison(host, 0).osrelease} GENERIC` },
  "kern.boottime": { read: ({ state }) => `{ sec = ${state.machine.bootTime}, usec = 0 }` },
  "kern.openfiles": {
    read: ({ state }) =>
      Object.values(state.processes.byPid).reduce((sum, { descriptors }) => sum + descriptors.length, 0),
  },
  "security.bsd.suser_enabled": permission("security.bsd.suser_enabled", "suser", false),
  "security.bsd.unprivileged_proc_debug": permission(
    "security.bsd.unprivileged_proc_debug",
    "unprivileged_proc_debug",
    true,
  ),
  "compat.linux.osname": linux("linux.osname"),
  "compat.linux.osrelease": linux("linux.osrelease"),
  "compat.linux.oss_version": linux("linux.oss_version"),
  "hw.vmm.create": machines(true),
  "hw.vmm.destroy": machines(false),
  "hw.ncpu": { read: ({ state }) => state.machine.cpus },
  "hw.physmem": { read: ({ state }) => state.machine.memory },
  "hw.usermem": {
    read: ({ state }) =>
      state.machine.memory -
      Object.values(state.processes.byPid).reduce((sum, { memory }) => sum + (memory.locked ?? 0), 0),
  },
  "vm.swap_total": { read: ({ state }) => state.machine.swap },
};
