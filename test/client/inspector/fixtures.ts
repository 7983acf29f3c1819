import type {
  ContainerView,
  DecisionView,
  EventView,
  Inspection,
  OriginView,
  PathView,
  PrivilegeView,
  ProcessView,
} from "@zonewarden/server/protocol";
import { columnOf, drawnInside } from "../../../client/src/inspector/columns.ts";
import type { Scene } from "../../../client/src/inspector/messages.ts";

/** Inspections as the server gives them, for tests of the page and for pictures of it. */

const HOST = "default:freebsd";

const at = (line: number, what: string): OriginView => ({
  what,
  from: "configuration",
  location: {
    uri: "file:///etc/jail.conf",
    range: { start: { line, character: 1 }, end: { line, character: 20 } },
  },
});

export function container(name: string, change: Partial<ContainerView> = {}): ContainerView {
  return {
    id: name,
    name,
    type: "jail",
    state: "running",
    stateText: "running for 3.2 s",
    health: "running",
    number: 1,
    description: "192.0.2.10",
    processes: 4,
    problems: { errors: 0, warnings: 0 },
    commands: ["halt", "reboot", "remove"],
    location: at(8, name).location as NonNullable<OriginView["location"]>,
    ...change,
  };
}

export const stopped = {
  state: "stopped",
  stateText: "stopped",
  health: "stopped",
  number: null,
  processes: 0,
  commands: ["boot"],
} as const;
export const failed = {
  ...stopped,
  state: "failed",
  stateText: "failed: exec.start exited with 1",
  health: "failed",
} as const;

export function process(
  pid: number,
  parent: number,
  command: string,
  change: Partial<ProcessView> = {},
): ProcessView {
  return {
    pid,
    parent,
    user: "root",
    command,
    state: "sleeping",
    resident: 4_300_000,
    container: "0",
    listens: [],
    ...change,
  };
}

function event(seq: number, message: string, change: Partial<EventView> = {}): EventView {
  return {
    seq,
    t: seq * 137,
    container: "www",
    kind: "jail.step",
    message,
    outcome: "ok",
    origins: [],
    ...change,
  };
}

const deny: DecisionView = {
  verdict: "deny",
  errno: "ECONNREFUSED",
  rule: "tcp.no-listener",
  reason: "Nobody listens on 192.0.2.11 port 5432: db has not been started.",
  origins: [at(14, "db is configured here")],
};

const allow: DecisionView = {
  verdict: "allow",
  rule: "tcp.open",
  reason: "cache listens on port 11211.",
  origins: [],
};

const privileges: readonly PrivilegeView[] = Array.from({ length: 48 }, (_, index) => ({
  name: `allow.${["raw_sockets", "mount", "sysvipc", "chflags", "set_hostname", "quotas"][index % 6]}${index < 6 ? "" : index}`,
  held: index % 5 === 0,
  status: index === 0 ? "added" : "default",
  description: "Whether the jail may open raw sockets, such as ping(8) and traceroute(8) need.",
  ...(index === 0 && { origin: at(10, "allow.raw_sockets in www") }),
}));

const machine = (present: string): Inspection["machine"] => ({
  states: ["stopped", "starting", "running", "stopping", "dying", "failed"],
  present,
  transitions: [
    { from: "stopped", to: "starting", command: "boot" },
    { from: "failed", to: "starting", command: "boot" },
    { from: "starting", to: "running", command: "boot" },
    { from: "starting", to: "failed", command: "boot" },
    { from: "running", to: "stopping", command: "halt" },
    { from: "running", to: "stopping", command: "remove" },
    { from: "running", to: "starting", command: "reboot" },
    { from: "stopping", to: "dying", command: "halt" },
    { from: "dying", to: "stopped", command: "halt" },
  ],
});

const own = (container: string) => ({ container });

