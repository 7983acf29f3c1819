import type { Cause, Decision, Outcome } from "../decision.ts";
import { denied } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Path } from "./paths.ts";
import { type Flow, type Preference, type Receiver, textOf } from "./pcb.ts";
import type { Socket } from "./types.ts";

/** How the results of sending are put into decisions: what was rewritten on the way, and who gets it and why. */

/** A result that several steps led to: `contained` if one of them rewrote something. */
export function composed<T>(
  value: T,
  rule: string,
  reason: string,
  parts: readonly Decision[],
  more: readonly Cause[] = [],
): Outcome<T> {
  const rewritten = parts.filter(({ verdict }) => verdict === "contained");
  const decision: Decision = {
    verdict: rewritten.length > 0 ? "contained" : "allow",
    rule: rewritten[0]?.rule ?? rule,
    reason: [...rewritten.map((part) => part.reason), reason].join(" "),
    causes: distinct([...parts.flatMap(({ causes }) => causes), ...more]),
    ...(parts.some(({ unsure }) => unsure) && { unsure: true }),
  };
  return { ok: true, value, decision };
}

/** What goes out of the machine: nobody knows what is there, so it is taken to answer. */
export function leaving<T>(
  value: T,
  link: string,
  source: string,
  answers: boolean,
  parts: readonly Decision[],
): Outcome<T> {
  const doubt = answers
    ? "What answers there is not modelled."
    : `${source} is of no network of ${link}: answers come only with a route back, or translation of addresses.`;
  const outcome = composed(value, "path/outside", `It leaves the machine by ${link}. ${doubt}`, parts);
  return { ...outcome, decision: { ...outcome.decision, verdict: "assumed", rule: "path/outside" } };
}

export function lost(path: Extract<Path, { end: "lost" }>, parts: readonly Decision[]) {
  return denied(path.errno, "path", path.reason, {
    causes: distinct([...parts.flatMap(({ causes }) => causes), ...path.causes]),
  });
}

const PREFERRED: Readonly<Record<Preference, string>> = {
  connected: "is connected to the sender",
  "contained, exact": "has this address, and sockets of a container go first",
  "contained, any":
    "listens in a container that has this address, and such sockets go before those of the host",
  exact: "has this address",
  any: "has any address, and no other socket wants it",
};

/** The outcome of a packet that a socket gets. */
export function delivered<T>(
  host: Host,
  value: T,
  { socket, preference, rivals, shadowed }: Receiver,
  { local, family }: Flow,
  parts: readonly Decision[],
): Outcome<T> {
  const reason = [
    `${textOf(local)} is answered by ${described(host, socket)}: it ${PREFERRED[preference]}.`,
    ...(shadowed[0] ? [`It comes before ${described(host, shadowed[0])}.`] : []),
    ...(rivals[0]
      ? [`${described(host, rivals[0])} has the same; which of them gets it is not defined.`]
      : []),
  ].join(" ");
  const causes: Cause[] = [
    { what: `${commandOf(host, socket)} on ${textOf(socket.local ?? local)}`, from: "host" },
    ...(socket.container === 0 ? [] : [host.kernel.network.addressCause(host, socket.container, family)]),
  ];
  const outcome = composed(value, `deliver/${preference.replace(", ", "-")}`, reason, parts, causes);
  if (rivals.length === 0) return outcome;
  return { ...outcome, decision: { ...outcome.decision, unsure: true } };
}

function described(host: Host, socket: Socket): string {
  return `${commandOf(host, socket)} of ${host.kernel.containers.called(host, socket.container)}`;
}

function commandOf(host: Host, { pid }: Socket): string {
  return host.state.processes.byPid[pid]?.command ?? `process ${pid}`;
}

function distinct(causes: readonly Cause[]): Cause[] {
  return causes.filter(({ what }, index) => causes.findIndex((other) => other.what === what) === index);
}
