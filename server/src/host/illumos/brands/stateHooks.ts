import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { property } from "../configuration.ts";
import { datasetOn, findDataset, mountDataset } from "../install/datasets.ts";
import { createZoneVnics, destroyZoneVnics } from "../network/zoneVnics.ts";
import { illumosOf } from "../state.ts";
import type { IndexEntry, ZoneDefinition } from "../types.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { configureGuest } from "./guest.ts";
import { replacePrograms } from "./nativePrograms.ts";
import { writeResolver } from "./resolver.ts";

/** The programs of brands that zoneadmd runs around changes of state: what they do. Source: omniosorg/pkg5 src/brand. */

export interface HookCall {
  readonly host: Host;
  /** zoneadmd, which runs the program. */
  readonly process: Process;
  readonly entry: IndexEntry;
  /** The configuration that the zone runs with. */
  readonly definition: ZoneDefinition;
}

/**
 * Before a change of state. Going to ready, the root is mounted and the VNICs are made.
 * @returns what the program failed with: it ends with 255 then
 */
export function beforeChange(call: HookCall, command: string): Outcome {
  if (command !== "ready") return nothing();
  const root = mountRoot(call);
  return root.ok ? makeLinks(call) : root;
}

/** After it. At halt the VNICs go; the root stays mounted. */
export function afterChange({ host, entry }: HookCall, command: string): Outcome {
  if (command !== "halt") return nothing();
  const daemon = illumosOf(host).daemons[entry.name];
  if (daemon && daemon.vnics.length > 0) {
    destroyZoneVnics(host, daemon.vnics);
    host.emit({
      container: entry.name,
      kind: "zone.network",
      message: `VNICs ${daemon.vnics.join(", ")} are deleted.`,
      outcome: "ok",
    });
    daemon.vnics = [];
  }
  return nothing();
}

/** When the zone boots: what the brand needs in its files. */
export function atBoot(call: HookCall): Outcome {
  const { host, entry, definition } = call;
  const runtime = runtimeOf(host, definition);
  if (runtime.hooks.boot === undefined) return nothing();
  if (runtime.root === "minimal") return configureGuest(host, entry, definition);
  replacePrograms(host, entry, runtime.brand);
  writeResolver(host, entry);
  return nothing();
}

function nothing(): Outcome {
  return allowed(undefined, "hook", "The brand has nothing to do.");
}

/**
 * Mounts the boot environment, or the dataset that an image has become, on the root.
 * @returns ENOENT where somebody has destroyed it
 */
export function mountRoot({ host, process, entry, definition }: HookCall): Outcome {
  const path = `${property(definition, "zonepath")}/root`;
  const root = entry.installation?.root;
  if (root === undefined || datasetOn(host, path) === root) return nothing();
  if (!findDataset(host, root))
    return denied("ENOENT", "hook/dataset", `There is no active dataset: ${root} is gone.`, {
      causes: [{ what: `dataset ${root}`, from: "host" }],
    });
  const mounted = mountDataset(host, process, root, path);
  if (!mounted.ok) return mounted;
  host.emit({
    container: entry.name,
    kind: "zone.mount",
    message: `Dataset ${root} is mounted on ${path}.`,
    outcome: "ok",
  });
  return mounted;
}

function makeLinks({ host, entry, definition }: HookCall): Outcome {
  if (!runtimeOf(host, definition).onDemandLinks) return nothing();
  const made = createZoneVnics(host, definition);
  if (!made.ok) return made;
  const daemon = illumosOf(host).daemons[entry.name];
  if (daemon) daemon.vnics = [...new Set([...daemon.vnics, ...made.value])];
  return nothing();
}
