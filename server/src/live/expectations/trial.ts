import type { Decision } from "../../host/decision.ts";
import type { HostEvent } from "../../host/events.ts";
import type { Host } from "../../host/host.ts";
import { familyOf, isUnspecified } from "../../host/network/addresses.ts";
import { socketsOfContainer } from "../../host/network/socketIndex.ts";
import { bind, listen, socket } from "../../host/network/sockets.ts";
import { processesOfContainer } from "../../host/process/processIndex.ts";
import { actionsOf } from "../../simulation/attempts.ts";
import type { Guests } from "../guests.ts";
import { actor, addressesOf, copyOf, endpointOf, tryConnect } from "../views/reach.ts";
import type { Expectation } from "./grammar.ts";

/** Whether an expectation holds on a host on which all has been booted that it speaks of. */
export interface Verdict {
  readonly passed: boolean;
  readonly message: string;
  readonly causes: Decision["causes"];
}

export interface Trial {
  /** Not to be changed: what is tried is tried in copies. */
  readonly host: Host;
  readonly guests: Guests;
  /** What has failed, without what only says so again. */
  readonly failures: readonly HostEvent[];
}

/** Places that are no containers. */
export const HOST = "host";
const OUTSIDE = "outside";
/** An address of nobody: what is outside of the machine. Source: RFC 5737. */
const NOBODY = "203.0.113.77";

export function judge(trial: Trial, subject: string, expectation: Expectation): Verdict {
  const { host, guests } = trial;
  const number = subject === HOST ? 0 : guests.numberOf(host, subject);
  if (expectation.kind === "boots") return judgeBoot(trial, subject, number !== undefined, expectation.holds);
  if (number === undefined) return judgeBoot(trial, subject, false, true);
  switch (expectation.kind) {
    case "order":
      return judgeOrder(host, subject, expectation);
    case "connects":
      return judgeConnection(trial, subject, number, expectation);
    case "listens":
      return judgeListener(host, subject, number, expectation);
    case "runs": {
      const { command, holds } = expectation;
      const found = processesOfContainer(host, number).find((one) => one.command === command);
      return result(found !== undefined, holds, `${subject} ${found ? "runs" : "does not run"} ${command}.`);
    }
    case "probe": {
      const { decision } = actionsOf(host.kernel.family).triedOn(host)(number, expectation.probe);
      const { verdict, reason, causes } = decision;
      return { passed: verdict === expectation.verdict, message: `${VERBS[verdict]}: ${reason}`, causes };
    }
  }
}

const VERBS: Readonly<Record<Decision["verdict"], string>> = {
  allow: "It is allowed",
  deny: "It is denied",
  contained: "It is contained",
  assumed: "It is not modelled",
};

function result(is: boolean, holds: boolean, message: string, causes: Verdict["causes"] = []): Verdict {
  return { passed: is === holds, message, causes };
}

function judgeBoot({ failures }: Trial, subject: string, runs: boolean, holds: boolean): Verdict {
  const failure = failures.find(({ container }) => container === subject) ?? (runs ? undefined : failures[0]);
  const message = runs
    ? `${subject} runs.`
    : `${subject} does not run${failure ? `: ${failure.message}` : "."}`;
  return result(runs, holds, message, runs ? [] : (failure?.causes ?? []));
}

function judgeOrder(
  host: Host,
  subject: string,
  { order, other }: Extract<Expectation, { kind: "order" }>,
): Verdict {
  const [first, second] = order === "before" ? [subject, other] : [other, subject];
  const running = host.events.find(({ container, to }) => container === first && to === "running");
  const starting = host.events.find(
    ({ container, to }) => container === second && (to === "starting" || to === "ready"),
  );
  if (!running || !starting) {
    const name = running ? second : first;
    return { passed: false, message: `${name} does not start.`, causes: [] };
  }
  const passed = running.seq < starting.seq && running.t <= starting.t;
  const message = passed
    ? `${first} runs at ${seconds(running.t)}, when ${second} begins to start.`
    : `${second} begins to start at ${seconds(starting.t)}, and ${first} runs only at ${seconds(running.t)}: nothing makes it wait.`;
  return { passed, message, causes: starting.causes };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)} s`;
}

function judgeConnection(
  { host, guests }: Trial,
  subject: string,
  number: number,
  { target, port, holds }: Extract<Expectation, { kind: "connects" }>,
): Verdict {
  const copy = copyOf(host);
  const at = placeOf(copy, guests, target, port);
  if (typeof at === "string") return { passed: false, message: at, causes: [] };
  if (at.container !== undefined) provideListener(copy, at.container, at.address, at.port);
  const decision = tryConnect(copy, actor(copy, number), at.address, at.port);
  const is = decision.verdict !== "deny";
  const where = `${at.address}:${at.port}`;
  return result(
    is,
    holds,
    `${subject} ${is ? "connects" : "cannot connect"} ${target === at.address ? where : `${target} at ${where}`}${decision.errno ? ` [${decision.errno}]` : ""}: ${decision.reason}`,
    decision.causes,
  );
}

/** Where a target is; a sentence where it is nowhere. */
function placeOf(
  host: Host,
  guests: Guests,
  target: string,
  port: number | undefined,
): { readonly address: string; readonly port: number; readonly container: number | undefined } | string {
  if (target === OUTSIDE) return { address: NOBODY, port: port ?? 443, container: undefined };
  if (familyOf(target)) return { address: target, port: port ?? 80, container: undefined };
  const container = target === HOST ? 0 : guests.numberOf(host, target);
  if (container === undefined) return `${target} does not run.`;
  const usual = endpointOf(host, container, guests);
  const address =
    port === undefined
      ? usual?.address
      : (addressOn(host, container, port) ?? addressesOf(host, container, guests)[0]);
  if (address === undefined) return `${target} has no address that others could reach.`;
  return { address, port: port ?? usual?.port ?? 80, container };
}

/** The address that a container listens on with a port, if it is a certain one. */
function addressOn(host: Host, container: number, port: number): string | undefined {
  const local = listeners(host, container).find((one) => one.local?.port === port)?.local;
  return local && local.address !== "*" && !isUnspecified(local.address) ? local.address : undefined;
}

function listeners(host: Host, container: number) {
  return socketsOfContainer(host, container).filter(({ type, listening }) => type === "stream" && listening);
}

/** What the model does not start, such as a database, listens for the time of the attempt. */
function provideListener(host: Host, container: number, address: string, port: number): void {
  if (listeners(host, container).some(({ local }) => local?.port === port)) return;
  const family = familyOf(address) ?? "inet";
  const process = actor(host, container);
  const opened = socket(host, process, { family, type: "stream" });
  if (opened.ok && bind(host, process, opened.value.id, { address, port }).ok)
    listen(host, process, opened.value.id);
}

function judgeListener(
  host: Host,
  subject: string,
  number: number,
  { port, holds }: Extract<Expectation, { kind: "listens" }>,
): Verdict {
  const found = socketsOfContainer(host, number).find(
    ({ local, type, listening, remote }) =>
      local?.port === port && !remote && (type !== "stream" || listening),
  );
  const command = found && host.state.processes.byPid[found.pid]?.command;
  const message = found
    ? `${command ?? "A process"} of ${subject} listens on ${found.local?.address}:${port}.`
    : `Nobody in ${subject} listens on ${port}.`;
  return result(found !== undefined, holds, message);
}
