import { allowed } from "../../decision.ts";
import type { SystemCall } from "../../shell/command.ts";
import { mapped, number, quoted } from "../../shell/commonCalls.ts";
import {
  channelBind,
  channelEvents,
  channelPublish,
  channelSubscribe,
  channelUnbind,
} from "../ipc/channels.ts";
import { createThread, unreserve } from "../resources/memory.ts";

/** Calls of libsysevent(3LIB) on event channels, and what threads and memory of a process take and give back. */

export const eventCalls: Readonly<Record<string, SystemCall>> = {
  lwp_create: {
    usage: "",
    words: [0, 0],
    run: (host, process) => mapped(createThread(host, process), () => process.illumos?.lwps ?? 1),
  },
  munmap: {
    usage: "BYTES",
    words: [1, 1],
    run(_, process, [bytes]) {
      unreserve(process, Math.max(0, number(bytes)));
      return allowed(undefined, "memory/unreserve", `The process has given back ${bytes} bytes.`);
    },
    shown: (words) => ["0x00000000", ...words],
  },
  sysevent_evc_bind: {
    usage: "CHANNEL [EVCH_CREAT]",
    words: [1, 2],
    run: (host, process, [name = "", flag]) =>
      channelBind(host, process, name, { create: flag === "EVCH_CREAT" }),
    shown: ([name = "", flag = "0"]) => [JSON.stringify(name), flag],
  },
  sysevent_evc_publish: {
    usage: "CHANNEL CLASS SUBCLASS",
    words: [3, 3],
    run: (host, process, [name = "", type = "", subclass = ""]) =>
      mapped(channelPublish(host, process, name, { class: type, subclass, attributes: {} }), () => 0),
    shown: quoted,
  },
  sysevent_evc_subscribe: {
    usage: "CHANNEL [CLASS]",
    words: [1, 2],
    run: (host, process, [name = "", type]) => channelSubscribe(host, process, name, type),
    shown: quoted,
  },
  sysevent_evc_unbind: {
    usage: "CHANNEL",
    words: [1, 1],
    run: (host, process, [name = ""]) => channelUnbind(host, process, name),
    shown: quoted,
  },
  sysevent_received: {
    usage: "CHANNEL",
    words: [1, 1],
    // No call of its own: how many events a subscriber was called with since the last time.
    run: (host, process, [name = ""]) =>
      allowed(channelEvents(host, process, name).length, "channel/events", "So many events have come."),
    shown: quoted,
  },
};
