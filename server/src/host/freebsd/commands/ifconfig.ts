import type { Decision, Outcome } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { type Family, familyOf, parseNetwork, prefixOfMask } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { runningJail } from "../jail8/run.ts";
import {
  ifAddAddress,
  ifCreate,
  ifDestroy,
  ifMoveVnet,
  ifReclaim,
  ifRemoveAddress,
  ifRename,
  ifSetFlags,
  ifSetMember,
  ifSetVlan,
} from "../network/interfaces.ts";
import { visibleInterfaces } from "../network/views.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";
import { describeInterface } from "./ifconfigText.ts";

/** ifconfig(8): shows interfaces, and changes them word by word. */
export const ifconfig: Command = {
  name: "ifconfig",
  path: "/sbin/ifconfig",
  summary: "show and change network interfaces",
  run(context) {
    const { host, process, args } = context;
    const [first, ...rest] = args.filter((word) => !/^-(?:[ackmnrvLD]|f)$/.test(word));
    if (first === undefined || first === "-u" || first === "-d") return list(host, process, first);
    // One family of addresses only: `ifconfig em0 inet`, and `ifconfig -a inet`, whose -a is left out above.
    if (isFamily(first) && rest.length === 0) return list(host, process, undefined, first);
    if (isFamily(rest[0]) && rest.length === 1) return show(host, process, first, rest[0]);
    if (first === "-l") return names(host, process);
    if (first === "-g") return inGroup(host, process, rest[0] ?? "");
    if (rest.length === 0) return show(host, process, first);
    return new Change(context, first).apply(rest);
  },
};

function isFamily(word: string | undefined): word is Family {
  return word === "inet" || word === "inet6";
}

function list(host: Host, process: Process, only: string | undefined, family?: Family): CommandResult {
  const wanted = visibleInterfaces(host, process).filter(
    ({ up }) => only === undefined || up === (only === "-u"),
  );
  return done(wanted.map((link) => describeInterface(host, link, family)).join(""));
}

function names(host: Host, process: Process): CommandResult {
  return done(
    `${visibleInterfaces(host, process)
      .map(({ name }) => name)
      .join(" ")}\n`,
  );
}

function inGroup(host: Host, process: Process, group: string): CommandResult {
  const members = visibleInterfaces(host, process).filter(({ groups }) => groups.includes(group));
  return done(members.map(({ name }) => `${name}\n`).join(""));
}

function show(host: Host, process: Process, name: string, family?: Family): CommandResult {
  const link = visibleInterfaces(host, process).find((one) => one.name === name);
  return link ? done(describeInterface(host, link, family)) : noInterface(name);
}

function noInterface(name: string): CommandResult {
  const decision: Decision = {
    verdict: "deny",
    errno: "ENXIO",
    rule: "interface/name",
    reason: `The stack has no interface ${name}.`,
    causes: [{ what: `no interface ${name}`, from: "host" }],
  };
  return failed(`ifconfig: interface ${name} does not exist\n`, 1, [decision]);
}

/** Words that are taken and change nothing that the model has; the number says how many words follow. */
const IGNORED: Readonly<Record<string, number>> = {
  ...{
    broadcast: 1,
    metric: 1,
    media: 1,
    mediaopt: 1,
    tunnel: 2,
    laggproto: 1,
    lagghash: 1,
    "-laggproto": 0,
  },
  ...{ stp: 1, "-stp": 1, edge: 1, private: 1, "-private": 1, span: 1, maxaddr: 1, timeout: 1, priority: 1 },
  ...{ sticky: 1, discover: 1, "-discover": 1, learn: 1, "-learn": 1, static: 1, flush: 0, link: 0, ssid: 1 },
  ...{ promisc: 0, "-promisc": 0, monitor: 0, "-monitor": 0, accept_rtadv: 0, "-accept_rtadv": 0 },
  ...{ auto_linklocal: 0, "-auto_linklocal": 0, ifdisabled: 0, "-ifdisabled": 0, no_dad: 0, "-no_dad": 0 },
  ...{ no_prefer_iface: 0, eui64: 0, prefer_source: 0, arp: 0, "-arp": 0, staticarp: 0, "-vlanhwtag": 0 },
  ...{ rxcsum: 0, "-rxcsum": 0, txcsum: 0, "-txcsum": 0, tso: 0, "-tso": 0, lro: 0, "-lro": 0, vlanhwtag: 0 },
  ...{ "-rxcsum6": 0, "-txcsum6": 0, "-tso4": 0, "-tso6": 0, "-vlanhwtso": 0, vhid: 1, pass: 1, advskew: 1 },
};

