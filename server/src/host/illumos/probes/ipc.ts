import { mkfifo } from "../../filesystem/entries.ts";
import { open, writeFile } from "../../filesystem/open.ts";
import { bind, connect, listen, socket } from "../../network/sockets.ts";
import { channelBind } from "../ipc/channels.ts";
import { doorCall, doorCreate, fattach } from "../ipc/doors.ts";
import { msgget, msgsnd, semget, shmget, sysvSet, sysvUse } from "../ipc/sysv.ts";
import { type Attempt, call, need, untilRefused } from "./scene.ts";

const CREATE = { create: true, mode: 0o600 };
const CHANNEL = "org.zonewarden:news";
/** A segment of a page, and one that is taken again and again. */
const PAGE = 4096;
const SEGMENT = 64 << 20;

/** Attempts to talk to other zones, and on limits of objects. */
export const ipcAttempts = {
  "shmget-same-key": call((scene) => {
    need(shmget(scene.host, scene.neighbour(), 1234, PAGE, CREATE));
    return shmget(scene.host, scene.root, 1234, PAGE, CREATE);
  }),
  "shmat-foreign-id": call((scene) => {
    const id = need(shmget(scene.host, scene.neighbour(), 1, PAGE, CREATE));
    return sysvUse(scene.host, scene.root, "shm", id);
  }),
  "msg-foreign-id": call((scene) =>
    msgsnd(scene.host, scene.root, need(msgget(scene.host, scene.neighbour(), 1, CREATE)), 1),
  ),
  "shm-too-big": (scene) =>
    untilRefused(scene, "zone.max-shm-memory", SEGMENT, ({ host, root }) =>
      shmget(host, root, 0, SEGMENT, CREATE),
    ),
  "ipc-too-many": (scene) =>
    untilRefused(scene, "zone.max-sem-ids", 1, ({ host, root }) => semget(host, root, 0, 1, CREATE)),
  "msg-qbytes": call((scene) => {
    const id = need(msgget(scene.host, scene.root, 0, CREATE));
    return sysvSet(scene.host, scene.root, "msg", id, { size: 1 << 20 });
  }),
  "unix-socket-foreign": call((scene) => {
    const { host, root } = scene;
    const { other, here, there } = scene.meeting();
    const server = need(socket(host, other, { family: "local", type: "stream" }));
    need(bind(host, other, server.id, { address: `${there}/socket`, port: 0 }));
    need(listen(host, other, server.id));
    const client = need(socket(host, root, { family: "local", type: "stream" }));
    return connect(host, root, client.id, { address: `${here}/socket`, port: 0 });
  }),
  "event-channel": call((scene) => {
    need(channelBind(scene.host, scene.globalRoot(), CHANNEL, { create: true }));
    return channelBind(scene.host, scene.root, CHANNEL, { create: true });
  }),
  "door-foreign": call((scene) => {
    const { host } = scene;
    const { other, here, there } = scene.meeting();
    need(writeFile(host, other, `${there}/door`, ""));
    need(fattach(host, other, need(doorCreate(host, other)), `${there}/door`));
    return doorCall(host, scene.root, `${here}/door`);
  }),
  "fifo-foreign": call((scene) => {
    const { other, here, there } = scene.meeting();
    need(mkfifo(scene.host, other, `${there}/pipe`, 0o666));
    return open(scene.host, scene.root, `${here}/pipe`, { write: true });
  }),
} satisfies Record<string, Attempt>;
