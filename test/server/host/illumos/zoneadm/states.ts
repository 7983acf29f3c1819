import type { ZoneState } from "@zonewarden/server/catalog/illumos/zoneStates";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import type { Host } from "@zonewarden/server/host/host";
import type { IndexEntry } from "@zonewarden/server/host/illumos/types";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { exit, fork } from "@zonewarden/server/host/process/processes";
import { type Definition, define, globalRoot, installed, ok, zoneHost } from "../harness.ts";

/** Zone `web` in one of its states, brought there by what brings zones there on real machines. */
export interface Scene {
  readonly host: Host;
  readonly entry: IndexEntry;
  /** Takes away what keeps the zone in a state in which it hangs. */
  release(): void;
}

const BUSY = "an NFS client flushes its pages";

export function scene(state: ZoneState, definition: Definition = {}, host = zoneHost()): Scene {
  const wanted = define("web", definition);
  const still = { release: () => {} };
  if (state === "configured") return { host, entry: ok(configureZone(host, wanted)), ...still };
  const entry = installed(host, wanted);
  const { release } = {
    ...still,
    ...TO[state]?.(host, entry),
  };
  if (stateOf(host, "web") !== state) throw new Error(`web is ${stateOf(host, "web")}, not ${state}`);
  return { host, entry, release };
}

type Bring = (host: Host, entry: IndexEntry) => { release: () => void } | undefined;

const ask =
  (command: "ready" | "boot" | "mount"): Bring =>
  (host, entry) => {
    const { ok: done, messages } = callZoneadmd(host, entry, { command });
    if (!done) throw new Error(messages.join("\n"));
    return undefined;
  };

const TO: { readonly [state in ZoneState]?: Bring } = {
  incomplete: (host) => {
    zoneadm(host, globalRoot(host), { zone: "web", command: "mark", options: ["incomplete"] });
    return undefined;
  },
  ready: ask("ready"),
  running: ask("boot"),
  mounted: ask("mount"),
  // A thread of the kernel still works for the zone.
  shutting_down: (host, entry) => {
    ask("boot")(host, entry);
    const zone = zoneNamed(host, "web");
    if (zone) zone.threads = [BUSY];
    callZoneadmd(host, entry, { command: "halt" });
    return {
      release: () => {
        delete zone?.threads;
      },
    };
  },
  // Somebody in the global zone has gone into its /dev, which cannot be unmounted by force.
  down: (host, entry) => {
    ask("boot")(host, entry);
    const visitor = ok(fork(host, globalRoot(host)));
    ok(chdir(host, visitor, "/zones/web/root/dev"));
    callZoneadmd(host, entry, { command: "halt" });
    return { release: () => exit(host, visitor, 0) };
  },
};
