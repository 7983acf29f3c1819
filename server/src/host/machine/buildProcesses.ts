import { HOST_ROOT } from "../filesystem/build.ts";
import type { Socket } from "../network/types.ts";
import type { Credential, Process } from "../process/types.ts";
import type { Service, User } from "./types.ts";

/** pid of the first process. */
const INIT = 1;
/** The kernel threads and boot scripts before the daemons have used up the numbers below. */
const FIRST_DAEMON = 600;

/** init and the daemons, with their sockets open and listening. */
export function buildProcesses(services: readonly Service[], users: readonly User[]) {
  const processes: Process[] = [daemon(INIT, "init", ["/sbin/init"], rootUser)];
  const sockets: Socket[] = [];
  services.forEach((service, position) => {
    const pid = FIRST_DAEMON + position;
    const user = users.find(({ name }) => name === service.user) ?? rootUser;
    const process = daemon(pid, service.name, [service.name], user);
    for (const { family, protocol, address, port } of service.listens) {
      const id = sockets.length + 1;
      const local = family === "local";
      sockets.push({
        id,
        family,
        type: protocol === "udp" ? "datagram" : "stream",
        protocol: local ? "" : protocol,
        jid: 0,
        uid: user.uid,
        pid,
        vnet: 0,
        local: local ? null : { address, port },
        remote: null,
        ...(local && { path: address }),
        listening: protocol !== "udp",
        v6only: family === "inet6",
        lingersUntil: null,
      });
      process.descriptors.push({ fd: process.descriptors.length, kind: "socket", id, write: true });
    }
    processes.push(process);
  });
  return { processes, sockets };
}

const rootUser: User = { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" };

function daemon(pid: number, command: string, args: string[], { uid, gid }: User): Process {
  const credential: Credential = {
    uid,
    ruid: uid,
    svuid: uid,
    gid,
    groups: [gid],
    jid: 0,
    loginClass: "daemon",
  };
  return {
    pid,
    parent: pid === INIT ? 0 : INIT,
    session: pid,
    group: pid,
    command,
    args,
    credential,
    root: { ...HOST_ROOT },
    directory: { ...HOST_ROOT },
    jailDirectory: null,
    descriptors: [],
    changedCredential: false,
    noNewPrivileges: false,
    noTrace: false,
    nice: 0,
    cpuset: 1,
    memory: { resident: 3 * 1024 ** 2, virtual: 13 * 1024 ** 2 },
    started: 0,
    state: "sleeping",
    exitStatus: null,
    environment: {},
  };
}
