import { parseAddressEntry } from "../../configuration/jail-conf/values.ts";
import type { Cause } from "../../host/decision.ts";
import type { DefinedParameter, JailDefinition } from "../../host/freebsd/jail8/definition.ts";
import { readFstabLine } from "../../host/freebsd/jail8/fstab.ts";
import {
  createJails,
  type JailReport,
  modifyJails,
  removeJails,
  restartJails,
} from "../../host/freebsd/jail8/operations.ts";
import { prisonsNamed } from "../../host/freebsd/prisonIndex.ts";
import { descendantsOf, jails, prison } from "../../host/freebsd/prisons.ts";
import type { AddressList, Prison } from "../../host/freebsd/types.ts";
import { Host } from "../../host/host.ts";
import { parseAddress } from "../../host/network/addresses.ts";
import { vnet } from "../../host/network/vnets.ts";
import { spawn } from "../../host/process/processes.ts";
import { runShell } from "../../host/shell/run.ts";
import {
  type Candidate,
  candidateNamed,
  candidatesOf,
  configures,
  definitionNamed,
  durationText,
} from "../candidates.ts";
import type { CommandDeed, Performed, Stage } from "../deeds.ts";
import type { Belonging, Booted, Guest, Guests, MainFile, Moment } from "../guests.ts";
import { jailLimits } from "./limits.ts";
import { jailWires, lentInterfaces } from "./network.ts";
import { jailPrivileges } from "./permissions.ts";
import { planOf } from "./plan.ts";
import { HEALTH, type JailState, jailCommands, jailMachine, jailState } from "./states.ts";

/** Jails, for editors. */
export const jailGuests: Guests = {
  type: "jail",
  list,
  find(moment, id) {
    const candidate = candidateNamed(moment, id, () => kernelJail(moment.host, id) !== undefined);
    return candidate && guest(moment, candidate);
  },
  // `jail -R` reads none.
  readsFile: new Set(["boot", "reboot", "halt", "shutdown", "apply"]),
  perform,
  started,
  boot: (host, { jails }, names) => {
    createJails(host, jails, { names });
  },
  numberOf: (host, name) => living(host, name)?.jid,
  machine: jailMachine,
  privileges: jailPrivileges,
  limits: jailLimits,
  rootOf: (host, jid) => prison(host, jid).path,
  addressesOf,
  otherLinks: lentInterfaces,
  wires: jailWires,
  // cpuset(2) has no names, and nothing to bind a jail to by one.
  processors: () => ({ sets: [], pools: [] }),
  within: (host, jid) => [jid, ...descendantsOf(host, jid).map((jail) => jail.jid)],
  originOf,
  listText,
};

function living(host: Host, name: string): Prison | undefined {
  return prisonsNamed(host, name).find(({ state }) => state === "alive");
}

function kernelJail(host: Host, name: string): Prison | undefined {
  return living(host, name) ?? prisonsNamed(host, name).at(-1);
}

function list(moment: Moment): Guest[] {
  const { host } = moment;
  const known = jails(host).map(({ name }) => name);
  return familyOrder(candidatesOf(moment, known)).map((candidate) => guest(moment, candidate));
}

/** Parents before their children, otherwise in the order of the files. */
function familyOrder(candidates: readonly Candidate[]): Candidate[] {
  const children = new Map<string, Candidate[]>();
  const names = new Set(candidates.map(({ id }) => id));
  const roots: Candidate[] = [];
  for (const candidate of candidates) {
    const parent = parentOf(candidate.name);
    if (parent !== undefined && names.has(parent)) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(candidate);
      else children.set(parent, [candidate]);
    } else roots.push(candidate);
  }
  const ordered: Candidate[] = [];
  const stack = roots.reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    ordered.push(next);
    stack.push(...[...(children.get(next.id) ?? [])].reverse());
  }
  return ordered;
}

function parentOf(name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : undefined;
}

function guest(moment: Moment, { id, name, file, configured, isOurs }: Candidate): Guest {
  const { host, booted, phases, texts, isPresent, files } = moment;
  const jail = isOurs ? kernelJail(host, name) : undefined;
  const phase = isOurs ? phases.of(name) : undefined;
  const state = jailState(jail?.state, phase?.state);
  const before =
    jail?.state === "alive" ? (booted[name]?.definition as JailDefinition | undefined) : undefined;
  const definition = file && definitionNamed(file.configured.jails, name);
  const plan = before && isPresent ? planOf(before, definition, texts) : undefined;
  const parent = parentOf(name);
  const hasParent = parent !== undefined && files.some((each) => configures(each, parent));
  return {
    id,
    name,
    state,
    stateText: stateText(host, state, jail, phase),
    health: HEALTH[state],
    number: jail?.jid ?? null,
    ...((hasParent || (parent !== undefined && living(host, parent))) && { parent }),
    description: description(jail, definition),
    ...(plan && { plan }),
    commands: isPresent ? jailCommands(state, file !== undefined, plan?.kind === "modify") : [],
    file,
    configured,
  };
}

