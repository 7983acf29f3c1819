import { allowed } from "../../decision.ts";
import type { FileNode } from "../../filesystem/types.ts";
import type { DevicePolicy } from "../../kernel.ts";

/** The dev file system. Source: usr/src/uts/common/fs/dev, usr/src/cmd/zoneadmd/vplat.c. */

const ROOT: FileNode = { kind: "directory", mode: 0o755, uid: 0, gid: 3, flags: [], parent: 1, links: 2 };

export const devices: DevicePolicy = {
  type: "dev",
  child: () => undefined,
  entries: () => [],
  node: () => ROOT,
  has: (_, __, number) => number === 1,
  nameOf: () => undefined,
  mayFind: () => true,
  open: (_, __, name) => allowed(undefined, `device/${name}`, "The driver lets it be opened."),
  mayLink: () => allowed(undefined, "dev/link", "Links can be made."),
  show: () => {},
};
