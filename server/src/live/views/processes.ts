import type { Host } from "../../host/host.ts";
import { textOf } from "../../host/network/pcb.ts";
import { socketsOfContainer } from "../../host/network/socketIndex.ts";
import type { Socket } from "../../host/network/types.ts";
import { processesOfContainer } from "../../host/process/processIndex.ts";
import type { ProcessView } from "../../protocol.ts";

/** The processes of containers, by pid: parents come before their children. */
export function processViews(host: Host, containers: readonly number[]): ProcessView[] {
  // Of two accounts with one uid, such as root and toor, the first gives the name.
  const users = new Map([...host.state.machine.users].reverse().map(({ uid, name }) => [uid, name]));
  return containers
    .flatMap((container) => {
      const listening = new Map<number, string[]>();
      for (const socket of socketsOfContainer(host, container)) {
        const text = listenerText(socket);
        if (text === undefined) continue;
        const known = listening.get(socket.pid);
        if (known) known.push(text);
        else listening.set(socket.pid, [text]);
      }
      const name = host.kernel.containers.nameOf(host, container);
      return processesOfContainer(host, container).map(
        ({ pid, parent, credential, command, state, memory }): ProcessView => ({
          pid,
          parent,
          user: users.get(credential.uid) ?? String(credential.uid),
          command,
          state,
          resident: memory.resident,
          container: name,
          listens: listening.get(pid) ?? [],
        }),
      );
    })
    .sort((a, b) => a.pid - b.pid);
}

/** What a socket waits on, as sockstat(1) has it: `tcp4 *:80`, `unix /var/run/log`. */
export function listenerText(socket: Socket): string | undefined {
  const { family, type, protocol, local, listening, remote, path } = socket;
  if (family === "local")
    return path !== undefined && (listening || type === "datagram") ? `unix ${path}` : undefined;
  if (family !== "inet" && family !== "inet6") return undefined;
  if (!local || local.port === 0 || remote || (type === "stream" && !listening)) return undefined;
  return `${protocol}${family === "inet" ? 4 : 6} ${textOf(local)}`;
}