/** One call that changes an interface. The first word that fails ends it. */
class Change {
  private readonly host: Host;
  private readonly process: Process;
  private name: string;
  private stdout = "";
  private readonly decisions: Decision[] = [];
  private family: "inet" | "inet6" = "inet";
  /** An address whose further words have not been read yet. */
  private pending: { address: string; prefix?: number; remove: boolean } | undefined;
  private vlan: { tag?: number; parent?: string } = {};

  constructor({ host, process }: CommandContext, name: string) {
    this.host = host;
    this.process = process;
    this.name = name;
  }

  apply(words: readonly string[]): CommandResult {
    const todo = [...words];
    if (todo[0] === "create" || todo[0] === "plumb") {
      todo.shift();
      const refused = this.create();
      if (refused) return refused;
    } else if (!findInterface(vnetOf(this.host, this.process), this.name) && todo[0] !== "-vnet")
      return noInterface(this.name);
    for (let word = todo.shift(); word !== undefined; word = todo.shift()) {
      const refused = this.word(word, todo);
      if (refused) return refused;
    }
    return this.flush() ?? { ...done(this.stdout, this.decisions, 3) };
  }

  private create(): CommandResult | undefined {
    const made = ifCreate(this.host, this.process, this.name);
    if (!made.ok) return this.refused(made, "SIOCIFCREATE2");
    this.decisions.push(made.decision);
    if (made.value !== this.name) this.stdout += `${made.value}\n`;
    this.name = made.value;
    return undefined;
  }

  /** One word, with those that belong to it. */
  private word(word: string, rest: string[]): CommandResult | undefined {
    const { host, process, name } = this;
    switch (word) {
      case "inet":
      case "inet6":
        this.family = word;
        return this.flush();
      case "alias":
      case "add":
      case "-alias":
      case "delete":
      case "remove": {
        const remove = word === "-alias" || word === "delete" || word === "remove";
        if (this.pending) this.pending.remove = remove;
        else if (rest[0] !== undefined && familyOf(rest[0].split("/")[0] ?? "") !== undefined)
          return this.address(rest.shift() ?? "", remove);
        return undefined;
      }
      case "netmask": {
        const prefix = prefixOfMask(rest.shift() ?? "");
        if (this.pending && prefix !== undefined) this.pending.prefix = prefix;
        return undefined;
      }
      case "prefixlen": {
        // A word that is no number is 0, as atoi(3) has it.
        const given = rest.shift() ?? "";
        const prefix = Number.parseInt(given, 10) || 0;
        if (prefix < 0 || prefix > 128) return failed(`ifconfig: ${given}: bad value\n`, 1, this.decisions);
        if (this.pending) this.pending.prefix = prefix;
        return undefined;
      }
      case "up":
      case "down":
        return (
          this.flush() ?? this.call("SIOCSIFFLAGS", ifSetFlags(host, process, name, { up: word === "up" }))
        );
      case "mtu":
        return (
          this.flush() ??
          this.call("ioctl (set mtu)", ifSetFlags(host, process, name, { mtu: Number(rest.shift()) }))
        );
      case "description":
      case "descr":
        return this.call(
          "SIOCSIFDESCR",
          ifSetFlags(host, process, name, { description: rest.shift() ?? "" }),
        );
      case "-description":
      case "-descr":
        return this.call("SIOCSIFDESCR", ifSetFlags(host, process, name, { description: "" }));
      case "fib":
        return this.call("SIOCSIFFIB", ifSetFlags(host, process, name, { fib: Number(rest.shift()) }));
      case "ether":
      case "lladdr":
        return this.call(
          "ioctl (SIOCSIFLLADDR)",
          ifSetFlags(host, process, name, { mac: rest.shift() ?? "" }),
        );
      case "destroy":
      case "unplumb":
        return this.call("SIOCIFDESTROY", ifDestroy(host, process, name));
      case "name":
        return this.rename(rest.shift() ?? "");
      case "vnet":
      case "-vnet":
        return this.flush() ?? this.move(word, rest.shift() ?? "");
      case "addm":
      case "laggport":
        return this.member(word === "addm" ? "BRDGADD" : "SIOCSLAGGPORT", rest.shift() ?? "", false);
      case "deletem":
      case "-laggport":
        return this.member(word === "deletem" ? "BRDGDEL" : "SIOCSLAGGDELPORT", rest.shift() ?? "", true);
      case "vlan":
      case "vlandev":
        return this.setVlan(word, rest.shift() ?? "");
      case "group":
      case "-group":
        return this.group(word, rest.shift() ?? "");
      default: {
        const skip = IGNORED[word];
        if (skip !== undefined) {
          rest.splice(0, skip);
          return undefined;
        }
        return this.address(word, false);
      }
    }
  }

