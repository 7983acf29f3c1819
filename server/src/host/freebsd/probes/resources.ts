import { open, write } from "../../filesystem/files.ts";
import { setAffinity } from "../resources/cpuset.ts";
import { rctlAddRule, rctlUsage } from "../resources/rctl.ts";
import { type Attempt, call, type Scene } from "./scene.ts";

/** Attempts to get more of the machine. */
export const resourceAttempts = {
  "res.rctl-change": call((scene) =>
    rctlAddRule(scene.host, scene.root(), `jail:${scene.jail.name}:maxproc:deny=100000`),
  ),
  "res.rctl-read": call((scene) => rctlUsage(scene.host, scene.root(), `jail:${scene.jail.name}`)),
  "res.cpuset-root": call((scene) => {
    const { host, jail } = scene;
    const all = Array.from({ length: host.state.machine.cpus }, (_, cpu) => cpu);
    return scene.varies("from-host")
      ? setAffinity(host, scene.hostRoot(), { which: "jail", id: jail.jid }, all)
      : setAffinity(host, scene.root(), { which: "jail", id: -1 }, all);
  }),
  "res.quota-exceed": call((scene) => {
    const disk = scene.smallDisk();
    disk.fs.quotas = { on: true, limits: { 0: disk.size / 2 } };
    return fill(scene, disk.path, 0.6 * disk.size);
  }),
  "res.fs-reserve": call((scene) => {
    const disk = scene.smallDisk();
    return fill(scene, disk.path, 0.95 * disk.size);
  }),
} satisfies Record<string, Attempt>;

/** Root in the jail writes so many bytes into a new file. */
function fill(scene: Scene, directory: string, bytes: number) {
  const process = scene.root();
  const fd = open(scene.host, process, `${directory}/big`, { write: true, create: true });
  if (!fd.ok) return fd;
  return write(scene.host, process, fd.value, "x".repeat(bytes));
}
