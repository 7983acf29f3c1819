import type { Outcome } from "../../decision.ts";
import { makeDevice } from "../../filesystem/devfs.ts";
import { addRule, showRules } from "../../filesystem/devfsRules.ts";
import { open, symlink } from "../../filesystem/files.ts";
import { bpfAttach } from "../../network/packetDevices.ts";
import { vnetOf } from "../../network/vnets.ts";
import { type Attempt, call, type Scene } from "./scene.ts";

/** A number that no terminal has yet. */
const TERMINAL = "pts/97";

/** Attempts on device nodes. */
export const deviceAttempts = {
  "dev.disk-open": call((scene) => opening(scene, scene.disk())),
  "dev.mem-read": call((scene) => opening(scene, "mem")),
  "dev.mem-write": call((scene) => {
    scene.showDevices();
    return opening(scene, "mem", true);
  }),
  "dev.io": call((scene) => {
    scene.showDevices();
    return opening(scene, "io", true);
  }),
  "dev.bpf": call((scene) => {
    const process = scene.root();
    const opened = open(scene.host, process, "/dev/bpf", { write: true });
    if (!opened.ok) return opened;
    const [link] = vnetOf(scene.host, process).interfaces;
    return bpfAttach(scene.host, process, link?.name ?? "lo0");
  }),
  "dev.pf": call((scene) => opening(scene, "pf", true)),
  "dev.vmm": call((scene) => {
    // A guest that somebody in the jail made, so that its node is one of the jail.
    makeDevice(scene.host, "vmm/zonewarden", scene.jail.jid);
    return opening(scene, "vmm/zonewarden", true);
  }),
  "dev.devfs-rule": call((scene) => {
    const process = scene.root();
    const shown = showRules(scene.host, process, 4);
    if (!shown.ok) return shown;
    return addRule(scene.host, process, 4, { path: "mem", action: "unhide" });
  }),
  "dev.devfs-symlink": call((scene) => symlink(scene.host, scene.root(), "null", "/dev/zonewarden")),
  "dev.pts-of-other": call((scene) => {
    makeDevice(scene.host, TERMINAL, scene.neighbour().jid);
    return opening(scene, TERMINAL, true);
  }),
  "dev.null": call((scene) => opening(scene, "null", true)),
  "dev.dtrace": call((scene) => opening(scene, "dtrace/dtrace", true)),
} satisfies Record<string, Attempt>;

function opening(scene: Scene, device: string, write = false): Outcome<unknown> {
  return open(scene.host, scene.root(), `/dev/${device}`, { write });
}
