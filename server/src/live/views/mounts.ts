import { allMounts } from "../../host/filesystem/nodes.ts";
import type { Mount } from "../../host/filesystem/types.ts";
import type { Host } from "../../host/host.ts";
import type { DeviceView, MountView, OriginView } from "../../protocol.ts";
import type { Belonging } from "../guests.ts";

type OriginOf = (thing: Belonging) => OriginView | undefined;

/** The file systems in a directory and below it, with paths as seen from there; `/` for all of the host. */
export function mountViews(host: Host, root: string, originOf: OriginOf): MountView[] {
  return mountsBelow(host, root).map(({ mount, on }) => {
    const { from, type, options, readOnly, path } = mount;
    const origin = originOf({ what: "mount", type, on: path, from });
    const all = readOnly && !options.includes("ro") ? ["read-only", ...options] : [...options];
    return { from, on, type, options: all, ...(origin && { origin }) };
  });
}

/** The mount that holds the directory first. */
function mountsBelow(host: Host, root: string): { mount: Mount; on: string }[] {
  const mounts = allMounts(host);
  if (root === "/") return mounts.map((mount) => ({ mount, on: mount.path }));
  const holding = mounts.findLast(({ path }) => path === "/" || path === root || root.startsWith(`${path}/`));
  const below = mounts.filter((mount) => mount.path.startsWith(`${root}/`));
  return [
    ...(holding ? [{ mount: holding, on: "/" }] : []),
    ...below.map((mount) => ({ mount, on: mount.path.slice(root.length) })),
  ];
}

/** What the file system of devices shows in a container: all that is below its /dev. */
export function deviceViews(host: Host, root: string, originOf: OriginOf): DeviceView[] {
  const { devices } = host.kernel.files;
  const path = root === "/" ? "/dev" : `${root}/dev`;
  const mount = allMounts(host).findLast((one) => one.type === devices.type && one.path === path);
  const fs = mount && host.state.files.byId[mount.filesystem];
  if (!mount || !fs) return [];
  const origin = originOf({ what: "devices" });
  const found: DeviceView[] = [];
  const visit = (directory: number, above: string) => {
    for (const { name, node: number } of devices.entries(host, fs, directory)) {
      if (name === "." || name === "..") continue;
      const node = devices.node(host, fs, number);
      if (node.kind === "directory") visit(number, `${above}${name}/`);
      else found.push({ path: `/dev/${above}${name}`, mode: modeText(node), ...(origin && { origin }) });
    }
  };
  visit(mount.root, "");
  return found;
}

/** `crw-rw----`. */
function modeText({ kind, mode }: { readonly kind: string; readonly mode: number }): string {
  const bits = [0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 0o4, 0o2, 0o1];
  const letters = bits.map((bit, i) => ((mode & bit) !== 0 ? "rwx"[i % 3] : "-")).join("");
  return `${kind === "link" ? "l" : "c"}${letters}`;
}
