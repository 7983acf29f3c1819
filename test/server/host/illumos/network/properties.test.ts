import { Host } from "@zonewarden/server/host/host";
import { illumosKernel } from "@zonewarden/server/host/illumos/kernel";
import {
  giveToZone,
  type LogicalName,
  setAddressUp,
} from "@zonewarden/server/host/illumos/network/addressState";
import {
  createEtherstub,
  createGroup,
  createVnic,
  deleteLink,
} from "@zonewarden/server/host/illumos/network/dladm";
import { createAddress, deleteAddress } from "@zonewarden/server/host/illumos/network/ipAddresses";
import { createInterface, deleteInterface } from "@zonewarden/server/host/illumos/network/ipInterfaces";
import {
  bridgeOf,
  linksOfZone,
  linksOver,
  linksWithMac,
} from "@zonewarden/server/host/illumos/network/linkIndex";
import { setLinkProperty } from "@zonewarden/server/host/illumos/network/linkProperties";
import { holdersOfAddress } from "@zonewarden/server/host/illumos/network/switching";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import type { Process } from "@zonewarden/server/host/process/types";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../properties.ts";
import { define, globalRoot, installed, ok } from "../harness.ts";
import { dial, machine } from "./nets.ts";

const LINKS = ["e1000g0", "e1000g1", "e1000g2", "vnic0", "vnic1", "vnic2", "stub0", "bridge0"];
const ZONES = ["shared1", "shared2", "own1", "own2"];
const ADDRESSES = ["192.0.2.2", "192.0.2.10", "192.0.2.11", "192.0.2.12", "10.0.0.1", "10.0.0.2"];

/** A machine with four zones that run. */
function world(): Host {
  const host = machine();
  const admin = globalRoot(host);
  ok(createEtherstub(host, admin, "stub0"));
  for (const name of ["vnic0", "vnic1"]) ok(createVnic(host, admin, { name, over: "stub0" }));
  const net = (physical: string, more: Record<string, string>) => ({ type: "net", physical, ...more });
  const shared = { "ip-type": "shared" };
  installed(
    host,
    define("shared1", { properties: shared, resources: [net("e1000g0", { address: "192.0.2.10/24" })] }),
  );
  installed(
    host,
    define("shared2", { properties: shared, resources: [net("e1000g0", { address: "192.0.2.11/24" })] }),
  );
  installed(host, define("own1", { resources: [net("vnic0", { "allowed-address": "10.0.0.1/24" })] }));
  installed(host, define("own2", { resources: [net("vnic1", {}), net("e1000g2", {})] }));
  for (const zone of ZONES) perform(host, { ...BOOT, zone });
  return host;
}

interface Act {
  readonly kind: number;
  readonly link: string;
  readonly over: string;
  readonly zone: string;
  readonly address: string;
  readonly on: boolean;
}

const BOOT: Omit<Act, "zone"> = { kind: 0, link: "", over: "", address: "", on: true };

const acts = fc.array(
  fc.record<Act>({
    kind: fc.nat(9),
    link: fc.constantFrom(...LINKS),
    over: fc.constantFrom(...LINKS),
    zone: fc.constantFrom("global", ...ZONES),
    address: fc.constantFrom(...ADDRESSES),
    on: fc.boolean(),
  }),
  { maxLength: 30, size: "max" },
);

function processIn(host: Host, zone: string): Process | undefined {
  if (zone === "global") return globalRoot(host);
  const own = zoneNamed(host, zone);
  return own && processesOfContainer(host, own.id).find(({ state }) => state !== "zombie");
}

/** One of the first logical interfaces of a link. */
function logicalOf(link: string, address: string): LogicalName {
  return { interface: link, unit: ADDRESSES.indexOf(address) % 3, family: "inet" };
}

function perform(host: Host, { kind, link, over, zone, address, on }: Act): string {
  const admin = globalRoot(host);
  const process = processIn(host, zone) ?? admin;
  const entry = host.state.illumos?.index.find(({ name }) => name === zone);
  if (kind === 0) {
    const answer = entry && callZoneadmd(host, entry, { command: on ? "boot" : "halt" });
    return String(answer?.ok);
  }
  const outcome = (() => {
    switch (kind) {
      case 1:
        return on ? createVnic(host, admin, { name: link, over }) : deleteLink(host, admin, link);
      case 2:
        return createEtherstub(host, admin, link);
      case 3:
        return createGroup(host, admin, { name: link, kind: on ? "bridge" : "aggr", over: [over] });
      case 4:
        return on ? createInterface(host, process, link) : deleteInterface(host, process, link);
      case 5:
        return on
          ? createAddress(host, process, { interface: link, address: `${address}/24` })
          : deleteAddress(host, process, link, address);
      case 6:
        return setLinkProperty(host, admin, link, "zone", zone);
      case 7:
        return setLinkProperty(host, admin, link, "protection", on ? "ip-nospoof" : "mac-nospoof");
      case 8:
        return setAddressUp(host, process, logicalOf(link, address), on);
      default:
        return dial(host, process, address, 22);
    }
  })();
  return outcome.ok ? outcome.decision.verdict : `${outcome.errno} ${outcome.decision.rule}`;
}

