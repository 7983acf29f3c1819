import type { ZoneSetting } from "@zonewarden/server/catalog/illumos/probe";
import { ZONE_PROBES, type ZoneProbeId } from "@zonewarden/server/catalog/illumos/probes";
import { rctls, rctlValue } from "@zonewarden/server/catalog/zonecfg/rctls";
import { allowed, type Outcome } from "@zonewarden/server/host/decision";
import { mkfifo } from "@zonewarden/server/host/filesystem/entries";
import { mkdir } from "@zonewarden/server/host/filesystem/files";
import { open, writeFile } from "@zonewarden/server/host/filesystem/open";
import type { Host } from "@zonewarden/server/host/host";
import {
  acct,
  auditRecord,
  cpcOpen,
  setAuditPolicy,
  setCore,
} from "@zonewarden/server/host/illumos/administration";
import { channelBind } from "@zonewarden/server/host/illumos/ipc/channels";
import { doorCall, doorCreate, fattach } from "@zonewarden/server/host/illumos/ipc/doors";
import { msgget, msgsnd, semget, shmget, sysvSet, sysvUse } from "@zonewarden/server/host/illumos/ipc/sysv";
import { zoneCreate, zoneEnter } from "@zonewarden/server/host/illumos/kernelZones";
import { limitOf, setLimit } from "@zonewarden/server/host/illumos/process/limits";
import { setSecurityFlags } from "@zonewarden/server/host/illumos/process/ownPrivileges";
import {
  highResolutionTimer,
  nice,
  priocntl,
  setDefaultClass,
} from "@zonewarden/server/host/illumos/process/priocntl";
import { procList, trace } from "@zonewarden/server/host/illumos/process/proc";
import { newtask } from "@zonewarden/server/host/illumos/process/projects";
import { setZoneControl } from "@zonewarden/server/host/illumos/resources/controls";
import { mlock, reserve } from "@zonewarden/server/host/illumos/resources/memory";
import {
  pOnline,
  poolCreate,
  poolRows,
  psetBind,
  psetCreate,
} from "@zonewarden/server/host/illumos/resources/processorCalls";
import { swapAdd } from "@zonewarden/server/host/illumos/resources/swap";
import {
  addDriver,
  adjtime,
  hostid,
  modinfo,
  modload,
  modunload,
  setDomainname,
  setNodename,
  stime,
} from "@zonewarden/server/host/illumos/system";
import { uadmin } from "@zonewarden/server/host/illumos/uadmin";
import { bind, connect, listen, socket } from "@zonewarden/server/host/network/sockets";
import { fork } from "@zonewarden/server/host/process/processes";
import { kill } from "@zonewarden/server/host/process/signals";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { userIn } from "../process/world.ts";

interface Scene {
  readonly host: Host;
  readonly root: Process;
  readonly global: Process;
  /** Root of another zone, which sees the same directory /shared. */
  readonly other: Process;
}

const CREATE = { create: true, mode: 0o600 };
const MANY = 2000;

/** As often as there are limits to run into: the first refusal, or the last success. */
function untilRefused(call: () => Outcome<unknown>): Outcome<unknown> {
  let last = call();
  for (let i = 0; last.ok && i < MANY; i++) last = call();
  return last;
}

const seen = (what: unknown): Outcome<unknown> => allowed(what, "seen", "It is there to see.");

