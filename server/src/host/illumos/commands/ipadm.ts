import { tunables } from "../../../catalog/illumos/tunables.ts";
import type { Host } from "../../host.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { keptAddresses } from "../network/ipadmConf.ts";
import { tunableValue } from "../network/tunables.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { columnsText, type OutputField } from "./columns.ts";
import { ipadmChanges } from "./ipadmChanges.ts";
import { addressObject, isKept, keptObject } from "./ipadmNames.ts";
import { addressProperties, interfaceProperties } from "./ipadmProperties.ts";
import { type Logical, logicalInterfaces } from "./networkViews.ts";

/** ipadm(8): IP interfaces and their addresses. Source: usr/src/cmd/cmd-inet/usr.sbin/ipadm/ipadm.c. */

const field = (name: string, width: number): OutputField => ({ name, width });

/** Of a shared-IP zone every address, else those on a link with `allowed-address`. Source: ipadm.c (is_from_gz). */
function isFromGlobal(host: Host, process: Process, { link }: Logical): boolean {
  const { id, stack } = zoneOf(host, process);
  return id !== GLOBAL && (stack === 0 || link?.controlled === true);
}

/** `U` for an address that comes back up. */
function persistence(host: Host, process: Process, logical: Logical): string {
  if (!isKept(host, process, logical)) return "---";
  const kept = keptAddresses(host, process).find(({ address }) => address === logical.address);
  return kept?.up === false ? "---" : "U--";
}

/** Addresses that would come back with the next boot, but are not there now. */
function disabledRows(host: Host, process: Process, there: readonly Logical[]) {
  return keptAddresses(host, process)
    .filter((kept) => there.every(({ address }) => address !== kept.address))
    .map((kept) => ({
      name: kept.interface,
      row: {
        ...{ ADDROBJ: keptObject(kept), TYPE: "static", STATE: "disabled", CURRENT: "-----" },
        ...{ PERSISTENT: kept.up ? "U--" : "---", ADDR: `${kept.address}/${kept.prefix}` },
      },
    }));
}

function addressRows(host: Host, process: Process) {
  const there = logicalInterfaces(host, process);
  const rows = there.flatMap((logical) => {
    const { address, prefix, interface: item, up } = logical;
    if (address === undefined) return [];
    const automatic = address.startsWith("fe80:");
    return [
      {
        name: item.name,
        row: {
          ADDROBJ: addressObject(logical),
          TYPE: isFromGlobal(host, process, logical) ? "from-gz" : automatic ? "addrconf" : "static",
          STATE: up ? "ok" : "down",
          CURRENT: up ? "U----" : "-----",
          PERSISTENT: persistence(host, process, logical),
          ADDR: `${automatic ? `${address}%${item.name}` : address}/${prefix}`,
        },
      },
    ];
  });
  return [...rows, ...disabledRows(host, process, there)];
}

function showAddresses({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "ipadm",
    args.slice(1),
    "po:",
    "Usage:\n\tshow-addr\t[[-p] -o <field>[,...]] [<addrobj>]\n",
  );
  if (isResult(options)) return options;
  const [word] = options.rest;
  const all = addressRows(host, process);
  const shown =
    word === undefined
      ? all
      : all.filter(
          ({ name, row }) => row.ADDROBJ === word || (word.endsWith("/") && name === word.slice(0, -1)),
        );
  if (word !== undefined && shown.length === 0) return failed(`ipadm: address object not found\n`);
  const fields = [field("ADDROBJ", 18), field("TYPE", 9), field("STATE", 13), field("ADDR", 46)];
  const known = [...fields.slice(0, 3), field("CURRENT", 8), field("PERSISTENT", 11), field("ADDR", 46)];
  const made = columnsText(
    options.values["o"] === undefined ? fields : known,
    shown.map(({ row }) => row),
    {
      ...(options.values["o"] !== undefined && { fields: options.values["o"] }),
      parsable: options.has("p"),
    },
  );
  return "unknown" in made ? failed("ipadm: invalid field(s) specified\n") : done(made.text);
}

