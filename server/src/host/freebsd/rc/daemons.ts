import type { Cause, Decision } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { unlink } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import { listenerText, parseListener } from "../../machine/listeners.ts";
import type { Listener } from "../../machine/types.ts";
import { bind, close, listen, socket } from "../../network/sockets.ts";
import { setCredential } from "../../process/credentials.ts";
import { exit, spawn } from "../../process/processes.ts";
import { kill } from "../../process/signals.ts";
import type { Process } from "../../process/types.ts";
import { shmget } from "../ipc/sysv.ts";
import { findAccount } from "../jail8/users.ts";
import { prisonOf, processesIn } from "../prisons.ts";
import type { ServiceKind } from "./services.ts";

/** Starting and stopping daemons, with their sockets opened through the kernel. */

export interface Started {
  readonly ok: boolean;
  /** What the daemon says where it cannot have what it wants. */
  readonly messages: readonly string[];
  readonly decisions: readonly Decision[];
}

/** A segment of its own, without a key. Source: sys/sys/ipc.h. */
const IPC_PRIVATE = 0;

/** The processes of a service in the jail of a process. */
export function processesOf(
  host: Host,
  process: Process,
  { name, process: command = name }: ServiceKind,
): Process[] {
  return processesIn(host, process.credential.container).filter(
    (other) => other.command === command && other.state !== "zombie" && other.pid !== process.pid,
  );
}

/** A daemon opens its sockets as root, then becomes its user; it ends if it lacks what it needs. */
export function startDaemon(host: Host, process: Process, service: ServiceKind): Started {
  const { name, process: command = name, listens, needs } = service;
  const jail = prisonOf(host, process);
  const daemon = spawn(host, {
    command,
    args: [`/usr/sbin/${command}`],
    credential: { container: jail.jid },
    root: process.root,
    environment: process.environment,
  });
  const messages: string[] = [];
  const decisions: Decision[] = [];
  const open: string[] = [];
  for (const listener of listens.map(parseListener)) {
    const refusal = openSocket(host, daemon, listener);
    if (refusal) {
      decisions.push(refusal);
      // getaddrinfo(3) does not even name a family that there is no socket of.
      if (!(listener.address === "*" && NO_FAMILY.has(refusal.errno)))
        messages.push(complaint(command, listener, refusal.errno ? strerror(refusal.errno) : refusal.reason));
    } else open.push(listenerText(listener));
  }
  const segment = service.sharedMemory ? shmget(host, daemon, IPC_PRIVATE, 56, { create: true }) : undefined;
  if (segment && !segment.ok) {
    decisions.push(segment.decision);
    messages.push(`${command}: could not create shared memory segment: ${strerror(segment.errno)}`);
  }
  const network = listens.filter((text) => !text.startsWith("unix "));
  const opened = open.filter((text) => !text.startsWith("unix ")).length;
  const starved =
    segment?.ok === false ||
    (needs === "all" && opened < network.length) ||
    (needs === "some" && network.length > 0 && opened === 0);
  const causes = decisions.flatMap((decision): readonly Cause[] => decision.causes);
  if (starved) {
    exit(host, daemon, 1);
    host.emit({
      container: jail.name,
      kind: "process.start",
      message: `${command} cannot start: ${decisions.at(-1)?.reason ?? ""}`,
      outcome: "failed",
      ...(decisions.at(-1)?.errno && { errno: decisions.at(-1)?.errno as NonNullable<Decision["errno"]> }),
      causes,
    });
    return { ok: false, messages, decisions };
  }
  becomeUser(host, daemon, service.user);
  host.emit({
    container: jail.name,
    kind: "process.start",
    message: `${command} (${daemon.pid}) runs${places(host, daemon)}`,
    outcome: "ok",
    causes,
  });
  return { ok: true, messages, decisions };
}

const NO_FAMILY: ReadonlySet<Decision["errno"]> = new Set(["EPROTONOSUPPORT", "EAFNOSUPPORT"]);

/** What a daemon says about a place that it does not get. Source: socksetup() in usr.sbin/syslogd, listen_on_addrs() in sshd.c. */
function complaint(command: string, listener: Listener, reason: string): string {
  const { address, port, family } = listener;
  if (command === "syslogd" && family !== "local") return `syslogd: bind: ${reason}`;
  if (command === "sshd")
    return `error: Bind to port ${port} on ${address === "*" ? (family === "inet6" ? "::" : "0.0.0.0") : address} failed: ${reason}.`;
  return `${command}: ${listenerText(listener)}: ${reason}`;
}

/** Where a daemon listens as the kernel has it, addresses rewritten. */
function places(host: Host, { descriptors }: Process): string {
  const texts = descriptors.flatMap(({ kind, id }) => {
    const local = kind === "socket" && id !== undefined ? host.state.network.sockets[id]?.local : undefined;
    return local ? [`${local.address}:${local.port}`] : [];
  });
  return texts.length > 0 ? `, listening on ${[...new Set(texts)].join(", ")}` : "";
}

function openSocket(
  host: Host,
  daemon: Process,
  { family, protocol, address, port }: Listener,
): Decision | undefined {
  const type = protocol === "udp" ? "datagram" : "stream";
  const made = socket(host, daemon, { family, type });
  if (!made.ok) return made.decision;
  if (family !== "local") made.value.options = ["reuseaddr"];
  // A socket that an earlier run has left is in the way.
  else if (address !== "") unlink(host, daemon, address);
  const bound = bind(host, daemon, made.value.id, { address, port });
  if (!bound.ok) {
    close(host, daemon, made.value.id);
    return bound.decision;
  }
  if (type === "stream") listen(host, daemon, made.value.id);
  return undefined;
}

function becomeUser(host: Host, daemon: Process, user: string | undefined): void {
  if (user === undefined) return;
  const account = findAccount(host, daemon, user);
  // A port makes its user when it is installed; which number it gets is of no matter here.
  const { uid, gid } = account ?? { uid: PORT_USER, gid: PORT_USER };
  setCredential(host, daemon, { uid, ruid: uid, svuid: uid, gid, groups: [gid] });
}

/** For users of ports, whose numbers are below those of people. */
const PORT_USER = 800;

/** SIGTERM to all of its processes. Gives those that are still there. */
export function stopDaemon(host: Host, process: Process, service: ServiceKind): Process[] {
  for (const { pid } of processesOf(host, process, service)) kill(host, process, pid, "TERM");
  return processesOf(host, process, service);
}