/** What must hold whatever was done. */
function check(host: Host): void {
  const { illumos, network } = host.state;
  const links = Object.values(illumos?.links ?? {});
  const names = (found: readonly { name: string }[]) => found.map(({ name }) => name).sort();
  for (const link of links) {
    expect(illumos?.zones[link.zone]).toBeDefined();
    for (const lower of link.over) expect(illumos?.links[lower]).toBeDefined();
    expect(names(linksOver(host, link.name))).toEqual(
      names(links.filter(({ over }) => over.includes(link.name))),
    );
    expect(names(linksWithMac(host, link.mac))).toEqual(names(links.filter(({ mac }) => mac === link.mac)));
    expect(bridgeOf(host, link.name)?.name).toBe(
      links.find(({ class: kind, over }) => kind === "bridge" && over.includes(link.name))?.name,
    );
  }
  for (const zone of Object.values(illumos?.zones ?? {})) {
    if (zone.id !== 0)
      expect(names(linksOfZone(host, zone.id))).toEqual(names(links.filter((link) => link.zone === zone.id)));
    const held = network.vnets["0"]?.interfaces.flatMap(({ name, addresses }) =>
      addresses.flatMap(({ address, container, unit }) =>
        container === zone.id ? [`${name}:${unit} ${address}`] : [],
      ),
    );
    const logical = (zone.logical ?? []).filter((own) => own.interface !== "lo0");
    if (zone.id !== 0)
      expect(held?.sort()).toEqual(
        logical.map((own) => `${own.interface}:${own.unit} ${own.address}`).sort(),
      );
    const withheld = network.vnets["0"]?.interfaces.flatMap(({ name, down = [] }) =>
      down.flatMap(({ address, container, unit }) =>
        container === zone.id ? [`${name}:${unit} ${address}`] : [],
      ),
    );
    if (zone.id !== 0)
      expect(withheld?.sort()).toEqual(
        (zone.down ?? []).map((own) => `${own.interface}:${own.unit} ${own.address}`).sort(),
      );
    // IP lies on links of the stack's zone alone.
    if (zone.stack !== 0)
      for (const { name, kind } of network.vnets[zone.stack]?.interfaces ?? [])
        if (kind !== "loopback") expect(links.find((link) => link.name === name)?.zone).toBe(zone.id);
  }
  // No two logical interfaces have one number.
  for (const { interfaces } of Object.values(network.vnets))
    for (const { addresses, down = [], kind } of interfaces)
      if (kind !== "loopback") {
        const numbers = [...addresses, ...down].map(({ family, unit = 0 }) => `${family}:${unit}`);
        expect(new Set(numbers).size).toBe(numbers.length);
      }
  for (const address of ADDRESSES)
    expect(
      holdersOfAddress(host, address)
        .map(({ stack, link }) => `${stack.id} ${link.name}`)
        .sort(),
    ).toEqual(
      Object.values(network.vnets)
        .flatMap(({ id, interfaces }) =>
          interfaces
            .filter(({ addresses }) => addresses.some((own) => own.address === address))
            .map(({ name }) => `${id} ${name}`),
        )
        .sort(),
    );
}

/** Nobody uses an address of another zone. */
function checkSockets({ state: { illumos, network } }: Host): void {
  for (const { container, local, vnet } of Object.values(network.sockets)) {
    const zone = illumos?.zones[container];
    if (vnet !== 0 || container === 0 || !local || local.address === "*") continue;
    // An address may be taken from a zone while it is used, but none of another zone is ever used.
    const foreign = Object.values(illumos?.zones ?? {}).some(
      (other) =>
        other !== zone &&
        other.logical?.some((own) => own.interface !== "lo0" && own.address === local.address),
    );
    expect(foreign).toBe(false);
  }
}

describe("random changes of the network", () => {
  it("leave indexes, zones and stacks in agreement, and only own addresses in use", () => {
    fc.assert(
      fc.property(acts, (list) => {
        const host = world();
        for (const act of list) perform(host, act);
        check(host);
        checkSockets(host);
      }),
      { numRuns: runs(60) },
    );
  });

  it("leave them in agreement when addresses go from zone to zone", () => {
    fc.assert(
      fc.property(acts, (list) => {
        const host = world();
        for (const act of list) {
          const id = host.kernel.containers.find(host, act.zone);
          if (act.kind === 9 && id !== undefined)
            giveToZone(host, globalRoot(host), logicalOf(act.link, act.address), id);
          else perform(host, act);
        }
        check(host);
      }),
      { numRuns: runs(60) },
    );
  });

  it("give the same bytes again, also from a snapshot in the middle", () => {
    fc.assert(
      fc.property(acts, fc.nat(29), (list, middle) => {
        const [one, other] = [world(), world()];
        let copy = other;
        const answers = list.map((act) => perform(one, act));
        const again = list.map((act, at) => {
          if (at === middle) copy = Host.restore(copy.snapshot(), illumosKernel);
          return perform(copy, act);
        });
        expect(again).toEqual(answers);
        expect(JSON.stringify(copy.state)).toBe(JSON.stringify(one.state));
      }),
      { numRuns: runs(30) },
    );
  });
});
