import { allMounts } from "../../host/filesystem/nodes.ts";
import type { Host } from "../../host/host.ts";
import type { Process } from "../../host/process/types.ts";
import { listenerText } from "./processes.ts";

/** What has changed from one moment to the next, in sentences. */

/** More sentences are not read; the last one says how many are left out. */
const MOST = 40;

/** What is compared: a name for each thing and what is said of it. */
type Things = ReadonlyMap<string, string>;

interface Area {
  readonly things: (host: Host) => Things;
  readonly came: (text: string) => string;
  readonly went: (text: string) => string;
}

const AREAS: readonly Area[] = [
  {
    things: containers,
    came: (text) => `${text} comes into being.`,
    went: (text) => `${text} is gone.`,
  },
  {
    things: processes,
    came: (text) => `Process ${text} begins.`,
    went: (text) => `Process ${text} ends.`,
  },
  {
    things: mounts,
    came: (text) => `${text} is mounted.`,
    went: (text) => `${text} is unmounted.`,
  },
  {
    things: links,
    came: (text) => `Link ${text} appears.`,
    went: (text) => `Link ${text} disappears.`,
  },
  {
    things: addresses,
    came: (text) => `${text} is set.`,
    went: (text) => `${text} is taken away.`,
  },
  {
    things: routes,
    came: (text) => `The route ${text} is added.`,
    went: (text) => `The route ${text} is deleted.`,
  },
  {
    things: listeners,
    came: (text) => `${text} is listened on.`,
    went: (text) => `${text} is no longer listened on.`,
  },
  {
    things: datasets,
    came: (text) => `Dataset ${text}.`,
    went: (text) => `No longer: dataset ${text}.`,
  },
];

/** `before` is absent for the beginning, which nothing precedes. */
export function changesOf(before: Host | undefined, after: Host): string[] {
  if (!before) return [];
  const found: string[] = [];
  for (const { things, came, went } of AREAS) {
    const old = things(before);
    const now = things(after);
    for (const [key, text] of old) if (now.get(key) !== text) found.push(went(text));
    for (const [key, text] of now) if (old.get(key) !== text) found.push(came(text));
  }
  const left = found.length - MOST;
  return left > 0 ? [...found.slice(0, MOST), `${left} more changes are not shown.`] : found;
}

function containers(host: Host): Things {
  const { freebsd, illumos } = host.state;
  const jails = Object.values(freebsd?.prisons ?? {}).map(
    ({ jid, name, state }) => [`jail ${jid}`, `Jail ${name} (jid ${jid}, ${state})`] as const,
  );
  const zones = Object.values(illumos?.zones ?? {}).map(
    ({ id, name, status }) => [`zone ${id}`, `Zone ${name} (id ${id}, ${status})`] as const,
  );
  return new Map([...jails, ...zones].filter(([key]) => !key.endsWith(" 0")));
}

function processes(host: Host): Things {
  return new Map(
    Object.values(host.state.processes.byPid).map((process) => [
      String(process.pid),
      processText(host, process),
    ]),
  );
}

function processText(host: Host, { pid, command, credential: { container }, state }: Process): string {
  const where = container === 0 ? "" : ` in ${host.kernel.containers.called(host, container)}`;
  return `${command} (${pid}${state === "zombie" ? ", zombie" : ""})${where}`;
}

function mounts(host: Host): Things {
  return new Map(allMounts(host).map(({ id, from, path, type }) => [id, `${from} (${type}) on ${path}`]));
}

function stacks(host: Host) {
  return Object.values(host.state.network.vnets).map((stack) => ({
    stack,
    where: stack.container === 0 ? "" : ` in ${host.kernel.containers.called(host, stack.container)}`,
  }));
}

function links(host: Host): Things {
  return new Map(
    stacks(host).flatMap(({ stack, where }) =>
      stack.interfaces.map(({ name, up }) => [
        `${stack.id} ${name}`,
        `${name}${where} (${up ? "up" : "down"})`,
      ]),
    ),
  );
}

function addresses(host: Host): Things {
  return new Map(
    stacks(host).flatMap(({ stack, where }) =>
      stack.interfaces.flatMap((link) =>
        link.addresses.map(({ address, prefix }): [string, string] => [
          `${stack.id} ${link.name} ${address}`,
          `${address}/${prefix} on ${link.name}${where}`,
        ]),
      ),
    ),
  );
}

function routes(host: Host): Things {
  return new Map(
    stacks(host).flatMap(({ stack, where }) =>
      stack.routes.map(({ destination, gateway, fib, interface: link }): [string, string] => [
        `${stack.id} ${fib} ${destination} ${link}`,
        `${destination} by ${gateway}${where}`,
      ]),
    ),
  );
}

function listeners(host: Host): Things {
  return new Map(
    Object.values(host.state.network.sockets).flatMap((socket): [string, string][] => {
      const text = listenerText(socket);
      if (text === undefined) return [];
      const command = host.state.processes.byPid[socket.pid]?.command ?? "";
      return [[String(socket.id), `${text} (${command})`]];
    }),
  );
}

function datasets(host: Host): Things {
  return new Map(
    Object.values(host.state.files.datasets).map(({ name, mounted, zoned, container }) => [
      name,
      `${name} is ${mounted ? "mounted" : "not mounted"}${zoned ? " and delegated" : ""}${container === 0 ? "" : ` to ${host.kernel.containers.called(host, container)}`}`,
    ]),
  );
}
