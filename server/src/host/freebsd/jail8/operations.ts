import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { strerror } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { exit, spawn } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { jailGet } from "../jailGet.ts";
import { type JailParameters, jailSet } from "../jailSet.ts";
import type { JailDefinition } from "./definition.ts";
import { closure, dependencyGraph, type Edge, type Member } from "./dependencies.ts";
import { withHostAddresses } from "./hostname.ts";
import { complaintsOf, kernelParameters } from "./kernelParameters.ts";
import { readFstab } from "./mounts.ts";
import { JailRun, type Output, runningJail } from "./run.ts";
import { Schedule, type Way } from "./schedule.ts";
import { startWay } from "./start.ts";
import { cleanWay, type StopOptions, stopWay } from "./stop.ts";
import { findTargets, namesOf, withStrangers } from "./targets.ts";

/** What jail(8) does when it is called. Source: main() in usr.sbin/jail/jail.c, usr.sbin/jail/state.c. */

export interface JailOptions {
  /** Which jails; all of the configuration if absent. A name may be a jid, and `*` stands for any part of one. */
  readonly names?: readonly string[];
  /** `-p N`: at most so many commands at once; 0 for any number. */
  readonly parallel?: number;
  /** Who calls jail(8); root on the host if absent. */
  readonly caller?: Process;
}

export interface JailReport {
  /** The exit status of jail(8). */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly jails: readonly {
    readonly name: string;
    /** Null where there is none. */
    readonly jid: number | null;
    /** `running`, `failed`, `absent`, or where the way ended. */
    readonly state: string;
  }[];
}

/** `jail -c`: starts jails, and before each what it depends on. */
export function createJails(
  host: Host,
  definitions: readonly JailDefinition[],
  options: JailOptions = {},
): JailReport {
  return call(host, options, (caller, output) => {
    const members = dependencyGraph(definitions);
    const targets = findTargets(definitions, options.names, output);
    const all = closure(members, targets.members, "needs");
    const operation = new Operation(host, caller, output, options.parallel ?? 0, "start");
    for (const member of all) operation.add(member);
    for (const member of all) {
      const run = operation.runOf(member);
      if (operation.runs(member)) {
        if (options.names && targets.exact.has(member)) {
          output.stderr += `jail: "${run.name}" already exists\n`;
          operation.refuse(member);
        } else operation.settle(member);
      } else if (!isSound(run, member)) operation.refuse(member);
    }
    operation.go((run) => started(run));
    return operation.report(targets.missing);
  });
}

export interface RemoveOptions extends JailOptions, StopOptions {
  /** `-C`: whether those that were named and do not run are cleaned up after. */
  readonly cleanUp?: boolean;
}

/** `jail -r`: stops jails, and before each what depends on it. `bare` is `jail -R`. */
export function removeJails(
  host: Host,
  definitions: readonly JailDefinition[],
  options: RemoveOptions = {},
): JailReport {
  return call(host, options, (caller, output) => {
    const known = options.bare ? [] : definitions;
    const meant = withStrangers(host, caller, known, options.names);
    const members = dependencyGraph(meant);
    const targets = findTargets(meant, namesOf(host, caller, options.names), output);
    const all = closure(members, targets.members, "neededBy");
    const operation = new Operation(host, caller, output, options.parallel ?? 0, "stop");
    for (const member of all) operation.add(member);
    for (const member of all) {
      const run = operation.runOf(member);
      if (!operation.runs(member)) {
        if (options.cleanUp && targets.members.has(member)) {
          if (!isSound(run, { definition: member.definition, needs: [], neededBy: [] }, false))
            operation.refuse(member);
        } else if (targets.exact.has(member)) {
          output.stderr += `jail: "${run.name}" not found\n`;
          operation.refuse(member);
        } else operation.settle(member);
      } else {
        run.state = "running";
        if (!isSound(run, { definition: member.definition, needs: [], neededBy: [] }, false))
          operation.refuse(member);
      }
    }
    operation.go((run) =>
      options.cleanUp && !run.prison ? cleanWay(run) : stopWay(run, options.bare ? { bare: true } : {}),
    );
    return operation.report(targets.missing);
  });
}

/** `jail -rc`: stops jails with what depends on them, then starts all of these again. */
export function restartJails(
  host: Host,
  definitions: readonly JailDefinition[],
  options: JailOptions = {},
): JailReport {
  const stopped = removeJails(host, definitions, options);
  const names = stopped.jails
    .filter(({ state }) => state === "absent" || state === "pending")
    .map(({ name }) => name);
  if (names.length === 0) return stopped;
  const begun = createJails(host, definitions, { ...options, names });
  return {
    status: Math.max(stopped.status, begun.status),
    stdout: stopped.stdout + begun.stdout,
    stderr: stopped.stderr + begun.stderr,
    jails: [
      ...stopped.jails.filter(({ name }) => begun.jails.every((jail) => jail.name !== name)),
      ...begun.jails,
    ],
  };
}

