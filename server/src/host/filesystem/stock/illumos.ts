import { groups, users } from "../../machine/illumos/accounts.ts";
import { ILLUMOS_PROGRAMS } from "./illumosPrograms.ts";
import { growTree, type StockNode } from "./tree.ts";

/** The base system of illumos as far as a reader meets it. Source: filesystem(7), usr/src/pkg/manifests. */

/** Directories: mode, and group where it is not root (0). */
const DIRECTORIES: Readonly<Record<string, readonly [mode: number, gid?: number]>> = {
  dev: [0o755, 3],
  etc: [0o755, 3],
  "etc/svc": [0o755, 3],
  "etc/svc/volatile": [0o755, 3],
  "etc/zones": [0o755, 3],
  "etc/dfs": [0o755],
  export: [0o755, 3],
  home: [0o755],
  lib: [0o755, 2],
  mnt: [0o755, 3],
  net: [0o755],
  opt: [0o755, 3],
  proc: [0o555],
  root: [0o700],
  sbin: [0o755, 3],
  system: [0o755],
  "system/contract": [0o555],
  "system/object": [0o555],
  tmp: [0o1777, 3],
  usr: [0o755, 3],
  "usr/bin": [0o755, 2],
  "usr/lib": [0o755, 2],
  "usr/sbin": [0o755, 2],
  var: [0o755, 3],
  "var/adm": [0o775, 3],
  "var/log": [0o755, 3],
  "var/run": [0o755, 3],
  "var/tmp": [0o1777, 3],
};

/** Files that are no programs: mode and text. */
const FILES: Readonly<Record<string, readonly [mode: number, content: string]>> = {
  "etc/group": [
    0o644,
    groups.map(({ name, gid, members }) => `${name}::${gid}:${members.join(",")}\n`).join(""),
  ],
  "etc/passwd": [
    0o644,
    users.map(({ name, uid, gid, home, shell }) => `${name}:x:${uid}:${gid}::${home}:${shell}\n`).join(""),
  ],
};

export const illumosTree: readonly StockNode[] = growTree((add) => {
  for (const [path, [mode, gid = 0]] of Object.entries(DIRECTORIES))
    add(path, { kind: "directory", mode, gid });
  for (const [directory, names] of Object.entries(ILLUMOS_PROGRAMS))
    for (const name of names.split(" ")) {
      const parts = directory.split("/");
      parts.forEach((_, i) => {
        add(parts.slice(0, i + 1).join("/"), { kind: "directory", mode: 0o755, gid: 2 });
      });
      add(`${directory}/${name}`, { kind: "file", mode: 0o555, gid: 2, content: "" });
    }
  add("bin", { kind: "link", mode: 0o777, gid: 0, target: "./usr/bin" });
  for (const [path, [mode, content]] of Object.entries(FILES))
    add(path, { kind: "file", mode, gid: 3, content });
});
