import { ensureDirectory } from "../../filesystem/build.ts";
import { bind, connect, listen, type SocketRequest, socket } from "../../network/sockets.ts";
import { mountFs } from "../filesystem/mounts.ts";
import { shmOpen } from "../ipc/posix.ts";
import { msgget, semget, shmget } from "../ipc/sysv.ts";
import { prison } from "../prisons.ts";
import { type Attempt, call, need, PLACE } from "./scene.ts";

/** A key that nobody else uses, and one of the host. */
const KEY = 0x5a77_0001;
const HOST_KEY = 0x5a77_0002;

const STREAM: SocketRequest = { family: "local", type: "stream" };

/** Attempts to talk to other processes. */
export const ipcAttempts = {
  "ipc.shmget": call((scene) => shmget(scene.host, scene.root(), KEY, 4096, { create: true, mode: 0o600 })),
  "ipc.shmget-host-key": call((scene) => {
    need(shmget(scene.host, scene.hostRoot(), HOST_KEY, 4096, { create: true, mode: 0o600 }));
    return shmget(scene.host, scene.root(), HOST_KEY, 4096, { mode: 0o600 });
  }),
  "ipc.semget": call((scene) => semget(scene.host, scene.root(), KEY, 1, { create: true, mode: 0o600 })),
  "ipc.msgget": call((scene) => msgget(scene.host, scene.root(), KEY, { create: true, mode: 0o600 })),
  "ipc.posix-shm": call((scene) => shmOpen(scene.host, scene.root(), "/zonewarden", { create: true })),
  "ipc.unix-socket-shared": call((scene) => {
    const { host } = scene;
    const neighbour = scene.neighbour();
    const shared = `${prison(host, neighbour.jid).path}/shared`;
    ensureDirectory(host, shared);
    const on = scene.directory("shared");
    need(mountFs(host, scene.hostRoot(), { type: "nullfs", from: shared, on: scene.outside(on) }));
    const server = need(socket(host, neighbour.root, STREAM));
    need(bind(host, neighbour.root, server.id, { address: "/shared/socket", port: 0 }));
    need(listen(host, neighbour.root, server.id));
    const process = scene.root();
    const client = socket(host, process, STREAM);
    if (!client.ok) return client;
    return connect(host, process, client.value.id, { address: `${PLACE}/shared/socket`, port: 0 });
  }),
} satisfies Record<string, Attempt>;
