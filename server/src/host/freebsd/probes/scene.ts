import type { Variation } from "../../../catalog/freebsd/probe.ts";
import type { Cause, Decision, Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import { ensureDirectory, makeFileSystem, makeRoot, placeMount, putFile } from "../../filesystem/build.ts";
import { putDataset } from "../../filesystem/datasetTree.ts";
import { addNode, allMounts, fileSystemOf } from "../../filesystem/nodes.ts";
import { pathOf } from "../../filesystem/paths.ts";
import type { Dataset, FileSystem, Mount, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { isLoopback } from "../../network/addresses.ts";
import { vnet } from "../../network/vnets.ts";
import { spawn } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { deviceKind } from "../filesystem/devfs.ts";
import { mountFs } from "../filesystem/mounts.ts";
import { type JailParameters, jailSet } from "../jailSet.ts";
import { hasAddress } from "../network/jailAddresses.ts";
import { prison } from "../prisons.ts";
import type { Prison } from "../types.ts";

/** Where probes keep what they need: a name that nobody else uses. */
export const PLACE = "/.zonewarden";

/** An ordinary user. */
const USER = 1001;

/** An address of nobody. Source: RFC 5737. */
export const NOBODY = "203.0.113.77";

/** Something that a probe needs could not be made, so that nothing can be said. */
export class Unprepared extends Error {}

/**
 * The surroundings of one probe: a scratch copy of a host, in which one jail is tried. What the probe needs and the
 * jail does not have (files, a neighbour, a dataset) is made here by the host; the attempt itself is made with the
 * system calls of the model by a process of the right actor.
 */
export class Scene {
  readonly host: Host;
  readonly jail: Prison;
  private readonly variations: ReadonlySet<Variation>;

  constructor(host: Host, jid: number, variations: readonly Variation[]) {
    this.host = host;
    this.jail = prison(host, jid);
    this.variations = new Set(variations);
  }

  varies(variation: Variation): boolean {
    return this.variations.has(variation);
  }

  /** A shell of root in the jail. */
  root(): Process {
    return this.process("sh", this.jail.jid, 0);
  }

  /** A process of an ordinary user in the jail. */
  user(uid = USER): Process {
    return this.process("sh", this.jail.jid, uid);
  }

  /** A shell of root on the host. */
  hostRoot(): Process {
    return this.process("sh", 0, 0);
  }

  hostUser(): Process {
    return this.process("sh", 0, USER);
  }

  private process(command: string, jid: number, uid: number): Process {
    const ids = uid === 0 ? {} : { gid: uid, groups: [uid] };
    return spawn(this.host, { command, credential: { container: jid, uid, ...ids } });
  }

  /** A path of the jail as the host knows it. */
  outside(path: string): string {
    const { path: root } = this.jail;
    return root === "/" ? path : root + (path === "/" ? "" : path);
  }

  /** A directory of root in the jail. */
  directory(name: string): string {
    ensureDirectory(this.host, this.outside(`${PLACE}/${name}`));
    return `${PLACE}/${name}`;
  }

  /** A file of root in the jail. */
  file(name = "file"): string {
    this.hostFile(this.outside(`${PLACE}/${name}`));
    return `${PLACE}/${name}`;
  }

  hostFile(path: string, content = "text\n"): Vnode {
    return putFile(this.host, path, content);
  }

  /** A symbolic link in the jail. */
  link(name: string, target: string): string {
    const above = ensureDirectory(this.host, this.outside(PLACE));
    const node = { kind: "link", mode: 0o755, uid: 0, gid: 0, links: 1, target } as const;
    addNode(fileSystemOf(this.host, above), above.node, name, { ...node, flags: [] });
    return `${PLACE}/${name}`;
  }

  /** Whether a file is in the tree of the jail. */
  contains(vnode: Vnode): boolean {
    const path = pathOf(this.host, vnode);
    const root = pathOf(this.host, this.jail.root);
    return root === "/" || path === root || path.startsWith(`${root}/`);
  }

  /** Another jail on the host, in its own directory, with a shell of root in it. */
  neighbour(parameters: Readonly<Record<string, string | number | boolean>> = {}): Neighbour {
    const name = "zonewarden-neighbour";
    makeRoot(this.host, `${PLACE}/${name}`);
    const jid = need(
      jailSet(this.host, this.hostRoot(), given({ name, path: `${PLACE}/${name}`, ...parameters }), CREATE),
    );
    return { jid, root: this.process("sh", jid, 0) };
  }

  /** jail_set(2) by root in the jail, for a child in the same directory. */
  createChild(caller: Process, parameters: Readonly<Record<string, string | number | boolean>> = {}) {
    return jailSet(this.host, caller, given({ name: "zonewarden-child", ...parameters }), CREATE);
  }

  /** A dataset that the host has delegated to the jail. */
  delegated(): Dataset {
    const { files, machine } = this.host.state;
    const attached = Object.values(files.datasets).find(
      ({ container: jid, zoned: jailed, mounted }) => jid === this.jail.jid && jailed && !mounted,
    );
    if (attached) return attached;
    const name = `${machine.pools[0]?.name ?? "zroot"}/zonewarden`;
    const mountpoint = this.directory("dataset");
    const dataset: Dataset = {
      name,
      mountpoint,
      mounted: false,
      zoned: true,
      container: this.jail.jid,
      quota: 1024 ** 3,
      used: 0,
      properties: {},
    };
    putDataset(this.host, dataset);
    return dataset;
  }

  /** Lets the devfs of the jail show every node, and mounts one where there is none. */
  showDevices(): void {
    const path = this.outside("/dev");
    ensureDirectory(this.host, path);
    const mounted = this.devfs();
    const mount =
      mounted ?? need(mountFs(this.host, this.hostRoot(), { type: "devfs", from: "devfs", on: path }));
    mount.ruleset = 0;
    delete mount.applied;
  }

  /** The devfs mount of the jail. */
  devfs(): Mount | undefined {
    const path = this.outside("/dev");
    return allMounts(this.host).findLast((mount) => mount.type === "devfs" && mount.path === path);
  }

  /** The first node of a kind that the machine has. */
  device(wanted: (name: string) => boolean): string | undefined {
    return this.host.state.files.devices.find(({ name }) => wanted(name))?.name;
  }

  /**
   * A small UFS on a disk of its own, mounted by the host in the jail. Neither its size nor quotas of other file systems
   * are touched.
   */
  smallDisk(): { readonly path: string; readonly fs: FileSystem; readonly size: number } {
    const path = this.directory("disk");
    const size = 10_000;
    const fs = makeFileSystem(this.host, "ufs", size);
    const covers = ensureDirectory(this.host, this.outside(path));
    placeMount(this.host, {
      filesystem: fs.id,
      type: "ufs",
      from: "/dev/md97",
      covers,
      path: this.outside(path),
    });
    return { path, fs, size };
  }

  /** An address of the host that the jail does not have; any, if it has them all. */
  foreignAddress(): string {
    const all = vnet(this.host, 0)
      .interfaces.flatMap(({ addresses }) => addresses)
      .filter(
        ({ family, container: jid, address }) => family === "inet" && jid === null && !isLoopback(address),
      )
      .map(({ address }) => address);
    return all.find((address) => !hasAddress(this.jail, address)) ?? all[0] ?? NOBODY;
  }

  disk(): string {
    return this.device((name) => deviceKind(name).type === "disk") ?? "ada0";
  }
}

export interface Neighbour {
  readonly jid: number;
  readonly root: Process;
}

const CREATE = { create: true } as const;

function given(values: Readonly<Record<string, string | number | boolean>>): JailParameters {
  const all = { persist: true, ...values };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }]));
}

/** The value of a call that prepares a probe. */
export function need<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Unprepared(outcome.decision.reason);
  return outcome.value;
}

/** What a probe does: the decision is that of the call that decides. */
export type Attempt = (scene: Scene) => Decision;

/** An attempt of one call. */
export function call(act: (scene: Scene) => Outcome<unknown>): Attempt {
  return (scene) => act(scene).decision;
}

/** Something that succeeds, but not as it was meant; `errno` is what a part of it is refused with. */
export function containedBy(rule: string, reason: string, causes: readonly Cause[], errno?: Errno): Decision {
  return { verdict: "contained", rule, reason, causes, ...(errno && { errno }) };
}