/** By id. Attempts on files, devices and networks are made elsewhere, and those that a program refuses by itself. */
const ATTEMPTS: Partial<Record<ZoneProbeId, (scene: Scene) => Outcome<unknown>>> = {
  modload: ({ host, root }) => modload(host, root, "vmm"),
  modunload: ({ host, root }) => modunload(host, root, "vmm"),
  modinfo: ({ host }) => seen(modinfo(host)),
  "add-drv": ({ host, root }) => addDriver(host, root, "foo"),
  "swap-add": ({ host, root }) => swapAdd(host, root, "/swapfile", 1 << 20),
  settime: ({ host, root }) => stime(host, root, 1_767_225_600),
  adjtime: ({ host, root }) => adjtime(host, root, 1),
  "p-online": ({ host, root }) => pOnline(host, root, 1, "off-line"),
  "pset-create": ({ host, root }) => psetCreate(host, root),
  "pset-bind": ({ host, root, global }) =>
    psetBind(host, root, "pid", root.pid, ok(psetCreate(host, global))),
  "pool-create": ({ host, root }) => poolCreate(host, root, "p"),
  "pool-view": ({ host, root }) => seen(poolRows(host, root)),
  "priocntl-rt": ({ host, root }) => priocntl(host, root, "pid", root.pid, { class: "RT" }),
  "nice-up": ({ host, root }) => nice(host, root, -10),
  dispadmin: ({ host, root }) => setDefaultClass(host, root, "FSS"),
  "hres-timer": ({ host, root }) => highResolutionTimer(host, root),
  mlock: ({ host, root }) => mlock(host, root, root.memory.virtual),
  "cpc-cpu": ({ host, root }) => cpcOpen(host, root),
  "fork-limit": ({ host, root }) => untilRefused(() => fork(host, root)),
  "swap-limit": ({ host, root }) => untilRefused(() => reserve(host, root, 64 << 20)),
  "rctl-zone-set": ({ host, root }) =>
    setZoneControl(host, root, undefined, "zone.cpu-shares", { limit: 50, action: "none" }),
  "rlimit-raise": ({ host, root }) => {
    const { soft, hard } = limitOf(root, "process.max-file-descriptor");
    return setLimit(host, root, "process.max-file-descriptor", { soft, hard: hard * 2 });
  },
  "kill-global": ({ host, root, global }) => kill(host, root, global.pid, "KILL"),
  "kill-other-zone": ({ host, root, other }) => kill(host, root, other.pid, "KILL"),
  "trace-other-zone": ({ host, root, other }) => trace(host, root, other.pid),
  "ps-all": ({ host, root }) => seen(procList(host, root)),
  "priocntl-other-zone": ({ host, root, other }) => priocntl(host, root, "pid", other.pid, { priority: -1 }),
  coreadm: ({ host, root }) => setCore(host, root, { global: "/cores/core.%z.%f.%p", enabled: ["global"] }),
  newtask: ({ host, root }) => newtask(host, root, "default"),
  "acct-on": ({ host, root }) => {
    ok(writeFile(host, root, "/var/tmp/pacct", ""));
    return acct(host, root, "/var/tmp/pacct");
  },
  psecflags: ({ host, root }) => setSecurityFlags(host, root, root, ["aslr"]),
  "reboot-self": ({ host, root }) => uadmin(host, root, "reboot", "boot"),
  "halt-self": ({ host, root }) => uadmin(host, root, "shutdown", "halt"),
  "uadmin-dump": ({ host, root }) => uadmin(host, root, "dump"),
  "reboot-interactive": ({ host, root }) => uadmin(host, root, "shutdown", "iboot"),
  "zone-create-syscall": ({ host, root }) =>
    zoneCreate(host, root, {
      ...{ name: "inner", path: "/var/tmp", brand: "ipkg", ipType: "shared", privileges: [], datasets: [] },
      ...{ definition: null, causes: {} },
    }),
  "zone-enter-syscall": ({ host, root, other }) => zoneEnter(host, root, other.credential.container),
  "shmget-same-key": ({ host, root, other }) => {
    ok(shmget(host, other, 1234, 4096, CREATE));
    return shmget(host, root, 1234, 4096, CREATE);
  },
  "shmat-foreign-id": ({ host, root, other }) =>
    sysvUse(host, root, "shm", ok(shmget(host, other, 1, 4096, CREATE))),
  "msg-foreign-id": ({ host, root, other }) => msgsnd(host, root, ok(msgget(host, other, 1, CREATE)), 1),
  "shm-too-big": ({ host, root }) => untilRefused(() => shmget(host, root, 0, 64 << 20, CREATE)),
  "ipc-too-many": ({ host, root }) => untilRefused(() => semget(host, root, 0, 1, CREATE)),
  "msg-qbytes": ({ host, root }) =>
    sysvSet(host, root, "msg", ok(msgget(host, root, 0, CREATE)), { size: 1 << 20 }),
  "unix-socket-foreign": ({ host, root, other }) => {
    const server = ok(socket(host, other, { family: "local", type: "stream" }));
    ok(bind(host, other, server.id, { address: "/shared/socket", port: 0 }));
    ok(listen(host, other, server.id));
    const client = ok(socket(host, root, { family: "local", type: "stream" }));
    return connect(host, root, client.id, { address: "/shared/socket", port: 0 });
  },
  "event-channel": ({ host, root, global }) => {
    ok(channelBind(host, global, "com.sun:news", { create: true }));
    return channelBind(host, root, "com.sun:news", { create: true });
  },
  "set-hostname": ({ host, root }) => setNodename(host, root, "web1"),
  "set-domain": ({ host, root }) => setDomainname(host, root, "example.org"),
  hostid: ({ host, root }) => seen(hostid(host, root)),
  "audit-policy": ({ host, root }) => setAuditPolicy(host, root, ["arge"]),
  "audit-record": ({ host, root }) => auditRecord(host, root),
  "gz-user-kill": ({ host, root }) => {
    const inside = userIn(host, root.credential.container, 1000);
    return kill(host, userIn(host, 0, 1000), inside.pid, "TERM");
  },
  "gz-root-kill": ({ host, root, global }) => kill(host, global, root.pid, "TERM"),
  "door-foreign": ({ host, root, other }) => {
    ok(writeFile(host, other, "/shared/door", ""));
    ok(fattach(host, other, ok(doorCreate(host, other)), "/shared/door"));
    return doorCall(host, root, "/shared/door");
  },
  "fifo-foreign": ({ host, root, other }) => {
    ok(mkfifo(host, other, "/shared/pipe", 0o666));
    return open(host, root, "/shared/pipe", { write: true });
  },
};

