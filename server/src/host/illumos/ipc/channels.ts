import { type ZoneStatus, zoneStatuses } from "../../../catalog/illumos/zoneStates.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { Zone } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { bindChannel, findChannel, unbindChannel } from "./objectIndex.ts";
import type { ChannelEvent, EventChannel } from "./types.ts";

/**
 * Event channels of the general purpose facility: each zone has its own, so that a name means another channel in
 * another zone. Source: sysevent_bind_handle(3SYSEVENT), usr/src/uts/common/os/evchannels.c.
 */

const LONGEST_NAME = 63;

/** Where the kernel tells the global zone of changes of status. Source: usr/src/uts/common/sys/zone.h. */
export const ZONE_STATUS_CHANNEL = "com.sun:zones:status";

/** sysevent_evc_bind(3SYSEVENT). ENOENT where it is not there and is not to be made, EINVAL for the name. */
export function channelBind(
  host: Host,
  process: Process,
  name: string,
  { create = false }: { create?: boolean } = {},
): Outcome {
  if (name === "" || name.length > LONGEST_NAME || !/^[\w:.-]+$/.test(name))
    return denied("EINVAL", "channel/name", `${name} is no name of a channel.`);
  const { container } = process.credential;
  if (!create && !findChannel(host, container, name))
    return denied("ENOENT", "channel/none", `The zone has no channel ${name}.`, {
      causes: [{ what: "each zone has its own channels", from: "kernel" }],
    });
  bindChannel(host, container, name, process.pid);
  return allowed(undefined, "channel/bind", `The channel ${name} is that of this zone.`, {
    causes: [{ what: "each zone has its own channels", from: "kernel" }],
  });
}

/** sysevent_evc_unbind(3SYSEVENT). */
export function channelUnbind(host: Host, process: Process, name: string): Outcome {
  const channel = bound(host, process, name);
  if (!channel) return denied("EINVAL", "channel/unbound", `The process has not bound ${name}.`);
  unbindChannel(host, channel, process.pid);
  return allowed(undefined, "channel/unbind", `The process has left ${name}.`);
}

/** sysevent_evc_subscribe(3SYSEVENT); an empty class stands for all. */
export function channelSubscribe(host: Host, process: Process, name: string, eventClass = ""): Outcome {
  const channel = bound(host, process, name);
  if (!channel) return denied("EINVAL", "channel/unbound", `The process has not bound ${name}.`);
  channel.subscribers.push({ pid: process.pid, class: eventClass, received: [] });
  return allowed(undefined, "channel/subscribe", `Events of ${name} reach process ${process.pid}.`);
}

/** sysevent_evc_publish(3SYSEVENT). Gives the pids that it reaches. */
export function channelPublish(
  host: Host,
  process: Process,
  name: string,
  event: ChannelEvent,
): Outcome<number[]> {
  const channel = bound(host, process, name);
  if (!channel) return denied("EINVAL", "channel/unbound", `The process has not bound ${name}.`);
  const reached = deliver(channel, event);
  return allowed(
    reached,
    "channel/publish",
    `The event reaches ${reached.length} subscribers, all in this zone.`,
  );
}

/** Gives the pids that it reaches. */
function deliver({ subscribers }: EventChannel, event: ChannelEvent): number[] {
  const reached = subscribers.filter((one) => one.class === "" || one.class === event.class);
  for (const { received } of reached) received.push(event);
  return reached.map(({ pid }) => pid);
}

/** The kernel tells of a change of a zone's status; nobody hears of one that has the same name for subscribers. */
export function publishStatus(host: Host, { id, name }: Zone, from: ZoneStatus, to: ZoneStatus): void {
  const channel = findChannel(host, GLOBAL, ZONE_STATUS_CHANNEL);
  const [oldstate, newstate] = [zoneStatuses[from].event, zoneStatuses[to].event];
  if (!channel || oldstate === newstate) return;
  const attributes = { zonename: name, zoneid: String(id), oldstate, newstate, when: String(host.now) };
  deliver(channel, { class: "status", subclass: "change", attributes });
}

/** What a subscriber has got so far, and has no more then. */
export function channelEvents(host: Host, process: Process, name: string): ChannelEvent[] {
  const own = bound(host, process, name)?.subscribers.filter(({ pid }) => pid === process.pid) ?? [];
  return own.flatMap(({ received }) => received.splice(0));
}

function bound(host: Host, { pid, credential }: Process, name: string) {
  const channel = findChannel(host, credential.container, name);
  return channel?.bound.includes(pid) ? channel : undefined;
}
