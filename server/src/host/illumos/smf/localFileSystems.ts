import type { Refused } from "../../decision.ts";
import { readFile } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import { platformOf } from "../platform.ts";
import type { Zone } from "../types.ts";

/**
 * What a zone mounts by itself as it boots, by its own privileges: /etc/vfstab is its own file. Source:
 * usr/src/cmd/svc/milestone/{fs-minimal,fs-local}, vfstab(5).
 */

export const MINIMAL = "system/filesystem/minimal:default";
export const LOCAL = "system/filesystem/local:default";

interface Line {
  readonly special: string;
  readonly on: string;
  readonly type: string;
  readonly atBoot: boolean;
  readonly options: readonly string[];
}

/** Most zones have the same text. */
const tables = new Map<string, readonly Line[]>();
const MOST_TABLES = 16;

function linesOf(text: string): readonly Line[] {
  const known = tables.get(text);
  if (known) return known;
  const found = text.split("\n").flatMap((line): Line[] => {
    const words = line.replace(/#.*/, "").trim().split(/\s+/);
    const [special = "", , on = "", type = "", , atBoot = "", options = "-"] = words;
    if (words.length < 6 || !on.startsWith("/")) return [];
    const list = options === "-" ? [] : options.split(",");
    return [{ special, on, type, atBoot: atBoot === "yes", options: list }];
  });
  if (tables.size >= MOST_TABLES) tables.clear();
  tables.set(text, found);
  return found;
}

/** Of servers: another service mounts them, once the network is there. */
const REMOTE: ReadonlySet<string> = new Set(["nfs", "smbfs", "autofs"]);

/** Mounted from fs-minimal, as far as the table has them. */
const EARLY: ReadonlySet<string> = new Set(["/tmp", "/var", "/var/adm"]);

/** On Solaris 11 /var/run leads to /system/volatile, which the brand mounts. */
function ownViews(host: Host): readonly Line[] {
  const line = (special: string, on: string, type: string): Line => ({
    ...{ special, on, type, atBoot: true, options: [] },
  });
  const views = [line("fd", "/dev/fd", "fd")];
  return platformOf(host) === "solaris11" ? views : [...views, line("swap", "/var/run", "tmpfs")];
}

/**
 * What the start method of a service mounts.
 * @returns what the first mount says that does not go; the others are mounted all the same
 */
export function mountLocal(host: Host, zone: Zone, fmri: string): Refused | undefined {
  const process = findProcess(host, zone.init ?? zone.zsched);
  const text = process && readFile(host, process, "/etc/vfstab");
  if (!process) return undefined;
  const table = text?.ok ? linesOf(text.value) : [];
  const early = fmri === MINIMAL;
  const wanted = [
    ...(early ? ownViews(host) : []),
    ...table.filter(({ atBoot, on, type }) => atBoot && !REMOTE.has(type) && EARLY.has(on) === early),
  ];
  let refusal: Refused | undefined;
  for (const line of wanted) {
    const done = host.kernel.files.mount(host, process, {
      ...{ type: line.type, from: line.special, on: line.on, options: line.options },
    });
    // What the configuration has mounted there already stays as it is.
    if (!done.ok && done.decision.rule !== "mount/busy") refusal ??= done;
  }
  return refusal;
}
