import type { Decision } from "../../decision.ts";
import { editable } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import { listenerText, parseListener } from "../../machine/listeners.ts";
import type { Listener } from "../../machine/types.ts";
import { bind, close, listen, socket } from "../../network/sockets.ts";
import { setCredential } from "../../process/credentials.ts";
import { exit, findProcess, spawn } from "../../process/processes.ts";
import { changeProcess } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import type { Zone } from "../types.ts";
import { commandOf } from "./instances.ts";

/** Daemons of a zone: a process, its sockets opened through the kernel, and then its user. */
export interface Daemon {
  readonly program: string;
  readonly listens?: readonly string[] | undefined;
  readonly user?: string | undefined;
}

/** Either the process, or why the daemon gave up. */
export type Begun =
  | { readonly process: Process; readonly places: readonly string[] }
  | { readonly refusal: Decision };

/** A daemon is forked within the limits of its zone, and goes on as long as one of its addresses is to be had. */
export function startDaemon(host: Host, zone: Zone, { program, listens = [], user }: Daemon): Begun {
  const parent = findProcess(host, zone.init ?? zone.zsched);
  const full = parent && host.kernel.processes.mayFork(host, parent);
  if (full) return { refusal: full.decision };
  const process = spawn(host, {
    command: commandOf(program),
    args: argumentsOf(program),
    // What init has, unless that is gone.
    ...(!parent && { credential: { container: zone.id, uid: 0, gid: 0, groups: [0] } }),
    root: zone.root,
    parent,
  });
  if (listens.length === 0) {
    if (user !== undefined) become(host, process, user);
    return { process, places: NOWHERE };
  }
  const places: string[] = [];
  let refusal: Decision | undefined;
  for (const listener of listens) {
    const parsed = parseListener(listener);
    const refused = openSocket(host, process, parsed);
    if (refused) refusal = refused;
    else places.push(listenerText(parsed));
  }
  if (refusal && places.length === 0) {
    // It was the start method still, and no daemon whose end the restarter would see.
    changeProcess(host, process, () => {
      process.command = "sh";
    });
    exit(host, process, 1);
    return { refusal };
  }
  if (user !== undefined) become(host, process, user);
  return { process, places };
}

/** Many zones run the same programs. */
const lists = new Map<string, readonly string[]>();
const MOST_LISTS = 1000;

function argumentsOf(program: string): readonly string[] {
  const known = lists.get(program);
  if (known) return known;
  if (lists.size >= MOST_LISTS) lists.clear();
  const made = [program];
  lists.set(program, made);
  return made;
}

const NOWHERE: readonly string[] = [];

function openSocket(
  host: Host,
  process: Process,
  { family, protocol, address, port }: Listener,
): Decision | undefined {
  const type = protocol === "udp" ? "datagram" : "stream";
  const made = socket(host, process, { family, type });
  if (!made.ok) return made.decision;
  const { id } = made.value;
  // Daemons ask for it, so that the sockets of both families may have one port.
  made.value.options = ["reuseaddr"];
  if (family === "inet6") made.value.v6only = true;
  const bound = bind(host, process, id, { address, port });
  const heard = bound.ok && type === "stream" ? listen(host, process, id) : bound;
  if (!heard.ok) {
    close(host, process, id);
    return heard.decision;
  }
  if (made.value.vnode) editable(host, made.value.vnode).mode = 0o666;
  return undefined;
}

function become(host: Host, process: Process, user: string): void {
  const account = host.state.machine.users.find(({ name }) => name === user);
  if (!account) return;
  const { uid, gid } = account;
  setCredential(host, process, { uid, ruid: uid, svuid: uid, gid, groups: [gid] });
}
