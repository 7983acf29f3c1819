import { type FileSystemType, fileSystemTypes } from "../../../catalog/freebsd/fileSystemTypes.ts";
import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { kldload } from "../modules.ts";
import { since } from "../release.ts";

/** What the kernel knows of a kind of file system; undefined if there is none of that name in this release. */
export function fileSystemType(host: Host, name: string): FileSystemType | undefined {
  return fileSystemTypes.find((type) => type.name === name && since(host, type.since ?? 0));
}

function isLoaded({ state }: Host, { module }: FileSystemType): boolean {
  return module === null || state.machine.modules.includes(module);
}

/**
 * The kind of that name, loaded if it can be. The kernel loads a missing one for whoever may load modules, which no
 * jail may. Source: vfs_byname_kld() in sys/kern/vfs_init.c.
 */
export function loadedType(host: Host, process: Process, name: string): Outcome<FileSystemType> {
  const type = fileSystemType(host, name);
  if (type && isLoaded(host, type)) return allowed(type, "mount/4", `${name} is loaded.`);
  const module = type?.module ?? name;
  const loaded = kldload(host, process, module);
  if (loaded.ok && type) return allowed(type, "mount/4", `${name} was loaded for this mount.`);
  const causes: Cause[] = [
    { what: `module ${module} is not loaded`, from: "host" },
    ...loaded.decision.causes,
  ];
  if (!loaded.ok && loaded.errno === "EPERM")
    return denied(
      since(host, 14) ? "EPERM" : "EINVAL",
      "mount/4",
      `${name} is not loaded, and is not loaded for this mount.`,
      {
        causes,
        unsure: true,
      },
    );
  return denied("EINVAL", "mount/4", `The kernel knows no file system ${name}.`, { causes });
}
