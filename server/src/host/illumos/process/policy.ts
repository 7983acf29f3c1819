import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { ProcessPolicy } from "../../kernel.ts";
import { allProcesses } from "../../process/processes.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { removeObjectsOfProcess } from "../ipc/release.ts";
import { meantPid } from "../linux/pids.ts";
import { allOfZone, privilege } from "../privileges.ts";
import { forkRefusal } from "../resources/forks.ts";
import { serviceProcessEnded } from "../smf/restarter.ts";
import { GLOBAL } from "../zones.ts";
import { initEnded, reaperOf } from "./init.ts";
import { limitOf } from "./limits.ts";
import { controls, existsFor, noSuchProcess } from "./permissions.ts";

/** What processes are to a kernel with zones. */
export const processPolicy: ProcessPolicy = {
  canSee,
  meant: meantPid,
  canSignal,
  known,
  placed: () => {},
  mayFork: forkRefusal,
  mayOpen,
  maySetUser,
  credentialChanged: () => {},
  closed: () => {},
  reaper: reaperOf,
  ended(host, process) {
    removeObjectsOfProcess(host, process.pid);
    serviceProcessEnded(host, process);
    initEnded(host, process);
  },
};

/** A zone has no processes but its own. */
function known(host: Host, { credential }: Process): Process[] {
  const { container } = credential;
  return container === GLOBAL ? allProcesses(host) : processesOfContainer(host, container);
}

/** Whether /proc shows a process. Source: pr_lookup_procdir(), secpolicy_basic_procinfo(). */
function canSee(host: Host, subject: Process, object: Process): Outcome {
  if (!existsFor(subject, object)) return noSuchProcess(object.pid, object);
  const info = privilege(host, subject, "proc_info");
  if (info.ok || controls(host, subject, object).ok)
    return allowed(undefined, "see", `Process ${object.pid} is visible.`);
  return denied("ESRCH", info.decision.rule, info.decision.reason, { causes: info.decision.causes });
}

/** Source: sigsendproc() in usr/src/uts/common/os/sig.c. */
function canSignal(host: Host, subject: Process, object: Process, signal: string): Outcome {
  if (!existsFor(subject, object)) return noSuchProcess(object.pid, object);
  // Nothing that cannot be caught is sent to the init of the machine. That of a zone can be killed.
  if (object.pid === 1 && (signal === "KILL" || signal === "STOP"))
    return denied("EPERM", "signal/init", `SIG${signal} cannot be sent to init.`, {
      causes: [{ what: "process 1", from: "kernel" }],
    });
  if (signal === "CONT" && subject.session === object.session)
    return allowed(undefined, "signal/session", "Within a session everybody may continue everybody.");
  return controls(host, subject, object);
}

/** EMFILE at the limit of the process. Source: ufalloc() in usr/src/uts/common/os/fio.c. */
function mayOpen(_: Host, process: Process, fd: number): Refused | undefined {
  const { soft } = limitOf(process, "process.max-file-descriptor");
  if (fd < soft) return undefined;
  return denied(
    "EMFILE",
    "rctl/process.max-file-descriptor",
    `The process has ${soft} open files, as many as it may.`,
    {
      causes: [{ what: `process.max-file-descriptor=${soft}`, from: "host" }],
    },
  );
}

/** Who becomes root gets all privileges of the zone, so that it has to have them. Source: secpolicy_allow_setid(). */
function maySetUser(host: Host, process: Process, uid: number): Refused | undefined {
  const { ruid, svuid } = process.credential;
  if (uid !== 0 || ruid === 0 || svuid === 0) return undefined;
  const all = allOfZone(host, process);
  if (all.ok) return undefined;
  return denied("EPERM", "setuid/root", `It may not become root: ${all.decision.reason}`, {
    causes: [
      ...all.decision.causes,
      {
        what:
          process.credential.container === GLOBAL
            ? "uid 0 has every privilege"
            : "uid 0 has every privilege of the zone",
        from: "kernel",
      },
    ],
  });
}
