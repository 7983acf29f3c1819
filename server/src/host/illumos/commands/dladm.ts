import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, type Options, readOptions } from "../../shell/options.ts";
import { linkFor, linksOfZone, linksOver, shortName } from "../network/linkIndex.ts";
import { illumosOf } from "../state.ts";
import type { Datalink, LinkClass } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { columnsText, type OutputField } from "./columns.ts";
import { linkChanges } from "./dladmChanges.ts";
import { shortMac } from "./ifconfigText.ts";
import { linkPropertyRows } from "./linkPropertyRows.ts";
import { showOverlay } from "./overlayViews.ts";
import { zoneName } from "./views.ts";

/**
 * dladm(8): datalinks. The model counts no packets and bytes of links. `show-link -s` would show nothing else, so it is not
 * modelled rather than filled with zeros: after a ping that was answered these would be wrong. What link protection drops is
 * counted, and shown by kstat(8). Source: usr/src/cmd/dladm/dladm.c.
 */

const USAGE = "usage:  dladm <subcommand> <args> ...\n";

/** Links as the caller names them: in the global zone all, elsewhere those of the zone. */
function visibleLinks(host: Host, process: Process): Datalink[] {
  const { container } = process.credential;
  return container === GLOBAL ? Object.values(illumosOf(host).links) : linksOfZone(host, container);
}

function nameFor(process: Process, link: Datalink): string {
  return process.credential.container === GLOBAL ? link.name : shortName(link);
}

interface View {
  readonly fields: readonly OutputField[];
  readonly class?: LinkClass;
  row(host: Host, process: Process, link: Datalink): Readonly<Record<string, string>>;
}

const field = (name: string, width: number): OutputField => ({ name, width });

/** The bridge that a link is a port of. */
function bridgeOf(host: Host, { name }: Datalink): string {
  const bridge = linksOver(host, name).find((above) => above.class === "bridge");
  return bridge?.name.replace(/0$/, "") ?? "";
}

/** Megabits: of what has no hardware below, that of the link that it would have. */
function speedOf({ class: kind, up }: Datalink): string {
  if (kind === "etherstub") return "0";
  return up ? "1000" : "0";
}

const stateText = ({ up, class: kind }: Datalink): string =>
  kind === "etherstub" ? "unknown" : up ? "up" : "down";

const VIEWS: Readonly<Record<string, View>> = {
  "show-link": {
    fields: [
      ...[field("LINK", 12), field("CLASS", 10), field("MTU", 7), field("STATE", 9)],
      ...[field("BRIDGE", 11), field("OVER", 30)],
    ],
    row: (host, process, link) => ({
      LINK: nameFor(process, link),
      CLASS: link.class,
      MTU: String(link.mtu),
      STATE: stateText(link),
      BRIDGE: bridgeOf(host, link),
      // What lies below belongs to the global zone, which alone names it.
      OVER:
        process.credential.container === GLOBAL || link.over.every((name) => linkFor(host, link.zone, name))
          ? link.over.join(",")
          : "?",
    }),
  },
  "show-phys": {
    class: "phys",
    fields: [
      ...[field("LINK", 13), field("MEDIA", 21), field("STATE", 11), field("SPEED", 7)],
      ...[field("DUPLEX", 10), field("DEVICE", 13)],
    ],
    row: (_, process, link) => ({
      LINK: nameFor(process, link),
      MEDIA: "Ethernet",
      STATE: link.up ? "up" : "down",
      SPEED: speedOf(link),
      DUPLEX: link.up ? "full" : "unknown",
      DEVICE: shortName(link),
    }),
  },
  "show-vnic": {
    class: "vnic",
    fields: [
      ...[field("LINK", 13), field("OVER", 11), field("SPEED", 7), field("MACADDRESS", 18)],
      ...[field("MACADDRTYPE", 20), field("VID", 5), field("ZONE", 20)],
    ],
    row: (host, process, link) => ({
      LINK: nameFor(process, link),
      OVER: process.credential.container === GLOBAL ? (link.over[0] ?? "") : "?",
      SPEED: speedOf(link),
      MACADDRESS: shortMac(link.mac),
      MACADDRTYPE: link.mac.startsWith("02:08:20:") ? "random" : "fixed",
      VID: String(link.vid),
      ZONE: link.zone === GLOBAL ? "" : zoneName(host, link.zone),
    }),
  },
  "show-vlan": {
    class: "vlan",
    fields: [field("LINK", 16), field("VID", 9), field("OVER", 13), field("FLAGS", 10)],
    row: (_, process, link) => ({
      LINK: nameFor(process, link),
      VID: String(link.vid),
      OVER: link.over[0] ?? "",
      FLAGS: link.temporary ? "-t---" : "-----",
    }),
  },
  "show-etherstub": {
    class: "etherstub",
    fields: [field("LINK", 20)],
    row: (_, process, link) => ({ LINK: nameFor(process, link) }),
  },
  "show-aggr": {
    class: "aggr",
    fields: [
      ...[field("LINK", 16), field("POLICY", 9), field("ADDRPOLICY", 21), field("LACPACTIVITY", 14)],
      ...[field("LACPTIMER", 12), field("FLAGS", 8)],
    ],
    row: (_, process, link) => ({
      LINK: nameFor(process, link),
      ...{ POLICY: "L4", ADDRPOLICY: "auto", LACPACTIVITY: "off", LACPTIMER: "short", FLAGS: "-----" },
    }),
  },
  "show-bridge": {
    class: "bridge",
    fields: [
      ...[field("BRIDGE", 13), field("PROTECT", 9), field("ADDRESS", 19), field("PRIORITY", 9)],
      field("DESROOT", 22),
    ],
    row: (_, process, link) => ({
      BRIDGE: nameFor(process, link).replace(/0$/, ""),
      PROTECT: "stp",
      ADDRESS: `32768/${shortMac(link.mac)}`,
      PRIORITY: "32768",
      DESROOT: `32768/${shortMac(link.mac)}`,
    }),
  },
  "show-iptun": {
    class: "iptun",
    fields: [field("LINK", 10), field("TYPE", 6), field("FLAGS", 7), field("LOCAL", 20), field("REMOTE", 20)],
    row: (_, process, link) => ({ LINK: nameFor(process, link), TYPE: "ipv4", FLAGS: "-----" }),
  },
};

