import { fork } from "../../process/processes.ts";
import { limitOf, setLimit } from "../process/limits.ts";
import { highResolutionTimer, nice, priocntl, setDefaultClass } from "../process/priocntl.ts";
import { setZoneControl } from "../resources/controls.ts";
import { mlock, reserve } from "../resources/memory.ts";
import { pOnline, poolCreate, poolRows, psetBind, psetCreate } from "../resources/processorCalls.ts";
import { type Attempt, call, need, seen, untilRefused } from "./scene.ts";

const DESCRIPTORS = "process.max-file-descriptor";
/** What is reserved at a time, in bytes. */
const PIECE = 64 << 20;

/** Attempts on processors, priorities, memory and limits. */
export const resourceAttempts = {
  "p-online": call((scene) => pOnline(scene.host, scene.root, 0, "off-line")),
  "pset-create": call((scene) => psetCreate(scene.host, scene.root)),
  "pset-bind": call((scene) => {
    const set = need(psetCreate(scene.host, scene.globalRoot()));
    return psetBind(scene.host, scene.root, "pid", scene.root.pid, set);
  }),
  "pool-create": call((scene) => poolCreate(scene.host, scene.root, "zonewarden")),
  "pool-view": (scene) =>
    seen(
      "pool/view",
      `${poolRows(scene.host, scene.root).length} pool is shown: the one of the zone.`,
      "a zone sees the pool that it is bound to",
    ),
  "priocntl-rt": call((scene) => priocntl(scene.host, scene.root, "pid", scene.root.pid, { class: "RT" })),
  "nice-up": call((scene) => nice(scene.host, scene.root, -10)),
  dispadmin: call((scene) => setDefaultClass(scene.host, scene.root, "FSS")),
  "hres-timer": call((scene) => highResolutionTimer(scene.host, scene.root)),
  mlock: call((scene) => mlock(scene.host, scene.root, scene.root.memory.virtual)),
  "fork-limit": (scene) => untilRefused(scene, "zone.max-lwps", 1, ({ host, root }) => fork(host, root)),
  "swap-limit": (scene) =>
    untilRefused(scene, "zone.max-swap", PIECE, ({ host, root }) => reserve(host, root, PIECE)),
  "rctl-zone-set": call((scene) =>
    setZoneControl(scene.host, scene.root, undefined, "zone.cpu-shares", { limit: 50, action: "none" }),
  ),
  "rlimit-raise": call((scene) => {
    const { soft, hard } = limitOf(scene.root, DESCRIPTORS);
    return setLimit(scene.host, scene.root, DESCRIPTORS, { soft, hard: hard * 2 });
  }),
} satisfies Record<string, Attempt>;
