import type { ZoneConfiguration } from "../configuration/zonecfg/types.ts";
import type { Cause } from "../host/decision.ts";
import { matches } from "../host/freebsd/jail8/targets.ts";
import type { Host } from "../host/host.ts";
import type { ZoneDefinition } from "../host/illumos/types.ts";
import { entryNamed, zoneNamed } from "../host/illumos/zoneIndex.ts";
import { stateOf } from "../host/illumos/zones.ts";
import { buildHost } from "../host/machine/build.ts";
import { freshInstallation } from "../host/machine/default.ts";
import { likelyPlatform, platformOfMachine, systemOf } from "../simulation/machines.ts";
import { changesOf, zoneDefinitionsOf } from "../simulation/zoneDefinitions.ts";
import { callZoneadm, installZone, storeZone } from "../simulation/zoneOperations.ts";
import { refusalsOf, type ZoneRefusal } from "../validation/zonecfg/refusals.ts";
import type { Platform } from "../workspace/settings.ts";
import type { Boot, Booted, BootedContainer, GivenFile } from "./containers.ts";
import { UsageError } from "./usageError.ts";
import { type OpenedZoneFile, openZoneFile } from "./zoneFile.ts";

/**
 * Configures and installs the zones of command files one after the other, then boots them in the same order. A file that
 * zonecfg(8) refuses leaves its zone out.
 */
export function bootZones(given: readonly GivenFile[], options: Boot): Booted {
  if (options.parallel) throw new UsageError("--parallel is for jails");
  const platform = platformFor(given, options);
  const host = buildHost(options.host ?? freshInstallation(...systemOf(platform)));
  const opened = given.map((file) => openZoneFile(file, platform));
  const work = new ZoneBoot(host, platform, options);
  const all = opened.flatMap((file) => work.zonesOf(file));
  const wanted = all.filter(({ name }) => work.isWanted(name));
  for (const name of options.containers ?? [])
    if (wanted.every((zone) => !matches(zone.name, name)))
      throw new UsageError(
        `there is no zone ${JSON.stringify(name)} in ${given.map(({ file }) => file).join(", ")}`,
      );
  const sources = new Map(opened.map(({ source }) => [source.path, source]));
  if (!options.idle) work.run(wanted);
  const names = [...new Set(wanted.map(({ name }) => name))];
  const containers = names.map((name) => work.containerOf(name));
  return {
    host,
    described: options.host !== undefined,
    files: given.map(({ file }) => file),
    containers: options.idle ? [] : containers,
    sourceOf: (path) => sources.get(path),
    stderr: work.stderr,
    status: !options.idle && containers.some(({ failed }) => failed) ? 1 : 0,
  };
}

/** That of the machine; without one, what the files are most likely written for. */
function platformFor(given: readonly GivenFile[], { host, platform }: Boot): Platform {
  if (host) {
    const own = platformOfMachine(host);
    if (own === undefined) throw new UsageError(`${host.name} runs no zones: its system is ${host.system}`);
    return own;
  }
  return (
    platform ?? likelyPlatform(given.flatMap((file) => openZoneFile(file, undefined).configuration.parts))
  );
}

/** A zone that a file is about. */
interface WantedZone {
  readonly name: string;
  /** Nothing where the file only changes a zone. */
  readonly definition: ZoneDefinition | undefined;
  /** What zonecfg(8) says instead of storing it. */
  readonly refusal: Remark | undefined;
  /** A last command that zonecfg(8) does not run, without a word. */
  readonly dropped?: Remark | undefined;
}

/** A sentence and where it belongs. */
interface Remark {
  readonly message: string;
  readonly cause: Cause;
}

class ZoneBoot {
  stderr = "";
  private readonly host: Host;
  private readonly platform: Platform;
  private readonly options: Boot;
  private readonly failed = new Set<string>();

  constructor(host: Host, platform: Platform, options: Boot) {
    this.host = host;
    this.platform = platform;
    this.options = options;
  }

  isWanted(name: string): boolean {
    const { containers = [] } = this.options;
    return containers.length === 0 || containers.some((pattern) => matches(name, pattern));
  }