type IpType = "shared" | "exclusive";

/** A setting that a zone's configuration can have; shorthands are stored as the controls that they stand for. */
type Configured = Exclude<ZoneSetting, { global: string } | { given: string }>;

const isConfigured = (setting: ZoneSetting): setting is Configured =>
  "property" in setting || "resource" in setting;

function scene(ipType: IpType, settings: readonly ZoneSetting[]): Scene {
  const host = zoneHost();
  const global = globalRoot(host);
  ok(mkdir(host, global, "/export/shared", 0o777));
  const shared = { type: "fs", fstype: "lofs", dir: "/shared", special: "/export/shared" };
  const configured = settings.filter(isConfigured);
  const properties: Record<string, string> = { brand: "ipkg", "ip-type": ipType };
  const resources = configured.flatMap((setting) => {
    if ("resource" in setting) return [{ type: setting.resource, ...renamed(setting.properties) }];
    const control = rctls.find(({ alias }) => alias === setting.property);
    if (control) return [{ type: "rctl", name: control.name, value: rctlValue(control, setting.value) }];
    properties[setting.property] = setting.value;
    return [];
  });
  const { root } = running(host, define("web", { properties, resources: [shared, ...resources] }));
  const { root: other } = running(host, define("db", { resources: [shared] }));
  return { host, root, global, other };
}

/** The type of a file system is a property of its own there. */
function renamed({ type, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return type === undefined ? others : { ...others, fstype: type };
}

const told = (outcome: Outcome<unknown>): string => (outcome.ok ? "allow" : outcome.errno);

const probes = ZONE_PROBES.filter(({ id }) => ATTEMPTS[id] !== undefined);
const attempt = (id: ZoneProbeId, ipType: IpType, settings: readonly ZoneSetting[]) =>
  told(ATTEMPTS[id]?.(scene(ipType, settings)) as Outcome<unknown>);

describe("what zones attempt with processes, resources, the machine and each other", () => {
  const rows = probes.flatMap(({ id, verdict, errno = "", setup }) =>
    (["shared", "exclusive"] as const).map((ipType) => ({
      ...{ id, ipType, setup },
      expected: verdict[ipType] === "allow" ? "allow" : errno,
    })),
  );
  test.each(rows)("$id in a zone with $ipType IP: $expected", ({ id, ipType, setup, expected }) => {
    expect(attempt(id, ipType, setup)).toBe(expected);
  });

  const enabling = probes.flatMap(({ id, setup, enabledBy }) =>
    enabledBy.filter(({ all }) => all.every(isConfigured)).map(({ all }) => ({ id, setup, all })),
  );
  test.each(enabling)("$id with $all: allow", ({ id, setup, all }) => {
    expect(attempt(id, "exclusive", [...setup, ...all])).toBe("allow");
  });

  const restricting = probes.flatMap(({ id, setup, restrictedBy }) =>
    restrictedBy
      .filter(({ all }) => all.every(isConfigured))
      .map(({ all, errno = "" }) => ({ id, setup, all, errno })),
  );
  test.each(restricting)("$id with $all: $errno", ({ id, setup, all, errno }) => {
    expect(attempt(id, "exclusive", [...setup, ...all])).toBe(errno);
  });
});