/** `jail -m`: gives running jails the kernel parameters of the configuration. */
export function modifyJails(
  host: Host,
  definitions: readonly JailDefinition[],
  options: JailOptions = {},
): JailReport {
  return call(host, options, (caller, output) => {
    const members = dependencyGraph(definitions);
    const targets = findTargets(definitions, namesOf(host, caller, options.names), output);
    const operation = new Operation(host, caller, output, 0, "start");
    for (const member of members.filter((one) => targets.members.has(one))) {
      operation.add(member);
      const run = operation.runOf(member);
      const jail = run.prison;
      run.state = jail ? "running" : "absent";
      if (!jail) {
        if (!options.names) {
          operation.settle(member);
          continue;
        }
        output.stderr += `jail: "${run.name}" not found\n`;
        operation.refuse(member);
      } else if (isSound(run, member, false) && updated(run, jail.jid)) operation.settle(member);
      else operation.refuse(member, "running");
    }
    return operation.report(targets.missing);
  });
}

/** Runs jail(8) as a process of its own. */
function call(
  host: Host,
  { caller }: JailOptions,
  work: (process: Process, output: Output) => JailReport,
): JailReport {
  const process = spawn(host, {
    command: "jail",
    args: ["jail"],
    ...(caller && { parent: caller }),
    environment: {
      PATH: "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin",
      TERM: "xterm",
      ...caller?.environment,
    },
  });
  try {
    return work(process, { stdout: "", stderr: "" });
  } finally {
    exit(host, process, 0);
  }
}

/** What jail(8) checks before a jail's first step. `starting`: or changing; else only what a stop needs. */
function isSound(run: JailRun, { definition, problem }: Member, starting = true): boolean {
  const failed = (message: string, causes: readonly JailDefinition["cause"][]): false => {
    run.warn(message);
    run.emit("jail.check", message, "failed", { causes });
    return false;
  };
  for (const { message, cause } of definition.failures) failed(message, [cause]);
  if (definition.failures.length > 0) return false;
  if (problem) return failed(problem.message, [problem.cause]);
  const complaints = starting ? complaintsOf(definition) : [];
  for (const { message, cause } of complaints) failed(message, [cause]);
  if (complaints.length > 0) return false;
  const lines = readFstab(run);
  if ("problem" in lines) return failed(lines.problem, [run.settings.cause("mount.fstab")]);
  run.fstab = lines.entries;
  return true;
}

/** The whole life of a start, with the states around it. */
function* started(run: JailRun): Way {
  run.become("starting", "The jail is to start.", "ok", [run.definition.cause]);
  if (!(yield* startWay(run))) return false;
  if (run.prison) run.become("running", `The jail runs, with jid ${run.prison.jid}.`);
  else
    run.become(
      "absent",
      "The start is complete, but no process is left in the jail and it has no persist: it is gone.",
    );
  return true;
}

/** What `jail -m` does to one jail. Source: rdtun_params() and update_jail() in usr.sbin/jail/jail.c. */
function updated(run: JailRun, jid: number): boolean {
  const { host, caller, definition } = run;
  const wanted: Record<string, JailParameters[string]> = {};
  for (const [name, given] of Object.entries(kernelParameters(definition))) {
    if (name === "jid" || name === "name") continue;
    if (findParameter(name)?.parameter.change !== "create-only") {
      wanted[name] = given;
      continue;
    }
    const current = jailGet(host, caller, { jid }, [name]);
    if (current.ok && !same(current.value[name], given.value)) {
      run.refuse("jail.update", `${name} cannot be changed after creation`, given.cause ? [given.cause] : []);
      return false;
    }
  }
  const outcome = jailSet(host, caller, { jid: { value: jid }, ...wanted }, { update: true });
  if (!outcome.ok) {
    run.warn(outcome.message ?? `jail_set: ${strerror(outcome.errno)}`);
    return false;
  }
  run.note("updated");
  return true;
}

function same(current: unknown, wanted: JailParameters[string]["value"]): boolean {
  const text = (value: unknown) => (value === true ? "new" : String(value));
  return text(current) === text(wanted);
}

/** One call with its jails: who waits for whom, and what became of each. */
class Operation {
  private readonly host: Host;
  private readonly caller: Process;
  private readonly output: Output;
  private readonly direction: "start" | "stop";
  private readonly schedule: Schedule;
  private readonly entries = new Map<Member, Entry>();
  private wayOf: (run: JailRun) => Way = startWay;

  constructor(host: Host, caller: Process, output: Output, parallel: number, direction: "start" | "stop") {
    this.host = host;
    this.caller = caller;
    this.output = output;
    this.direction = direction;
    this.schedule = new Schedule(host, parallel, direction === "stop");
  }