  /** In the order of the file; a change of a zone that the file does not create is one, too. */
  zonesOf({ source, configuration }: OpenedZoneFile): WantedZone[] {
    const { path } = source;
    const dropped = droppedCommand(path, configuration);
    const definitions = zoneDefinitionsOf(configuration);
    const starts = definitions.map(({ cause }) => cause.place?.start ?? 0);
    const refusals = refusalsOf(configuration, this.platform);
    const refusalFrom = (start: number): WantedZone["refusal"] => {
      const isOnly = definitions.length <= 1;
      const end = Math.min(source.text.length + 1, ...starts.filter((other) => other > start));
      const first = refusals.find((one) => isOnly || (one.start >= start && one.start < end));
      return first && said(path, first);
    };
    const found: WantedZone[] = definitions.map((definition, i) => ({
      name: definition.name,
      definition,
      refusal: refusalFrom(starts[i] ?? 0),
      dropped: i === definitions.length - 1 ? dropped : undefined,
    }));
    for (const { name, part, cause } of changesOf(configuration)) {
      // A template is a zone, too.
      const message = `${part.template ?? name}: No such zone configured`;
      const [first] = refusals;
      found.push({
        name,
        definition: undefined,
        refusal:
          first && definitions.length === 0 ? said(path, first) : { message: `zonecfg: ${message}`, cause },
      });
    }
    return found;
  }

  run(zones: readonly WantedZone[]): void {
    const installed = zones.filter((zone) => this.configure(zone) && this.install(zone.name));
    for (const { name } of installed) this.call(name, "boot");
    if (!this.options.stop) return;
    for (const { name } of [...installed].reverse())
      if (stateOf(this.host, name) === "running") this.call(name, "halt");
  }

  private configure({ name, definition, refusal, dropped }: WantedZone): boolean {
    const { host } = this;
    // It stopped before it came to this.
    if (!definition && this.failed.has(name)) return false;
    // The zone is there: from another part of the file, another file, or the machine.
    if (!definition && entryNamed(host, name)) {
      this.tell(name, "Changes of a zone that is there already are left out.", "assumed", refusal?.cause);
      return false;
    }
    if (refusal || !definition) {
      const message = refusal?.message ?? `zonecfg: ${name}: No such zone configured`;
      this.tell(name, message, "failed", refusal?.cause);
      this.stderr += `${message}\n`;
      this.failed.add(name);
      return false;
    }
    if (dropped) this.tell(name, dropped.message, "assumed", dropped.cause);
    const refused = storeZone(host, definition);
    if (!refused) return true;
    this.stderr += `zonecfg: ${refused.decision.reason}\n`;
    this.failed.add(name);
    return false;
  }

  private tell(container: string, message: string, outcome: "assumed" | "failed", cause?: Cause): void {
    const causes = cause ? [cause] : [];
    this.host.emit({ container, kind: "zone.configure", message, outcome, causes });
  }

  private install(name: string): boolean {
    if (stateOf(this.host, name) !== "configured") return true;
    return this.note(name, installZone(this.host, name));
  }

  private call(name: string, command: string): boolean {
    return this.note(name, callZoneadm(this.host, name, command));
  }

  private note(name: string, { status, stderr }: { status: number; stderr: string }): boolean {
    this.stderr += stderr;
    if (status !== 0) this.failed.add(name);
    return status === 0;
  }

  containerOf(name: string): BootedContainer {
    const id = zoneNamed(this.host, name)?.id ?? null;
    const state = stateOf(this.host, name) ?? "absent";
    return { name, type: "zone", id, state, failed: this.failed.has(name) };
  }
}

function said(path: string, { message, line, start, end }: ZoneRefusal): Remark {
  const place = { path, start, end };
  const cause: Cause = { what: message, from: "configuration", place };
  return { message: `zonecfg: ${path}:${line}: ${message}`, cause };
}

/** The last command without its line end, which zonecfg(8) leaves out. */
function droppedCommand(path: string, { document }: ZoneConfiguration): Remark | undefined {
  const section = document.sections.at(-1);
  const command = section?.commands.at(-1);
  if (!section || !command || command.terminator !== undefined || command.broken) return undefined;
  const place = { path, start: section.start + command.start, end: section.start + command.end };
  const what = document.text.slice(place.start, place.end);
  const message = `The line end of "${what}" is missing: it is not run.`;
  return { message, cause: { what, from: "configuration", place } };
}
