import { denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { type CommandContext, type CommandResult, failed } from "../../shell/command.ts";
import { setAddressUp } from "../network/addressState.ts";
import { deleteAddress } from "../network/ipAddresses.ts";
import { keepAddress, keptAddresses, restoreAddress } from "../network/ipadmConf.ts";
import { configurable } from "../network/ipInterfaces.ts";
import { addressObject, isKept, keptObject } from "./ipadmNames.ts";
import { finished } from "./ipadmTexts.ts";
import { type Logical, logicalInterfaces } from "./networkViews.ts";

/**
 * `ipadm up-addr`, `down-addr`, `enable-addr` and `disable-addr`. Source: i_ipadm_updown_common(), ipadm_enable_addr() and
 * ipadm_disable_addr() in usr/src/lib/libipadm/common/ipadm_addr.c.
 */

/** Subcommands with `[-t] ADDROBJ`. */
type Action = (host: Host, process: Process, object: string, temporary: boolean) => Outcome<unknown>;

function named(host: Host, process: Process, object: string): Logical | undefined {
  return logicalInterfaces(host, process).find(
    (one) => one.address !== undefined && addressObject(one) === object,
  );
}

/** Up or down now, and without `-t` after the next boot as well. */
function upDown(up: boolean): Action {
  return (host, process, object, temporary) => {
    const found = named(host, process, object);
    if (!found?.address) return missing(host, process, object);
    if (found.address.startsWith("fe80:"))
      return denied("ENOTSUP", "ip/automatic", `${found.address} was made from the MAC.`, { unsure: true });
    if (!temporary && !isKept(host, process, found))
      return denied("EINVAL", "ip/temporary", `${found.address} will not be there after the next boot.`);
    const { interface: item, unit, family } = found;
    const set = setAddressUp(host, process, { interface: item.name, unit, family }, up);
    if (!set.ok || temporary) return set;
    const kept = keep(host, process, found, up);
    return kept.ok ? set : kept;
  };
}

/** The file of ipadm(8) has the address. */
function keep(host: Host, process: Process, logical: Logical, up: boolean): Outcome {
  const { interface: item, object, address = "", prefix } = logical;
  return keepAddress(host, process, { interface: item.name, object, address, prefix, up });
}

/** No such address is there: it may be disabled. */
function missing(host: Host, process: Process, object: string): Outcome<unknown> {
  const kept = keptAddresses(host, process).some((one) => keptObject(one) === object);
  return kept
    ? denied("EINVAL", "ip/disabled", `${object} is disabled.`)
    : denied("ENOENT", "ip/address-missing", `There is no address ${object}.`);
}

/** What is kept is there again. */
const enable: Action = (host, process, object) => {
  const may = configurable(host, process);
  if (!may.ok) return may;
  if (named(host, process, object)) return denied("EEXIST", "ip/enabled", `${object} is there already.`);
  const kept = keptAddresses(host, process).find((one) => keptObject(one) === object);
  return kept ? restoreAddress(host, vnetOf(host, process), kept) : missing(host, process, object);
};

/** The address is gone, but comes back with the next boot if it would have before. */
const disable: Action = (host, process, object) => {
  const found = named(host, process, object);
  if (!found?.address) return missing(host, process, object);
  const name = found.interface.name;
  if (!isKept(host, process, found)) return deleteAddress(host, process, name, found.address);
  const before = keptAddresses(host, process).find(({ address }) => address === found.address);
  const gone = deleteAddress(host, process, name, found.address);
  if (!gone.ok) return gone;
  const kept = keep(host, process, found, before?.up ?? true);
  return kept.ok ? gone : kept;
};

/** @param problem what is said before the reason where it is refused */
function subcommand(verb: string, problem: string, action: Action, temporaryOnly = false) {
  return ({ host, process, args }: CommandContext): CommandResult => {
    const words = args.slice(1).filter((word) => word !== "-t");
    const temporary = words.length < args.length - 1;
    const [object, more] = words;
    if (object === undefined || more !== undefined || object.startsWith("-"))
      return failed(`ipadm: Usage: \t${verb}\t${temporaryOnly ? "-t" : "[-t]"} <addrobj>\n`);
    if (temporaryOnly && !temporary) return failed(`ipadm: persistent operation not supported for ${verb}\n`);
    return finished(host, action(host, process, object, temporary), problem);
  };
}

export const ipadmStates: Readonly<Record<string, (context: CommandContext) => CommandResult>> = {
  "up-addr": subcommand("up-addr", "Could not mark the address up", upDown(true)),
  "down-addr": subcommand("down-addr", "Could not mark the address down", upDown(false)),
  "enable-addr": subcommand("enable-addr", "could not enable address", enable, true),
  "disable-addr": subcommand("disable-addr", "could not disable address", disable, true),
};
