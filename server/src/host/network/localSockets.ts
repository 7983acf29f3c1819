import { allowed, denied, type Outcome } from "../decision.ts";
import { mayAccess } from "../filesystem/access.ts";
import { mksocket, sameNode } from "../filesystem/entries.ts";
import { lookup } from "../filesystem/lookup.ts";
import { nodeOf } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { changeSocket, socketsAt } from "./socketIndex.ts";
import type { Socket } from "./types.ts";

/**
 * Local sockets with a path. Who reaches one is decided by the file system alone: jails that share a directory talk
 * through it. Source: unp_bind(), unp_connectat() in sys/kern/uipc_usrreq.c, unix(4).
 */

/**
 * bind(2): makes the node.
 * @returns EINVAL if it has a path already, EADDRINUSE if the name is taken, the errors of the lookup
 */
export function bindPath(host: Host, process: Process, socket: Socket, path: string): Outcome {
  if (socket.path !== undefined) return denied("EINVAL", "bind/again", "The socket has a path already.");
  const made = mksocket(host, process, path);
  if (!made.ok) return made.errno === "EEXIST" ? denied("EADDRINUSE", "bind/path", `${path} exists.`) : made;
  changeSocket(host, socket, { path, vnode: { ...made.value } });
  return allowed(undefined, "bind/path", "Whoever finds the node may connect.");
}

/**
 * connect(2): the socket that listens at the node.
 * @returns ENOTSOCK for another file, EACCES without the right to write, ECONNREFUSED if nobody listens, the errors of
 * the lookup
 */
export function connectPath(host: Host, process: Process, socket: Socket, path: string): Outcome<Socket> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const vnode = found.value;
  if (nodeOf(host, vnode).kind !== "socket")
    return denied("ENOTSOCK", "connect/path", `${path} is no socket.`);
  const may = mayAccess(host, process, vnode, { write: true });
  if (!may.ok) return may;
  const other = socketsAt(host, vnode).find(
    (one) =>
      one.family === "local" &&
      one.type === socket.type &&
      sameNode(host, one.vnode, vnode) &&
      (one.type !== "stream" || one.listening),
  );
  if (!other) return denied("ECONNREFUSED", "connect/path", `Nobody listens at ${path}.`);
  return allowed(other, "connect/path", `${path} is reached through the file system: no jail is asked.`);
}
