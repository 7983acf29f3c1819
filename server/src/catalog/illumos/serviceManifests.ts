/**
 * Services as they are delivered, small: what starts when, what depends on what, which processes a reader meets.
 * Source: manifests below usr/src/cmd/svc/milestone and usr/src/cmd/*, /etc/svc/profile/generic_limited_net.xml.
 */
export interface ServiceManifest {
  /** Without `svc:/`. */
  readonly fmri: string;
  readonly title: string;
  /** What must be online before, by FMRI. */
  readonly needs: readonly string[];
  /** Whether the profile of a fresh system enables it. */
  readonly enabled: boolean;
  /** The global zone alone has it, or zones with a network stack of their own too, or systems of Solaris 10. */
  readonly only?: "global" | "exclusive" | "solaris10";
  /** Its process, where one stays behind and is modelled. */
  readonly process?: string;
  readonly program?: string;
  readonly user?: string;
  /** As sockstat(1) would print it: `tcp4 *:22`. */
  readonly listens?: readonly string[];
  /** Virtual milliseconds that the start method takes. */
  readonly takes: number;
}

interface More {
  readonly off?: true;
  readonly only?: NonNullable<ServiceManifest["only"]>;
  readonly program?: string;
  readonly user?: string;
  readonly listens?: readonly string[];
  readonly takes?: number;
}

const row = (
  fmri: string,
  title: string,
  needs: string,
  { off, takes = 50, ...more }: More = {},
): ServiceManifest => ({
  fmri,
  title,
  needs: needs.split(" ").filter(Boolean),
  enabled: off !== true,
  takes,
  ...more,
  ...(more.program !== undefined && { process: more.program.slice(more.program.lastIndexOf("/") + 1) }),
});

/** Asks for the identity of a system that has none yet. Source: sysidtool(1M) of Solaris 10. */
export const SYSTEM_IDENTIFICATION = "system/sysidtool:system";

/** Has resource pools enabled, and runs poold(8) and rcapd(8). */
export const POOLS_SERVICE = "system/pools:default";
export const DYNAMIC_POOLS_SERVICE = "system/pools/dynamic:default";
export const RCAP_SERVICE = "system/rcap:default";

/** Each behind those that it needs; what a system does not have it does not need. */
export const serviceManifests: readonly ServiceManifest[] = [
  row("system/svc/restarter:default", "master restarter", "", {
    program: "/lib/svc/bin/svc.startd",
    takes: 300,
  }),
  row("system/filesystem/root:default", "root file system mount", "system/svc/restarter:default"),
  row("network/loopback:default", "loopback network interface", "system/svc/restarter:default"),
  row(
    "network/datalink-management:default",
    "data-link management daemon",
    "system/filesystem/root:default",
    {
      only: "global",
      program: "/sbin/dlmgmtd",
    },
  ),
  row(
    "network/ip-interface-management:default",
    "IP interface management daemon",
    "network/loopback:default",
    { only: "exclusive", program: "/lib/inet/ipmgmtd" },
  ),
  row("network/physical:default", "physical network interfaces", "network/loopback:default", { takes: 400 }),
  row("system/identity:node", "system identity (nodename)", "network/physical:default"),
  row("milestone/network:default", "Network milestone", "network/loopback:default network/physical:default"),
  row(
    "system/filesystem/usr:default",
    "read/write root file systems mounts",
    "system/filesystem/root:default",
  ),
  row("milestone/devices:default", "device configuration milestone", "system/filesystem/root:default"),
  row(
    "system/filesystem/minimal:default",
    "minimal file system mounts",
    "system/filesystem/usr:default milestone/devices:default",
    { takes: 200 },
  ),
  row("system/manifest-import:default", "service manifest import", "system/filesystem/minimal:default", {
    takes: 1500,
  }),
  row(
    "milestone/single-user:default",
    "single-user milestone",
    "system/identity:node system/filesystem/minimal:default system/manifest-import:default milestone/network:default",
  ),
  row("system/filesystem/local:default", "local file system mounts", "system/filesystem/minimal:default", {
    takes: 200,
  }),
  row(
    SYSTEM_IDENTIFICATION,
    "system identification",
    "system/filesystem/local:default milestone/network:default",
    { only: "solaris10", takes: 400 },
  ),
  row("milestone/sysconfig:default", "Basic system configuration milestone", SYSTEM_IDENTIFICATION, {
    only: "solaris10",
  }),
  row("system/coreadm:default", "system-wide core file configuration", "system/filesystem/minimal:default"),
  row("system/identity:domain", "system identity (domainname)", "milestone/network:default"),
  row(
    "network/varpd:default",
    "virtual ARP daemon",
    "network/physical:default system/filesystem/root:default",
    { only: "global", off: true, program: "/usr/lib/varpd/varpd" },
  ),
  row("network/initial:default", "initial network services", "milestone/network:default", { takes: 300 }),
  row("network/service:default", "layered network services", "network/initial:default", { takes: 200 }),
  row("network/dns/client:default", "DNS resolver", "milestone/network:default"),
  row("milestone/name-services:default", "name services milestone", "network/dns/client:default"),
  row("system/name-service-cache:default", "name service cache", "system/filesystem/minimal:default", {
    program: "/usr/sbin/nscd",
    takes: 300,
  }),
  row("system/utmp:default", "utmpx monitoring", "system/filesystem/minimal:default"),
  row(
    "system/cron:default",
    "clock daemon (cron)",
    "milestone/name-services:default system/filesystem/local:default",
    {
      program: "/usr/sbin/cron",
      takes: 200,
    },
  ),
  row(
    "system/system-log:default",
    "system log",
    "milestone/single-user:default system/filesystem/local:default",
    { program: "/usr/sbin/syslogd", takes: 300 },
  ),
  row(
    "system/console-login:default",
    "Console login",
    "milestone/single-user:default system/identity:node system/utmp:default milestone/sysconfig:default",
  ),
  row(POOLS_SERVICE, "resource pools framework", "system/filesystem/minimal:default", {
    off: true,
    only: "global",
  }),
  row(DYNAMIC_POOLS_SERVICE, "dynamic resource pools", `system/filesystem/local:default ${POOLS_SERVICE}`, {
    off: true,
    only: "global",
    program: "/usr/lib/pool/poold",
  }),
  row(RCAP_SERVICE, "resource capping daemon", "system/filesystem/minimal:default", {
    off: true,
    only: "global",
    program: "/usr/lib/rcap/rcapd",
  }),
  row(
    "milestone/multi-user:default",
    "multi-user milestone",
    "milestone/single-user:default milestone/sysconfig:default milestone/name-services:default system/filesystem/local:default system/cron:default system/system-log:default system/name-service-cache:default network/service:default",
    { takes: 500 },
  ),
  row(
    "network/ssh:default",
    "SSH server",
    "system/filesystem/local:default milestone/sysconfig:default network/service:default",
    { program: "/usr/lib/ssh/sshd", listens: ["tcp4 *:22", "tcp6 *:22"], takes: 700 },
  ),
  row("network/inetd:default", "inetd", "system/filesystem/local:default network/service:default", {
    takes: 300,
  }),
  row(
    "network/rpc/bind:default",
    "RPC bindings",
    "network/service:default system/filesystem/minimal:default",
    {
      off: true,
      program: "/usr/sbin/rpcbind",
      user: "daemon",
      listens: ["tcp4 *:111", "udp4 *:111"],
    },
  ),
  row("network/nfs/client:default", "NFS client", "network/service:default", { off: true }),
  row(
    "network/http:apache24",
    "Apache 2.4 HTTP server",
    "milestone/network:default system/filesystem/local:default",
    {
      off: true,
      program: "/usr/apache2/2.4/bin/httpd",
      user: "webservd",
      listens: ["tcp6 *:80"],
      takes: 500,
    },
  ),
  row(
    "network/http:nginx",
    "nginx HTTP server",
    "milestone/network:default system/filesystem/local:default",
    {
      off: true,
      program: "/opt/ooce/nginx/sbin/nginx",
      listens: ["tcp4 *:80"],
      takes: 300,
    },
  ),
  row(
    "milestone/multi-user-server:default",
    "multi-user plus exports milestone",
    "milestone/multi-user:default network/inetd:default",
    { takes: 500 },
  ),
  row("system/zones:default", "Zones autoboot and graceful shutdown", "milestone/multi-user-server:default", {
    only: "global",
  }),
];

