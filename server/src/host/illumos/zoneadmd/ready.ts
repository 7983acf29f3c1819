import { findManifest, RCAP_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
import { pass } from "../../clock.ts";
import type { Outcome } from "../../decision.ts";
import { allowed, denied } from "../../decision.ts";
import { ensureDirectory, findDirectory } from "../../filesystem/build.ts";
import { mountsShowing } from "../../filesystem/mountIndex.ts";
import { mountOf } from "../../filesystem/nodes.ts";
import { writeFile } from "../../filesystem/open.ts";
import { findProcess } from "../../process/processes.ts";
import { zoneCreate } from "../kernelZones.ts";
import { bringUp } from "../smf/start.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { zoneRootedAround } from "../zoneIndex.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { changedPrivileges, creationOf, setAttributes } from "./creation.ts";
import { type Daemon, emit, failed, notice, say, went } from "./daemon.ts";
import { tearDown } from "./halt.ts";
import { runHook } from "./hooks.ts";
import { applyResources, delegateDatasets, mountZone, plumbZone } from "./parts.ts";
import { removeSnapshot, writeSnapshot } from "./snapshot.ts";

/** Milliseconds: until the kernel has the zone, its files, its network. */
const CREATING = 300;
const MOUNTING = 800;
const PLUMBING = 400;

/**
 * Builds the virtual platform: the zone is ready then. Whatever fails takes back what was done before it. Source:
 * zone_ready() in usr/src/cmd/zoneadmd/zoneadmd.c, vplat_create() and vplat_bringup() in vplat.c.
 * @param scratch for `mount`: the root is `lu`, without network and limits
 */
export function readyZone(daemon: Daemon, scratch = false): Outcome<Zone> {
  const { entry } = daemon;
  const before = runHook(daemon, "preState", "ready");
  if (!before.ok) {
    failed(daemon, "zone.create", "the brand's program before the change of state failed", before.decision);
    return before;
  }
  // From here to the halt nothing else of the configuration counts.
  const written = writeSnapshot(daemon);
  if (!written.ok) {
    daemon.decisions.push(written.decision);
    failed(daemon, "zone.create", "the snapshot of its configuration cannot be written", written.decision);
    runHook(daemon, "postState", "halt");
    return written;
  }
  const created = createPlatform(daemon, scratch);
  if (!created.ok) {
    removeSnapshot(daemon);
    runHook(daemon, "postState", "halt");
    return created;
  }
  const zone = created.value;
  const built = buildPlatform(daemon, zone, scratch);
  if (!built.ok) {
    tearDown(daemon, zone, false);
    removeSnapshot(daemon);
    runHook(daemon, "postState", "halt");
    return built;
  }
  if (!scratch) writeIndex(daemon, zone);
  const after = runHook(daemon, "postState", "ready");
  if (!after.ok) {
    failed(daemon, "zone.create", "the brand's program after the change of state failed", after.decision);
    return after;
  }
  return allowed(zone, "ready", `Zone ${entry.name} is ${scratch ? "mounted" : "ready"}.`);
}

/** The zone in the kernel, if nothing else has its root. */
function createPlatform(daemon: Daemon, scratch: boolean): Outcome<Zone> {
  const { host, entry, process } = daemon;
  const creation = creationOf(host, entry.definition, scratch);
  // The directory is made anew each time, and stays when the zone is unmounted.
  if (scratch) ensureDirectory(host, creation.path, false);
  const shared = rootInUse(daemon, creation.path);
  if (!shared.ok) {
    failed(daemon, "zone.create", "the root cannot be used", shared.decision);
    return shared;
  }
  pass(host, CREATING);
  const made = zoneCreate(host, process, creation);
  if (!went(daemon, made)) {
    failed(daemon, "zone.create", "the kernel does not create the zone", made.decision);
    return made;
  }
  return made;
}

/** Another zone has the same root, or a loopback mount shows it in another place. */
function rootInUse({ host }: Daemon, path: string): Outcome {
  const other = zoneRootedAround(host, path);
  if (other) return denied("EBUSY", "ready/root", `The root of zone ${other.name} is ${other.path}.`);
  const root = findDirectory(host, path);
  if (root) {
    const { filesystem } = mountOf(host, root);
    const again = mountsShowing(host, filesystem, root.node).find(
      ({ type, id }) => type === "lofs" && id !== root.mount,
    );
    if (again) return denied("EBUSY", "ready/lofs", `${again.path} shows the same directory as ${path}.`);
  }
  return allowed(undefined, "ready/root", `Nothing else has its root at ${path}.`);
}

interface Step {
  readonly kind: string;
  readonly text: string;
  readonly milliseconds: number;
  readonly run: () => Outcome;
}

/** Attributes and resources, datasets, file systems, network: in this order. */
function buildPlatform(daemon: Daemon, zone: Zone, scratch: boolean): Outcome {
  const { host, entry } = daemon;
  setAttributes(host, zone, entry.definition);
  if (!scratch) tellPrivileges(daemon, zone);
  const own: Step[] = [
    {
      kind: "zone.pool",
      text: "its resources cannot be set up",
      milliseconds: 0,
      run: () => resources(daemon, zone),
    },
    {
      kind: "zone.mount",
      text: "a dataset cannot be delegated",
      milliseconds: 0,
      run: () => delegateDatasets(host, zone),
    },
  ];
  const files: Step = {
    kind: "zone.mount",
    text: "its file systems cannot be mounted",
    milliseconds: MOUNTING,
    run: () => mountZone(host, zone, "ready"),
  };
  const addresses: Step = {
    kind: "zone.network",
    text: "its network cannot be set up",
    milliseconds: PLUMBING,
    run: () => network(daemon, zone),
  };
  for (const step of scratch ? [files] : [...own, files, addresses]) {
    pass(host, step.milliseconds);
    const done = step.run();
    if (went(daemon, done)) continue;
    failed(daemon, step.kind, step.text, done.decision);
    return done;
  }
  return allowed(undefined, "ready", "The platform stands.");
}

/** What limitpriv has changed of the set that zones of the brand have. */
function tellPrivileges(daemon: Daemon, zone: Zone): void {
  const { added, removed } = changedPrivileges(daemon.host, daemon.entry.definition);
  const parts = [
    ...(added.length > 0 ? [`has ${added.join(", ")} beside those of its brand`] : []),
    ...(removed.length > 0 ? [`lacks ${removed.join(", ")}`] : []),
  ];
  const cause = zone.causes["limitpriv"];
  if (parts.length > 0)
    emit(daemon, "zone.privileges", `Zone ${zone.name} ${parts.join(" and ")}.`, "ok", cause ? [cause] : []);
}

/** Addresses or links; what does not fit of them is in the log, and told as well. */
function network({ host, messages, entry }: Daemon, zone: Zone): Outcome {
  const from = host.events.length;
  const plumbed = plumbZone(host, zone);
  for (const { container, message } of host.events.slice(from))
    if (container === entry.name && message.startsWith("WARNING: "))
      messages.push(`zone '${entry.name}': ${message}`);
  return plumbed;
}

/**
 * Limits, class and pool; what the machine does not have of them is warned of. A cap of resident memory enables the
 * daemon that keeps to it. Source: zonecfg_enable_rcapd() in libzonecfg.
 */
function resources(daemon: Daemon, zone: Zone): Outcome {
  const { host } = daemon;
  const { services } = illumosOf(host);
  const capped = services[RCAP_SERVICE];
  const applied = applyResources(host, zone);
  if (!applied.ok) return applied;
  const rcapd = services[RCAP_SERVICE] !== capped ? findManifest(RCAP_SERVICE) : undefined;
  const global = findZone(host, GLOBAL);
  if (rcapd && global) bringUp(host, global, rcapd);
  for (const { message } of applied.value) say(daemon, `WARNING: ${message}`);
  return allowed(undefined, applied.decision.rule, applied.decision.reason);
}

/**
 * The zone gets an index file, from which tools inside know what their zone is called. A process that has entered the
 * zone writes it; zsched stands for that one. Nothing hangs on it. Source: write_index_file() in vplat.c.
 */
function writeIndex({ host, entry: { name, state, uuid } }: Daemon, { zsched }: Zone): void {
  const inside = findProcess(host, zsched);
  if (inside) writeFile(host, inside, "/etc/zones/index", `${name}:${state}:/:${uuid}\n`);
}

/** `ready` and `mount` by themselves tell it on the console; the first half of a boot does not. */
export function tellReady(daemon: Daemon): void {
  notice(daemon.host, daemon.entry.name, "readied");
}
