import type { Outcome } from "../../decision.ts";
import { open, symlink } from "../../filesystem/files.ts";
import { vnetOf } from "../../network/vnets.ts";
import { decidingRule, devfsVisible, makeDevice } from "../filesystem/devfs.ts";
import { addRule, showRules } from "../filesystem/devfsRules.ts";
import { bpfAttach } from "../network/packetDevices.ts";
import { causeOf } from "../scope.ts";
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
    if (!opened.ok) return explained(scene, "bpf", opened);
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
  return explained(scene, device, open(scene.host, scene.root(), `/dev/${device}`, { write }));
}

/** Name lookup only finds nothing, or something: why is a matter of the devfs mount and its rules. */
function explained(scene: Scene, device: string, outcome: Outcome<unknown>): Outcome<unknown> {
  const { decision } = outcome;
  if (decision.causes.length > 0) return outcome;
  const { host, jail } = scene;
  const mount = scene.devfs();
  if (!mount) {
    const reason = outcome.ok ? decision.reason : "No devfs is mounted on /dev of the jail.";
    return { ...outcome, decision: { ...decision, reason } };
  }
  const causes = [causeOf(jail, "devfs_ruleset", String(mount.ruleset))];
  const above = device.includes("/") ? device.slice(0, device.indexOf("/")) : device;
  const rule = decidingRule(host, mount, devfsVisible(host, mount, above) ? device : above);
  const shows = `ruleset ${mount.ruleset} of its /dev ${rule?.action === "unhide" ? "unhides" : "does not hide"} it`;
  const reason = outcome.ok
    ? `The node is there: ${shows}.`
    : rule?.action === "hide"
      ? `The node is not there: ruleset ${mount.ruleset} of its /dev hides it.`
      : decision.reason;
  return { ...outcome, decision: { ...decision, reason, causes } };
}
