import type { Decision } from "../../decision.ts";
import { setgroups, setuid } from "../../process/credentials.ts";
import { allProcesses, fork, spawn } from "../../process/processes.ts";
import { kill } from "../../process/signals.ts";
import { ktrace, ptrace, watchProcess } from "../process/debug.ts";
import { limitOf, rtprio, setpriority, setrlimit } from "../process/limits.ts";
import { visibleProcesses } from "../process/views.ts";
import { isAbout } from "../resources/links.ts";
import { freebsdOf } from "../state.ts";
import { type Attempt, call, containedBy, need, type Scene } from "./scene.ts";

/** A loop that nothing stops ends here. */
const MANY = 200;
/** Rules of rctl(8) above this are as good as none. */
const MOST = 20_000;

/** Attempts on processes. */
export const processAttempts = {
  "proc.list": (scene) => {
    scene.neighbour();
    const seen = visibleProcesses(scene.host, scene.root()).length;
    const all = allProcesses(scene.host).length;
    return seen === all
      ? { verdict: "allow", rule: "see", reason: "All processes are listed.", causes: [] }
      : containedBy("see", `${seen} of ${all} processes are listed: those of the jail and below.`, [
          { what: "a jail sees itself and its descendants", from: "kernel" },
        ]);
  },
  "proc.kill-other-jail": call((scene) => kill(scene.host, scene.root(), scene.neighbour().root.pid, "TERM")),
  "proc.kill-host-init": call((scene) => kill(scene.host, scene.root(), 1, "TERM")),
  "proc.kill-own": call((scene) => kill(scene.host, scene.root(), scene.user().pid, "TERM")),
  "proc.ptrace-other-jail": call((scene) =>
    ptrace(scene.host, scene.root(), "attach", scene.neighbour().root.pid),
  ),
  "proc.ptrace-own-user": call((scene) => ptrace(scene.host, scene.user(), "attach", scene.user().pid)),
  "proc.ktrace-own": call((scene) => ktrace(scene.host, scene.root(), scene.user().pid)),
  "proc.kqueue-other": call((scene) => watchProcess(scene.host, scene.root(), scene.neighbour().root.pid)),
  "proc.nice-up": call((scene) => {
    const process = scene.root();
    need(setpriority(scene.host, process, "process", process.pid, 5));
    return setpriority(scene.host, process, "process", process.pid, 0);
  }),
  "proc.rtprio": call((scene) => rtprio(scene.host, scene.root(), 0, "realtime", 5)),
  "proc.setuid": call((scene) => {
    const process = scene.root();
    const groups = setgroups(scene.host, process, [1001]);
    return groups.ok ? setuid(scene.host, process, 1001) : groups;
  }),
  "proc.setrlimit": call((scene) => {
    const process = scene.root();
    const { hard } = limitOf(scene.host, process, "openfiles");
    need(setrlimit(scene.host, process, "openfiles", { soft: hard - 1, hard: hard - 1 }));
    return setrlimit(scene.host, process, "openfiles", { soft: hard, hard });
  }),
  "proc.fork-bomb": forkBomb,
  "proc.host-sees-jail": call((scene) => kill(scene.host, scene.hostRoot(), scene.root().pid, "TERM")),
  "proc.host-user-tamper": call((scene) => kill(scene.host, scene.hostUser(), scene.user().pid, "TERM")),
} satisfies Record<string, Attempt>;

/** Forks until something refuses it. As far as a rule of rctl(8) reaches, the processes are put there at once. */
function forkBomb(scene: Scene): Decision {
  const { host } = scene;
  const process = scene.root();
  const limits = freebsdOf(host)
    .resources.rules.filter(
      (rule) => rule.resource === "maxproc" && rule.action === "deny" && isAbout(host, rule, process),
    )
    .map(({ amount }) => amount);
  const least = Math.min(...limits, MOST);
  for (let made = 0; made < least && limits.length > 0; made++)
    spawn(host, { parent: process, command: "sh" });
  let last = fork(host, process);
  for (let made = 1; last.ok && made < MANY; made++) last = fork(host, process);
  if (!last.ok) return last.decision;
  return { ...last.decision, reason: `After ${MANY} processes nothing has refused one more.` };
}