/** A jail that runs, with something in every part. */
export function jailInspection(change: Partial<Inspection> = {}): Inspection {
  return {
    host: HOST,
    hostName: "web1.example.org",
    system: "freebsd",
    container: container("www", {
      description: "192.0.2.10 · /jails/www",
      commands: ["apply", "halt", "reboot", "remove"],
      problems: { errors: 0, warnings: 2 },
      plan: {
        kind: "restart",
        parameters: [
          {
            name: "allow.raw_sockets",
            before: "false",
            after: "true",
            needsRestart: false,
            ...pick(at(10, "")),
          },
          { name: "vnet", before: "", after: "new", needsRestart: true, ...pick(at(11, "")) },
        ],
      },
    }),
    at: 40,
    events: 40,
    earliest: 0,
    clock: 5_480,
    containers: [],
    processors: { sets: [], pools: [] },
    machine: machine("running"),
    processes: [
      process(101, 1, "init", own("www")),
      process(110, 101, "syslogd", { ...own("www"), listens: ["udp4 *:514"] }),
      process(120, 101, "nginx", { ...own("www"), listens: ["tcp4 192.0.2.10:80", "tcp4 192.0.2.10:443"] }),
      process(121, 120, "nginx", { ...own("www"), user: "www" }),
      process(122, 120, "nginx", { ...own("www"), user: "www" }),
      process(130, 101, "cron", { ...own("www"), state: "zombie" }),
    ],
    mounts: [
      { from: "zroot/jails/www", on: "/jails/www", type: "zfs", options: ["local", "noatime"] },
      {
        from: "devfs",
        on: "/jails/www/dev",
        type: "devfs",
        options: ["multilabel"],
        origin: at(5, "mount.devfs"),
      },
      {
        from: "/usr/ports",
        on: "/jails/www/usr/ports",
        type: "nullfs",
        options: ["ro"],
        origin: at(6, "mount"),
      },
    ],
    network: {
      stack: "shared",
      links: [
        {
          name: "em0",
          kind: "ethernet",
          up: true,
          addresses: [{ address: "192.0.2.10/24", origin: at(9, "ip4.addr of www") }],
        },
        { name: "lo0", kind: "loopback", up: true, addresses: [] },
        { name: "bridge0", kind: "bridge", up: false, addresses: [] },
      ],
      path: [
        { id: "container", kind: "container", name: "www", detail: "", to: ["em0"] },
        {
          id: "em0",
          kind: "interface",
          name: "em0",
          detail: "physical 192.0.2.10/24",
          to: ["gateway"],
        },
        { id: "gateway", kind: "gateway", name: "192.0.2.1", detail: "", to: ["outside"] },
        { id: "outside", kind: "outside", name: "outside", detail: "", to: [] },
      ],
      routes: [
        { destination: "0.0.0.0/0", gateway: "192.0.2.1", link: "em0" },
        { destination: "192.0.2.0/24", gateway: "link", link: "em0" },
      ],
      listening: [
        { address: "192.0.2.10", port: 80, protocol: "tcp4", command: "nginx" },
        {
          address: "*",
          port: 514,
          protocol: "udp4",
          command: "syslogd",
          shadowedBy: "syslogd of the host at 192.0.2.10:514",
        },
      ],
      reach: [
        { to: "db 192.0.2.11:5432", decision: deny },
        { to: "cache 192.0.2.12:11211", decision: allow },
        {
          to: "outside",
          decision: {
            ...allow,
            verdict: "assumed",
            unsure: true,
            reason: "Routed by 192.0.2.1; what is beyond is not modelled.",
          },
        },
      ],
      untried: 0,
      targets: "",
    },
    devices: ["null", "zero", "random", "urandom", "fd/0", "pts/0"].map((name) => ({
      path: `/dev/${name}`,
      mode: "crw-rw-rw-",
      origin: { what: "devfs ruleset 4 (devfsrules_jail)", from: "default" },
    })),
    privileges,
    limits: [
      {
        name: "memoryuse",
        unit: "bytes",
        used: 900_000_000,
        limit: 1 << 30,
        text: "resident set size: deny 1G",
        origin: at(20, "rctl of www"),
      },
      { name: "maxproc", unit: "count", used: 6, limit: 100, text: "number of processes" },
      { name: "children.max", unit: "count", used: 2, limit: 2, text: "jails below this one" },
      { name: "pcpu", unit: "percent of one CPU", used: 3, limit: null, text: "no rule" },
    ],
    recent: [
      event(34, "www: created, jid 1"),
      event(35, "devfs is mounted on /jails/www/dev with ruleset 4"),
      event(36, "192.0.2.10/24 is set on em0"),
      event(37, "exec.start: /bin/sh /etc/rc", { origins: [at(4, "exec.start")] }),
      event(38, "mount.fdescfs", { outcome: "failed", errno: "EPERM", origins: [at(7, "mount.fdescfs")] }),
      event(39, "www runs", { from: "starting", to: "running" }),
    ],
    earlier: 0,
    changes: ["Process nginx (120) in www begins.", "tcp4 192.0.2.10:80 (nginx) is listened on."],
    ...change,
  };
}

function pick({ location }: OriginView) {
  return location ? { location } : {};
}

