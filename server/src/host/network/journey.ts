import { type Cause, denied, type Outcome } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { Located } from "./interfaceIndex.ts";
import type { Vnet } from "./types.ts";

/** What comes of a packet that travels through several machines. */

/** Where a packet goes. Without a port only the way is looked at, as ping(8) does. */
export interface Target {
  readonly address: string;
  readonly port?: number;
  readonly protocol?: "tcp" | "udp" | "icmp";
  /** Bytes of the packet with its headers; a small one if absent. */
  readonly bytes?: number;
}

export interface Reached {
  /** The sender's address. */
  readonly source: string;
  /** The machine that gets it, by its place in the world; null for a station that is not modelled. */
  readonly host: number | null;
  /** The container there. */
  readonly container: number | null;
  /** The socket that gets it; null where only the way was asked for, or where nobody wants a datagram. */
  readonly receiver: number | null;
  /** What it passes, machine by machine: `alpha: vnic0, overlay1`. */
  readonly via: readonly string[];
}

/** A place where a packet is while it travels. */
export interface Position {
  readonly at: number;
  readonly stack: Vnet;
}

export type Journey =
  | { readonly end: "stack"; readonly position: Position }
  | { readonly end: "outside"; readonly link: string; readonly answers: boolean }
  | {
      readonly end: "lost";
      readonly errno: Errno;
      readonly rule: string;
      readonly reason: string;
      readonly causes: readonly Cause[];
    };

/** What is gathered on the way. */
export interface Luggage {
  readonly via: string[];
  readonly causes: Cause[];
  readonly doubts: string[];
  readonly bytes: number;
}

export function lost(reason: string, rule: string, ...causes: Cause[]): Journey {
  return { end: "lost", errno: "ETIMEDOUT", rule, reason, causes };
}

export function refused(
  { errno, decision }: Extract<Outcome<unknown>, { ok: false }>,
  causes: readonly Cause[] = [],
): Journey {
  const { rule, reason } = decision;
  return { end: "lost", errno, rule, reason, causes: [...causes, ...decision.causes] };
}

/**
 * A packet that does not fit is not cut: those of connections must not be. The sender is told, but not of what a frame was
 * wrapped in; there it is for the administrator to choose the sizes. Source: overlay(7).
 */
export function longer(bytes: number, { link }: Located, wrapped: boolean): Journey | undefined {
  if (bytes <= link.mtu) return undefined;
  return {
    end: "lost",
    errno: wrapped ? "ETIMEDOUT" : "EMSGSIZE",
    rule: wrapped ? "overlay/mtu" : "reach/mtu",
    reason: `A packet of ${bytes} bytes does not fit through ${link.name}, which takes ${link.mtu}.`,
    causes: [{ what: `mtu ${link.mtu} of ${link.name}`, from: "host" }],
  };
}

export function refusal(
  { errno, rule, reason, causes }: Extract<Journey, { end: "lost" }>,
  luggage: Luggage,
) {
  return denied(errno, rule, reason, { causes: distinct([...luggage.causes, ...causes]) });
}

export function noAnswer(back: Journey, source: string, luggage: Luggage) {
  const why = back.end === "lost" ? ` ${back.reason}` : "";
  const causes = back.end === "lost" ? back.causes : [];
  return denied(
    "ETIMEDOUT",
    "reach/back",
    `It arrives, but no answer finds the way back to ${source}.${why}`,
    {
      causes: distinct([...luggage.causes, ...causes]),
    },
  );
}

export function leaves(
  { link, answers }: Extract<Journey, { end: "outside" }>,
  source: string,
  { via, causes }: Luggage,
): Outcome<Reached> {
  const doubt = answers ? "" : ` Nobody there knows the way back to ${source}.`;
  return {
    ok: true,
    value: { source, host: null, container: null, receiver: null, via },
    decision: {
      ...{ verdict: "assumed", rule: "path/outside", causes },
      reason: `It leaves the modelled machines by ${link}; what answers there is not modelled.${doubt}`,
    },
  };
}

export function distinct(causes: readonly Cause[]): Cause[] {
  return causes.filter(({ what }, index) => causes.findIndex((other) => other.what === what) === index);
}