/** svc.configd(8) comes with svc.startd(8); it is no service of its own. */
export const REPOSITORY_DAEMON = { process: "svc.configd", program: "/lib/svc/bin/svc.configd" };

export const MILESTONES = ["none", "single-user", "multi-user", "multi-user-server", "all"] as const;
export type Milestone = (typeof MILESTONES)[number];

const byFmri: ReadonlyMap<string, ServiceManifest> = new Map(
  serviceManifests.map((manifest) => [manifest.fmri, manifest]),
);

export function findManifest(fmri: string): ServiceManifest | undefined {
  return byFmri.get(fmri);
}

/**
 * Manifests that an abbreviation means: `ssh`, `network/ssh`, `svc:/network/ssh:default`, `http:nginx`. Source: smf(7),
 * scf_simple: the end of the name of the service, from a slash on; a name without instance means each instance.
 */
export function manifestsCalled(name: string): ServiceManifest[] {
  const wanted = name.replace(/^(?:svc:)?\/+/, "");
  const exact = name.startsWith("svc:/");
  return serviceManifests.filter(({ fmri }) => {
    const service = fmri.slice(0, fmri.indexOf(":"));
    const meant = wanted.includes(":") ? fmri : service;
    return meant === wanted || (!exact && meant.endsWith(`/${wanted}`));
  });
}

const reached = new Map<string, ReadonlySet<string>>();

/**
 * FMRIs that a milestone brings up when they are enabled: what its service needs, at any remove. `all` has no limit, and
 * `none` leaves only the restarter. Source: svc.startd(8), -m in kernel(8).
 */
export function servicesUpTo(milestone: Milestone): ReadonlySet<string> {
  const known = reached.get(milestone);
  if (known) return known;
  const found = new Set<string>(["system/svc/restarter:default"]);
  const visit = (fmri: string): void => {
    found.add(fmri);
    for (const need of byFmri.get(fmri)?.needs ?? []) if (!found.has(need)) visit(need);
  };
  if (milestone === "all") for (const { fmri } of serviceManifests) found.add(fmri);
  else if (milestone !== "none") visit(`milestone/${milestone}:default`);
  reached.set(milestone, found);
  return found;
}