  private address(text: string, remove: boolean): CommandResult | undefined {
    const refused = this.flush();
    if (refused) return refused;
    const [first = "", length] = text.split("/");
    const family = familyOf(first);
    if (family === undefined) return failed(`ifconfig: ${text}: bad value\n`, 1, this.decisions);
    if (length === undefined) this.pending = { address: first, remove };
    else {
      const net = parseNetwork(text);
      if (!net) return failed(`ifconfig: ${text}: bad value\n`, 1, this.decisions);
      this.pending = { address: first, prefix: net.prefix, remove };
    }
    this.family = family;
    return undefined;
  }

  /** Carries out the address that was read. */
  private flush(): CommandResult | undefined {
    const { host, process, name, pending } = this;
    if (!pending) return undefined;
    this.pending = undefined;
    const { address, prefix, remove } = pending;
    const six = this.family === "inet6" ? "_IN6" : "";
    if (remove) return this.call(`ioctl (SIOCDIFADDR${six})`, ifRemoveAddress(host, process, name, address));
    return this.call(
      `ioctl (SIOCAIFADDR${six})`,
      ifAddAddress(host, process, name, { address, prefix: prefix ?? classPrefix(address) }),
    );
  }

  private rename(wanted: string): CommandResult | undefined {
    const refused = this.call(
      "ioctl SIOCSIFNAME (set name)",
      ifRename(this.host, this.process, this.name, wanted),
    );
    if (refused) return refused;
    this.name = wanted;
    this.stdout = `${wanted}\n`;
    return undefined;
  }

  private move(word: "vnet" | "-vnet", jail: string): CommandResult | undefined {
    const { host, process, name } = this;
    const found = runningJail(host, process, /^\d+$/.test(jail) ? Number(jail) : undefined, jail);
    if (!found) return failed(`ifconfig: jail "${jail}" not found\n`, 1, this.decisions);
    return word === "vnet"
      ? this.call("SIOCSIFVNET", ifMoveVnet(host, process, name, found.jid))
      : this.call("SIOCSIFRVNET", ifReclaim(host, process, name, found.jid));
  }

  private member(what: string, member: string, remove: boolean): CommandResult | undefined {
    return this.call(`${what} ${member}`, ifSetMember(this.host, this.process, this.name, member, remove));
  }

  private setVlan(word: "vlan" | "vlandev", value: string): CommandResult | undefined {
    if (word === "vlan") {
      if (!/^\d+$/.test(value)) return failed("ifconfig: invalid value for vlan\n", 1, this.decisions);
      this.vlan.tag = Number(value);
    } else this.vlan.parent = value;
    const { tag, parent } = this.vlan;
    if (tag === undefined || parent === undefined) return undefined;
    return this.call("SIOCSETVLAN", ifSetVlan(this.host, this.process, this.name, parent, tag));
  }

  private group(word: "group" | "-group", group: string): CommandResult | undefined {
    const { host, process, name } = this;
    const privilege: PrivilegeName = word === "group" ? "NET_ADDIFGROUP" : "NET_DELIFGROUP";
    const may = privCheck(host, process, privilege);
    const link = findInterface(vnetOf(host, process), name);
    if (may.ok && link)
      link.groups =
        word === "group"
          ? [...new Set([...link.groups, group])]
          : link.groups.filter((other) => other !== group);
    return this.call(word === "group" ? "SIOCAIFGROUP" : "SIOCDIFGROUP", may);
  }

  private call(what: string, outcome: Outcome<unknown>): CommandResult | undefined {
    if (!outcome.ok) return this.refused(outcome, what);
    this.decisions.push(outcome.decision);
    return undefined;
  }

  private refused(outcome: Outcome<unknown> & { ok: false }, what: string): CommandResult {
    return failed(`ifconfig: ${what}: ${strerror(outcome.errno)}\n`, 1, [
      ...this.decisions,
      outcome.decision,
    ]);
  }
}

/** The length of an address without one: by its class for IPv4, 64 for IPv6. */
function classPrefix(address: string): number {
  if (familyOf(address) === "inet6") return 64;
  const first = Number(address.split(".")[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}
