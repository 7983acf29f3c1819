import { strerror } from "../../errno.ts";
import { kill } from "../../process/signals.ts";
import { findPrison, processesIn } from "../prisons.ts";
import { jailRemove } from "../remove.ts";
import type { Action } from "./action.ts";
import { MOUNT_PARAMETERS, unmountActions } from "./mounts.ts";
import { unaliasActions } from "./network.ts";
import type { JailRun } from "./run.ts";
import { type Done, perform, type Way } from "./schedule.ts";
import { commands } from "./start.ts";

/**
 * The stop of one jail. Commands run forwards here too; only mounts and addresses are taken back in reverse.
 * Source: stopcommands[] in usr.sbin/jail/jail.c, term_procs() in usr.sbin/jail/command.c.
 */

type Step = (run: JailRun) => readonly Action[];

/** While one of these fails, the jail goes on running. */
const BEFORE: readonly Step[] = [commands("exec.prestop", "host"), commands("exec.stop", "jail")];

/** These are done whatever comes of each. */
const AFTER: readonly Step[] = [
  commands("exec.poststop", "host"),
  ...[...MOUNT_PARAMETERS].reverse().map((parameter) => (run: JailRun) => unmountActions(run, parameter)),
  (run) => unaliasActions(run, "ip6.addr"),
  (run) => unaliasActions(run, "ip4.addr"),
  commands("exec.release", "host"),
];

export interface StopOptions {
  /** `jail -R`: only the kernel is asked, as if there were no configuration. */
  readonly bare?: boolean;
}

/** Ends with whether everything went well. The jail may be gone even so: see `run.state`. */
export function* stopWay(run: JailRun, { bare = false }: StopOptions = {}): Way {
  const jail = run.prison;
  if (!jail) return true;
  run.become("stopping", "The jail is to stop.", "ok", [run.definition.cause]);
  if (!bare)
    for (const step of BEFORE)
      for (const action of step(run)) {
        const result = yield* perform(() => action.run());
        if (!result.ok) {
          run.become("running", "It is not stopped, because a command before its removal failed.", "failed");
          return false;
        }
      }
  yield* terminate(run);
  const removed = removeJail(run, jail.jid);
  if (!removed.ok) return false;
  const well = bare || (yield* cleanUp(run));
  run.become(
    "absent",
    well ? "It has stopped." : "It has stopped, but not all could be cleaned up.",
    well ? "ok" : "failed",
  );
  return well;
}

/** `jail -C`: what a stop does last, for a jail that has ended by itself. Source: jail(8). */
export function* cleanWay(run: JailRun): Way {
  run.become("gone", "It does not run; what belonged to it is cleaned up.", "ok", [run.definition.cause]);
  const well = yield* cleanUp(run);
  run.become("absent", well ? "All is cleaned up." : "Not all could be cleaned up.", well ? "ok" : "failed");
  return well;
}

function* cleanUp(run: JailRun): Way {
  let well = true;
  for (const step of AFTER)
    for (const action of step(run)) {
      const result = yield* perform(() => action.run());
      well &&= result.ok;
    }
  return well;
}

/** How soon a process that obeys a signal is gone, in virtual milliseconds. */
const EXIT_TIME = 10;

/** Step 3: SIGTERM to the processes of exactly this jail, then a wait for those that take their time. */
function* terminate(run: JailRun): Generator<() => Done, void, Done> {
  const { host, caller, settings } = run;
  const seconds = settings.stopTimeout;
  const jid = run.prison?.jid;
  if (seconds <= 0 || jid === undefined) return;
  const processes = processesIn(host, jid).filter(({ state }) => state !== "zombie");
  if (processes.length === 0) return;
  yield () => {
    run.emit(
      "jail.signal",
      processes.length === 1
        ? "The process in the jail gets SIGTERM."
        : `The ${processes.length} processes in the jail get SIGTERM.`,
      "ok",
    );
    for (const { pid } of processes) kill(host, caller, pid, "TERM");
    const left = processesIn(host, jid).filter(({ state }) => state !== "zombie");
    if (left.length === 0) return { ok: true, milliseconds: EXIT_TIME };
    const names = left.map(({ command, pid }) => `${command} (${pid})`).join(", ");
    run.emit("jail.signal", `${names} still there: jail(8) waits ${seconds} s.`, "ok", {
      causes: [settings.cause("stop.timeout")],
    });
    return { ok: true, milliseconds: seconds * 1000 };
  };
}

/** Step 4. Another answer than EPERM means that the jail is gone already. */
function removeJail(run: JailRun, jid: number): Done {
  const { host, caller } = run;
  const outcome = findPrison(host, jid) ? jailRemove(host, caller, jid) : undefined;
  if (outcome && !outcome.ok && outcome.errno === "EPERM") {
    const result = run.refuse(
      "jail.remove",
      `jail_remove: ${strerror("EPERM")}`,
      outcome.decision.causes,
      "EPERM",
    );
    run.become("running", "It is not stopped: the kernel refuses.", "failed");
    return result;
  }
  run.note("removed");
  run.onExistence();
  run.become("gone", "The kernel has removed it; what belonged to it is cleaned up.");
  return { ok: true, milliseconds: 0 };
}
