import type { Decision, Outcome, Refused } from "../../decision.ts";
import { type Family, prefixOfMask } from "../../network/addresses.ts";
import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, program, unmodelled } from "../../shell/command.ts";
import { giveToZone, type LogicalName, setAddressUp } from "../network/addressState.ts";
import { startDhcp } from "../network/dhcp.ts";
import { createAddress, deleteAddress } from "../network/ipAddresses.ts";
import { createInterface, deleteInterface, setInterfaceUp } from "../network/ipInterfaces.ts";
import { holds } from "../privileges.ts";
import { ifconfigText } from "./ifconfigText.ts";
import { type Logical, logicalInterfaces, logicalName } from "./networkViews.ts";
import { zoneFor } from "./views.ts";

/** ifconfig(8). Source: usr/src/cmd/cmd-inet/usr.sbin/ifconfig/ifconfig.c. */

const USAGE =
  "usage: ifconfig <interface> | -a[ 4 | 6 | D ] [ addif [ <addr> ] ] [ up ] [ down ] [ plumb ] [ unplumb ] [ zone <zonename> ]\n";

/** `-a`, `-a4`, `-au`, `-adD` … */
function ofLetters(all: readonly Logical[], letters: string): Logical[] {
  return all.filter(
    ({ family, up }) =>
      (!letters.includes("4") || family === "inet") &&
      (!letters.includes("6") || family === "inet6") &&
      (!letters.includes("u") || up) &&
      (!letters.includes("d") || !up),
  );
}

function runIfconfig(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const [first, ...rest] = args;
  if (first === undefined) return failed(USAGE);
  const all = logicalInterfaces(host, process);
  const text = (shown: readonly Logical[]): string =>
    shown
      .map((one) =>
        ifconfigText(host, one, process.credential.container, holds(host, process, "net_rawaccess")),
      )
      .join("");
  if (/^-a[46udDZ]*$/.test(first))
    return rest.length === 0
      ? done(text(ofLetters(all, first.slice(2))))
      : unmodelled("ifconfig", rest.join(" "));
  const family = rest[0] === "inet" || rest[0] === "inet6" ? rest[0] : undefined;
  if (rest.length > (family ? 1 : 0)) return change(context, first, rest.slice(family ? 1 : 0), family);
  const shown = all.filter((one) => logicalName(one) === first && one.family === (family ?? one.family));
  if (shown.length === 0) return failed(`ifconfig: status: SIOCGLIFFLAGS: ${first}: no such interface\n`);
  return done(text(shown));
}

/** How it tells that something is not possible: the name of the call, then the error. */
function refused({ host }: CommandContext, call: string, name: string, outcome: Refused): CommandResult {
  const text = outcome.errno === "ENXIO" ? "no such interface" : host.kernel.shell.strerror(outcome.errno);
  return failed(`ifconfig: ${call}: ${name}: ${text}\n`, 1, [outcome.decision]);
}

/**
 * Up and down mean the one logical interface that is named, and so the first one alone where no number is given. An interface
 * without one, and loopback, is switched as a whole.
 */
function setUp({ host, process }: CommandContext, name: LogicalName, up: boolean): Outcome {
  const found = logicalInterfaces(host, process).find(
    (one) => one.interface.name === name.interface && one.unit === name.unit && one.family === name.family,
  );
  const whole = name.unit === 0 && (found?.address === undefined || found.interface.kind === "loopback");
  return whole ? setInterfaceUp(host, process, name.interface, up) : setAddressUp(host, process, name, up);
}

/**
 * `plumb`, `unplumb`, `up`, `down`, `zone NAME`, `-zone`, `addif ADDRESS`, `removeif ADDRESS`, `ADDRESS [netmask MASK]`,
 * `dhcp start`.
 */
function change(
  context: CommandContext,
  name: string,
  words: readonly string[],
  family: Family = "inet",
): CommandResult {
  const { host, process } = context;
  const [interfaceName = name, unit = "0"] = name.split(":");
  const logical: LogicalName = { interface: interfaceName, unit: Number(unit), family };
  const decisions: Decision[] = [];
  const todo = [...words];
  for (let word = todo.shift(); word !== undefined; word = todo.shift()) {
    let call = "setifflags: SIOCSLIFFLAGS";
    let outcome: Outcome<unknown>;
    if (word === "plumb" || word === "unplumb") {
      call = word;
      outcome = (word === "plumb" ? createInterface : deleteInterface)(host, process, interfaceName);
    } else if (word === "up" || word === "down") {
      // Loopback of zones is no address of the interface in the model.
      if (interfaceName === "lo0" && logical.unit > 0) return unmodelled("ifconfig", `${name} ${word}`);
      outcome = setUp(context, logical, word === "up");
    } else if (word === "zone" || word === "-zone") {
      call = "SIOCSLIFZONE";
      if (interfaceName === "lo0") return unmodelled("ifconfig", `${name} ${word}`);
      const wanted = word === "zone" ? (todo.shift() ?? "") : "global";
      const zone = zoneFor(host, process, wanted);
      if (!zone) return failed(`ifconfig: unknown zone '${wanted}'\n`, 1, decisions);
      outcome = giveToZone(host, process, logical, zone.id);
    } else if (word === "addif" || /^[\da-f.:]+(?:\/\d+)?$/i.test(word)) {
      call = "addif: SIOCSLIFADDR";
      const address = word === "addif" ? (todo.shift() ?? "") : word;
      const mask = todo[0] === "netmask" ? maskOf(todo.splice(0, 2)[1] ?? "") : "";
      if (todo[0] === "broadcast") todo.splice(0, 2);
      outcome = createAddress(host, process, { interface: interfaceName, address: address + mask });
    } else if (word === "removeif") {
      call = "removeif: SIOCLIFREMOVEIF";
      outcome = deleteAddress(host, process, interfaceName, todo.shift() ?? "");
    } else if (word === "dhcp") {
      call = "dhcp";
      if (todo.shift() !== "start") return unmodelled("ifconfig", "dhcp without start");
      outcome = startDhcp(host, process, { interface: interfaceName });
    } else return unmodelled("ifconfig", word);
    decisions.push(outcome.decision);
    if (!outcome.ok) {
      const result = refused(context, call, name, outcome);
      return { ...result, decisions };
    }
  }
  return done("", decisions, 10);
}

/** `255.255.255.0`, `ffffff00`, or `+`, which leaves it to the class of the network. */
function maskOf(text: string): string {
  const length = prefixOfMask(/^[\da-f]{8}$/i.test(text) ? `0x${text}` : text);
  return length === undefined ? "" : `/${length}`;
}

export const ifconfig = program(
  "/usr/sbin/ifconfig",
  "IP interfaces (-a, NAME plumb, addif, up, down, zone, unplumb)",
  runIfconfig,
);
