import type { Outcome } from "../decision.ts";
import { ensureDirectory } from "../filesystem/build.ts";
import { editable } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import { bind, listen, socket } from "../network/sockets.ts";
import { spawn } from "../process/processes.ts";
import { changeProcess } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import type { Listener } from "./types.ts";

/** The kernel's threads and the scripts of the boot have had the pids below. */
const FIRST_DAEMON = 600;

/** init and the daemons, their sockets open. A daemon opens them as root and then becomes its user. */
export function buildProcesses(host: Host): void {
  spawn(host, { command: "init", args: ["/sbin/init"] });
  startDaemons(host);
}

/** The daemons alone, when init is there. */
export function startDaemons(host: Host): void {
  const { machine, processes } = host.state;
  processes.last = FIRST_DAEMON - 1;
  for (const { name, user, listens } of machine.services) {
    const process = spawn(host, { command: name, args: [name] });
    for (const listener of listens) openSocket(host, process, listener);
    const account = machine.users.find((known) => known.name === user);
    if (account && account.uid !== 0) become(host, process, account);
  }
}

function openSocket(host: Host, process: Process, { family, protocol, address, port }: Listener): void {
  const local = family === "local";
  const type = protocol === "udp" ? "datagram" : "stream";
  const made = done(socket(host, process, { family, type }));
  // Daemons set it, so that one socket may have any address and another a certain one.
  if (!local) made.options = ["reuseaddr"];
  // sockstat(1) calls one for both families tcp46.
  if (family === "inet6") made.v6only = true;
  if (local) ensureDirectory(host, address.slice(0, address.lastIndexOf("/")), false);
  done(bind(host, process, made.id, { address, port }));
  if (type === "stream") done(listen(host, process, made.id));
  // Daemons of the base system let everybody connect.
  if (made.vnode) editable(host, made.vnode).mode = 0o666;
}

function become(host: Host, process: Process, { uid, gid }: { uid: number; gid: number }): void {
  changeProcess(host, process, () => {
    process.credential = { ...process.credential, uid, ruid: uid, svuid: uid, gid, groups: [gid] };
  });
}

/** At boot nothing may fail: what could was checked when the host file was read. */
function done<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`a daemon cannot start: ${outcome.decision.reason}`);
  return outcome.value;
}
