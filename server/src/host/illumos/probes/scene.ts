import type { Cause, Decision, Outcome } from "../../decision.ts";
import { ensureDirectory, makeRoot, putFile } from "../../filesystem/build.ts";
import { mountsOfZone } from "../../filesystem/mountIndex.ts";
import { editable } from "../../filesystem/nodes.ts";
import type { Mount, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { spawn } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { resourcesOf, textOf } from "../configuration.ts";
import { mountFs } from "../filesystem/mounts.ts";
import type { Zone, ZoneResource } from "../types.ts";
import { callZoneadmd } from "../zoneadmd/requests.ts";
import { configureZone } from "../zonecfg.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { zone } from "../zones.ts";

/** Where probes keep what they need: a name that nobody else uses. */
export const PLACE = "/.zonewarden";

const NEIGHBOUR = "zonewarden-neighbour";

/** An ordinary user. */
const USER = 1001;

/** Something that a probe needs could not be made, so that nothing can be said. */
export class Unprepared extends Error {}

/**
 * The surroundings of one probe: a scratch copy of a host, in which one zone is tried. Files and neighbours that a probe
 * needs are made here by the global zone; the attempt itself is made with the system calls of the model by a process of
 * the right actor.
 */
export class Scene {
  readonly host: Host;
  readonly zone: Zone;
  private shell: Process | undefined;

  constructor(host: Host, id: number) {
    this.host = host;
    this.zone = zone(host, id);
  }

  /** A shell of root in the zone: the same one at each call. */
  get root(): Process {
    this.shell ??= this.process(this.zone.id, 0);
    return this.shell;
  }

  /** A process of an ordinary user in the zone. */
  user(): Process {
    return this.process(this.zone.id, USER);
  }

  /** A shell of root in the global zone. */
  globalRoot(): Process {
    return this.process(0, 0);
  }

  /** A process of an ordinary user in the global zone. */
  globalUser(): Process {
    return this.process(0, USER);
  }

  private process(container: number, uid: number): Process {
    const ids = uid === 0 ? {} : { gid: uid, groups: [uid], loginClass: "default" };
    return spawn(this.host, { command: "sh", credential: { container, uid, ...ids } });
  }

  /** A path of the zone as the global zone knows it. */
  outside(path: string): string {
    return this.zone.path + (path === "/" ? "" : path);
  }

  /** A directory of root in the zone. */
  directory(name: string): string {
    ensureDirectory(this.host, this.outside(`${PLACE}/${name}`));
    return `${PLACE}/${name}`;
  }

  /** A file of root in the zone. */
  file(name = "file"): string {
    putFile(this.host, this.outside(`${PLACE}/${name}`), "text\n");
    return `${PLACE}/${name}`;
  }

  globalFile(path: string): Vnode {
    return putFile(this.host, path, "text\n");
  }

  /** The resources of a type in the configuration that the zone was readied with. */
  resources(type: string): ZoneResource[] {
    const { definition } = this.zone;
    return definition ? resourcesOf(definition, type) : [];
  }

  /** What is mounted for the zone from its configuration, in the order of the mounts. */
  configuredMounts(): Mount[] {
    const directories = new Set(this.resources("fs").map((fs) => this.outside(textOf(fs, "dir") ?? "")));
    return mountsOfZone(this.host, this.zone.id).filter(({ path }) => directories.has(path));
  }

  /** The path of a mount in the zone. */
  inside({ path }: Mount): string {
    return path.slice(this.zone.path.length);
  }

  /** The limit of a resource control, if the zone has it. */
  limit(control: string): number | undefined {
    return this.zone.rctls[control]?.limit;
  }

  /**
   * Another zone of the brand, readied by zoneadmd, with a shell of root in it: on the shared stack, or with the resources
   * and the type that are given.
   */
  neighbour(
    ipType: "shared" | "exclusive" = "shared",
    resources: readonly Readonly<Record<string, string>>[] = [],
  ): Process {
    const { host } = this;
    const known = zoneNamed(host, NEIGHBOUR);
    if (known) return this.process(known.id, 0);
    const zonepath = `${PLACE}/${NEIGHBOUR}`;
    makeRoot(host, `${zonepath}/root`);
    editable(host, ensureDirectory(host, zonepath)).mode = 0o700;
    const cause: Cause = { what: "a neighbour to try it on", from: "host" };
    const settings = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([key, value]) => [key, { value, cause }] as const);
    const entry = need(
      configureZone(host, {
        name: NEIGHBOUR,
        properties: Object.fromEntries(settings({ brand: this.zone.brand, zonepath, "ip-type": ipType })),
        resources: resources.map((values) => ({
          type: "net",
          properties: Object.fromEntries(settings(values).map(([key, value]) => [key, [value]])),
          cause,
        })),
        cause,
      }),
    );
    entry.state = "installed";
    const { ok, messages } = callZoneadmd(host, entry, { command: "ready" });
    const made = zoneNamed(host, NEIGHBOUR);
    if (!ok || !made) throw new Unprepared(messages.join("; ") || "there is no other zone");
    return this.process(made.id, 0);
  }

  /**
   * A neighbour that has the same directory as the zone by a loopback mount, as the configuration shares it, and its path
   * in both. A zone that shares none has one of its own at the path.
   */
  meeting(): { readonly other: Process; readonly here: string; readonly there: string } {
    const { host } = this;
    const other = this.neighbour();
    const there = `${PLACE}/meeting`;
    const path = `${zone(host, other.credential.container).path}${there}`;
    ensureDirectory(host, path);
    const shared = this.configuredMounts().find(({ type }) => type === "lofs");
    if (!shared) return { other, here: this.directory("meeting"), there };
    need(mountFs(host, this.globalRoot(), { type: "lofs", from: shared.from, on: path }));
    return { other, here: this.inside(shared), there };
  }

  /** A file system that the global zone has mounted for the zone: a loopback mount, read-only. */
  givenReadOnly(): string {
    const from = `${PLACE}/given`;
    ensureDirectory(this.host, from);
    const on = this.directory("given");
    need(
      mountFs(this.host, this.globalRoot(), {
        ...{ type: "lofs", from, on: this.outside(on), options: ["ro"] },
      }),
    );
    return on;
  }
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

/** Something that is there to see for everybody, whole or as far as the zone goes. */
export function seen(rule: string, reason: string, filtered?: string): Decision {
  if (filtered === undefined) return { verdict: "allow", rule, reason, causes: [] };
  return { verdict: "contained", rule, reason, causes: [{ what: filtered, from: "kernel" }] };
}

/** A loop that no limit of the zone stops ends here. */
const MANY = 200;
/** Limits above this are as good as none. */
const MOST = 20_000;

/**
 * Does something until a limit of the zone refuses it. What refuses it otherwise, as when the machine has no more to give,
 * is no limit of the zone: then it has taken all there is.
 */
export function untilRefused(
  scene: Scene,
  control: string,
  each: number,
  act: (scene: Scene) => Outcome<unknown>,
): Decision {
  const limit = scene.limit(control);
  const times = limit === undefined ? MANY : Math.min(Math.ceil(limit / each) + 1, MOST);
  let last = act(scene);
  for (let i = 1; last.ok && i < times; i++) last = act(scene);
  if (last.ok)
    return { ...last.decision, reason: `After ${times} times nothing of the zone has refused one more.` };
  // Limits of a project or a process hold as well, where there are any.
  if (last.decision.rule.startsWith("rctl/") || limit !== undefined) return last.decision;
  const { rule, reason, causes } = last.decision;
  return { verdict: "allow", rule, reason: `The zone has no limit of its own: ${reason}`, causes };
}
