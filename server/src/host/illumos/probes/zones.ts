import type { Decision } from "../../decision.ts";
import { runShell } from "../../shell/run.ts";
import { zoneCreate, zoneEnter } from "../kernelZones.ts";
import { findService, restartService } from "../smf/operations.ts";
import { uadmin } from "../uadmin.ts";
import { zoneadm } from "../zoneadm/zoneadm.ts";
import { type Attempt, call, type Scene, Unprepared } from "./scene.ts";

/** Attempts on zones as such, and on what runs one. */
export const zoneAttempts = {
  "reboot-self": call((scene) => uadmin(scene.host, scene.root, "reboot", "boot")),
  "halt-self": call((scene) => uadmin(scene.host, scene.root, "shutdown", "halt")),
  "uadmin-dump": call((scene) => uadmin(scene.host, scene.root, "dump")),
  "reboot-interactive": call((scene) => uadmin(scene.host, scene.root, "shutdown", "iboot")),
  "zoneadm-inside": ({ host, root }) =>
    last(zoneadm(host, root, { zone: "other", command: "boot" }).decisions),
  "zone-create-syscall": call((scene) =>
    zoneCreate(scene.host, scene.root, {
      ...{ name: "zonewarden-inner", path: scene.directory("inner"), brand: scene.zone.brand },
      ...{ ipType: "shared", privileges: [], datasets: [], definition: null, causes: {} },
    }),
  ),
  "zone-enter-syscall": call((scene) =>
    zoneEnter(scene.host, scene.root, scene.neighbour().credential.container),
  ),
  svcadm: call(({ host, root, zone }) => {
    const found = findService(host, zone, "ssh");
    return found.ok ? restartService(host, root, zone, found.value) : found;
  }),
  "reboot-fast": program("reboot -f"),
  devfsadm: program("devfsadm -v"),
} satisfies Record<string, Attempt>;

/** A program that looks by itself where it runs. */
function program(line: string): Attempt {
  return (scene: Scene) =>
    last(runShell(scene.host, scene.root, line, { unknown: "refuse", interactive: true }).decisions);
}

function last(decisions: readonly Decision[]): Decision {
  const decision = decisions.at(-1);
  if (!decision) throw new Unprepared("the program has asked nobody");
  return decision;
}
