import { findDirectory } from "@zonewarden/server/host/filesystem/build";
import { describe, expect, it } from "vitest";
import { testHost } from "../harness.ts";
import {
  addressesOn,
  boot,
  describedHost,
  living,
  mountsBelow,
  programs,
  shell,
  states,
  steps,
  stop,
} from "./boot.ts";

/** A jail with every step that a start has, each of which leaves a trace. */
const EVERYTHING = {
  "exec.prepare": '"touch /tmp/prepare"',
  "ip4.addr": '"lo0|10.0.0.1/24"',
  "ip6.addr": '"lo0|2001:db8:9::1/64"',
  mount: '"/srv/a /jails/web/mnt nullfs ro 0 0"',
  "mount.fstab": '"/etc/fstab.web"',
  "mount.devfs": "true",
  "mount.fdescfs": "true",
  "mount.procfs": "true",
  "exec.prestart": '"touch /tmp/prestart"',
  persist: "true",
  "exec.created": '"touch /tmp/created"',
  "zfs.dataset": '"zroot/web"',
  "exec.start": '"/bin/sh /etc/rc"',
  command: '"touch /tmp/command"',
  "exec.poststart": '"touch /tmp/poststart"',
};

const text = (parameters: Readonly<Record<string, string>>) =>
  `web { path = /jails/web; ${Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value};`)
    .join(" ")} }`;

function readyHost() {
  const host = describedHost(["/jails/web", "/srv/a", "/srv/b"]);
  shell(host, "mkdir /jails/web/mnt /jails/web/opt");
  shell(host, "echo '/srv/b /jails/web/opt nullfs rw 0 0 # of the customer' > /etc/fstab.web");
  shell(host, "zfs create -o jailed=on zroot/web");
  return host;
}

const ADDRESSES = ["10.0.0.1/24", "2001:db8:9::1/64"];
const own = (list: readonly string[]) => list.filter((address) => ADDRESSES.includes(address));
const MOUNTS = ["/jails/web/mnt", "/jails/web/opt", "/jails/web/dev", "/jails/web/dev/fd", "/jails/web/proc"];

describe("a start with every step", () => {
  it("goes through them in the order of jail(8)", () => {
    const booted = boot(text(EVERYTHING), readyHost());
    expect(booted.report).toMatchObject({ status: 0, stderr: "" });
    const order = steps(booted, "web").filter((kind) =>
      /^(?:exec|ip[46]|mount|zfs|command|jail\.create)/.test(kind),
    );
    expect(order.filter((kind) => kind !== "command.assumed")).toEqual([
      ...["exec.prepare", "ip4.addr", "ip6.addr", "mount", "mount.fstab"],
      ...["mount.devfs", "mount.fdescfs", "mount.procfs", "exec.prestart", "jail.create"],
      ...["exec.created", "zfs.dataset", "exec.start", "command", "exec.poststart"],
    ]);
    expect(own(addressesOn(booted.host, "lo0"))).toEqual(ADDRESSES);
    expect(mountsBelow(booted.host, "/jails/web")).toEqual(MOUNTS);
    expect(programs(booted.host, "web")).toEqual(["syslogd", "cron"]);
    expect(booted.host.state.files.datasets["zroot/web"]?.container).toBe(1);
  });

  it("is undone by the stop, mounts and addresses in reverse", () => {
    const booted = boot(text(EVERYTHING), readyHost());
    const before = booted.host.events.length;
    expect(stop(booted)).toMatchObject({ status: 0, stdout: "web: removed\n", stderr: "" });
    const { host } = booted;
    expect([living(host), mountsBelow(host, "/jails/web"), own(addressesOn(host, "lo0"))]).toEqual([
      [],
      [],
      [],
    ]);
    const undone = host.events.slice(before).filter(({ kind }) => /^(?:mount|ip[46])/.test(kind));
    expect(undone.map(({ kind }) => kind)).toEqual([
      ...["mount.procfs", "mount.fdescfs", "mount.devfs", "mount.fstab", "mount", "ip6.addr", "ip4.addr"],
    ]);
  });
});

/** What of EVERYTHING stays when a step fails, and how it is made to fail. */
const FAILURES: readonly {
  step: string;
  value: string;
  says: string;
  /** Files that commands have made before. */
  stays: readonly string[];
}[] = [
  { step: "exec.prepare", value: '"false"', says: "false: failed", stays: [] },
  {
    step: "ip4.addr",
    value: '"lo0|10.0.0.1/24", "nope0|10.0.0.2/24"',
    says: "/sbin/ifconfig nope0 inet 10.0.0.2/24 alias: failed",
    stays: ["prepare"],
  },
  {
    step: "ip6.addr",
    value: '"nope0|2001:db8::1"',
    says: "/sbin/ifconfig nope0 inet6 2001:db8::1 prefixlen 128 alias: failed",
    stays: ["prepare"],
  },
  {
    step: "mount",
    value: '"/srv/a /jails/web/mnt nullfs ro 0 0", "/srv/none /jails/web/opt nullfs"',
    says: "/sbin/mount -t nullfs /srv/none /jails/web/opt: failed",
    stays: ["prepare"],
  },
  {
    step: "mount.fstab",
    value: '"/etc/fstab.bad"',
    says: "mount: /srv/b: missing information",
    stays: ["prepare"],
  },
  {
    step: "mount.procfs",
    value: 'true; exec.prepare += "rmdir /jails/web/proc"',
    says: "mount.procfs: /jails/web/proc: No such file or directory",
    stays: ["prepare"],
  },
  { step: "exec.prestart", value: '"false"', says: "false: failed", stays: ["prepare"] },
  {
    step: "persist",
    value: "true; ip4.addr = 10.9.9.9, 10.9.9.9",
    says: "jail_set: Invalid argument",
    stays: ["prepare", "prestart"],
  },
  { step: "exec.created", value: '"false"', says: "false: failed", stays: ["prepare", "prestart"] },
  {
    step: "zfs.dataset",
    value: '"zroot/none"',
    says: "/sbin/zfs jail 1 zroot/none: failed",
    stays: ["prepare", "prestart", "created"],
  },
  {
    step: "exec.start",
    value: '"/bin/sh /etc/rc", "false"',
    says: "false: failed",
    stays: ["prepare", "prestart", "created"],
  },
  { step: "command", value: '"false"', says: "false: failed", stays: ["prepare", "prestart", "created"] },
  {
    step: "exec.poststart",
    value: '"false"',
    says: "false: failed",
    stays: ["prepare", "prestart", "created"],
  },
];

describe("a failure undoes addresses, mounts and the jail, and nothing that a command did", () => {
  it.each(FAILURES)("in $step", ({ step, value, says, stays }) => {
    const host = readyHost();
    shell(host, "echo /srv/b > /etc/fstab.bad");
    const never = {
      "exec.stop": '"touch /tmp/stop"',
      "exec.poststop": '"touch /tmp/poststop"',
      "exec.release": '"touch /tmp/release"',
    };
    const { report } = boot(text({ ...EVERYTHING, ...never, [step]: value }), host);
    expect(report.status).toBe(1);
    expect(states(report)).toEqual(["web: failed"]);
    expect(report.stderr).toContain(`jail: web: ${says}\n`);
    expect([living(host), mountsBelow(host, "/jails/web"), own(addressesOn(host, "lo0"))]).toEqual([
      [],
      [],
      [],
    ]);
    const made = ["prepare", "prestart", "created", "stop", "poststop", "release"];
    expect(made.filter((name) => findDirectory(host, `/tmp/${name}`))).toEqual(stays);
  });
});

describe("persist", () => {
  it("is lent to a jail with commands, and taken back: without a process the jail is gone", () => {
    const { host, report } = boot("web { path = /jails/web; exec.start = true; }");
    expect(report.status).toBe(0);
    expect(states(report)).toEqual(["web: absent"]);
    expect(living(host)).toEqual([]);
  });

  it("is not lent without commands, so that the kernel refuses", () => {
    const { report } = boot("web { path = /jails/web; }");
    expect(report.stderr).toBe("jail: web: new jail must persist or attach\n");
  });

  it("is lent for an empty list, too", () => {
    const { report } = boot('web { path = /jails/web; exec.start = ""; }');
    expect([report.status, ...states(report)]).toEqual([0, "web: absent"]);
  });

  it("is of no matter where a command that is not modelled may have left a daemon", () => {
    const { host, report } = boot('web { path = /jails/web; exec.start = "/usr/local/bin/caddy start"; }');
    expect(states(report)).toEqual(["web: running"]);
    expect(programs(host, "web")).toEqual(["caddy"]);
    expect(host.events.filter(({ kind }) => kind === "assume.process")).toHaveLength(1);
  });
});

describe("what jail(8) refuses before it starts anything", () => {
  it.each([
    ["path = /jails/web; persist; exec.fib = x;", 'exec.fib: non-integer value "x"'],
    ["path = /jails/web; persist; allow.nothing_known;", "unknown parameter: allow.nothing_known"],
    ["path = /jails/web; persist; ip4.addr = 10.0.0.300;", "ip4.addr: not an IPv4 address: 10.0.0.300"],
    ["path = $nothing; persist;", 'path: variable "nothing" not found'],
    ["path = jails/web; persist;", "path jails/web: not an absolute pathname"],
    ["path = /jails/none; persist;", "path /jails/none: No such file or directory"],
    ["persist; mount.devfs;", "mount.devfs: no jail root path defined"],
    ["path = /jails/web; persist; mount.fstab = /etc/none;", "fopen /etc/none: No such file or directory"],
  ])("%s", (body, says) => {
    const { host, report } = boot(`web { ${body} }`, describedHost(["/jails/web"]));
    expect(report.stderr).toContain(`jail: web: ${says}\n`);
    expect(report.status).toBe(1);
    expect(living(host)).toEqual([]);
  });
});

describe("a mount point below the jail's root", () => {
  it("may not be reached through a link of the jail", () => {
    const host = describedHost(["/jails/web"]);
    shell(host, "ln -s /etc /jails/web/evil");
    const { report } = boot(
      'web { path = /jails/web; persist; mount = "tmpfs /jails/web/evil tmpfs rw"; }',
      host,
    );
    expect(report.stderr).toBe("jail: web: mount: /jails/web/evil is a symbolic link\n");
  });
});

describe("events", () => {
  it("name the line that a step comes from", () => {
    const source = 'web {\n  path = /jails/web;\n  persist;\n  ip4.addr = "lo0|10.0.0.1";\n}\n';
    const { host } = boot(source, describedHost(["/jails/web"]));
    const { causes } = host.events.find(({ kind }) => kind === "ip4.addr") ?? { causes: [] };
    const place = causes[0]?.place;
    expect(place && source.slice(place.start, place.end)).toBe('"lo0|10.0.0.1"');
  });

  it("are never dated back", () => {
    const { host } = boot(
      "a { path = /a; exec.start = 'sleep 5', 'true'; } b { path = /b; exec.start = 'sleep 2'; }",
    );
    const times = host.events.map(({ t }) => t);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe("a directory of a described machine", () => {
  const config = "web { path = /jails/web; persist; mount.devfs; }\n";

  it("is taken to hold a base system, for nobody lists what is in it", () => {
    const host = testHost({ described: true, directories: [{ path: "/jails/web" }] });
    expect(states(boot(config, host).report)).toEqual(["web: running"]);
    expect(host.events.filter(({ kind }) => kind === "assume.directory")).toHaveLength(1);
  });

  it("that is not there is missing", () => {
    const host = testHost({ described: true });
    expect(states(boot(config, host).report)).toEqual(["web: failed"]);
  });
});

it("a mount point that is missing with the root of the jail is the fault of the path, too", () => {
  const { host, report } = boot("web { path = /jails/none; persist; mount.devfs; }", describedHost([]));
  expect(report.stderr).toBe("jail: web: mount.devfs: /jails/none/dev: No such file or directory\n");
  const refused = host.events.find(({ kind, outcome }) => kind === "mount.devfs" && outcome === "failed");
  expect(refused?.causes.map(({ what }) => what)).toEqual(["mount.devfs", "path=/jails/none"]);
});