function showInterfaces({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "ipadm",
    args.slice(1),
    "po:",
    "Usage:\n\tshow-if\t\t[[-p] -o <field>[,...]] [<interface>]\n",
  );
  if (isResult(options)) return options;
  const own = logicalInterfaces(host, process);
  const names = [...new Set(own.map(({ interface: { name } }) => name))];
  const [word] = options.rest;
  if (word !== undefined && !names.includes(word))
    return failed(`ipadm: cannot get information for interface(s): Interface does not exist\n`);
  const rows = names
    .filter((name) => word === undefined || name === word)
    .map((name) => {
      const mine = own.filter((one) => one.interface.name === name);
      const [{ interface: item } = { interface: undefined }] = mine;
      const versions = `${mine.some(({ family }) => family === "inet") ? "4" : "-"}${mine.some(({ family }) => family === "inet6") ? "6" : "-"}`;
      // Where allowed-ips bind the addresses. Source: IFF_L3PROTECT.
      const bound = mine.some(({ link }) => link?.controlled === true) ? "Z" : "-";
      const kinds = item?.kind === "loopback" ? "-m-v" : item?.kind === "tun" ? "-mp-" : "bm--";
      return {
        IFNAME: name,
        STATE: item?.up ? "ok" : "down",
        CURRENT: `${kinds}-----${bound}${versions}`,
        PERSISTENT: item?.kind === "loopback" ? "---" : `-${versions}`,
      };
    });
  const fields = [field("IFNAME", 11), field("STATE", 9), field("CURRENT", 13), field("PERSISTENT", 11)];
  const made = columnsText(fields, rows, {
    ...(options.values["o"] !== undefined && { fields: options.values["o"] }),
    parsable: options.has("p"),
  });
  return "unknown" in made ? failed("ipadm: invalid field(s) specified\n") : done(made.text);
}

/** Properties of the protocols. Source: ipadm(8), show-prop. */
function showProperties({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions(
    "ipadm",
    args.slice(1),
    "co:p:",
    "Usage:\n\tshow-prop\t[[-c] -o <field>[,...]] [-p <prop>,...] [<proto>]\n",
  );
  if (isResult(options)) return options;
  const [word] = options.rest;
  const wanted = options.values["p"]?.split(",");
  const stack = vnetOf(host, process);
  const shown = tunables.filter(
    ({ protocol, name }) => (word === undefined || protocol === word) && (!wanted || wanted.includes(name)),
  );
  const unknown = wanted?.find((name) => shown.every((tunable) => tunable.name !== name));
  if (unknown !== undefined) return failed(`ipadm: show-prop: ${unknown}: Unknown property\n`);
  const rows = shown.map((tunable) => {
    const { protocol, name, fallback, possible } = tunable;
    const range = "least" in possible ? `${possible.least}-${possible.most}` : possible.join(",");
    const current = tunableValue(stack, tunable);
    return {
      ...{
        PROTO: protocol,
        PROPERTY: name,
        PERM: "rw",
        CURRENT: current,
        DEFAULT: fallback,
        POSSIBLE: range,
      },
      PERSISTENT: current === fallback ? "" : current,
    };
  });
  const fields = [
    ...[field("PROTO", 6), field("PROPERTY", 22), field("PERM", 5), field("CURRENT", 13)],
    ...[field("PERSISTENT", 13), field("DEFAULT", 13), field("POSSIBLE", 15)],
  ];
  const made = columnsText(fields, rows, {
    ...(options.values["o"] !== undefined && { fields: options.values["o"] }),
    parsable: options.has("c"),
    wrapped: true,
  });
  return "unknown" in made ? failed("ipadm: invalid field(s) specified\n") : done(made.text);
}

const VERBS: Readonly<Record<string, (context: CommandContext) => CommandResult>> = {
  "show-addr": showAddresses,
  "show-addrprop": addressProperties(({ host, process }, logical) => isKept(host, process, logical)),
  "show-if": showInterfaces,
  "show-ifprop": interfaceProperties,
  "show-prop": showProperties,
  ...ipadmChanges,
};

export const ipadm: Command = {
  name: "ipadm",
  path: "/usr/sbin/ipadm",
  summary:
    "IP interfaces (show-if, show-addr, show-prop, show-ifprop, show-addrprop, create-addr, delete-addr, up-addr, down-addr, enable-addr, disable-addr, set-prop)",
  run(context) {
    const [verb] = context.args;
    if (verb === undefined) return showAddresses({ ...context, args: ["show-addr"] });
    const action = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (action) return action(context);
    return /^(show|create|delete|set|reset|enable|disable|up|down|refresh)-/.test(verb)
      ? unmodelled("ipadm", verb)
      : failed(`ipadm: unknown subcommand '${verb}'\nusage:  ipadm <subcommand> <args> ...\n`);
  },
};
