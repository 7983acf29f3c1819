import { findDirectory } from "../../filesystem/build.ts";
import { editable } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import { property } from "../configuration.ts";
import type { IndexEntry } from "../types.ts";

/**
 * Programs of another system that do not fit this kernel, each with the program that a brand puts in its place at boot.
 * Sources: usr/src/lib/brand/lx/zone/lx_boot.ksh, usr/src/lib/brand/solaris10/zone/s10_boot.ksh.
 */
const REPLACED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lx: {
    "/usr/sbin/dladm": "/usr/sbin/dladm",
    "/usr/sbin/ifconfig": "/sbin/ifconfig",
    "/usr/sbin/ipmgmtd": "/lib/inet/ipmgmtd",
  },
  solaris10: {
    "/sbin/ifconfig": "/sbin/ifconfig",
    "/sbin/zfs": "/sbin/zfs",
    "/sbin/zpool": "/sbin/zpool",
    "/usr/sbin/df": "/usr/sbin/df",
    "/usr/sbin/ndd": "/usr/sbin/ndd",
    "/usr/sbin/zstreamdump": "/usr/sbin/zstreamdump",
    // So that packages with drivers can be installed.
    "/usr/sbin/add_drv": "/usr/bin/true",
    "/usr/sbin/rem_drv": "/usr/bin/true",
  },
};

/** Replaces them in the files of a zone, as far as they are there. */
export function replacePrograms(host: Host, { name, definition }: IndexEntry, brand: string): void {
  const root = `${property(definition, "zonepath")}/root`;
  const done: string[] = [];
  for (const [path, native] of Object.entries(REPLACED[brand] ?? {})) {
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
    message: `Native programs stand in the place of ${done.join(", ")} now.`,
    outcome: "ok",
  });
}
