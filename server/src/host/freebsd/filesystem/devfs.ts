import { type DeviceKind, deviceCatalog } from "../../../catalog/freebsd/devfs.ts";
import { deviceNumber, findMount, serialOf } from "../../filesystem/nodes.ts";
import type { DevfsRule, Device, FileNode, FileSystem, Mount } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { DeviceEntry } from "../../kernel.ts";
import { matchesPath } from "../../shell/pattern.ts";
import { freebsdOf } from "../state.ts";

/**
 * devfs: each mount shows the nodes that drivers have made, unless a rule hides them. The root is node 1, a device has
 * the number that its serial gives (`deviceNumber`). Source: sys/fs/devfs/devfs_rule.c, devfs_devs.c, devfs(8).
 */
export const DEVFS_ROOT = 1;

const KINDS: ReadonlyMap<string, DeviceKind> = new Map(deviceCatalog.map((kind) => [kind.name, kind]));

/**
 * What the catalog knows of a device. One with another number is of the same kind: `pts/7` as `pts/0`, `ada3p1` as
 * `ada0p2`.
 */
export function deviceKind(name: string): DeviceKind {
  const known = KINDS.get(name);
  if (known) return known;
  const shape = name.replace(/\d+/g, "N");
  const similar = deviceCatalog.find((kind) => kind.name.replace(/\d+/g, "N") === shape);
  if (similar) return { ...similar, name };
  if (name.startsWith("vmm/")) return { ...(KINDS.get("vmm/guest") as DeviceKind), name };
  return { name, kind: "device", mode: 0o600, gid: 0, doc: "a device" };
}

/** A driver makes a node; directories above it come with it. `container` is that of the credential, null for none. */
export function makeDevice(host: Host, name: string, container: number | null = null, uid = 0): Device {
  const { devices } = host.state.files;
  const existing = devices.find((device) => device.name === name);
  if (existing) return existing;
  const cut = name.lastIndexOf("/");
  if (cut > 0) makeDevice(host, name.slice(0, cut));
  const serial = (devices.at(-1)?.serial ?? 0) + 1;
  const device = { name, container, uid, gid: deviceKind(name).gid, serial };
  devices.push(device);
  return device;
}

/** The rules that a device meets in a mount, includes not yet expanded. */
function rulesFor(host: Host, mount: Mount, device: Device): readonly DevfsRule[] {
  const met = mount.applied?.find(({ upTo }) => device.serial <= upTo);
  return met?.rules ?? freebsdOf(host).devfsRulesets[mount.ruleset] ?? [];
}

/** Levels to which includes are expanded (vfs.devfs.rule_depth). */
export function ruleDepth(host: Host): number {
  return Number(host.state.machine.sysctls["vfs.devfs.rule_depth"] ?? 1);
}

/**
 * Runs rules over a node in their order; later ones win. An include is expanded one level deep as shipped: includes
 * inside of the last level are skipped without a word. Source: devfs_rule_run().
 */
function run(
  host: Host,
  rules: readonly DevfsRule[],
  device: Device,
  visit: (rule: DevfsRule) => void,
  depth = ruleDepth(host),
): void {
  for (const rule of rules) {
    if (!matches(rule, device)) continue;
    if (rule.action !== "include") visit(rule);
    else if (depth > 0)
      run(host, freebsdOf(host).devfsRulesets[rule.argument ?? ""] ?? [], device, visit, depth - 1);
  }
}

/** All conditions of a rule must hold. Links and directories have no type. Source: devfs_rule_match(), fnmatch(3). */
function matches(rule: DevfsRule, { name }: Device): boolean {
  if (rule.type !== undefined) {
    const kind = deviceKind(name);
    if (kind.kind !== "device" || kind.type !== rule.type) return false;
  }
  return rule.path === undefined || matchesPath(rule.path, name);
}

/** Whether the rules of a devfs mount leave a device visible, and the directories above it too. */
export function devfsVisible(host: Host, mount: Mount, name: string): boolean {
  const device =
    host.state.files.devices.find((candidate) => candidate.name === name) ??
    ({ name, container: null, uid: 0, gid: 0, serial: Number.MAX_SAFE_INTEGER } satisfies Device);
  if (hiddenByRules(host, mount, device)) return false;
  const cut = name.lastIndexOf("/");
  return cut < 0 || devfsVisible(host, mount, name.slice(0, cut));
}

function hiddenByRules(host: Host, mount: Mount, device: Device): boolean {
  let hidden = false;
  run(host, rulesFor(host, mount, device), device, ({ action }) => {
    if (action === "hide") hidden = true;
    else if (action === "unhide") hidden = false;
  });
  return hidden;
}

