import type { HostLink } from "../../host/machine/definition.ts";
import { columns, count, type Draft, type Line, type Reader } from "./draft.ts";

/** What tells of the network. Sources: ifconfig(8), netstat(1), dladm(8), ipadm(8). */

const INTERFACE = /^([A-Za-z][\w.-]*)(:\d+)?: flags=[\da-f]+<([^>]*)>.*?\bmtu (\d+)/;

const ifconfig: Reader = {
  name: "ifconfig",
  begins: (line) => INTERFACE.test(line),
  goesOn: (line) => /^\s/.test(line) || INTERFACE.test(line),
  read: (lines, draft) => {
    let link: HostLink | undefined;
    const found = new Set<string>();
    for (const block of interfacesIn(lines)) {
      const [, name = "", logical, flags = "", mtu = ""] = INTERFACE.exec(block[0]?.text ?? "") ?? [];
      if (block.some(({ text }) => /^\s+zone \S/.test(text))) {
        for (const { text } of block) borrow(text, draft);
        continue;
      }
      const before = draft.links.get(name);
      link =
        logical || before ? (before ?? draft.link(name)) : draft.link(name, begin(name, flags, Number(mtu)));
      found.add(name);
      for (const line of block.slice(1)) detail(line.text, draft, link.name);
    }
    return count(found.size, "interface");
  },
};

function interfacesIn(lines: readonly Line[]): Line[][] {
  const blocks: Line[][] = [];
  for (const line of lines)
    if (INTERFACE.test(line.text)) blocks.push([line]);
    else blocks.at(-1)?.push(line);
  return blocks;
}

const KINDS: readonly (readonly [RegExp, NonNullable<HostLink["kind"]>])[] = [
  [/^lo\d+$/, "loopback"],
  [/^(?:epair\d+[ab])$/, "epair"],
  [/^(?:bridge\d+|vm-\w+)$/, "bridge"],
  [/^(?:vlan\d+|\w+\.\d+)$/, "vlan"],
  [/^tap\d+$/, "tap"],
  [/^tun\d+$/, "tun"],
  [/^lagg\d+$/, "lagg"],
  [/^wg\d+$/, "wireguard"],
  [/^(?:pflog|pfsync|enc|gif|gre|stf|ipfw|usbus|carp)\d*$/, "other"],
];

function begin(name: string, flags: string, mtu: number): Partial<HostLink> {
  const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? "physical";
  const usual = kind === "loopback" ? mtu : 1500;
  const up = flags.split(",").includes("UP");
  return {
    kind,
    ...(mtu !== usual && mtu >= 68 && mtu <= 65535 && { mtu }),
    ...(!up && { up }),
    ...(kind === "epair" && { peer: name.replace(/[ab]$/, (half) => (half === "a" ? "b" : "a")) }),
  };
}

function detail(text: string, draft: Draft, name: string): void {
  const known = draft.link(name);
  const network = networkIn(text);
  if (network) {
    const addresses = known.addresses ?? [];
    if (!addresses.includes(network)) draft.link(name, { addresses: [...addresses, network] });
    return;
  }
  const mac = /^\s+ether ([\da-f:]+)/i.exec(text)?.[1];
  if (mac !== undefined && known.kind !== "loopback") {
    const whole = mac.split(":").map((byte) => byte.padStart(2, "0"));
    draft.link(name, { mac: whole.join(":") });
  }
  const vlan = /^\s+vlan: (\d+) .*parent interface: (\S+)/.exec(text);
  if (vlan && vlan[2] !== "<none>")
    draft.link(name, { kind: "vlan", vlan: Number(vlan[1]), over: String(vlan[2]) });
  const member = /^\s+(?:member|laggport): (\S+)/.exec(text)?.[1];
  if (member !== undefined) {
    const members = [...new Set([...(known.members ?? []), member])];
    draft.link(name, { kind: known.kind === "lagg" ? "lagg" : "bridge", members });
  }
  const description = /^\s+description: (.+)$/.exec(text)?.[1];
  if (description !== undefined) draft.link(name, { description });
}

/** `192.0.2.2/24` of a line with an address; nothing for link-local ones, which every link makes by itself. */
function networkIn(text: string): string | undefined {
  const four = /^\s+inet ([\d.]+) (?:--> [\d.]+ )?netmask (?:0x)?([\da-f]{8}|[\d.]+)/i.exec(text);
  if (four) return four[1] === "0.0.0.0" ? undefined : `${four[1]}/${prefixOf(String(four[2]))}`;
  const six =
    /^\s+inet6 ([\da-f:.]+)(?:%\S+)? (?:--> \S+ )?prefixlen (\d+)/i.exec(text) ??
    /^\s+inet6 ([\da-f:.]+)\/(\d+)/i.exec(text);
  if (!six || /^(?:fe80:|::$)/i.test(String(six[1]))) return undefined;
  return `${six[1]}/${six[2]}`;
}

function prefixOf(mask: string): number {
  const bits = mask.includes(".")
    ? mask
        .split(".")
        .map((part) => Number(part).toString(2).padStart(8, "0"))
        .join("")
    : Number.parseInt(mask, 16).toString(2).padStart(32, "0");
  return bits.replace(/0+$/, "").length;
}

function borrow(text: string, draft: Draft): void {
  const network = networkIn(text);
  if (network) draft.borrowed.add(network.split("/")[0] ?? "");
}

