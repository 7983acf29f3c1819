import { allProcesses } from "../../process/processes.ts";
import { kill } from "../../process/signals.ts";
import { setSecurityFlags } from "../process/ownPrivileges.ts";
import { priocntl } from "../process/priocntl.ts";
import { procList, trace } from "../process/proc.ts";
import { newtask } from "../process/projects.ts";
import { type Attempt, call, seen } from "./scene.ts";

/** Attempts on processes. */
export const processAttempts = {
  "kill-global": call((scene) => kill(scene.host, scene.root, scene.globalRoot().pid, "KILL")),
  "kill-other-zone": call((scene) => kill(scene.host, scene.root, scene.neighbour().pid, "KILL")),
  "trace-other-zone": call((scene) => trace(scene.host, scene.root, scene.neighbour().pid)),
  "ps-all": (scene) => {
    scene.neighbour();
    const [some, all] = [procList(scene.host, scene.root).length, allProcesses(scene.host).length];
    return seen("proc/list", `${some} of ${all} processes are listed.`, "a zone sees its own processes");
  },
  "priocntl-other-zone": call((scene) =>
    priocntl(scene.host, scene.root, "pid", scene.neighbour().pid, { priority: -1 }),
  ),
  newtask: call((scene) => newtask(scene.host, scene.root, "default")),
  psecflags: call((scene) => setSecurityFlags(scene.host, scene.root, scene.root, ["aslr"])),
  "gz-user-kill": call((scene) => kill(scene.host, scene.globalUser(), scene.user().pid, "TERM")),
  "gz-root-kill": call((scene) => kill(scene.host, scene.globalRoot(), scene.root.pid, "TERM")),
} satisfies Record<string, Attempt>;