/** The rule that hides or shows a device in a mount: the last one that matches; undefined where none does. */
export function decidingRule(host: Host, mount: Mount, name: string): DevfsRule | undefined {
  const device = host.state.files.devices.find((candidate) => candidate.name === name);
  let last: DevfsRule | undefined;
  if (device)
    run(host, rulesFor(host, mount, device), device, (rule) => {
      if (rule.action === "hide" || rule.action === "unhide") last = rule;
    });
  return last;
}

/** The devfs mount of a file system, which nullfs may show again elsewhere: the rules belong to this one. */
function devfsMount(host: Host, fs: FileSystem): Mount | undefined {
  return fs.mount === undefined ? undefined : findMount(host, fs.mount);
}

/** Links that somebody made in a devfs mount: they are in this mount only. */
function ownEntries(fs: FileSystem, directory: number): Record<string, number> {
  return fs.nodes[directory]?.entries ?? {};
}

/** What a directory of a devfs mount holds and its rules do not hide. */
export function devfsEntries(host: Host, fs: FileSystem, directory: number): DeviceEntry[] {
  const mount = devfsMount(host, fs);
  if (!mount) return [];
  const above = prefixOf(host, directory);
  const found: DeviceEntry[] = [];
  for (const device of host.state.files.devices) {
    if (!device.name.startsWith(above)) continue;
    const name = device.name.slice(above.length);
    if (name === "" || name.includes("/") || hiddenByRules(host, mount, device)) continue;
    found.push({ name, node: deviceNumber(device.serial), container: device.container });
  }
  for (const [name, node] of Object.entries(ownEntries(fs, directory)))
    found.push({ name, node, container: null });
  return found;
}

/** One entry of a directory of a devfs mount, unless a rule hides it. */
export function devfsChild(
  host: Host,
  fs: FileSystem,
  directory: number,
  name: string,
): DeviceEntry | undefined {
  const own = ownEntries(fs, directory);
  if (Object.hasOwn(own, name)) return { name, node: own[name] as number, container: null };
  const mount = devfsMount(host, fs);
  const path = prefixOf(host, directory) + name;
  const device = host.state.files.devices.find((candidate) => candidate.name === path);
  if (!device || !mount || hiddenByRules(host, mount, device)) return undefined;
  return { name, node: deviceNumber(device.serial), container: device.container };
}

function prefixOf(host: Host, directory: number): string {
  return directory === DEVFS_ROOT ? "" : `${deviceNumbered(host, directory)?.name ?? "?"}/`;
}

/** The device whose node has a number. */
export function deviceNumbered(host: Host, number: number): Device | undefined {
  const serial = serialOf(number);
  return serial === undefined
    ? undefined
    : host.state.files.devices.find((device) => device.serial === serial);
}

export function hasDeviceNode(host: Host, fs: FileSystem, number: number): boolean {
  return serialOf(number) === undefined
    ? fs.nodes[number] !== undefined
    : deviceNumbered(host, number) !== undefined;
}

/** A node of a devfs file system, with mode and owner as rules set them, or as somebody changed them in this mount. */
export function deviceNode(host: Host, fs: FileSystem, number: number): FileNode {
  const stored = fs.nodes[number];
  if (stored) return stored;
  if (number === DEVFS_ROOT) return directoryNode(DEVFS_ROOT);
  const device = deviceNumbered(host, number);
  if (!device) throw new Error(`devfs has no node ${number}`);
  const kind = deviceKind(device.name);
  const node: FileNode = {
    ...directoryNode(parentOf(host, device)),
    kind: kind.kind,
    mode: kind.mode,
    uid: device.uid,
    gid: device.gid,
    links: 1,
  };
  if (kind.kind === "device") node.device = device.name;
  if (kind.target !== undefined) node.target = kind.target;
  const mount = devfsMount(host, fs);
  if (mount)
    run(host, rulesFor(host, mount, device), device, ({ action, argument = "" }) => {
      if (action === "mode") node.mode = Number.parseInt(argument, 8);
      else if (action === "user") node.uid = idOf(host.state.machine.users, argument, "uid");
      else if (action === "group") node.gid = idOf(host.state.machine.groups, argument, "gid");
    });
  return node;
}

function directoryNode(parent: number): FileNode {
  return { kind: "directory", mode: 0o555, uid: 0, gid: 0, flags: [], parent, links: 2 };
}

function parentOf(host: Host, { name }: Device): number {
  const cut = name.lastIndexOf("/");
  if (cut < 0) return DEVFS_ROOT;
  const above = host.state.files.devices.find((device) => device.name === name.slice(0, cut));
  return above ? -above.serial : DEVFS_ROOT;
}

function idOf<K extends "uid" | "gid">(
  list: readonly ({ name: string } & Record<K, number>)[],
  text: string,
  key: K,
): number {
  return list.find(({ name }) => name === text)?.[key] ?? (Number.parseInt(text, 10) || 0);
}
