import type { Decision } from "../../decision.ts";
import { type CommandContext, type CommandResult, done, failed, unmodelled } from "../../shell/command.ts";
import { startDhcp } from "../network/dhcp.ts";
import { createAddress, createAutomaticAddress, deleteAddress } from "../network/ipAddresses.ts";
import { dropInterface } from "../network/ipadmConf.ts";
import { createInterface, deleteInterface } from "../network/ipInterfaces.ts";
import { addToGroup, createIpmpGroup, removeFromGroup } from "../network/ipmp.ts";
import { setTunable } from "../network/tunables.ts";
import { addressObject } from "./ipadmNames.ts";
import { ipadmStates } from "./ipadmStates.ts";
import { finished, statusText } from "./ipadmTexts.ts";
import { logicalInterfaces } from "./networkViews.ts";

/** The subcommands of ipadm(8) that change something. */

/** `-T static -a [local=]ADDRESS[/LENGTH] IF/NAME`, in any order. */
interface AddressWords {
  readonly type: string;
  readonly address: string | undefined;
  readonly object: string | undefined;
  readonly temporary: boolean;
  readonly down: boolean;
}

function readAddress(args: readonly string[]): AddressWords | string {
  let type = "static";
  let address: string | undefined;
  let object: string | undefined;
  let temporary = false;
  let down = false;
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-T") type = words.shift() ?? "";
    else if (word === "-a") address = (words.shift() ?? "").replace(/^local=/, "").split(",")[0];
    else if (word === "-t") temporary = true;
    else if (word === "-d") down = true;
    else if (word === "-1" || word === "-p" || word === "-w") {
      if (word === "-w" || word === "-p") words.shift();
    } else if (word.startsWith("-")) return word;
    else object = word;
  }
  return { type, address, object, temporary, down };
}

function createAddr({ host, process, args }: CommandContext): CommandResult {
  const words = readAddress(args.slice(1));
  if (typeof words === "string") return unmodelled("ipadm", `create-addr ${words}`);
  const { type, address, object = "", temporary, down } = words;
  const [name = "", label = ""] = object.split("/");
  if (name === "" || label === "") return failed("ipadm: Invalid address object name\n");
  const used = logicalInterfaces(host, process).some(
    (one) => one.address !== undefined && addressObject(one) === object,
  );
  if (used) return failed("ipadm: could not create address: Address object already exists\n");
  // Since 2012 an interface is made where there is none; in a zone on the shared stack that fails.
  const known = logicalInterfaces(host, process).some((one) => one.interface.name === name);
  const made = known ? undefined : createInterface(host, process, name);
  if (made && !made.ok) return finished(host, made, `cannot create address`);
  if (type === "addrconf")
    return finished(host, createAutomaticAddress(host, process, name), "could not create address");
  if (type === "dhcp")
    return finished(host, startDhcp(host, process, { interface: name }), "could not create address");
  if (type !== "static" || address === undefined) return failed("ipadm: Invalid address type\n");
  const outcome = createAddress(host, process, {
    ...{ interface: name, object: label, address, persistent: !temporary, down },
  });
  // An address that somebody else has is there, but is used by nobody.
  const twice = outcome.ok && outcome.decision.verdict === "contained";
  const result = finished(host, outcome, "could not create address");
  return twice ? { ...result, stderr: `ipadm: ${outcome.decision.reason}\n` } : result;
}

function deleteAddr({ host, process, args }: CommandContext): CommandResult {
  const object = args.at(-1) ?? "";
  const [name = "", label] = object.split("/");
  // An address that ipadm(8) did not make has no name: it is named by itself, as ifconfig(8) does.
  const found = logicalInterfaces(host, process).find(
    (one) => one.interface.name === name && (addressObject(one) === object || one.address === label),
  );
  if (!found?.address) return failed("ipadm: could not delete address: Address object not found\n");
  return finished(host, deleteAddress(host, process, name, found.address), "could not delete address");
}

function setProp({ host, process, args }: CommandContext): CommandResult {
  const protocol = args.at(-1) ?? "";
  const at = args.indexOf("-p");
  const [name = "", value = ""] = (args[at + 1] ?? "").split("=");
  if (at < 0 || value === "")
    return failed("Usage:\n\tset-prop\t[-t] -p <prop>[+|-]=<value[,...]> <protocol>\n");
  const set = setTunable(host, process, protocol, name, value);
  if (set.ok) return done("", [set.decision]);
  const text = { ENOENT: "Unknown property", EINVAL: "Invalid property value" }[set.errno as string];
  return failed(`ipadm: set-prop: ${name}: ${text ?? statusText(host, set)}\n`, 1, [set.decision]);
}

/** `-i IF` as often as there are members, with commas or by itself, then the name of the group. */
function readMembers(args: readonly string[]): { members: string[]; group: string } {
  const members = args.flatMap((word, at) => (args[at - 1] === "-i" ? word.split(",") : []));
  return { members, group: args.at(-1) ?? "" };
}

function createIpmp({ host, process, args }: CommandContext): CommandResult {
  const { members, group } = readMembers(args.slice(1));
  return finished(
    host,
    createIpmpGroup(host, process, group, members),
    `cannot create IPMP interface ${group}`,
  );
}

function changeIpmp(
  { host, process, args }: CommandContext,
  change: typeof addToGroup | typeof removeFromGroup,
): CommandResult {
  const { members, group } = readMembers(args.slice(1));
  const decisions: Decision[] = [];
  for (const member of members) {
    const changed = change(host, process, group, member);
    decisions.push(changed.decision);
    if (!changed.ok) return finished(host, changed, `cannot change IPMP interface ${group}`);
  }
  return done("", decisions, 20);
}

export const ipadmChanges: Readonly<Record<string, (context: CommandContext) => CommandResult>> = {
  "create-if": ({ host, process, args }) =>
    finished(
      host,
      createInterface(host, process, args.at(-1) ?? ""),
      `cannot create interface ${args.at(-1)}`,
    ),
  "create-ip": ({ host, process, args }) =>
    finished(
      host,
      createInterface(host, process, args.at(-1) ?? ""),
      `cannot create interface ${args.at(-1)}`,
    ),
  "delete-if": ({ host, process, args }) => {
    const name = args.at(-1) ?? "";
    const gone = deleteInterface(host, process, name);
    // It is not to come back with the next boot.
    const kept = gone.ok ? dropInterface(host, process, name) : undefined;
    return finished(host, kept && !kept.ok ? kept : gone, `cannot delete interface ${name}`);
  },
  "create-ipmp": createIpmp,
  "add-ipmp": (context) => changeIpmp(context, addToGroup),
  "remove-ipmp": (context) => changeIpmp(context, removeFromGroup),
  "delete-ipmp": ({ host, process, args }) =>
    finished(
      host,
      deleteInterface(host, process, args.at(-1) ?? ""),
      `cannot delete interface ${args.at(-1)}`,
    ),
  "create-addr": createAddr,
  "delete-addr": deleteAddr,
  "set-prop": setProp,
  ...ipadmStates,
};
