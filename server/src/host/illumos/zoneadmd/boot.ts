import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import { findProcess } from "../../process/processes.ts";
import { property, propertyCause } from "../configuration.ts";
import { profileOf } from "../filesystem/writableProfile.ts";
import { zoneBoot } from "../kernelZones.ts";
import { configureAddresses, loadLinks } from "../network/exclusive.ts";
import { platformOf } from "../platform.ts";
import { startServices } from "../smf/start.ts";
import type { Zone } from "../types.ts";
import { type BootArguments, bootArguments, milestoneOf } from "./bootArguments.ts";
import { runtimeOf } from "./creation.ts";
import { type Daemon, failed, notice, say, went } from "./daemon.ts";
import { runHook } from "./hooks.ts";
import { mountZone } from "./parts.ts";

/** Milliseconds until init runs. */
const STARTING = 300;

const OWNER_EXECUTES = 0o100;

/**
 * The second half of a boot: from ready to init. What fails here is for the caller to halt. Source: zone_bootup() in
 * usr/src/cmd/zoneadmd/zoneadmd.c.
 * @param given boot arguments of the request; the property counts where there are none
 */
export function bootZone(daemon: Daemon, zone: Zone, given: string): Outcome {
  const { host, process } = daemon;
  const argumentsOf = readArguments(daemon, zone, given);
  const steps: readonly (readonly [text: string, run: () => Outcome])[] = [
    ["the brand's program before the boot failed", () => runHook(daemon, "preState", "boot")],
    ["the file systems within the zone cannot be mounted", () => mountZone(host, zone, "boot")],
    ["the boot arguments cannot be used", () => useArguments(daemon, zone, argumentsOf)],
    ["init cannot be run", () => initThere(daemon, zone)],
    ["its datalinks cannot be loaded", () => loadLinks(host, zone)],
    ["the brand's program for the boot failed", () => runHook(daemon, "boot", "boot")],
    ["the kernel does not boot the zone", () => zoneBoot(host, process, zone.id)],
  ];
  for (const [text, run] of steps) {
    const done = run();
    if (went(daemon, done)) continue;
    failed(daemon, "zone.boot", text, done.decision);
    return done;
  }
  pass(host, STARTING);
  // From here on init and what it starts go on by themselves.
  configureAddresses(host, zone);
  startServices(host, zone);
  const after = runHook(daemon, "postState", "boot");
  if (!after.ok) {
    failed(daemon, "zone.boot", "the brand's program after the boot failed", after.decision);
    return after;
  }
  return allowed(undefined, "boot", `Zone ${zone.name} runs.`);
}

function readArguments({ host, entry }: Daemon, zone: Zone, given: string): BootArguments {
  const definition = zone.definition ?? entry.definition;
  return bootArguments(
    given !== "" ? given : property(definition, "bootargs"),
    platformOf(host) === "solaris11",
  );
}

function useArguments(
  daemon: Daemon,
  zone: Zone,
  { passed, init, writable, invalid, tooLong }: BootArguments,
): Outcome {
  const { host, entry } = daemon;
  const cause = propertyCause(zone.definition ?? entry.definition, "bootargs");
  if (tooLong)
    return denied("E2BIG", "boot/arguments", "Boot arguments have 255 characters at most.", {
      causes: cause ? [cause] : [],
    });
  if (invalid !== "") {
    notice(host, entry.name, "badArgs", invalid);
    say(daemon, `WARNING: invalid boot arguments: ${invalid}`);
  }
  zone.bootArguments = passed;
  // Without a profile there is nothing that it could lift.
  if (writable && profileOf(zone) !== undefined) zone.writable = writable;
  zone.milestone = milestoneOf(passed);
  zone.initPath = init ?? runtimeOf(host, zone.definition ?? entry.definition).init;
  return allowed(undefined, "boot/arguments", "The boot arguments are known.");
}

/** init must be a file below the root that its owner may execute. */
function initThere({ host }: Daemon, zone: Zone): Outcome {
  const zsched = findProcess(host, zone.zsched);
  if (!zsched) return denied("ESRCH", "boot/zsched", `zsched of zone ${zone.name} is gone.`);
  const found = lookup(host, zsched, zone.initPath);
  if (!found.ok) return found;
  const { kind, mode } = nodeOf(host, found.value);
  if (kind !== "file" || (mode & OWNER_EXECUTES) === 0)
    return denied("EACCES", "boot/init", `${zone.initPath} is no program that its owner may run.`);
  return allowed(undefined, "boot/init", `${zone.initPath} is there.`);
}
