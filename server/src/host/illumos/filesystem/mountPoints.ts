import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
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
  const names = directory.split("/");
  if (!isPlain(names)) return refuse("EINVAL", `${directory} is not a plain absolute path.`, cause);
  let at: Vnode = topmost(host, zone.root);
  for (let i = 1; i < names.length; i++) {
    const name = names[i] ?? "";
    if (nodeOf(host, at).kind !== "directory")
      return refuse("ENOTDIR", `A part of ${upTo(names, i)} in the zone is not a directory.`, cause);
    const fs = fileSystemOf(host, at);
    const isDevices = fs.type === host.kernel.files.devices.type;
    let node = isDevices
      ? host.kernel.files.devices.child(host, fs, at.node, name)?.node
      : childOf(fs, at.node, name);
    if (node === undefined) {
      if (mountOf(host, at).readOnly || isDevices)
        return refuse(
          "EROFS",
          `${upTo(names, i)} does not exist in the zone, and cannot be made there.`,
          cause,
        );
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
      return refuse(
        "ELOOP",
        `${upTo(names, i)} in the zone is a symbolic link, which could lead out of the zone.`,
        cause,
      );
    at = topmost(host, child);
  }
  return { ok: true, value: at, decision: THERE };
}

const THERE = allowed(undefined, "zone/mount-point", "The mount point is there.").decision;

/** Whether the parts are those of an absolute path without `.`, `..` or `//`. */
function isPlain(names: readonly string[]): boolean {
  if (names.length < 2 || names[0] !== "") return false;
  for (let i = 1; i < names.length; i++)
    if (names[i] === "" || names[i] === "." || names[i] === "..") return false;
  return true;
}

function upTo(names: readonly string[], last: number): string {
  return names.slice(0, last + 1).join("/");
}

function refuse(errno: "EINVAL" | "ENOTDIR" | "ELOOP" | "EROFS", reason: string, cause: Cause): Refused {
  return denied(errno, "zone/mount-point", reason, { causes: [cause] });
}
