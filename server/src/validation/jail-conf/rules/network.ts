import { isIpv4, isIpv6 } from "../../../configuration/inet.ts";
import {
  type AddressList,
  type Effective,
  effective,
  namePlace,
  valuePlace,
} from "../../../configuration/jail-conf/effective.ts";
import type {
  Origin,
  ResolvedJail,
  ResolvedParameter,
  ResolvedValue,
} from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { JailContext, Topic } from "../topic.ts";
import { maskMissing } from "./mask.ts";
import { networkRules } from "./networkRules.ts";
import { clashes } from "./sharing.ts";
import { partOf, quoted } from "./walk.ts";

/** Addresses, interfaces, and the network stack of a jail. */
export const network: Topic = {
  rules: networkRules,
  *jail(jail, context) {
    const view = effective(jail);
    if (view.vnet) yield* ownStack(view, jail, context);
    else yield* sharedStack(view, jail, context);
  },
  configuration: clashes,
};

const POLICIES = ["ip4", "ip6"];
const LISTS: readonly AddressList[] = ["ip4.addr", "ip6.addr"];

/**
 * Restrictions of addresses beside `vnet`. The kernel looks at whether both are set, not at the value of `vnet`.
 * Source: kern_jail_set() in sys/kern/kern_jail.c.
 */
function* restricted(view: Effective): Generator<Finding, readonly string[]> {
  const vnet = view.get("vnet") as ResolvedParameter;
  const vnetPlace = valuePlace(vnet);
  const restrictions = [
    ...POLICIES.filter((name) => view.has(name)),
    ...LISTS.filter((name) => view.hasAddresses(name)),
  ];
  for (const name of restrictions) {
    const parameter = view.get(name) as ResolvedParameter;
    const place = valuePlace(parameter);
    if (!place || !vnetPlace) continue;
    // Where the address comes from a wildcard and `vnet` does not, it is `vnet` that does not fit in.
    const inherited = view.isOwn(vnet) && !view.isOwn(parameter);
    const message = view.vnet
      ? `A jail with \`vnet\` takes no \`${name}\`: the kernel refuses it.`
      : `The kernel refuses \`${name}\` beside \`vnet\`, whatever its value: leave \`vnet\` out.`;
    yield inherited
      ? vnetWithAddresses(vnetPlace, message, place, `\`${name}\` comes from here.`)
      : vnetWithAddresses(place, message, vnetPlace, view.vnet ? OWN_STACK : "`vnet` is set here.");
  }
  return restrictions;
}

const OWN_STACK = "The jail has a network stack of its own.";

function* ownStack(view: Effective, jail: ResolvedJail, context: JailContext): Generator<Finding> {
  const vnet = view.get("vnet") as ResolvedParameter;
  const vnetPlace = valuePlace(vnet);
  const restrictions = yield* restricted(view);

  const link = view.get("interface");
  if (link && view.text("interface") && (restrictions.length > 0 || view.isOwn(link) || !view.isOwn(vnet))) {
    const origin = valuePlace(link);
    if (origin)
      yield {
        code: "jail/vnet-with-interface",
        origin,
        message:
          "`interface` adds addresses on the host; a jail with `vnet` gets an interface by `vnet.interface`.",
        ...(vnetPlace && {
          related: [{ origin: vnetPlace, message: OWN_STACK }],
        }),
      };
  }
  yield* dhcp(view, context.fragment || !effective(jail).isWhole);
  yield* leftOver(view);
}

function vnetWithAddresses(origin: Origin, message: string, other: Origin, why: string): Finding {
  return { code: "jail/vnet-with-addresses", origin, message, related: [{ origin: other, message: why }] };
}

const DHCP = /\b(?:dhclient|dhcpcd)\b/;
/** Rulesets of /etc/defaults/devfs.rules that people give to jails; neither shows bpf. */
const STOCK_RULESETS = [4, 5];

function* dhcp(view: Effective, incomplete: boolean): Generator<Finding> {
  if (!view.has("mount.devfs") || !view.boolean("mount.devfs")) return;
  const ruleset = view.get("devfs_ruleset");
  const number = view.devfsRuleset;
  if (number === undefined || !STOCK_RULESETS.includes(number) || (incomplete && !ruleset)) return;
  for (const { runsIn, value } of view.commands) {
    const found = runsIn === "jail" ? DHCP.exec(value.text) : null;
    if (!found) continue;
    const origin = partOf(value, found.index, found.index + found[0].length);
    const related = ruleset && valuePlace(ruleset);
    if (origin)
      yield {
        code: "jail/ruleset-for-dhcp",
        origin,
        message: `A DHCP client needs \`/dev/bpf\`, which devfs ruleset ${number} does not show.`,
        ...(related && { related: [{ origin: related, message: "The ruleset is chosen here." }] }),
      };
    return;
  }
}

const CREATES = /\bifconfig\s+(epair[0-9]+)\s+create\b/;

/** An epair that only a stop destroys stays behind when the start fails. */
function* leftOver(view: Effective): Generator<Finding> {
  const before: ResolvedValue[] = [];
  for (const { list, value } of view.commands) {
    if (list !== "exec.prepare" && list !== "exec.prestart" && list !== "exec.created") continue;
    const found = value.text.includes("epair") ? CREATES.exec(value.text) : null;
    const name = found?.[1];
    if (found && name && !isGuarded(value.text, name, before)) {
      const origin = partOf(value, found.index, found.index + found[0].length);
      if (origin && destroyedAfterStop(view, name))
        yield {
          code: "jail/epair-left-over",
          origin,
          message: `When the start fails later on, ${quoted(name)} stays behind and cannot be made again.`,
        };
    }
    before.push(value);
  }
}