const ROUTE_FLAGS = /^(?:[A-Z][A-Za-z\d]*)$/;

const netstat: Reader = {
  name: "netstat -rn",
  begins: (line) => /^Routing tables?\b/i.test(line.trim()) || isRouteHeader(line),
  goesOn: (line) => {
    const [, , flags] = columns(line);
    return (
      /^(?:Internet6?:|Routing Table)/.test(line.trim()) ||
      isRouteHeader(line) ||
      /^[\s-]+$/.test(line) ||
      (flags !== undefined && ROUTE_FLAGS.test(flags))
    );
  },
  read: (lines, draft) => {
    let names: string[] = [];
    let found = 0;
    for (const { text } of lines) {
      const cells = columns(text);
      if (isRouteHeader(text)) names = headerNames(text);
      const cell = (name: string) => cells[names.indexOf(name)] ?? "";
      const flags = cell("Flags");
      // What leads to a router was set; all else comes with the addresses.
      if (!flags.includes("G") || !flags.startsWith("U")) continue;
      const destination = cell("Destination");
      const gateway = (cell("Gateway") || "").replace(/%.*$/, "");
      const link = cell("Netif") || cell("Interface") || cell("If");
      if (/^fe80:/i.test(gateway)) continue;
      const whole =
        destination === "default" || destination.includes("/")
          ? destination
          : `${destination}/${destination.includes(":") ? 128 : 32}`;
      draft.routes.push({ destination: whole, gateway, ...(link !== "" && { interface: link }) });
      found++;
    }
    return count(found, "route by a router", "routes by routers");
  },
};

function isRouteHeader(text: string): boolean {
  return /^\s*Destination\S*\s+Gateway\s+Flags/.test(text);
}

/** Of IPv6, Solaris writes the destination as `Destination/Mask`. */
function headerNames(text: string): string[] {
  return columns(text).map((name) => name.replace("Destination/Mask", "Destination"));
}

const showLink: Reader = {
  name: "dladm show-link",
  begins: (line) => /^LINK\s+(?:ZONE\s+)?CLASS\s+MTU\s+STATE/.test(line),
  goesOn: (line) =>
    /^\S+\s+(?:\S+\s+)?(?:phys|vnic|etherstub|vlan|aggr|bridge|iptun|overlay|part|misc|simnet)\s+\d+\s/.test(
      line,
    ),
  read: ([header, ...rows], draft) => {
    draft.likely ??= "illumos";
    const names = columns(header?.text ?? "");
    const cell = (cells: readonly string[], name: string) => cells[names.indexOf(name)] ?? "";
    for (const { text } of rows) {
      const cells = columns(text);
      const over = cell(cells, "OVER");
      const kind = CLASSES[cell(cells, "CLASS")] ?? "other";
      const mtu = Number(cell(cells, "MTU"));
      draft.link(cell(cells, "LINK"), {
        kind,
        ...(mtu !== 1500 && mtu >= 68 && mtu <= 65535 && { mtu }),
        ...(cell(cells, "STATE") === "down" && { up: false }),
        ...(over !== "" && !/^[-?]/.test(over) && kind !== "other" && { over }),
      });
    }
    return count(rows.length, "link");
  },
};

const CLASSES: Readonly<Record<string, NonNullable<HostLink["kind"]>>> = {
  phys: "physical",
  vnic: "vnic",
  etherstub: "etherstub",
  vlan: "vlan",
  overlay: "overlay",
};

const showVnic: Reader = {
  name: "dladm show-vnic",
  begins: (line) => /^LINK\s+OVER\s+SPEED\s+MACADDRESS/.test(line),
  goesOn: (line) => /^\S+\s+\S+\s+\d+\s+[\da-f]+(?::[\da-f]+){5}\s/i.test(line),
  read: ([, ...rows], draft) => {
    draft.likely ??= "illumos";
    for (const { text } of rows) {
      const [name = "", over = "", , mac = "", , vid = "0"] = columns(text);
      draft.link(name, {
        kind: "vnic",
        over,
        mac: mac
          .split(":")
          .map((byte) => byte.padStart(2, "0"))
          .join(":"),
        ...(Number(vid) > 0 && { vlan: Number(vid) }),
      });
    }
    return count(rows.length, "VNIC");
  },
};

const showAddr: Reader = {
  name: "ipadm show-addr",
  begins: (line) => /^ADDROBJ\s+TYPE\s+STATE\s+/.test(line),
  goesOn: (line) => /^\S+\/\S+\s+\S+\s+\S+\s+/.test(line),
  read: ([header, ...rows], draft) => {
    draft.likely ??= "illumos";
    const at = columns(header?.text ?? "").indexOf("ADDR");
    let found = 0;
    for (const { text } of rows) {
      const cells = columns(text);
      const name = cells[0]?.split("/")[0] ?? "";
      const address = (cells[at] ?? "").replace(/%[^/]*/, "");
      if (!/^[\da-f.:]+\/\d+$/i.test(address) || /^fe80:/i.test(address)) continue;
      const { addresses = [] } = draft.link(name, name.startsWith("lo") ? { kind: "loopback" } : {});
      if (!addresses.includes(address)) draft.link(name, { addresses: [...addresses, address] });
      found++;
    }
    return count(found, "address", "addresses");
  },
};

export const networkReaders: readonly Reader[] = [ifconfig, netstat, showLink, showVnic, showAddr];