  add(member: Member): void {
    const { definition, unknown } = withHostAddresses(this.host, this.caller, member.definition);
    const run = new JailRun(this.host, this.caller, definition, this.output);
    if (unknown !== undefined && this.direction === "start")
      run.emit(
        "assume.address",
        `The addresses of ${unknown} may come from DNS, which is not modelled: the jail is started without them.`,
        "assumed",
        { causes: [run.settings.cause("ip_hostname")] },
      );
    this.entries.set(member, { run, open: new Set(), result: undefined });
  }

  runOf(member: Member): JailRun {
    return this.entry(member).run;
  }

  runs(member: Member): boolean {
    const { settings, name } = this.runOf(member);
    return (
      runningJail(this.host, this.caller, settings.integer("jid"), settings.text("name") ?? name) !==
      undefined
    );
  }

  /** Nothing is left to do for it. */
  settle(member: Member): void {
    const entry = this.entry(member);
    entry.result = "done";
    if (this.direction === "start" && entry.run.prison) entry.run.state = "running";
  }

  /** It has failed before its first step; a jail that runs goes on. */
  refuse(member: Member, state = this.runs(member) ? "running" : "failed"): void {
    const entry = this.entry(member);
    entry.result = "failed";
    if (state === "failed")
      entry.run.become("failed", "It is not started.", "failed", [entry.run.definition.cause]);
    else entry.run.state = state;
  }

  /** Sends all that are left on their ways. */
  go(wayOf: (run: JailRun) => Way): void {
    this.wayOf = wayOf;
    for (const [member, entry] of this.entries)
      if (entry.result === undefined)
        for (const edge of this.before(member)) {
          const other = this.entries.get(this.otherEnd(edge));
          if (other && other.result === undefined) entry.open.add(edge);
        }
    for (const [member, entry] of this.entries)
      if (entry.result === undefined && entry.open.size === 0) this.send(member, entry);
    this.schedule.run();
  }

  report(missing: boolean): JailReport {
    const entries = [...this.entries.values()];
    const failed = missing || entries.some(({ result }) => result === "failed");
    return {
      status: failed ? 1 : 0,
      stdout: this.output.stdout,
      stderr: this.output.stderr,
      jails: entries.map(({ run }) => ({ name: run.name, jid: run.prison?.jid ?? null, state: run.state })),
    };
  }

  private entry(member: Member): Entry {
    const entry = this.entries.get(member);
    if (!entry) throw new Error(`${member.definition.name} is not part of the operation`);
    return entry;
  }

  /** The edges that a jail waits for, and those that wait for it. */
  private before({ needs, neededBy }: Member): readonly Edge[] {
    return this.direction === "start" ? needs : neededBy;
  }
  private after({ needs, neededBy }: Member): readonly Edge[] {
    return this.direction === "start" ? neededBy : needs;
  }
  /** Whom an edge waits for. */
  private otherEnd({ from, to }: Edge): Member {
    return this.direction === "start" ? to : from;
  }
  private waiter({ from, to }: Edge): Member {
    return this.direction === "start" ? from : to;
  }

  private send(member: Member, entry: Entry): void {
    entry.run.onExistence = () => this.release(member, true);
    this.schedule.add({
      way: this.guarded(member, entry),
      finish: (ok) => {
        entry.result = ok ? "done" : "failed";
        if (!ok && this.direction === "start")
          entry.run.become("failed", "The start has failed.", "failed", [entry.run.definition.cause]);
        this.release(member, false);
      },
    });
  }

  /** A jail whose dependency has failed is skipped. */
  private *guarded(member: Member, { run }: Entry): Way {
    const culprit = this.before(member).find(
      (edge) => this.entries.get(this.otherEnd(edge))?.result === "failed",
    );
    if (culprit) {
      run.warn("skipped");
      const other = this.otherEnd(culprit).definition.name;
      run.emit("jail.skip", `It is skipped because ${other} has failed.`, "failed", {
        causes: [culprit.cause],
      });
      return false;
    }
    return yield* this.wayOf(run);
  }

  /** Somebody may go on: those that wait only for the jail to exist, or all. */
  private release(member: Member, onlyLight: boolean): void {
    for (const edge of this.after(member)) {
      if (onlyLight && !edge.light) continue;
      const waiting = this.waiter(edge);
      const entry = this.entries.get(waiting);
      if (entry?.open.delete(edge) && entry.open.size === 0 && entry.result === undefined)
        this.send(waiting, entry);
    }
  }
}

interface Entry {
  readonly run: JailRun;
  /** The edges that it still waits for. */
  readonly open: Set<Edge>;
  result: "done" | "failed" | undefined;
}
