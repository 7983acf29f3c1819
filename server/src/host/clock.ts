import type { Host } from "./host.ts";
import { forgetSocket, nextToExpire } from "./network/socketIndex.ts";

/** Virtual time, and what happens by itself as it passes. */

/**
 * Lets virtual time pass. What is due in between happens at its time, in order: closed connections are forgotten, and
 * what only they held is freed; the kernel does what it does from time to time. Within `Host.atOnce` it waits until the
 * clock really gets there.
 */
export function pass(host: Host, milliseconds: number): void {
  const end = host.now + Math.max(0, Math.round(milliseconds));
  for (let due = nextDue(host, end); due; due = nextDue(host, end)) {
    host.advance(due.at - host.now);
    settle(host);
  }
  host.advance(end - host.now);
}

function nextDue(host: Host, end: number): { readonly at: number } | undefined {
  const until = Math.min(end, host.inMoment ?? end);
  const expires = nextToExpire(host, until);
  const at = host.kernel.time?.due(host);
  return at !== undefined && at <= until && at < (expires?.at ?? Number.POSITIVE_INFINITY) ? { at } : expires;
}

/** Lets happen what is due by now. */
export function settle(host: Host): void {
  const now = host.inMoment ?? host.now;
  for (let due = nextToExpire(host, now); due; due = nextToExpire(host, now))
    for (const { id, container: jid } of due.sockets) {
      forgetSocket(host, id);
      host.kernel.containers.released(host, jid);
    }
  const { time } = host.kernel;
  for (let at = time?.due(host); at !== undefined && at <= now; at = time?.due(host)) time?.tick(host);
}