function stateText(
  host: Host,
  state: JailState,
  jail: Prison | undefined,
  phase: { readonly since: number; readonly why: string } | undefined,
): string {
  switch (state) {
    case "running":
      return `running for ${durationText(host.now - (jail?.created ?? phase?.since ?? 0))}`;
    case "failed":
      return `failed: ${phase?.why.replace(/\.$/, "") ?? "the start has failed"}`;
    case "dying":
      return "dying: something still refers to it";
    default:
      return state;
  }
}

/** Addresses and root, of the running jail or as they are configured. */
function description(jail: Prison | undefined, definition: JailDefinition | undefined): string {
  const text = (name: string) => find(definition, name)?.values.map((value) => value.text) ?? [];
  const addresses = jail
    ? [...jail.ip4.addresses, ...jail.ip6.addresses]
    : [...text("ip4.addr"), ...text("ip6.addr")].map((entry) => parseAddressEntry(entry).address);
  const own = jail ? jail.ownVnet : definition?.parameters.some(({ plain }) => plain === "vnet");
  const network = own ? "vnet" : addresses.slice(0, 2).join(", ");
  return [network, jail?.path ?? text("path").at(-1) ?? ""].filter((part) => part !== "").join(" · ");
}

function find(definition: JailDefinition | undefined, name: string): DefinedParameter | undefined {
  return definition?.parameters.find(({ plain }) => plain === name);
}

function perform({ host }: Stage, { command, container, own }: CommandDeed): Performed {
  const names = { names: [container] };
  const outcome = (report: JailReport): Performed => ({ ok: report.status === 0, message: report.stderr });
  switch (command) {
    case "boot":
      return outcome(createJails(host, own.jails, names));
    case "halt":
    case "shutdown":
      return outcome(removeJails(host, own.jails, names));
    case "remove":
      return outcome(removeJails(host, own.jails, { ...names, bare: true }));
    case "reboot":
      return outcome(restartJails(host, own.jails, names));
    case "apply":
      return outcome(modifyJails(host, own.jails, names));
    default:
      return { ok: false, message: `jail: ${container}: jails have no ${command}\n` };
  }
}

function started(
  host: Host,
  from: number,
  files: readonly MainFile[],
  path: string,
): readonly (readonly [string, Booted])[] {
  const ordered = [...files].sort((a, b) => Number(b.path === path) - Number(a.path === path));
  return host.events.slice(from).flatMap(({ kind, outcome, container }) => {
    if (kind !== "jail.create" || outcome !== "ok") return [];
    for (const file of ordered) {
      const definition = definitionNamed(file.configured.jails, container);
      if (definition) return [[container, { path: file.path, definition }] as const];
    }
    return [];
  });
}

/** The lists of a jail; a family without one has every address of the host. */
function addressesOf(host: Host, jid: number): readonly string[] | undefined {
  const jail = prison(host, jid);
  if (jail.ownVnet) return undefined;
  const ofHost = (family: "inet" | "inet6") =>
    vnet(host, jail.vnet)
      .interfaces.flatMap((link) => link.addresses)
      .filter((one) => one.family === family)
      .map(({ address }) => address);
  // Few jails have all addresses of a host, of which there may be thousands.
  const of = (family: "inet" | "inet6", { restricted, addresses }: AddressList) =>
    restricted ? addresses : ofHost(family);
  return [...of("inet", jail.ip4), ...of("inet6", jail.ip6)];
}

function originOf({ booted }: Moment, name: string, thing: Belonging): Cause | undefined {
  const definition = booted[name]?.definition as JailDefinition | undefined;
  if (!definition) return undefined;
  if (thing.what === "devices")
    return find(definition, "devfs_ruleset")?.values.at(-1)?.cause ?? find(definition, "mount.devfs")?.cause;
  if (thing.what === "address")
    return [
      ...(find(definition, "ip4.addr")?.values ?? []),
      ...(find(definition, "ip6.addr")?.values ?? []),
    ].find(({ text }) => parseAddress(parseAddressEntry(text).address) === thing.address)?.cause;
  if (thing.type === "zfs")
    return find(definition, "zfs.dataset")?.values.find(
      ({ text }) => thing.from === text || thing.from.startsWith(`${text}/`),
    )?.cause;
  const line = find(definition, "mount")?.values.find(({ text }) => {
    const read = readFstabLine(text);
    return read?.on.replace(/(.)\/$/, "$1") === thing.on;
  });
  if (line) return line.cause;
  const own = find(definition, `mount.${thing.type}`);
  return (own?.negated ? undefined : own?.cause) ?? find(definition, "mount.fstab")?.values.at(-1)?.cause;
}

/** `jls -v`, as root on the host sees it. */
function listText(host: Host): string {
  const copy = Host.restore(host.snapshot(), host.kernel);
  const shell = spawn(copy, { command: "sh", environment: { PATH: copy.kernel.shell.path } });
  return runShell(copy, shell, "jls -v", { unknown: "refuse" }).stdout;
}
