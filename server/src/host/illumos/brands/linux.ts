import { findDirectory } from "../../filesystem/build.ts";
import { editable } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import { property } from "../configuration.ts";
import type { IndexEntry } from "../types.ts";

/**
 * Programs of Linux that cannot set up the network of this kernel, each with the native one that is put in its place.
 * Source: usr/src/lib/brand/lx/zone/lx_boot.ksh.
 */
const REPLACED: Readonly<Record<string, string>> = {
  "/usr/sbin/dladm": "/usr/sbin/dladm",
  "/usr/sbin/ifconfig": "/sbin/ifconfig",
  "/usr/sbin/ipmgmtd": "/lib/inet/ipmgmtd",
};

/** What the brand lx does at boot to the files of a zone: wrappers lead to the native programs below /native. */
export function replacePrograms(host: Host, { name, definition }: IndexEntry): void {
  const root = `${property(definition, "zonepath")}/root`;
  const done: string[] = [];
  for (const [path, native] of Object.entries(REPLACED)) {
    const file = findDirectory(host, `${root}${path}`);
    if (!file) continue;
    const node = editable(host, file);
    if (node.program === native) continue;
    node.program = native;
    done.push(path);
  }
  if (done.length === 0) return;
  host.emit({
    container: name,
    kind: "zone.boot",
    message: `${done.join(", ")} lead to the native programs below /native now.`,
    outcome: "ok",
  });
}
