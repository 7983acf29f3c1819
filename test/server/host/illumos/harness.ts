import { ensureDirectory, makeRoot } from "@zonewarden/server/host/filesystem/build";
import { editable } from "@zonewarden/server/host/filesystem/nodes";
import type { Host } from "@zonewarden/server/host/host";
import { zoneEnter } from "@zonewarden/server/host/illumos/kernelZones";
import type { IndexEntry, Zone, ZoneDefinition, ZoneResource } from "@zonewarden/server/host/illumos/types";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { exec, fork, spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { ok } from "../harness.ts";

export { ok };

/** A fresh OmniOS with some of its description replaced. */
export function zoneHost(changes: Partial<HostDescription> = {}): Host {
  return buildHost({ ...freshInstallation(changes.system ?? "omnios"), ...changes });
}

/** A shell of root in the global zone: the same one at each call. */
export function globalRoot(host: Host): Process {
  const known = Object.values(host.state.processes.byPid).find(
    ({ command, credential, state }) =>
      command === "bash" && credential.container === 0 && credential.uid === 0 && state !== "zombie",
  );
  return known ?? spawn(host, { command: "bash", args: ["-bash"] });
}

type Values = Readonly<Record<string, string | readonly string[]>>;

export interface Definition {
  readonly properties?: Readonly<Record<string, string>>;
  /**
   * Each with its type and its properties: `{ type: "net", physical: "e1000g0" }`. The type of a file system, which is a
   * property as well, is called `fstype`.
   */
  readonly resources?: readonly ({ readonly type: string } & Values)[];
}

const cause = (what: string) => ({ what, from: "configuration" as const });

/** A configuration as zonecfg(8) stores it: of brand lipkg, below /zones, with exclusive IP, unless it says otherwise. */
export function define(name: string, { properties = {}, resources = [] }: Definition = {}): ZoneDefinition {
  const all = { brand: "lipkg", zonepath: `/zones/${name}`, "ip-type": "exclusive", ...properties };
  return {
    name,
    properties: Object.fromEntries(
      Object.entries(all).map(([key, value]) => [key, { value, cause: cause(`${key}=${value}`) }]),
    ),
    resources: resources.map(
      ({ type, ...rest }): ZoneResource => ({
        type,
        properties: Object.fromEntries(
          Object.entries(rest).map(([key, value]) => [
            key === "fstype" ? "type" : key,
            [value].flat().map((one) => ({ value: one, cause: cause(`${type} ${key}=${one}`) })),
          ]),
        ),
        cause: cause(type),
      }),
    ),
    cause: cause(`zone ${name}`),
  };
}

/** Configured, and with files in its root as an installation leaves them. */
export function installed(host: Host, definition: ZoneDefinition): IndexEntry {
  const entry = ok(configureZone(host, definition));
  const zonepath = definition.properties["zonepath"]?.value ?? "";
  makeRoot(host, `${zonepath}/root`);
  editable(host, ensureDirectory(host, zonepath)).mode = 0o700;
  entry.state = "installed";
  return entry;
}

/** Configured, installed and booted; `root` is a process of root in it. */
export function running(host: Host, definition: ZoneDefinition): { zone: Zone; root: Process } {
  const answer = callZoneadmd(host, installed(host, definition), { command: "boot" });
  if (!answer.ok) throw new Error(answer.messages.join("\n"));
  const zone = zoneNamed(host, definition.name);
  if (!zone) throw new Error(`${definition.name} does not run`);
  return { zone, root: enter(host, zone) };
}

/** A shell of root in a zone, as zlogin(1) makes it. */
export function enter(host: Host, zone: Zone): Process {
  const shell = ok(fork(host, globalRoot(host)));
  ok(zoneEnter(host, shell, zone.id));
  ok(exec(host, shell, "bash", ["-bash"]));
  return shell;
}
