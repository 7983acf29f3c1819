import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { topmost } from "../../filesystem/lookup.ts";
import { addNode, childOf, fileSystemOf, mountOf, nodeOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Zone } from "../types.ts";

/**
 * The place of a mount below the root of a zone, made where it is missing. Root of the zone may have put a link there
 * that leads to files of the global zone: no component may be one. Source: valid_mount_path(), make_one_dir() in
 * usr/src/cmd/zoneadmd/vplat.c.
 * @param kind what is mounted there
 * @returns EINVAL for a path that is not as it would be written, ENOTDIR, ELOOP for a link, EROFS
 */
export function mountPoint(
  host: Host,
  zone: Zone,
  directory: string,
  kind: "directory" | "file",
  cause: Cause,
): Outcome<Vnode> {
  const refuse = (errno: "EINVAL" | "ENOTDIR" | "ELOOP" | "EROFS", reason: string) =>
    denied(errno, "zone/mount-point", reason, { causes: [cause] });
  const names = directory.slice(1).split("/");
  if (!directory.startsWith("/") || names.some((name) => name === "" || name === "." || name === ".."))
    return refuse("EINVAL", `${directory} is not a plain absolute path.`);
  let at: Vnode = topmost(host, zone.root);
  for (const [i, name] of names.entries()) {
    const path = () => `/${names.slice(0, i + 1).join("/")}`;
    if (nodeOf(host, at).kind !== "directory")
      return refuse("ENOTDIR", `A part of ${path()} in the zone is not a directory.`);
    const fs = fileSystemOf(host, at);
    const isDevices = fs.type === host.kernel.files.devices.type;
    let node = isDevices
      ? host.kernel.files.devices.child(host, fs, at.node, name)?.node
      : childOf(fs, at.node, name);
    if (node === undefined) {
      if (mountOf(host, at).readOnly || isDevices)
        return refuse("EROFS", `${path()} does not exist in the zone, and cannot be made there.`);
      const wanted = i === names.length - 1 ? kind : "directory";
      node = addNode(fs, at.node, name, {
        kind: wanted,
        mode: wanted === "file" ? 0o644 : 0o755,
        uid: 0,
        gid: 0,
        flags: [],
        links: wanted === "file" ? 1 : 2,
        ...(wanted === "file" ? { content: "" } : { entries: {} }),
      });
    }
    const child = { mount: at.mount, node };
    if (nodeOf(host, child).kind === "link")
      return refuse("ELOOP", `${path()} in the zone is a symbolic link, which could lead out of the zone.`);
    at = topmost(host, child);
  }
  return allowed(at, "zone/mount-point", `${directory} is there.`);
}
