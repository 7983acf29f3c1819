import type { Cause } from "../../host/decision.ts";
import { Host } from "../../host/host.ts";
import { causeOf, property, resourcesOf, textOf } from "../../host/illumos/configuration.ts";
import { illumosOf } from "../../host/illumos/state.ts";
import type { Zone, ZoneDefinition, ZoneResource } from "../../host/illumos/types.ts";
import { zoneadm } from "../../host/illumos/zoneadm/zoneadm.ts";
import { entryNamed, zoneNamed } from "../../host/illumos/zoneIndex.ts";
import { kernelZones, shownState, stateOf, zone } from "../../host/illumos/zones.ts";
import { spawn } from "../../host/process/processes.ts";
import {
  type Candidate,
  candidateNamed,
  candidatesOf,
  configures,
  definitionNamed,
  durationText,
} from "../candidates.ts";
import type { Belonging, Booted, Guest, Guests, MainFile, Moment } from "../guests.ts";
import { bootZones, performOnZone } from "./commands.ts";
import { zoneLimits } from "./limits.ts";
import { otherLinks, zoneWires } from "./network.ts";
import { planOf } from "./plan.ts";
import { zonePrivileges } from "./privileges.ts";
import { processors } from "./processors.ts";
import { zoneCommands, zoneHealth, zoneMachine } from "./states.ts";

/** Zones, for editors. */
export const zoneGuests: Guests = {
  type: "zone",
  list: (moment) => candidatesOf(moment, namesOn(moment.host)).map((candidate) => guest(moment, candidate)),
  find(moment, id) {
    const { host } = moment;
    const isKnown = () => id !== "global" && Boolean(entryNamed(host, id) ?? zoneNamed(host, id));
    const candidate = candidateNamed(moment, id, isKnown);
    return candidate && guest(moment, candidate);
  },
  readsFile: new Set(["install", "boot", "reboot"]),
  perform: performOnZone,
  started,
  boot: (host, { zones }, names) => bootZones(host, zones, names),
  numberOf: (host, name) => {
    const found = zoneNamed(host, name);
    return found && shownState(found) === "running" ? found.id : undefined;
  },
  machine: zoneMachine,
  privileges: zonePrivileges,
  limits: zoneLimits,
  rootOf: (host, id) => zone(host, id).path,
  addressesOf: (host, id) => {
    const { ipType, logical } = zone(host, id);
    return ipType === "exclusive" ? undefined : (logical ?? []).map(({ address }) => address);
  },
  otherLinks,
  wires: zoneWires,
  processors,
  within: (_, id) => [id],
  originOf,
  listText,
};

/** Those of the index file, then what the kernel alone has. */
function namesOn(host: Host): string[] {
  const stored = illumosOf(host).index.map(({ name }) => name);
  return [...stored, ...kernelZones(host).flatMap(({ id, name }) => (id === 0 ? [] : [name]))];
}

function guest(moment: Moment, { id, name, file, configured, isOurs }: Candidate): Guest {
  const { host, booted, phases, texts, isPresent } = moment;
  const state = (isOurs ? stateOf(host, name) : undefined) ?? "configured";
  const active = isOurs ? zoneNamed(host, name) : undefined;
  const entry = isOurs ? entryNamed(host, name) : undefined;
  const failure = isOurs && state !== "running" ? phases.failureOf(name) : undefined;
  const definition = file && definitionNamed(file.configured.zones, name);
  const before = state === "running" ? (booted[name]?.definition as ZoneDefinition | undefined) : undefined;
  const plan = before && isPresent ? planOf(before, definition, texts) : undefined;
  return {
    id,
    name,
    state,
    stateText: stateText(host, state, active, failure),
    health: zoneHealth(state, failure !== undefined),
    number: active?.id ?? null,
    description: description(active?.definition ?? definition ?? entry?.definition),
    ...(plan && { plan }),
    commands: isPresent ? zoneCommands(state, entry !== undefined) : [],
    file,
    configured,
  };
}

function stateText(host: Host, state: string, active: Zone | undefined, failure: string | undefined): string {
  if (state === "running" && active)
    return `running for ${durationText(host.now - (active.booted ?? active.created))}`;
  return failure === undefined ? state : `${state}; failed: ${failure.replace(/\.$/, "")}`;
}

/** Brand, addresses or links, and zonepath. */
function description(definition: ZoneDefinition | undefined): string {
  if (!definition) return "";
  const nets = [...resourcesOf(definition, "net"), ...resourcesOf(definition, "anet")].map(
    (net) =>
      textOf(net, "address") ??
      textOf(net, "allowed-address") ??
      textOf(net, "physical") ??
      textOf(net, "linkname") ??
      "",
  );
  const parts = [
    property(definition, "brand"),
    nets.filter(Boolean).slice(0, 2).join(", "),
    property(definition, "zonepath"),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** What it was readied with says the kernel. */
function started(
  host: Host,
  from: number,
  files: readonly MainFile[],
  path: string,
): readonly (readonly [string, Booted])[] {
  const ordered = [...files].sort((a, b) => Number(b.path === path) - Number(a.path === path));
  const names = new Set(
    host.events
      .slice(from)
      .flatMap(({ kind, to, container }) =>
        kind === "zone.state" && (to === "ready" || to === "running") ? [container] : [],
      ),
  );
  return [...names].flatMap((name) => {
    const definition = zoneNamed(host, name)?.definition;
    if (!definition) return [];
    const file = ordered.find((each) => configures(each, name));
    return [[name, { path: file?.path ?? "", definition }] as const];
  });
}

function originOf({ host }: Moment, name: string, thing: Belonging): Cause | undefined {
  const active = zoneNamed(host, name);
  const definition = active?.definition;
  if (!active || !definition) return undefined;
  if (thing.what === "devices")
    return resourcesOf(definition, "device")[0]?.cause ?? definition.properties["brand"]?.cause;
  if (thing.what === "address") {
    const nets = [...resourcesOf(definition, "net"), ...resourcesOf(definition, "anet")];
    const own = nets.flatMap((net) => [...values(net, "address"), ...values(net, "allowed-address")]);
    return own.find(({ value }) => value.split("/")[0] === thing.address)?.cause;
  }
  const { path } = active;
  if (thing.on === path) return definition.properties["zonepath"]?.cause;
  const inside = thing.on.slice(path.length);
  const fs = [...resourcesOf(definition, "fs"), ...resourcesOf(definition, "inherit-pkg-dir")].find(
    (one) => textOf(one, "dir") === inside,
  );
  if (fs) return causeOf(fs, "dir");
  return resourcesOf(definition, "dataset").find((one) => {
    const dataset = textOf(one, "name") ?? "";
    return thing.from === dataset || thing.from.startsWith(`${dataset}/`);
  })?.cause;
}

function values({ properties }: ZoneResource, name: string) {
  return properties[name] ?? [];
}

/** `zoneadm list -cv` in the global zone. */
function listText(host: Host): string {
  const copy = Host.restore(host.snapshot(), host.kernel);
  return zoneadm(copy, spawn(copy, { command: "zoneadm" }), { command: "list", options: ["-cv"] }).stdout;
}
