import type { Decision, Outcome, Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { createOverlay } from "../network/createOverlay.ts";
import {
  createEtherstub,
  createGroup,
  createTunnel,
  createVlan,
  createVnic,
  deleteLink,
} from "../network/dladm.ts";
import { linkFor } from "../network/linkIndex.ts";
import { resetLinkProperty, setLinkProperty } from "../network/linkProperties.ts";
import type { LinkClass } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { readFiles, readProperties } from "./overlayOptions.ts";

/** The subcommands of dladm(8) that change something. Source: usr/src/cmd/dladm/dladm.c. */

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

/** `set-linkprop -p a=b,c=d LINK`; commas also stand within a value. */
function changeProperties({ host, process, args }: CommandContext, reset: boolean): CommandResult {
  const options = readOptions("dladm", args.slice(1), "tR:p:", USAGE);
  if (isResult(options)) return options;
  const [name] = options.rest;
  const verb = reset ? "reset-linkprop" : "set-linkprop";
  // Each -p adds to the list.
  const list = options.lists["p"]?.join(",");
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
  const { l: over, m: mac, v: vid } = options.values;
  const list = options.lists["p"]?.join(",");
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
  const { e: encapsulation, s: search, v: vnetid } = options.values;
  const list = options.lists["p"]?.join(",") ?? "";
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

export const linkChanges: Readonly<Record<string, (context: CommandContext) => CommandResult>> = {
  "set-linkprop": (context) => changeProperties(context, false),
  "reset-linkprop": (context) => changeProperties(context, true),
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