/** The command minds an interface that is there already, or one before it takes that away. */
function isGuarded(text: string, name: string, before: readonly ResolvedValue[]): boolean {
  if (/\|\||\bif\b|\[|\btest\b/.test(text)) return true;
  const destroys = (other: string) => other.includes("destroy") && other.includes(name);
  return destroys(text) || before.some((value) => destroys(value.text));
}

function destroyedAfterStop(view: Effective, name: string): boolean {
  const stops = (list: string) =>
    list === "exec.prestop" || list === "exec.poststop" || list === "exec.release";
  return view.commands.some(
    ({ list, value }) => stops(list) && value.text.includes("destroy") && value.text.includes(name),
  );
}

function* sharedStack(view: Effective, jail: ResolvedJail, context: JailContext): Generator<Finding> {
  /** Nothing of what the jail lacks can come from elsewhere. */
  const whole = !context.fragment && view.isWhole;
  for (const [index, name] of LISTS.entries()) yield* overruled(view, POLICIES[index] as string, name);
  for (const name of LISTS) yield* maskMissing(view, name);

  const vnet = view.get("vnet");
  const handed = view.get("vnet.interface");
  const policy = view.jailsys("vnet");
  const known = !vnet || policy !== undefined;
  if (policy === "inherit") yield* restricted(view);
  if (handed && known && view.hasAny("vnet.interface") && (whole || vnet)) {
    const origin = namePlace(handed);
    const related = vnet && valuePlace(vnet);
    if (origin)
      yield {
        code: "jail/vnet-interface-without-vnet",
        origin,
        // The stack that a jail within a jail inherits may be another one than that of the host.
        ...(jail.name.includes(".") && { severity: "warning" }),
        message:
          "The jail does not start: without `vnet`, there is no network stack that the interface could be handed to.",
        ...(related && { related: [{ origin: related, message: "`vnet` is set here." }] }),
      };
  }
  if (!whole || !known) return;
  yield* nfsServer(view);
  const link = view.get("interface");
  const addresses = LISTS.some((name) => view.hasAddresses(name)) || view.boolean("ip_hostname") !== false;
  if (link && view.text("interface") && !addresses && view.isOwn(link)) {
    const origin = namePlace(link);
    if (origin)
      yield {
        code: "jail/interface-without-address",
        origin,
        message: "`interface` does nothing by itself: the jail has no `ip4.addr` and no `ip6.addr`.",
      };
  }
  yield* noAlias(view, link);
  yield* rawSockets(view, context);
}

/** Source: prison_check_nfsd() in sys/kern/kern_jail.c. */
function* nfsServer(view: Effective): Generator<Finding> {
  const nfsd = view.get("allow.nfsd");
  if (!nfsd || view.boolean("allow.nfsd") !== true || !view.isOwn(nfsd)) return;
  const origin = namePlace(nfsd);
  if (origin)
    yield {
      code: "jail/nfsd-without-vnet",
      origin,
      message: "`allow.nfsd` has no effect without `vnet`: an NFS server needs a network stack of its own.",
    };
}

/** An address list wins over `inherit` and `disable`. */
function* overruled(view: Effective, policy: string, list: AddressList): Generator<Finding> {
  const parameter = view.get(policy);
  const addresses = view.get(list);
  if (!parameter || !addresses || !view.hasAddresses(list)) return;
  const says = view.jailsys(policy);
  if (says !== "inherit" && says !== "disable") return;
  // A jail that is given addresses below a common `inherit` is what was meant.
  if (!view.isOwn(parameter) && view.isOwn(addresses)) return;
  const origin = valuePlace(parameter);
  const other = valuePlace(addresses);
  if (origin && other)
    yield {
      code: "jail/inherit-with-addresses",
      origin,
      message: `\`${policy} = ${says}\` has no effect: the addresses of \`${list}\` win.`,
      related: [{ origin: other, message: "The addresses are given here." }],
    };
}

function* noAlias(view: Effective, link: ResolvedParameter | undefined): Generator<Finding> {
  // An interface that is set but not known is none of ours.
  if (link && view.text("interface") !== "") return;
  for (const name of LISTS) {
    const use = view
      .addresses(name)
      .find(({ link, address }) => link === undefined && isForeign(name, address));
    const origin = use && partOf(use.value, use.addressStart, use.addressStart + use.address.length);
    if (origin)
      yield {
        code: "jail/address-without-interface",
        origin,
        message: `No interface is given, so the host must have the address ${quoted(use.address)} already.`,
      };
  }
}

/** An address that not every host has; what is none is the business of another rule. */
function isForeign(list: AddressList, address: string): boolean {
  return list === "ip4.addr"
    ? isIpv4(address) && address !== "127.0.0.1"
    : isIpv6(address) && address !== "::1";
}

const NEEDS_RAW = /(?:^|[\s;&|(/])((?:ping|traceroute)6?)(?=\s|$)/;

function* rawSockets(view: Effective, { fragment }: JailContext): Generator<Finding> {
  const parameter = view.get("allow.raw_sockets");
  if (view.boolean("allow.raw_sockets") !== false || (fragment && !parameter)) return;
  for (const { runsIn, value } of view.commands) {
    const found = runsIn === "jail" ? NEEDS_RAW.exec(value.text) : null;
    const tool = found?.[1];
    if (!found || !tool) continue;
    const end = found.index + found[0].length;
    const origin = partOf(value, end - tool.length, end);
    if (origin)
      yield {
        code: "jail/raw-sockets",
        origin,
        message: `\`${tool}\` needs \`allow.raw_sockets\`, which the jail does not have.`,
      };
    return;
  }
}
