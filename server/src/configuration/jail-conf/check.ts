import { findParameter } from "../../catalog/jail-conf/lookup.ts";
import { isIpv4, isIpv6 } from "../inet.ts";
import { nameKey } from "./names.ts";
import type { ResolvedJail, ResolvedParameter, ResolvedValue } from "./types.ts";
import { parseAddressEntry, parseBoolean, parseInteger, parseJailsys } from "./values.ts";

/**
 * The checks of values that jail(8) makes when a jail is started, before the kernel is asked.
 * Source: usr.sbin/jail/config.c (check_intparams, import_params), lib/libjail/jail.c (jailparam_import).
 * Which kernel parameters exist is what the catalog knows of: modules may add others.
 */

export type ComplaintKind =
  | "bad-boolean"
  | "bad-integer"
  | "bad-jailsys"
  | "bad-ipv4"
  | "bad-ipv6"
  | "unknown-parameter";

export interface Complaint {
  readonly kind: ComplaintKind;
  readonly parameter: ResolvedParameter;
  /** The value at fault; `undefined` for an unknown parameter. */
  readonly value: ResolvedValue | undefined;
  /** The part of the value that is no good: of an address without interface and prefix. */
  readonly text: string | undefined;
  readonly message: string;
}

/**
 * What is wrong with a jail's values. Wrong pseudo-parameters end the start of the jail before its kernel parameters
 * are looked at; a list of addresses is read up to the first wrong one.
 */
export function checkJail(jail: ResolvedJail): Complaint[] {
  const pseudo: Complaint[] = [];
  for (const parameter of jail.parameters) {
    const complaint = checkPseudo(parameter);
    if (complaint) pseudo.push(complaint);
  }
  if (pseudo.length > 0) return pseudo;
  const kernel: Complaint[] = [];
  for (const parameter of jail.parameters) {
    if (nameKey(parameter.name).native?.pseudo) continue;
    const complaint = checkKernel(parameter);
    if (complaint) kernel.push(complaint);
  }
  return kernel;
}

/** Of several values the last one counts. */
function checkPseudo(parameter: ResolvedParameter): Complaint | undefined {
  const type = nameKey(parameter.name).native?.type;
  const value = parameter.values.at(-1);
  if (!type || !value) return undefined;
  if (type === "boolean")
    return parseBoolean(value.text) === undefined ? badBoolean(parameter, value) : undefined;
  return parseInteger(value.text) === undefined ? badInteger(parameter, value) : undefined;
}

function checkKernel(parameter: ResolvedParameter): Complaint | undefined {
  const type = findParameter(parameter.name)?.parameter.type;
  if (!type) {
    const message = `unknown parameter: ${parameter.name}`;
    return { kind: "unknown-parameter", parameter, value: undefined, text: undefined, message };
  }
  const value = parameter.values.at(-1);
  if (!value) return undefined;
  switch (type) {
    case "boolean":
      return parseBoolean(value.text) === undefined ? badBoolean(parameter, value) : undefined;
    case "jailsys":
      return parseJailsys(value.text) === undefined
        ? complaint("bad-jailsys", parameter, value, value.text, `unknown jailsys value "${value.text}"`)
        : undefined;
    case "integer":
    case "unsigned":
      return value.text !== "" && parseInteger(value.text) === undefined
        ? badInteger(parameter, value)
        : undefined;
    case "ip4-list":
      return checkAddresses(parameter, "bad-ipv4", isIpv4, "not an IPv4 address");
    case "ip6-list":
      return checkAddresses(parameter, "bad-ipv6", isIpv6, "not an IPv6 address");
    default:
      return undefined;
  }
}

/**
 * The values are stripped of interface, prefix and options, joined with commas, and split again: commas within one
 * value separate addresses too. One that is empty, or `-`, clears the list.
 */
function checkAddresses(
  parameter: ResolvedParameter,
  kind: ComplaintKind,
  test: (text: string) => boolean,
  message: string,
): Complaint | undefined {
  const entries = parameter.values.flatMap((value) =>
    parseAddressEntry(value.text)
      .address.split(",")
      .map((address) => ({ value, address })),
  );
  const only = entries.length === 1 ? entries[0]?.address : undefined;
  if (only === "" || only === "-") return undefined;
  const bad = entries.find((entry) => !test(entry.address));
  return bad && complaint(kind, parameter, bad.value, bad.address, `${message}: ${bad.address}`);
}

function badBoolean(parameter: ResolvedParameter, value: ResolvedValue): Complaint {
  return complaint("bad-boolean", parameter, value, value.text, `unknown boolean value "${value.text}"`);
}

function badInteger(parameter: ResolvedParameter, value: ResolvedValue): Complaint {
  return complaint("bad-integer", parameter, value, value.text, `non-integer value "${value.text}"`);
}

function complaint(
  kind: ComplaintKind,
  parameter: ResolvedParameter,
  value: ResolvedValue,
  text: string,
  message: string,
): Complaint {
  return { kind, parameter, value, text, message: `${parameter.name}: ${message}` };
}
