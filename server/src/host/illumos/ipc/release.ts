import type { Host } from "../../host.ts";
import { channelsBoundBy, doorsOfServer, dropDoor, dropTransports, unbindChannel } from "./objectIndex.ts";
import { dropObjects, objectsOfZone } from "./sysvIndex.ts";

/** What goes with a zone or a process. */

/** System V objects of a zone that shuts down. Source: the callbacks of zones in usr/src/uts/common/os/ipc.c. */
export function removeObjectsOfZone(host: Host, zone: number): void {
  dropObjects(host, objectsOfZone(host, zone));
}

/** Doors that a process serves, its bindings to channels and its loopback addresses. */
export function removeObjectsOfProcess(host: Host, pid: number): void {
  for (const door of doorsOfServer(host, pid)) dropDoor(host, door);
  dropTransports(host, pid);
  for (const channel of channelsBoundBy(host, pid)) unbindChannel(host, channel, pid);
}
