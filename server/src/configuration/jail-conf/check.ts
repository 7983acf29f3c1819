import { findParameter } from "../../catalog/jail-conf/lookup.ts";
import { isIpv4, isIpv6 } from "../inet.ts";
import { nameKey } from "./names.ts";
import type { ResolvedJail, ResolvedParameter } from "./types.ts";
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

/** What the checks need of a parameter, wherever it comes from. */
export interface Checkable {
  readonly name: string;
  readonly values: readonly { readonly text: string }[];
}

export interface Complaint<P extends Checkable = ResolvedParameter> {
  readonly kind: ComplaintKind;
  readonly parameter: P;
  /** The value at fault; `undefined` for an unknown parameter. */
  readonly value: P["values"][number] | undefined;
  /** The part of the value that is no good: of an address without interface and prefix. */
  readonly text: string | undefined;
  readonly message: string;
}

/**
 * What is wrong with a jail's values. Wrong pseudo-parameters end the start of the jail before its kernel parameters
 * are looked at; a list of addresses is read up to the first wrong one.
 */
export function checkJail(jail: ResolvedJail): Complaint[] {
  return checkValues(jail.parameters);
}

/** The same for parameters alone. */
export function checkValues<P extends Checkable>(parameters: readonly P[]): Complaint<P>[] {
  const pseudo: Complaint<P>[] = [];
  for (const parameter of parameters) {
    const complaint = checkPseudo(parameter);
    if (complaint) pseudo.push(complaint);
  }
  if (pseudo.length > 0) return pseudo;
  const kernel: Complaint<P>[] = [];
  for (const parameter of parameters) {
    if (nameKey(parameter.name).native?.pseudo) continue;
    const complaint = checkKernel(parameter);
    if (complaint) kernel.push(complaint);
  }
  return kernel;
}

/** Of several values the last one counts. */
function checkPseudo<P extends Checkable>(parameter: P): Complaint<P> | undefined {
  const type = nameKey(parameter.name).native?.type;
  const value = parameter.values.at(-1);
  if (!type || !value) return undefined;
  if (type === "boolean")
    return parseBoolean(value.text) === undefined ? badBoolean(parameter, value) : undefined;
  return parseInteger(value.text) === undefined ? badInteger(parameter, value) : undefined;
}

function checkKernel<P extends Checkable>(parameter: P): Complaint<P> | undefined {
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
function checkAddresses<P extends Checkable>(
  parameter: P,
  kind: ComplaintKind,
  test: (text: string) => boolean,
  message: string,
): Complaint<P> | undefined {
  const entries = parameter.values.flatMap((value: P["values"][number]) =>
    parseAddressEntry(value.text)
      .address.split(",")
      .map((address) => ({ value, address })),
  );
  const only = entries.length === 1 ? entries[0]?.address : undefined;
  if (only === "" || only === "-") return undefined;
  const bad = entries.find((entry) => !test(entry.address));
  return bad && complaint(kind, parameter, bad.value, bad.address, `${message}: ${bad.address}`);
}

function badBoolean<P extends Checkable>(parameter: P, value: P["values"][number]): Complaint<P> {
  return complaint("bad-boolean", parameter, value, value.text, `unknown boolean value "${value.text}"`);
}

function badInteger<P extends Checkable>(parameter: P, value: P["values"][number]): Complaint<P> {
  return complaint("bad-integer", parameter, value, value.text, `non-integer value "${value.text}"`);
}

function complaint<P extends Checkable>(
  kind: ComplaintKind,
  parameter: P,
  value: P["values"][number],
  text: string,
  message: string,
): Complaint<P> {
  return { kind, parameter, value, text, message: `${parameter.name}: ${message}` };
}
