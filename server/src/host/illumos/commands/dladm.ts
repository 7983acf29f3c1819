import type { Decision, Outcome, Refused } from "../../decision.ts";
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
import { createOverlay } from "../network/createOverlay.ts";
import {
  createEtherstub,
  createGroup,
  createTunnel,
  createVlan,
  createVnic,
  deleteLink,
} from "../network/dladm.ts";
import { linkFor, linksOfZone, linksOver, shortName } from "../network/linkIndex.ts";
import { resetLinkProperty, setLinkProperty } from "../network/linkProperties.ts";
import { illumosOf } from "../state.ts";
import type { Datalink, LinkClass } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { columnsText, type OutputField } from "./columns.ts";
import { shortMac } from "./ifconfigText.ts";
import { linkPropertyRows } from "./linkPropertyRows.ts";
import { readFiles, readProperties } from "./overlayOptions.ts";
import { showOverlay } from "./overlayViews.ts";
import { zoneName } from "./views.ts";

/** dladm(8): datalinks. Source: usr/src/cmd/dladm/dladm.c. */

const USAGE = "usage:  dladm <subcommand> <args> ...\n";

/** How libdladm calls an error. Source: dladm_status2str() in usr/src/lib/libdladm/common/libdladm.c. */
function statusText(host: Host, { errno, decision }: Refused): string {
  if (decision.rule === "dladm/varpd") return "the varpd service is not online";
  if (decision.rule === "dladm/vid") return "invalid VLAN identifier";
  if (decision.rule === "dladm/mac") return "invalid MAC address";
  if (decision.rule === "dladm/name") return "invalid link";
  if (decision.rule.startsWith("linkprop/") && errno === "EINVAL") return "invalid value";
  const texts: Readonly<Record<string, string>> = {
    ...{ EPERM: "insufficient privileges", EACCES: "permission denied", EEXIST: "object already exists" },
    ...{
      ENOENT: "object not found",
      EBUSY: "link busy",
      EINVAL: "invalid argument",
      ENOTSUP: "operation not supported",
    },
    ...{ EADDRINUSE: "address already in use", ENODEV: "invalid link" },
  };
  return texts[errno] ?? host.kernel.shell.strerror(errno);
}

function finished(host: Host, outcome: Outcome<unknown>, what: string): CommandResult {
  if (outcome.ok) return done("", [outcome.decision], 20);
  return failed(`dladm: ${what}: ${statusText(host, outcome)}\n`, 1, [outcome.decision]);
}

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
  const options = readOptions("dladm", context.args.slice(1), "po:PmLHd:sS", USAGE);
  if (isResult(options)) return options;
  const detail = options.flags.find((letter) => !"po".includes(letter));
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
  });
  return "unknown" in made ? failed("dladm: invalid field(s) specified\n") : done(made.text);
}

/** `set-linkprop -p a=b,c=d LINK`; commas also stand within a value. */
function changeProperties({ host, process, args }: CommandContext, reset: boolean): CommandResult {
  const options = readOptions("dladm", args.slice(1), "tR:p:", USAGE);
  if (isResult(options)) return options;
  const [name] = options.rest;
  const verb = reset ? "reset-linkprop" : "set-linkprop";
  const list = options.values["p"];
  if (name === undefined || (list === undefined && !reset))
    return failed(`usage:\t${verb} [-t] -p <prop>${reset ? "" : "=<value>"}[,...] <link>\n`);
  const decisions: Decision[] = [];
  for (const { property, value } of readProperties(list ?? "")) {
    const changed = reset
      ? resetLinkProperty(host, process, name, property)
      : setLinkProperty(host, process, name, property, value);
    decisions.push(changed.decision);
    if (changed.ok) continue;
    const what = `cannot ${reset ? "reset" : "set"} link property '${property}' on '${name}'`;
    return failed(`dladm: warning: ${what}: ${statusText(host, changed)}\n`, 1, decisions);
  }
  return done("", decisions, 20);
}

