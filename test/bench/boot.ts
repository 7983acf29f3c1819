import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import { createJails, removeJails } from "@zonewarden/server/host/freebsd/jail8/operations";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import { definitionsOf } from "@zonewarden/server/simulation/definitions";

/** Jails of 20 lines each: an address, mounts, permissions, commands, and rc with two daemons. */
export function bootText(jails: number): string {
  return Array.from({ length: jails }, (_, i) => {
    const address = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    return `jail${i} {
  path = /jails/jail${i};
  host.hostname = "jail${i}.example.org";
  host.domainname = "example.org";
  ip4.addr = "lo1|${address === "10.0.0.0" ? "10.255.0.1" : address}/32";
  mount.devfs;
  devfs_ruleset = 4;
  enforce_statfs = 2;
  securelevel = 2;
  allow.raw_sockets;
  allow.noset_hostname;
  sysvshm = new;
  children.max = 2;
  stop.timeout = 5;
  exec.clean;
  exec.timeout = 60;
  exec.prestart = "echo starting $name > /dev/null";
  exec.start = "/bin/sh /etc/rc";
  exec.stop = "/bin/sh /etc/rc.shutdown jail";
}
`;
  }).join("");
}

/** Milliseconds of CPU that starting and stopping take, and bytes of the heap for each jail that runs. */
export function measureBoot(jails: number) {
  const text = bootText(jails);
  const { sections } = JailDocument.parse(text);
  const none = { open: () => undefined, glob: () => [] };
  const definitions = definitionsOf(resolveAll({ path: "jail.conf", text, sections }, none, 15));
  // A machine that is big enough: each jail has two daemons.
  const host = buildHost({
    ...defaultHost,
    sysctls: { "kern.maxproc": 99_999, "kern.maxprocperuid": 90_000, "kern.maxfiles": 1_000_000 },
  });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const create = cpu(() => createJails(host, definitions));
  const events = host.events.length;
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / jails;
  const remove = cpu(() => removeJails(host, definitions));
  return {
    create: create.ms,
    remove: remove.ms,
    heap,
    events,
    status: create.value.status + remove.value.status,
  };
}

function cpu<T>(work: () => T): { readonly value: T; readonly ms: number } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: (user + system) / 1000 };
}
