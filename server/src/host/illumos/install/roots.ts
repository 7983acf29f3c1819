import { type BrandRuntime, brandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import {
  hasOwnPart,
  MEGABYTE,
  ownBytes,
  packagesOf,
  type ZonePackage,
} from "../../../catalog/illumos/packages.ts";
import { ensureDirectory, findDirectory, makeRoot, putFile } from "../../filesystem/build.ts";
import {
  addNode,
  childOf,
  editable,
  editableIn,
  entriesOf,
  fileSystemOf,
  nodeIn,
  removeEntry,
} from "../../filesystem/nodes.ts";
import type { StockName, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { copyOf } from "../../plain.ts";
import { resourcesOf, textOf } from "../configuration.ts";
import { platformOf } from "../platform.ts";
import type { IndexEntry } from "../types.ts";
import { removeTree } from "./zonepaths.ts";

/** What is below the root of a zone, by the kind of its brand. */

/** Directories that the zone does not have itself: those of the brand, or `inherit-pkg-dir`. */
export function inheritedDirectories({ mounts, root }: BrandRuntime, { definition }: IndexEntry): string[] {
  const configured = resourcesOf(definition, "inherit-pkg-dir").flatMap((one) => textOf(one, "dir") ?? []);
  const ofBrand =
    root === "sparse" || root === "minimal"
      ? mounts
          .filter(
            ({ type, phase, special, directory }) =>
              type === "lofs" && phase === "ready" && special === directory,
          )
          .map(({ directory }) => directory)
      : [];
  return [...new Set([...ofBrand, ...configured])].sort();
}

/** Packages that a zone gets, and what they take besides the inherited directories. */
export interface Contents {
  readonly packages: readonly string[];
  readonly bytes: number;
}

/** Megabytes of an image that has no packages: a parameter of the model. */
const IMAGE_BYTES = 400 * MEGABYTE;
const MINIMAL_BYTES = MEGABYTE;

export function contentsOf(
  host: Host,
  runtime: BrandRuntime,
  inherited: readonly string[],
  extra: readonly string[] = [],
): Contents {
  const { brand, root, install } = runtime;
  if (root === "minimal") return { packages: [], bytes: MINIMAL_BYTES };
  if (root === "image") return { packages: [], bytes: IMAGE_BYTES };
  const platform = /^solaris(8|9|10)$/.test(brand) ? "solaris10" : platformOf(host);
  // What copies the packages of the host has all of them; others take those that a zone needs.
  const packages = packagesOf(platform, install.includes("copy") ? "full" : "core");
  const asked = packagesOf(platform, "full").filter(
    (one) => extra.some((name) => isCalled(one, name)) && !packages.includes(one),
  );
  const others = extra.filter((name) => !packagesOf(platform, "full").some((one) => isCalled(one, name)));
  const all = [...packages, ...asked];
  return {
    packages: [...all.filter((one) => hasOwnPart(one, inherited)).map(({ name }) => name), ...others],
    bytes: ownBytes(all, inherited),
  };
}

function isCalled({ name }: ZonePackage, wanted: string): boolean {
  const plain = wanted.replace(/^pkg:\/+/, "").replace(/@.*$/, "");
  return name === plain || name.endsWith(`/${plain}`);
}

/** What a root that holds nothing yet gets. */
export function fillRoot(host: Host, path: string, entry: IndexEntry, inherited: readonly string[]): void {
  const brand = entry.definition.properties["brand"]?.value ?? "";
  const runtime = brandRuntime(brand, platformOf(host));
  for (const { special, type } of runtime.mounts)
    if (type === "lofs" && special.startsWith("%R/"))
      ensureDirectory(host, special.replace("%R", path.slice(0, path.lastIndexOf("/"))), false);
  if (runtime.root === "minimal") {
    fillMinimal(host, path, entry);
    if (!runtime.init.startsWith("/usr/")) putFile(host, `${path}${runtime.init}`, "#!/bin/bash\n", 0o755);
    return;
  }
  const root = makeRoot(host, path, brand === "lx" ? LINUX : undefined);
  for (const directory of inherited) emptyDirectory(host, root, path, directory);
}

const LINUX: StockName = "linux";

/** A directory where something of the host will be mounted. */
function emptyDirectory(host: Host, root: Vnode, path: string, directory: string): void {
  const [first = "", ...more] = directory.split("/").filter(Boolean);
  if (more.length === 0) removeTree(host, root, first);
  else {
    const above = findDirectory(host, `${path}/${[first, ...more.slice(0, -1)].join("/")}`);
    if (above) removeTree(host, above, more.at(-1) ?? "");
  }
  ensureDirectory(host, `${path}${directory}`, false);
}

/** Almost nothing: the hypervisor comes from the host. Source: omniosorg/pkg5 src/brand/bhyve/createzone. */
function fillMinimal(host: Host, path: string, { uuid }: IndexEntry): void {
  for (const directory of ["dev", "etc/svc/volatile", "usr", "sbin", "lib", "var/run", "tmp", "proc"])
    ensureDirectory(host, `${path}/${directory}`, false);
  editable(host, ensureDirectory(host, `${path}/tmp`, false)).mode = 0o1777;
  putFile(host, `${path}/etc/passwd`, "root:x:0:0:Super-User:/:/sbin/sh\n");
  putFile(host, `${path}/etc/uuid`, `${uuid}\n`);
  putFile(host, `${path}/etc/mnttab`, "");
  const root = ensureDirectory(host, path, false);
  const fs = fileSystemOf(host, root);
  if (childOf(fs, root.node, "bin") === undefined)
    addNode(fs, root.node, "bin", {
      ...{ kind: "link", mode: 0o777, uid: 0, gid: 0, flags: [], links: 1, target: "usr/bin" },
    });
}

/**
 * Copies a tree, sockets left out, as `find . | cpio -pdm` does. Source: copy_zone() in usr/src/cmd/zoneadm/zoneadm.c.
 * @param to an empty directory
 */
export function copyTree(host: Host, from: Vnode, to: Vnode): void {
  const source = fileSystemOf(host, from);
  const target = fileSystemOf(host, to);
  const node = nodeIn(source, from.node);
  // What nobody changed in a stock tree is as it is in the copy.
  if (source.nodes[from.node]) {
    const copy = editableIn(target, to.node);
    Object.assign(copy, { mode: node.mode, uid: node.uid, gid: node.gid });
    if (node.stock !== undefined && copy.stock === undefined) {
      copy.stock = node.stock;
      delete copy.entries;
    }
  }
  const entries = entriesOf(source, from.node);
  for (const name of Object.keys(entriesOf(target, to.node)))
    if (!Object.hasOwn(entries, name)) removeEntry(target, to.node, name);
  for (const [name, number] of Object.entries(entries)) {
    const child = nodeIn(source, number);
    if (child.kind === "socket") continue;
    const { parent: _, entries: __, stock: ___, name: ____, ...plain } = child;
    const known = childOf(target, to.node, name);
    const directory = child.kind === "directory";
    const made =
      known ?? addNode(target, to.node, name, { ...copyOf(plain), ...(directory && { entries: {} }) });
    if (known !== undefined && source.nodes[number]) Object.assign(editableIn(target, made), copyOf(plain));
    if (directory) copyTree(host, { ...from, node: number }, { ...to, node: made });
  }
}