/** `-v VID` and `-m MAC`, which `random`, `auto` and `fixed` leave to the system. */
function createVnicCommand({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("dladm", args.slice(1), "tR:l:m:n:r:F:H:v:p:V:fs:", USAGE);
  if (isResult(options)) return options;
  const { l: over, m: mac, v: vid, p: list } = options.values;
  const [name] = options.rest;
  if (over === undefined || name === undefined)
    return failed(
      "usage:\tcreate-vnic      [-t] -l <link> [-m <value> | auto |\n\t\t     {factory [-n <slot-id>]} | {random [-r <prefix>]}]\n\t\t     [-v <vid> [-f]] [-p <prop>=<value>[,...]] <vnic-link>\n",
    );
  const properties = Object.fromEntries(
    readProperties(list ?? "").map(({ property, value }) => [property, value]),
  );
  const made = createVnic(host, process, {
    ...{ name, over, properties, temporary: options.has("t") || process.credential.container !== GLOBAL },
    ...(mac !== undefined && !["auto", "random", "factory"].includes(mac) && { mac }),
    ...(vid !== undefined && { vid: Number(vid) }),
  });
  return finished(host, made, `vnic creation over ${over} failed`);
}

function createVlanCommand({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("dladm", args.slice(1), "ftR:l:v:p:", USAGE);
  if (isResult(options)) return options;
  const { l: over, v: vid } = options.values;
  if (over === undefined || vid === undefined)
    return failed(
      "usage:\tcreate-vlan      [-ft] -l <link> -v <vid> [-p <prop>=<value>[,...]] [vlan-link]\n",
    );
  const [name] = options.rest;
  const made = createVlan(host, process, { over, vid: Number(vid), ...(name !== undefined && { name }) });
  return finished(host, made, "create operation failed");
}

function createGroupCommand({ host, process, args }: CommandContext, kind: "aggr" | "bridge"): CommandResult {
  const over: string[] = [];
  const rest: string[] = [];
  const words = args.slice(1);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-l") over.push(words.shift() ?? "");
    else if (/^-[PLTupRdmf]$/.test(word)) words.shift();
    else rest.push(word);
  }
  const [name] = rest;
  if (name === undefined) return failed(`usage:\tcreate-${kind} -l <link> ... <${kind}>\n`);
  return finished(host, createGroup(host, process, { name, kind, over }), "create operation failed");
}

function createOverlayCommand({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("dladm", args.slice(1), "te:s:v:p:", USAGE);
  if (isResult(options)) return options;
  const { e: encapsulation, s: search, v: vnetid, p: list = "" } = options.values;
  const [name] = options.rest;
  if (encapsulation === undefined || search === undefined || vnetid === undefined || name === undefined)
    return failed(
      "usage:\tcreate-overlay   [-t] -e <encap> -s <search> -v <vnetid> [-p <prop>=<value>[,...]] <overlay-name>\n",
    );
  const files = readFiles(host, process, list);
  if (!files.ok) return finished(host, files, "failed to create overlay: files/config");
  const made = createOverlay(host, process, {
    name,
    encapsulation,
    search,
    vnetid: Number(vnetid),
    temporary: options.has("t"),
    ...files.value,
  });
  return finished(host, made, "overlay creation failed");
}

function deleteCommand(
  { host, process, args }: CommandContext,
  classes: readonly LinkClass[],
): CommandResult {
  const options = readOptions("dladm", args.slice(1), "tR:", USAGE);
  if (isResult(options)) return options;
  const [word] = options.rest;
  if (word === undefined) return failed(`usage:\t${args[0]} [-t] <link>\n`);
  const { container } = process.credential;
  // The link of a bridge has a number behind the name of the bridge.
  const name = linkFor(host, container, word) || !classes.includes("bridge") ? word : `${word}0`;
  const link = linkFor(host, container, name);
  if (link && !classes.includes(link.class))
    return failed(`dladm: ${word} is not of this kind: invalid link\n`);
  return finished(host, deleteLink(host, process, name), `could not delete ${word}`);
}

const VERBS: Readonly<Record<string, (context: CommandContext) => CommandResult>> = {
  "show-linkprop": showProperties,
  "set-linkprop": (context) => changeProperties(context, false),
  "reset-linkprop": (context) => changeProperties(context, true),
  "show-overlay": showOverlay,
  "create-vnic": createVnicCommand,
  "create-vlan": createVlanCommand,
  "create-etherstub"({ host, process, args }) {
    const name = args.at(-1) ?? "";
    if (args.length < 2) return failed("usage:\tcreate-etherstub [-t] <link>\n");
    return finished(host, createEtherstub(host, process, name), "etherstub creation failed");
  },
  "create-aggr": (context) => createGroupCommand(context, "aggr"),
  "create-bridge": (context) => createGroupCommand(context, "bridge"),
  "create-overlay": createOverlayCommand,
  "create-iptun": ({ host, process, args }) =>
    finished(host, createTunnel(host, process, args.at(-1) ?? ""), "could not create tunnel"),
  "delete-vnic": (context) => deleteCommand(context, ["vnic"]),
  "delete-vlan": (context) => deleteCommand(context, ["vlan"]),
  "delete-etherstub": (context) => deleteCommand(context, ["etherstub"]),
  "delete-aggr": (context) => deleteCommand(context, ["aggr"]),
  "delete-bridge": (context) => deleteCommand(context, ["bridge"]),
  "delete-overlay": (context) => deleteCommand(context, ["overlay"]),
  "delete-iptun": (context) => deleteCommand(context, ["iptun"]),
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
