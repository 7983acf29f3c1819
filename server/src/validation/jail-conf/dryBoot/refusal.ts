import { effective, valuePlace } from "../../../configuration/jail-conf/effective.ts";
import type {
  Origin,
  ResolvedJail,
  ResolvedParameter,
  ResolvedValue,
} from "../../../configuration/jail-conf/types.ts";
import { absolute } from "../../../configuration/origin.ts";
import type { Cause, Place } from "../../../host/decision.ts";
import type { HostEvent } from "../../../host/events.ts";
import type { Finding, Related } from "../../finding.ts";
import type { Severity } from "../../rule.ts";

/** A place in the configuration, by what stands there: it survives a change elsewhere in the jail. */
export interface Anchor {
  /** The jail that it is in or that inherits it. */
  readonly jail: string;
  /** A parameter by its plain name; `undefined` for the header. */
  readonly parameter: string | undefined;
  /** One of its values; `undefined` for the statement. */
  readonly text: string | undefined;
}

/** The step of a start that was refused. */
export interface Refusal {
  readonly code: string;
  readonly severity: Severity | undefined;
  readonly message: string;
  readonly anchor: Anchor;
  readonly related: readonly Anchor[];
}

/** Steps of jail(8) by the kind of their events, and the rule that speaks of each. */
const CODES: Readonly<Record<string, (event: HostEvent) => string | undefined>> = {
  "ip4.addr": ({ errno }) => (errno === "ENXIO" ? "host/no-interface" : "host/kernel-refuses"),
  "ip6.addr": ({ errno }) => (errno === "ENXIO" ? "host/no-interface" : "host/kernel-refuses"),
  "vnet.interface": ({ errno }) => (errno === "ENXIO" ? "host/no-interface" : "host/interface-refused"),
  mount: () => "host/mount-refused",
  "mount.fstab": () => "host/mount-refused",
  "mount.devfs": () => "host/mount-refused",
  "mount.fdescfs": () => "host/mount-refused",
  "mount.procfs": () => "host/mount-refused",
  "zfs.dataset": () => "host/dataset-refused",
  "jail.create": ({ errno, causes }) =>
    (errno === "ENOENT" || errno === "ENOTDIR") && causes.some(({ what }) => what.startsWith("path="))
      ? "host/no-path"
      : "host/kernel-refuses",
  // What else is checked before the first step depends on no machine: rules on values speak of it.
  "jail.check": ({ message }) => (message.startsWith("fopen ") ? "host/no-fstab" : undefined),
};

function codeOf(event: HostEvent): string | undefined {
  if (event.kind.startsWith("exec.") || event.kind === "command") return "host/command-fails";
  return CODES[event.kind]?.(event);
}

/**
 * The step at which a jail was refused, among the events of its start and of the starts before it.
 * @returns undefined if it runs, or waits for one that does not, or only the model fails
 */
export function refusalOf(
  jail: ResolvedJail,
  events: readonly HostEvent[],
  others: readonly ResolvedJail[],
  described: boolean,
): Refusal | undefined {
  const event = events.find(({ container, outcome }) => container === jail.name && outcome === "failed");
  const code = event && codeOf(event);
  if (!event || !code) return undefined;
  const isKernel = event.errno !== undefined;
  // That a command gives another status than 0 may be a matter of what it finds, or of how well it is modelled.
  const isCertain = code !== "host/command-fails" || isKernel;
  if (!described && (!isCertain || isOfLoadedModule(event))) return undefined;
  const places = anchorsOf([jail, ...others]);
  const anchors = event.causes.flatMap(({ place }) => anchorAt(places, place) ?? []);
  const [first, ...more] = anchors.filter((anchor) => anchor.jail === jail.name);
  const anchor = first ?? { jail: jail.name, parameter: undefined, text: undefined };
  const related = [...more, ...anchors.filter((other) => other.jail !== jail.name)];
  return {
    code,
    severity: !described ? "information" : isCertain ? undefined : "warning",
    message: `The jail does not start: ${sentence(event, first === undefined)}`,
    anchor,
    related: distinct(related, anchor).slice(0, MOST_RELATED),
  };
}

const MOST_RELATED = 3;

