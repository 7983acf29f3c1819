import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { findDirectory, putFile } from "../../filesystem/build.ts";
import type { Host } from "../../host.ts";
import { matchesPath } from "../../shell/pattern.ts";
import { causeOf, property, resourcesOf, textOf, textsOf } from "../configuration.ts";
import type { IndexEntry, ZoneDefinition, ZoneResource } from "../types.ts";

/**
 * Virtual machines in zones: `attr` resources become the settings of the hypervisor, which init of the zone turns into.
 * Source: omniosorg/pkg5 src/brand/bhyve/boot.py and init.c.
 */

interface Attribute {
  readonly value: string;
  readonly cause: Cause;
}

/** What the attributes say, by name. */
export function guestAttributes(definition: ZoneDefinition): Record<string, Attribute> {
  const found: Record<string, Attribute> = {};
  for (const attr of resourcesOf(definition, "attr")) {
    const name = textOf(attr, "name");
    const value = textOf(attr, "value");
    if (name !== undefined && value !== undefined) found[name] = { value, cause: causeOf(attr, "value") };
  }
  return found;
}

/** PCI slots of the devices. */
const SLOTS = { cdrom: 3, bootdisk: 4, disk: 5, net: 6 } as const;
/** Functions of a slot. */
const MOST = 8;

/** `/dev/zvol/rdsk/…` for a volume, or the path of a device. */
function diskPath(value: string): string {
  const [name = ""] = value.split(",");
  return name.startsWith("/") ? name : `/dev/zvol/rdsk/${name}`;
}

interface GuestDisk extends Attribute {
  readonly kind: "bootdisk" | "cdrom" | "disk";
  readonly path: string;
}

function disksOf(attributes: Record<string, Attribute>): GuestDisk[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const [, kind] = /^(bootdisk|cdrom|disk)\d*$/.exec(name) ?? [];
    return kind === undefined
      ? []
      : [{ ...attribute, kind: kind as GuestDisk["kind"], path: diskPath(attribute.value) }];
  });
}

/** The settings that bhyve reads with -k, one to a line. */
export function hypervisorSettings(definition: ZoneDefinition, uuid: string): string[] {
  const attributes = guestAttributes(definition);
  const of = (name: string, fallback: string) => attributes[name]?.value ?? fallback;
  const slots: Record<keyof typeof SLOTS, number> = { cdrom: 0, bootdisk: 0, disk: 0, net: 0 };
  const lines = [
    `name=${definition.name}`,
    `uuid=${of("uuid", uuid)}`,
    of("vcpus", "1").replace(/^(?=\d)/, "cpus="),
    `memory.size=${of("ram", "1G")}`,
    `lpc.bootrom=/usr/share/bhyve/firmware/${of("bootrom", "BHYVE_RELEASE_CSM")}.fd`,
    `lpc.com1.path=${of("console", "/dev/zconsole")}`,
  ];
  const add = (slot: keyof typeof SLOTS, device: string, key: string, value: string): void => {
    const pci = `pci.0.${SLOTS[slot]}.${slots[slot]++}`;
    lines.push(`${pci}.device=${device}`, `${pci}.${key}=${value}`);
  };
  for (const { kind, path } of disksOf(attributes))
    add(kind, kind === "cdrom" ? "ahci-cd" : of("diskif", "virtio-blk"), "path", path);
  for (const net of resourcesOf(definition, "net"))
    add("net", of("netif", "virtio-net-viona"), "vnic", textOf(net, "physical") ?? "");
  return lines;
}

/**
 * What the brand's program does at boot: it writes the settings into the zone.
 * @returns EINVAL for numbers that no guest can have, and for more devices than a slot holds
 */
export function configureGuest(host: Host, entry: IndexEntry, definition: ZoneDefinition): Outcome {
  const attributes = guestAttributes(definition);
  const wrong = wrongAttribute(attributes);
  if (wrong)
    return denied("EINVAL", "guest/attribute", `attr ${wrong.name}: ${wrong.why}.`, {
      causes: [wrong.cause],
    });
  for (const disk of disksOf(attributes)) warnOfDisk(host, definition, disk);
  const path = `${property(definition, "zonepath")}/root`;
  const brand = property(definition, "brand");
  if (findDirectory(host, path))
    putFile(host, `${path}/etc/${brand}.cfg`, `${hypervisorSettings(definition, entry.uuid).join("\n")}\n`);
  host.emit({
    container: entry.name,
    kind: "zone.boot",
    message: `The guest gets ${counted(cpusOf(attributes["vcpus"]?.value ?? "1"), "CPU")}, ${attributes["ram"]?.value ?? "1G"} of memory and ${counted(disksOf(attributes).length, "disk")}.`,
    outcome: "ok",
    causes: ["vcpus", "ram"].flatMap((name) => attributes[name]?.cause ?? []),
  });
  return allowed(undefined, "guest", "The settings of the guest are written.");
}

/** A number, or one of each kind of the topology; what is left out follows from the rest. Source: bhyve(8), -c. */
const VCPUS = /^(\d+|(cpus|sockets|cores|threads)=\d+)(,(cpus|sockets|cores|threads)=\d+)*$/;

/** The CPUs that a `vcpus` comes to: the number itself, else that of the topology. */
function cpusOf(vcpus: string): number {
  const plain = /(?:^|,)(?:cpus=)?(\d+)(?:,|$)/.exec(vcpus)?.[1];
  if (plain !== undefined) return Number(plain);
  return [...vcpus.matchAll(/=(\d+)/g)].reduce((product, [, number]) => product * Number(number), 1);
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

function wrongAttribute(attributes: Record<string, Attribute>) {
  const refuse = (name: string, why: string) => {
    const { cause } = attributes[name] as Attribute;
    return { name, why, cause };
  };
  const { ram, vcpus } = attributes;
  if (ram && !/^\d+[eptgmkb]?$/i.test(ram.value)) return refuse("ram", `${ram.value} is no size`);
  if (vcpus && !VCPUS.test(vcpus.value)) return refuse("vcpus", `${vcpus.value} is no number of CPUs`);
  const beyond = Object.keys(attributes).find(
    (name) => Number(/^(?:cdrom|disk)(\d+)$/.exec(name)?.[1] ?? 0) >= MOST * 2,
  );
  return beyond === undefined ? undefined : refuse(beyond, "there is no slot for it");
}

/** A volume that no `device` lets into the zone is not found by the hypervisor there. */
function warnOfDisk(host: Host, definition: ZoneDefinition, { kind, path, cause }: GuestDisk): void {
  const inside =
    kind === "cdrom" || !path.startsWith("/dev/")
      ? isMounted(definition, path)
      : resourcesOf(definition, "device").some((device) => matches(device, path));
  if (inside) return;
  host.emit({
    container: definition.name,
    kind: "zone.boot",
    message:
      kind === "cdrom"
        ? `No fs resource brings ${path} into the zone: the guest has no such CD.`
        : `No device resource lets ${path} into the zone: the guest has no such disk.`,
    outcome: "failed",
    errno: "ENOENT",
    causes: [cause],
  });
}

function isMounted(definition: ZoneDefinition, path: string): boolean {
  return resourcesOf(definition, "fs").some((fs) => {
    const directory = textOf(fs, "dir") ?? "";
    return path === directory || path.startsWith(`${directory}/`);
  });
}

function matches(device: ZoneResource, path: string): boolean {
  return textsOf(device, "match").some((pattern) => matchesPath(belowDev(pattern), belowDev(path)));
}

function belowDev(path: string): string {
  return path.replace(/^\/dev\//, "");
}
