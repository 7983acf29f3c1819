import { type FileSystemType, fileSystemTypes } from "../../catalog/freebsd/fileSystemTypes.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import { privCheck } from "../freebsd/privileges.ts";
import { since } from "../freebsd/release.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";

/** What the kernel knows of a kind of file system; undefined if there is none of that name in this release. */
export function fileSystemType(host: Host, name: string): FileSystemType | undefined {
  return fileSystemTypes.find((type) => type.name === name && since(host, type.since ?? 0));
}

function isLoaded({ state }: Host, { module }: FileSystemType): boolean {
  return module === null || state.machine.modules.includes(module);
}

/** Lets each jail-friendly kind that is loaded register its `allow.mount.NAME`, which stays until reboot. */
export function registerFileSystems(host: Host): void {
  const { registered } = host.state.freebsd;
  for (const type of fileSystemTypes) {
    const permission = `allow.mount.${type.name}`;
    if (type.jail && since(host, type.since ?? 0) && isLoaded(host, type) && !registered.includes(permission))
      registered.push(permission);
  }
}

/**
 * The kind of that name, loaded if it can be. The kernel loads a missing one for whoever may load modules, which no
 * jail may. Source: vfs_byname_kld() in sys/kern/vfs_init.c.
 */
export function loadedType(host: Host, process: Process, name: string): Outcome<FileSystemType> {
  const { machine } = host.state;
  const type = fileSystemType(host, name);
  if (type && isLoaded(host, type)) return allowed(type, "mount/4", `${name} is loaded.`);
  const may = privCheck(host, process, "KLD_LOAD");
  if (!may.ok) {
    const newer = since(host, 14);
    const reason = `${name} is not loaded, and a module is not loaded for ${process.credential.jid === 0 ? "this user" : "a jail"}.`;
    return denied(newer ? "EPERM" : "EINVAL", "mount/4", reason, {
      causes: [
        { what: `module ${type?.module ?? name} is not loaded`, from: "host" },
        ...may.decision.causes,
      ],
      unsure: true,
    });
  }
  if (!type?.module || !machine.loadable.includes(type.module))
    return denied("EINVAL", "mount/4", `The kernel knows no file system ${name}.`, {
      causes: [{ what: `no module ${type?.module ?? name}`, from: "host" }],
    });
  machine.modules.push(type.module);
  registerFileSystems(host);
  host.emit({
    container: "",
    kind: "module.load",
    message: `The kernel loads ${type.module} for a mount of type ${name}.`,
    outcome: "ok",
  });
  return allowed(type, "mount/4", `${name} was loaded for this mount.`);
}