/** A machine that nobody described has all modules here, so that kldload(8) finds each of them there already. */
function isOfLoadedModule({ errno, message }: HostEvent): boolean {
  return errno === "EEXIST" && message.includes("kldload: ");
}

/** What was refused, as a sentence. Where no line says it, the causes do. */
function sentence({ message, causes }: HostEvent, isNowhere: boolean): string {
  const why = isNowhere ? defaults(causes) : "";
  return `${message.replace(/\.$/, "")}${why}.`;
}

function defaults(causes: readonly Cause[]): string {
  const found = causes
    .filter(({ from }) => from === "default" || from === "host")
    .map(({ what }) => `\`${what}\``);
  return found.length > 0 ? ` (${found.join(", ")})` : "";
}

/** All places that causes may name, by path and offsets. */
function anchorsOf(jails: readonly ResolvedJail[]): Map<string, Anchor> {
  const found = new Map<string, Anchor>();
  const put = (origin: Origin | undefined, anchor: Anchor) => {
    if (!origin) return;
    const key = keyOf({ path: origin.document.path, ...absolute(origin) });
    if (!found.has(key)) found.set(key, anchor);
  };
  for (const jail of jails) {
    for (const [parameter, { values, contributions }] of effective(jail).entries) {
      for (const { origin, text } of values) put(origin, { jail: jail.name, parameter, text });
      const setting = contributions.findLast(({ overridden }) => !overridden)?.setting;
      put(setting?.origin, { jail: jail.name, parameter, text: undefined });
    }
    put(jail.block.origin, { jail: jail.name, parameter: undefined, text: undefined });
  }
  return found;
}

function anchorAt(places: ReadonlyMap<string, Anchor>, place: Place | undefined): Anchor | undefined {
  return place && places.get(keyOf(place));
}

function keyOf({ path, start, end }: Place): string {
  return `${start}:${end}:${path}`;
}

function distinct(anchors: readonly Anchor[], than: Anchor): Anchor[] {
  const seen = new Set([JSON.stringify(than)]);
  return anchors.filter((anchor) => {
    const key = JSON.stringify(anchor);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** What was refused, in the jail as it is now. */
export interface Placed {
  readonly finding: Finding;
  readonly jail: ResolvedJail;
  /** The whole statement that the finding is in; the header where it is about none. */
  readonly statement: Origin;
}

/** A refusal as a finding in the jail as it is now; nothing where what was refused is no longer there. */
export function findingOf(
  { code, severity, message, anchor, related }: Refusal,
  named: (name: string) => ResolvedJail | undefined,
): Placed | undefined {
  const origin = originOf(anchor, named);
  const jail = named(anchor.jail);
  if (!origin || !jail) return undefined;
  const links = related.flatMap((other): Related[] => {
    const place = originOf(other, named);
    return place ? [{ origin: place, message: linkText(other, anchor) }] : [];
  });
  const finding: Finding = {
    code,
    origin,
    message,
    ...(severity && { severity }),
    ...(links.length > 0 && { related: links }),
  };
  const parameter = anchor.parameter === undefined ? undefined : effective(jail).get(anchor.parameter);
  return { finding, jail, statement: (parameter && statementOf(parameter)) ?? origin };
}

/** The statement that has the last word on a parameter. */
function statementOf({ contributions }: ResolvedParameter): Origin | undefined {
  return contributions.findLast(({ overridden }) => !overridden)?.setting.origin;
}

function linkText({ jail, parameter }: Anchor, { jail: own }: Anchor): string {
  const what = parameter === undefined ? "The jail" : `\`${parameter}\``;
  return jail === own ? `${what} has a part in it.` : `${what} of jail \`${jail}\` has a part in it.`;
}

function originOf(
  { jail: name, parameter: plain, text }: Anchor,
  named: (name: string) => ResolvedJail | undefined,
): Origin | undefined {
  const jail = named(name);
  if (!jail) return undefined;
  if (plain === undefined) return jail.block.origin;
  const parameter = effective(jail).get(plain);
  if (!parameter) return undefined;
  if (text === undefined) return valuePlace(parameter);
  const value: ResolvedValue | undefined = parameter.values.find((one) => one.text === text);
  return value && (value.origin ?? valuePlace(parameter));
}