function view(context: CommandContext, verb: string, { fields, class: kind, row }: View): CommandResult {
  const { host, process } = context;
  const options = readOptions("dladm", context.args.slice(1), "po:PmLHd:si:S", USAGE);
  if (isResult(options)) return options;
  const detail = options.flags.find((letter) => !"po".includes(letter));
  if (detail === "s" && verb === "show-link")
    return unmodelled("dladm", "show-link -s, as packets and bytes of links are not counted");
  if (detail !== undefined) return unmodelled("dladm", `${verb} -${detail}`);
  const [name] = options.rest;
  const seen = visibleLinks(host, process).filter((link) => kind === undefined || link.class === kind);
  const links = name === undefined ? seen : seen.filter((link) => nameFor(process, link) === name);
  if (name !== undefined && links.length === 0)
    return failed(
      `dladm: ${noSuch(context, name) ? "invalid link name" : `${name} is not of this kind`} '${name}'\n`,
    );
  // The column for zones is one of SmartOS.
  const shown =
    verb === "show-vnic" && options.values["o"] === undefined && host.state.machine.system !== "smartos"
      ? fields.filter((one) => one.name !== "ZONE")
      : fields;
  return printed(
    options,
    shown,
    links.map((link) => row(host, process, link)),
  );
}

function noSuch({ host, process }: CommandContext, name: string): boolean {
  return linkFor(host, process.credential.container, name) === undefined;
}

function printed(
  options: Options,
  fields: readonly OutputField[],
  rows: readonly Readonly<Record<string, string>>[],
): CommandResult {
  if (options.has("p") && options.values["o"] === undefined)
    return failed("dladm: option -o is required with -p\n");
  const made = columnsText(fields, rows, {
    ...(options.values["o"] !== undefined && { fields: options.values["o"] }),
    parsable: options.has("p"),
  });
  if ("unknown" in made)
    return failed(
      `dladm: ignoring unknown output fields: \`${made.unknown.toLowerCase()}'\ndladm: invalid field(s) specified\n`,
    );
  // Without links there is no header either.
  return done(rows.length === 0 ? "" : made.text);
}

const PROPERTY_FIELDS: readonly OutputField[] = [
  ...[field("LINK", 13), field("PROPERTY", 16), field("PERM", 5), field("VALUE", 15)],
  ...[field("DEFAULT", 15), field("POSSIBLE", 20)],
];

function showProperties(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions("dladm", args.slice(1), "p:o:cP", USAGE);
  if (isResult(options)) return options;
  const [name] = options.rest;
  const links = visibleLinks(host, process).filter(
    (link) => name === undefined || nameFor(process, link) === name,
  );
  if (name !== undefined && links.length === 0) return failed(`dladm: invalid link name '${name}'\n`);
  const wanted = options.values["p"]?.split(",");
  const rows = links.flatMap((link) =>
    linkPropertyRows(host, link, nameFor(process, link)).filter(({ PROPERTY }) =>
      wanted ? wanted.includes(PROPERTY) : true,
    ),
  );
  const unknown = wanted?.find((property) => rows.every(({ PROPERTY }) => PROPERTY !== property));
  if (unknown !== undefined)
    return failed(
      `dladm: cannot get link property '${unknown}' for ${name ?? "any link"}: invalid property\n`,
    );
  const made = columnsText(PROPERTY_FIELDS, rows, {
    ...(options.values["o"] !== undefined && { fields: options.values["o"] }),
    parsable: options.has("c"),
    wrapped: true,
  });
  return "unknown" in made ? failed("dladm: invalid field(s) specified\n") : done(made.text);
}

const VERBS: Readonly<Record<string, (context: CommandContext) => CommandResult>> = {
  "show-linkprop": showProperties,
  "show-overlay": showOverlay,
  ...linkChanges,
};

export const dladm: Command = {
  name: "dladm",
  path: "/usr/sbin/dladm",
  summary: "datalinks (show-link, show-vnic, show-linkprop, create-*, delete-*, set-linkprop)",
  run(context) {
    const [verb] = context.args;
    if (verb === undefined)
      return view({ ...context, args: ["show-link"] }, "show-link", VIEWS["show-link"] as View);
    const shown = Object.hasOwn(VIEWS, verb) ? VIEWS[verb] : undefined;
    if (shown) return view(context, verb, shown);
    const action = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (action) return action(context);
    return /^(show|create|delete|modify|add|remove|rename|set|reset|init|up|down)-/.test(verb)
      ? unmodelled("dladm", verb)
      : failed(`dladm: unknown subcommand '${verb}'\n${USAGE}`);
  },
};