/** A host with so many jails; the first ones of many states. */
export function hostInspection(count: number): Inspection {
  const containers = Array.from({ length: count }, (_, index) => {
    const name =
      ["www", "db", "cache", "mail"][index] ?? `${["app", "web", "ci", "test"][index % 4]}-${index}`;
    const description = `192.0.2.${10 + (index % 200)}`;
    if (index % 7 === 3) return container(name, { ...failed, description });
    if (index % 5 === 2) return container(name, { ...stopped, description });
    return container(name, { number: index + 1, description });
  });
  const { container: _, ...jail } = jailInspection();
  return {
    ...jail,
    containers,
    processes: [
      ...["init", "devd", "syslogd", "sshd", "cron", "ntpd"].map((command, index) =>
        process(index + 1, 1, command),
      ),
      ...containers.flatMap(({ name, number }, index) =>
        number === null
          ? []
          : ["sh", "nginx", "nginx", "cron"].map((command, own) =>
              process(1000 + index * 10 + own, own === 0 ? 1 : 1000 + index * 10, command, {
                container: name,
              }),
            ),
      ),
    ],
    mounts: [{ from: "zroot/ROOT/default", on: "/", type: "zfs", options: [] }, ...jail.mounts],
    network: {
      ...jail.network,
      stack: "own",
      links: [
        { name: "em0", kind: "ethernet", up: true, addresses: [{ address: "192.0.2.1/24" }] },
        { name: "em1", kind: "ethernet", up: false, addresses: [] },
        { name: "bridge0", kind: "bridge", up: true, addresses: [{ address: "10.0.0.1/24" }] },
        { name: "lo0", kind: "loopback", up: true, addresses: [{ address: "127.0.0.1/8" }] },
        { name: "em2", kind: "ethernet", up: true, addresses: [], holder: "www" },
      ],
      path: [],
    },
    privileges: [],
    limits: [],
  };
}

export function sceneOf(inspection: Inspection, change: Partial<Scene> = {}): Scene {
  const columns = drawnInside(inspection.containers).map(({ id, description }, index) =>
    columnOf(
      id,
      jailInspection({
        network: {
          ...jailInspection().network,
          stack: index % 2 === 0 ? "shared" : "own",
          links: [
            index % 2 === 0
              ? { name: "em0", kind: "ethernet", up: true, addresses: [{ address: `${description}/24` }] }
              : {
                  name: `epair${index}b`,
                  kind: "epair",
                  up: true,
                  over: "bridge0",
                  addresses: [{ address: "10.0.0.7/24" }],
                },
          ],
        },
      }),
    ),
  );
  return { inspection, columns, following: true, ...change };
}

/** A host with zones that are bound to resource pools. */
export function pooledInspection(count: number): Inspection {
  const host = hostInspection(count);
  const running = host.containers.filter(({ number }) => number !== null).map(({ name }) => name);
  return {
    ...host,
    system: "illumos",
    containers: host.containers.map((one) => ({ ...one, type: "zone" })),
    processors: {
      sets: [
        { name: "pset_default", cpus: [0, 1, 4, 5, 6, 7] },
        { name: "pset_web", cpus: [2, 3] },
      ],
      pools: [
        {
          ...{ name: "pool_default", set: "pset_default", scheduler: "", temporary: false },
          containers: running.slice(1),
        },
        {
          ...{ name: "pool_web", set: "pset_web", scheduler: "FSS", temporary: false },
          containers: running.slice(0, 1),
        },
      ],
    },
  };
}

/** The way out of a container with two interfaces: one is guarded, the other one leads nowhere. */
export const guardedPath: readonly PathView[] = [
  { id: "container", kind: "container", name: "www", detail: "", to: ["net0", "net1"] },
  {
    ...{ id: "net0", kind: "interface", name: "net0", detail: "vnic 192.0.2.10/24", to: ["aggr0"] },
    obstacle: { text: "Link protection mac-nospoof, ip-nospoof: only from 192.0.2.10.", all: false },
  },
  {
    ...{ id: "net1", kind: "interface", name: "net1", detail: "vnic 10.0.0.7/24", to: ["stub0"] },
    obstacle: { text: "net1 is down.", all: true },
  },
  { id: "aggr0", kind: "link", name: "aggr0", detail: "aggr", to: ["igb0", "igb1"] },
  { id: "igb0", kind: "link", name: "igb0", detail: "phys", to: ["gateway"] },
  { id: "igb1", kind: "link", name: "igb1", detail: "phys", to: ["gateway"] },
  {
    ...{ id: "stub0", kind: "link", name: "stub0", detail: "etherstub", to: [] },
    obstacle: { text: "Nothing of it leads out of the machine.", all: true },
  },
  { id: "gateway", kind: "gateway", name: "192.0.2.1", detail: "", to: ["outside"] },
  { id: "outside", kind: "outside", name: "outside", detail: "", to: [] },
];
